"""A person, relative or clerk files for care elsewhere: what is asked for, from when, until when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from yidi.domain.codes.division import DivisionLevel, Divisions
from yidi.domain.codes.shape import shown as shortened
from yidi.domain.dates import FOREVER, Span, is_day
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import PERSON, RELATIONS
from yidi.processes.enrolment.views import Entitled, entitlement, person_missing
from yidi.processes.filing.commands import Agent, Filed, FileForCare
from yidi.processes.filing.records import FILINGS, Category, Filing, FilingState
from yidi.processes.filing.refusals import (
    AGENT_INCOMPLETE,
    ALREADY_FILED,
    AREA_WITHOUT_RULES,
    CARE_AREA_IS_HOME,
    CARE_AREA_UNKNOWN,
    CONTINUED_UNKNOWN,
    FILING_INVALID,
    OTHER_ILLNESS,
    OTHER_LONG_TERM_HOLDS,
    PROOF_MISSING,
    REFERRER_MISSING,
)
from yidi.processes.filing.views import LONG_TERM, Spell, latest, months_after, spells
from yidi.processes.ports.areas import Areas, FilingRules
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, accepted, refused

PROOFS = {
    Category.RESETTLED_RETIREE: "resettlement_proof",
    Category.LONG_TERM_RESIDENT: "residence_proof",
    Category.STATIONED_STAFF: "work_proof",
}
"""The one paper each long-term category may be asked for (regulation 2.1); commitment replaces it (2.2)."""


def needs_of_filing(command: FileForCare, facts: Facts) -> Iterable[Key]:
    """Need the person, the relations, and what is filed already."""
    for view in (PERSON, RELATIONS, FILINGS):
        yield view.key(command.jurisdiction, command.person_no)


def file_for_care(areas: Areas) -> Callable[[FileForCare, Facts, Moment], Decision]:
    """Make the decision over the rules of the areas.

    Self-service is approved at once where the area offers it for the category, and so are an emergency and
    the next step of the same illness; everything else goes to review (regulation 2.4, 2.5).
    """

    def decide(command: FileForCare, facts: Facts, moment: Moment) -> Decision:
        place, no, today = command.jurisdiction, command.person_no, moment.today.isoformat()
        missing = person_missing(facts.one(PERSON, place, no), no)
        entitled = entitlement(facts.many(RELATIONS, place, no), "", today)
        if missing or not isinstance(entitled, Entitled):
            return refused(command, *missing, *(() if isinstance(entitled, Entitled) else entitled))
        area = entitled.relation.area
        rules = areas.filing(area, today)
        if rules is None:
            return refused(command, AREA_WITHOUT_RULES.because("area", area=area, day=today))
        held = facts.many(FILINGS, place, no)
        findings = tuple(_findings(command, held, area, areas.divisions))
        if findings:
            return refused(command, *findings)
        row = _filing(command, continued(held, command.continues), rules, areas.divisions, moment)
        overlapping = tuple(overlaps(row, held, areas.divisions, today))
        if overlapping:
            return refused(command, *overlapping)
        return accepted(command, shown(row), row)

    return decide


def shown(row: Filing) -> Filed:
    """Show a filing as it stands."""
    return Filed(filing_id=row.filing_id, version=row.version, state=row.state, start=row.start, end=row.end)


def validity_end(category: str, start: str, asked_end: str, rules: FilingRules) -> str:
    """Return the day on which a filing ends: never earlier than the rule grants, later if asked (2.1).

    Long-term ones last until changed; an emergency is the episode, and since an admission inside the validity
    covers the whole stay (2.10), its first day is enough; the others last the area's months at least.
    """
    if category in LONG_TERM:
        return asked_end or FOREVER
    if category == Category.EMERGENCY:
        return asked_end or (date.fromisoformat(start) + timedelta(days=1)).isoformat()
    return max(asked_end, months_after(start, rules.temporary_validity_months))


def place_findings(care_area: str, area: str, divisions: Divisions) -> Iterator[Refusal]:
    """Find whether a place can be filed for: a city, not the insured one (regulation 2.6)."""
    found = divisions.find(care_area)
    province = found is not None and found.level is DivisionLevel.PROVINCE
    if found is None or not found.insuring or (province and not found.whole):
        yield CARE_AREA_UNKNOWN.because("care_area", care_area=shortened(care_area))
    elif divisions.filing_target(care_area) == divisions.filing_target(area):
        yield CARE_AREA_IS_HOME.because("care_area", care_area=care_area)


def overlaps(row: Filing, held: Sequence[Filing], divisions: Divisions, today: str) -> Iterator[Refusal]:
    """Find what a new filing may not stand beside: the same again, or a second long-term place.

    A second long-term filing would go round the lock of the first (2.11). A referral stands beside a
    long-term filing, and so does the next step of the same illness.
    """
    target = divisions.filing_target(row.care_area)
    pending = [
        Spell(other, Span(other.start, other.end))
        for other in latest(held)
        if other.state == FilingState.UNDER_REVIEW
    ]
    for spell in (*spells(held), *pending):
        other = spell.filing
        if spell.span.end <= today or not spell.span.meets(Span(row.start, row.end)):
            continue
        same_place = divisions.filing_target(other.care_area) == target
        if row.category in LONG_TERM and other.category in LONG_TERM and not same_place:
            yield OTHER_LONG_TERM_HOLDS.because(
                "care_area", filing_id=other.filing_id, care_area=other.care_area
            )
        same_kind = other.category == row.category or {other.category, row.category} <= LONG_TERM
        same_hospital = other.institution_code == row.institution_code
        if same_kind and same_place and same_hospital and row.continues != other.filing_id:
            yield ALREADY_FILED.because(
                "care_area", filing_id=other.filing_id, start=spell.span.start, end=spell.span.end
            )


def day_findings(start: str, end: str) -> Iterator[Refusal]:
    """Find days that are none, or an end that does not follow its start; an empty end is left to the rule."""
    if not is_day(start) or start >= FOREVER:
        yield invalid("start", start, "日期，如2026-01-31", "a day such as 2026-01-31")
    elif end and (not is_day(end) or end <= start):
        yield invalid("end", end, f"晚于{start}的日期", f"a day after {start}")


def invalid(field: str, value: str, expected_zh: str, expected_en: str) -> Refusal:
    """Say that a value cannot be filed."""
    return FILING_INVALID.because(
        field, value=shortened(value), expected_zh=expected_zh, expected_en=expected_en
    )


def continued(held: Sequence[Filing], filing_id: str) -> Filing | None:
    """Return the referral that a simplified re-filing goes on from, or None."""
    return next(
        (row for row in latest(held) if row.filing_id == filing_id and row.category == Category.REFERRED),
        None,
    )


def _findings(
    command: FileForCare, held: Sequence[Filing], area: str, divisions: Divisions
) -> Iterator[Refusal]:
    yield from day_findings(command.start, command.end)
    yield from place_findings(command.care_area, area, divisions)
    yield from _agent_findings(command.agent)
    if command.category not in set(Category):
        words = "、".join(Category)
        yield invalid("category", command.category, words, words)
    elif command.continues:
        yield from _continued_findings(command, held)
    elif command.category == Category.REFERRED and not command.referring_institution:
        yield REFERRER_MISSING.because("referring_institution")
    elif command.category in LONG_TERM:
        proof = PROOFS[Category(command.category)]
        if proof not in command.materials and not command.committed:
            yield PROOF_MISSING.because("materials", proof=proof)


def _agent_findings(agent: Agent | None) -> Iterator[Refusal]:
    if agent is not None and not all(
        text.strip() for text in (agent.name, agent.relation, agent.certificate_no, agent.phone)
    ):
        yield AGENT_INCOMPLETE.because("agent")


def _continued_findings(command: FileForCare, held: Sequence[Filing]) -> Iterator[Refusal]:
    """One step for the same illness: no new referral, no papers, no review (regulation 2.1)."""
    old = continued(held, command.continues)
    if old is None or command.category != Category.REFERRED:
        yield CONTINUED_UNKNOWN.because("continues", filing_id=command.continues)
    elif not same_illness(old.diagnosis_code, command.diagnosis_code):
        yield OTHER_ILLNESS.because("diagnosis_code", held=old.diagnosis_code, given=command.diagnosis_code)


def same_illness(old: str, new: str) -> bool:
    """Say whether two diagnoses are of one illness: the same ICD-10 category; silence means the old one."""
    return not new or not old or old[:3] == new[:3]


def _filing(
    command: FileForCare,
    old: Filing | None,
    rules: FilingRules,
    divisions: Divisions,
    moment: Moment,
) -> Filing:
    at_once = command.self_service and command.category in rules.self_service
    free = command.category == Category.EMERGENCY or old is not None
    proof = PROOFS.get(Category(command.category))
    agent = command.agent or Agent("", "", "", "")
    return Filing(
        jurisdiction=command.jurisdiction,
        filing_id=moment.reference,
        version=1,
        person_no=command.person_no,
        category=command.category,
        state=FilingState.ACTIVE if at_once or free else FilingState.UNDER_REVIEW,
        care_area=divisions.filing_target(command.care_area),
        institution_code=command.institution_code,
        referring_institution=command.referring_institution or (old.referring_institution if old else ""),
        form=command.form or (old.form if old else ""),
        diagnosis_code=command.diagnosis_code or (old.diagnosis_code if old else ""),
        disease_name=command.disease_name or (old.disease_name if old else ""),
        start=command.start,
        end=validity_end(command.category, command.start, command.end, rules),
        committed=int(proof is not None and command.committed),
        proven=int(proof is None or proof in command.materials),
        materials=",".join(command.materials),
        channel=command.channel,
        reviewed=0,
        agent_name=agent.name,
        agent_relation=agent.relation,
        agent_certificate_no=agent.certificate_no,
        agent_phone=agent.phone,
        continues=command.continues,
        reason=command.reason,
        filed_at=moment.instant,
        recorded_at=moment.instant,
    )
