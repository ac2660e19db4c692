"""The audit of locked releases: what it finds fails the build, what it cannot look up it names."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "audit_dependencies.py"


@pytest.fixture
def audit() -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("audit_dependencies", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found(*releases: dict[str, Any]) -> str:
    """Write what pip-audit prints."""
    return json.dumps({"dependencies": [{"version": "1", **release} for release in releases], "fixes": []})


def test_a_vulnerable_release_fails_and_is_named(audit: Any) -> None:
    status, said = audit.judge(found({"name": "a", "vulns": [{"id": "X-1"}]}, {"name": "b", "vulns": []}), "")
    assert status == 1
    assert "VULNERABLE a 1: X-1" in said


def test_releases_nobody_answered_for_are_named_and_not_called_safe(audit: Any) -> None:
    skipped = {"name": "b", "skip_reason": "not found"}
    status, said = audit.judge(found({"name": "a", "vulns": []}, skipped), "")
    assert (status, said) == (0, "1 locked releases without a known vulnerability; NOT-AUDITED: b")
    status, said = audit.judge(found(skipped), "")
    assert status == 0
    assert said.startswith("NOT-AUDITED")
    assert "without" not in said


def test_an_unreachable_register_is_told_from_an_audit_that_broke(audit: Any) -> None:
    status, said = audit.judge("", "requests.exceptions.ConnectionError: no route")
    assert (status, said.partition(":")[0]) == (0, "NOT-AUDITED")
    assert audit.judge("", "Traceback: KeyError")[0] == 1


def test_every_locked_release_has_its_hashes() -> None:
    for lock in (SCRIPT.parents[1] / "requirements").glob("*.txt"):
        releases = [
            block for block in lock.read_text("utf-8").replace("\\\n", " ").splitlines() if "==" in block
        ]
        assert releases
        assert [block for block in releases if "--hash=sha256:" not in block] == [], lock.name
