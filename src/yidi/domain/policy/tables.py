"""Reads the tables of a pack: rows, their conditions, adjustments, spans and sources."""

from __future__ import annotations

from itertools import pairwise

from yidi.domain.dates import FOREVER
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import (
    CONDITIONS,
    FIXED_ANSWERS,
    GROUPED,
    NOT_SAID,
    OTHER,
    RANGED,
    parse_range,
)
from yidi.domain.policy.terms import Adjustment, Bands, Conditions, Figure, Row, Source
from yidi.domain.policy.tree import NONE, Node, Reader

_ROW = (*CONDITIONS, "source", "from", "until", "note", "unknown")
_ADJUSTMENTS = ("points", "factor", "self_factor", "add", "floor", "ceiling")


class Tables:
    """Reads figures with the sources of one pack at hand."""

    def __init__(self, reader: Reader, sources: dict[str, Source], *, may_complete: bool) -> None:
        self.reader = reader
        self.sources = sources
        self.may_complete = may_complete
        self.group_words: dict[str, set[str]] = {}

    def source(self, node: Node | None, key: str, inherited: str, line: int) -> str:
        """Read the source of a figure; the enclosing table's source counts for its rows."""
        name = self.reader.text(node, f"{key}.source", inherited)
        if not name:
            self.reader.fault(line, key, refusals.NO_SOURCE, value="")
        elif name not in self.sources:
            self.reader.fault(line, key, refusals.NO_SOURCE, value=f" ({name})")
        elif self.sources[name].completes and not self.may_complete:
            self.reader.fault(line, key, refusals.COMPLETION_NOT_MARKED)
        return name

    def conditions(self, given: dict[str, Node], key: str) -> Conditions:
        """Read the conditions among a row's keys."""
        found = []
        for name in CONDITIONS:
            if name in given:
                items = self.reader.items(given[name], f"{key}.{name}")
                answers = tuple(self.reader.text(item, f"{key}.{name}") for item in items)
                for item, answer in zip(items, answers, strict=True):
                    self._check_answer(item, f"{key}.{name}", name, answer)
                found.append((name, answers))
        return tuple(found)

    def _check_answer(self, node: Node, key: str, name: str, answer: str) -> None:
        if name in RANGED:
            if parse_range(answer) is None:
                self.reader.bad(node, key, "a number, 60+ or 0-14")
        elif name in GROUPED:
            words = self.group_words.get(name, {NOT_SAID, OTHER})
            if answer not in words:
                self.reader.bad(node, key, f"a word of groups.{name}: {', '.join(sorted(words))}")
        elif name in FIXED_ANSWERS and answer not in FIXED_ANSWERS[name]:
            self.reader.bad(node, key, ", ".join(FIXED_ANSWERS[name]))

    def figure(self, node: Node, key: str, value: str, inherited: str = "") -> Figure:
        """Read a table. `value` is `amount` (fen) or `ratio` (a single ratio or bands)."""
        given = self.reader.entries(node, key, {"rows": "the rows"}, ("adjust", "source"))
        source = self.reader.text(given.get("source"), f"{key}.source", inherited)
        rows = tuple(
            self.row(item, f"{key}.rows[{number}]", value, source)
            for number, item in enumerate(self.reader.items(given.get("rows"), f"{key}.rows"))
        )
        adjustments = tuple(
            found
            for number, item in enumerate(self.reader.items(given.get("adjust"), f"{key}.adjust"))
            for found in self.adjustment(item, f"{key}.adjust[{number}]", source)
        )
        return Figure(key, node.line, rows, adjustments)

    def row(self, node: Node, key: str, value: str, inherited: str) -> Row:
        """Read one row of a table."""
        names = (value,) if value == "amount" else ("ratio", "bands")
        given = self.reader.entries(node, key, {}, (*_ROW, *names))
        if sum(name in given for name in (*names, "unknown")) != 1:
            expected = f"exactly one of {', '.join(names)}, unknown"
            self.reader.fault(node.line, f"{key}.{value}", refusals.MISSING_KEY, expected=expected)
        unknown = self.reader.text(given.get("unknown"), f"{key}.unknown")
        return Row(
            conditions=self.conditions(given, key),
            source="" if unknown else self.source(given.get("source"), key, inherited, node.line),
            line=node.line,
            start=self.reader.day(given.get("from"), f"{key}.from", ""),
            end=self.reader.day(given.get("until"), f"{key}.until", FOREVER),
            amount_fen=self.reader.yuan(given["amount"], f"{key}.amount") if "amount" in given else None,
            bands=self.bands(given, key),
            unknown=unknown,
            note=self.reader.text(given.get("note"), f"{key}.note"),
        )

    def bands(self, given: dict[str, Node], key: str) -> Bands:
        """Read `ratio: 85%` or `bands: [[30000, 85%], [none, 90%]]` (up to 30,000 yuan, then without end)."""
        if "ratio" in given:
            return ((None, self.reader.ratio_bp(given["ratio"], f"{key}.ratio")),)
        found: list[tuple[int | None, int]] = []
        for item in self.reader.items(given.get("bands"), f"{key}.bands"):
            if item.items is None or len(item.items) != 2:
                self.reader.bad(item, f"{key}.bands", "pairs such as [30000, 85%]")
                continue
            upper = self.reader.yuan(item.items[0], f"{key}.bands")
            found.append((upper, self.reader.ratio_bp(item.items[1], f"{key}.bands")))
        uppers = [upper for upper, _ in found]
        rising = all(a is not None and (b is None or a < b) for a, b in pairwise(uppers))
        if "bands" in given and not (found and rising and uppers[-1] is None):
            self.reader.bad(given["bands"], f"{key}.bands", f"rising ends, the last one {NONE}")
            return ((None, 0),)
        return tuple(found)

    def adjustment(self, node: Node, key: str, inherited: str) -> tuple[Adjustment, ...]:
        """Read one adjustment; an empty tuple when it is not one."""
        given = self.reader.entries(node, key, {}, (*CONDITIONS, *_ADJUSTMENTS, "source", "from", "until"))
        kinds = [name for name in _ADJUSTMENTS if name in given]
        if len(kinds) != 1:
            expected = f"exactly one of {', '.join(_ADJUSTMENTS)}"
            self.reader.fault(node.line, key, refusals.MISSING_KEY, expected=expected)
            return ()
        return (
            Adjustment(
                conditions=self.conditions(given, key),
                source=self.source(given.get("source"), key, inherited, node.line),
                line=node.line,
                kind=kinds[0],
                amount=self._adjusting_amount(given[kinds[0]], f"{key}.{kinds[0]}", kinds[0]),
                start=self.reader.day(given.get("from"), f"{key}.from", ""),
                end=self.reader.day(given.get("until"), f"{key}.until", FOREVER),
            ),
        )

    def _adjusting_amount(self, node: Node, key: str, kind: str) -> int:
        if kind in ("factor", "self_factor"):
            return self.reader.ratio_bp(node, key)
        if kind in ("points", "add"):
            return self.reader.points_bp(node, key)
        return self.reader.yuan(node, key) or 0
