"""The catalogue of one care place: on a day, at most one entry of an item stands."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from yidi.domain.catalogue.item import Item
from yidi.domain.catalogue.refusals import OVERLAPPING_SPANS, UNKNOWN_ITEM
from yidi.domain.catalogue.terms import Terms, overlaps, under_terms
from yidi.domain.refusal import Refusal

Entries = dict[str, tuple[Item, ...]]
"""Entries by item code, the latest start first."""


class Catalogue:
    """Items of a care place by code and day. `place` is the division whose scope it is."""

    __slots__ = ("_entries", "place")

    def __init__(self, place: str, entries: Entries) -> None:
        self.place = place
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, code: str, day: str) -> Item | None:
        """Return the entry of an item that stands on a day (ISO text); None when there is none.

        Blanks around the code do not matter: nobody shall pay all because of a trailing blank.
        """
        for item in self._entries.get(code) or self._entries.get(code.strip(), ()):
            if item.start <= day < item.end:
                return item
        return None

    def entries(self, code: str) -> tuple[Item, ...]:
        """Return every entry of an item, the latest start first."""
        return self._entries.get(code, ())

    def items(self, day: str) -> tuple[Item, ...]:
        """Return the items that stand on a day, in code order."""
        found = (self.find(code, day) for code in sorted(self._entries))
        return tuple(item for item in found if item is not None)

    def with_terms(self, place: str, terms: Iterable[Terms]) -> tuple[Catalogue, tuple[Refusal, ...]]:
        """Return the catalogue of another place, which has its own terms for some items.

        Terms of an item that is not here, and terms that overlap, are findings.
        """
        by_code: dict[str, list[Terms]] = {}
        for term in terms:
            by_code.setdefault(term.code, []).append(term)
        refusals = [UNKNOWN_ITEM.because("code", code=code) for code in by_code if code not in self._entries]
        for own in by_code.values():
            refusals.extend(overlaps(own))
        pieces = (
            piece
            for code, own in by_code.items()
            for entry in self._entries.get(code, ())
            for piece in under_terms(entry, own)
        )
        entries, found = index(pieces)
        return Catalogue(place, {**self._entries, **entries}), (*refusals, *found)


def build_catalogue(place: str, items: Iterable[Item]) -> tuple[Catalogue, tuple[Refusal, ...]]:
    """Build a catalogue; where entries of an item overlap, the later start stands and a finding says so."""
    entries, refusals = index(items)
    return Catalogue(place, entries), refusals


def index(items: Iterable[Item]) -> tuple[Entries, tuple[Refusal, ...]]:
    """Sort entries by code, the latest start first, and report every overlap."""
    gathered: dict[str, list[Item]] = {}
    for item in items:
        gathered.setdefault(item.code, []).append(item)
    refusals: list[Refusal] = []
    for code, entries in gathered.items():
        if len(entries) == 1:
            continue
        entries.sort(key=lambda item: item.start, reverse=True)
        for later, earlier in pairwise(entries):
            if later.start < earlier.end:
                refusals.append(
                    OVERLAPPING_SPANS.because("start", code=code, first=earlier.start, second=later.start)
                )
    return {code: tuple(entries) for code, entries in gathered.items()}, tuple(refusals)
