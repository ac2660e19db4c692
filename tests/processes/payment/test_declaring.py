"""An institution declares its month to the fen, and takes the declaration back only while it waits."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.builders import OTHER_HOSPITAL
from tests.processes.payment.till import MONTH, Till, said
from tests.world import codes_in, refusals_in
from yidi.domain.calendar.refusals import YEAR_NOT_LOADED
from yidi.processes.payment import refusals as kinds
from yidi.processes.payment.commands import AskDeclarations, DeclarationsFound, ReturnDeclaration
from yidi.processes.payment.records import Declaration, DeclaredSettlement
from yidi.processes.ports.deciding import Done


@dataclass
class Month:
    """A till whose month of two settlements is over."""

    till: Till

    def __post_init__(self) -> None:
        self.first = self.till.settled(900_00)
        self.second = self.till.settled(1_200_00)
        self.till.month_passes()


@pytest.fixture
def month() -> Month:
    return Month(Till())


def test_a_declaration_with_the_care_places_own_figures_is_taken(month: Month) -> None:
    number = month.till.declared(month.first, month.second)
    row = month.till.world.records(Declaration)[-1]
    assert (row.declaration_id, row.state, row.settlements, row.late) == (number, "declared", 2, 0)
    assert row.total_fen == 2_100_00
    assert len(number) <= 30
    assert {held.settlement_id for held in month.till.world.records(DeclaredSettlement)} == {
        month.first.settlement_id,
        month.second.settlement_id,
    }


@pytest.mark.parametrize("field", ["settlements", "total_fen", "fund_fen", "account_fen", "cash_fen"])
def test_a_figure_that_differs_is_refused_with_both_figures(month: Month, field: str) -> None:
    right = month.till.figures(month.first, month.second)
    wrong = month.till.figures(month.first, month.second, **{field: getattr(right, field) + 1})
    reply = month.till.declare(figures=wrong)
    (refusal,) = [each for each in refusals_in(reply) if each.code == kinds.FIGURE_DIFFERS.code]
    assert refusal.field == field
    if field == "total_fen":
        assert "2100.01" in refusal.cause_zh
        assert "2100.00" in refusal.cause_en
    assert not month.till.world.records(Declaration)


def test_recognised_costs_lie_between_the_costs_in_scope_and_the_total(month: Month) -> None:
    settled = (month.first, month.second)
    for amount_fen, good in ((2_100_00, True), (2_100_01, False), (0, False)):
        till = Month(Till())
        figures = till.till.figures(till.first, till.second, recognised_fen=amount_fen)
        codes = codes_in(till.till.declare(figures=figures))
        assert (kinds.RECOGNISED_OUT_OF_RANGE.code not in codes) == good
    assert month.till.declared(*settled)


def test_everything_wrong_with_month_days_and_kind_is_said_at_once() -> None:
    till = Till()
    settled = till.settled(900_00)
    early = till.declare(settled, clearing_kind="XX", since="2026-03-02")
    assert codes_in(early) == {
        kinds.MONTH_NOT_OVER.code,
        kinds.SPAN_NOT_THE_MONTH.code,
        kinds.CLEARING_KIND_UNKNOWN.code,
    }
    assert next(each for each in refusals_in(early) if each.code == kinds.MONTH_NOT_OVER.code).heals_with_time
    assert codes_in(till.declare(settled, month="2026-13")) == {kinds.NOT_A_MONTH.code}


def test_a_pair_settled_and_undone_within_the_month_sums_to_nothing(month: Month) -> None:
    till = Till()
    kept, gone = till.settled(900_00), till.settled(1_200_00)
    assert till.refund(gone)
    till.month_passes()
    assert till.declared(kept)


def test_a_negative_of_an_earlier_month_reduces_the_month_in_which_it_is_booked() -> None:
    till = Till()
    gone = till.settled(1_200_00)
    till.month_passes()
    till.paid(till.accepted(gone))
    negative = till.refund(gone)
    april = {"month": "2026-04", "since": "2026-04-01", "until": "2026-04-30"}
    till.world.passes(days=30)
    number = till.accepted(negative, **april)  # type: ignore[arg-type]
    assert till.world.records(Declaration)[-1].total_fen == -1_200_00
    assert codes_in(till.pay(number)) == {kinds.NOTHING_TO_PAY.code}


def test_nothing_is_declared_twice_and_what_is_pending_is_named(month: Month) -> None:
    settled = (month.first, month.second)
    number = month.till.declared(*settled)
    again = month.till.declare(*settled)
    assert codes_in(again) == {kinds.DECLARATION_PENDING.code}
    assert number in refusals_in(again)[0].cause_en
    month.till.accept(number)
    assert codes_in(month.till.declare(*settled)) == {kinds.NOTHING_TO_DECLARE.code}


def test_kinds_that_overlap_never_hold_the_same_settlement(month: Month) -> None:
    month.till.declared(month.first, month.second)
    all_kinds = month.till.declare(month.first, month.second, clearing_kind="99952")
    assert codes_in(all_kinds) == {kinds.DECLARATION_PENDING.code}
    stays = month.till.declare(month.first, clearing_kind="21")
    assert codes_in(stays) == {kinds.NOTHING_TO_DECLARE.code}


def test_what_comes_late_is_declared_again_for_the_same_month(month: Month) -> None:
    month.till.accepted(month.first, month.second)
    month.till.copies(month.first, 1)
    assert month.till.declared(month.first)
    assert len(month.till.world.records(DeclaredSettlement)) == 3


def test_a_declaration_is_withdrawn_only_while_it_waits_and_only_by_its_own_institution(month: Month) -> None:
    number = month.till.declared(month.first, month.second)
    assert codes_in(month.till.withdraw(number, sender=OTHER_HOSPITAL)) == {kinds.DECLARATION_UNKNOWN.code}
    assert isinstance(month.till.withdraw(number), Done)
    assert isinstance(month.till.withdraw(number), Done)
    assert codes_in(month.till.accept(number)) == {kinds.DECLARATION_STATE.code}
    number = month.till.accepted(month.first, month.second)
    assert codes_in(month.till.withdraw(number)) == {kinds.DECLARATION_STATE.code}
    assert codes_in(month.till.withdraw("Q0")) == {kinds.DECLARATION_UNKNOWN.code}


def test_a_declaration_sent_back_can_be_declared_again(month: Month) -> None:
    number = month.till.declared(month.first, month.second)
    reply = month.till.agency(ReturnDeclaration, declaration_id=number, reason="缺清单")
    assert isinstance(reply, Done)
    assert month.till.declared(month.first, month.second) != number


def test_a_late_declaration_is_marked_or_refused_as_the_area_has_agreed(month: Month) -> None:
    month.till.world.passes(days=9)
    number = month.till.declared(month.first, month.second)
    row = month.till.world.records(Declaration)[-1]
    assert (row.late, row.declare_by) == (1, "2026-04-10")
    month.till.withdraw(number)
    assert isinstance(month.till.agree(declare_by_day=20), Done)
    number = month.till.declared(month.first, month.second)
    assert (month.till.world.records(Declaration)[-1].declare_by) == "2026-04-20"
    month.till.withdraw(number)
    month.till.agree(declare_by_day=5, late="refused")
    reply = month.till.declare(month.first, month.second)
    assert codes_in(reply) == {kinds.DECLARED_TOO_LATE.code}


def test_an_agreement_that_cannot_be_is_refused_field_by_field() -> None:
    till = Till()
    wrong = till.agree(
        area="110000",
        start="x",
        declare_by_day=31,
        pay_working_days=0,
        retention_bp=10_001,
        late="no",
        source=" ",
    )
    fields = {each.field for each in refusals_in(wrong) if each.code == kinds.AGREEMENT_NOT_SOUND.code}
    assert fields == {
        "area", "start", "declare_by_day", "pay_working_days", "retention_bp", "late", "source",
    }  # fmt: skip


def test_working_days_of_a_year_that_is_not_loaded_are_a_refusal_and_the_declaration_waits() -> None:
    till = Till()
    till.world.passes(days=300)
    settled = till.settled(900_00)
    till.world.passes(days=11)
    december = {"month": "2026-12", "since": "2026-12-01", "until": "2026-12-31"}
    till.world.passes(days=25)
    number = till.declared(settled, **december)
    refused = till.accept(number)
    assert codes_in(refused) == {YEAR_NOT_LOADED.code}
    assert till.world.records(Declaration)[-1].state == "declared"


def test_the_list_of_a_month_shows_the_longest_overdue_first(month: Month) -> None:
    month.till.accepted(month.first, month.second)
    due_on = month.till.world.records(Declaration)[-1].due_on
    assert due_on == "2026-05-12"
    month.till.world.passes(days=50)
    found = month.till.agency(AskDeclarations, month=MONTH)
    assert isinstance(found, DeclarationsFound)
    (shown,) = found.declarations
    assert (shown.state, shown.due_on) == ("accepted", due_on)
    assert shown.overdue_days == 10
    month.till.paid(shown.declaration_id)
    found = month.till.agency(AskDeclarations, month=MONTH)
    assert isinstance(found, DeclarationsFound)
    assert found.declarations[0].overdue_days == 0


def test_rows_left_out_wait_for_a_later_declaration(month: Month) -> None:
    rows = month.till.rows()
    done = month.till.confirm(said(rows[0]), said(rows[1], confirmed=False))
    assert isinstance(done, Done)
    number = month.till.accepted(month.first)
    assert month.till.paid(number).owed_fen == month.first.fund_fen + month.first.account_fen
    assert codes_in(month.till.undo(done.reference)) == {kinds.DETAIL_DECLARED.code}
