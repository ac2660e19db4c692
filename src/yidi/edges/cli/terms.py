"""The terms of money that a command works by, from the packs its settings name."""

from __future__ import annotations

from pathlib import Path

from yidi.domain.money_terms.terms import Terms
from yidi.domain.refusal import Refusal
from yidi.edges.cli.settings import load
from yidi.edges.cli.telling import end_refused
from yidi.edges.packs.money import read_money_terms


def terms_on(config: Path | None, day: str) -> Terms:
    """Return the terms of a day, or tell why there are none and end with status 1."""
    packs = load(config).packs
    found = read_money_terms(Path(packs) if packs else None).on(day)
    if isinstance(found, Refusal):
        end_refused([found])
    return found
