"""What may be said of a visit after it began, and what settlements, claims and others forbid."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import HOME_HOSPITAL, HOSPITAL, OTHER_HOSPITAL
from tests.processes.visit.stage import NOW, Stage, done, line
from tests.world import codes_in
from yidi.processes.network.refusals import DISEASE_NOT_OPEN
from yidi.processes.relay.commands import Answered, ask_id
from yidi.processes.visit.commands import DiagnosisGiven, Flags, NoteStay
from yidi.processes.visit.records import StayNotice, Visit, VisitChange, VisitEvent
from yidi.processes.visit.refusals import (
    ALREADY_DISCHARGED,
    AWAITING_ANSWER,
    CHANGES_CARE,
    CHRONIC_CODE_MISSING,
    CLAIMED,
    DAY_UNREADABLE,
    EMERGENCY_UNMARKED,
    END_OF_DISCHARGE,
    ENDS_BEFORE_IT_STARTS,
    IN_HOSPITAL,
    IN_THE_FUTURE,
    KIND_SETTLED,
    LINES_STANDING,
    NOT_A_STAY,
    NOT_DISCHARGED,
    NOT_OPEN,
    NOT_OUTPATIENT,
    OWN_NUMBER_DIFFERS,
    SETTLED,
    STAY_UNKNOWN,
    VISIT_OF_ANOTHER_PERSON,
    VISIT_UNKNOWN,
)
from yidi.processes.visit.views import VisitNow, VisitState, visit_state

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


def now_of(stage: Stage, visit_id: str) -> VisitNow:
    """The visit as it stands."""
    visit = next(row for row in stage.world.records(Visit) if row.visit_id == visit_id)
    return visit_state(visit, [row for row in stage.world.records(VisitChange) if row.visit_id == visit_id])


def notices(stage: Stage) -> list[str]:
    """What the insured place was told of stays, in order."""
    return [row.event for row in stage.world.records(StayNotice)]


def test_another_institution_may_not_touch_or_see_a_visit() -> None:
    stage = Stage()
    visit_id = stage.visit()
    for reply in (
        stage.cancel(visit_id, sender=OTHER_HOSPITAL),
        stage.describe(visit_id, sender=OTHER_HOSPITAL),
        stage.upload(visit_id, line(visit_id), sender=OTHER_HOSPITAL),
        stage.withdraw(visit_id, sender=OTHER_HOSPITAL),
    ):
        assert codes_in(reply) == {VISIT_UNKNOWN.code}


def test_a_visit_is_of_one_person() -> None:
    stage = Stage()
    reply = stage.describe(stage.visit(), person_no="P2")
    assert codes_in(reply) == {VISIT_OF_ANOTHER_PERSON.code}


def test_a_description_adds_to_what_was_said_and_keeps_the_rest() -> None:
    stage = Stage()
    visit_id = stage.visit(visit_kind="", disease_name="感冒")
    assert done(stage.describe(visit_id, visit_kind="13", flags=Flags(urgent="1")))
    now = now_of(stage, visit_id)
    assert (now.visit_kind, now.urgent, now.disease_name, now.state) == ("13", "1", "感冒", VisitState.OPEN)
    assert now.emergency


def test_marks_said_at_registration_count_for_later_changes() -> None:
    stage = Stage()
    assert codes_in(stage.describe(stage.visit(), visit_kind="13")) == {EMERGENCY_UNMARKED.code}
    marked = stage.visit(flags=Flags(urgent="1"))
    assert done(stage.describe(marked, visit_kind="13"))


def test_a_visit_that_becomes_chronic_needs_its_disease_and_an_open_institution() -> None:
    stage = Stage()
    visit_id = stage.visit()
    assert codes_in(stage.describe(visit_id, care_kind="chronic")) == {CHRONIC_CODE_MISSING.code}
    closed = stage.describe(visit_id, care_kind="chronic", disease_code="M07801")
    assert codes_in(closed) == {DISEASE_NOT_OPEN.code}
    assert done(stage.describe(visit_id, care_kind="chronic", disease_code="M03900"))


def test_outpatient_care_and_stays_are_never_mixed() -> None:
    stage = Stage()
    visit_id, stay = stage.visit(), stage.stay()
    assert codes_in(stage.describe(stay)) == {NOT_OUTPATIENT.code}
    assert codes_in(stage.change(visit_id)) == {NOT_A_STAY.code}
    assert codes_in(stage.describe(visit_id, care_kind="inpatient")) == {CHANGES_CARE.code}
    assert codes_in(stage.change(stay, care_kind="outpatient")) == {CHANGES_CARE.code}
    assert codes_in(stage.discharge(visit_id)) == {NOT_A_STAY.code}
    assert codes_in(stage.cancel_discharge(visit_id)) == {NOT_A_STAY.code}


def test_the_kind_of_a_settled_visit_no_longer_changes_but_its_diagnoses_may() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id))
    stage.settled(visit_id, 1)
    assert codes_in(stage.describe(visit_id, disease_code="X")) == {KIND_SETTLED.code}
    assert done(stage.describe(visit_id, diagnoses=(DiagnosisGiven("1", "I10.x00", "高血压"),)))


def test_a_claimed_visit_no_longer_changes() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.claimed(visit_id)
    assert codes_in(stage.describe(visit_id)) == {CLAIMED.code}
    assert codes_in(stage.cancel(visit_id)) == {CLAIMED.code}


def test_a_visit_is_cancelled_only_without_lines_and_settlements() -> None:
    stage = Stage()
    visit_id = stage.visit(own_number="7")
    assert codes_in(stage.cancel(visit_id, own_number="8")) == {OWN_NUMBER_DIFFERS.code}
    stage.upload(visit_id, line(visit_id))
    assert codes_in(stage.cancel(visit_id)) == {LINES_STANDING.code}
    stage.settled(visit_id, 1, answered=False)
    assert codes_in(stage.cancel(visit_id)) == {SETTLED.code}


def test_a_cancelled_visit_is_over() -> None:
    stage = Stage()
    visit_id = stage.visit()
    assert done(stage.cancel(visit_id))
    for reply in (
        stage.cancel(visit_id),
        stage.describe(visit_id),
        stage.upload(visit_id, line(visit_id)),
        stage.withdraw(visit_id),
    ):
        assert codes_in(reply) == {NOT_OPEN.code}


@EVERYWHERE
def test_an_admission_is_cancelled_when_the_insured_place_has_noted_it(hospital: str) -> None:
    stage = Stage(hospital)
    visit_id = stage.stay()
    assert done(stage.cancel(visit_id))
    assert now_of(stage, visit_id).state is VisitState.CANCELLED
    assert notices(stage) == ["opened", "cancelled"]
    assert stage.stay(sender=OTHER_HOSPITAL)


@EVERYWHERE
def test_a_discharge_and_its_cancellation_reach_the_insured_place_first(hospital: str) -> None:
    stage = Stage(hospital)
    visit_id = stage.stay()
    assert done(stage.discharge(visit_id, leaving="2"))
    now = now_of(stage, visit_id)
    assert (now.state, now.ended_on, now.leaving) == (VisitState.DISCHARGED, stage.world.today, "2")
    assert done(stage.cancel_discharge(visit_id))
    now = now_of(stage, visit_id)
    assert (now.state, now.ended_on, now.leaving) == (VisitState.OPEN, "", "")
    assert notices(stage) == ["opened", "closed", "reopened"]
    assert done(stage.discharge(visit_id))


def test_nobody_is_discharged_twice_and_only_the_discharged_are_taken_back() -> None:
    stage = Stage()
    visit_id = stage.stay()
    assert codes_in(stage.cancel_discharge(visit_id)) == {NOT_DISCHARGED.code}
    assert done(stage.discharge(visit_id))
    assert codes_in(stage.discharge(visit_id)) == {ALREADY_DISCHARGED.code}


def test_a_stay_ends_neither_before_it_starts_nor_in_the_future() -> None:
    stage = Stage()
    visit_id = stage.stay()
    early = stage.discharge(visit_id, ended_at=f"{stage.world.day(-1)} 10:00:00")
    assert codes_in(early) == {ENDS_BEFORE_IT_STARTS.code}
    late = stage.discharge(visit_id, ended_at=f"{stage.world.day(1)} 10:00:00")
    assert codes_in(late) == {IN_THE_FUTURE.code}
    assert codes_in(stage.discharge(visit_id, died_on="soon")) == {DAY_UNREADABLE.code}


def test_a_discharge_is_not_taken_back_once_all_is_settled() -> None:
    stage = Stage()
    visit_id = stage.stay()
    stage.upload(visit_id, line(visit_id, "1"), line(visit_id, "2"), inpatient=True)
    stage.settled(visit_id, 1, batch="", settlement_id="MID")
    stage.discharge(visit_id)
    assert done(stage.cancel_discharge(visit_id))
    stage.discharge(visit_id)
    stage.settled(visit_id, 2, batch="", settlement_id="END")
    assert codes_in(stage.cancel_discharge(visit_id)) == {SETTLED.code}
    assert codes_in(stage.change(visit_id)) == {SETTLED.code}


def test_a_discharge_is_not_taken_back_while_the_person_is_in_another_hospital() -> None:
    stage = Stage()
    visit_id = stage.stay()
    stage.discharge(visit_id)
    stage.stay(sender=OTHER_HOSPITAL)
    assert codes_in(stage.cancel_discharge(visit_id)) == {IN_HOSPITAL.code}
    now = now_of(stage, visit_id)
    assert (now.state, now.awaiting) == (VisitState.DISCHARGED, "")
    assert stage.world.records(VisitChange)[-1].event == VisitEvent.KEPT


def test_an_admission_changes_while_it_lasts_and_does_not_move_its_discharge() -> None:
    stage = Stage()
    visit_id = stage.stay()
    assert done(stage.change(visit_id, diagnosis_code="I10.x00", ended_at=NOW))
    assert now_of(stage, visit_id).diagnosis_code == "I10.x00"
    assert now_of(stage, visit_id).ended_at == ""
    stage.discharge(visit_id)
    assert done(stage.change(visit_id, ended_at=f"{stage.world.today} 18:00:00"))
    moved = stage.change(visit_id, ended_at=f"{stage.world.day(-1)} 18:00:00")
    assert codes_in(moved) == {END_OF_DISCHARGE.code}


def test_while_an_answer_is_under_way_nothing_else_happens_to_the_visit() -> None:
    stage = Stage()
    visit_id = stage.stay()
    last = [row for row in stage.world.records(VisitChange) if row.visit_id == visit_id][-1]
    asked = last._replace(sequence=last.sequence + 1, event=VisitEvent.DISCHARGE_ASKED.value, msgid="d1")
    stage.world.add(asked)
    for reply in (stage.change(visit_id), stage.cancel(visit_id), stage.discharge(visit_id)):
        assert codes_in(reply) == {AWAITING_ANSWER.code}
    assert codes_in(stage.upload(visit_id, line(visit_id), inpatient=True)) == {AWAITING_ANSWER.code}


def note(stage: Stage, visit_id: str, event: str, msgid: str, **given: Any) -> Any:
    """Tell the insured place of a stay, and return its answer."""
    usual: dict[str, Any] = {
        "jurisdiction": "610000",
        "sender": "000000",
        "msgid": ask_id(HOSPITAL, msgid),
        "care": stage.care,
        "insured": "610000",
        "origin_sender": HOSPITAL,
        "origin_msgid": msgid,
        "case": visit_id,
        "visit_id": visit_id,
        "person_no": "P1",
        "event": event,
    }
    stage.world.deliver(NoteStay(**usual | given))
    answers = [c for c in stage.world.decided if isinstance(c, Answered) and c.origin_msgid == msgid]
    return answers[-1].reply


def test_the_insured_place_knows_only_stays_it_was_told_of_by_the_same_care_place() -> None:
    stage = Stage()
    visit_id = stage.stay()
    assert codes_in(note(stage, visit_id, "closed", "n1", care="330000", person_no="P2")) == {
        STAY_UNKNOWN.code
    }
    assert done(note(stage, visit_id, "cancelled", "n2"))
    assert done(note(stage, visit_id, "cancelled", "n3"))
    assert codes_in(note(stage, visit_id, "closed", "n4")) == {STAY_UNKNOWN.code}
    assert notices(stage) == ["opened", "cancelled"]


def test_what_is_meant_for_a_stay_does_nothing_to_an_outpatient_visit_nor_the_other_way_round() -> None:
    stage = Stage()
    visit_id, stay_id = stage.visit(), stage.stay()
    assert codes_in(stage.cancel(visit_id, inpatient=True)) == {NOT_A_STAY.code}
    assert codes_in(stage.cancel(stay_id, inpatient=False)) == {NOT_OUTPATIENT.code}
    assert codes_in(stage.withdraw(visit_id, inpatient=True)) == {NOT_A_STAY.code}
    assert codes_in(stage.withdraw(stay_id, inpatient=False)) == {NOT_OUTPATIENT.code}
    assert done(stage.cancel(visit_id, inpatient=False))
    assert done(stage.cancel(stay_id, inpatient=True))
