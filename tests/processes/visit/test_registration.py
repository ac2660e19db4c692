"""A visit begins when the insured place says so, and only then; all that speaks against it is said."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.builders import AWAY, HOME, HOME_HOSPITAL, HOSPITAL, OTHER_HOSPITAL, designate, enrol, relation
from tests.processes.visit.stage import Stage, done, number_in
from tests.world import codes_in, refusals_in
from yidi.processes.enrolment.commands import NewCredential
from yidi.processes.enrolment.records import ChronicCertificate
from yidi.processes.enrolment.refusals import PERSON_UNKNOWN, RELATION_PAUSED
from yidi.processes.network.commands import Opening
from yidi.processes.network.refusals import DISEASE_NOT_OPEN, INSTITUTION_UNKNOWN, SERVICE_NOT_OPEN
from yidi.processes.relay.commands import Answered
from yidi.processes.relay.records import Relayed, Returned, Tombstone
from yidi.processes.visit.commands import Flags, OpenVisit, VisitOpened
from yidi.processes.visit.records import StayNotice, Visit, VisitChange
from yidi.processes.visit.refusals import (
    CHRONIC_CODE_MISSING,
    CHRONIC_NOT_CERTIFIED,
    CHRONIC_NOT_NATIONAL,
    CREDENTIAL_NOT_VALID,
    CREDENTIAL_OF_ANOTHER,
    DAY_UNREADABLE,
    EMERGENCY_UNMARKED,
    HOLDER_CERTIFICATE_DIFFERS,
    HOLDER_NAME_DIFFERS,
    IN_HOSPITAL,
    IN_THE_FUTURE,
    KEPT_FOR_CLAIM,
    MARK_UNKNOWN,
    OTHER_NUMBER_ANSWERS,
    OWN_NUMBER_TAKEN,
    REVERSED,
    THIRD_PARTY_UNSAID,
    TRAUMA_UNMARKED,
    VISIT_NUMBER_SPENT,
)
from yidi.processes.visit.views import visit_state

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


@EVERYWHERE
def test_a_registration_is_answered_when_the_insured_place_has_said_yes(hospital: str) -> None:
    stage = Stage(hospital)
    reply = stage.register(own_number="OP-1")
    visit = stage.world.records(Visit)[0]
    assert reply == VisitOpened(visit_id=visit.visit_id, person_no="P1", own_number="OP-1")
    assert [change.event for change in stage.world.records(VisitChange)] == ["opened"]
    assert visit.care_area == f"{hospital[1:5]}00"
    assert len(visit.visit_id) <= 30
    assert len(visit.visit_id) == 6 + len("r00000000")


def test_the_nation_keeps_a_copy_of_question_and_answer_only_across_provinces() -> None:
    away, home = Stage(HOSPITAL), Stage(HOME_HOSPITAL)
    case = away.visit()
    home.visit()
    assert [row.case_id for row in away.world.records(Relayed)] == [case]
    assert [row.case_id for row in away.world.records(Returned)] == [case]
    assert not home.world.records(Relayed)


@EVERYWHERE
def test_an_admission_is_noted_at_the_insured_place(hospital: str) -> None:
    stage = Stage(hospital)
    visit_id = stage.stay()
    noted = stage.world.records(StayNotice)
    assert [(row.jurisdiction, row.visit_id, row.event) for row in noted] == [(HOME, visit_id, "opened")]


def test_an_outpatient_visit_leaves_no_notice_and_may_begin_during_a_stay() -> None:
    stage = Stage()
    stage.stay()
    stage.visit(sender=OTHER_HOSPITAL)
    assert len(stage.world.records(StayNotice)) == 1


@EVERYWHERE
def test_a_person_in_hospital_cannot_be_admitted_elsewhere(hospital: str) -> None:
    stage = Stage(hospital)
    stage.stay()
    refused = stage.admit(sender=OTHER_HOSPITAL)
    assert codes_in(refused) == {IN_HOSPITAL.code}
    assert hospital in refusals_in(refused)[0].cause_zh
    assert stage.world.records(VisitChange)[-1].event == "refused"
    assert len(stage.world.records(StayNotice)) == 1


def test_after_discharge_the_person_may_be_admitted_elsewhere() -> None:
    stage = Stage()
    assert done(stage.discharge(stage.stay()))
    assert stage.stay(sender=OTHER_HOSPITAL)


def test_the_same_message_twice_opens_one_visit() -> None:
    stage = Stage()
    first = stage.register(msgid="twice", own_number="OP-1")
    assert stage.register(msgid="twice", own_number="OP-1") == first
    assert len(stage.world.records(Visit)) == 1


def test_a_paused_relation_is_refused_at_registration() -> None:
    stage = Stage(relations=(relation(state="paused"),))
    assert codes_in(stage.register()) == {RELATION_PAUSED.code, KEPT_FOR_CLAIM.code}


def test_a_person_nobody_knows_is_refused() -> None:
    assert codes_in(Stage().register(person_no="P9")) == {PERSON_UNKNOWN.code}


def test_all_that_differs_in_the_identity_is_said_at_once() -> None:
    reply = Stage().register(credential_no="EV-9", certificate_no="X", person_name="某乙")
    assert codes_in(reply) == {
        CREDENTIAL_OF_ANOTHER.code,
        HOLDER_CERTIFICATE_DIFFERS.code,
        HOLDER_NAME_DIFFERS.code,
    }


def test_an_expired_card_is_refused() -> None:
    stage = Stage(credentials=(NewCredential("03", "OLD", "2020-01-01", "2025-01-01"),))
    reply = stage.register(credential_kind="03", credential_no="OLD")
    assert codes_in(reply) == {CREDENTIAL_NOT_VALID.code, KEPT_FOR_CLAIM.code}


def test_an_identity_card_needs_no_issuing_and_a_signed_block_is_cut_off() -> None:
    stage = Stage()
    number = enrol().certificate_no
    assert stage.visit(credential_kind="02", credential_no=number.lower())
    assert stage.visit(credential_no="EV-1|signed-by-a-reader")


def test_a_number_of_the_same_person_that_does_not_answer_is_refused() -> None:
    stage = Stage()
    ended = (relation(state="ended", area="610200"),)
    stage.world.ask(enrol("enrol-2", person_no="P2", relations=ended, credentials=()))
    assert codes_in(stage.register(person_no="P2")) == {OTHER_NUMBER_ANSWERS.code}


def test_an_institution_that_is_unknown_or_not_open_is_refused() -> None:
    stage = Stage()
    assert codes_in(stage.register(sender="H33010299999")) == {INSTITUTION_UNKNOWN.code}
    stage.world.ask(designate("H33010200007", openings=(Opening("outpatient"),)))
    assert codes_in(stage.admit(sender="H33010200007")) == {SERVICE_NOT_OPEN.code}


def test_a_registration_that_does_not_say_its_kind_needs_no_open_service_yet() -> None:
    stage = Stage()
    stage.world.ask(designate("H33010200007", openings=(Opening("chronic", "M03900"),)))
    assert stage.visit(sender="H33010200007", visit_kind="")


def test_the_hospitals_own_number_is_unique_among_its_stays_and_among_its_outpatients() -> None:
    stage = Stage()
    first = stage.visit(own_number="7")
    assert codes_in(stage.register(own_number="7")) == {OWN_NUMBER_TAKEN.code}
    assert stage.stay(own_number="7")
    assert done(stage.cancel(first))
    assert stage.visit(own_number="7")


def test_a_time_that_is_none_or_to_come_is_refused() -> None:
    stage = Stage()
    assert DAY_UNREADABLE.code in codes_in(stage.register(started_at="yesterday"))
    assert IN_THE_FUTURE.code in codes_in(stage.register(started_at=f"{stage.world.day(1)} 08:00:00"))
    assert stage.visit(started_at=stage.world.today)


def test_a_reversed_message_never_opens_a_visit() -> None:
    stage = Stage()
    stage.world.add(Tombstone(AWAY, HOSPITAL, "late", "r", "2026-03-02T00:00:00.000000Z"))
    assert codes_in(stage.register(msgid="late")) == {REVERSED.code}


def test_an_answer_that_comes_after_the_visit_was_cancelled_opens_nothing() -> None:
    stage = Stage()
    visit_id = stage.visit(msgid="m")
    answered = next(c for c in stage.world.decided if isinstance(c, Answered))
    assert done(stage.cancel(visit_id))
    stage.world.deliver(msgspec.structs.replace(answered, msgid="reply/late"))
    assert codes_in(stage.register(msgid="m")) == {REVERSED.code}
    assert [row.event for row in stage.world.records(VisitChange)] == ["opened", "cancelled"]


def test_the_same_answer_on_another_way_changes_nothing() -> None:
    stage = Stage()
    first = stage.register(msgid="m")
    answered = next(c for c in stage.world.decided if isinstance(c, Answered))
    stage.world.deliver(msgspec.structs.replace(answered, msgid="reply/again"))
    assert stage.register(msgid="m") == first
    assert [row.event for row in stage.world.records(VisitChange)] == ["opened"]


def test_a_visit_number_is_used_once_at_the_insured_place() -> None:
    stage = Stage()
    visit_id = stage.stay()
    opened = next(c for c in stage.world.decided if isinstance(c, OpenVisit))
    stage.discharge(visit_id)
    stage.world.deliver(msgspec.structs.replace(opened, msgid="ask/x/y", origin_msgid="again"))
    answered = [c for c in stage.world.decided if isinstance(c, Answered)]
    assert codes_in(answered[-1].reply) == {VISIT_NUMBER_SPENT.code}


def certificate(code: str) -> ChronicCertificate:
    """A certificate of a chronic disease at the insured place."""
    at = "2025-01-01T00:00:00.000000Z"
    return ChronicCertificate(HOME, "P1", code, 1, "病", "", "valid", "2025-01-01", "9999-12-31", at)


def chronic(stage: Stage, code: str, **given: Any) -> Any:
    """Register a chronic-disease visit."""
    return stage.register(care_kind="chronic", visit_kind="14", disease_code=code, **given)


def test_a_chronic_visit_needs_its_certificate_at_home() -> None:
    stage = Stage()
    assert codes_in(chronic(stage, "M03900")) == {CHRONIC_NOT_CERTIFIED.code, KEPT_FOR_CLAIM.code}
    stage.world.add(certificate("M03900"))
    assert number_in(chronic(stage, "M03900"))


def test_a_local_code_leaves_the_province_as_the_national_one() -> None:
    stage = Stage()
    stage.world.add(certificate("M00500"))
    assert number_in(chronic(stage, "M00503"))
    asked = [c for c in stage.world.decided if isinstance(c, OpenVisit)]
    assert asked[-1].disease_code == "M00500"
    assert stage.world.records(Visit)[-1].disease_code == "M00503"


def test_a_chronic_visit_needs_a_disease_that_crosses_provinces_and_an_open_institution() -> None:
    stage = Stage()
    assert CHRONIC_CODE_MISSING.code in codes_in(chronic(stage, ""))
    assert CHRONIC_NOT_NATIONAL.code in codes_in(chronic(stage, "M02300"))
    assert codes_in(chronic(stage, "M07801")) == {DISEASE_NOT_OPEN.code}


def test_an_emergency_from_another_province_says_so() -> None:
    stage = Stage()
    assert codes_in(stage.register(visit_kind="13")) == {EMERGENCY_UNMARKED.code}
    assert codes_in(stage.admit(visit_kind="13", flags=Flags(admission="1"))) == {EMERGENCY_UNMARKED.code}
    assert stage.visit(visit_kind="13", flags=Flags(urgent="3"))
    assert stage.stay(visit_kind="13", flags=Flags(admission="2"))


def test_within_the_province_the_marks_are_free() -> None:
    assert Stage(HOME_HOSPITAL).visit(visit_kind="13")


def test_a_trauma_says_so_and_whether_a_third_party_is_involved() -> None:
    stage = Stage()
    assert codes_in(stage.admit(visit_kind="22")) == {TRAUMA_UNMARKED.code}
    assert codes_in(stage.admit(visit_kind="22", flags=Flags(trauma="1"))) == {THIRD_PARTY_UNSAID.code}
    assert codes_in(stage.register(flags=Flags(trauma="maybe"))) == {MARK_UNKNOWN.code}
    assert stage.stay(visit_kind="22", flags=Flags(trauma="1", third_party="0"))


def test_a_third_party_does_not_stop_the_registration_and_the_mark_may_be_corrected() -> None:
    stage = Stage()
    visit_id = stage.stay(visit_kind="22", flags=Flags(trauma="1", third_party="1"))
    assert marks_now(stage) == ("1", "1", False)
    assert done(stage.change(visit_id, visit_kind="22", flags=Flags(third_party="0", pledged=True)))
    assert marks_now(stage) == ("1", "0", True)
    assert done(stage.change(visit_id, visit_kind="22"))
    assert marks_now(stage) == ("1", "0", True)
    assert done(stage.change(visit_id, visit_kind="22", flags=Flags(third_party="1")))
    assert marks_now(stage) == ("1", "1", False)


def marks_now(stage: Stage) -> tuple[str, str, bool]:
    """Trauma, third party and pledge of the one visit as it stands."""
    now = visit_state(stage.world.records(Visit)[0], stage.world.records(VisitChange))
    return now.trauma, now.third_party, now.pledged
