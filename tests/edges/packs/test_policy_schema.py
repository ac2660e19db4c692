"""The JSON Schema of packs is current, takes every pack that ships, and refuses what the reader refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.edges.packs.test_policy_faults import PACK
from yidi.domain.policy.schema import pack_schema
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.schema import schema_text

KEPT = Path(__file__).parents[3] / "docs" / "reference" / "policy.schema.json"


class Editor(yaml.SafeLoader):
    """Reads as editors do, by YAML 1.2: `on` and `yes` are words, days are texts, numbers are numbers."""


_UNREAD = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
Editor.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag not in _UNREAD]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
VALIDATOR = jsonschema_rs.validator_for(pack_schema())


def findings(text: str, loader: Any = yaml.BaseLoader) -> list[str]:
    """What the schema says of a pack."""
    pack = yaml.load(text, Loader=loader)
    return [f"{error.instance_path} {error.message}" for error in VALIDATOR.iter_errors(pack)]


def test_the_schema_that_is_kept_is_the_one_the_grammar_makes() -> None:
    said = "make it anew: yidi policy schema > docs/reference/policy.schema.json"
    assert KEPT.read_text("utf-8") == schema_text() + "\n", said


@pytest.mark.parametrize("loader", [yaml.BaseLoader, Editor], ids=["as text", "as an editor reads it"])
def test_every_pack_that_ships_fits_the_schema(loader: Any) -> None:
    wrong = {
        path.name: found[:3]
        for path in sorted((packs_folder() / "policy").rglob("*.yaml"))
        if (found := findings(path.read_text("utf-8"), loader))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("confidence: low", "confidence: low\ncolour: red"),
        ("base: [in_scope]", "base: [in_scope]\n      bases: []"),
        ("amount: 500", "amount: five"),
        ("amount: 500", "amount: -5"),
        ("ratio: 80%", "ratio: 0.8"),
        ("ratio: 80%", "ratio: 80.125%"),
        ("person: working, ratio", "person: soldier, ratio"),
        ("on: payment, ", ""),
        ("points: -20", "points: -20, factor: 80%"),
        ("pharmacy: {rule: account_only, source: S1}", "pharmacy: {rule: free, source: S1}"),
    ],
)
def test_what_the_reader_does_not_know_the_schema_refuses(old: str, new: str) -> None:
    assert findings(PACK) == []
    assert old in PACK
    assert findings(PACK.replace(old, new)) != []
