"""A nation with one node of an older version: it settles, is upgraded with a settlement under way, goes on.

`python -m tests.journeys.versions <git ref>` starts one of four nodes from the sources of that ref, on a
database those sources made. The test beside it parts versions by the setting `speaks`, without old sources.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import signal
import subprocess
import tarfile
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import typer

from tests.journeys.nation import SAMPLE, codes_of
from tests.journeys.test_four_nodes import Nation, check_the_demonstration, found_on, on_stage
from tests.journeys.test_kill import business
from tests.postgresql import running_server
from yidi.edges.cli.settings import load
from yidi.edges.exchange.founding import Founded, NodePlan
from yidi.edges.exchange.processes import NodeEnded, NodeProcess, end_all
from yidi.edges.national.counter import must
from yidi.edges.national.refusals import UNANSWERED
from yidi.edges.packs.sample import SamplePerson
from yidi.edges.storage.migrate import version_of
from yidi.wiring import engine_of

HERE = Path(__file__).parents[2]
PLACES = ("insured", "nation", "care")


class OlderNode(NodeProcess):
    """A node started from the sources in a folder, until it is told to take the present ones."""

    def __init__(self, plan: NodePlan, sources: Path) -> None:
        super().__init__(plan)
        self.sources: Path | None = sources

    def environment(self) -> dict[str, str]:
        """Return the variables, with the folder of the sources before all others."""
        found = super().environment()
        return found if self.sources is None else {**found, "PYTHONPATH": str(self.sources / "src")}


def fetch_sources(ref: str, folder: Path) -> Path:
    """Lay the sources and packs of a ref into a folder."""
    words = ("git", "-C", str(HERE), "archive", "--format=tar", ref, "src", "packs")
    packed = subprocess.run(words, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def plan_of(founded: Founded, place: str) -> NodePlan:
    """Return the node of the nation, of the hospital, or of the insured of the settlements to come."""
    if place == "nation":
        return founded.nodes[0]
    nation = Nation(founded, [], None)  # type: ignore[arg-type]
    return founded.serving(nation.patients[0].insured if place == "insured" else nation.place.province)


@asynccontextmanager
async def mixed_nation(folder: Path, server: str, sources: Path, place: str) -> AsyncIterator[Nation]:
    """Start a nation of four, one of them of older sources, and set the stage."""
    founded = await found_on(folder, server)
    old = plan_of(founded, place)
    processes: list[NodeProcess] = [
        OlderNode(plan, sources) if plan is old else NodeProcess(plan) for plan in founded.nodes
    ]
    try:
        for process in processes:
            await process.start()
        await asyncio.gather(*[process.ready() for process in processes])
        async with on_stage(founded, processes) as nation:
            yield nation
    finally:
        await end_all(processes)


async def tables_of(plan: NodePlan) -> int:
    """Return the number of the last migration of a node's database."""
    engine = engine_of(load(plan.config))
    await engine.open()
    try:
        return await version_of(engine)
    finally:
        await engine.close()


async def run(folder: Path, ref: str, place: str) -> None:
    """Settle with a node of `ref`, upgrade it in the middle, and have the old one refuse the new tables."""
    sources = fetch_sources(ref, folder / "sources")
    with running_server() as server:
        async with mixed_nation(folder / "nation", server, sources, place) as nation:
            old = next(one for one in nation.processes.values() if isinstance(one, OlderNode))
            before = await tables_of(old.plan)
            typer.echo(f"{place}: {old.plan.name} runs {ref}, its tables are at {before}")
            await settle_and_reverse(nation)
            typer.echo("  settled and reversed through it")
            await upgrade_under_way(nation, old)
            after = await tables_of(old.plan)
            typer.echo(f"  upgraded with a settlement under way: booked once; tables at {after}")
            if after > before:
                await refuses_newer_tables(old, sources)
            await check_the_demonstration(nation)
            typer.echo(f"  {len(SAMPLE.visits)} sample visits come out to the fen")
    typer.echo("  nothing under way, every fact of every node verified")


async def settle_and_reverse(nation: Nation) -> None:
    """Settle a bill, and another that is reversed again."""
    stands, goes = [await nation.at_the_till(person) for person in nation.patients[:2]]
    must(await stands.settle())
    must(await goes.reverse(must(await goes.settle())))
    assert await booked(nation, stands.person) == [True]
    assert sorted(await booked(nation, goes.person)) == [False, True]


async def booked(nation: Nation, person: SamplePerson) -> list[bool]:
    """Read what the insured place booked, whatever its tables: whether the funds pay, or are paid back."""
    engine = engine_of(load(nation.founded.serving(person.insured).config))
    await engine.open()
    try:
        question = "SELECT fund_fen > 0 FROM settlement WHERE person_no = $1"
        return [bool(row[0]) for row in await engine.fetch(question, person.person_no)]
    finally:
        await engine.close()


async def upgrade_under_way(nation: Nation, old: OlderNode) -> None:
    """End the old node, ask for a settlement that needs it, and start it with the present sources."""
    there = [one for one in nation.patients if nation.founded.serving(one.insured) is old.plan]
    counter = await nation.at_the_till((there or nation.patients)[-1])
    ended = await old.end(signal.SIGTERM)
    typer.echo(f"  ended with status {ended}")  # -9: sources of before November 2026 wait for idle lines
    asked = await counter.settle()
    assert asked.answer is None or codes_of(asked) == {UNANSWERED.code}
    old.sources = None
    await old.start()
    await old.ready()
    answered = await nation.insist(asked)
    assert answered.good, answered.answer
    assert business(await nation.insist(asked)) == business(answered)
    assert await booked(nation, counter.person) == [True]


async def refuses_newer_tables(old: OlderNode, sources: Path) -> None:
    """Start the older sources on the database as it is now: they say that it is newer, and end."""
    await old.end()
    old.sources = sources
    await old.start()
    with suppress(NodeEnded):
        await old.ready()
        raise AssertionError("older sources serve a newer database")
    assert "newer than this yidi" in old.log.read_text("utf-8")[-2000:]
    typer.echo("  the older sources refuse the newer tables by name")
    old.sources = None
    await old.start()
    await old.ready()


def main() -> None:
    """Run one node of a nation from the sources of a git ref, settle, upgrade it, and settle again."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.versions", description=main.__doc__)
    parser.add_argument("ref", help="a commit, tag or branch")
    parser.add_argument("--place", choices=PLACES, help="whose node is older (default: each in turn)")
    chosen = parser.parse_args()
    for place in [chosen.place] if chosen.place else PLACES:
        with tempfile.TemporaryDirectory(dir=os.environ.get("YIDI_BENCH_DIR")) as folder:
            asyncio.run(run(Path(folder), chosen.ref, place))
    typer.echo("versions apart: nothing lost, nothing doubled")


if __name__ == "__main__":
    main()
