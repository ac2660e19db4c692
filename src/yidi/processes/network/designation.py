"""The care place designates institutions and opens services; anybody may ask which institution is which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from yidi.domain.codes.chronic_disease import parse_chronic_disease
from yidi.domain.codes.institution import parse_institution
from yidi.domain.codes.shape import shown
from yidi.domain.dates import Span, is_day
from yidi.domain.policy.known import TRAITS
from yidi.domain.refusal import Refusal
from yidi.processes.network.commands import (
    AskInstitution,
    ChangeOpening,
    DescribeInstitution,
    DesignateInstitution,
    InstitutionFound,
    Opening,
)
from yidi.processes.network.records import (
    INSTITUTION,
    INSTITUTIONS_OF_NAME,
    OPENINGS,
    Institution,
    Service,
    ServiceOpening,
)
from yidi.processes.network.refusals import DESIGNATION_INVALID, INSTITUTION_UNKNOWN, NAME_AMBIGUOUS
from yidi.processes.network.views import (
    CLOSED,
    LEVELS,
    OPEN,
    SUSPENDED,
    WITHDRAWN,
    current,
    latest_openings,
)
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused

KINDS = {"1": ("hospital", "primary", "tcm"), "2": ("pharmacy",)}
"""Characters an institution of each kind may have (dictionary of institution types: 1 and 2 settle)."""


def needs_of_designation(command: DesignateInstitution | DescribeInstitution, facts: Facts) -> Iterable[Key]:
    """Need the institution and its openings as they stand."""
    yield INSTITUTION.key(command.jurisdiction, command.institution_code)
    yield OPENINGS.key(command.jurisdiction, command.institution_code)


def designate(command: DesignateInstitution, facts: Facts, moment: Moment) -> Decision:
    """Keep the institution's next version and each opening's; the same again adds nothing."""
    findings = tuple(_invalid(command))
    if findings:
        return refused(command, *findings)
    place, code = command.jurisdiction, command.institution_code
    held = current(facts.many(INSTITUTION, place, code))
    row = Institution(
        place,
        code,
        held.version + 1 if held else 1,
        command.name,
        command.kind,
        command.grade,
        command.character,
        command.area,
        command.credit_code,
        command.state,
        command.start,
        command.end,
        moment.instant,
        ",".join(sorted(set(command.traits))),
    )
    same = held is not None and held._replace(version=row.version, recorded_at=row.recorded_at) == row
    before = latest_openings(facts.many(OPENINGS, place, code))
    named = {(opening.service, opening.disease_code): opening for opening in command.openings}
    openings = [_next(place, code, opening, OPEN, before, moment) for opening in named.values()]
    added = [opening for opening in openings if opening is not None]
    return accepted(command, Done(reference=code), *(() if same else (row,)), *added)


def describe(command: DescribeInstitution, facts: Facts, moment: Moment) -> Decision:
    """Keep what the institution is beside its level; the same again adds nothing."""
    place, code = command.jurisdiction, command.institution_code
    held = current(facts.many(INSTITUTION, place, code))
    if held is None:
        return refused(command, INSTITUTION_UNKNOWN.because("institution_code", institution_code=code))
    findings = tuple(_unknown_traits(command.traits))
    if findings:
        return refused(command, *findings)
    said = held._replace(traits=",".join(sorted(set(command.traits))))
    openings = facts.many(OPENINGS, place, code)
    if said == held:
        return accepted(command, _found(held, openings))
    row = said._replace(version=held.version + 1, recorded_at=moment.instant)
    return accepted(command, _found(row, openings), row)


def needs_of_opening(command: ChangeOpening, facts: Facts) -> Iterable[Key]:
    """Need the institution and its openings as they stand."""
    yield INSTITUTION.key(command.jurisdiction, command.institution_code)
    yield OPENINGS.key(command.jurisdiction, command.institution_code)


def change_opening(command: ChangeOpening, facts: Facts, moment: Moment) -> Decision:
    """Open or close one service of an institution."""
    place, code = command.jurisdiction, command.institution_code
    held = current(facts.many(INSTITUTION, place, code))
    if held is None:
        return refused(command, INSTITUTION_UNKNOWN.because("institution_code", institution_code=code))
    findings = list(_invalid_opening(held.kind, command.opening))
    if command.state not in (OPEN, CLOSED):
        findings.append(_wrong("state", command.state, f"{OPEN}, {CLOSED}"))
    if findings:
        return refused(command, *findings)
    before = latest_openings(facts.many(OPENINGS, place, code))
    row = _next(place, code, command.opening, command.state, before, moment)
    return accepted(command, Done(reference=code), *(() if row is None else (row,)))


def needs_of_question(command: AskInstitution, facts: Facts) -> Iterable[Key]:
    """Need the institution, and those of the name when no code is given."""
    if command.institution_code:
        yield INSTITUTION.key(command.jurisdiction, command.institution_code)
        yield OPENINGS.key(command.jurisdiction, command.institution_code)
    else:
        yield INSTITUTIONS_OF_NAME.key(command.jurisdiction, command.name)


def needs_of_named(command: AskInstitution, facts: Facts) -> Iterable[Key]:
    """Need the versions and openings of each institution of the name."""
    if not command.institution_code:
        for code in _codes_named(command, facts):
            yield INSTITUTION.key(command.jurisdiction, code)
            yield OPENINGS.key(command.jurisdiction, code)


def ask_institution(command: AskInstitution, facts: Facts, moment: Moment) -> Decision:
    """Show the institution as it stands."""
    place = command.jurisdiction
    codes = [command.institution_code] if command.institution_code else _codes_named(command, facts)
    rows = [row for code in codes if (row := current(facts.many(INSTITUTION, place, code))) is not None]
    if not command.institution_code:
        rows = [row for row in rows if row.name == command.name]
    if len(rows) > 1:
        return refused(command, NAME_AMBIGUOUS.because("name", name=command.name, count=len(rows)))
    if not rows:
        asked = command.institution_code or command.name
        return refused(command, INSTITUTION_UNKNOWN.because("institution_code", institution_code=asked))
    return accepted(command, _found(rows[0], facts.many(OPENINGS, place, rows[0].institution_code)))


def _codes_named(command: AskInstitution, facts: Facts) -> list[str]:
    rows = facts.many(INSTITUTIONS_OF_NAME, command.jurisdiction, command.name)
    return list(dict.fromkeys(row.institution_code for row in rows))


def _found(row: Institution, openings: Sequence[ServiceOpening]) -> InstitutionFound:
    return InstitutionFound(
        institution_code=row.institution_code,
        name=row.name,
        kind=row.kind,
        grade=row.grade,
        area=row.area,
        credit_code=row.credit_code,
        state=row.state,
        openings=tuple(
            Opening(opening.service, opening.disease_code, opening.start, opening.end)
            for opening in latest_openings(openings)
            if opening.state == OPEN
        ),
        traits=tuple(filter(None, row.traits.split(","))),
    )


def _next(
    place: str,
    code: str,
    opening: Opening,
    state: str,
    before: Iterable[ServiceOpening],
    moment: Moment,
) -> ServiceOpening | None:
    key = (opening.service, opening.disease_code)
    held = next((row for row in before if (row.service, row.disease_code) == key), None)
    said = (state, opening.start, opening.end)
    if held is not None and (held.state, held.start, held.end) == said:
        return None
    version = 1 if held is None else held.version + 1
    return ServiceOpening(place, code, *key, version, *said, moment.instant)


def _invalid(command: DesignateInstitution) -> Iterator[Refusal]:
    if parse_institution(command.institution_code) is None:
        yield _wrong("institution_code", command.institution_code, "H/P + 6 + 5")
    if not command.name.strip():
        yield _wrong("name", command.name, "1-200")
    if command.area[:2] != command.jurisdiction[:2]:
        yield _wrong("area", command.area, f"{command.jurisdiction[:2]}xxxx")
    if command.kind not in KINDS:
        yield _wrong("kind", command.kind, ", ".join(KINDS))
    elif command.character not in KINDS[command.kind]:
        yield _wrong("character", command.character, ", ".join(KINDS[command.kind]))
    if command.grade.lstrip("0") not in LEVELS:
        yield _wrong("grade", command.grade, "1-14")
    if command.state not in (OPEN, SUSPENDED, WITHDRAWN):
        yield _wrong("state", command.state, f"{OPEN}, {SUSPENDED}, {WITHDRAWN}")
    yield from _invalid_span(Span(command.start, command.end))
    yield from _unknown_traits(command.traits)
    for opening in command.openings:
        yield from _invalid_opening(command.kind, opening)


def _unknown_traits(traits: Iterable[str]) -> Iterator[Refusal]:
    """Find the words that are no trait, each once."""
    for trait in dict.fromkeys(traits):
        if trait not in TRAITS:
            yield _wrong("traits", trait, ", ".join(TRAITS))


def _invalid_opening(kind: str, opening: Opening) -> Iterator[Refusal]:
    pharmacy = [Service.PHARMACY]
    possible = pharmacy if kind == "2" else [service for service in Service if service not in pharmacy]
    if opening.service not in possible:
        yield _wrong("service", opening.service, ", ".join(possible))
    chronic = opening.service == Service.CHRONIC
    if chronic and parse_chronic_disease(opening.disease_code) is None:
        yield _wrong("disease_code", opening.disease_code, "M + 5")
    if not chronic and opening.disease_code:
        yield _wrong("disease_code", opening.disease_code, "''")
    yield from _invalid_span(Span(opening.start, opening.end))


def _invalid_span(span: Span) -> Iterator[Refusal]:
    if not is_day(span.start) or not is_day(span.end) or span.start >= span.end:
        yield _wrong("start", f"{span.start} – {span.end}", "start < end")


def _wrong(field: str, value: str, expected: str) -> Refusal:
    return DESIGNATION_INVALID.because(field, value=shown(value), expected=expected)
