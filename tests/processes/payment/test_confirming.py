"""Clearing details are fetched page by page, confirmed as settled, and rolled back by handle or all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.processes.payment.till import Till, said
from tests.world import codes_in, refusals_in
from yidi.processes.payment import refusals as kinds
from yidi.processes.payment.commands import DetailsFound
from yidi.processes.payment.records import DetailConfirmation
from yidi.processes.ports.deciding import Done


@pytest.fixture
def till() -> Till:
    made = Till()
    made.settled(900_00)
    made.settled(1_200_00)
    made.month_passes()
    return made


def test_details_are_the_live_settlements_of_the_month_with_what_the_insurance_pays() -> None:
    till = Till(account_fen=100_00)
    kept = till.settled(900_00, use_account=True)
    till.refund(till.settled(1_200_00))
    (row,) = till.rows()
    assert (row.number, row.settlement_id, row.visit_id) == (1, kept.settlement_id, kept.visit_id)
    assert (row.total_fen, row.paid_fen) == (900_00, kept.fund_fen + kept.account_fen)
    assert row.certificate_no == kept.person.certificate_no
    assert row.settled_at == "2026-03-02 09:00:00"


def test_a_page_has_at_most_a_hundred_rows_and_the_next_begins_where_it_ended() -> None:
    till = Till()
    till.copies(till.settled(900_00), 230)
    pages = [till.fetch(start) for start in (1, 101, 201, 301, 0)]
    assert all(isinstance(page, DetailsFound) for page in pages)
    sizes = [(len(page.rows), page.count) for page in pages if isinstance(page, DetailsFound)]
    assert sizes == [(100, 231), (100, 231), (31, 231), (0, 231), (100, 231)]
    numbers = [row.number for page in pages[:3] if isinstance(page, DetailsFound) for row in page.rows]
    assert numbers == list(range(1, 232))
    assert codes_in(till.fetch(month="2026-3")) == {kinds.NOT_A_MONTH.code}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visit_id", "V0"),
        ("certificate_no", "110101199003070011"),
        ("settled_at", "2026-03-02 09:00:59"),
        ("total_fen", 1),
        ("paid_fen", 1),
    ],
)
def test_a_row_said_otherwise_than_settled_is_refused_and_nothing_is_confirmed(
    till: Till, field: str, value: Any
) -> None:
    rows = till.rows()
    reply = till.confirm(said(rows[0]), said(rows[1], **{field: value}))
    assert [(each.code, each.field) for each in refusals_in(reply)] == [
        (kinds.DETAIL_DIFFERS.code, f"rows[1].{field}")
    ]
    assert rows[1].certificate_no not in refusals_in(reply)[0].cause_zh
    assert not till.world.records(DetailConfirmation)


def test_unknown_rows_doubled_rows_and_a_wrong_count_are_all_said(till: Till) -> None:
    rows = till.rows()
    strange = said(rows[1], settlement_id="S0")
    reply = till.confirm(said(rows[0]), said(rows[0]), strange, count=9)
    assert codes_in(reply) == {
        kinds.DETAIL_TWICE.code,
        kinds.DETAIL_UNKNOWN.code,
        kinds.ROW_COUNT_DIFFERS.code,
    }
    assert codes_in(till.confirm()) == {kinds.ROW_COUNT_DIFFERS.code}


def test_a_row_is_confirmed_once_until_it_is_rolled_back(till: Till) -> None:
    rows = till.rows()
    first, second = till.confirm(said(rows[0])), till.confirm(said(rows[1]))
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert codes_in(till.confirm(said(rows[0]))) == {kinds.DETAIL_CONFIRMED.code}
    assert isinstance(till.undo(first.reference), Done)
    assert codes_in(till.undo(first.reference)) == {kinds.CONFIRMATION_UNKNOWN.code}
    assert codes_in(till.confirm(said(rows[1]))) == {kinds.DETAIL_CONFIRMED.code}
    assert isinstance(till.confirm(said(rows[0])), Done)


def test_zero_rolls_everything_of_the_month_back(till: Till) -> None:
    rows = till.rows()
    for row in rows:
        till.confirm(said(row))
    assert isinstance(till.undo("0"), Done)
    assert codes_in(till.undo("0")) == {kinds.CONFIRMATION_UNKNOWN.code}
    assert codes_in(till.undo("0", month="03")) == {kinds.NOT_A_MONTH.code}
    assert codes_in(till.confirm(month="2026")) == {kinds.NOT_A_MONTH.code}
    assert isinstance(till.confirm(*map(said, rows)), Done)


def test_a_settlement_that_is_declared_cannot_be_left_out(till: Till) -> None:
    rows = till.rows()
    one = till.confirm(said(rows[0]), said(rows[1], confirmed=False))
    assert isinstance(one, Done)
    till.undo(one.reference)
    till.declared(figures=till.figures(*_settled(till)))
    reply = till.confirm(said(rows[0], confirmed=False))
    assert codes_in(reply) == {kinds.DETAIL_DECLARED.code}
    assert isinstance(till.confirm(said(rows[0])), Done)


def _settled(till: Till) -> list[Any]:
    from yidi.processes.payment.month import settled_of
    from yidi.processes.settlement.records import SettlementAnswered

    return [settled_of(row) for row in till.world.records(SettlementAnswered)]
