"""One entry of an item stands on a day; a place's own terms cut entries and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from yidi.domain.catalogue.catalogue import build_catalogue
from yidi.domain.catalogue.conversion import by_expense_class, divided_lines, sum_parts
from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass, PriceLevel
from yidi.domain.catalogue.pricing import PricedLine, Reason
from yidi.domain.catalogue.refusals import OVERLAPPING_SPANS, UNKNOWN_ITEM
from yidi.domain.catalogue.terms import NO_LIMIT, Terms, overlaps, under_terms
from yidi.domain.codes.item import ItemKind
from yidi.domain.dates import FOREVER

ITEM = Item(
    "001102000000100",
    "诊察费",
    ItemKind.SERVICE,
    ItemClass.B,
    ExpenseClass.CONSULTATION,
    first_self_bp=1000,
    price_limit_micro=10_000_000,
    restricted=True,
    restriction="限急诊",
    start="2021-01-01",
)
OLD = replace(ITEM, start="2019-01-01", end="2021-01-01", item_class=ItemClass.C)


def test_the_entry_of_the_day_is_found() -> None:
    catalogue, found = build_catalogue("330000", [OLD, ITEM])
    assert found == ()
    assert catalogue.find(ITEM.code, "2020-12-31") == OLD
    assert catalogue.find(ITEM.code, "2021-01-01") == ITEM
    assert catalogue.find(ITEM.code, "2018-12-31") is None
    assert catalogue.find(f" {ITEM.code} ", "2021-01-01") == ITEM
    assert catalogue.find("other", "2021-01-01") is None
    assert catalogue.entries(ITEM.code) == (ITEM, OLD)
    assert catalogue.items("2020-01-01") == (OLD,)
    assert (len(catalogue), catalogue.place) == (1, "330000")


def test_entries_that_overlap_are_a_finding_and_the_later_stands() -> None:
    catalogue, found = build_catalogue("", [ITEM, replace(OLD, end=FOREVER)])
    assert [it.code for it in found] == [OVERLAPPING_SPANS.code]
    assert catalogue.find(ITEM.code, "2022-01-01") == ITEM


def test_terms_change_only_what_they_name() -> None:
    (changed,) = under_terms(ITEM, [Terms(ITEM.code, first_self_bp=500, source="local")])
    assert changed == replace(ITEM, first_self_bp=500, source="local")


def test_terms_can_lift_a_limit_and_a_restriction() -> None:
    (changed,) = under_terms(ITEM, [Terms(ITEM.code, price_limit_micro=NO_LIMIT, restriction="")])
    assert changed.price_limit(PriceLevel.FIRST) is None
    assert not changed.restricted


def test_a_limit_of_terms_replaces_limits_by_level() -> None:
    item = replace(ITEM, level_limits_micro=(1, 2, 3))
    (one,) = under_terms(item, [Terms(ITEM.code, price_limit_micro=7)])
    assert [one.price_limit(level) for level in PriceLevel] == [7, 7, 7]
    (levels,) = under_terms(item, [Terms(ITEM.code, level_limits_micro=(4, None, 6))])
    assert [levels.price_limit(level) for level in PriceLevel] == [4, 10_000_000, 6]


def test_terms_with_days_cut_an_entry() -> None:
    terms = [Terms(ITEM.code, item_class=ItemClass.A, start="2023-01-01", end="2024-01-01")]
    catalogue, found = build_catalogue("", [OLD, ITEM])[0].with_terms("330000", terms)
    assert found == ()
    days = ["2020-06-01", "2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01"]
    entries = [catalogue.find(ITEM.code, day) for day in days]
    assert [entry and entry.item_class.value for entry in entries] == ["C", "B", "A", "A", "B"]


def test_terms_of_another_place_leave_the_shared_catalogue_alone() -> None:
    shared, _ = build_catalogue("", [ITEM])
    shared.with_terms("330000", [Terms(ITEM.code, item_class=ItemClass.C)])
    assert shared.entries(ITEM.code) == (ITEM,)


def test_terms_for_an_item_nobody_has_and_terms_that_overlap_are_findings() -> None:
    shared, _ = build_catalogue("", [ITEM])
    twice = [Terms(ITEM.code), Terms(ITEM.code, start="2022-01-01")]
    _, found = shared.with_terms("330000", [Terms("nobody"), *twice])
    assert [it.code for it in found] == [UNKNOWN_ITEM.code, OVERLAPPING_SPANS.code]
    after = [Terms(ITEM.code, end="2022-01-01"), Terms(ITEM.code, start="2022-01-01")]
    assert overlaps(after) == ()


AMOUNT = st.integers(-(10**10), 10**10)
PRICED = st.builds(
    lambda parts, expense: PricedLine(
        "1", ITEM.code, "诊察费", sum(parts), *parts, Reason.IN_SCOPE, ItemClass.A, expense, 0, None
    ),
    st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT),
    st.sampled_from(ExpenseClass),
)


@given(st.lists(PRICED, max_size=40))
def test_what_travels_has_the_same_four_sums_as_the_lines(lines: list[PricedLine]) -> None:
    classes = by_expense_class(lines)
    assert sum_parts(classes) == sum_parts(lines) == sum_parts(divided_lines(lines))
    assert [it.expense_class.value for it in classes] == sorted({it.expense_class.value for it in lines})


def test_a_divided_line_carries_no_name_and_no_reason() -> None:
    line = PricedLine(
        "7", ITEM.code, "诊察费", 10, 1, 2, 3, 4, Reason.CLASS_C, ItemClass.B, ExpenseClass.BED, 5, 6
    )
    (divided,) = divided_lines([line])
    assert divided.__struct_fields__ == (
        "number",
        "item_code",
        "expense_class",
        "item_class",
        "first_self_bp",
        "total_fen",
        "full_self_fen",
        "over_limit_fen",
        "first_self_fen",
        "in_scope_fen",
    )
    assert (divided.number, divided.in_scope_fen) == ("7", 4)


def test_the_fourteen_classes_have_names_in_both_languages() -> None:
    assert [it.value for it in ExpenseClass] == [f"{number:02d}" for number in range(1, 15)]
    assert (ExpenseClass.BED.zh, ExpenseClass.OTHER.en) == ("床位费", "other")
    assert len({it.zh for it in ExpenseClass}) == len({it.en for it in ExpenseClass}) == 14


def test_the_share_of_an_item_follows_its_class() -> None:
    shares = {it.value: replace(ITEM, item_class=it).self_pay_bp() for it in ItemClass}
    assert shares == {"A": 0, "B": 1000, "C": 10_000}
