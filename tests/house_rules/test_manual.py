"""Every command of the command line has its entry in the manual, and every entry its command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import typer

from tests.house_rules.code_base import ROOT, demand

MANUAL = ROOT / "docs" / "reference" / "cli.md"
ENTRY = "yidi.edges.cli.main"
ASKING: Any = None
"""The context of nobody's command: groups do not look at it."""
_HEADING = re.compile(r"^#+ +`?(yidi(?: [a-z][a-z-]*)+)`?[^`\n]*$", re.MULTILINE)


def commands(command: Any, words: tuple[str, ...] = ("yidi",)) -> Iterator[str]:
    """Yield every command that does something, as it is typed; a group may find its nouns when asked."""
    inner = command.list_commands(ASKING) if hasattr(command, "list_commands") else ()
    for name in inner:
        yield from commands(command.get_command(ASKING, name), (*words, name))
    if not inner:
        yield " ".join(words)


def typed() -> set[str]:
    """List the commands of the installed program; none before it has any."""
    if find_spec("yidi.edges.cli") is None or find_spec(ENTRY) is None:
        return set()
    return set(commands(typer.main.get_command(import_module(ENTRY).app)))


def described() -> set[str]:
    """List the headings of the manual that are commands."""
    return set(_HEADING.findall(MANUAL.read_text("utf-8"))) if MANUAL.exists() else set()


def test_every_command_has_a_manual_entry() -> None:
    place = MANUAL.relative_to(ROOT)
    demand(
        (f"`{name}` is not in {place}" for name in typed() - described()),
        f"describe it under `## {'yidi ...'}`",
    )


def test_every_manual_entry_has_a_command() -> None:
    gone = {
        name for name in described() - typed() if not any(other.startswith(f"{name} ") for other in typed())
    }
    demand(
        (f"`{name}` is described but does not exist" for name in gone), "strike the entry or correct its name"
    )


def test_the_commands_of_a_program_are_found_at_every_depth() -> None:
    app, noun = typer.Typer(), typer.Typer()
    app.command("demo")(lambda: None)
    noun.command("show")(lambda: None)
    noun.command("check")(lambda: None)
    app.add_typer(noun, name="policy")
    assert set(commands(typer.main.get_command(app))) == {
        "yidi demo",
        "yidi policy show",
        "yidi policy check",
    }
    assert _HEADING.findall("## `yidi policy show`\n### yidi demo\n# About yidi\n") == [
        "yidi policy show",
        "yidi demo",
    ]
