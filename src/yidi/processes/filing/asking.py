"""Institutions ask for a person's certificates, selections, filings and referrals."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.enrolment.records import CERTIFICATES, PERSON, RELATIONS
from yidi.processes.enrolment.views import answering, latest_certificates, person_missing
from yidi.processes.filing.commands import (
    AskChronic,
    AskFilings,
    AskSelections,
    ChronicFound,
    ChronicRow,
    FilingRow,
    FilingsFound,
    SelectionRow,
    SelectionsFound,
)
from yidi.processes.filing.records import FILINGS, SELECTIONS, Filing
from yidi.processes.filing.referral import not_now
from yidi.processes.filing.views import VALID, latest, latest_selections
from yidi.processes.network.records import INSTITUTION
from yidi.processes.network.views import current
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment
from yidi.processes.relay.commands import answered_home


def needs_of_certificates(command: AskChronic, facts: Facts) -> Iterable[Key]:
    """Need the person and the certificates."""
    yield PERSON.key(command.jurisdiction, command.person_no)
    yield CERTIFICATES.key(command.jurisdiction, command.person_no)


def ask_chronic(command: AskChronic, facts: Facts, moment: Moment) -> Decision:
    """Show the certificates valid today or later."""
    place, no, today = command.jurisdiction, command.person_no, moment.today.isoformat()
    missing = person_missing(facts.one(PERSON, place, no), no)
    if missing:
        return not_now(command, *missing)
    rows = tuple(
        ChronicRow(row.disease_code, row.disease_name, row.start, row.end)
        for row in latest_certificates(facts.many(CERTIFICATES, place, no))
        if row.state == VALID and row.end > today
    )
    return answered_home(command, ChronicFound(rows=rows))


def needs_of_selections(command: AskSelections, facts: Facts) -> Iterable[Key]:
    """Need the person and the selections."""
    yield PERSON.key(command.jurisdiction, command.person_no)
    yield SELECTIONS.key(command.jurisdiction, command.person_no)


def needs_of_selected(command: AskSelections, facts: Facts) -> Iterable[Key]:
    """Need the institutions selected, as far as the insured place has them."""
    for row in facts.many(SELECTIONS, command.jurisdiction, command.person_no):
        yield INSTITUTION.key(command.jurisdiction, row.institution_code)


def _name_of(facts: Facts, place: str, institution_code: str) -> str:
    found = current(facts.many(INSTITUTION, place, institution_code))
    return "" if found is None else found.name


def ask_selections(command: AskSelections, facts: Facts, moment: Moment) -> Decision:
    """Show the selections valid today or later, of one business when it is named."""
    place, no, today = command.jurisdiction, command.person_no, moment.today.isoformat()
    missing = person_missing(facts.one(PERSON, place, no), no)
    if missing:
        return not_now(command, *missing)
    rows = tuple(
        SelectionRow(
            row.selection_id,
            row.institution_code,
            row.scheme,
            row.business_kind,
            row.start,
            row.end,
            _name_of(facts, place, row.institution_code),
        )
        for row in latest_selections(facts.many(SELECTIONS, place, no))
        if row.state == VALID and row.end > today and command.business_kind in ("", row.business_kind)
    )
    return answered_home(command, SelectionsFound(person_no=no, rows=rows))


def needs_of_filings(command: AskFilings, facts: Facts) -> Iterable[Key]:
    """Need the person and the filings."""
    yield PERSON.key(command.jurisdiction, command.person_no)
    yield FILINGS.key(command.jurisdiction, command.person_no)
    yield RELATIONS.key(command.jurisdiction, command.person_no)


def ask_filings(command: AskFilings, facts: Facts, moment: Moment) -> Decision:
    """Show every filing in its latest version whose days meet the span asked for, newest last."""
    place, no = command.jurisdiction, command.person_no
    person = facts.one(PERSON, place, no)
    if person is None:
        return not_now(command, *person_missing(person, no))
    since, until = command.since[:10], command.until[:10]
    rows = tuple(
        _shown(row)
        for row in latest(facts.many(FILINGS, place, no))
        if row.end > since and (not until or row.start <= until)
    )
    held = answering(facts.many(RELATIONS, place, no), moment.today.isoformat())
    return answered_home(
        command,
        FilingsFound(
            person_no=no,
            person_name=person.name,
            rows=rows,
            scheme=held.scheme if held else "",
            certificate_type=person.certificate_type,
            certificate_no=person.certificate_no,
            gender=person.gender,
            born=person.born,
            employer=held.employer if held else "",
        ),
    )


def _shown(row: Filing) -> FilingRow:
    return FilingRow(
        filing_id=row.filing_id,
        version=row.version,
        category=row.category,
        state=row.state,
        care_area=row.care_area,
        institution_code=row.institution_code,
        referring_institution=row.referring_institution,
        diagnosis_code=row.diagnosis_code,
        disease_name=row.disease_name,
        start=row.start,
        end=row.end,
        filed_at=row.filed_at,
        reason=row.reason,
    )
