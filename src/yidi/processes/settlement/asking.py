"""Care place: an institution settles, or tries to. What it claims must be what it uploaded.

First of the five hops: checks, then *asked* is recorded and the question goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import json

from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import INSTITUTION, Institution
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, refused, under_way
from yidi.processes.relay.commands import outward
from yidi.processes.relay.records import TOMBSTONE
from yidi.processes.settlement.bill import Charge, Payer, bill, differences, totals_of
from yidi.processes.settlement.commands import BookSettlement, Settle
from yidi.processes.settlement.records import ANSWERED_OF_VISIT, ASKED_OF_VISIT, CLOSINGS, SettlementAsked
from yidi.processes.settlement.refusals import (
    ALREADY_SETTLED,
    CLOSED_FOR_CLAIM,
    INSTITUTION_UNKNOWN,
    NO_DIRECT_SETTLEMENT,
    NO_LINES,
    NO_SUCH_VISIT,
    NOT_DISCHARGED,
    OTHER_KIND_OF_CARE,
    OTHER_SCHEME,
    REVERSED_BEFORE,
    SETTLEMENT_UNDER_WAY,
    THIRD_PARTY_LIABLE,
    VISIT_NOT_SETTLEABLE,
    VISIT_OF_ANOTHER,
)
from yidi.processes.settlement.views import closing_claim, coverage_of, settlements_of
from yidi.processes.visit.marks import marked_by, missing_marks, unknown_marks
from yidi.processes.visit.records import BILLED_LINES, VISIT, VISIT_CHANGES, WITHDRAWALS, BilledLine
from yidi.processes.visit.views import VisitNow, VisitState, live_lines, uncovered, visit_state

ENCODER = json.Encoder()
_KIND_ZH = {True: "住院", False: "门诊"}
_KIND_EN = {True: "a stay", False: "an outpatient visit"}


def needs_visit(jurisdiction: str, visit_id: str) -> tuple[Key, ...]:
    """Name what is to be known of a visit that is settled."""
    return (
        VISIT.key(jurisdiction, visit_id),
        VISIT_CHANGES.key(jurisdiction, visit_id),
        BILLED_LINES.key(jurisdiction, visit_id),
        WITHDRAWALS.key(jurisdiction, visit_id),
        ASKED_OF_VISIT.key(jurisdiction, visit_id),
        CLOSINGS.key(jurisdiction, visit_id),
    )


def needs_answers(jurisdiction: str, visit_id: str, facts: Facts) -> tuple[Key, ...]:
    """Name the answers to a visit's settlements, where there were any."""
    asked = facts.many(ASKED_OF_VISIT, jurisdiction, visit_id)
    return (ANSWERED_OF_VISIT.key(jurisdiction, visit_id),) if asked else ()


def needs_first(command: Settle, facts: Facts) -> Iterable[Key]:
    """Name what a settlement must see."""
    here = command.jurisdiction
    return (
        *needs_visit(here, command.visit_id),
        INSTITUTION.key(here, command.sender),
        TOMBSTONE.key(here, command.sender, command.msgid),
    )


def needs_then(command: Settle, facts: Facts) -> Iterable[Key]:
    """Name the answers to earlier settlements of the visit."""
    return needs_answers(command.jurisdiction, command.visit_id, facts)


def latest_institution(facts: Facts, jurisdiction: str, institution_code: str) -> Institution | None:
    """Return the version of an institution that holds."""
    versions = facts.many(INSTITUTION, jurisdiction, institution_code)
    return versions[-1] if versions else None


def visit_now(facts: Facts, jurisdiction: str, visit_id: str) -> VisitNow | None:
    """Return a visit as it stands, None when there is none."""
    visit = facts.one(VISIT, jurisdiction, visit_id)
    return None if visit is None else visit_state(visit, facts.many(VISIT_CHANGES, jurisdiction, visit_id))


def standing_lines(facts: Facts, jurisdiction: str, visit_id: str) -> tuple[BilledLine, ...]:
    """Return the lines of a visit that were not withdrawn."""
    lines = facts.many(BILLED_LINES, jurisdiction, visit_id)
    return live_lines(lines, facts.many(WITHDRAWALS, jurisdiction, visit_id))


def ask_settlement(command: Settle, facts: Facts, moment: Moment) -> Decision:
    """Ask the insured place to book, or refuse with every reason that the care place can see."""
    here = command.jurisdiction
    if facts.one(TOMBSTONE, here, command.sender, command.msgid) is not None:
        return refused(command, REVERSED_BEFORE.because("msgid", msgid=command.msgid))
    now = visit_now(facts, here, command.visit_id)
    institution = latest_institution(facts, here, command.sender)
    if institution is None:
        return refused(
            command, INSTITUTION_UNKNOWN.because("institution_code", institution_code=command.sender)
        )
    if now is None or now.visit.institution_code != command.sender:
        return refused(command, NO_SUCH_VISIT.because("visit_id", visit_id=command.visit_id))
    found = faults_of_visit(command, now)
    charge, faults = charge_of(command, facts, moment, now, institution)
    found += faults
    if found or charge is None:
        return refused(command, *found)
    settlement_id = "" if command.queries else mint(here, moment)
    question = bill(command, settlement_id, charge, payer_of(command))
    if command.queries:
        return Decision(messages=(outward(question),))
    return under_way(asked_of(command, charge, question, moment), messages=(outward(question),))


def mint(jurisdiction: str, moment: Moment) -> str:
    """Make a settlement number: the care place and the reference of the moment (at most 30 characters)."""
    return f"{jurisdiction}{moment.reference}"


def payer_of(command: Settle) -> Payer:
    """Read from the message how it is asked for."""
    return Payer(
        trial=command.queries,
        use_account=command.use_account,
        batch=command.batch,
        credential_kind=command.credential_kind,
        credential_no=command.credential_no,
        certificate_no=command.certificate_no,
        person_name=command.person_name,
        visit_kind=command.visit_kind,
        flags=command.flags,
    )


def faults_of_visit(command: Settle, now: VisitNow) -> list[Refusal]:
    """Find what is wrong with settling this visit, whatever it costs."""
    visit, found = now.visit, []
    if not now.is_of(command.person_no):
        found.append(
            VISIT_OF_ANOTHER.because("person_no", visit_id=visit.visit_id, person_no=command.person_no)
        )
    if visit.scheme != command.scheme:
        found.append(
            OTHER_SCHEME.because(
                "scheme", visit_id=visit.visit_id, registered=visit.scheme, asked=command.scheme
            )
        )
    inpatient = now.care_kind == CareKind.INPATIENT
    if inpatient != command.inpatient:
        values = {"registered_zh": _KIND_ZH[inpatient], "registered_en": _KIND_EN[inpatient]}
        values |= {"asked_zh": _KIND_ZH[command.inpatient], "asked_en": _KIND_EN[command.inpatient]}
        found.append(OTHER_KIND_OF_CARE.because("visit_id", visit_id=visit.visit_id, **values))
    elif now.state not in (VisitState.OPEN, VisitState.DISCHARGED) or now.awaiting:
        found.append(VISIT_NOT_SETTLEABLE.because("visit_id", visit_id=visit.visit_id, state=now.state.value))
    elif inpatient and now.state is not VisitState.DISCHARGED and not (command.mid_stay or command.queries):
        found.append(NOT_DISCHARGED.because("visit_id", visit_id=visit.visit_id))
    if now.claim_only:
        found.append(NO_DIRECT_SETTLEMENT.because("visit_id", visit_id=visit.visit_id))
    if not inpatient:
        found += faults_of_marks(command, now)
    if (command.flags.third_party or now.third_party) == "1":
        found.append(THIRD_PARTY_LIABLE.because("third_party", visit_id=visit.visit_id))
    return found


def faults_of_marks(command: Settle, now: VisitNow) -> list[Refusal]:
    """Find marks that are unknown or missing: an outpatient's may be said with the settling message too.

    Cross-province rules of 2023: the emergency, trauma and third-party marks of the visit's kind; those of a
    stay are asked for at admission.
    """
    found = list(unknown_marks(command.flags))
    if now.visit.insured != now.visit.jurisdiction:
        found += missing_marks(marked_by("", command.visit_kind, command.flags, now))
    return found


def charge_of(
    command: Settle, facts: Facts, moment: Moment, now: VisitNow, institution: Institution
) -> tuple[Charge | None, list[Refusal]]:
    """Find the lines this settlement covers, and what is wrong with them."""
    here, visit_id = command.jurisdiction, command.visit_id
    batch = "" if command.inpatient else command.batch
    live = standing_lines(facts, here, visit_id)
    of_batch = [line for line in live if line.batch == batch]
    lines: Sequence[BilledLine] = of_batch
    found: list[Refusal] = []
    closed_by = closing_claim(facts.many(CLOSINGS, here, visit_id))
    if closed_by:
        found.append(CLOSED_FOR_CLAIM.because("visit_id", visit_id=visit_id, claim_id=closed_by))
    asked = facts.many(ASKED_OF_VISIT, here, visit_id)
    if asked:
        lines, refusals = uncovered_lines(
            asked, facts, here, visit_id, live, of_batch, inpatient=command.inpatient
        )
        found += refusals
    if not lines and not found:
        found.append(NO_LINES.because("batch", visit_id=visit_id, batch=batch))
    if found:
        return None, found
    totals = totals_of(lines)
    today = moment.today.isoformat()
    ended_on = (now.ended_on if now.inpatient and not command.mid_stay else "") or today
    charge = Charge(now, institution, lines, totals, len(of_batch), ended_on, command.mid_stay, today)
    return charge, differences(command.claimed, totals)


def uncovered_lines(
    asked: Sequence[SettlementAsked],
    facts: Facts,
    here: str,
    visit_id: str,
    live: Sequence[BilledLine],
    of_batch: Sequence[BilledLine],
    *,
    inpatient: bool,
) -> tuple[Sequence[BilledLine], list[Refusal]]:
    """Return the lines no earlier settlement holds; refused when one is under way or none is left."""
    held = settlements_of(asked, facts.many(ANSWERED_OF_VISIT, here, visit_id))
    coverage = coverage_of(held, live)
    holders = {coverage.settlement_of.get(line.line_id, "") for line in of_batch}
    waiting = set(coverage.under_way) & (holders | (set(coverage.under_way) if inpatient else set()))
    if waiting:
        return (), [SETTLEMENT_UNDER_WAY.because("visit_id", settlement_id=min(waiting))]
    lines = uncovered(of_batch, coverage.settlement_of)
    holders.discard("")
    if not lines and holders:
        return (), [ALREADY_SETTLED.because("visit_id", settlement_id=max(holders))]
    return lines, []


def asked_of(command: Settle, charge: Charge, question: BookSettlement, moment: Moment) -> SettlementAsked:
    """Make the record that the institution asked."""
    totals = charge.totals
    return SettlementAsked(
        command.jurisdiction,
        question.settlement_id,
        command.visit_id,
        command.sender,
        command.msgid,
        question.case,
        question.insured,
        question.person_no,
        question.scheme,
        question.care_kind,
        question.visit_kind,
        "" if command.inpatient else command.batch,
        charge.covers,
        "",
        command.credential_kind,
        command.invoice_no,
        totals.total_fen,
        totals.full_self_fen,
        totals.over_limit_fen,
        totals.first_self_fen,
        totals.in_scope_fen,
        ENCODER.encode(question.classes).decode() if question.classes else "",
        moment.instant,
    )
