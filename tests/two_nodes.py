"""Two nodes on one PostgreSQL go on where a world in memory stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from tests.journal_room import open_engine, running, schema_with, until
from tests.world import World
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Journal, References
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.ledger import prove
from yidi.processes.ports.deciding import Command, Handler, Record, Reply


class TwoNodes:
    """Two journals on one database."""

    def __init__(self, nodes: Sequence[Journal]) -> None:
        self.nodes = nodes

    @property
    def engine(self) -> Engine:
        """The database of both."""
        return self.nodes[0].engine

    async def at_once(self, *commands: Command) -> list[Reply]:
        """Send commands to both nodes in turn, all at once, and wait for all that follows."""
        replies = await asyncio.gather(*(self.nodes[n % 2].ask(each) for n, each in enumerate(commands)))
        await self.quiet()
        return list(replies)

    async def quiet(self) -> None:
        """Wait until no message is under way."""

        async def nothing_left() -> bool:
            return not await self.engine.fetch("SELECT 1 FROM outbox LIMIT 1")

        await until(nothing_left)


@asynccontextmanager
async def two_nodes(
    address: str, world: World, handlers: Sequence[Handler], here: Iterable[str]
) -> AsyncIterator[TwoNodes]:
    """Let two nodes host the same places on one database with a world's facts; prove the ledgers after."""
    clock, here = SettableClock(world.now), tuple(here)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_engine(address))
        facts: dict[type[Record], list[Record]] = world._records
        await first.begin()
        await first.write(facts)
        await first.commit()
        second = engine_for(address, schema_with())
        await second.open()
        stack.push_async_callback(second.close)
        nodes = []
        for number, engine in enumerate((first, second)):
            node = Journal(engine, handlers, here, clock, References(clock, number))
            nodes.append(await stack.enter_async_context(running(node)))
        yield TwoNodes(nodes)
        assert [result.check.name for result in await prove(first) if result.found] == []
