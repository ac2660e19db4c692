"""Tables and views as the records declare them: a record class is a table, its fields are the columns.

Statements and overlays are made from here; the tables themselves are made by the migrations, and a test
holds the two together.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from functools import cache
from operator import itemgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import yidi.processes
from yidi.edges.access import records as access
from yidi.edges.sealing import records as sealing
from yidi.edges.secrecy.marks import MARKS, cipher_column, searched
from yidi.processes.ports.deciding import Key, Many, ManyParts, One, Record, Sum, View


class Column(NamedTuple):
    """A column: its name, TEXT or BIGINT, and whether it may be empty."""

    name: str
    kind: str
    nullable: bool


class Table(NamedTuple):
    """A table of facts: its name, the record class of its rows, and the columns in order.

    `ciphers` are the columns beyond the record's: the encrypted values of searched fields.
    """

    name: str
    record: type[Record]
    columns: tuple[Column, ...]
    ciphers: tuple[Column, ...] = ()

    @property
    def stored(self) -> tuple[Column, ...]:
        """All columns, the record's first."""
        return (*self.columns, *self.ciphers)

    @property
    def column_names(self) -> str:
        """All columns as a list in SQL."""
        return ", ".join(quoted(column.name) for column in self.stored)

    def read(self, view: View[Any]) -> tuple[str, ...]:
        """Return the columns a view reads of this table: all, or those of its part."""
        if view.found is self.record:
            return tuple([column.name for column in self.stored])
        fields: tuple[str, ...] = view.found._fields  # type: ignore[attr-defined]
        return fields

    def kind(self, name: str) -> str:
        """Return TEXT or BIGINT for a column."""
        return next(column.kind for column in self.columns if column.name == name)


class Overlaid(NamedTuple):
    """How a record of some class touches one view: the view and the maker of its key."""

    view: View[Any]
    key_of: Callable[[Record], Key]


def quoted(name: str) -> str:
    """Quote a column's name: `end` is a word of SQL."""
    return f'"{name}"'


def table_name(record: type[Record]) -> str:
    """Return the table of a record class: `AccumulatorEntry` lives in `accumulator_entry`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", record.__name__).lower()


def column_of(name: str, annotation: Any) -> Column:
    """Return the column for a field; TypeError when its type is not str, int or one of them or None."""
    members = [annotation]
    if get_origin(annotation) is UnionType or NoneType in get_args(annotation):
        members = list(get_args(annotation))
    kinds = {"BIGINT" if issubclass(m, int) else "TEXT" for m in members if issubclass(m, (str, int))}
    if len(kinds) != 1 or bool in members or len(members) > 1 + (NoneType in members):
        raise TypeError(f"column {name}: {annotation} is neither text nor a whole number")
    return Column(name, kinds.pop(), NoneType in members)


def table_of(record: type[Record]) -> Table:
    """Read a record class as a table."""
    hints = get_type_hints(record)
    fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
    columns = tuple(column_of(name, hints[name]) for name in fields)
    ciphers = tuple(Column(cipher_column(name), "TEXT", False) for name in searched(record))
    return Table(table_name(record), record, columns, ciphers)


@cache
def key_maker(view: View[Any]) -> Callable[[Record], Key]:
    """Return what `view.key_of` does, made fast: it runs for every record written."""
    return _key_maker(view, view.record)


@cache
def found_key_maker(view: View[Any]) -> Callable[[Record], Key]:
    """Return what makes the key of a row found: the same, unless the view reads only a part of it."""
    return _key_maker(view, view.found)


def _key_maker(view: View[Any], row: type[Record]) -> Callable[[Record], Key]:
    fields: tuple[str, ...] = row._fields  # type: ignore[attr-defined]
    name, indexes = view.name, [fields.index(column) for column in view.by]
    if len(indexes) == 1:
        only = indexes[0]
        return lambda record: (name, record[only])
    pick = itemgetter(*indexes)
    return lambda record: (name, *pick(record))


class Schema:
    """All tables and views of a node. Names are unique; every view is over a declared record."""

    def __init__(self, records: Iterable[type[Record]], views: Iterable[View[Any]]) -> None:
        self.tables: dict[type[Record], Table] = {record: table_of(record) for record in records}
        self.views: dict[str, View[Any]] = {}
        self.touched: dict[type[Record], tuple[Overlaid, ...]] = dict.fromkeys(self.tables, ())
        for view in views:
            self._add(view)
        names = [table.name for table in self.tables.values()]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two records for one table: {sorted(twice)}")

    def _add(self, view: View[Any]) -> None:
        if view.name in self.views or view.record not in self.tables:
            raise ValueError(f"view {view.name}: its name is taken or its record is not declared")
        if not isinstance(view, (One, Many, Sum)):
            raise TypeError(f"view {view.name} is neither One, Many nor Sum")
        if isinstance(view, ManyParts) and view.record in MARKS:
            raise ValueError(f"view {view.name}: a record with encrypted columns is read whole")
        self.views[view.name] = view
        self.touched[view.record] += (Overlaid(view, key_maker(view)),)

    def __add__(self, other: Schema) -> Schema:
        return Schema((*self.tables, *other.tables), (*self.views.values(), *other.views.values()))


def gathered() -> Schema:
    """Gather the records and views of every process (its module `records`), of sealing and of access."""
    records: list[type[Record]] = [*sealing.RECORDS, *access.RECORDS]
    views: list[View[Any]] = []
    for found in sorted(pkgutil.iter_modules(yidi.processes.__path__), key=lambda module: module.name):
        try:
            module = importlib.import_module(f"yidi.processes.{found.name}.records")
        except ModuleNotFoundError as missing:
            if missing.name is None or not missing.name.startswith(f"yidi.processes.{found.name}"):
                raise
            continue
        records += module.RECORDS
        views += module.VIEWS
    return Schema(records, views)
