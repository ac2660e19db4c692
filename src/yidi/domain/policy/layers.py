"""Reads a scheme's layers: each payer's base, deductible, piecewise line and caps."""

from __future__ import annotations

import re

from yidi.domain.policy import refusals
from yidi.domain.policy.answers import CONDITIONS
from yidi.domain.policy.dimensions import CareKind, Fund
from yidi.domain.policy.tables import Tables
from yidi.domain.policy.terms import Cap, Deductible, Layer, Ratios
from yidi.domain.policy.tree import Node

BASE_PARTS = ("in_scope", "deductible", "over_cap", "first_bear", "first_self", "over_limit")
_COUNTER_RULE = "a counter when counted yearly, none when counted each time"
_LAYER = {
    "id": "the layer's stable id",
    "fund": "who pays",
    "names": "names in zh and en",
    "care": "the kinds of care",
    "base": "the parts of the bill it looks at",
    "ratios": "what it pays",
}


def read_order(tables: Tables, node: Node | None, key: str) -> tuple[Fund, ...]:
    """Read the order in which the funds pay."""
    if node is None:
        return ()
    reader = tables.reader
    given = reader.entries(node, key, {"funds": "the funds in their order", "source": "a source"})
    tables.source(given.get("source"), key, "", node.line)
    return tuple(
        Fund(reader.word(item, f"{key}.funds", tuple(Fund), Fund.POOL))
        for item in reader.items(given.get("funds"), f"{key}.funds")
    )


def read_layer(tables: Tables, node: Node, key: str) -> Layer:
    """Read one layer."""
    reader = tables.reader
    given = reader.entries(node, key, _LAYER, ("when", "deductible", "caps", "source", "note"))
    source = reader.text(given.get("source"), f"{key}.source")
    names = reader.entries(given["names"], f"{key}.names", {"zh": "", "en": ""}) if "names" in given else {}
    care = _words(tables, given.get("care"), f"{key}.care", tuple(CareKind))
    base = _words(tables, given.get("base"), f"{key}.base", BASE_PARTS)
    when = given.get("when")
    limits = reader.entries(when, f"{key}.when", {}, CONDITIONS) if when is not None else {}
    deductible = given.get("deductible")
    return Layer(
        id=_name(tables, given.get("id"), f"{key}.id"),
        fund=Fund(reader.word(given.get("fund"), f"{key}.fund", tuple(Fund), Fund.POOL)),
        zh=reader.text(names.get("zh"), f"{key}.names.zh"),
        en=reader.text(names.get("en"), f"{key}.names.en"),
        care=care,
        base=base,
        ratios=_ratios(tables, given.get("ratios", Node(node.line, entries={})), f"{key}.ratios", source),
        line=node.line,
        when=tables.conditions(limits, f"{key}.when"),
        deductible=_deductible(tables, deductible, f"{key}.deductible", source) if deductible else None,
        caps=tuple(
            _cap(tables, item, f"{key}.caps[{number}]", source)
            for number, item in enumerate(reader.items(given.get("caps"), f"{key}.caps"))
        ),
    )


def _words(tables: Tables, node: Node | None, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(tables.reader.word(i, key, allowed, allowed[0]) for i in tables.reader.items(node, key))


def _name(tables: Tables, node: Node | None, key: str) -> str:
    name = tables.reader.text(node, key)
    if node is not None and not re.fullmatch(r"[a-z][a-z0-9_.-]*", name):
        tables.reader.bad(node, key, "lower-case letters, digits, dots, dashes")
    return name


def _counted(tables: Tables, given: dict[str, Node], key: str) -> tuple[bool, str]:
    """Read `counted: each` or `counted: yearly` with its counter."""
    yearly = (
        tables.reader.word(given.get("counted"), f"{key}.counted", ("each", "yearly"), "each") == "yearly"
    )
    if yearly != ("counter" in given):
        line = next(iter(given.values())).line if given else 1
        tables.reader.fault(line, f"{key}.counter", refusals.MISSING_KEY, expected=_COUNTER_RULE)
    return yearly, _name(tables, given.get("counter"), f"{key}.counter")


def _split(tables: Tables, node: Node, key: str, own: dict[str, str]) -> tuple[dict[str, Node], Node]:
    """Separate a block's own keys from those of the table inside it."""
    given = tables.reader.entries(
        node,
        key,
        {"counted": "each, or yearly with a counter", "rows": "the rows", **own},
        ("counter", "adjust", "source"),
    )
    table = {name: entry for name, entry in given.items() if name in ("rows", "adjust", "source")}
    return given, Node(
        node.line, entries=table if "rows" in table else {**table, "rows": Node(node.line, items=())}
    )


def _deductible(tables: Tables, node: Node, key: str, source: str) -> Deductible:
    given, table = _split(tables, node, key, {})
    yearly, counter = _counted(tables, given, key)
    return Deductible(tables.figure(table, key, "amount", source), yearly, counter)


def _ratios(tables: Tables, node: Node, key: str, source: str) -> Ratios:
    measures = ("above_deductible", "with_deductible")
    given, table = _split(tables, node, key, {"measured": " or ".join(measures)})
    yearly, counter = _counted(tables, given, key)
    gross = tables.reader.word(given.get("measured"), f"{key}.measured", measures) == measures[1]
    return Ratios(tables.figure(table, key, "ratio", source), gross, yearly, counter)


def _cap(tables: Tables, node: Node, key: str, source: str) -> Cap:
    given, table = _split(tables, node, key, {"on": "payment or cost"})
    _, counter = _counted(tables, given, key)
    on_cost = tables.reader.word(given.get("on"), f"{key}.on", ("payment", "cost")) == "cost"
    return Cap(tables.figure(table, key, "amount", source), on_cost, counter)
