"""The national frame: how far below local care a rule may lie, and rules of the nation told for reading."""

from __future__ import annotations

from msgspec import Struct

from yidi.domain.policy.grammar import read_sources
from yidi.domain.policy.tables import CONFIDENCES, Tables
from yidi.domain.policy.terms import Source
from yidi.domain.policy.tree import Node, Reader

FRAME_MAY = ("names", "rules", "checked", "note")


class FrameRule(Struct, frozen=True):
    """A rule of the nation told for reading: `value` as it is written, in force from `start`."""

    id: str
    zh: str
    en: str
    value: str
    source: str
    confidence: str = ""
    start: str = ""


class Ceilings(Struct, frozen=True):
    """The national frame: at most so many basis points below local (national notice, in force 2023)."""

    referred_bp: int
    temporary_bp: int
    source: Source
    rules: tuple[FrameRule, ...] = ()
    sources: dict[str, Source] = {}


def read_frame(root: Node, reader: Reader) -> Ceilings | None:
    """Read the national frame; None when it has faults."""
    required = {"frame": "the frame's id", "sources": "the sources", "ceilings": "the ceilings"}
    given = reader.entries(root, "frame", required, FRAME_MAY)
    sources = read_sources(reader, given.get("sources"), given.get("checked"))
    if "ceilings" not in given:
        return None
    tables = Tables(reader, sources, may_complete=False)
    rules = tuple(
        _frame_rule(tables, item, f"rules[{number}]")
        for number, item in enumerate(reader.items(given.get("rules"), "rules"))
    )
    keys = {"referred_or_emergency": "points", "other_temporary": "points", "source": "a source"}
    parts = reader.entries(given["ceilings"], "ceilings", keys)
    name = tables.source(parts.get("source"), "ceilings", "", given["ceilings"].line)
    if reader.faults:
        return None
    return Ceilings(
        referred_bp=reader.points_bp(parts["referred_or_emergency"], "ceilings.referred_or_emergency"),
        temporary_bp=reader.points_bp(parts["other_temporary"], "ceilings.other_temporary"),
        source=sources[name],
        rules=rules,
        sources=sources,
    )


FRAME_RULE = {
    "id": "a stable id",
    "zh": "Chinese",
    "en": "English",
    "value": "what it says",
    "source": "a source",
}


def _frame_rule(tables: Tables, node: Node, key: str) -> FrameRule:
    """Read a national rule that is told for reading."""
    reader = tables.reader
    given = reader.entries(node, key, FRAME_RULE, ("confidence", "from", "note"))
    texts = {name: reader.text(given.get(name), f"{key}.{name}") for name in ("id", "zh", "en", "value")}
    return FrameRule(
        source=tables.source(given.get("source"), key, "", node.line),
        confidence=reader.word(given.get("confidence"), f"{key}.confidence", CONFIDENCES),
        start=reader.day(given.get("from"), f"{key}.from", ""),
        **texts,
    )
