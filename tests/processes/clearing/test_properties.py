"""Random months: the nation sums to zero, nothing is lost or doubled, every posting is explained."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processes.clearing.nation import EMPLOYEE, PROVINCES, RESIDENT, Nation, day_after
from tests.world import refusals_in
from yidi.domain.ledger.accounts import DUE_FROM_PROVINCE, MIRRORS, OWED_TO_PROVINCE
from yidi.processes.clearing.commands import ClearingBuilt, DisputeState, RefundAfterClearing
from yidi.processes.clearing.lines import LineKind, TableLine
from yidi.processes.clearing.netting import brought_forward, carried_over, dues, nets
from yidi.processes.clearing.records import (
    ClearingAdjustment,
    ClearingDispute,
    ClearingLine,
    ClearingNoticeLine,
    ClearingStep,
)
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import Posting

MONTHS = ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08")
"""Settlements are made in the first three; the last two let everything late come to rest."""
PAIRS = [(care, insured) for care in PROVINCES for insured in PROVINCES if care != insured]


class Visit(NamedTuple):
    """What happens to one settlement, as chance has it."""

    day: int
    pair: tuple[str, str]
    scheme: str
    fund_fen: int
    account_fen: int
    fate: str
    share: int


visits = st.builds(
    Visit,
    st.integers(1, 28),
    st.sampled_from(PAIRS),
    st.sampled_from((EMPLOYEE, RESIDENT)),
    st.integers(1, 10**9),
    st.integers(0, 10**6),
    st.sampled_from(
        (
            "plain",
            "undone",
            "undone_later",
            "differs",
            "dismissed",
            "upheld",
            "corrected",
            "deducted",
            "refunded",
        )
    ),
    st.integers(0, 100),
)
played = st.lists(st.lists(visits, max_size=6), min_size=3, max_size=3)


class Play:
    """Plays months and remembers what is still to happen."""

    def __init__(self) -> None:
        self.nation = Nation("2026-04-01")
        self.later: list[tuple[str, Visit]] = []
        self.disputed: list[tuple[str, Visit]] = []
        self.differing: list[tuple[str, str]] = []
        self.struck: set[str] = set()

    def month(self, month: str, made: Iterable[Visit]) -> ClearingBuilt:
        """Settle, let things happen, and clear the month on the 21st of the next."""
        nation, disputes = self.nation, []
        for number, visit in self.later:
            self.undo(number, f"{month}-05", visit)
        self.later = []
        for visit in made:
            day = f"{month}-{visit.day:02d}"
            number = nation.settle(day, *visit.pair, visit.fund_fen, visit.account_fen, scheme=visit.scheme)
            if visit.fate == "undone":
                self.undo(number, day, visit)
            elif visit.fate == "undone_later":
                self.later.append((number, visit))
            elif visit.fate == "differs":
                nation.differs(number, day)
                self.differing.append((number, day))
            elif visit.fate in ("dismissed", "upheld", "corrected"):
                disputes.append((number, visit))
        nation.go_to(day_after(f"{month}-28", 24)[:8] + "21")
        nation.reconcile(month)
        nation.build(month)
        for number, visit in disputes:
            assert refusals_in(nation.dispute(month, number, visit.pair[visit.share % 2])) == ()
        built = nation.clear(month)
        self.afterwards(month, made, disputes)
        return built

    def undo(self, number: str, day: str, visit: Visit) -> None:
        """Have a settlement undone on a day."""
        amounts = (-visit.fund_fen, -visit.account_fen)
        self.nation.settle(day, *visit.pair, *amounts, scheme=visit.scheme, undoes=number)

    def afterwards(self, month: str, made: Iterable[Visit], disputes: list[tuple[str, Visit]]) -> None:
        """Repair differences, resolve disputes, deduct and refund."""
        nation = self.nation
        for number, day in self.differing:
            nation.differs(number, day, "repaired", 2)
        self.differing = []
        for number, visit in disputes:
            outcome = DisputeState(visit.fate)
            stands = {"fund_fen": visit.fund_fen * visit.share // 101, "account_fen": visit.account_fen}
            said = stands if outcome is DisputeState.CORRECTED else {}
            assert refusals_in(nation.resolve(number, outcome, **said)) == ()
            if outcome is DisputeState.UPHELD:
                self.struck.add(number)
        rows = [
            row for row in nation.world.records(Returned) if row.business_day[:7] == month and not row.undoes
        ]
        for row, visit in zip(rows, made, strict=True):
            fen = 1 + (visit.fund_fen + visit.account_fen - 1) * visit.share // 100
            if visit.fate == "deducted":
                assert refusals_in(nation.deduct(row.settlement_id, fen, row.care, visit.share)) == ()
            if visit.fate == "refunded":
                said = {"settlement_id": row.settlement_id, "reason": "退费", "reference": "T"}
                assert refusals_in(nation.ask(RefundAfterClearing, row.care, amount_fen=fen, **said)) == ()


def explained(nation: Nation) -> set[str]:
    """Return the entries that facts explain."""
    world = nation.world
    found = {f"{letter}{row.settlement_id}" for row in world.records(Returned) for letter in "AB"}
    struck = [row for row in world.records(ClearingDispute) if row.state in ("upheld", "corrected")]
    found |= {f"{letter}{row.settlement_id}" for row in struck for letter in "DE"}
    found |= {f"{letter}{row.adjustment_id}" for row in world.records(ClearingAdjustment) for letter in "DEN"}
    named = {(row.number, row.counterpart) for row in world.records(ClearingNoticeLine)}
    months = {(row.month.replace("-", ""), row.step) for row in world.records(ClearingStep)}
    for number, counterpart in named:
        paid = "paid" if "-FK-" in number else "received"
        if (number[3:9], paid) in months:
            found.add(f"{'P' if paid == 'paid' else 'R'}{number}-{counterpart}")
    return found


@settings(max_examples=40, deadline=None)
@given(played)
def test_random_months_sum_to_zero_lose_nothing_and_explain_every_posting(months: list[list[Visit]]) -> None:
    play = Play()
    nation = play.nation
    for month, made in zip(MONTHS, [*months, [], []], strict=True):
        built = play.month(month, made)
        assert sum(row.net_fen for row in built.nets) == 0
    cleared = nation.cleared()
    for row in nation.world.records(Returned):
        expected = 0 if row.settlement_id in play.struck else 1
        assert len(cleared.get(row.settlement_id, [])) == expected, row
    assert {row.entry_id for row in nation.world.records(Posting)} <= explained(nation)
    assert_even(nation)


def assert_even(nation: Nation) -> None:
    """What provinces still owe each other is what the last table carries on, and both sides say the same."""
    lines = [
        row for row in nation.world.records(ClearingLine)
        if (row.jurisdiction, row.month, row.kind) == (NATION, MONTHS[-1], LineKind.CARRIED)
    ]  # fmt: skip
    carried = {(row.insured, row.care, row.scheme): row.fund_fen for row in lines}
    ledgers = {province: nation.ledger(province) for province in PROVINCES}
    for care, insured in PAIRS:
        for scheme in (EMPLOYEE, RESIDENT):
            for own, other in MIRRORS.items():
                one = ledgers[insured].get((own, care, scheme), 0)
                assert one + ledgers[care].get((other, insured, scheme), 0) == 0, (own, insured, care)
            left = ledgers[insured].get((OWED_TO_PROVINCE, care, scheme), 0)
            assert left == carried.get((insured, care, scheme), 0)
            assert ledgers[care].get((DUE_FROM_PROVINCE, insured, scheme), 0) == -left


table_lines = st.lists(
    st.builds(
        TableLine,
        care=st.sampled_from(PROVINCES),
        insured=st.sampled_from(PROVINCES),
        scheme=st.sampled_from((EMPLOYEE, RESIDENT)),
        kind=st.just(LineKind.SETTLED.value),
        settlements=st.integers(0, 9),
        total_fen=st.just(0),
        fund_fen=st.integers(-(10**12), 10**12),
        account_fen=st.integers(-(10**9), 10**9),
    ).filter(lambda row: row.care != row.insured),
    max_size=20,
)


@settings(max_examples=100)
@given(st.lists(table_lines, min_size=1, max_size=5))
def test_no_pair_owes_less_than_nothing_and_what_is_carried_is_never_lost(
    tables: list[list[TableLine]],
) -> None:
    before: tuple[TableLine, ...] = ()
    owed: dict[tuple[str, str, str], int] = {}
    for lines in tables:
        table = (*lines, *brought_forward(before))
        before = (*table, *carried_over(table))
        assert sum(row.net_fen for row in nets(before)) == 0
        assert all(due_fen >= 0 for due_fen in dues(before).values())
        for pair, due_fen in dues(before).items():
            owed[pair] = owed.get(pair, 0) + due_fen
    left = dues(row for row in before if row.kind == LineKind.CARRIED)
    settled = dues(row for lines in tables for row in lines)
    assert {pair: fen for pair, fen in owed.items() if fen - left.get(pair, 0) != settled.get(pair, 0)} == {}
