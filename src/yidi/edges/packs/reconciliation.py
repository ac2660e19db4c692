"""Reads packs/national/reconciliation.yaml: the cut-off of a day and the deadlines of its differences."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import PackError, read_yaml
from yidi.processes.reconciliation.rules import ReconciliationRule, ReconciliationRules


class _RulesFile(Struct, forbid_unknown_fields=True):
    looked_up: str
    rules: list[ReconciliationRule]


def read_reconciliation_rules(packs: Path | None = None) -> ReconciliationRules:
    """Read the rules. Raises PackError naming the file and what is wrong in it."""
    path = (packs or packs_folder()) / "national" / "reconciliation.yaml"
    read: _RulesFile = read_yaml(path, _RulesFile)
    try:
        return ReconciliationRules(read.rules)
    except ValueError as fault:
        raise PackError(f"{path.name}: {fault}") from fault
