"""Reads the tables of a pack: rows, their conditions, adjustments, spans and sources."""

from __future__ import annotations

from itertools import pairwise

from yidi.domain.dates import FOREVER
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import (
    CONDITIONS,
    FACT,
    FIXED_ANSWERS,
    GROUPED,
    NOT_SAID,
    OTHER,
    RANGED,
    parse_range,
)
from yidi.domain.policy.questions import POINTS_OR_FACTOR, ask
from yidi.domain.policy.terms import Adjustment, Bands, Conditions, Fact, Figure, Formula, Row, Source
from yidi.domain.policy.tree import NONE, Node, Reader

CONFIDENCES = ("high", "medium", "low", "mixed")
ROW = (*CONDITIONS, "facts", "source", "confidence", "from", "until", "note", "unknown")
VALUES = {
    "amount": ("amount", "share", "times"),
    "ratio": ("ratio", "bands"),
    "class": ("class",),
}
"""The keys of which a row has exactly one (or `unknown`), by what the table holds."""
FORMULA = ("of", "floor", "ceiling")
"""What may stand beside `share` and `times`."""
MORE = {"amount": (*FORMULA, "not_below"), "ratio": ("once_reached",)}
"""What a row may say beyond its value; the last of each only beside `unknown`."""
ADJUSTMENTS = {
    "amount": ("factor", "add", "add_amount", "times", "floor", "ceiling", "ceiling_factor"),
    "ratio": ("points", "factor", "self_factor", "floor", "ceiling"),
    "class": (),
}
REPEATED = ("per", "each", "over", "rounded")
"""What may stand beside points, add and times."""
BILL_AMOUNTS = ("total", "in_scope")
"""Amounts of the bill that a formula may name without declaring them."""
GREATEST_FACTOR_BP = 1_000_000


class Tables:
    """Reads figures with the sources of one pack, and the words of the scheme being read, at hand."""

    def __init__(self, reader: Reader, sources: dict[str, Source], *, may_complete: bool) -> None:
        self.reader = reader
        self.sources = sources
        self.may_complete = may_complete
        self.group_words: dict[str, set[str]] = {}
        self.facts: dict[str, Fact] = {}
        self.amounts: set[str] = set()
        self.parts: set[str] = set()
        self.classes: set[str] = set()

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
        """Read the conditions among a row's keys, those on the pack's own facts last."""
        named = [(name, given[name]) for name in CONDITIONS if name in given]
        if "facts" in given:
            own = self.reader.entries(given["facts"], f"{key}.facts", {}, self.facts)
            named += [(FACT + name, node) for name, node in own.items()]
        found = []
        for name, node in named:
            items = self.reader.items(node, f"{key}.{name}")
            answers = tuple(self.reader.text(item, f"{key}.{name}") for item in items)
            for item, answer in zip(items, answers, strict=True):
                self._check_answer(item, f"{key}.{name}", name, answer)
            found.append((name, answers))
        return tuple(found)

    def _check_answer(self, node: Node, key: str, name: str, answer: str) -> None:
        if name.startswith(FACT):
            fact = self.facts[name.removeprefix(FACT)]
            if fact.answers:
                if answer not in fact.answers:
                    self.reader.bad(node, key, ", ".join(fact.answers))
            elif parse_range(answer) is None:
                self.reader.bad(node, key, "a number, 60+ or 0-14")
        elif name in RANGED:
            if parse_range(answer) is None:
                self.reader.bad(node, key, "a number, 60+ or 0-14")
        elif name in GROUPED:
            words = self.group_words.get(name, {NOT_SAID, OTHER})
            if answer not in words:
                self.reader.bad(node, key, f"a word of groups.{name}: {', '.join(sorted(words))}")
        elif name == "class":
            if answer not in self.classes:
                self.reader.bad(node, key, f"a word of classes: {', '.join(sorted(self.classes))}")
        elif name in FIXED_ANSWERS and answer not in FIXED_ANSWERS[name]:
            self.reader.bad(node, key, ", ".join(FIXED_ANSWERS[name]))

    def figure(self, node: Node, key: str, value: str, inherited: str = "") -> Figure:
        """Read a table. `value` is `amount` (fen), `ratio` (a single ratio or bands) or `class` (a word)."""
        given = self.reader.entries(node, key, {"rows": "the rows"}, ("adjust", "source", "note"))
        source = self.reader.text(given.get("source"), f"{key}.source", inherited)
        rows = tuple(
            self.row(item, f"{key}.rows[{number}]", value, source)
            for number, item in enumerate(self.reader.items(given.get("rows"), f"{key}.rows"))
        )
        adjustments = tuple(
            found
            for number, item in enumerate(self.reader.items(given.get("adjust"), f"{key}.adjust"))
            for found in self.adjustment(item, f"{key}.adjust[{number}]", value, source)
        )
        return Figure(key, node.line, rows, adjustments)

    def row(self, node: Node, key: str, value: str, inherited: str) -> Row:
        """Read one row of a table."""
        names = VALUES[value]
        more = MORE.get(value, ())
        given = self.reader.entries(node, key, {}, (*ROW, *names, *more))
        if sum(name in given for name in (*names, "unknown")) != 1:
            expected = f"exactly one of {', '.join(names)}, unknown"
            self.reader.fault(node.line, f"{key}.{value}", refusals.MISSING_KEY, expected=expected)
        unknown = self.reader.text(given.get("unknown"), f"{key}.unknown")
        once_reached = self.reader.yes(given.get("once_reached"), f"{key}.once_reached")
        for name in ("not_below", "once_reached"):
            if name in given and not unknown:
                self.reader.fault(given[name].line, f"{key}.unknown", refusals.MISSING_KEY, expected="why")
        word = self.reader.text(given.get("class"), f"{key}.class") if value == "class" else ""
        conditions = {k: v for k, v in given.items() if k != "class"} if value == "class" else given
        amount = given.get("amount")
        lowest = given.get("not_below")
        return Row(
            conditions=self.conditions(conditions, key),
            source=""
            if unknown and not once_reached
            else self.source(given.get("source"), key, inherited, node.line),
            line=node.line,
            start=self.reader.day(given.get("from"), f"{key}.from", ""),
            end=self.reader.day(given.get("until"), f"{key}.until", FOREVER),
            amount_fen=self.reader.yuan(amount, f"{key}.amount") if amount is not None else None,
            bands=self.bands(given, key),
            unknown=unknown,
            note=self.reader.text(given.get("note"), f"{key}.note"),
            formula=self._formula(node, given, key) if value == "amount" else None,
            not_below_fen=self.reader.yuan(lowest, f"{key}.not_below") if lowest is not None else None,
            word=word,
            confidence=self.reader.word(given.get("confidence"), f"{key}.confidence", CONFIDENCES),
            once_reached=once_reached,
        )

    def _formula(self, node: Node, given: dict[str, Node], key: str) -> Formula | None:
        """Read `{share: 20%, of: total, floor: 2000, ceiling: 10000}` or `{times: 6, of: wage}`."""
        if "share" not in given and "times" not in given:
            for name in FORMULA:
                if name in given:
                    expected = "share or times beside it"
                    self.reader.fault(node.line, f"{key}.{name}", refusals.MISSING_KEY, expected=expected)
            return None
        if "share" in given:
            ratio_bp = self.reader.ratio_bp(given["share"], f"{key}.share", GREATEST_FACTOR_BP)
        else:
            ratio_bp = self.reader.points_bp(given["times"], f"{key}.times") * 100
        floor, ceiling = given.get("floor"), given.get("ceiling")
        return Formula(
            self.amount_name(given.get("of"), node.line, f"{key}.of"),
            ratio_bp,
            self.reader.yuan(floor, f"{key}.floor") if floor is not None else None,
            self.reader.yuan(ceiling, f"{key}.ceiling") if ceiling is not None else None,
        )

    def amount_name(self, node: Node | None, line: int, key: str) -> str:
        """Read the name of an amount: of the bill, told with the visit, or a value of the pack."""
        known = (*BILL_AMOUNTS, *sorted(self.amounts))
        if node is None:
            self.reader.fault(line, key, refusals.MISSING_KEY, expected=", ".join(known))
            return BILL_AMOUNTS[0]
        return self.reader.word(node, key, known, BILL_AMOUNTS[0])

    def number_name(self, node: Node | None, key: str) -> str:
        """Read the name of a number: age, or a fact of the pack that is one."""
        known = ("age", *(name for name, fact in self.facts.items() if fact.greatest))
        name = self.reader.word(node, key, known, "age") if node is not None else ""
        return FACT + name if name in self.facts else name

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

    def adjustment(self, node: Node, key: str, value: str, inherited: str) -> tuple[Adjustment, ...]:
        """Read one adjustment; an empty tuple when it is not one."""
        known = ADJUSTMENTS[value]
        for word in ("lower", "raise"):
            if node.entries and word in node.entries:
                ask(self.reader, node.line, f"{key}.{word}", POINTS_OR_FACTOR)
                return ()
        own = (*known, *REPEATED, "source", "from", "until", "note")
        given = self.reader.entries(node, key, {}, (*CONDITIONS, "facts", *own))
        kinds = [name for name in known if name in given]
        if len(kinds) != 1:
            expected = f"exactly one of {', '.join(known)}"
            self.reader.fault(node.line, key, refusals.MISSING_KEY, expected=expected)
            return ()
        kind = kinds[0]
        rounded = self.reader.word(given.get("rounded"), f"{key}.rounded", ("up", "down"), "down")
        number = given.get("times") if kind == "times" else given.get("per")
        return (
            Adjustment(
                conditions=self.conditions(given, key),
                source=self.source(given.get("source"), key, inherited, node.line),
                line=node.line,
                kind=kind,
                amount=self._adjusting_amount(given[kind], f"{key}.{kind}", kind, value),
                start=self.reader.day(given.get("from"), f"{key}.from", ""),
                end=self.reader.day(given.get("until"), f"{key}.until", FOREVER),
                name=self.amount_name(given[kind], node.line, f"{key}.{kind}")
                if kind == "add_amount"
                else "",
                per=self.number_name(number, f"{key}.per"),
                each=max(self.reader.number(given.get("each"), f"{key}.each", 1), 1),
                over=self.reader.number(given.get("over"), f"{key}.over", 0),
                rounded_up=rounded == "up",
            ),
        )

    def _adjusting_amount(self, node: Node, key: str, kind: str, value: str) -> int:
        if kind in ("add_amount", "times"):
            return 0
        if kind in ("factor", "self_factor", "ceiling_factor"):
            return self.reader.ratio_bp(node, key, GREATEST_FACTOR_BP)
        if kind in ("points", "add"):
            return self.reader.points_bp(node, key)
        if value == "ratio":
            return self.reader.ratio_bp(node, key)
        return self.reader.yuan(node, key) or 0
