"""Dated terms of prepayment, clearing, payment of institutions, finance and coordination (regulation 6, 7).

The values are data, each with its source and how sure it is: packs/national/money.yaml. `MoneyTerms.on`
gives those of a day as plain numbers; `MoneyTerms.source_of` says where one comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from yidi.domain.dates import is_day
from yidi.domain.money import BASIS_POINTS, Rounding
from yidi.domain.money_terms.refusals import TERM_NOT_SET
from yidi.domain.refusal import Refusal


class PrepaymentTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Prepayment: amount = `multiple` x the mean of `base_months` months from `base_first_month` on.

    Months are numbers of the year; `_bp` are basis points of month's use over prepayment.
    """

    multiple: int
    base_first_month: int
    base_months: int
    counts_personal_account: bool
    rounding: Rounding
    planned_by_month: int
    paid_by_month: int
    hand_over_working_days: int
    pay_working_days: int
    report_working_days: int
    yellow_bp: int
    red_bp: int
    top_up_request_working_days: int


class ClearingTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Clearing of month M: days of month M+1 (31: the last), working days, months of delay."""

    declare_by_day: int
    build_on_day: int
    sign_by_day: int
    publish_by_day: int
    hand_over_working_days: int
    pay_working_days: int
    report_working_days: int
    greatest_delay_months: int
    year_closed_by_month: int


class InstitutionTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Payment of institutions by their care place, unless the area's own agreement says otherwise."""

    declare_by_day: int
    pay_working_days: int
    retention_bp: int
    retention_released_by_month: int
    audit_sample_bp: int


class FinanceTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Books and bank: how far days may lie apart, and what a bank writes on lines of its own.

    The words of a term stand in one text with `|` between.
    """

    match_window_days: int
    fee_words: str
    interest_words: str

    @property
    def says_fee(self) -> tuple[str, ...]:
        """The words that make a line a bank's fee."""
        return tuple(self.fee_words.lower().split("|"))

    @property
    def says_interest(self) -> tuple[str, ...]:
        """The words that make a line interest."""
        return tuple(self.interest_words.lower().split("|"))


class CoordinationTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Verification of costs and coordination of problems."""

    verification_from_fen: int
    verification_answer_by_day: int
    urgent_working_days: int
    ordinary_working_days: int
    outage_notice_working_days: int


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """All terms of one day."""

    prepayment: PrepaymentTerms
    clearing: ClearingTerms
    institution: InstitutionTerms
    finance: FinanceTerms
    coordination: CoordinationTerms


class DatedTerm(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """One value, the day from which it holds, its source and how sure it is."""

    start: str
    value: bool | int | str
    source: str
    sure_pct: int


Entries = Mapping[str, Mapping[str, Sequence[DatedTerm]]]
"""Group -> term -> its values, oldest first."""


class MoneyTerms:
    """The terms of every day. ValueError when the entries name what is no term, or cannot be right."""

    def __init__(self, entries: Entries) -> None:
        faults = list(faults_of(entries))
        if faults:
            raise ValueError("; ".join(faults))
        self.entries = entries

    def on(self, day: str) -> Terms | Refusal:
        """Return the terms of a day (2026-11-22); refused when one of them is not set for it."""
        values: dict[str, dict[str, bool | int | str]] = {}
        for group, terms in self.entries.items():
            for name in terms:
                found = self.source_of(f"{group}.{name}", day)
                if found is None:
                    return TERM_NOT_SET.because("day", term=f"{group}.{name}", day=day)
                values.setdefault(group, {})[name] = found.value
        return msgspec.convert(values, Terms)

    def source_of(self, term: str, day: str) -> DatedTerm | None:
        """Return the entry of a term (`prepayment.red_bp`) that holds on a day, or None."""
        group, _, name = term.partition(".")
        held = [entry for entry in self.entries.get(group, {}).get(name, ()) if entry.start <= day]
        return held[-1] if held else None


def faults_of(entries: Entries) -> Iterator[str]:
    """Find what cannot be right: bad or unordered days, no source, values that do not fit, missing terms."""
    values: dict[str, dict[str, bool | int | str]] = {}
    for group, terms in entries.items():
        for name, dated in terms.items():
            yield from (f"{group}.{name}: {fault}" for fault in _faults_of_term(name, dated))
            if dated:
                values.setdefault(group, {})[name] = dated[-1].value
    try:
        msgspec.convert(values, Terms)
    except msgspec.ValidationError as fault:
        yield str(fault)


def _faults_of_term(name: str, dated: Sequence[DatedTerm]) -> Iterator[str]:
    if not dated:
        yield "no value"
    starts = [entry.start for entry in dated]
    if starts != sorted(set(starts)) or not all(map(is_day, starts)):
        yield "the days from which values hold are days, each later than the one before"
    for entry in dated:
        if not entry.source.strip() or not 0 <= entry.sure_pct <= 100:
            yield "every value has a source and is sure by 0 to 100 %"
        if type(entry.value) is not type(dated[0].value):
            yield "all values are of one kind"
        if name.endswith("_bp") and not _is_ratio(entry.value):
            yield f"{entry.value} is not a ratio in basis points"
        if name.endswith("_day") and entry.value not in range(1, 32):
            yield f"{entry.value} is not a day of a month"
        if name.endswith("_month") and entry.value not in range(1, 13):
            yield f"{entry.value} is not a month"


def _is_ratio(value: bool | int | str) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= BASIS_POINTS
