"""Which lines of a visit a settlement holds, and a settlement derived again from its own inputs."""

from __future__ import annotations

from typing import NamedTuple

from tests.processes.settlement.counter import Counter, policies
from yidi.domain.policy.policy import Policies
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.derivation import derive_again
from yidi.processes.settlement.records import Settlement, SettlementAnswered, SettlementAsked
from yidi.processes.settlement.refusals import NOT_DERIVABLE
from yidi.processes.settlement.views import State, coverage_of, settlements_of


class Charged(NamedTuple):
    """A live line."""

    line_id: str
    batch: str


def asked(settlement_id: str, batch: str = "", covers: int = 0, undoes: str = "") -> SettlementAsked:
    """What an institution asked."""
    empty = {name: 0 if name.endswith("_fen") else "" for name in SettlementAsked._fields}
    said = {"settlement_id": settlement_id, "batch": batch, "covers": covers, "undoes": undoes}
    return SettlementAsked(**{**empty, **said})  # type: ignore[arg-type]


def answered(settlement_id: str, outcome: str = "booked") -> SettlementAnswered:
    """What was answered."""
    empty = {name: 0 if name.endswith("_fen") else "" for name in SettlementAnswered._fields}
    return SettlementAnswered(**{**empty, "settlement_id": settlement_id, "outcome": outcome})  # type: ignore[arg-type]


def test_a_batch_holds_the_lines_it_had_and_none_that_came_later() -> None:
    live = [Charged("1", "a"), Charged("2", "b"), Charged("3", "a"), Charged("4", "a")]
    held = settlements_of([asked("S1", "a", 2)], [answered("S1")])
    assert coverage_of(held, live).settlement_of == {"1": "S1", "3": "S1"}


def test_each_part_of_a_stay_holds_the_lines_after_the_part_before() -> None:
    live = [Charged(str(number), "") for number in range(1, 6)]
    held = settlements_of([asked("S1", covers=2), asked("S2", covers=4)], [answered("S1"), answered("S2")])
    coverage = coverage_of(held, live)
    assert coverage.settlement_of == {"1": "S1", "2": "S1", "3": "S2", "4": "S2"}
    assert coverage.standing == ("S1", "S2")


def test_an_unanswered_settlement_holds_its_lines_and_a_refused_or_undone_one_none() -> None:
    live = [Charged("1", "")]
    unknown = coverage_of(settlements_of([asked("S1", covers=1)], []), live)
    assert (unknown.under_way, bool(unknown.settlement_of)) == (("S1",), True)
    refused = coverage_of(settlements_of([asked("S1", covers=1)], [answered("S1", "refused")]), live)
    assert refused.free
    rows = [asked("S1", covers=1), asked("N1", undoes="S1")]
    undone = coverage_of(settlements_of(rows, [answered("S1"), answered("N1")]), live)
    assert undone.free
    assert not undone.settlement_of


def test_a_settlement_being_undone_is_under_way_and_a_refused_undoing_changes_nothing() -> None:
    rows = [asked("S1", covers=1), asked("N1", undoes="S1")]
    assert settlements_of(rows, [answered("S1")])[0].state is State.UNDOING
    assert settlements_of(rows, [answered("S1"), answered("N1", "refused")])[0].state is State.BOOKED


def test_a_reversal_that_found_nothing_undoes_even_what_is_refused_later() -> None:
    rows = [asked("S1", covers=1), asked("N1", undoes="S1")]
    found = settlements_of(rows, [answered("N1", "void"), answered("S1", "refused")])
    assert found[0].state is State.UNDONE


def test_what_undoes_another_and_what_another_pack_made_is_not_derived() -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(900_00), 900_00)
    assert isinstance(counter.refund(settled), Settled)
    booked, negative = counter.world.records(Settlement)
    for row, packs in (
        (negative, policies()),
        (booked, Policies([])),
        (booked._replace(pack_hash="x"), policies()),
        (booked._replace(cash_fen=1), policies()),
    ):
        found = derive_again(row, packs)
        assert isinstance(found, tuple)
        assert [refusal.code for refusal in found] == [NOT_DERIVABLE.code]
