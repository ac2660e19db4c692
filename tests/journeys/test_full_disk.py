"""The disk is full: a refusal by name, nothing lost, and on it goes when there is room again."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from benchmarks.load.nation import children_of, postmaster_of
from tests.journeys.nation import SAMPLE, codes_of
from tests.journeys.serving import Served
from tests.journeys.small_disk import Processes, SmallDisk, small_disk
from tests.journeys.test_kill import PATIENTS, VISIT, Persistent, business
from tests.postgresql import running_server
from yidi.edges.cli.nation import create_databases
from yidi.edges.cli.settings import load
from yidi.edges.clock import local_now
from yidi.edges.demonstration.stage import make_keys, set_stage
from yidi.edges.institution_keys import read_keys
from yidi.edges.national.counter import Counter, must
from yidi.edges.national.hospital import Exchange, Hospital
from yidi.edges.national.refusals import UNANSWERED
from yidi.edges.packs.sample import SamplePerson
from yidi.edges.storage.verify import verify
from yidi.processes.relay.refusals import NOT_KNOWN
from yidi.processes.settlement.records import Settlement
from yidi.wiring import open_node

PEOPLE = PATIENTS[:9]
MEBIBYTES = {"sqlite": 48, "postgresql": 160}
FULL = {"sqlite": "SQLITE_FULL", "postgresql": "DiskFullError"}
"""What the log says, by which an operator knows what to do."""
PATIENCE = "counter_timeout_seconds = 4.0\n"


class Counters:
    """One hospital, whose bills are settled once and not again unless somebody says so."""

    def __init__(self, line: Persistent) -> None:
        self.line = line

    async def at_the_till(self, number: int) -> Counter:
        """Play a patient's visit until nothing is left but to settle it."""
        place = self.line.place
        hospital = Hospital(place.code, place.name, place.area, self.line.client.exchange, local_now)
        counter = Counter(hospital, VISIT, PEOPLE[number])
        await counter.begin()
        must(counter.hospital.exchanges[-1])
        await counter.treat()
        return counter


class Stage(NamedTuple):
    """A node whose database lies on a small disk, its counters, and the processes that write there."""

    disk: SmallDisk
    served: Served
    counters: Counters
    writers: Processes


@asynccontextmanager
async def on_a_small_disk(kind: str, folder: Path) -> AsyncIterator[Stage]:
    """Serve the sample nation from a database on a small disk."""
    keys = make_keys(SAMPLE)
    async with AsyncExitStack() as stack:
        disk = stack.enter_context(small_disk(MEBIBYTES[kind]))
        database, postmaster = f"sqlite:{disk.folder / 'facts.sqlite'}", 0
        if kind == "postgresql":
            data = disk.folder / "data"
            data.mkdir()
            server = stack.enter_context(running_server(data))
            database = server.replace("/postgres?", "/small?")
            await create_databases([database])
            postmaster = await postmaster_of(server)
        given = f'{PATIENCE}key_folder = "{folder / "secret"}"\n'
        served = Served(folder, database, keys, fold=True, more=given)
        await set_the_stage(served)
        line = Persistent(served.address, keys[VISIT.institution])
        await served.start()
        try:
            above = postmaster or served.pid
            yield Stage(disk, served, Counters(line), lambda: [above, *children_of(above)])
        finally:
            disk.make_room()
            await line.client.close()
            await served.end(signal.SIGTERM)
        await check_books(served, PEOPLE)


async def set_the_stage(served: Served) -> None:
    """Bring the sample's facts into the empty database."""
    settings = load(served.config)
    async with open_node(settings, read_keys(Path(settings.keys))) as node:
        await set_stage(node.ask, SAMPLE, local_now().date(), node.diseases)


async def check_books(served: Served, patients: Sequence[SamplePerson]) -> None:
    """One booking a patient, facts that prove each other."""
    settings = load(served.config)
    async with open_node(settings, read_keys(Path(settings.keys))) as node:
        booked = sorted(row.person_no for row in await node.rows(Settlement))
        assert booked == sorted(person.person_no for person in patients)
        results = await verify(node.journal.engine)
        assert [finding for result in results for finding in result.findings] == []


async def settle_until_refused(tills: Sequence[Counter]) -> list[Exchange]:
    """Settle bill after bill until one is not answered well: a full disk has room in pages it has already."""
    answers: list[Exchange] = []
    for counter in tills:
        answers.append(await counter.settle())
        if not answers[-1].good:
            return answers
    raise AssertionError("every bill was settled on a full disk")


@pytest.mark.parametrize("kind", MEBIBYTES)
async def test_a_full_disk_is_refused_by_name_and_loses_nothing(
    kind: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with on_a_small_disk(kind, tmp_path) as stage:
        disk, served, counters = stage.disk, stage.served, stage.counters
        record_property("disk", "a file system of its own" if disk.mounted else "a limit of files")
        tills = [await counters.at_the_till(number) for number in range(len(PEOPLE))]
        before = must(await tills[0].settle())
        disk.fill(stage.writers)
        answers = await settle_until_refused(tills[1:])
        assert codes_of(answers[-1]) in ({NOT_KNOWN.code}, {UNANSWERED.code})
        assert served.running
        if disk.mounted:  # else the log can take nothing either
            assert FULL[kind] in served.log.read_text("utf-8")
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            assert (await client.get(f"{served.address}health")).text == "ok\n"
        disk.make_room()
        for exchange in (before, *answers):
            known = await counters.line.insist(exchange.request)
            assert must(known).good
            if exchange.good:
                assert business(known) == business(exchange)
        for counter in tills[1 + len(answers) :]:
            must(await counter.settle())
