"""The rules as a ZEN decision graph: the pack's tables, and one chain of expressions.

It answers what our engine answers: every payer's share, the rooms left, the totals, the counters' amounts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import zen

from benchmarks.peers.rules import COUNTERS, STANDINGS, Rules, Shares, Visit


def _rounded(amount: str, ratio: str) -> str:
    return f"floor(({amount}) * ({ratio}) / 10000 + 0.5)"


def _grossed(paid: str, ratio: str) -> str:
    return f"floor(({paid}) * 10000 / ({ratio}) + 0.5)"


def _expressions(rules: Rules) -> list[tuple[str, str]]:
    one, two = rules.edges_fen
    low, high = rules.serious_bp
    return [
        *((f"r{n}", f"10000 - (10000 - base{n}) * selfFactor / 10000 - points") for n in (1, 2, 3)),
        ("charged", "min([deductible, scope])"),
        ("b1", f"min([scope, {one}]) - $.charged"),
        ("b2", f"max([0, min([scope, {two}]) - {one}])"),
        ("b3", f"max([0, scope - {two}])"),
        ("p1", _rounded("$.b1", "$.r1")),
        ("p2", _rounded("$.b2", "$.r2")),
        ("p3", _rounded("$.b3", "$.r3")),
        ("due", "$.p1 + $.p2 + $.p3"),
        ("room", f"max([0, {rules.pool_cap_fen} - poolBefore])"),
        ("pool", "min([$.due, $.room])"),
        (
            "reached",
            f"$.due <= $.room ? scope : $.p1 > $.room ? $.charged + {_grossed('$.room', '$.r1')} : "
            f"$.p1 + $.p2 > $.room ? {one} + {_grossed('$.room - $.p1', '$.r2')} : "
            f"{two} + {_grossed('$.room - $.p1 - $.p2', '$.r3')}",
        ),
        ("over", "scope - min([$.reached, scope])"),
        ("own", "scope - $.charged - $.over - $.pool"),
        ("supplement", _rounded("$.own", "supplementRatio")),
        (
            "largePaid",
            f"min([{_rounded('$.over', 'large')}, max([0, {rules.large_cap_fen} - largeBefore])])",
        ),
        ("base", "scope - $.pool - $.supplement - $.largePaid"),
        ("counted", f"min([max([0, {rules.serious_fen} - seriousBefore]), $.base])"),
        ("above", "$.base - $.counted"),
        ("q1", f"max([0, min([aboveBefore + $.above, {rules.serious_edge_fen}]) - aboveBefore])"),
        ("serious", f"{_rounded('$.q1', str(low))} + {_rounded('$.above - $.q1', str(high))}"),
        ("funds", "$.pool + $.supplement + $.largePaid + $.serious"),
        ("person", "total - $.funds"),
        ("poolRoom", "$.room - $.pool"),
        ("largeRoom", f"max([0, {rules.large_cap_fen} - largeBefore]) - $.largePaid"),
    ]


def _table(field: str, outputs: tuple[str, ...], rows: list[tuple[int, ...]]) -> dict[str, Any]:
    """Write a decision table: one input, then the figures that follow from it."""
    return {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": field, "name": field, "field": field}],
        "outputs": [{"id": name, "name": name, "field": name} for name in outputs],
        "rules": [
            {"_id": str(row[0]), field: str(row[0])}
            | {name: str(figure) for name, figure in zip(outputs, row[1:], strict=True)}
            for row in rows
        ],
    }


def _tables(rules: Rules) -> list[tuple[str, dict[str, Any]]]:
    """Write the pack's tables as the pack writes them: by stay, by level, by standing, by person."""
    home = rules.case(0, 3, 0, 0)
    stays = [(later, rules.case(0, 3, 0, later).deductible_fen) for later in (0, 1)]
    levels = [(level, *rules.case(0, level, 0, 0).rates_bp) for level in (1, 2, 3)]
    points = [(n, home.rates_bp[0] - rules.case(0, 3, n, 0).rates_bp[0]) for n in range(len(STANDINGS))]
    persons = [
        (0, 10_000, rules.case(0, 3, 0, 0).large_bp, 0),
        (1, rules.self_factor_bp, rules.case(1, 3, 0, 0).large_bp, rules.supplement_bp),
    ]
    return [
        ("deductibles", _table("later", ("deductible",), stays)),
        ("ratios", _table("level", ("base1", "base2", "base3"), levels)),
        ("points", _table("standing", ("points",), points)),
        ("persons", _table("person", ("selfFactor", "large", "supplementRatio"), persons)),
    ]


def graph(rules: Rules) -> dict[str, Any]:
    """Write the decision graph: the tables one after the other, then the sums."""
    expressions = {
        "passThrough": False,
        "expressions": [{"id": key, "key": key, "value": value} for key, value in _expressions(rules)],
    }
    nodes: list[tuple[str, str, dict[str, Any]]] = [
        ("in", "inputNode", {}),
        *((name, "decisionTableNode", {"content": table}) for name, table in _tables(rules)),
        ("sums", "expressionNode", {"content": expressions}),
        ("out", "outputNode", {}),
    ]
    names = [name for name, _, _ in nodes]
    return {
        "nodes": [
            {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, **more}
            for name, kind, more in nodes
        ],
        "edges": [{"id": f"{a}-{b}", "sourceId": a, "targetId": b} for a, b in pairwise(names)],
    }


def question(visit: Visit) -> dict[str, int]:
    """Put a visit as the engine's context."""
    pool, large, serious, above = (visit.counters[name] for name in COUNTERS)
    return {
        "person": visit.person,
        "level": visit.situation.level,
        "standing": visit.standing,
        "later": visit.later_stay,
        "total": visit.bill.total_fen,
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
