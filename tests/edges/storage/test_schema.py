"""Records as tables: names, columns, and what cannot be one."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from yidi.edges.storage.schema import Column, Schema, gathered, key_maker, table_of
from yidi.processes.enrolment.records import Person
from yidi.processes.ports.deciding import Many, ManyParts, One, View


class ToyEntry(NamedTuple):
    """A record with every kind of column."""

    jurisdiction: str
    amount_fen: int
    note: str | None
    count: int | None


class Floating(NamedTuple):
    """Money as a float: not here."""

    jurisdiction: str
    amount: float


class Flagged(NamedTuple):
    """A flag is a whole number, 0 or 1."""

    jurisdiction: str
    flag: bool


def test_a_record_is_a_table_of_text_and_whole_numbers() -> None:
    table = table_of(ToyEntry)
    assert table.name == "toy_entry"
    assert table.columns == (
        Column("jurisdiction", "TEXT", False),
        Column("amount_fen", "BIGINT", False),
        Column("note", "TEXT", True),
        Column("count", "BIGINT", True),
    )


@pytest.mark.parametrize("record", [Floating, Flagged])
def test_a_float_or_a_flag_is_no_column(record: type) -> None:
    with pytest.raises(TypeError, match="neither text nor a whole number"):
        table_of(record)


def test_views_have_names_of_their_own_over_declared_records_each_of_a_known_shape() -> None:
    by = One("by", ToyEntry, ("jurisdiction",))
    with pytest.raises(ValueError, match="taken"):
        Schema([ToyEntry], [by, Many("by", ToyEntry, ("jurisdiction",))])
    with pytest.raises(ValueError, match="not declared"):
        Schema([], [by])
    with pytest.raises(TypeError, match="neither"):
        Schema([ToyEntry], [View("by", ToyEntry, ("jurisdiction",))])
    other = type("ToyEntry", (ToyEntry,), {})
    with pytest.raises(ValueError, match="two records"):
        Schema([ToyEntry, other], [])


def test_the_fast_key_of_every_view_is_the_views_own() -> None:
    for view in gathered().views.values():
        record = tuple(f"{name}!" for name in view.record._fields)
        assert key_maker(view)(record) == view.key_of(record)


class Noted(NamedTuple):
    """A part of a record, without its money."""

    jurisdiction: str
    note: str | None


class Bearer(NamedTuple):
    """Of a person the name, which lies encrypted."""

    jurisdiction: str
    name: str


def test_a_part_has_the_columns_its_view_goes_by_and_nothing_encrypted() -> None:
    with pytest.raises(ValueError, match="its part lacks \\['count'\\]"):
        ManyParts("counted", ToyEntry, ("jurisdiction",), ("count",), Noted)
    persons = ManyParts("persons", Person, ("jurisdiction",), (), Bearer)
    with pytest.raises(ValueError, match="encrypted"):
        Schema([Person], [persons])
