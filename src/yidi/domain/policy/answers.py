"""The closed set of answers each dimension has in a given scheme, and how a visit falls into it.

Ranged dimensions (age, stay) are cut into classes at the edges the pack's rows name; open ones (chronic
disease, assistance category) have the answers the rows name, "none", and "other" for everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from yidi.domain.policy.dimensions import CareKind, InstitutionKind, PersonClass, Place, Standing
from yidi.domain.policy.terms import Conditions, Figure, Layer, Scheme

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
    "class",
)
"""Every dimension a row may state, in the order of a plan's key."""
Sets = tuple[tuple[str, frozenset[str]], ...]
RANGED = ("age", "stay")
GROUPED = ("chronic", "category")
"""Dimensions whose answers are the pack's own groups of codes."""
FACT = "facts."
"""What stands before the name of a fact of the pack's own among the dimensions."""
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


def all_figures(scheme: Scheme) -> Iterator[Figure]:
    """Yield every table of the scheme."""
    for layer in scheme.layers:
        yield layer.ratios.table
        yield from (cap.amounts for cap in layer.caps)
        if layer.deductible is not None:
            yield layer.deductible.amounts
            if layer.deductible.total is not None:
                yield layer.deductible.total.amounts
        if layer.lump is not None:
            yield layer.lump
    yield from scheme.values.values()
    yield from (mark.limit for mark in scheme.marks.values() if mark.limit is not None)
    yield from (figure for figure in (scheme.own_share_first, scheme.classes) if figure is not None)


def all_conditions(scheme: Scheme) -> Iterator[Conditions]:
    """Yield the conditions of every row, adjustment, layer and unknown situation of the scheme."""
    yield from (layer.when for layer in scheme.layers)
    yield from (each.conditions for each in scheme.unknown)
    for figure in all_figures(scheme):
        yield from (row.conditions for row in figure.rows)
        yield from (each.conditions for each in figure.adjustments)


class Answers:
    """The answers of one scheme: the walk over all combinations, and the class of a single visit."""

    def __init__(self, scheme: Scheme) -> None:
        named: dict[str, set[str]] = {name: set() for name in CONDITIONS}
        named |= {FACT + name: set() for name in scheme.facts}
        for conditions in all_conditions(scheme):
            for name, answers in conditions:
                named[name].update(answers)
        self.greatest = {"age": 199, "stay": 0}
        self.greatest |= {FACT + name: fact.greatest for name, fact in scheme.facts.items() if fact.greatest}
        steps = _steps(scheme, self.greatest)
        self.edges = {
            name: _edges(named[name], 1 if name == "stay" else 0, steps.get(name, set()))
            for name in self.greatest
        }
        self.domains: dict[str, tuple[str, ...]] = dict(FIXED_ANSWERS)
        self.domains["person"] = scheme.persons
        self.domains["care"] = tuple(k for k, rule in scheme.care.items() if rule.word == "covered")
        self.domains["tier"] = scheme.tiers or (NOT_SAID,)
        self.domains |= {FACT + name: fact.answers for name, fact in scheme.facts.items() if fact.answers}
        for name, edges in self.edges.items():
            self.domains[name] = tuple(map(str, edges))
        words = {row.word for row in scheme.classes.rows} if scheme.classes is not None else set()
        self.domains["class"] = tuple(sorted(words)) or (NOT_SAID,)
        self.group_of: dict[str, dict[str, str]] = {}
        for name in GROUPED:
            groups = scheme.groups.get(name, ())
            self.domains[name] = (*(group.word for group in groups), NOT_SAID, OTHER)
            code_words = {code: group.word for group in groups for code in (*group.codes, group.word)}
            self.group_of[name] = {**code_words, "": NOT_SAID}
        self.ages = _class_table(self.edges["age"], 200)
        self.stays = _class_table(self.edges["stay"], max(self.edges["stay"]) + 1)
        rows = scheme.classes.rows if scheme.classes is not None else ()
        self.classes = [(self.resolve(row.conditions), row.word, row.unknown) for row in rows]
        self.class_names = frozenset(name for sets, _, _ in self.classes for name, _ in sets)
        self.unknown = [(self.resolve(each.conditions), each.why) for each in scheme.unknown]

    def number_class(self, name: str, number: int) -> str:
        """Return the class a number of the visit falls into; the number itself when it is out of range."""
        if not 0 <= number <= self.greatest[name]:
            return str(number)
        return str(max(edge for edge in self.edges[name] if edge <= number))

    def class_of(self, given: Mapping[str, str]) -> str:
        """Return the region's own class of the hospital; "none" where the pack has no such classes."""
        words = [word for sets, word, _ in self.classes if met(sets, given)]
        return words[0] if len(words) == 1 else NOT_SAID

    def resolve(self, conditions: Conditions) -> Sets:
        """Turn written conditions into sets of answers."""
        return tuple((name, self._set(name, answers)) for name, answers in conditions)

    def _set(self, name: str, answers: Iterable[str]) -> frozenset[str]:
        if name not in self.edges:
            return frozenset(answers)
        ranges = [found for answer in answers if (found := parse_range(answer)) is not None]
        return frozenset(
            str(edge)
            for edge in self.edges[name]
            if any(first <= edge and (last is None or edge <= last) for first, last in ranges)
        )

    def combinations(self, names: Iterable[str], layer: Layer | None) -> Iterator[dict[str, str]]:
        """Walk every combination of the named dimensions that can reach the layer."""
        asked = set(names)
        if "class" in asked and self.classes:
            asked |= self.class_names
        wanted = [name for name in self.domains if name in asked]
        limits = {name: set(answers) for name, answers in self.resolve(layer.when)} if layer else {}
        if layer is not None:
            limits["care"] = limits.get("care", set(layer.care)) & set(layer.care)
        plain = [name for name in wanted if name not in ("place", "standing", "class")]
        domains = [[a for a in self.domains[n] if n not in limits or a in limits[n]] for n in plain]
        pairs = [
            pair
            for pair in WHEREABOUTS
            if pair[0] in limits.get("place", pair) and pair[1] in limits.get("standing", pair)
        ]
        places = pairs if asked & {"place", "standing"} else pairs[:1]
        for values in product(*domains):
            for place, standing in places:
                found = {**dict(zip(plain, values, strict=True)), "place": place, "standing": standing}
                if "class" in asked:
                    found["class"] = self.class_of(found)
                    if found["class"] not in limits.get("class", found["class"]):
                        continue
                yield found

    def guarded(self, given: Mapping[str, str], layer: Layer | None) -> bool:
        """Say whether a combination lies wholly in a situation the pack calls unknown."""
        care = set(layer.care) if layer is not None else set()
        return any(
            all((care and care <= answers) if n == "care" else given.get(n) in answers for n, answers in sets)
            for sets, _ in self.unknown
        )


def met(sets: Sets, given: Mapping[str, str]) -> bool:
    """Say whether every condition is met."""
    for name, answers in sets:  # noqa: SIM110 - a plain loop: the check asks it half a million times
        if given[name] not in answers:
            return False
    return True


def _steps(scheme: Scheme, greatest: Mapping[str, int]) -> dict[str, set[int]]:
    """Return the numbers at which a counting adjustment changes its count."""
    steps: dict[str, set[int]] = {}
    for figure in all_figures(scheme):
        for each in figure.adjustments:
            if each.per:
                first = each.over + each.rounded_up
                steps.setdefault(each.per, set()).update(range(first, greatest[each.per] + 1, each.each))
    return steps


def _edges(answers: Iterable[str], lowest: int, steps: Iterable[int]) -> tuple[int, ...]:
    """Return the first number of every class that the ranges and steps cut out."""
    edges = {lowest, *steps}
    for found in map(parse_range, answers):
        if found is not None:
            edges.add(max(found[0], lowest))
            if found[1] is not None:
                edges.add(found[1] + 1)
    return tuple(sorted(edges))


def _class_table(edges: tuple[int, ...], size: int) -> tuple[str, ...]:
    """Return, for every number below `size`, the class it falls into; lower numbers fall into the first."""
    return tuple(str(max((e for e in edges if e <= number), default=edges[0])) for number in range(size))
