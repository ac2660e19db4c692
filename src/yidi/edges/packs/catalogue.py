"""Reads and writes catalogue files (CSV), and gives every care place its catalogue.

`packs/catalogue/items.csv` is the shared sample; `terms/<place>.csv` what a place decides otherwise;
`places/<place>/*.csv` are the imported files of a place, which then stand instead of the sample.
The columns are described in docs/reference/catalogue.md.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO, TypeVar

from yidi.domain.catalogue.amounts import PRICE_PLACES, format_decimal
from yidi.domain.catalogue.catalogue import Catalogue, build_catalogue
from yidi.domain.catalogue.item import DEFAULT_EXPENSE_CLASS, ExpenseClass, Item, ItemClass
from yidi.domain.catalogue.refusals import WRONG_COLUMN_COUNT
from yidi.domain.catalogue.terms import NO_LIMIT, Terms
from yidi.domain.codes.item import ItemKind, check_item_code
from yidi.domain.dates import FOREVER
from yidi.domain.refusal import Refusal
from yidi.edges.packs.cells import Cells
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import PackError

COLUMNS = (
    "code", "name", "kind", "item_class", "expense_class", "first_self_pct", "price_limit",
    "limit_first", "limit_second", "limit_third", "restricted", "restriction", "essential", "negotiated",
    "child", "start", "end", "source", "sample",
)  # fmt: skip
LIFTED = "-"
"""In a terms file: no limit, no restriction, although the entry has one."""
_LEVELS = ("limit_first", "limit_second", "limit_third")
_SHOWN_FINDINGS = 10
T = TypeVar("T")
_KINDS = {kind.value: kind for kind in ItemKind}
_CLASSES = {entry.value: entry for entry in ItemClass}


def read_catalogues(places: Iterable[str], packs: Path | None = None) -> dict[str, Catalogue]:
    """Give each place (province code) its catalogue. Raises PackError listing what is wrong."""
    folder = (packs or packs_folder()) / "catalogue"
    sample, refusals = build_catalogue("", _read(folder / "items.csv", item_of))
    _demand_none("items.csv", refusals)
    return {place: _catalogue_of(place, sample, folder) for place in places}


def read_catalogue(place: str, packs: Path | None = None) -> Catalogue:
    """Give one place its catalogue."""
    return read_catalogues([place], packs)[place]


def _catalogue_of(place: str, sample: Catalogue, folder: Path) -> Catalogue:
    own = sorted((folder / "places" / place).glob("*.csv"))
    terms_file = folder / "terms" / f"{place}.csv"
    base = sample
    if own:
        base, refusals = build_catalogue(place, (item for path in own for item in _read(path, item_of)))
        _demand_none(place, refusals)
    terms = list(_read(terms_file, terms_of)) if terms_file.is_file() else []
    catalogue, refusals = base.with_terms(place, terms)
    _demand_none(terms_file.name, refusals)
    return catalogue


def _read(path: Path, row_of: Callable[[Cells], T | None]) -> Iterator[T]:
    findings: list[Refusal] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from read_rows(stream, row_of, findings)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise PackError(f"{path.name}: {fault}") from fault
    _demand_none(path.name, findings)


def _demand_none(name: str, findings: Iterable[Refusal]) -> None:
    texts = [finding.cause_en for finding in findings]
    if texts:
        more = f" (and {len(texts) - _SHOWN_FINDINGS} more)" if len(texts) > _SHOWN_FINDINGS else ""
        raise PackError(f"{name}: " + "; ".join(texts[:_SHOWN_FINDINGS]) + more)


def read_rows(stream: TextIO, row_of: Callable[[Cells], T | None], findings: list[Refusal]) -> Iterator[T]:
    """Read a CSV with a heading row; rows are counted as an editor counts them. Findings are collected."""
    reader = csv.reader(stream)
    heading = [name.strip() for name in next(reader, [])]
    columns = {name: place for place, name in enumerate(heading, 1)}
    for values in reader:
        if not values or values[0].startswith("#"):
            continue
        if len(values) != len(heading):
            findings.append(
                WRONG_COLUMN_COUNT.because(row=reader.line_num, found=len(values), expected=len(heading))
            )
            continue
        row = row_of(Cells(reader.line_num, values, columns, findings))
        if row is not None:
            yield row


def item_of(cells: Cells) -> Item | None:
    """Make an entry of a row of a catalogue file; None when a finding forbids it."""
    before = len(cells.findings)
    code = cells.required("code")
    found = check_item_code(code, f"row {cells.row}: code") if code else None
    if isinstance(found, Refusal):
        cells.findings.append(found)
    kind = _KINDS.get(cells.text("kind")) or cells.choice("kind", ItemKind)
    item_class = _CLASSES.get(cells.required("item_class")) or cells.choice("item_class", ItemClass)
    name = cells.required("name")
    first_self_bp = cells.ratio_bp("first_self_pct") or 0
    expense_class = cells.choice("expense_class", ExpenseClass)
    levels = tuple(cells.price_micro(level) for level in _LEVELS)
    price_limit = cells.price_micro("price_limit")
    start, end = cells.day("start") or "2000-01-01", cells.day("end") or FOREVER
    if start >= end:
        cells.wrong("end", f"> {start}")
    kind = kind or (found if isinstance(found, ItemKind) else None)
    if len(cells.findings) > before or kind is None or item_class is None:
        return None
    return Item(
        code=code,
        name=name,
        kind=kind,
        item_class=item_class,
        expense_class=expense_class or DEFAULT_EXPENSE_CLASS[kind],
        first_self_bp=first_self_bp,
        price_limit_micro=price_limit,
        level_limits_micro=(levels[0], levels[1], levels[2]) if any(x is not None for x in levels) else None,
        restricted=cells.flag("restricted"),
        restriction=cells.text("restriction"),
        essential=cells.flag("essential"),
        negotiated=cells.flag("negotiated"),
        child=cells.flag("child"),
        start=start,
        end=end,
        source=cells.text("source"),
        sample=cells.flag("sample"),
    )


def terms_of(cells: Cells) -> Terms | None:
    """Make terms of a row of a terms file; None when a finding forbids it."""
    before = len(cells.findings)
    code = cells.required("code")
    levels = tuple(cells.price_micro(level) for level in _LEVELS)
    restriction = cells.text("restriction")
    terms = Terms(
        code=code,
        item_class=cells.choice("item_class", ItemClass),
        expense_class=cells.choice("expense_class", ExpenseClass),
        first_self_bp=cells.ratio_bp("first_self_pct"),
        price_limit_micro=_limit(cells, "price_limit"),
        level_limits_micro=(levels[0], levels[1], levels[2]) if any(x is not None for x in levels) else None,
        restriction=None if not restriction else restriction.removeprefix(LIFTED),
        start=cells.day("start"),
        end=cells.day("end"),
        source=cells.text("source"),
    )
    return terms if len(cells.findings) == before else None


def _limit(cells: Cells, name: str) -> int | None:
    return NO_LIMIT if cells.text(name) == LIFTED else cells.price_micro(name)


def read_terms(path: Path, findings: list[Refusal]) -> dict[str, list[Terms]]:
    """Read a terms file by item code, collecting what is wrong. Raises OSError, UnicodeDecodeError."""
    terms: dict[str, list[Terms]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in read_rows(stream, terms_of, findings):
            terms.setdefault(row.code, []).append(row)
    return terms


class CatalogueWriter:
    """Writes entries as a catalogue file; what `read_catalogues` reads back is the same."""

    def __init__(self, stream: TextIO) -> None:
        self._writer: Any = csv.writer(stream, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def write(self, item: Item) -> None:
        """Write one entry."""
        levels = item.level_limits_micro or (None, None, None)
        self._writer.writerow(
            (
                item.code,
                item.name,
                item.kind.value,
                item.item_class.value,
                item.expense_class.value,
                format_decimal(item.first_self_bp, 2) if item.first_self_bp else "",
                *(_price(limit) for limit in (item.price_limit_micro, *levels)),
                "1" if item.restricted else "",
                item.restriction,
                *("1" if flag else "" for flag in (item.essential, item.negotiated, item.child)),
                item.start,
                "" if item.end == FOREVER else item.end,
                item.source,
                "1" if item.sample else "",
            )
        )


def _price(limit_micro: int | None) -> str:
    return "" if limit_micro is None else format_decimal(limit_micro, PRICE_PLACES)
