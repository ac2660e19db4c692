"""An institution is shown its own visits, diagnoses and lines, and nobody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import AWAY, HOME, HOME_HOSPITAL, HOSPITAL, OTHER_HOSPITAL, asked_by
from tests.processes.visit.stage import DRUG, Stage, done, line
from tests.processes.visit.test_registration import certificate, chronic
from tests.world import codes_in
from yidi.processes.enrolment.refusals import PERSON_UNKNOWN
from yidi.processes.filing.records import Filing
from yidi.processes.ports.deciding import Reply
from yidi.processes.relay.commands import Answered, Forward, outward
from yidi.processes.visit.commands import (
    AskChronicLines,
    AskDiagnoses,
    AskLines,
    AskStays,
    AskVisits,
    DiagnosesFound,
    DiagnosisGiven,
    Flags,
    LinesFound,
    OpenVisit,
    StaysFound,
    SubmitSettlementList,
    VisitsFound,
)
from yidi.processes.visit.records import FeeLine, SettlementList
from yidi.processes.visit.refusals import NOT_SETTLED, VISIT_UNKNOWN
from yidi.processes.visit.told import Holder, VisitAdmitted

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


def asking(stage: Stage, kind: Any, sender: str = HOSPITAL, **given: Any) -> Any:
    """Ask a question as an institution of the other province."""
    named = {"jurisdiction": AWAY, "sender": sender, "msgid": stage.world.next_msgid(), "person_no": "P1"}
    return stage.world.ask(kind(**named | given))


def visits(stage: Stage, **given: Any) -> list[str]:
    """The numbers of the visits shown."""
    found: Reply = asking(stage, AskVisits, **{"since": "", "until": ""} | given)
    assert isinstance(found, VisitsFound)
    return [visit.visit_id for visit in found.visits]


def test_visits_are_found_by_day_kind_number_and_whether_they_last() -> None:
    stage = Stage()
    stay, visit = stage.stay(), stage.visit(started_at="2026-02-01 10:00:00")
    assert set(visits(stage)) == {stay, visit}
    assert visits(stage, since="2026-02-01 00:00:00", until="2026-02-01 23:59:59") == [visit]
    assert visits(stage, visit_kind="21") == [stay]
    assert visits(stage, visit_id=visit) == [visit]
    assert visits(stage, in_hospital_only=True) == [stay]
    stage.discharge(stay)
    assert visits(stage, in_hospital_only=True) == []


def test_refused_and_cancelled_visits_and_those_of_others_are_not_shown() -> None:
    stage = Stage()
    stage.register(person_name="某乙")
    gone = stage.visit()
    stage.cancel(gone)
    stage.visit(sender=OTHER_HOSPITAL)
    assert visits(stage) == []
    assert len(visits(stage, sender=OTHER_HOSPITAL)) == 1


def test_a_visit_is_shown_with_its_changes_folded_in() -> None:
    stage = Stage()
    stay = stage.stay(particulars='{"bed":"1","ward":"A"}', disease_name="肺炎")
    stage.change(stay, particulars='{"bed":"2"}', diagnosis_code="J18.900", flags=Flags(admission="1"))
    stage.discharge(stay, leaving="1")
    found = asking(stage, AskVisits, since="", until="").visits[0]
    assert json.loads(found.particulars) == {"bed": "2", "ward": "A"}
    assert (found.disease_name, found.diagnosis_code, found.leaving) == ("肺炎", "J18.900", "1")
    assert not found.in_hospital


def test_a_visit_shows_the_person_as_the_insured_place_told_whatever_the_institution_sent() -> None:
    stage = Stage()
    visit_id = stage.stay(particulars='{"holder": "somebody"}')
    reply = stage.world.ask(
        AskVisits(**stage._named({}), person_no="P1", since="", until="", visit_id=visit_id)
    )
    assert isinstance(reply, VisitsFound)
    assert reply.visits[0].holder == Holder("试甲", "1", "01", "1960-05-01", "12")


def test_diagnoses_are_changed_added_and_voided_by_their_number() -> None:
    stage = Stage()
    first = (DiagnosisGiven("1", "I10.x00", "高血压", main=True), DiagnosisGiven("2", "E11.900", "糖尿病"))
    stay = stage.stay(diagnoses=first)
    later = (DiagnosisGiven("2", "E11.900", "糖尿病", valid=False), DiagnosisGiven("3", "J18.900", "肺炎"))
    stage.change(stay, diagnoses=later)
    stage.discharge(stay, diagnoses=(DiagnosisGiven("1", "J18.900", "肺炎", main=True),))
    found = asking(stage, AskDiagnoses, visit_id=stay)
    assert isinstance(found, DiagnosesFound)
    shown = [(row.moment, row.position, row.code) for row in found.diagnoses]
    assert shown == [
        ("admission", "1", "I10.x00"),
        ("admission", "3", "J18.900"),
        ("discharge", "1", "J18.900"),
    ]
    assert codes_in(asking(stage, AskDiagnoses, OTHER_HOSPITAL, visit_id=stay)) == {VISIT_UNKNOWN.code}


def test_lines_are_shown_as_they_were_priced_with_their_settlement() -> None:
    stage = Stage()
    visit_id = stage.visit()
    sent = stage.upload(visit_id, line(visit_id, "1"), line(visit_id, "2", batch="b2"))
    stage.settled(visit_id, 1, batch="b1")
    found = asking(stage, AskLines, visit_id=visit_id)
    assert isinstance(found, LinesFound)
    assert tuple(row.priced for row in found.lines) == sent.lines  # type: ignore[attr-defined]
    assert [row.settlement_id for row in found.lines] == ["S1", ""]
    assert found.lines[0].institution_name == "试验医院01"
    of_settlement = asking(stage, AskLines, visit_id=visit_id, settlement_id="S1")
    assert [row.priced.line_id for row in of_settlement.lines] == ["1"]
    assert codes_in(asking(stage, AskLines, OTHER_HOSPITAL, visit_id=visit_id)) == {VISIT_UNKNOWN.code}


def test_chronic_lines_are_those_of_chronic_visits_on_the_days_asked_for() -> None:
    stage = Stage()
    stage.world.add(certificate("M03900"))
    chronic(stage, "M03900", own_number="C")
    visit_id = visits(stage)[0]
    stage.upload(visit_id, line(visit_id, "1"), line(visit_id, "2", occurred_at="2026-02-27 10:00:00"))
    other = stage.visit()
    stage.upload(other, line(other, "9"))
    found = asking(stage, AskChronicLines, since="2026-03-01")
    assert [row.priced.line_id for row in found.lines] == ["1"]
    assert len(asking(stage, AskChronicLines, since="").lines) == 2


@EVERYWHERE
def test_the_insured_place_tells_where_a_person_is_in_hospital(hospital: str) -> None:
    stage = Stage(hospital)
    stay = stage.stay(own_number="IP-1")
    found = stays(stage, hospital)
    assert (found.person_no, found.age) == ("P1", 65)
    shown = found.stays[0]
    assert (shown.visit_id, shown.own_number, shown.ended_on) == (stay, "IP-1", "")
    assert shown.elsewhere is (hospital == HOSPITAL)
    stage.discharge(stay)
    assert stays(stage, hospital, since=stage.world.day(1)).stays == ()
    assert stays(stage, hospital, until=stage.world.day(-1)).stays == ()
    assert stays(stage, hospital, since=stage.world.today).stays[0].ended_on == stage.world.today


def test_asking_for_stays_of_nobody_is_refused() -> None:
    assert codes_in(stays(Stage(), HOSPITAL, person_no="P9")) == {PERSON_UNKNOWN.code}


def stays(stage: Stage, hospital: str, **given: Any) -> Any:
    """Ask for stays through the care place, as an institution does."""
    usual = {"person_no": "P1", "since": "", "until": ""} | given
    question = AskStays(**asked_by(hospital, stage.world.next_msgid()) | usual)
    stage.world.deliver(outward(question))
    answers = [c for c in stage.world.decided if isinstance(c, Answered)]
    reply = answers[-1].reply
    assert isinstance(reply, StaysFound) or codes_in(reply)
    return reply


def test_a_question_is_forwarded_by_the_care_place() -> None:
    stage = Stage()
    stage.stay()
    msgid = stage.world.next_msgid()
    question = AskStays(**asked_by(HOSPITAL, msgid), person_no="P1", since="", until="")
    found = stage.world.ask(Forward(jurisdiction=AWAY, sender=HOSPITAL, msgid=msgid, ask=question))
    assert isinstance(found, StaysFound)


def test_a_settlement_list_is_taken_for_a_settlement_that_stands() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id))
    wanted = {"visit_id": visit_id, "settlement_id": "S1", "content": "{}"}
    stage.settled(visit_id, 1, answered=False)
    assert codes_in(asking(stage, SubmitSettlementList, **wanted)) == {NOT_SETTLED.code}
    assert not stage.world.records(SettlementList)
    other = stage.visit()
    stage.settled(other, 0, settlement_id="S2")
    reply = asking(stage, SubmitSettlementList, **wanted | {"visit_id": other, "settlement_id": "S2"})
    assert done(reply)
    assert [row.list_no for row in stage.world.records(SettlementList)] == [reply.reference]


def test_the_insured_place_says_as_what_the_visit_counts_as_known_now() -> None:
    stage = Stage()
    assert standing_of(stage) == "unfiled"
    assert standing_of(stage, flags=Flags(urgent="1")) == "emergency"
    stage.world.add(filing("330100"))
    assert standing_of(stage) == "long_term"


def standing_of(stage: Stage, **given: Any) -> str:
    """Register a visit, and return the standing the insured place told the care place."""
    stage.visit(**given)
    answers = [c for c in stage.world.decided if isinstance(c, Answered) and c.about == OpenVisit.__name__]
    reply = answers[-1].reply
    assert isinstance(reply, VisitAdmitted)
    return reply.standing


def filing(care_area: str) -> Filing:
    """A long-term filing to a city."""
    said = {"category": "long_term_resident", "state": "active", "care_area": care_area}
    said |= {"person_no": "P1", "filing_id": "F1", "start": "2026-01-01", "end": "9999-12-31"}
    said |= {"filed_at": "2026-01-01T00:00:00.000000Z", "recorded_at": "2026-01-01T00:00:00.000000Z"}
    numbers = {"version": 1, "committed": 0, "proven": 1, "reviewed": 1}
    values: dict[str, Any] = dict.fromkeys(Filing._fields, "")
    return Filing(**values | {"jurisdiction": HOME} | said | numbers)


def test_what_is_kept_of_a_line_is_enough_to_show_it_again() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id, particulars='{"rx":"1"}'))
    kept = stage.world.records(FeeLine)[0]
    shown = asking(stage, AskLines, visit_id=visit_id).lines[0]
    assert (shown.item_code, shown.item_name, shown.particulars) == (DRUG, kept.item_name, '{"rx":"1"}')
