"""What a float should be: twice the monthly mean of last year's fourth quarter (regulation 6.2, 6.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from yidi.domain.money import Rounding, apportion_fen, format_yuan
from yidi.domain.money_terms.terms import PrepaymentTerms
from yidi.processes.prepayment.records import MonthUse


class Explained(Struct, frozen=True):
    """One step of a figure, in both languages, with its result in fen."""

    text_zh: str
    text_en: str
    result_fen: int


class Float(NamedTuple):
    """One float: ordered pair of provinces and scheme."""

    insured: str
    care: str
    scheme: str

    @property
    def pair(self) -> str:
        """The two provinces as the sums of changes name them."""
        return f"{self.insured}-{self.care}"


def float_of(pair: str, scheme: str) -> Float:
    """Read `Float.pair` back."""
    insured, _, care = pair.partition("-")
    return Float(insured, care, scheme)


ROUNDINGS = {
    Rounding.HALF_UP: ("四舍五入到分", "half up to the fen"),
    Rounding.DOWN: ("不足一分舍去", "down to the fen"),
    Rounding.UP: ("不足一分进位", "up to the fen"),
}
"""How an amount is cut to the fen, as an explanation says it."""


class PlannedFloat(NamedTuple):
    """What a float is to be: use of each base month, the amount, what stands, the change; all fen."""

    float: Float
    months: tuple[int, ...]
    amount_fen: int
    standing_fen: int

    @property
    def change_fen(self) -> int:
        """The adjustment; negative: the care province pays back."""
        return self.amount_fen - self.standing_fen


def equal_part_fen(amount_fen: int, parts: int, rounding: Rounding) -> int:
    """Return one of so many equal parts: the mean, rounded away from nothing but by the rule.

    Parts by largest remainder differ by one fen, the greater first, so a rule is a place among them.
    """
    place = {Rounding.UP: 0, Rounding.HALF_UP: (parts - 1) // 2, Rounding.DOWN: parts - 1}[rounding]
    return apportion_fen(amount_fen, [1] * parts)[place]


def year_amount_fen(months: Sequence[int], terms: PrepaymentTerms) -> int:
    """Return the year's amount for the use of the base months; a float is never negative."""
    return equal_part_fen(max(0, sum(months)) * terms.multiple, terms.base_months, terms.rounding)


def base_months(year: str, terms: PrepaymentTerms) -> tuple[str, ...]:
    """Name the months whose mean fixes a year: those of the year before, `2025-10` to `2025-12`."""
    first = terms.base_first_month
    return tuple(f"{int(year) - 1:04d}-{month:02d}" for month in range(first, first + terms.base_months))


def used_fen(row: MonthUse, terms: PrepaymentTerms) -> int:
    """Return what of a month's use the float is for."""
    return row.fund_fen + (row.account_fen if terms.counts_personal_account else 0)


def plan(
    uses: Sequence[Iterable[MonthUse]], standing: Mapping[Float, int], terms: PrepaymentTerms
) -> tuple[PlannedFloat, ...]:
    """Plan every float that had use in a base month or that stands, in order of its provinces."""
    by_float: dict[Float, list[int]] = {known: [0] * len(uses) for known, fen in standing.items() if fen}
    for number, rows in enumerate(uses):
        for row in rows:
            key = Float(row.insured, row.care, row.scheme)
            by_float.setdefault(key, [0] * len(uses))[number] += used_fen(row, terms)
    planned = [
        PlannedFloat(key, tuple(months), year_amount_fen(months, terms), standing.get(key, 0))
        for key, months in sorted(by_float.items())
    ]
    return tuple([row for row in planned if row.amount_fen or row.standing_fen])


def explain(row: PlannedFloat, months: Sequence[str], terms: PrepaymentTerms) -> tuple[Explained, ...]:
    """Say where the figures of a float come from, step by step."""
    steps = [
        Explained(f"{month}基金支付", f"fund payments of {month}", fen)
        for month, fen in zip(months, row.months, strict=True)
    ]
    total, rule = sum(row.months), ROUNDINGS[terms.rounding]
    shown = format_yuan(total)
    steps.append(Explained("合计", "sum", total))
    steps.append(
        Explained(
            f"{shown} ÷ {terms.base_months} × {terms.multiple}，{rule[0]}；负数按零",
            f"{shown} / {terms.base_months} x {terms.multiple}; {rule[1]}; never negative",
            row.amount_fen,
        )
    )
    steps.append(Explained("现有额度", "what stands", row.standing_fen))
    steps.append(
        Explained(
            "本年额度减现有额度：正数补足，负数退回",
            "this year's amount minus what stands: positive is paid up, negative paid back",
            row.change_fen,
        )
    )
    return tuple(steps)
