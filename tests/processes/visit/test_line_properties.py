"""Whatever is uploaded, refunded and withdrawn in whatever order: the books of a stay stay sound."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.processes.visit.stage import DEAR, DRUG, SERVICE, Stage, line
from yidi.domain.catalogue.amounts import product_fen
from yidi.processes.visit.commands import LineGiven, LinesPriced
from yidi.processes.visit.records import FeeLine, LineWithdrawal
from yidi.processes.visit.views import line_sums, live_lines

NUMBERS = some.sampled_from("123456")
STEPS = some.one_of(
    some.tuples(
        some.just("charge"),
        NUMBERS,
        some.sampled_from([DRUG, SERVICE, DEAR]),
        some.integers(1, 50_000),
        some.integers(0, 300_000_000),
    ),
    some.tuples(some.just("refund"), NUMBERS, NUMBERS, some.integers(1, 50_000), some.just(0)),
    some.tuples(some.just("withdraw"), NUMBERS, some.just(""), some.just(0), some.just(0)),
)


def sent(stage: Stage, stay: str, step: tuple[str, str, str, int, int]) -> LineGiven:
    """The line of a step; a refund is of the item and price of the line it names."""
    what, number, other, quantity, price = step
    item, refunds = other, ""
    if what == "refund":
        original = next((row for row in standing(stage) if row.line_id == other), None)
        item, price = (DRUG, 1) if original is None else (original.item_code, original.price)
        quantity, refunds = -quantity, other
    total_fen = product_fen(quantity, price)
    given = {"item_code": item, "quantity": quantity, "price": price, "total_fen": total_fen}
    return line(stay, number, refunds=refunds, **given)


def standing(stage: Stage) -> tuple[FeeLine, ...]:
    """The live lines."""
    return live_lines(stage.world.records(FeeLine), stage.world.records(LineWithdrawal))


@settings(max_examples=60, deadline=None)
@given(some.lists(STEPS, max_size=12))
def test_live_lines_are_unique_sum_up_and_never_take_back_more_than_was_charged(
    steps: list[tuple[str, str, str, int, int]],
) -> None:
    stage = Stage()
    stay = stage.stay()
    for step in steps:
        before = len(stage.world.records(FeeLine))
        if step[0] == "withdraw":
            stage.withdraw(stay, step[1])
        else:
            reply = stage.upload(stay, sent(stage, stay, step), inpatient=True)
            assert len(stage.world.records(FeeLine)) - before == isinstance(reply, LinesPriced)
    live = standing(stage)
    assert len({row.line_id for row in live}) == len(live)
    total, *parts = line_sums(live)
    assert total == sum(parts)
    for row in live:
        if not row.refunds:
            of_line = [row, *(other for other in live if other.refunds == row.line_id)]
            assert sum(one.quantity for one in of_line) >= 0
            assert line_sums(of_line).total_fen >= 0
        else:
            assert row.refunds in {other.line_id for other in live}
