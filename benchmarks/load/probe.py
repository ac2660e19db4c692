"""A node that writes down when each step of a settlement happened: what `benchmarks.hops` starts.

The real node runs, unchanged; a few of its methods are wrapped to note the instant (CLOCK_MONOTONIC, one for
all processes of a machine) before and after. What was noted goes to a file when the node ends.
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from yidi.edges.exchange.authority import origin_of
from yidi.edges.exchange.channel import Channel, Load
from yidi.edges.exchange.posting import Poster
from yidi.edges.exchange.receiving import Face
from yidi.edges.exchange.sending import Sender
from yidi.edges.journal.batch import Batch
from yidi.edges.journal.journal import Journal
from yidi.edges.journal.waiting import Item
from yidi.edges.storage.engines.postgresql import PostgreSQL
from yidi.edges.storage.engines.sqlite import SQLite
from yidi.processes.ports.deciding import Command

VARIABLE = "YIDI_BENCH_PROBE"
"""The file the notes go to."""
now = time.perf_counter
ENGINE_STEPS = ("begin", "lock", "load", "write", "put_outbox", "drop_outbox", "commit_early", "sync")

notes: list[tuple[Any, ...]] = []
"""(what, instant, ...) in the order they happened."""
_open: list[tuple[str, float, float]] = []
"""The engine's steps of the transaction under way: name, from, to."""


def names(commands: Sequence[Command]) -> list[str]:
    """Name commands by their kind and the institution's message that began the matter of each."""
    return [f"{type(command).__name__} {origin_of(command)[1]}" for command in commands]


def _note_commit(plain: Callable[..., Awaitable[Batch]]) -> Callable[..., Awaitable[Batch]]:
    async def commit(self: Journal, items: Sequence[Item], **how: Any) -> Batch:
        _open.clear()
        began, used = now(), time.thread_time()
        try:
            return await plain(self, items, **how)
        finally:
            matters = names([item.command for item in items])
            notes.append(("batch", began, now(), time.thread_time() - used, matters, list(_open)))

    return commit


def _note_step(name: str, plain: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def step(self: Any, *given: Any) -> Any:
        began = now()
        try:
            return await plain(self, *given)
        finally:
            _open.append((name, began, now()))

    return step


def _note_queue() -> None:
    plain, settle, send, take = Journal._enqueue, Journal._settle, Sender.send, Channel._take

    def enqueue(self: Journal, *items: Item) -> None:
        notes.append(("queued", now(), names([item.command for item in items])))
        plain(self, *items)

    def settled(self: Journal, batch: Batch) -> None:
        notes.append(("lasts", now(), names([item.command for item in batch.done])))
        settle(self, batch)

    def sent(self: Sender, messages: Sequence[Command]) -> None:
        notes.append(("to send", now(), names(messages)))
        send(self, messages)

    def taken(self: Channel) -> list[Load]:
        loads = take(self)
        notes.append(("parcel", now(), names([load.command for load in loads])))
        return loads

    Journal._enqueue, Journal._settle = enqueue, settled  # type: ignore[method-assign]
    Sender.send, Channel._take = sent, taken  # type: ignore[method-assign]


def _note_wire() -> None:
    post, messages = Poster.post, Face._messages

    async def posted(self: Poster, url: str, **how: Any) -> Any:
        began = now()
        try:
            return await post(self, url, **how)
        finally:
            notes.append(("posted", began, now(), len(how["content"])))

    async def arrived(self: Face, content: bytes) -> Any:
        began = now()
        try:
            return await messages(self, content)
        finally:
            notes.append(("arrived", began, now(), len(content)))

    Poster.post, Face._messages = posted, arrived  # type: ignore[method-assign]


def _note_collector() -> None:
    since = [0.0]

    def collected(phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            since[0] = now()
        else:
            notes.append(("garbage", since[0], now(), told["generation"]))

    gc.callbacks.append(collected)


def _note_counter() -> None:
    from yidi.edges.national.gateway import Gateway

    plain = Gateway.__call__

    async def call(self: Gateway, scope: Any, receive: Any, send: Any) -> None:
        began = now()
        await plain(self, scope, receive, send)
        notes.append(("counter", began, now()))

    Gateway.__call__ = call  # type: ignore[method-assign]


def _note_trips() -> None:
    """Note every statement the journal's session says to PostgreSQL."""
    from asyncpg.connection import Connection
    from asyncpg.prepared_stmt import PreparedStatement

    for kind, name in (
        (Connection, "execute"),
        (PreparedStatement, "fetch"),
        (PreparedStatement, "fetchrow"),
    ):
        setattr(kind, name, _note_said(getattr(kind, name)))


def _note_said(plain: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def said(self: Any, *given: Any, **how: Any) -> Any:
        began = now()
        try:
            return await plain(self, *given, **how)
        finally:
            _open.append(("said", began, now()))

    return said


def put_in() -> None:
    """Wrap what is to be watched."""
    _note_trips()
    Journal._commit = _note_commit(Journal._commit)  # type: ignore[method-assign,assignment]
    for engine in (PostgreSQL, SQLite):
        for name in ENGINE_STEPS:
            setattr(engine, name, _note_step(name, getattr(engine, name)))
    _note_queue()
    _note_wire()
    _note_collector()
    _note_counter()


def main() -> None:
    """Run the `yidi` command, watched."""
    from yidi.wiring import main as command

    put_in()
    try:
        command()
    finally:
        Path(os.environ[VARIABLE]).write_text(json.dumps(notes))


if __name__ == "__main__":
    main()
