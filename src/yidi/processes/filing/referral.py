"""A home institution refers a person elsewhere, or takes its referral back.

Having been treated at home first is never asked for: the 2022 notice forbids it as a condition
(regulation 2.1). The opinion may come in any form; the form is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from yidi.domain.codes.division import Divisions
from yidi.domain.codes.institution import parse_institution
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import PERSON, RELATIONS
from yidi.processes.enrolment.views import home_area, person_missing
from yidi.processes.filing.changing import cancelled_row
from yidi.processes.filing.commands import Refer, WithdrawReferral
from yidi.processes.filing.making import (
    day_findings,
    invalid,
    overlaps,
    place_findings,
    shown,
    validity_end,
)
from yidi.processes.filing.records import FILING, FILINGS, Category, Filing, FilingState
from yidi.processes.filing.refusals import (
    AREA_WITHOUT_RULES,
    CARE_AREA_IS_HOME,
    NOT_IN_OWN_NAME,
    REFERRER_NOT_AT_HOME,
    SCOPE_DIFFERS,
    WRONG_STATE,
)
from yidi.processes.filing.views import LONG_TERM, held_filing, spells, state_zh
from yidi.processes.ports.areas import Areas, FilingRules
from yidi.processes.ports.deciding import Ask, Decision, Facts, Key, Moment, Refused
from yidi.processes.relay.commands import answered_home

CITY, PROVINCE, OUTSIDE = "city", "province", "outside"
"""How far a referral leads: inside the city, the province, or beyond (dictionary of referral kinds)."""


def not_now(ask: Ask, *refusals: Refusal) -> Decision:
    """Decide that nothing happens, and tell the institution that asked why."""
    return answered_home(ask, Refused(refusals=refusals))


def own_name(ask: Ask, institution_code: str) -> tuple[Refusal, ...]:
    """Refuse an institution that acts for another; empty when it acts for itself."""
    if ask.origin_sender == institution_code:
        return ()
    names = {"sender": ask.origin_sender, "institution_code": institution_code}
    return (NOT_IN_OWN_NAME.because("institution_code", **names),)


def needs_of_referral(command: Refer, facts: Facts) -> Iterable[Key]:
    """Need the person, the relations, and what is filed already."""
    for view in (PERSON, RELATIONS, FILINGS):
        yield view.key(command.jurisdiction, command.person_no)


def refer(areas: Areas) -> Callable[[Refer, Facts, Moment], Decision]:
    """Make the decision over the rules of the areas."""

    def decide(command: Refer, facts: Facts, moment: Moment) -> Decision:
        place, no, today = command.jurisdiction, command.person_no, moment.today.isoformat()
        missing = person_missing(facts.one(PERSON, place, no), no)
        if missing:
            return not_now(command, *missing)
        area = home_area(facts.many(RELATIONS, place, no), today)
        rules = areas.filing(area, today)
        if rules is None:
            return not_now(command, AREA_WITHOUT_RULES.because("area", area=area, day=today))
        held = facts.many(FILINGS, place, no)
        findings = tuple(_findings(command, held, area, rules, areas.divisions))
        if findings:
            return not_now(command, *findings)
        row = _filing(command, rules, areas.divisions, moment)
        overlapping = tuple(overlaps(row, held, areas.divisions, today))
        if overlapping:
            return not_now(command, *overlapping)
        return answered_home(command, shown(row), row)

    return decide


def needs_of_withdrawal(command: WithdrawReferral, facts: Facts) -> Iterable[Key]:
    """Need the versions of the referral."""
    yield FILING.key(command.jurisdiction, command.filing_id)


def withdraw(command: WithdrawReferral, facts: Facts, moment: Moment) -> Decision:
    """End the institution's own referral from today; stays that began before stay covered."""
    versions = facts.many(FILING, command.jurisdiction, command.filing_id)
    found = held_filing(versions, command.filing_id, command.person_no)
    if not isinstance(found, Filing):
        return not_now(command, *found)
    foreign = own_name(command, found.referring_institution)
    if foreign:
        return not_now(command, *foreign)
    if found.category != Category.REFERRED or found.state not in (
        FilingState.ACTIVE,
        FilingState.UNDER_REVIEW,
    ):
        texts = {"state": found.state, "state_zh": state_zh(found), "act": "withdrawn", "act_zh": "撤销转诊"}
        return not_now(command, WRONG_STATE.because("filing_id", filing_id=found.filing_id, **texts))
    row = cancelled_row(found, moment.today.isoformat(), command.reason, moment)
    return answered_home(command, shown(row), row)


def _findings(
    command: Refer, held: Sequence[Filing], area: str, rules: FilingRules, divisions: Divisions
) -> Iterator[Refusal]:
    yield from own_name(command, command.referring_institution)
    yield from day_findings(command.start, command.end)
    if not command.diagnosis_code.strip():
        yield invalid(
            "diagnosis_code", command.diagnosis_code, "转诊疾病的诊断编码", "the code of the illness"
        )
    if not _may_refer(command, held, rules, divisions):
        yield REFERRER_NOT_AT_HOME.because(
            "referring_institution", institution_code=command.referring_institution
        )
    places = [
        found
        for found in place_findings(command.care_area, area, divisions)
        if found.code != CARE_AREA_IS_HOME.code
    ]
    yield from places
    expected = _scope(command.care_area, area, divisions)
    if not places and command.scope != expected:
        texts = {"scope": command.scope, "care_area": command.care_area, "area": area, "expected": expected}
        yield SCOPE_DIFFERS.because("scope", **texts)


def _may_refer(command: Refer, held: Sequence[Filing], rules: FilingRules, divisions: Divisions) -> bool:
    """An institution of the insured province may; for a long-term filer one of the filed place too (2.13)."""
    if command.care == command.insured:
        return True
    parts = parse_institution(command.referring_institution)
    if parts is None or not rules.long_term_referral_onward:
        return False
    there = divisions.filing_target(parts.division)
    return any(
        spell.filing.category in LONG_TERM
        and spell.span.covers(command.start)
        and divisions.filing_target(spell.filing.care_area) == there
        for spell in spells(held)
    )


def _scope(care_area: str, area: str, divisions: Divisions) -> str:
    if divisions.filing_target(care_area) == divisions.filing_target(area):
        return CITY
    return PROVINCE if care_area[:2] == area[:2] else OUTSIDE


def _filing(command: Refer, rules: FilingRules, divisions: Divisions, moment: Moment) -> Filing:
    return Filing(
        jurisdiction=command.jurisdiction,
        filing_id=moment.reference,
        version=1,
        person_no=command.person_no,
        category=Category.REFERRED,
        state=FilingState.ACTIVE,
        care_area=divisions.filing_target(command.care_area),
        institution_code=command.institution_code,
        referring_institution=command.referring_institution,
        form=command.form,
        diagnosis_code=command.diagnosis_code,
        disease_name=command.diagnosis_name,
        start=command.start,
        end=validity_end(Category.REFERRED, command.start, command.end, rules),
        committed=0,
        proven=1,
        materials="",
        channel="institution",
        reviewed=0,
        agent_name="",
        agent_relation="",
        agent_certificate_no="",
        agent_phone="",
        continues="",
        reason=command.reason,
        filed_at=moment.instant,
        recorded_at=moment.instant,
    )
