"""PostgreSQL's log has no room: the server ends itself. Once it is back the node goes on, nothing is lost."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg
import httpx

from tests.journeys.nation import SAMPLE, codes_of
from tests.journeys.serving import Served
from tests.journeys.small_disk import SmallDisk, small_disk
from tests.journeys.supervising import Supervised, supervised
from tests.journeys.test_full_disk import PATIENCE, PEOPLE, Counters, check_books, set_the_stage
from tests.journeys.test_kill import VISIT, Persistent, business
from tests.postgresql import running_server
from yidi.edges.cli.nation import create_databases
from yidi.edges.demonstration.stage import make_keys
from yidi.edges.national.counter import must
from yidi.edges.national.refusals import UNANSWERED
from yidi.processes.relay.refusals import NOT_KNOWN

LOG_MEBIBYTES = 96
"""More than the server keeps of its log (64 MiB at most, and some segments ahead)."""
GULP = "SELECT pg_logical_emit_message(true, 'room', repeat('x', 900000))"
"""Something else on the server writes: 0.9 MB into its log, and nothing anywhere else."""


class Stage(NamedTuple):
    """A node, its counters, the server of its database, and the small disk of that server's log."""

    disk: SmallDisk
    served: Served
    counters: Counters
    server: Supervised


@asynccontextmanager
async def on_a_small_log(folder: Path) -> AsyncIterator[Stage]:
    """Serve the sample nation from a database whose log lies on a small disk."""
    keys = make_keys(SAMPLE)
    async with AsyncExitStack() as stack:
        disk = stack.enter_context(small_disk(LOG_MEBIBYTES))
        log = disk.folder / "log"
        log.mkdir()
        address = stack.enter_context(running_server(log_folder=log))
        server = await stack.enter_async_context(supervised(address))
        database = address.replace("/postgres?", "/small?")
        await create_databases([database])
        given = f'{PATIENCE}key_folder = "{folder / "secret"}"\n'
        served = Served(folder, database, keys, fold=True, more=given)
        await set_the_stage(served)
        line = Persistent(served.address, keys[VISIT.institution])
        await served.start()
        try:
            yield Stage(disk, served, Counters(line), server)
        finally:
            disk.make_room()
            if server.ended():
                await server.again()
            await line.client.close()
            await served.end(signal.SIGTERM)
        await check_books(served, PEOPLE)


async def use_up(server: Supervised) -> None:
    """Write into the server's log until it has no room for more, and ends."""
    for _ in range(2 * LOG_MEBIBYTES):
        try:
            connection = await asyncpg.connect(server.address)
            try:
                await connection.execute(GULP)
            finally:
                connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            break
    await server.end_of()


async def test_a_server_that_ends_because_its_log_is_full_loses_nothing_and_the_node_goes_on_by_itself(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with on_a_small_log(tmp_path) as stage:
        disk, served, counters, server = stage
        record_property("disk", "a file system of its own" if disk.mounted else "a limit of files")
        tills = [await counters.at_the_till(number) for number in range(len(PEOPLE))]
        before = must(await tills[0].settle())
        disk.fill(server.processes)
        await use_up(server)
        assert "PANIC" in server.log
        asked = [await till.settle() for till in tills[1:3]]
        assert [one.good for one in asked] == [False, False]
        assert set().union(*(codes_of(one) for one in asked)) <= {NOT_KNOWN.code, UNANSWERED.code}
        assert served.running
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            assert (await client.get(f"{served.address}health")).text == "ok\n"
        disk.make_room()
        await server.again()
        assert business(await counters.line.insist(before.request)) == business(before)
        for exchange in asked:
            assert must(await counters.line.insist(exchange.request)).good
        for till in tills[3:]:
            must(await till.settle())
