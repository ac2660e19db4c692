"""Two or more toy nodes in one process, each with a database of its own, talking over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from tests.edges.journal import toys
from tests.journal_room import open_engine, running, schema_with
from tests.journeys.serving import free_port
from yidi.edges.clock import Clock, system_clock
from yidi.edges.exchange.directory import Directory, Peer
from yidi.edges.exchange.exchange import Exchange
from yidi.edges.exchange.identity import ED25519, Identities, PrivateKey, make_key
from yidi.edges.exchange.keyring import Keyring
from yidi.edges.exchange.line import Line
from yidi.edges.exchange.transport import client_of, server_options
from yidi.edges.journal import Codec, Journal, References
from yidi.edges.settings import ExchangeSettings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.processes.ports.deciding import NATION, Command, Reply

CODEC = Codec([handler.command for handler in toys.HANDLERS if not handler.about], None)
PLACES = (NATION, toys.CARE, toys.INSURED)


class Registered:
    """The keys and addresses of everybody: what would lie in files."""

    def __init__(self, places: Iterable[str] = PLACES, algorithm: str = ED25519, tls: bool = False) -> None:
        self.keys: dict[str, PrivateKey] = {place: make_key(algorithm) for place in places}
        scheme = "https" if tls else "http"
        self.urls = {place: f"{scheme}://127.0.0.1:{free_port()}" for place in places}
        self.seconds: dict[str, str] = {}

    def directory(self) -> Directory:
        """Return a fresh peers table."""
        return Directory(self.peers())

    def peers(self) -> dict[str, Peer]:
        """Return everybody with addresses and keys."""
        return {
            place: Peer(urls=self.addresses(place), keys=(key.published(),))
            for place, key in self.keys.items()
        }

    def addresses(self, place: str) -> tuple[str, ...]:
        """Return under which addresses a place is reached."""
        second = self.seconds.get(place)
        return (self.urls[place],) if second is None else (self.urls[place], second)

    def twice(self, place: str) -> str:
        """Give a place a second process; returns its address."""
        self.seconds[place] = f"http://127.0.0.1:{free_port()}"
        return self.seconds[place]

    def identities(self, *places: str) -> Identities:
        """Return the private keys of some."""
        return Identities({place: [self.keys[place]] for place in places})


class ToyNode:
    """A journal with the toy process for some places, and its exchange, served over HTTP."""

    def __init__(self, journal: Journal, exchange: Exchange) -> None:
        self.journal, self.exchange = journal, exchange
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def ask(self, command: Command) -> Reply:
        """Have a command decided, as a counter does."""
        self.exchange.begin(command)
        return await self.journal.ask(command)

    async def serve(self) -> None:
        """Begin to listen."""
        settings = self.exchange.settings
        port = int(settings.url.rpartition(":")[2])
        options: dict[str, Any] = server_options(settings)
        config = uvicorn.Config(
            self.exchange.app, host="127.0.0.1", port=port, log_level="critical", lifespan="off", **options
        )
        self._server = uvicorn.Server(config)
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            assert not self._task.done()
            await asyncio.sleep(0.005)

    async def hang_up(self) -> None:
        """Stop listening, as a node that is cut off does."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = self._server.force_exit = True
            await self._task
            self._server = None


def settings_of(url: str, **more: Any) -> ExchangeSettings:
    """Return settings for an address, quick enough for a test."""
    given: dict[str, Any] = {"longest_pause_seconds": 0.3} | more
    return ExchangeSettings(url=url, peers="", identity="", **given)


@asynccontextmanager
async def joining(address: str) -> AsyncIterator[Engine]:
    """Open a database that another node has made."""
    engine = engine_for(address, schema_with(toys.RECORDS, toys.VIEWS))
    await engine.open()
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def toy_node(
    registered: Registered,
    *places: str,
    clock: Clock = system_clock,
    patience_seconds: float = 5.0,
    database: str = "",
    serve: bool = True,
    fold: bool = True,
    joins: bool = False,
    number: int = 0,
    versions: tuple[str, ...] = (),
    **settings: Any,
) -> AsyncIterator[ToyNode]:
    """Run a node for some places; one that `joins` shares a database that is there already."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="yidi-"))
        address = database or f"sqlite:{Path(folder) / 'facts.db'}"
        engine = await stack.enter_async_context(
            joining(address) if joins else open_engine(address, toys.RECORDS, toys.VIEWS, toys.UNIQUE)
        )
        exchange = Exchange(
            settings_of(settings.pop("url", registered.urls[places[0]]), **settings),
            registered.identities(*places),
            registered.directory(),
            CODEC,
            clock,
            patience_seconds=patience_seconds,
            chance=lambda: 0.0,
            versions=versions,
        )
        journal = Journal(
            engine,
            toys.HANDLERS,
            places,
            clock,
            References(clock, PLACES.index(places[0]) + number),
            fold=fold,
            send=exchange.send,
            codec=CODEC,
            resends=False,
            watch_seconds=0.05,
        )
        await stack.enter_async_context(running(journal))
        node = ToyNode(journal, exchange)
        exchange.start(journal, node.ask)
        stack.push_async_callback(exchange.close)
        stack.push_async_callback(node.hang_up)
        if serve:
            await node.serve()
        yield node


@asynccontextmanager
async def toy_nation(registered: Registered, **more: Any) -> AsyncIterator[Mapping[str, ToyNode]]:
    """Run a node a place."""
    async with AsyncExitStack() as stack:
        yield {
            place: await stack.enter_async_context(toy_node(registered, place, **more)) for place in PLACES
        }


@asynccontextmanager
async def line_of(
    registered: Registered, speaker: str, to: str, clock: Clock = system_clock, **settings: Any
) -> AsyncIterator[Line]:
    """Open a line for somebody who has the key of `speaker` and nothing else."""
    chosen = settings_of(registered.urls[to], **settings)
    client: httpx.AsyncClient = client_of(chosen)
    keyring = Keyring(registered.identities(speaker), registered.directory(), clock, chosen.key_hours)
    try:
        yield Line(registered.urls[to], client, keyring, chosen.scheme, "", clock)
    finally:
        await client.aclose()
