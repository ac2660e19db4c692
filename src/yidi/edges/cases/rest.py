"""What the tables of an inline policy leave out becomes unknown: only a visit that needs it is refused.

A pack must answer for everybody, a case only for its own visits. The rows added here say `unknown`, so a
visit that falls in one is refused with the combination that has no row, and nothing is ever assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from yidi.domain.policy.answers import NOT_SAID, Answers
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.policy.resolve import Resolver
from yidi.domain.policy.terms import Figure, Layer, Pack, Row
from yidi.edges.cases.inline import SOURCE

_NO_ROW = "the case has no row for"
LEFT_OUT = re.compile(rf"figure (\S+) is unknown: ({_NO_ROW} .*)\.$")
"""How the refusal of a visit that falls in such a row reads: the table's key, and what it has no row for."""


def with_unknown_rest(pack: Pack, policies: Policies) -> Pack:
    """Return the pack with an `unknown` row for every combination its tables leave out."""
    rest: dict[str, list[Row]] = {}
    for policy in policies.all():
        for resolver, layer in _tables(policy):
            rows = rest.setdefault(resolver.figure.key, [])
            rows += (row for row in _rest(policy, resolver, layer) if row not in rows)
    return _filled(pack, rest)  # type: ignore[no-any-return]


def _tables(policy: Policy) -> Iterator[tuple[Resolver, Layer | None]]:
    for ready in policy.layers:
        yield from ((resolver, ready.layer) for resolver in ready.resolvers())
    alone = [*policy.values.values(), *policy.limits.values()]
    yield from ((resolver, None) for resolver in alone)
    if policy.first is not None:
        yield policy.first, None
    if policy.terms.classes is not None:
        yield Resolver(policy.terms.classes, policy.answers), None


def _rest(policy: Policy, resolver: Resolver, layer: Layer | None) -> Iterator[Row]:
    """Yield the rows that would fill one table."""
    names = [name for name in policy.answers.domains if name in resolver.names]
    if {"place", "standing"} & set(names):
        names = [*(name for name in names if name not in ("place", "standing")), "place", "standing"]
    for answers in policy.answers.combinations(resolver.names, layer):
        if resolver.find(answers).rows or policy.answers.guarded(answers, layer):
            continue
        conditions = tuple((name, (_written(policy.answers, name, answers[name]),)) for name in names)
        if resolver.figure is policy.terms.classes:
            yield Row(conditions, SOURCE, resolver.figure.line, policy.start, policy.end, word=NOT_SAID)
            continue
        text = f"{_NO_ROW} {', '.join(f'{name}: {answer}' for name, (answer,) in conditions)}"
        yield Row(conditions, SOURCE, resolver.figure.line, policy.start, policy.end, unknown=text)


def _written(answers: Answers, name: str, answer: str) -> str:
    """Write an answer as a condition: a class of numbers as its range."""
    edges = answers.edges.get(name)
    if edges is None or not answer.isdigit():
        return answer or NOT_SAID
    later = [edge for edge in edges if edge > int(answer)]
    return f"{answer}-{later[0] - 1}" if later else f"{answer}+"


def _filled(value: Any, rest: dict[str, list[Row]]) -> Any:
    """Return terms with these rows added to their tables, wherever they stand."""
    if isinstance(value, Figure):
        return replace(value, rows=(*value.rows, *rest.get(value.key, ())))
    if isinstance(value, Struct):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        new = {name: _filled(each, rest) for name, each in old.items()}
        return replace(value, **{name: each for name, each in new.items() if each is not old[name]})
    if isinstance(value, tuple):
        items = tuple(_filled(each, rest) for each in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        return {name: _filled(each, rest) for name, each in value.items()}
    return value
