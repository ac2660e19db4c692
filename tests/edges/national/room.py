"""Rooms for tests of the national interface: the gateway on a given answerer, or on a real node."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from starlette.applications import Starlette

from yidi.domain.dates import SHANGHAI
from yidi.edges.clock import SettableClock
from yidi.edges.national.client import NationalClient
from yidi.edges.national.gateway import routes
from yidi.edges.packs.location import packs_folder
from yidi.edges.settings import Settings
from yidi.processes.ports.deciding import Command, Done, Reply
from yidi.wiring import Node, Reference, open_node

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
SECRET = "a-secret-only-for-tests"
HOSPITAL, OTHER = "H33010200001", "H43010200001"
BODY_LIMIT = 1024 * 1024
Ask = Callable[[Command], Awaitable[Reply]]


@cache
def reference() -> Reference:
    """Read the packs once for all tests."""
    return Reference(packs_folder(), ("000000", "330000", "430000"))


class Desk(NamedTuple):
    """A stand-in for a node where only the edge is looked at: it keeps what it is asked."""

    asked: list[Command]
    reply: Callable[[Command], Reply]
    scheme: str
    settings: Settings
    reference: Reference

    async def ask(self, command: Command) -> Reply:
        """Keep the command and give the answer."""
        self.asked.append(command)
        return self.reply(command)

    def gateway_of(self, province: str) -> str:
        """All provinces sign alike."""
        return self.scheme


def done(command: Command) -> Reply:
    """Answer everything with nothing to tell."""
    return Done(reference="1")


def desk(
    reply: Callable[[Command], Reply] = done, scheme: str = "body_hmac_sm3", patience: float = 5.0
) -> Desk:
    """Make a desk."""
    settings = Settings(
        database="sqlite:none", keys="", body_limit_bytes=BODY_LIMIT, counter_timeout_seconds=patience
    )
    return Desk([], reply, scheme, settings, reference())


def application_of(host: Desk, clock: SettableClock | None = None) -> Starlette:
    """Put the gateway on a desk."""
    keys = {HOSPITAL: SECRET, OTHER: SECRET}
    return Starlette(routes=routes(host, keys, clock or SettableClock(MORNING)))


def client_of(
    app: Starlette, clock: SettableClock, scheme: str = "body_hmac_sm3", code: str = HOSPITAL
) -> NationalClient:
    """Make a client that reaches an application without a socket."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://counter")
    return NationalClient(
        "http://counter",
        institution_code=code,
        institution_name="示例医院",
        area=code[1:7],
        secret=SECRET,
        scheme=scheme,
        clock=clock,
        http=http,
    )


@asynccontextmanager
async def real_node(
    folder: Path, keys: Mapping[str, str], clock: SettableClock, **more: Any
) -> AsyncIterator[tuple[Node, Starlette]]:
    """Open a real node on SQLite, and its application."""
    settings = Settings(
        database=f"sqlite:{folder / 'node.sqlite'}", keys="", gateway="body_hmac_sm3", sample=True, **more
    )
    async with open_node(settings, keys, clock) as node:
        yield node, Starlette(routes=routes(node, keys, clock))
