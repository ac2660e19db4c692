"""Reads packs/national/money.yaml: the dated terms of money between provinces."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from yidi.domain.money_terms.terms import DatedTerm, MoneyTerms
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import PackError, read_yaml


class _MoneyFile(Struct, forbid_unknown_fields=True):
    looked_up: str
    terms: dict[str, dict[str, list[DatedTerm]]]


def read_money_terms(packs: Path | None = None) -> MoneyTerms:
    """Read the terms of money. Raises PackError naming the file and what is wrong in it."""
    path = (packs or packs_folder()) / "national" / "money.yaml"
    read: _MoneyFile = read_yaml(path, _MoneyFile)
    try:
        return MoneyTerms(read.terms)
    except ValueError as fault:
        raise PackError(f"{path.name}: {fault}") from fault
