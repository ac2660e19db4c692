"""Bank lines are matched exactly or not at all; what is open is in suspense and told by name."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import HOME
from tests.processes.finance.treasury import THEIRS, Treasury, expected, line
from tests.world import codes_in
from yidi.domain.ledger.refusals import FEE_AGAINST_A_FUND
from yidi.processes.finance import refusals as kinds
from yidi.processes.finance.commands import LinesMatched
from yidi.processes.finance.matching import Known, match
from yidi.processes.finance.open_items import Side, open_items
from yidi.processes.finance.records import Fate, ImportedLine, LineFate
from yidi.processes.ports.deciding import Done


def codes_of(found: LinesMatched) -> list[str]:
    return [each.code for each in found.findings]


def test_a_line_with_reference_and_amount_is_the_payment_it_names() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00, reference="REF-A"), line(2, -70_00, remark="清算 REF-B，三月"))
    found = treasury.match(expected("A", 500_00), expected("B", -70_00, booked=True))
    assert (found.matched, found.suspended, found.findings) == (2, 0, ())
    assert found.to_book == ("A",)
    assert not treasury.ledger()


def test_without_a_reference_amount_party_and_days_decide() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00, counterpart_account=THEIRS), line(2, 70_00, counterpart=f"户名{HOME}"))
    found = treasury.match(expected("A", 500_00, due_on="2026-03-20"), expected("B", 70_00))
    assert found.matched == 2
    assert {row.way for row in treasury.world.records(LineFate)} == {"party"}


def test_far_from_its_day_or_from_somebody_else_it_is_not_the_payment() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00, counterpart_account=THEIRS), line(2, 70_00, counterpart="他人"))
    found = treasury.match(expected("A", 500_00, due_on="2026-04-20"), expected("B", 70_00))
    assert (found.matched, found.suspended) == (0, 2)
    assert codes_of(found) == [kinds.LINE_UNMATCHED.code] * 2
    assert treasury.ledger() == {"fiscal_account": 570_00, "suspense": -570_00}


def test_a_payment_of_another_amount_is_a_finding_and_nothing_is_split() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 499_99, reference="REF-A", counterpart_account=THEIRS))
    found = treasury.match(expected("A", 500_00), expected("B", 499_99))
    assert codes_of(found) == [kinds.AMOUNT_DIFFERS.code]
    assert "499.99" in found.findings[0].cause_zh
    assert "500.00" in found.findings[0].cause_en


def test_where_several_fit_none_is_taken_and_all_are_named() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00, counterpart_account=THEIRS))
    found = treasury.match(expected("A", 500_00), expected("B", 500_00))
    assert codes_of(found) == [kinds.LINE_AMBIGUOUS.code]
    assert "A, B" in found.findings[0].cause_en


def test_a_second_run_matches_what_has_become_known_and_takes_it_out_of_suspense() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00, reference="REF-A"))
    first, again = treasury.match(), treasury.match()
    assert (first.suspended, again.suspended) == (1, 0)
    assert codes_of(again) == [kinds.LINE_UNMATCHED.code]
    treasury.world.passes(days=10)
    assert treasury.match(expected("A", 500_00)).matched == 1
    assert not treasury.ledger()
    quiet = treasury.match(expected("A", 500_00))
    assert (quiet.matched, quiet.suspended, quiet.findings) == (0, 0, ())


def test_one_payment_explains_one_line_over_all_runs() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00, reference="REF-A"))
    treasury.match(expected("A", 500_00))
    treasury.imported(
        line(1, 500_00, reference="REF-A", day="2026-04-10"),
        first_day="2026-04-01", last_day="2026-04-30", opening_fen=1_500_00, closing_fen=2_000_00,
    )  # fmt: skip
    found = treasury.match(expected("A", 500_00), months=("2026-03", "2026-04"))
    assert (found.matched, codes_of(found)) == (0, [kinds.LINE_UNMATCHED.code])


def test_interest_is_the_places_own_and_a_fee_is_refused_until_the_bank_returns_it() -> None:
    treasury = Treasury()
    number = treasury.imported(
        line(1, 3_21, remark="季度结息"), line(2, -5_00, remark="手续费"), line(3, 5_00, remark="退回")
    )
    found = treasury.match()
    assert (found.interest, found.suspended) == (1, 2)
    assert codes_of(found) == [FEE_AGAINST_A_FUND.code, kinds.LINE_UNMATCHED.code]
    assert treasury.ledger() == {"fiscal_account": 3_21, "interest": -3_21}
    refused = treasury.explain(f"{number}.2", "bank_fees")
    assert codes_in(refused) == {kinds.EXPLANATION_NOT_SOUND.code}
    assert codes_in(treasury.offset(f"{number}.3", f"{number}.1")) == {kinds.LINE_NOT_OPEN.code}
    assert isinstance(treasury.offset(f"{number}.3", f"{number}.2"), Done)
    assert treasury.match().findings == ()
    assert treasury.ledger() == {"fiscal_account": 3_21, "interest": -3_21}


def test_only_lines_of_opposite_amounts_are_offset() -> None:
    treasury = Treasury()
    number = treasury.imported(line(1, -5_00), line(2, 4_00))
    treasury.match()
    assert codes_in(treasury.offset(f"{number}.2", f"{number}.1")) == {kinds.LINES_NOT_OPPOSITE.code}
    assert codes_in(treasury.offset("L0", "L1")) == {kinds.LINE_NOT_OPEN.code}


def test_a_suspended_line_is_explained_once_to_an_account_of_a_fund() -> None:
    treasury = Treasury()
    number = treasury.imported(line(1, 500_00))
    assert codes_in(treasury.explain(f"{number}.1", "due_from_province")) == {kinds.LINE_NOT_OPEN.code}
    treasury.match()
    for account in ("suspense", "fiscal_account", "penalties", "nonsense"):
        assert codes_in(treasury.explain(f"{number}.1", account)) == {kinds.EXPLANATION_NOT_SOUND.code}
    assert isinstance(treasury.explain(f"{number}.1", "due_from_province"), Done)
    assert treasury.ledger() == {"fiscal_account": 500_00, "due_from_province": -500_00}
    assert codes_in(treasury.explain(f"{number}.1", "due_from_province")) == {kinds.LINE_NOT_OPEN.code}
    assert treasury.world.records(LineFate)[-1].fate == Fate.EXPLAINED


def test_the_open_list_shows_both_sides_with_their_age() -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00, reference="REF-A"), line(2, 70_00), line(3, -1_00))
    waits = expected("B", -70_00, booked=True, due_on="2026-03-12")
    treasury.match(expected("A", 500_00), waits)
    found = open_items(
        treasury.world.records(ImportedLine),
        treasury.world.records(LineFate),
        (expected("A", 500_00), waits, expected("C", 1_00), expected("D", 1_00, due_on="2026-12-01")),
        date(2026, 3, 20),
    )
    assert [(item.side, item.amount_fen, item.age_days, item.state) for item in found] == [
        (Side.BOOKS, 1_00, 10, "expected"),
        (Side.MONEY, 70_00, 10, "suspended"),
        (Side.MONEY, -1_00, 10, "suspended"),
        (Side.BOOKS, -70_00, 8, "booked"),
    ]


ROWS = st.lists(
    st.tuples(st.sampled_from([100, 200, -100]), st.sampled_from(["", "REF-0", "REF-1", "REF-2"])), max_size=7
)


@settings(max_examples=150)
@given(ROWS, st.lists(st.sampled_from([100, 200, -100]), max_size=5), st.randoms(use_true_random=False))
def test_every_pair_has_one_line_one_payment_and_the_same_amount_in_any_order(
    rows: list[tuple[int, str]], amounts: list[int], order: object
) -> None:
    lines = [
        ImportedLine("330000", f"L{n}", "S", "2026-03", "2026-03-10", amount, "", THEIRS, reference, "")
        for n, (amount, reference) in enumerate(rows)
    ]
    payments = [expected(str(n), amount) for n, amount in enumerate(amounts)]
    parties = {HOME: Known({THEIRS}, ())}
    found = match(lines, payments, parties, 15)
    assert all(pair.line.amount_fen == pair.expected.amount_fen for pair in found.pairs)
    assert len({pair.line.line_id for pair in found.pairs}) == len(found.pairs)
    assert len({pair.expected.expected_id for pair in found.pairs}) == len(found.pairs)
    assert len(found.pairs) + len(found.open) == len(lines)
    order.shuffle(lines)  # type: ignore[attr-defined]
    order.shuffle(payments)  # type: ignore[attr-defined]
    assert set(match(lines, payments, parties, 15).pairs) == set(found.pairs)
