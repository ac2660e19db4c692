"""Insured place: the third hop. Filing, person, counters and policy give the benefit; it is booked here.

This is the point of no return. The same function answers trials, which record nothing, and manual claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from yidi.domain.benefit.plan import STAYS
from yidi.domain.benefit.settle import explain
from yidi.domain.benefit.situation import Benefit, Bill, CareKind, InstitutionKind, Place, Situation
from yidi.domain.policy.policy import Policies, Policy, year_of
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import (
    ACCOUNT,
    CERTIFICATES,
    CONTRACTS,
    IDENTITY_MARKS,
    PERSON,
    PERSON_OF_CERTIFICATE,
    RELATIONS,
    InsuranceRelation,
    InsuranceState,
    Person,
)
from yidi.processes.enrolment.views import (
    Entitled,
    answering,
    certified,
    contracted,
    entitlement,
    person_missing,
)
from yidi.processes.filing.records import FILINGS
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import Facts, Key, Moment
from yidi.processes.relay.records import TOMBSTONE
from yidi.processes.settlement.commands import BookSettlement
from yidi.processes.settlement.person import (
    age_on,
    assistance_category,
    credential_faults,
    holder_faults,
    needs_credential,
    person_class,
)
from yidi.processes.settlement.records import (
    CLOSINGS,
    COUNTERS,
    SETTLEMENTS_OF_VISIT,
    SETTLEMENTS_OF_YEAR,
    Settlement,
)
from yidi.processes.settlement.refusals import (
    BOOKED_ALREADY,
    CLAIM_STANDS,
    NUMBER_CHANGED,
    REVERSED_BEFORE,
)
from yidi.processes.settlement.standing import Stood, stood
from yidi.processes.settlement.statement import INPUTS
from yidi.processes.settlement.telling import (
    CURRENT_YEAR,
    Stored,
    asks_for_certificates,
    asks_for_stays,
    marked_by,
    this_years,
    told,
    year_before,
)
from yidi.processes.settlement.views import closing_claim, live_settlements

DIRECT, CLAIM = "direct", "claim"


class Computed(NamedTuple):
    """A benefit and everything it was computed from.

    `balance_fen` is the whole account, `own_fen` what of it no other balance of the pack holds.
    """

    person: Person
    relation: InsuranceRelation
    policy: Policy
    stands: Stood
    situation: Situation
    bill: Bill
    counters: Mapping[str, int]
    year: str
    balance_fen: int
    own_fen: int
    same_stay: bool
    benefit: Benefit


class Booker:
    """Computes benefits at the insured place from its policies and its areas' rules of filing."""

    def __init__(self, policies: Policies, areas: Areas) -> None:
        self.policies, self.areas = policies, areas

    def needs_first(self, command: BookSettlement, facts: Facts) -> Iterable[Key]:
        """Name what is to be known of person, visit and message."""
        here, person_no = command.jurisdiction, command.person_no
        yield PERSON.key(here, person_no)
        yield RELATIONS.key(here, person_no)
        yield IDENTITY_MARKS.key(here, person_no)
        yield FILINGS.key(here, person_no)
        yield from needs_credential(here, command.credential_kind, command.credential_no)
        if command.use_account:
            yield ACCOUNT.key(here, person_no)
        if command.care_kind == CareKind.CHRONIC:
            yield CERTIFICATES.key(here, person_no)
        if command.institution_character == "primary":
            yield CONTRACTS.key(here, person_no)
        yield SETTLEMENTS_OF_VISIT.key(here, command.visit_id)
        yield CLOSINGS.key(here, command.visit_id)
        yield TOMBSTONE.key(here, command.care, command.settlement_id)
        yield COUNTERS.key(here, person_no, command.ended_on[:4])  # of most areas: spares a look

    def needs_then(self, command: BookSettlement, facts: Facts) -> Iterable[Key]:
        """Name the counters of the benefit year, which the area of the person's relation decides."""
        relations = facts.many(RELATIONS, command.jurisdiction, command.person_no)
        policies = self._policies(relations, command)
        stays = asks_for_stays(policies)
        years = {benefit_year(policy, command) for policy in policies}
        years |= {year_before(benefit_year(policy, command)) for policy in policies if policy.carries}
        if command.care_kind != CareKind.CHRONIC and asks_for_certificates(policies):
            yield CERTIFICATES.key(command.jurisdiction, command.person_no)
        for year in sorted(years):
            yield COUNTERS.key(command.jurisdiction, command.person_no, year)
            if stays:
                yield SETTLEMENTS_OF_YEAR.key(command.jurisdiction, command.person_no, year)
        person = facts.one(PERSON, command.jurisdiction, command.person_no)
        if person is not None and unanswered(relations, command.ended_on):
            yield PERSON_OF_CERTIFICATE.key(
                command.jurisdiction, person.certificate_type, person.certificate_no
            )

    def needs_numbers(self, command: BookSettlement, facts: Facts) -> Iterable[Key]:
        """Name the relations under the person's other numbers, when none of this one answers (4.5)."""
        here, person = command.jurisdiction, facts.one(PERSON, command.jurisdiction, command.person_no)
        if person is not None and unanswered(facts.many(RELATIONS, here, person.person_no), command.ended_on):
            for row in facts.many(
                PERSON_OF_CERTIFICATE, here, person.certificate_type, person.certificate_no
            ):
                yield RELATIONS.key(here, row.person_no)

    def _policies(self, relations: Iterable[InsuranceRelation], command: BookSettlement) -> list[Policy]:
        """Return the policies of the areas where the person has the scheme."""
        areas = {row.area for row in relations if row.scheme == command.scheme}
        found = [self.policies.find(area, command.scheme, command.ended_on) for area in areas]
        return [policy for policy in found if isinstance(policy, Policy)]

    def compute(
        self, command: BookSettlement, facts: Facts, moment: Moment, kind: str = DIRECT
    ) -> Computed | tuple[Refusal, ...]:
        """Compute who pays what, or say every reason why not. Nothing is recorded here."""
        here, today = command.jurisdiction, moment.today.isoformat()
        person = facts.one(PERSON, here, command.person_no)
        if person is None:
            return person_missing(person, command.person_no)
        found = list(guards(command, facts, kind))
        if kind == DIRECT:
            replaced = number_changed(command, facts, person, today)
            if replaced is not None:
                return (*found, replaced)
            found += credential_faults(
                facts, here, person, command.credential_kind, command.credential_no, today
            )
            found += holder_faults(person, command.certificate_no, command.person_name)
        day = command.ended_on
        relations = facts.many(RELATIONS, here, command.person_no)
        entitled = entitlement(relations, command.scheme, today if kind == DIRECT else day)
        if not isinstance(entitled, Entitled):
            return (*found, *entitled)
        policy = self.policies.find(entitled.relation.area, command.scheme, day)
        stands = stood(command, entitled.relation, facts, self.areas, today, claim=kind == CLAIM)
        if not isinstance(policy, Policy):
            return (*found, *stands.refusals, *policy)
        if found or stands.refusals:
            return (*found, *stands.refusals)
        return self._settle(command, facts, person, entitled.relation, policy, stands)

    def _settle(
        self,
        command: BookSettlement,
        facts: Facts,
        person: Person,
        relation: InsuranceRelation,
        policy: Policy,
        stands: Stood,
    ) -> Computed | tuple[Refusal, ...]:
        here, person_no = command.jurisdiction, command.person_no
        year = benefit_year(policy, command)
        counters = facts.sums(COUNTERS, here, person_no, year)
        booked = facts.many(SETTLEMENTS_OF_VISIT, here, command.visit_id)
        same_stay = bool(booked) and any(row.year == year for row in live_settlements(booked))
        stays = counters.get(STAYS, 0)
        situation = self.situation(command, facts, person, relation, policy, stands, stays + (not same_stay))
        if policy.tells:
            stored = stored_of(command, facts, relation, policy, year)
            situation = told(policy, situation, stored)
        totals = command.totals
        bill = Bill(
            totals.total_fen,
            totals.full_self_fen,
            totals.over_limit_fen,
            totals.first_self_fen,
            totals.in_scope_fen,
        )
        account = facts.sums(ACCOUNT, here, person_no) if command.use_account else {}
        balance_fen, new_fen = sum(account.values()), this_years(policy, account, counters, year)
        if new_fen is not None:
            situation = replace(situation, amounts=(*situation.amounts, (CURRENT_YEAR, new_fen)))
        own_fen = balance_fen - (new_fen or 0)
        benefit = explain(policy, situation, bill, counters, own_fen, command.use_account)
        if not isinstance(benefit, Benefit):
            return benefit
        return Computed(
            person,
            relation,
            policy,
            stands,
            situation,
            bill,
            counters,
            year,
            balance_fen,
            own_fen,
            same_stay,
            benefit,
        )

    def situation(
        self,
        command: BookSettlement,
        facts: Facts,
        person: Person,
        relation: InsuranceRelation,
        policy: Policy,
        stands: Stood,
        stay_number: int,
    ) -> Situation:
        """Put the visit into the words of the benefit rules, as of the day it ended.

        A chronic visit without a certificate of the insured place is settled as a general outpatient one
        (regulation 5.3).
        """
        here, day = command.jurisdiction, command.ended_on
        care_kind, chronic_code = CareKind(command.care_kind), ""
        if care_kind is CareKind.CHRONIC:
            diseases = self.areas.diseases
            rows = facts.many(CERTIFICATES, here, command.person_no)
            if certified(rows, command.disease_code, day, diseases) is None:
                care_kind = CareKind.OUTPATIENT
            else:
                chronic_code = diseases.national_code(command.disease_code) or command.disease_code
        primary = command.institution_character == InstitutionKind.PRIMARY
        marks = facts.many(IDENTITY_MARKS, here, command.person_no)
        return Situation(
            scheme=command.scheme,
            person_class=person_class(command.scheme, relation.person_type, policy),
            age=age_on(person.born, day),
            level=command.level,
            care_kind=care_kind,
            place=place_of(command, relation.area),
            standing=stands.standing,
            on=day,
            admitted_on=command.started_on,
            level_grade=command.grade,
            institution_kind=command.institution_character,
            chronic_code=chronic_code,
            stay_number=stay_number,
            contracted_primary=primary
            and contracted(
                facts.many(CONTRACTS, here, command.person_no), command.institution_code, command.started_on
            ),
            civil_servant=bool(relation.civil_servant),
            assistance_category=assistance_category(marks, day, policy),
            plan_tier=relation.plan_tier,
            institution=command.institution_code if policy.by_institution else "",
        )


def stored_of(
    command: BookSettlement, facts: Facts, relation: InsuranceRelation, policy: Policy, year: str
) -> Stored:
    """Gather what the insured place has stored, and the care place told, that answers a pack's questions."""
    here, person_no = command.jurisdiction, command.person_no
    rows = facts.many(SETTLEMENTS_OF_YEAR, here, person_no, year) if asks_for_stays((policy,)) else ()
    return Stored(
        relation,
        rows,
        command.visit_id,
        command.institution_code,
        facts.many(IDENTITY_MARKS, here, person_no),
        facts.many(FILINGS, here, person_no),
        command.disease_code,
        command.traits,
        facts.many(CERTIFICATES, here, person_no) if asks_for_certificates((policy,)) else (),
        facts.sums(COUNTERS, here, person_no, year_before(year)) if policy.carries else None,
        marked_by(command),
    )


def benefit_year(policy: Policy, command: BookSettlement) -> str:
    """Return the benefit year a bill counts in: that of its settlement, or of discharge where the area says.

    A claim by hand counts in the year the visit ended: when it is worked off is the office's matter.
    """
    by_settlement = policy.terms.year_by == "settlement" and command.settled_on
    return year_of(policy, command.settled_on if by_settlement else command.ended_on)


def unanswered(relations: Sequence[InsuranceRelation], day: str) -> bool:
    """Say whether no relation under this number entitles; where every row is in force it is not looked at."""
    doubtful = not relations or any(row.state != InsuranceState.NORMAL or row.end <= day for row in relations)
    return doubtful and answering(relations, day) is None


def number_changed(command: BookSettlement, facts: Facts, person: Person, today: str) -> Refusal | None:
    """Refuse a number that another one of the same person has replaced since the visit began (4.5)."""
    here = command.jurisdiction
    if not unanswered(facts.many(RELATIONS, here, person.person_no), command.ended_on):
        return None
    namesakes = facts.many(PERSON_OF_CERTIFICATE, here, person.certificate_type, person.certificate_no)
    held = [row for one in namesakes for row in facts.many(RELATIONS, here, one.person_no)]
    found = answering(held, today)
    if found is None or found.person_no == person.person_no:
        return None
    return NUMBER_CHANGED.because(
        "person_no", visit_id=command.visit_id, person_no=person.person_no, answers=found.person_no
    )


def place_of(command: BookSettlement, area: str) -> Place:
    """Return where care happened as seen from the pooling area: its city, its province, or elsewhere."""
    if command.care != command.insured:
        return Place.OTHER_PROVINCE
    whole = area.endswith("0000")
    same = command.care_area[:4] == area[:4]
    return Place.LOCAL if whole or same else Place.IN_PROVINCE


def guards(command: BookSettlement, facts: Facts, kind: str) -> Iterator[Refusal]:
    """Refuse what was undone for ever, what is booked already, and what a claim has closed."""
    here, visit_id = command.jurisdiction, command.visit_id
    if facts.one(TOMBSTONE, here, command.care, command.settlement_id) is not None:
        yield REVERSED_BEFORE.because("settlement_id", msgid=command.origin_msgid)
    booked = facts.many(SETTLEMENTS_OF_VISIT, here, visit_id)
    for row in live_settlements(booked) if booked else ():
        if row.kind == CLAIM and kind == DIRECT:
            yield CLAIM_STANDS.because("visit_id", visit_id=visit_id, claim_id=row.settlement_id)
        elif row.batch == command.batch or row.kind == kind == CLAIM or overlaps(row, command):
            yield BOOKED_ALREADY.because("visit_id", visit_id=visit_id, settlement_id=row.settlement_id)
    if kind == DIRECT:
        claim_id = closing_claim(facts.many(CLOSINGS, here, visit_id))
        if claim_id:
            yield CLAIM_STANDS.because("visit_id", visit_id=visit_id, claim_id=claim_id)


def overlaps(row: Settlement, command: BookSettlement) -> bool:
    """Say whether a booked settlement paid for one of the outpatient lines of this bill."""
    if not command.items:
        return False
    return not {item.line_id for item in command.items}.isdisjoint(INPUTS.decode(row.inputs).line_ids)
