"""Institutions register a chronic disease 慢特病 or a selected institution 人员定点, and take it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from yidi.domain.codes.chronic_disease import parse_chronic_disease
from yidi.domain.dates import FOREVER
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import CERTIFICATES, PERSON, RELATIONS, ChronicCertificate
from yidi.processes.enrolment.views import home_area, latest_certificates, person_missing
from yidi.processes.filing.commands import (
    CertifyChronic,
    Filed,
    SelectInstitution,
    WithdrawChronic,
    WithdrawSelection,
)
from yidi.processes.filing.making import day_findings, invalid
from yidi.processes.filing.records import SELECTIONS, Selection
from yidi.processes.filing.referral import not_now, own_name
from yidi.processes.filing.refusals import (
    ALREADY_CERTIFIED,
    ALREADY_SELECTED,
    AREA_WITHOUT_RULES,
    CERTIFICATE_UNKNOWN,
    CERTIFIED_ELSEWHERE,
    SELECTION_UNKNOWN,
)
from yidi.processes.filing.views import VALID, latest_selections
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment
from yidi.processes.relay.commands import answered_home

CANCELLED = "cancelled"


def certificate_id(row: ChronicCertificate) -> str:
    """Name one version of a person's certificate; with the person number it is unique."""
    return f"{row.disease_code}-{row.version}"


def needs_of_chronic(command: CertifyChronic | WithdrawChronic, facts: Facts) -> Iterable[Key]:
    """Need the person, the relations and the certificates."""
    for view in (PERSON, RELATIONS, CERTIFICATES):
        yield view.key(command.jurisdiction, command.person_no)


def certify(areas: Areas) -> Callable[[CertifyChronic, Facts, Moment], Decision]:
    """Make the decision over the rules of the areas."""

    def decide(command: CertifyChronic, facts: Facts, moment: Moment) -> Decision:
        place, no, today = command.jurisdiction, command.person_no, moment.today.isoformat()
        missing = person_missing(facts.one(PERSON, place, no), no)
        if missing:
            return not_now(command, *missing)
        area = home_area(facts.many(RELATIONS, place, no), today)
        rules = areas.filing(area, today)
        if rules is None:
            return not_now(command, AREA_WITHOUT_RULES.because("area", area=area, day=today))
        held = latest_certificates(facts.many(CERTIFICATES, place, no))
        same = next((row for row in held if row.disease_code == command.disease_code), None)
        findings = list(_chronic_findings(command, same, rules.chronic_certified_elsewhere))
        if findings:
            return not_now(command, *findings)
        row = ChronicCertificate(
            place,
            no,
            command.disease_code,
            1 if same is None else same.version + 1,
            command.disease_name,
            command.institution_code,
            VALID,
            command.start,
            command.end or FOREVER,
            moment.instant,
        )
        return answered_home(
            command, _filed(certificate_id(row), row.version, VALID, row.start, row.end), row
        )

    return decide


def withdraw_chronic(command: WithdrawChronic, facts: Facts, moment: Moment) -> Decision:
    """Cancel a certificate that the institution itself registered."""
    held = latest_certificates(facts.many(CERTIFICATES, command.jurisdiction, command.person_no))
    for found in held:
        named = certificate_id(found) == command.certificate_id and found.state == VALID
        if named and found.institution_code == command.origin_sender:
            row = found._replace(version=found.version + 1, state=CANCELLED, recorded_at=moment.instant)
            reply = _filed(command.certificate_id, row.version, CANCELLED, row.start, row.end)
            return answered_home(command, reply, row)
    return not_now(
        command, CERTIFICATE_UNKNOWN.because("certificate_id", certificate_id=command.certificate_id)
    )


def needs_of_selection(command: SelectInstitution | WithdrawSelection, facts: Facts) -> Iterable[Key]:
    """Need the person and the selections."""
    yield PERSON.key(command.jurisdiction, command.person_no)
    yield SELECTIONS.key(command.jurisdiction, command.person_no)


def select(command: SelectInstitution, facts: Facts, moment: Moment) -> Decision:
    """Register the asking institution as a person's selected one for a business."""
    place, no = command.jurisdiction, command.person_no
    missing = person_missing(facts.one(PERSON, place, no), no)
    if missing:
        return not_now(command, *missing)
    start = command.start or moment.today.isoformat()
    findings = (
        *own_name(command, command.institution_code),
        *day_findings(start, command.end),
        *_selected_already(command, latest_selections(facts.many(SELECTIONS, place, no)), start),
    )
    if findings:
        return not_now(command, *findings)
    row = Selection(
        place,
        no,
        moment.reference,
        1,
        command.institution_code,
        command.scheme,
        command.business_kind,
        VALID,
        start,
        command.end or FOREVER,
        moment.instant,
    )
    return answered_home(command, _filed(row.selection_id, 1, VALID, row.start, row.end), row)


def withdraw_selection(command: WithdrawSelection, facts: Facts, moment: Moment) -> Decision:
    """Withdraw a selection that the institution itself registered."""
    for found in latest_selections(facts.many(SELECTIONS, command.jurisdiction, command.person_no)):
        named = found.selection_id == command.selection_id and found.state == VALID
        if named and found.institution_code == command.origin_sender:
            row = found._replace(version=found.version + 1, state=CANCELLED, recorded_at=moment.instant)
            reply = _filed(row.selection_id, row.version, CANCELLED, row.start, row.end)
            return answered_home(command, reply, row)
    return not_now(command, SELECTION_UNKNOWN.because("selection_id", selection_id=command.selection_id))


def _filed(reference: str, version: int, state: str, start: str, end: str) -> Filed:
    return Filed(filing_id=reference, version=version, state=state, start=start, end=end)


def _chronic_findings(
    command: CertifyChronic, same: ChronicCertificate | None, elsewhere: bool
) -> Iterator[Refusal]:
    yield from own_name(command, command.institution_code)
    yield from day_findings(command.start, command.end)
    if parse_chronic_disease(command.disease_code) is None:
        yield invalid("disease_code", command.disease_code, "M加5位数字", "M and five digits")
    if command.care != command.insured and not elsewhere:
        yield CERTIFIED_ELSEWHERE.because("institution_code", institution_code=command.institution_code)
    if same is not None and same.state == VALID and command.start < same.end:
        texts = {"start": same.start, "end": same.end}
        yield ALREADY_CERTIFIED.because("disease_code", disease_code=same.disease_code, **texts)


def _selected_already(command: SelectInstitution, held: Iterable[Selection], start: str) -> Iterator[Refusal]:
    for row in held:
        same = (row.institution_code, row.business_kind, row.scheme) == (
            command.institution_code,
            command.business_kind,
            command.scheme,
        )
        if same and row.state == VALID and start < row.end:
            yield ALREADY_SELECTED.because(
                "institution_code",
                institution_code=row.institution_code,
                business_kind=row.business_kind,
                selection_id=row.selection_id,
            )
