"""The agency enrols persons, changes relations and moves accounts; the nation's directory learns of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from yidi.domain.codes.shape import shown as shortened
from yidi.domain.dates import FOREVER, is_day
from yidi.domain.money import GREATEST_FEN, format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.commands import (
    ChangeRelation,
    EnrolPerson,
    MoveAccount,
    NewCredential,
    NewRelation,
    RegisterCredential,
)
from yidi.processes.enrolment.records import (
    ACCOUNT,
    ACCOUNT_ENTRY,
    CONTRACTS,
    CREDENTIAL,
    CREDENTIALS_OF_PERSON,
    IDENTITY_MARKS,
    PERSON,
    PERSON_OF_CERTIFICATE,
    RELATIONS,
    AccountEntry,
    Credential,
    FamilyDoctorContract,
    IdentityMark,
    InsuranceRelation,
    InsuranceState,
    Person,
)
from yidi.processes.enrolment.refusals import (
    ACCOUNT_AMOUNT_WRONG,
    ACCOUNT_ENTRY_TAKEN,
    ACCOUNT_TOO_LOW,
    AREA_ELSEWHERE,
    CERTIFICATE_OF_ANOTHER,
    CREDENTIAL_TAKEN,
    ENROLMENT_INVALID,
    PERSON_NUMBER_TAKEN,
)
from yidi.processes.enrolment.views import (
    ID_CARD,
    RESIDENT_ID,
    latest_marks,
    latest_relations,
    person_missing,
)
from yidi.processes.ports.deciding import (
    NATION,
    Command,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    Record,
    accepted,
    refused,
)

OPENING_ENTRY = "enrolment"


class Reach(NamedTuple):
    """Whether, from when and until when a province answers for a person."""

    active: bool
    start: str
    end: str


def reach(relations: Iterable[InsuranceRelation]) -> Reach:
    """Return the days between which a person has a relation that was not ended."""
    held = [row for row in latest_relations(relations) if row.state != InsuranceState.ENDED]
    if not held:
        return Reach(False, FOREVER, FOREVER)
    return Reach(True, min(row.start for row in held), max(row.end for row in held))


def needs_of_enrolment(command: EnrolPerson, facts: Facts) -> Iterable[Key]:
    """Need all that is known of the person, the certificate and each credential."""
    place, no = command.jurisdiction, command.person_no
    yield PERSON.key(place, no)
    yield PERSON_OF_CERTIFICATE.key(place, command.certificate_type, command.certificate_no.upper())
    yield from (view.key(place, no) for view in (RELATIONS, IDENTITY_MARKS, CONTRACTS))
    yield ACCOUNT_ENTRY.key(place, no, OPENING_ENTRY)
    yield from (CREDENTIAL.key(place, shown.kind, shown.number) for shown in command.credentials)


def needs_of_holders(command: EnrolPerson, facts: Facts) -> Iterable[Key]:
    """Need the persons who already hold one of the credentials."""
    for shown in command.credentials:
        held = facts.one(CREDENTIAL, command.jurisdiction, shown.kind, shown.number)
        if held is not None:
            yield PERSON.key(command.jurisdiction, held.person_no)


def enrol(command: EnrolPerson, facts: Facts, moment: Moment) -> Decision:
    """Keep what is new about the person, and tell the directory; the same again adds nothing."""
    findings = (*_invalid(command), *_taken(command, facts))
    if findings:
        return refused(command, *findings)
    place, at = command.jurisdiction, moment.instant
    before = facts.many(RELATIONS, place, command.person_no)
    added: list[InsuranceRelation] = []
    for new in {(new.scheme, new.area): new for new in command.relations}.values():
        row = _next_relation(place, command.person_no, new, before, moment)
        added += [] if row is None else [row]
    credentials = tuple(
        Credential(place, new.kind, new.number, command.person_no, new.start, new.end, at)
        for new in {(new.kind, new.number): new for new in command.credentials}.values()
        if facts.one(CREDENTIAL, place, new.kind, new.number) is None
    )
    known = facts.one(PERSON, place, command.person_no)
    person = () if known is not None else (_person(command, at),)
    others = (*_new_marks(command, facts, at), *_new_contracts(command, facts, moment))
    now = reach((*before, *added))
    shown = _all_credentials(command.certificate_type, command.certificate_no, command.credentials)
    if known is not None and now == reach(before):
        shown = [(row.kind, row.number) for row in credentials]
    return accepted(
        command,
        Done(reference=command.person_no),
        *(*person, *credentials, *added, *others, *_opening(command, facts, at)),
        messages=_registrations(command, shown, now),
    )


def needs_of_change(command: ChangeRelation, facts: Facts) -> Iterable[Key]:
    """Need the person with relations and credentials."""
    for view in (PERSON, RELATIONS, CREDENTIALS_OF_PERSON):
        yield view.key(command.jurisdiction, command.person_no)


def change_relation(command: ChangeRelation, facts: Facts, moment: Moment) -> Decision:
    """Keep the relation's next version; when the days a province answers for change, say so."""
    place, no = command.jurisdiction, command.person_no
    person = facts.one(PERSON, place, no)
    findings = (*person_missing(person, no), *_invalid_relation(place, command.relation))
    if findings or person is None:
        return refused(command, *findings)
    before = facts.many(RELATIONS, place, no)
    row = _next_relation(place, no, command.relation, before, moment)
    added = () if row is None else (row,)
    now = reach((*before, *added))
    shown = _all_credentials(
        person.certificate_type, person.certificate_no, facts.many(CREDENTIALS_OF_PERSON, place, no)
    )
    messages = _registrations(command, shown, now) if now != reach(before) else ()
    return accepted(command, Done(reference=no), *added, messages=messages)


def needs_of_account(command: MoveAccount, facts: Facts) -> Iterable[Key]:
    """Need the person, the balance, and the entry if it is already there."""
    place, no = command.jurisdiction, command.person_no
    return PERSON.key(place, no), ACCOUNT.key(place, no), ACCOUNT_ENTRY.key(place, no, command.entry_id)


def move_account(command: MoveAccount, facts: Facts, moment: Moment) -> Decision:
    """Book one movement; the balance never falls below zero, and the same entry is booked once."""
    place, no, amount = command.jurisdiction, command.person_no, command.amount_fen
    missing = person_missing(facts.one(PERSON, place, no), no)
    known = facts.one(ACCOUNT_ENTRY, place, no, command.entry_id)
    balance = sum(facts.sums(ACCOUNT, place, no).values())
    if missing:
        return refused(command, *missing)
    if known is not None and (known.amount_fen, known.reason) == (amount, command.reason):
        return accepted(command, Done(reference=command.entry_id))
    if known is not None:
        return refused(command, ACCOUNT_ENTRY_TAKEN.because("entry_id", entry_id=command.entry_id))
    if amount == 0 or abs(amount) > GREATEST_FEN or balance + amount > GREATEST_FEN:
        return refused(command, ACCOUNT_AMOUNT_WRONG.because("amount_fen", amount=format_yuan(amount)))
    if balance + amount < 0:
        texts = {"balance": format_yuan(balance), "amount": format_yuan(-amount)}
        return refused(command, ACCOUNT_TOO_LOW.because("amount_fen", **texts))
    entry = AccountEntry(place, no, command.entry_id, command.reason, amount, moment.instant)
    return accepted(command, Done(reference=command.entry_id), entry)


def _person(command: EnrolPerson, at: str) -> Person:
    return Person(
        command.jurisdiction,
        command.person_no,
        command.certificate_type,
        command.certificate_no.upper(),
        command.name,
        command.gender,
        command.ethnicity,
        command.born,
        int(command.sample),
        at,
    )


def _next_relation(
    place: str, person_no: str, new: NewRelation, before: Sequence[InsuranceRelation], moment: Moment
) -> InsuranceRelation | None:
    held = [row for row in latest_relations(before) if (row.scheme, row.area) == (new.scheme, new.area)]
    today = moment.today.isoformat()
    paused_on = ""
    if new.state == InsuranceState.PAUSED:
        paused_on = (held[0].paused_on if held else "") or today
    end = max(new.start, today) if new.state == InsuranceState.ENDED and new.end == FOREVER else new.end
    row = InsuranceRelation(
        place,
        person_no,
        new.scheme,
        new.area,
        held[0].version + 1 if held else 1,
        new.person_type,
        new.state,
        new.start,
        end,
        paused_on,
        int(new.civil_servant),
        new.plan_tier,
        new.employer,
        moment.instant,
    )
    same = held and held[0]._replace(version=0, recorded_at="") == row._replace(version=0, recorded_at="")
    return None if same else row


def _new_marks(command: EnrolPerson, facts: Facts, at: str) -> Iterator[Record]:
    place, no = command.jurisdiction, command.person_no
    held = {row.identity_type: row for row in latest_marks(facts.many(IDENTITY_MARKS, place, no))}
    for new in {new.identity_type: new for new in command.marks}.values():
        old = held.get(new.identity_type)
        if old is None or (old.level, old.start, old.end) != (new.level, new.start, new.end):
            version = old.version + 1 if old is not None else 1
            yield IdentityMark(place, no, new.identity_type, version, new.level, new.start, new.end, at)


def _new_contracts(command: EnrolPerson, facts: Facts, moment: Moment) -> Iterator[Record]:
    place, no, today = command.jurisdiction, command.person_no, moment.today.isoformat()
    held = {row.institution_code for row in facts.many(CONTRACTS, place, no) if row.end > today}
    for code in dict.fromkeys(command.contracts):
        if code not in held:
            yield FamilyDoctorContract(place, no, code, today, FOREVER, moment.instant)


def _opening(command: EnrolPerson, facts: Facts, at: str) -> Iterator[Record]:
    place, no = command.jurisdiction, command.person_no
    if command.account_fen and facts.one(ACCOUNT_ENTRY, place, no, OPENING_ENTRY) is None:
        yield AccountEntry(place, no, OPENING_ENTRY, "income", command.account_fen, at)


def _all_credentials(
    certificate_type: str, certificate_no: str, credentials: Iterable[NewCredential | Credential]
) -> list[tuple[str, str]]:
    shown = [(row.kind, row.number) for row in credentials]
    if certificate_type == RESIDENT_ID:
        shown.append((ID_CARD, certificate_no.upper()))
    return list(dict.fromkeys(shown))


def _registrations(
    command: Command, shown: Sequence[tuple[str, str]], now: Reach
) -> tuple[RegisterCredential, ...]:
    return tuple(
        RegisterCredential(
            jurisdiction=NATION,
            sender=command.jurisdiction,
            msgid=f"register/{command.sender}/{command.msgid}/{i}",
            kind=kind,
            number=number,
            insured=command.jurisdiction,
            active=now.active,
            start=now.start,
            end=now.end,
        )
        for i, (kind, number) in enumerate(shown)
    )


def _invalid(command: EnrolPerson) -> Iterator[Refusal]:
    for field, value in (
        ("person_no", command.person_no),
        ("certificate_no", command.certificate_no),
        ("name", command.name),
    ):
        if not value.strip():
            yield _wrong(field, value, "非空", "something")
    if not is_day(command.born):
        yield _wrong("born", command.born, "日期，如1960-05-01", "a day such as 1960-05-01")
    if not 0 <= command.account_fen <= GREATEST_FEN:
        yield ACCOUNT_AMOUNT_WRONG.because("account_fen", amount=format_yuan(command.account_fen))
    for relation in command.relations:
        yield from _invalid_relation(command.jurisdiction, relation)
    spans = [(row.start, row.end) for row in command.credentials]
    for start, end in (*spans, *[(row.start, row.end) for row in command.marks]):
        yield from _invalid_span(start, end)


def _invalid_relation(place: str, relation: NewRelation) -> Iterator[Refusal]:
    if relation.area[:2] != place[:2]:
        yield AREA_ELSEWHERE.because("area", area=relation.area, jurisdiction=place)
    if relation.state not in set(InsuranceState):
        words = "、".join(InsuranceState)
        yield _wrong("state", relation.state, words, words)
    yield from _invalid_span(relation.start, relation.end)


def _invalid_span(start: str, end: str) -> Iterator[Refusal]:
    if not is_day(start) or not is_day(end) or start >= end:
        yield _wrong("start", f"{start} – {end}", "起始日早于终止日", "a first day before the end")


def _wrong(field: str, value: str, expected_zh: str, expected_en: str) -> Refusal:
    return ENROLMENT_INVALID.because(
        field, value=shortened(value), expected_zh=expected_zh, expected_en=expected_en
    )


def _taken(command: EnrolPerson, facts: Facts) -> Iterator[Refusal]:
    place, own = command.jurisdiction, (command.certificate_type, command.certificate_no.upper())
    known = facts.one(PERSON, place, command.person_no)
    if known is not None and (known.certificate_type, known.certificate_no) != own:
        yield PERSON_NUMBER_TAKEN.because("person_no", person_no=command.person_no)
    for other in facts.many(PERSON_OF_CERTIFICATE, place, *own):
        if (other.name, other.born) != (command.name, command.born):
            yield CERTIFICATE_OF_ANOTHER.because("certificate_no")
    for shown in command.credentials:
        held = facts.one(CREDENTIAL, place, shown.kind, shown.number)
        holder = None if held is None else facts.one(PERSON, place, held.person_no)
        if holder is not None and (holder.certificate_type, holder.certificate_no) != own:
            yield CREDENTIAL_TAKEN.because("number", kind=shown.kind)
