"""Fee lines come whole or not at all, are priced once, and leave only while no settlement holds them."""

from __future__ import annotations

import pytest

from tests.builders import HOME_HOSPITAL, HOSPITAL
from tests.processes.visit.stage import DEAR, DRUG, SERVICE, Stage, done, line
from tests.world import codes_in, refusals_in
from yidi.domain.catalogue.refusals import TOTAL_DIFFERS
from yidi.domain.codes.refusals import MALFORMED_ITEM
from yidi.processes.visit.commands import LineGiven, LinesPriced
from yidi.processes.visit.records import FeeLine, LineWithdrawal
from yidi.processes.visit.refusals import (
    APPROVAL_UNKNOWN,
    BATCH_OF_SEVERAL_DISEASES,
    BATCH_SETTLED,
    BATCH_UNKNOWN,
    CLAIMED,
    DUPLICATE_LINE,
    FEE_DAY_TOO_LATE,
    FEE_DAY_UNREADABLE,
    LINE_NUMBER_MISSING,
    LINE_OF_ANOTHER_PERSON,
    LINE_OF_ANOTHER_VISIT,
    LINE_REFUNDED,
    LINE_SETTLED,
    LINE_UNKNOWN,
    NO_LINES,
    NOT_A_STAY,
    NOT_OUTPATIENT,
    REFUND_NAMES_NO_LINE,
    REFUND_NOT_NEGATIVE,
    REFUND_OF_ANOTHER_ITEM,
    REFUND_OF_SETTLED,
    REFUND_TOO_LARGE,
    SETTLED,
)
from yidi.processes.visit.views import class_sums, line_sums, live_lines


def live(stage: Stage) -> list[str]:
    """The numbers of the lines that stand, in the order sent."""
    rows = live_lines(stage.world.records(FeeLine), stage.world.records(LineWithdrawal))
    return [row.line_id for row in rows]


@pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL])
def test_lines_are_divided_by_the_care_places_catalogue(hospital: str) -> None:
    stage = Stage(hospital)
    visit_id = stage.visit()
    reply = stage.upload(
        visit_id,
        line(visit_id, "1", quantity=20_000),
        line(visit_id, "2", item_code=DEAR, price=120_000_000),
    )
    assert isinstance(reply, LinesPriced)
    drug, device = reply.lines
    assert (drug.first_self_fen, drug.in_scope_fen, drug.first_self_bp, drug.limit_price) == (
        250,
        2250,
        1000,
        -1,
    )
    assert (device.over_limit_fen, device.in_scope_fen) == (2000, 10000)
    assert drug.reason_zh.startswith("乙类")
    assert [row.position for row in stage.world.records(FeeLine)] == [0, 1]


def test_an_upload_with_one_fault_keeps_no_line_and_names_every_fault() -> None:
    stage = Stage()
    visit_id = stage.visit()
    reply = stage.upload(
        visit_id,
        line(visit_id, "1"),
        line(visit_id, "1"),
        line(visit_id, "3", total_fen=1),
        line(visit_id, "4", item_code="?"),
        line("V2", "5"),
        line(visit_id, "6", person_no="P2"),
        line(visit_id, "", approval="7"),
        line(visit_id, "8", occurred_at="noon"),
        line(visit_id, "9", occurred_at=f"{stage.world.day(1)} 08:00:00"),
        line(visit_id, "10", disease_code="M03900"),
    )
    assert codes_in(reply) == {
        DUPLICATE_LINE.code,
        TOTAL_DIFFERS.code,
        MALFORMED_ITEM.code,
        LINE_OF_ANOTHER_VISIT.code,
        LINE_OF_ANOTHER_PERSON.code,
        LINE_NUMBER_MISSING.code,
        APPROVAL_UNKNOWN.code,
        FEE_DAY_UNREADABLE.code,
        FEE_DAY_TOO_LATE.code,
        BATCH_OF_SEVERAL_DISEASES.code,
    }
    assert len(refusals_in(reply)) == 10
    assert not stage.world.records(FeeLine)


def test_an_upload_holds_lines_of_the_right_kind_of_visit() -> None:
    stage = Stage()
    visit_id, stay = stage.visit(), stage.stay()
    assert codes_in(stage.upload(visit_id)) == {NO_LINES.code}
    assert codes_in(stage.upload(visit_id, line(visit_id), inpatient=True)) == {NOT_A_STAY.code}
    assert codes_in(stage.upload(stay, line(stay))) == {NOT_OUTPATIENT.code}


def test_a_line_number_is_used_once_until_the_line_is_withdrawn() -> None:
    stage = Stage()
    visit_id = stage.visit()
    for _ in range(2):
        assert isinstance(stage.upload(visit_id, line(visit_id, "1")), LinesPriced)
        assert codes_in(stage.upload(visit_id, line(visit_id, "1"))) == {DUPLICATE_LINE.code}
        assert done(stage.withdraw(visit_id, "1"))
    assert live(stage) == []
    assert len(stage.world.records(FeeLine)) == 2


def test_the_pages_of_a_stay_follow_one_another_and_sum_up_by_national_class() -> None:
    stage = Stage()
    stay = stage.stay()
    for page in range(3):
        lines = (line(stay, f"{page}-{i}", item_code=SERVICE if i else DRUG) for i in range(3))
        assert isinstance(stage.upload(stay, *lines, inpatient=True), LinesPriced)
    rows = stage.world.records(FeeLine)
    assert [row.position for row in rows] == list(range(9))
    assert {row.batch for row in rows} == {""}
    sums = class_sums(rows)
    assert {kind.value: parts.total_fen for kind, parts in sums.items()} == {"02": 7500, "09": 3750}
    assert line_sums(rows).total_fen == 11250


def test_a_batch_that_is_settled_takes_no_more_lines_and_another_does() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id, "1"))
    stage.settled(visit_id, 1, answered=False)
    assert codes_in(stage.upload(visit_id, line(visit_id, "2"))) == {BATCH_SETTLED.code}
    assert isinstance(stage.upload(visit_id, line(visit_id, "2", batch="b2")), LinesPriced)


def test_a_batch_keeps_its_one_disease_over_several_uploads() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id, "1", disease_code="M03900"))
    mixed = stage.upload(visit_id, line(visit_id, "2"))
    assert codes_in(mixed) == {BATCH_OF_SEVERAL_DISEASES.code}


def test_a_discharged_stay_takes_late_lines_until_it_is_settled_but_none_of_later_days() -> None:
    stage = Stage()
    stay = stage.stay()
    stage.discharge(stay)
    stage.world.passes(days=1)
    after = line(stay, "1", occurred_at=f"{stage.world.today} 09:00:00")
    assert codes_in(stage.upload(stay, after, inpatient=True)) == {FEE_DAY_TOO_LATE.code}
    assert isinstance(stage.upload(stay, line(stay, "2"), inpatient=True), LinesPriced)
    stage.settled(stay, 1, batch="")
    assert codes_in(stage.upload(stay, line(stay, "3"), inpatient=True)) == {SETTLED.code}


def test_a_claimed_visit_takes_and_gives_no_lines() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id))
    stage.claimed(visit_id)
    assert codes_in(stage.upload(visit_id, line(visit_id, "2"))) == {CLAIMED.code}
    assert codes_in(stage.withdraw(visit_id)) == {CLAIMED.code}


def back(visit_id: str, line_id: str, quantity: int) -> LineGiven:
    """A refund of so many ten-thousandths of line 1."""
    return line(visit_id, line_id, quantity=-quantity, refunds="1")


def stay_with_line(stage: Stage) -> str:
    """A stay with one line of two boxes."""
    stay = stage.stay()
    stage.upload(stay, line(stay, "1", quantity=20_000), inpatient=True)
    return stay


def test_a_refund_mirrors_what_it_takes_back() -> None:
    stage = Stage()
    stay = stay_with_line(stage)
    stage.upload(stay, back(stay, "2", 20_000), inpatient=True)
    assert line_sums(stage.world.records(FeeLine)) == (0, 0, 0, 0, 0)


def test_refunds_together_stay_within_their_line() -> None:
    stage = Stage()
    stay = stay_with_line(stage)
    first = stage.upload(stay, back(stay, "2", 15_000), inpatient=True)
    assert isinstance(first, LinesPriced)
    second = stage.upload(stay, back(stay, "3", 10_000), inpatient=True)
    assert codes_in(second) == {REFUND_TOO_LARGE.code}
    both = (back(stay, "4", 5_000), back(stay, "5", 5_000))
    assert codes_in(stage.upload(stay, *both, inpatient=True)) == {REFUND_TOO_LARGE.code}
    assert isinstance(stage.upload(stay, both[0], inpatient=True), LinesPriced)


def test_a_refund_names_a_live_line_of_the_same_item_and_is_negative() -> None:
    stage = Stage()
    stay = stay_with_line(stage)
    cases = {
        REFUND_NAMES_NO_LINE.code: line(stay, "2", quantity=-10_000),
        REFUND_NOT_NEGATIVE.code: line(stay, "2", refunds="1"),
        REFUND_OF_ANOTHER_ITEM.code: line(stay, "2", quantity=-10_000, refunds="1", item_code=SERVICE),
    }
    for code, wrong in cases.items():
        assert codes_in(stage.upload(stay, wrong, inpatient=True)) == {code}
    stage.withdraw(stay)
    gone = stage.upload(stay, line(stay, "3", quantity=-10_000, refunds="1"), inpatient=True)
    assert codes_in(gone) == {REFUND_NAMES_NO_LINE.code}


def test_a_settled_line_is_neither_refunded_nor_withdrawn() -> None:
    stage = Stage()
    stay = stay_with_line(stage)
    stage.settled(stay, 1, batch="")
    refund = stage.upload(stay, line(stay, "2", quantity=-10_000, refunds="1"), inpatient=True)
    assert codes_in(refund) == {REFUND_OF_SETTLED.code}
    assert codes_in(stage.withdraw(stay, "1")) == {LINE_SETTLED.code}
    assert codes_in(stage.withdraw(stay)) == {LINE_SETTLED.code}


def test_lines_are_withdrawn_by_number_by_batch_or_all() -> None:
    stage = Stage()
    visit_id = stage.visit()
    batches = {"1": "b1", "2": "b1", "3": "b2", "4": "b3"}
    stage.upload(visit_id, *[line(visit_id, number, batch=batch) for number, batch in batches.items()])
    assert done(stage.withdraw(visit_id, "1"))
    assert live(stage) == ["2", "3", "4"]
    assert done(stage.withdraw(visit_id, batch="b2"))
    assert live(stage) == ["2", "4"]
    assert done(stage.withdraw(visit_id))
    assert live(stage) == []
    assert done(stage.withdraw(visit_id))


def test_withdrawing_what_is_not_there_is_refused_and_takes_nothing_with_it() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id, "1"))
    assert codes_in(stage.withdraw(visit_id, "1", "9")) == {LINE_UNKNOWN.code}
    assert codes_in(stage.withdraw(visit_id, batch="b9")) == {BATCH_UNKNOWN.code}
    assert live(stage) == ["1"]


def test_all_means_all_that_no_settlement_holds() -> None:
    stage = Stage()
    visit_id = stage.visit()
    stage.upload(visit_id, line(visit_id, "1"), line(visit_id, "2", batch="b2"))
    stage.settled(visit_id, 1, batch="b1")
    assert done(stage.withdraw(visit_id))
    assert live(stage) == ["1"]


def test_a_refunded_line_leaves_only_together_with_its_refund() -> None:
    stage = Stage()
    stay = stay_with_line(stage)
    stage.upload(stay, back(stay, "2", 10_000), inpatient=True)
    assert codes_in(stage.withdraw(stay, "1")) == {LINE_REFUNDED.code}
    assert done(stage.withdraw(stay, "1", "2"))
