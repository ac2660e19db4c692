"""Every `yidi ...` that a document shows can be typed: the noun, the verb and each option exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from yidi.edges.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
BLOCK = re.compile(r"```(?:sh|bash|console)\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`((?:yidi|YIDI_[A-Z_]+=\S+ yidi) [^`]*)`")
NOT_TYPED = "exchange 1.0"
"""What a node signs when keys are agreed begins like a command, and is none."""
PROGRAM: Any = typer.main.get_command(app)
NOBODY: Any = None
"""The context of nobody's command: groups do not look at it."""


def shown(text: str) -> Iterator[str]:
    """Yield every command a page shows, without its comment and what it is piped into."""
    lines = [line for block in BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    for each in (*lines, *INLINE.findall(text)):
        typed = re.split(r"\s#\s|[|;>]|&&", each)[0].strip()
        if (
            "…" not in typed
            and NOT_TYPED not in typed
            and (found := re.match(r"(?:\$ )?(?:[A-Z_]+=\S+ )*yidi (.*)", typed, re.DOTALL))
        ):
            yield found[1]


def options_of(command: Any) -> set[str]:
    """List the options of a command."""
    return {"--help"} | {name for param in command.params for name in (*param.opts, *param.secondary_opts)}


def wrong_with(typed: str) -> str:
    """Say what of a command does not exist; empty when all of it does."""
    command, allowed = PROGRAM, options_of(PROGRAM)
    for word in typed.replace("[", " ").replace("]", " ").split():
        if word.startswith("--"):
            if word.partition("=")[0].rstrip(",.") not in allowed:
                return f"no option {word}"
        elif hasattr(command, "list_commands") and re.fullmatch("[a-z][a-z-]*", word):
            inner = command.get_command(NOBODY, word)
            if inner is None:
                return f"no command {word}"
            command, allowed = inner, allowed | options_of(inner)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_a_page_shows_can_be_typed(page: Path) -> None:
    """Remedy: correct the page, or the command."""
    told = {typed: wrong_with(typed) for typed in shown(page.read_text("utf-8"))}
    assert {typed: wrong for typed, wrong in told.items() if wrong} == {}


def test_commands_that_do_not_exist_are_found() -> None:
    text = "```sh\nyidi settlment show 1\nYIDI_PORT=1 yidi demo --onze  # no\n```\n`yidi policy chek`"
    assert [wrong_with(typed) for typed in shown(text)] == [
        "no command settlment",
        "no option --onze",
        "no command chek",
    ]
