"""A policy: one scheme of one pack over days in which nothing changes; and all policies of a nation."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from yidi.domain.dates import FOREVER
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import FACT, Answers, Sets
from yidi.domain.policy.dimensions import Fund, Standing
from yidi.domain.policy.resolve import Resolver
from yidi.domain.policy.terms import (
    Cap,
    Counted,
    Fact,
    Figure,
    FilingTerms,
    Group,
    Layer,
    Pack,
    Scheme,
    Source,
)
from yidi.domain.refusal import Refusal

STANDS_IN = "any"


class ReadyLayer:
    """A layer with its figures ready to be asked."""

    __slots__ = ("caps", "deductible", "layer", "lump", "ratios", "total", "when")

    def __init__(self, layer: Layer, answers: Answers, values: Mapping[str, Resolver]) -> None:
        def ready(figure: Figure | None) -> Resolver | None:
            return Resolver(figure, answers, values) if figure is not None else None

        rules = layer.deductible
        self.layer = layer
        self.when: Sets = answers.resolve(layer.when)
        self.ratios = Resolver(layer.ratios.table, answers, values)
        self.deductible = ready(rules.amounts if rules else None)
        self.total = ready(rules.total.amounts if rules and rules.total else None)
        self.lump = ready(layer.lump)
        self.caps: tuple[tuple[Cap, Resolver], ...] = tuple(
            (cap, Resolver(cap.amounts, answers, values)) for cap in layer.caps
        )

    def resolvers(self) -> list[Resolver]:
        """Return every figure of the layer."""
        found = [self.ratios, *(resolver for _, resolver in self.caps)]
        more = (self.deductible, self.total, self.lump)
        return [*found, *(resolver for resolver in more if resolver is not None)]


class Policy:
    """What one scheme of one area grants on the days from `start` up to `end`.

    `version` is the SHA-256 of the pack's canonical text: equal rules, equal version. `memo` holds what the
    benefit room has compiled; it is derived and may be thrown away at any time.
    """

    def __init__(self, pack: Pack, scheme: Scheme, start: str, end: str) -> None:
        self.pack_id = pack.id
        self.file = pack.file
        self.version = hashlib.sha256(pack.text.encode()).hexdigest()
        self.area = pack.area
        self.names = (pack.zh, pack.en)
        self.confidence = pack.confidence
        self.note = pack.note
        self.completed_for_demonstration = pack.completed_for_demonstration
        self.scheme = scheme.code
        self.terms = scheme
        self.start, self.end = start, end
        self.pack_span = (pack.start, pack.end)
        self.filing: FilingTerms = pack.filing
        self.filing_sources = {name: pack.sources[key] for name, key in pack.filing.sources.items()}
        self.answers = Answers(scheme)
        self.values = {name: Resolver(figure, self.answers) for name, figure in scheme.values.items()}
        self.layers = tuple(ReadyLayer(layer, self.answers, self.values) for layer in scheme.layers)
        self.first = Resolver(scheme.own_share_first, self.answers) if scheme.own_share_first else None
        self.limits = {
            name: Resolver(mark.limit, self.answers, self.values)
            for name, mark in scheme.marks.items()
            if mark.limit is not None
        }
        self.words: dict[str, tuple[Group | Fact, ...]] = {**scheme.groups}
        self.words |= {FACT + name: (fact,) for name, fact in scheme.facts.items()}
        if scheme.class_names:
            self.words["class"] = scheme.class_names
        counted = [each for layer in scheme.layers for each in counted_in(layer)]
        self.by_institution = any("institution" in each.per for each in counted)
        told = [bool(fact.known_from) for fact in scheme.facts.values()]
        self.carries = bool(scheme.carries)
        self.tells = self.carries or any(told) or any(mark.known_from for mark in scheme.marks.values())
        self.derives = any(fact.percent or fact.adds for fact in scheme.facts.values())
        self.memo: dict[tuple[object, ...], object] = {}

    def source(self, name: str) -> Source:
        """Return a source by the name the scheme's rows use."""
        return self.terms.sources[name]

    @property
    def order(self) -> tuple[Fund, ...]:
        """The order in which the funds pay."""
        return self.terms.order

    @property
    def unfiled_settles_directly(self) -> bool:
        """Whether a visit without filing or emergency may settle directly (effective-time table, row 7)."""
        return self.filing.unfiled_settles_directly

    @property
    def same_province_other_city(self) -> Standing:
        """What a filing to another city of the province counts as (effective-time table, row 6)."""
        return self.filing.same_province_other_city

    @property
    def dual_treatment_with_papers(self) -> Standing:
        """How a long-term filer with papers is treated at home (row 9)."""
        return self.filing.dual_treatment_with_papers

    @property
    def dual_treatment_by_commitment(self) -> Standing:
        """How a long-term filer by commitment only is treated at home (row 9)."""
        return self.filing.dual_treatment_by_commitment

    @property
    def change_lock_months(self) -> int:
        """Months in which a long-term filing may not be changed or cancelled (rule 2.11)."""
        return self.filing.change_lock_months

    @property
    def temporary_validity_months(self) -> int:
        """Months a temporary filing stays valid."""
        return self.filing.temporary_validity_months


def counted_in(layer: Layer) -> Iterator[Counted]:
    """Yield over what every figure of a layer runs."""
    yield layer.ratios.counted
    yield from (cap.counted for cap in layer.caps)
    if layer.deductible is not None:
        yield layer.deductible.counted


def year_of(policy: Policy, day: str) -> str:
    """Return the benefit year's key: its first day's year, with the month and day unless it is 1 January."""
    starts = policy.terms.year_starts
    year = int(day[:4]) - (day[5:10] < starts)
    return f"{year:04d}" if starts == "01-01" else f"{year:04d}-{starts}"


def _spans_phrase(versions: Iterable[Policy]) -> tuple[str, str]:
    """Say in words which days versions answer for; versions that follow on each other are one span."""
    spans: list[tuple[str, str]] = []
    for each in versions:
        if spans and spans[-1][1] == each.start:
            spans[-1] = (spans[-1][0], each.end)
        else:
            spans.append((each.start, each.end))
    zh = "、".join(f" {s} 起" if e == FOREVER else f" {s} 至 {e}（不含）" for s, e in spans)
    en = ", ".join(f"from {s} on" if e == FOREVER else f"from {s} until {e}" for s, e in spans)
    return zh, en


class Policies:
    """Every policy known, found by area, scheme and day."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._by_place: dict[tuple[str, str], list[Policy]] = {}
        for policy in policies:
            self._by_place.setdefault((policy.area, policy.scheme), []).append(policy)
        for versions in self._by_place.values():
            versions.sort(key=lambda policy: policy.start)
        self._starts = {place: [p.start for p in found] for place, found in self._by_place.items()}

    def find(self, area: str, scheme: str, day: str) -> Policy | tuple[Refusal, ...]:
        """Return the policy of the nearest pack (area, its prefecture, its province, the one that stands in).

        The nearest pack that knows the scheme answers or refuses; a farther one never fills its gaps.
        """
        for place in (area, f"{area[:4]}00", f"{area[:2]}0000", STANDS_IN):
            versions = self._by_place.get((place, scheme))
            if versions is not None:
                number = bisect_right(self._starts[place, scheme], day) - 1
                if number >= 0 and day < versions[number].end:
                    return versions[number]
                zh, en = _spans_phrase(versions)
                known = {"known_zh": zh, "known_en": en}
                return (refusals.OUTSIDE_SPAN.because("on", area=area, scheme=scheme, day=day, **known),)
        return (refusals.NO_PACK.because("area", area=area, scheme=scheme),)

    def all(self) -> list[Policy]:
        """Return every policy, by area, scheme and start."""
        found = [policy for versions in self._by_place.values() for policy in versions]
        return sorted(found, key=lambda policy: (policy.area, policy.scheme, policy.start))
