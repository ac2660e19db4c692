"""Where loaded rows go, and what a new record changes in what is loaded: the overlay.

Both engines and the journal use these, so a list is in the same order and a sum means the same whether
its records came from the disk or from a decision a moment ago.
"""

from __future__ import annotations

from bisect import insort_right
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from yidi.edges.storage.engine import Collision
from yidi.edges.storage.schema import found_key_maker
from yidi.processes.ports.deciding import Key, Many, ManyParts, One, Record, Sum, View


def prepare_places(view: View[Any], keys: Iterable[Key], facts: dict[Key, Any]) -> None:
    """Make the empty place of every key: what is not found stays None, an empty list or no sums."""
    if isinstance(view, One):
        facts.update(dict.fromkeys(keys))
        return
    make = list if isinstance(view, Many) else dict
    for key in keys:
        facts[key] = make()


def put_rows(view: View[Any], rows: Iterable[Sequence[Any]], facts: dict[Key, Any]) -> None:
    """Sort the rows found into their places."""
    name, width = view.name, len(view.by)
    if isinstance(view, Sum):
        for row in rows:
            facts[(name, *row[:width])][row[width]] = row[width + 1]
        return
    record, make, key_of = view.found, tuple.__new__, found_key_maker(view)
    if isinstance(view, One):
        for row in rows:
            found = make(record, row)
            facts[key_of(found)] = found
        return
    for row in rows:
        found = make(record, row)
        facts[key_of(found)].append(found)


def finish_order(view: View[Any], keys: Iterable[Key], facts: dict[Key, Any]) -> None:
    """Put lists into the view's order: here, by code point, so that both databases agree."""
    if isinstance(view, Many) and view.order:
        for key in keys:
            if len(facts[key]) > 1:
                facts[key].sort(key=order_of(view))


def place_of(view: View[Any]) -> Callable[[Sequence[Sequence[Any]]], Any]:
    """Return what makes of all rows found under one key what its place holds."""
    record, make, width = view.found, tuple.__new__, len(view.by)
    if isinstance(view, One):
        return lambda rows: make(record, rows[0]) if rows else None
    if isinstance(view, Sum):
        return lambda rows: {row[width]: row[width + 1] for row in rows}
    if not view.order:
        return lambda rows: [make(record, row) for row in rows]
    order = order_of(view)

    def in_order(rows: Sequence[Sequence[Any]]) -> list[Any]:
        found = [make(record, row) for row in rows]
        if len(found) > 1:
            found.sort(key=order)
        return found

    return in_order


@cache
def order_of(view: View[Any]) -> Callable[[Record], Any]:
    """Return what sorts the records of a list."""
    fields: tuple[str, ...] = view.found._fields  # type: ignore[attr-defined]
    return itemgetter(*[fields.index(column) for column in view.order])


def overlay(view: View[Any], key: Key, record: Record, facts: dict[Key, Any]) -> None:
    """Apply a new record to the place of its key, which is loaded.

    Raises Collision when a record is there already where at most one may be.
    """
    if isinstance(view, One):
        if facts[key] is not None:
            raise Collision(f"{view.name}: {key[1:]} is there already")
        facts[key] = record
    elif isinstance(view, Sum):
        sums, per = facts[key], record[view.per_index]
        sums[per] = sums.get(per, 0) + record[view.of_index]
    else:
        put_in_order(view, facts[key], view.part_of(record) if isinstance(view, ManyParts) else record)


def put_in_order(view: View[Any], records: list[Record], record: Record) -> None:
    """Put one more record into a list that is in the view's order; after its equals, as a sort would.

    A page of thousands of fee lines comes record by record: sorting the whole list for each took seconds.
    """
    if not view.order or not records or order_of(view)(records[-1]) <= order_of(view)(record):
        records.append(record)
    else:
        insort_right(records, record, key=order_of(view))
