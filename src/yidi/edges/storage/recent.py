"""Facts kept in memory from one transaction to the next: the latest ones that were loaded.

A visit is asked about, settled and answered within moments, by a transaction each, and all of them look at
the same facts. What is kept here is what the database holds, since every record written goes through
`written`, and the engine forgets everything when anybody else has written. What a transaction wrote that
came to nothing is forgotten with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yidi.edges.storage.loading import put_in_order
from yidi.edges.storage.schema import Schema
from yidi.processes.ports.deciding import Key, ManyParts, One, Record, Sum, View
from yidi.processes.relay.records import RECEIVED

MOST = 8_192
"""How many keys are kept; when full, all are forgotten at once: their matters are over within seconds."""
LONG = 32
"""Longer lists are not kept: the fee lines of one long stay would outweigh all the rest."""
FEW = 64
"""More keys at once are those of a wide transaction: a busy node has no time to keep anything (5 % of a
settlement), and folded its matters are over with it. So nothing is kept while transactions are wide."""
_ONCE = frozenset({RECEIVED.name})
"""Views that are looked at once for every message: to keep what they hold would be of no use."""
_UNKNOWN = object()


class Recent:
    """The facts kept; lists and sums are copied on their way in and out, as an overlay changes them."""

    def __init__(self, schema: Schema, most: int = MOST) -> None:
        self._touched, self._most = schema.touched, most
        self._kept: dict[Key, Any] = {}
        self._changed: list[Key] = []

    def __len__(self) -> int:
        return len(self._kept)

    def give(self, keys: Iterable[Key], facts: dict[Key, Any]) -> Sequence[Key]:
        """Put what is kept into `facts`; return the keys that are not."""
        kept = self._kept
        if not kept:
            return tuple(keys)
        missing = []
        for key in keys:
            found = kept.get(key, _UNKNOWN)
            if found is _UNKNOWN:
                missing.append(key)
            elif type(found) is list or type(found) is dict:
                facts[key] = found.copy()
            else:
                facts[key] = found
        return missing

    def keep(self, keys: Sequence[Key], facts: Mapping[Key, Any]) -> None:
        """Keep what was loaded, if it is little, in a transaction that has written nothing yet."""
        kept = self._kept
        if len(keys) > FEW:
            self.forget()
            return
        if len(kept) >= self._most:
            kept.clear()
        for key in keys:
            found = facts[key]
            if type(found) is list or type(found) is dict:
                if len(found) <= LONG:
                    kept[key] = found.copy()
            elif key[0] not in _ONCE:
                kept[key] = found

    def written(self, records: Mapping[type[Record], Sequence[Record]]) -> None:
        """Learn what the transaction under way has written."""
        kept, changed = self._kept, self._changed
        if not kept:
            return
        for kind, rows in records.items():
            for view, key_of in self._touched[kind]:
                if view.name in _ONCE:
                    continue
                for row in rows:
                    key = key_of(row)
                    if key in kept:
                        changed.append(key)
                        self._add(view, key, row)

    def _add(self, view: View[Any], key: Key, row: Record) -> None:
        kept = self._kept
        if isinstance(view, One):
            kept[key] = row
        elif isinstance(view, Sum):
            sums, per = kept[key], row[view.per_index]
            sums[per] = sums.get(per, 0) + row[view.of_index]
        elif len(kept[key]) >= LONG:
            del kept[key]
        else:
            put_in_order(view, kept[key], view.part_of(row) if isinstance(view, ManyParts) else row)

    def begin(self) -> None:
        """Begin a transaction: what the one before has written holds."""
        self._changed.clear()

    def undo(self) -> None:
        """Forget what the transaction under way has written: it came to nothing."""
        for key in self._changed:
            self._kept.pop(key, None)
        self._changed.clear()

    def forget(self) -> None:
        """Forget everything: somebody else has written."""
        self._kept.clear()
        self._changed.clear()
