"""The command line as its users have it: the wired program, and a demonstration that was kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from yidi.edges.cli.main import app
from yidi.wiring import PARTS, Reference

READ_ONCE = cache(Reference)


@pytest.fixture
def packs_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands that are typed one after the other share the packs, which each would read anew."""
    monkeypatch.setattr("yidi.wiring.Reference", READ_ONCE)


def typed(*words: object, **environment: str) -> Result:
    """Type `yidi` and these words; `environment` are the variables it sees of its own."""
    return CliRunner().invoke(app, [str(word) for word in words], obj=PARTS, env=environment)


class Kept:
    """The files a demonstration left, with settings that name them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "node.toml"
        self.database = f"sqlite:{folder / 'demo.sqlite'}"
        self.config.write_text(
            f'database = "{self.database}"\nkeys = "{folder / "keys.toml"}"\nsample = true\n', "utf-8"
        )


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Kept, Result]:
    """What `yidi demo --once --json --data` printed, and what it left."""
    kept = Kept(tmp_path_factory.mktemp("demonstration"))
    return kept, typed("demo", "--once", "--json", "--data", kept.folder)


@pytest.fixture
def kept(demonstration: tuple[Kept, Result]) -> Kept:
    """The files a demonstration left."""
    return demonstration[0]


MONTH, VISITS = "2026-09", 40


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Where a month of forty visits was kept, and what it printed."""
    folder = tmp_path_factory.mktemp("month")
    return folder, typed("demo", "--month", MONTH, "--size", VISITS, "--json", "--data", folder)
