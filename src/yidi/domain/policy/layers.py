"""Reads a scheme's layers: each payer's base, deductible, piecewise line and caps."""

from __future__ import annotations

import re

from yidi.domain.policy import refusals
from yidi.domain.policy.answers import CONDITIONS
from yidi.domain.policy.dimensions import CareKind, Fund
from yidi.domain.policy.questions import (
    BANDS_COUNTED,
    BANDS_MEASURED,
    CAP_ON,
    VISIT_DEDUCTIBLE,
    WHAT_ENTERS,
    ask,
)
from yidi.domain.policy.tables import Tables
from yidi.domain.policy.terms import Cap, Counted, Deductible, Figure, Guarantee, Layer, OnlyIf, Ratios
from yidi.domain.policy.tree import Node

BASE_PARTS = ("in_scope", "deductible", "over_cap", "first_bear", "first_self", "over_limit", "full_self")
DECIDED_PARTS = ("deductible", "first_self", "over_cap")
"""Parts of which a serious-illness or assistance layer must say whether they enter its base."""
DECIDING_FUNDS = (Fund.SERIOUS_ILLNESS, Fund.ASSISTANCE)
PERIODS = ("each", "visit", "prescription", "stay", "daily", "monthly", "quarterly", "yearly")
UNCOUNTED = ("each", "visit", "prescription")
"""Periods without a counter: every time starts anew."""
NARROWED = ("institution", "disease")
_COUNTER_RULE = "a counter when counted over a period, none when counted each time"
LAYER = {
    "id": "the layer's stable id",
    "fund": "who pays",
    "names": "names in zh and en",
    "care": "the kinds of care",
    "base": "the parts of the bill it looks at",
    "ratios": "what it pays",
}
LAYER_MAY = (
    "when",
    "deductible",
    "caps",
    "leaves_out",
    "undecided",
    "guarantee",
    "only_if",
    "lump",
    "source",
    "note",
)


def read_order(tables: Tables, node: Node | None, key: str) -> tuple[Fund, ...]:
    """Read the order in which the funds pay."""
    if node is None:
        return ()
    reader = tables.reader
    given = reader.entries(node, key, {"funds": "the funds in their order", "source": "a source"}, ("note",))
    tables.source(given.get("source"), key, "", node.line)
    return tuple(
        Fund(reader.word(item, f"{key}.funds", tuple(Fund), Fund.POOL))
        for item in reader.items(given.get("funds"), f"{key}.funds")
    )


def read_layer(tables: Tables, node: Node, key: str) -> Layer:
    """Read one layer."""
    reader = tables.reader
    given = reader.entries(node, key, LAYER, LAYER_MAY)
    source = reader.text(given.get("source"), f"{key}.source")
    names = reader.entries(given["names"], f"{key}.names", {"zh": "", "en": ""}) if "names" in given else {}
    care = _words(tables, given.get("care"), f"{key}.care", tuple(CareKind))
    fund = Fund(reader.word(given.get("fund"), f"{key}.fund", tuple(Fund), Fund.POOL))
    base, weights = _base(tables, given.get("base"), f"{key}.base", fund)
    when = given.get("when")
    limits = reader.entries(when, f"{key}.when", {}, (*CONDITIONS, "facts")) if when is not None else {}
    deductible = given.get("deductible")
    ratios = given.get("ratios", Node(node.line, entries={}))
    return Layer(
        id=_name(tables, given.get("id"), f"{key}.id"),
        fund=fund,
        zh=reader.text(names.get("zh"), f"{key}.names.zh"),
        en=reader.text(names.get("en"), f"{key}.names.en"),
        care=care,
        base=base,
        ratios=_ratios(tables, ratios, f"{key}.ratios", source, deductible is not None),
        line=node.line,
        when=tables.conditions(limits, f"{key}.when"),
        deductible=_deductible(tables, deductible, f"{key}.deductible", source, care) if deductible else None,
        caps=tuple(
            _cap(tables, item, f"{key}.caps[{number}]", source)
            for number, item in enumerate(reader.items(given.get("caps"), f"{key}.caps"))
        ),
        weights=weights,
        undecided=_undecided(tables, given, key, fund, base, node.line),
        guarantee=_guarantee(tables, given.get("guarantee"), f"{key}.guarantee"),
        only_if=_only_if(tables, given.get("only_if"), f"{key}.only_if"),
        lump=tables.figure(given["lump"], f"{key}.lump", "amount", source) if "lump" in given else None,
    )


def _words(tables: Tables, node: Node | None, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(tables.reader.word(i, key, allowed, allowed[0]) for i in tables.reader.items(node, key))


def _base(
    tables: Tables, node: Node | None, key: str, fund: Fund
) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """Read the parts a layer looks at; `{first_self: 50%}` counts half of a part.

    What is not covered at all may only enter the base of `other` payers, such as a city's own plan.
    """
    reader, parts, weights = tables.reader, [], []
    allowed = (*BASE_PARTS, *sorted(tables.parts))
    for item in reader.items(node, key):
        if item.entries is None:
            name = reader.word(item, key, allowed, allowed[0])
        else:
            known = reader.entries(item, key, {}, allowed)
            if len(known) != 1:
                reader.bad(item, key, ", ".join(allowed))
                continue
            name, ratio = next(iter(known.items()))
            weights.append((name, reader.ratio_bp(ratio, f"{key}.{name}")))
        if name == "full_self" and fund is not Fund.OTHER:
            reader.bad(item, key, "full_self only where fund is other")
        parts.append(name)
    return tuple(parts), tuple(weights)


def _undecided(
    tables: Tables, given: dict[str, Node], key: str, fund: Fund, base: tuple[str, ...], line: int
) -> tuple[tuple[str, str], ...]:
    """Read what stays out of the base, and of which parts no source says; each part must be decided."""
    reader = tables.reader
    out = _words(tables, given.get("leaves_out"), f"{key}.leaves_out", BASE_PARTS)
    open_parts = {
        name: reader.text(node, f"{key}.undecided.{name}")
        for name, node in (
            reader.entries(given["undecided"], f"{key}.undecided", {}, BASE_PARTS)
            if "undecided" in given
            else {}
        ).items()
    }
    for part in DECIDED_PARTS if fund in DECIDING_FUNDS else ():
        if (part in base) + (part in out) + (part in open_parts) != 1:
            ask(reader, line, f"{key}.base", WHAT_ENTERS, part)
    return tuple(open_parts.items())


def _name(tables: Tables, node: Node | None, key: str) -> str:
    name = tables.reader.text(node, key)
    if node is not None and not re.fullmatch(r"[a-z][a-z0-9_.-]*", name):
        tables.reader.bad(node, key, "lower-case letters, digits, dots, dashes")
    return name


def _counted(tables: Tables, given: dict[str, Node], key: str) -> Counted:
    """Read `counted: each` or `counted: yearly` with its counter, `per` an institution or a disease."""
    reader = tables.reader
    period = reader.word(given.get("counted"), f"{key}.counted", PERIODS, "each")
    if (period not in UNCOUNTED) != ("counter" in given):
        line = next(iter(given.values())).line if given else 1
        reader.fault(line, f"{key}.counter", refusals.MISSING_KEY, expected=_COUNTER_RULE)
    per = _words(tables, given.get("per"), f"{key}.per", NARROWED)
    if per and period in UNCOUNTED:
        reader.fault(given["per"].line, f"{key}.counter", refusals.MISSING_KEY, expected=_COUNTER_RULE)
    return Counted(period, _name(tables, given.get("counter"), f"{key}.counter"), per)


COUNTED = {"counted": "each, or a period with a counter", "rows": "the rows"}
COUNTED_MAY = ("counter", "per", "adjust", "source", "note")


def _split(
    tables: Tables, node: Node, key: str, own: dict[str, str], may: tuple[str, ...] = ()
) -> tuple[dict[str, Node], Node]:
    """Separate a block's own keys from those of the table inside it; `may` need not stand there."""
    required = {name: said for name, said in (COUNTED | own).items() if name not in may}
    given = tables.reader.entries(node, key, required, (*COUNTED_MAY, *may))
    table = {name: entry for name, entry in given.items() if name in ("rows", "adjust", "source")}
    return given, Node(
        node.line, entries=table if "rows" in table else {**table, "rows": Node(node.line, items=())}
    )


def _deductible(tables: Tables, node: Node, key: str, source: str, care: tuple[str, ...]) -> Deductible:
    given, table = _split(tables, node, key, {}, ("yearly_total",))
    counted = _counted(tables, given, key)
    amounts = tables.figure(table, key, "amount", source)
    outside = any(kind != CareKind.INPATIENT for kind in care)
    if counted.period == "each" and outside and any(map(_charges, amounts.rows)):
        ask(tables.reader, node.line, f"{key}.counted", VISIT_DEDUCTIBLE)
    total = given.get("yearly_total")
    if total is None:
        return Deductible(amounts, counted)
    parts, inner = _split(tables, total, f"{key}.yearly_total", {}, ("counted",))
    counter = Counted("yearly", _name(tables, parts.get("counter"), f"{key}.yearly_total.counter"))
    bound = Cap(tables.figure(inner, f"{key}.yearly_total", "amount", source), True, counter)
    return Deductible(amounts, counted, bound)


def _charges(row: object) -> bool:
    """Say whether a row of a deductible charges anything."""
    return bool(getattr(row, "amount_fen", None) or getattr(row, "formula", None))


def _ratios(tables: Tables, node: Node, key: str, source: str, after_deductible: bool) -> Ratios:
    """Read the line; where bands are told apart, how they are counted and measured must be decided."""
    measures = ("above_deductible", "with_deductible")
    given, table = _split(tables, node, key, {}, ("counted", "measured"))
    figure = tables.figure(table, key, "ratio", source)
    if any(len(row.bands) > 1 for row in figure.rows):
        if "counted" not in given:
            ask(tables.reader, node.line, f"{key}.counted", BANDS_COUNTED)
        if "measured" not in given and after_deductible:
            ask(tables.reader, node.line, f"{key}.measured", BANDS_MEASURED)
    counted = _counted(tables, given, key)
    gross = tables.reader.word(given.get("measured"), f"{key}.measured", measures) == measures[1]
    return Ratios(figure, gross, counted)


def _cap(tables: Tables, node: Node, key: str, source: str) -> Cap:
    given, table = _split(tables, node, key, {}, ("on",))
    if "on" not in given:
        ask(tables.reader, node.line, f"{key}.on", CAP_ON)
    counted = _counted(tables, given, key)
    on_cost = tables.reader.word(given.get("on"), f"{key}.on", ("payment", "cost")) == "cost"
    return Cap(tables.figure(table, key, "amount", source), on_cost, counted)


def _guarantee(tables: Tables, node: Node | None, key: str) -> Guarantee | None:
    if node is None:
        return None
    given = tables.reader.entries(node, key, {"of": "total or in_scope", "less": "the layers it fills up"})
    less = tuple(tables.reader.text(i, f"{key}.less") for i in tables.reader.items(given.get("less"), key))
    return Guarantee(tables.amount_name(given.get("of"), node.line, f"{key}.of"), less)


def _only_if(tables: Tables, node: Node | None, key: str) -> OnlyIf | None:
    if node is None:
        return None
    reader = tables.reader
    given = reader.entries(node, key, {"counter": "a counter"}, ("at_least", "below"))
    least = reader.yuan(given["at_least"], f"{key}.at_least") if "at_least" in given else 0
    below = reader.yuan(given["below"], f"{key}.below") if "below" in given else None
    return OnlyIf(_name(tables, given.get("counter"), f"{key}.counter"), least or 0, below)


def figures_of_layer(layer: Layer) -> list[Figure]:
    """Return every table of a layer."""
    found = [layer.ratios.table, *(cap.amounts for cap in layer.caps)]
    if layer.deductible is not None:
        found.append(layer.deductible.amounts)
        if layer.deductible.total is not None:
            found.append(layer.deductible.total.amounts)
    return [*found, layer.lump] if layer.lump is not None else found
