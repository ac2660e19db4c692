"""Reads packs/national/retention.yaml: how long records of access are kept, dated and with their sources."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from yidi.domain.money_terms.terms import DatedTerm
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import PackError, read_yaml


class KeptForGood(Struct, frozen=True, forbid_unknown_fields=True):
    """What is not deleted, and why."""

    what: str
    source: str


class Span(NamedTuple):
    """How many days records of a kind are kept, and who says so."""

    kind: str
    days: int
    source: str


class RetentionTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """The terms as they stand in the pack."""

    looked_up: str
    days: dict[str, list[DatedTerm]]
    kept: list[KeptForGood]

    def on(self, day: str) -> list[Span]:
        """Return what holds on a day, by kind; nothing is deleted of a kind whose first term lies ahead."""
        spans = []
        for kind, terms in self.days.items():
            holding = [term for term in terms if term.start <= day]
            if holding:
                newest = max(holding, key=lambda term: term.start)
                spans.append(Span(kind, int(newest.value), newest.source))
        return spans


def read_retention(packs: Path | None = None) -> RetentionTerms:
    """Read the terms. Raises PackError naming the file and what is wrong in it."""
    path = (packs or packs_folder()) / "national" / "retention.yaml"
    read: RetentionTerms = read_yaml(path, RetentionTerms)
    for kind, terms in read.days.items():
        if any(type(term.value) is not int or term.value < 1 for term in terms):
            raise PackError(f"{path.name}: days.{kind}: a whole number of days, 1 or more")
    return read
