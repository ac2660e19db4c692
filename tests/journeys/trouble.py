"""A nation of four nodes in real trouble: killed, cut off, out of disk, without their database.

Three nodes have a PostgreSQL database each, one a SQLite file. Every line, from the hospitals and between
the nodes, goes through a proxy that can cut it. The long form: `python -m tests.journeys.trouble`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import typer

from benchmarks.load.nation import children_of, crossing, founded_on, postmaster_of
from benchmarks.load.playing import Scene, play_scene
from benchmarks.load.state import State, fill_as
from tests.journeys.cutting import Line
from tests.journeys.insisting import UNDONE, YES, Hospitals, Outcome, Record
from tests.journeys.small_disk import SmallDisk, small_disk
from tests.postgresql import running_server
from yidi.edges.cli.nation import free_ports, nation_up
from yidi.edges.cli.settings import load
from yidi.edges.exchange.founding import Founded
from yidi.edges.exchange.processes import NodeEnded, NodeProcess
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.sample import read_sample
from yidi.edges.storage.verify import verify
from yidi.wiring import engine_of

TIMEOUT_SECONDS = 2.0
QUIET_SECONDS = 120
FULL_SECONDS, FELT_SECONDS = 2.0, 15.0
"""How long a disk is full at least, and how long it is waited for that a commit fails by it."""
DISK_MEBIBYTES = 256
"""The SQLite file of the last node lies on a disk of its own where this machine lets us mount one."""
KINDS = ("kill", "cut_hospitals", "cut_nodes", "full_disk", "database_stopped", "database_killed")


class Nation:
    """The nation, its processes and lines, and what can befall it. `counted` says what did."""

    def __init__(
        self,
        founded: Founded,
        state: State,
        processes: Sequence[NodeProcess],
        postmaster: int,
        seed: int,
        disk: SmallDisk,
    ) -> None:
        self.founded, self.state, self.processes, self.disk = founded, state, processes, disk
        self.postmaster, self.chance = postmaster, random.Random(seed)
        self.hospital_lines: list[Line] = []
        self.node_lines: list[Line] = []
        self.counted: Counter[str] = Counter()

    async def befall(self, kind: str) -> None:
        """Let one fault happen, and wait until its cause is gone."""
        happening: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": self._kill,
            "cut_hospitals": lambda: self.chance.choice(self.hospital_lines).cut(self.chance.random()),
            "cut_nodes": lambda: self.chance.choice(self.node_lines).cut(2 * self.chance.random()),
            "full_disk": self._fill_the_disk,
            "database_stopped": self._stop_the_database,
            "database_killed": self._kill_the_database,
        }
        await asyncio.sleep(self.chance.random())
        await happening[kind]()
        self.counted[kind] += 1

    async def _kill(self) -> None:
        process = self.chance.choice(self.processes)
        assert await process.end(signal.SIGKILL) == -signal.SIGKILL
        await asyncio.sleep(self.chance.random() / 2)
        await started_again(process)

    async def _fill_the_disk(self) -> None:
        """Leave no room on the disk of the node with a SQLite file: commits fail that want more."""
        process = self.processes[-1]
        await asyncio.to_thread(self.disk.fill, lambda: [process.pid, *children_of(process.pid)])
        before = process.log.stat().st_size
        for _ in range(round(FELT_SECONDS / FULL_SECONDS)):
            await asyncio.sleep(FULL_SECONDS)
            if b"SQLITE_FULL" in process.log.read_bytes()[before:]:
                break
        assert process.running, process.log.read_text("utf-8", "replace")[-3000:]
        self.disk.make_room()

    async def _stop_the_database(self) -> None:
        """Stop PostgreSQL for longer than a counter waits, then let it go on."""
        stopped = children_of(self.postmaster)
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(TIMEOUT_SECONDS + 1)
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    async def _kill_the_database(self) -> None:
        """Kill one of PostgreSQL's processes: it ends all sessions and recovers from its log."""
        os.kill(self.chance.choice(children_of(self.postmaster)), signal.SIGKILL)
        await asyncio.sleep(1)


async def started_again(process: NodeProcess) -> None:
    """Start a node as a supervisor does: again when its database is not there yet."""
    for _ in range(20):
        await process.start()
        try:
            return await process.ready()
        except NodeEnded:
            await asyncio.sleep(0.5)
    raise AssertionError(f"{process.plan.name} does not come back")


@asynccontextmanager
async def troubled_nation(folder: Path, bills: int, seed: int) -> AsyncIterator[Nation]:
    """Found a nation with so many bills to settle, and start it."""
    scene = await play_scene(read_sample(packs_folder()), most=8)
    with running_server() as server, small_disk(DISK_MEBIBYTES) as disk:
        founded, lines = await founded_behind_lines(folder, disk.folder, server, scene)
        state = State(crossing(scene, founded), bills, bills, 0)
        for plan in founded.nodes:
            await fill_as(load(plan.config), state, plan.jurisdictions)
        async with nation_up(founded) as processes:
            nation = Nation(founded, state, processes, await postmaster_of(server), seed, disk)
            try:
                await open_lines(nation, lines)
                yield nation
            finally:
                for line in (*nation.hospital_lines, *nation.node_lines):
                    await line.close()


async def founded_behind_lines(
    folder: Path, disk: Path, server: str, scene: Scene
) -> tuple[Founded, list[Line]]:
    """Found a nation whose nodes are reached by proxies, and one of which keeps its facts in SQLite."""
    given = {"counter_timeout_seconds": str(TIMEOUT_SECONDS), "seal": "true", "seal_seconds": "5"}
    founded = await founded_on(folder, server, scene, tls=True, settings=given)
    lines: list[Line] = []
    nodes = []
    for plan, port in zip(founded.nodes, free_ports(len(founded.nodes)), strict=True):
        text = plan.config.read_text("utf-8")
        if plan is founded.nodes[-1]:
            database = f"sqlite:{disk / 'last.sqlite'}"
            text, plan = text.replace(plan.database, database), plan._replace(database=database)
        plan.config.write_text(f'{text}host = "127.0.0.1"\nport = {port}\nlongest_pause_seconds = 1.0\n')
        lines.append(Line(int(plan.exchange.rpartition(":")[2]), port))
        nodes.append(plan)
    return founded._replace(nodes=tuple(nodes)), lines


async def open_lines(nation: Nation, node_lines: list[Line]) -> None:
    """Open the lines between the nodes, and one from the hospitals to each node of provinces."""
    nation.node_lines = node_lines
    plans = nation.founded.nodes[1:]
    for plan, port in zip(plans, free_ports(len(plans)), strict=True):
        nation.hospital_lines.append(Line(port, int(plan.address.rstrip("/").rpartition(":")[2])))
    for line in (*nation.node_lines, *nation.hospital_lines):
        await line.start()


def addresses(nation: Nation) -> dict[str, str]:
    """Return where each hospital reaches its node: the near end of a line."""
    found = {}
    for played in nation.state.scene.cases:
        plan = nation.founded.serving(played.institution.province)
        line = nation.hospital_lines[nation.founded.nodes.index(plan) - 1]
        found[played.institution.code] = f"http://127.0.0.1:{line.port}/"
    return found


class Told(NamedTuple):
    """What a run came to."""

    outcomes: Counter[str]
    answers: Counter[str]
    befell: Counter[str]
    faults: list[str]


async def run(
    folder: Path, kinds: Sequence[str], bills: int, workers: int, seed: int, pace_seconds: float = 0.0
) -> Told:
    """Settle under faults, one after another, then compare every link with the client's record."""
    async with troubled_nation(folder, bills, seed) as nation:
        record = Record(folder / "client.jsonl")
        hospitals = Hospitals(nation.state, addresses(nation), record, seed)
        enough = asyncio.Event()
        working = [asyncio.create_task(hospitals.work(enough, pace_seconds)) for _ in range(workers)]
        try:
            for kind in kinds:
                await nation.befall(kind)
            enough.set()
            await asyncio.gather(*working)
            found = await waits(nation)
            found += await hospitals.say_again()
            found += await waits(nation)
            found += await compare(nation, record.outcomes)
        finally:
            for task in working:
                task.cancel()
            await hospitals.close()
        counted = Counter(outcome.what for outcome in record.outcomes.values())
        return Told(counted, record.answers, nation.counted, found)


async def waits(nation: Nation) -> list[str]:
    """Wait until nothing is under way any more; return what still is after long."""
    left = [f"{plan.name}: not asked" for plan in nation.founded.nodes]
    for _ in range(QUIET_SECONDS):
        left = [plan.name for plan in nation.founded.nodes if await rows_of(plan.database, "outbox")]
        if not left:
            return []
        await asyncio.sleep(1)
    return [f"{name}: messages are still under way" for name in left]


async def rows_of(database: str, table: str, columns: str = "*") -> Sequence[tuple[Any, ...]]:
    """Read a table of a database."""
    from yidi.edges.settings import Settings

    engine = engine_of(Settings(database=database, keys=""))
    await engine.open()
    try:
        return await engine.fetch(f"SELECT {columns} FROM {table}")
    finally:
        await engine.close()


LINKS = {
    "care place": ("settlement_answered", "settlement_id, undoes, fund_fen", "outcome = 'booked'"),
    "nation": ("returned", "settlement_id, undoes, fund_fen", "settlement_id <> ''"),
    "insured place": ("settlement", "settlement_id, undoes, fund_fen", "1 = 1"),
}
"""Where a settlement is written down: number, which it undoes, and what the funds pay."""


async def compare(nation: Nation, outcomes: dict[int, Outcome]) -> list[str]:
    """Compare every link with the client's record; say what was lost, doubled or differs."""
    found: list[str] = []
    for link, (table, columns, where) in LINKS.items():
        rows = [
            row
            for plan in nation.founded.nodes
            for row in await rows_of(plan.database, f"{table} WHERE {where}", columns)
        ]
        found += [f"{link}: {fault}" for fault in differences(rows, outcomes)]
    for plan in nation.founded.nodes:
        engine = engine_of(load(plan.config))
        await engine.open()
        try:
            found += [f"{plan.name}: {one}" for result in await verify(engine) for one in result.findings]
        finally:
            await engine.close()
    return found


def differences(rows: Sequence[tuple[Any, ...]], outcomes: dict[int, Outcome]) -> list[str]:
    """Compare one link: each yes stands once with its sum, and nothing else stands."""
    standing: defaultdict[str, list[int]] = defaultdict(list)
    for number, undoes, fund_fen in rows:
        standing[undoes or number].append(fund_fen)
    found: list[str] = []
    for outcome in outcomes.values():
        if outcome.what == YES:
            fund_fen = int(outcome.fund_yuan.replace(".", ""))
            there = standing.pop(outcome.settlement_id, [])
            if there != [fund_fen]:
                found.append(f"bill {outcome.clone} was answered with {fund_fen} fen, and here is {there}")
    undone = sum(outcome.what == UNDONE for outcome in outcomes.values())
    left = [number for number, sums in standing.items() if sum(sums) or len(sums) != 2]
    found += [f"settlement {number} stands, and nobody was told so" for number in left]
    if len(standing) > undone:
        found.append(f"{len(standing)} settlements were reversed, and {undone} bills")
    return found


def main() -> None:
    """Run the long form and print what it came to; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="make faults", description=main.__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--bills", type=int, default=6000)
    parser.add_argument("--workers", type=int, default=12)
    parser.add_argument("--pace", type=float, default=0.5, help="seconds a hospital rests between bills")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    others = [kind for kind in KINDS if kind != "kill"]
    kinds = [
        kind
        for number in range(chosen.kills)
        for kind in ("kill", *([others[number // 3 % len(others)]] if number % 3 == 0 else []))
    ]
    with tempfile.TemporaryDirectory(prefix="yidi-faults-", dir=os.environ.get("YIDI_BENCH_DIR")) as folder:
        told = asyncio.run(run(Path(folder), kinds, chosen.bills, chosen.workers, chosen.seed, chosen.pace))
    typer.echo(f"outcomes {dict(told.outcomes)}; answers {dict(told.answers)}; faults {dict(told.befell)}")
    typer.echo("\n".join(told.faults) or "nothing lost, nothing doubled")
    raise SystemExit(1 if told.faults else 0)


if __name__ == "__main__":
    main()
