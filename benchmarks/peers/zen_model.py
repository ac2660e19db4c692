"""The rules as a ZEN decision graph: one decision table, one chain of expressions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import zen

from benchmarks.peers.rules import COUNTERS, Rules, Shares, Visit

_INPUTS = ("person", "level", "standing", "later")
_FIGURES = ("deductible", "r1", "r2", "r3", "large")


def _rounded(amount: str, ratio: str) -> str:
    return f"floor(({amount}) * ({ratio}) / 10000 + 0.5)"


def _grossed(paid: str, ratio: str) -> str:
    return f"floor(({paid}) * 10000 / ({ratio}) + 0.5)"


def _expressions(rules: Rules) -> list[tuple[str, str]]:
    one, two = rules.edges_fen
    low, high = rules.serious_bp
    return [
        ("charged", "min([deductible, scope])"),
        ("b1", f"min([scope, {one}]) - $.charged"),
        ("b2", f"max([0, min([scope, {two}]) - {one}])"),
        ("b3", f"max([0, scope - {two}])"),
        ("p1", _rounded("$.b1", "r1")),
        ("p2", _rounded("$.b2", "r2")),
        ("p3", _rounded("$.b3", "r3")),
        ("due", "$.p1 + $.p2 + $.p3"),
        ("room", f"max([0, {rules.pool_cap_fen} - poolBefore])"),
        ("pool", "min([$.due, $.room])"),
        (
            "reached",
            f"$.due <= $.room ? scope : $.p1 > $.room ? $.charged + {_grossed('$.room', 'r1')} : "
            f"$.p1 + $.p2 > $.room ? {one} + {_grossed('$.room - $.p1', 'r2')} : "
            f"{two} + {_grossed('$.room - $.p1 - $.p2', 'r3')}",
        ),
        ("over", "scope - min([$.reached, scope])"),
        ("own", "scope - $.charged - $.over - $.pool"),
        ("supplement", f"person == 1 ? {_rounded('$.own', str(rules.supplement_bp))} : 0"),
        (
            "largePaid",
            f"min([{_rounded('$.over', 'large')}, max([0, {rules.large_cap_fen} - largeBefore])])",
        ),
        ("base", "scope - $.pool - $.supplement - $.largePaid"),
        ("counted", f"min([max([0, {rules.serious_fen} - seriousBefore]), $.base])"),
        ("above", "$.base - $.counted"),
        ("q1", f"max([0, min([aboveBefore + $.above, {rules.serious_edge_fen}]) - aboveBefore])"),
        ("serious", f"{_rounded('$.q1', str(low))} + {_rounded('$.above - $.q1', str(high))}"),
    ]


def graph(rules: Rules) -> dict[str, Any]:
    """Write the decision graph."""
    table = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": name, "name": name, "field": name} for name in _INPUTS],
        "outputs": [{"id": name, "name": name, "field": name} for name in _FIGURES],
        "rules": [
            {
                "_id": str(number),
                **dict(zip(_INPUTS, map(str, (c.person, c.level, c.standing, c.later_stay)), strict=True)),
                **dict(zip(_FIGURES, map(str, (c.deductible_fen, *c.rates_bp, c.large_bp)), strict=True)),
            }
            for number, c in enumerate(rules.cases)
        ],
    }
    expressions = {
        "passThrough": False,
        "expressions": [{"id": key, "key": key, "value": value} for key, value in _expressions(rules)],
    }
    nodes: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("in", "inputNode", {}),
        ("table", "decisionTableNode", {"content": table}),
        ("sums", "expressionNode", {"content": expressions}),
        ("out", "outputNode", {}),
    )
    return {
        "nodes": [
            {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, **more}
            for name, kind, more in nodes
        ],
        "edges": [
            {"id": f"{a}-{b}", "sourceId": a, "targetId": b}
            for a, b in (("in", "table"), ("table", "sums"), ("sums", "out"))
        ],
    }


def question(visit: Visit) -> dict[str, int]:
    """Put a visit as the engine's context."""
    pool, large, serious, above = (visit.counters[name] for name in COUNTERS)
    return {
        "person": visit.person,
        "level": visit.situation.level,
        "standing": visit.standing,
        "later": visit.later_stay,
        "scope": visit.bill.in_scope_fen,
        "poolBefore": pool,
        "largeBefore": large,
        "seriousBefore": serious,
        "aboveBefore": above,
    }


def engine(rules: Rules, *, trace: bool) -> Callable[[dict[str, int]], Any]:
    """Return the compiled graph as a function of a context."""
    decision = zen.ZenEngine().create_decision(json.dumps(graph(rules)))
    if trace:
        return lambda context: decision.evaluate(context, {"trace": True})
    return lambda context: decision.evaluate(context)


def shares(answer: Any) -> Shares:
    """Read the four payers' shares."""
    found = answer["result"]
    return (
        round(found["pool"]),
        round(found["supplement"]),
        round(found["largePaid"]),
        round(found["serious"]),
    )
