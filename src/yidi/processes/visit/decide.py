"""The decisions about visits, as one table."""

from __future__ import annotations

from yidi.processes.enrolment.commands import NumberReplaced, TakeNumber
from yidi.processes.enrolment.numbers import following
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.catalogues import Catalogues
from yidi.processes.ports.deciding import Handler
from yidi.processes.ports.settled import SettledLines
from yidi.processes.relay.commands import Answered
from yidi.processes.visit import changes, discharge, questions, registration, renumbering, stays
from yidi.processes.visit.access import needs_of_visit
from yidi.processes.visit.commands import (
    AskChronicLines,
    AskDiagnoses,
    AskLines,
    AskStays,
    AskVisits,
    CancelDischarge,
    CancelVisit,
    ChangeAdmission,
    DescribeVisit,
    Discharge,
    NoteStay,
    OpenVisit,
    RegisterVisit,
    SubmitSettlementList,
    UploadLines,
    WithdrawLines,
)
from yidi.processes.visit.lines import FeeLines
from yidi.processes.visit.settlement_lists import SettlementLists


def handlers(catalogues: Catalogues, settled: SettledLines, areas: Areas) -> tuple[Handler, ...]:
    """Return how visits are decided: prices from `catalogues`, what is settled from `settled`."""
    return (
        *_registrations(areas),
        *_of_stays(areas),
        *_changes(areas, settled),
        *_lines(catalogues, settled),
        *_questions(settled),
    )


def _registrations(areas: Areas) -> tuple[Handler, ...]:
    asked = registration.Registration(areas)
    return (
        Handler(RegisterVisit, (asked.needs, asked.needs_of_namesakes, asked.needs_of_kept), asked.register),
        Handler(
            Answered, (registration.needs_of_answer,), registration.take_answer, about=OpenVisit.__name__
        ),
    )


def _of_stays(areas: Areas) -> tuple[Handler, ...]:
    admission = stays.Admission(areas)
    return (
        following(
            Handler(
                OpenVisit,
                (admission.needs, admission.needs_of_numbers, admission.needs_of_stays),
                admission.open_visit,
            )
        ),
        following(Handler(NoteStay, (stays.needs_of_notice,), stays.note_stay)),
        following(Handler(AskStays, (stays.needs_of_question,), stays.show_stays)),
        Handler(NumberReplaced, (renumbering.needs_of_stays,), renumbering.tell_hospitals),
        Handler(TakeNumber, (needs_of_visit,), renumbering.take_number),
    )


def _changes(areas: Areas, settled: SettledLines) -> tuple[Handler, ...]:
    said = changes.Changes(areas, settled)
    readmission = discharge.Readmission(settled)
    return (
        Handler(CancelVisit, (said.needs_of_cancellation,), said.cancel),
        Handler(DescribeVisit, (said.needs_of_description,), said.describe),
        Handler(ChangeAdmission, (said.needs_of_description,), said.change_admission),
        Handler(Discharge, (discharge.needs_of_discharge,), discharge.discharge),
        Handler(CancelDischarge, (readmission.needs,), readmission.cancel_discharge),
        Handler(Answered, (changes.needs_of_noted,), changes.take_noted, about=NoteStay.__name__),
    )


def _lines(catalogues: Catalogues, settled: SettledLines) -> tuple[Handler, ...]:
    lines = FeeLines(catalogues, settled)
    lists = SettlementLists(settled)
    return (
        Handler(UploadLines, (lines.needs_of_upload,), lines.upload),
        Handler(WithdrawLines, (lines.needs_of_withdrawal,), lines.withdraw),
        Handler(SubmitSettlementList, (lists.needs,), lists.take),
    )


def _questions(settled: SettledLines) -> tuple[Handler, ...]:
    asked = questions.LineQuestions(settled)
    of_person = (questions.needs_of_visits, questions.needs_of_changes)
    return (
        Handler(AskVisits, of_person, questions.show_visits),
        Handler(AskDiagnoses, (questions.needs_of_diagnoses,), questions.show_diagnoses),
        Handler(AskLines, (asked.needs_of_lines,), asked.show_lines),
        Handler(AskChronicLines, (*of_person, asked.needs_of_chronic), asked.show_chronic_lines),
    )
