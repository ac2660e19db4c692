"""The closed set of answers each dimension has in a given scheme, and how a visit falls into it.

Ranged dimensions (age, stay) are cut into classes at the edges the pack's rows name; open ones (chronic
disease, assistance category) have the answers the rows name, "none", and "other" for everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from yidi.domain.policy.dimensions import CareKind, InstitutionKind, PersonClass, Place, Standing
from yidi.domain.policy.terms import Conditions, Layer, Scheme

CONDITIONS = (
    "person",
    "age",
    "level",
    "grade",
    "kind",
    "care",
    "place",
    "standing",
    "chronic",
    "stay",
    "contracted",
    "civil_servant",
    "category",
    "tier",
)
"""Every dimension a row may state, in the order of a plan's key."""
RANGED = ("age", "stay")
GROUPED = ("chronic", "category")
"""Dimensions whose answers are the pack's own groups of codes."""
OTHER = "other"
NOT_SAID = "none"
FIXED_ANSWERS: dict[str, tuple[str, ...]] = {
    "person": tuple(PersonClass),
    "level": ("1", "2", "3"),
    "grade": ("A", "B", "C", NOT_SAID),
    "kind": tuple(InstitutionKind),
    "care": tuple(CareKind),
    "place": tuple(Place),
    "standing": tuple(Standing),
    "contracted": ("yes", "no"),
    "civil_servant": ("yes", "no"),
}
_AWAY = [
    (place, standing)
    for place in (Place.IN_PROVINCE, Place.OTHER_PROVINCE)
    for standing in Standing
    if standing is not Standing.LOCAL
]
WHEREABOUTS: tuple[tuple[str, str], ...] = ((Place.LOCAL, Standing.LOCAL), *_AWAY)
"""The pairs of place and standing that exist; see `settled_place` for how a visit gets one of them."""


def settled_place(place: str, standing: str) -> tuple[str, str]:
    """Return the pair under which rules are looked up.

    Local standing means the home rule wherever care happened; a long-term filer at home with local
    benefits has local standing. Care at home under a lower standing (dual treatment, regulation rule 2.12)
    takes the cross-province figure of that standing.
    """
    if standing == Standing.LOCAL:
        return Place.LOCAL, Standing.LOCAL
    if place == Place.LOCAL:
        if standing in (Standing.REFERRED, Standing.TEMPORARY):
            return Place.OTHER_PROVINCE, standing
        return Place.LOCAL, Standing.LOCAL
    return place, standing


def parse_range(text: str) -> tuple[int, int | None] | None:
    """Read `3`, `60+` or `0-14` (both ends included) as first and last; None when it is none of them."""
    first, dash, last = text.removesuffix("+").partition("-")
    if not _is_number(first) or (dash and (not _is_number(last) or text.endswith("+"))):
        return None
    if text.endswith("+"):
        return int(first), None
    found = (int(first), int(last) if dash else int(first))
    return found if found[0] <= found[1] else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


def all_conditions(scheme: Scheme) -> Iterator[Conditions]:
    """Yield the conditions of every row, adjustment and layer of the scheme."""
    for layer in scheme.layers:
        yield layer.when
        figures = [layer.ratios.table, *(cap.amounts for cap in layer.caps)]
        if layer.deductible is not None:
            figures.append(layer.deductible.amounts)
        for figure in figures:
            yield from (row.conditions for row in figure.rows)
            yield from (each.conditions for each in figure.adjustments)
    if scheme.own_share_first is not None:
        yield from (row.conditions for row in scheme.own_share_first.rows)


class Answers:
    """The answers of one scheme: the walk over all combinations, and the class of a single visit."""

    def __init__(self, scheme: Scheme) -> None:
        named: dict[str, set[str]] = {name: set() for name in CONDITIONS}
        for conditions in all_conditions(scheme):
            for name, answers in conditions:
                named[name].update(answers)
        self.edges = {name: _edges(named[name], 0 if name == "age" else 1) for name in RANGED}
        self.domains: dict[str, tuple[str, ...]] = dict(FIXED_ANSWERS)
        self.domains["person"] = scheme.persons
        self.domains["care"] = tuple(k for k, rule in scheme.care.items() if rule.word == "covered")
        self.domains["tier"] = scheme.tiers or (NOT_SAID,)
        for name in RANGED:
            self.domains[name] = tuple(str(edge) for edge in self.edges[name])
        self.group_of: dict[str, dict[str, str]] = {}
        for name in GROUPED:
            groups = scheme.groups.get(name, ())
            self.domains[name] = (*(group.word for group in groups), NOT_SAID, OTHER)
            words = {code: group.word for group in groups for code in (*group.codes, group.word)}
            self.group_of[name] = {**words, "": NOT_SAID}
        self.ages = _class_table(self.edges["age"], 200)
        self.stays = _class_table(self.edges["stay"], max(self.edges["stay"]) + 1)

    def resolve(self, conditions: Conditions) -> tuple[tuple[str, frozenset[str]], ...]:
        """Turn written conditions into sets of answers."""
        return tuple((name, self._set(name, answers)) for name, answers in conditions)

    def _set(self, name: str, answers: Iterable[str]) -> frozenset[str]:
        if name not in RANGED:
            return frozenset(answers)
        ranges = [found for answer in answers if (found := parse_range(answer)) is not None]
        return frozenset(
            str(edge)
            for edge in self.edges[name]
            if any(first <= edge and (last is None or edge <= last) for first, last in ranges)
        )

    def combinations(self, names: Iterable[str], layer: Layer | None) -> Iterator[dict[str, str]]:
        """Walk every combination of the named dimensions that can reach the layer."""
        wanted = [name for name in CONDITIONS if name in set(names)]
        limits = {name: set(answers) for name, answers in self.resolve(layer.when)} if layer else {}
        if layer is not None:
            limits["care"] = limits.get("care", set(layer.care)) & set(layer.care)
        plain = [name for name in wanted if name not in ("place", "standing")]
        domains = [[a for a in self.domains[n] if n not in limits or a in limits[n]] for n in plain]
        pairs = [
            pair
            for pair in WHEREABOUTS
            if pair[0] in limits.get("place", pair) and pair[1] in limits.get("standing", pair)
        ]
        places = pairs if len(plain) < len(wanted) else pairs[:1]
        for values in product(*domains):
            for place, standing in places:
                yield {**dict(zip(plain, values, strict=True)), "place": place, "standing": standing}


def _edges(answers: Iterable[str], lowest: int) -> tuple[int, ...]:
    """Return the first number of every class that the ranges cut out."""
    edges = {lowest}
    for found in map(parse_range, answers):
        if found is not None:
            edges.add(max(found[0], lowest))
            if found[1] is not None:
                edges.add(found[1] + 1)
    return tuple(sorted(edges))


def _class_table(edges: tuple[int, ...], size: int) -> tuple[str, ...]:
    """Return, for every number below `size`, the class it falls into; lower numbers fall into the first."""
    return tuple(str(max((e for e in edges if e <= number), default=edges[0])) for number in range(size))
