"""What commands need of a whole node, without knowing how one is put together: the wiring hands it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

import typer
from starlette.applications import Starlette

from yidi.domain.catalogue.catalogue import Catalogue
from yidi.domain.policy.policy import Policies
from yidi.domain.refusal import Refusal
from yidi.edges.cli.acting import acting, named_user
from yidi.edges.exchange.exchange import Exchange
from yidi.edges.settings import Settings
from yidi.edges.storage.reading import Rows
from yidi.edges.window.asking import Asking
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import Command, Handler, Reply
from yidi.processes.settlement.explaining import Explained
from yidi.processes.settlement.records import Settlement


class RunningNode(Protocol):
    """A node that runs."""

    @property
    def app(self) -> Starlette:
        """The application to serve."""

    @property
    def exchange(self) -> Exchange | None:
        """What reaches other nodes; None when it serves everybody itself."""

    @property
    def rows(self) -> Rows:
        """The narrow door to its facts."""

    @property
    def diseases(self) -> tuple[str, ...]:
        """The codes of the cross-province chronic diseases."""

    async def ask(self, command: Command) -> Reply:
        """Have a command decided."""

    def gateway_of(self, province: str) -> str:
        """Return the signature scheme of a province's gateway."""


Rules = Callable[[Sequence[str], Policies, Mapping[str, Catalogue]], tuple[Handler, ...]]
"""How every command is decided, given who is there, their policies and their catalogues."""


class Known(NamedTuple):
    """What a folder of packs says: benefit policies, and areas with their rules of filing."""

    policies: Policies
    areas: Areas


class Wired(NamedTuple):
    """How to open a node, its database for reading, how a settlement is explained, the rules, the packs.

    `open_node` takes settings and keys, and a clock where time is played; `open_window` settings, keys and
    the line to the journal's process.
    """

    open_node: Callable[..., AbstractAsyncContextManager[RunningNode]]
    open_reading: Callable[[Settings], AbstractAsyncContextManager[Rows]]
    derive: Callable[[Settings, Settlement, Sequence[Path]], Explained | tuple[Refusal, ...]]
    rules: Rules
    known: Callable[[Path], Known]
    place: Callable[[Settings], Callable[[str], str]]
    open_window: Callable[..., AbstractAsyncContextManager[tuple[RunningNode, Asking]]]


def wired(context: typer.Context) -> Wired:
    """Return what the wiring handed to the program."""
    found = context.find_root().obj
    assert isinstance(found, Wired), "the program is started by yidi.wiring.main"
    login = named_user(context)
    return found._replace(open_node=acting(found.open_node, context, login)) if login else found
