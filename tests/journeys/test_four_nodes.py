"""A nation of four nodes, each a process with its own PostgreSQL database, over TLS: kill, heal, trace."""

from __future__ import annotations

import asyncio
import json
import signal
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import structs

from tests.edges.cli.conftest import typed
from tests.journeys.nation import SAMPLE, VISITS, codes_of
from tests.journeys.test_kill import PATIENTS, business
from tests.journeys.test_sample_visits import CASES
from yidi.edges.cli.nation import Troupe, create_databases, free_ports, nation_up
from yidi.edges.cli.settings import load
from yidi.edges.clock import local_now, system_clock
from yidi.edges.demonstration.play import Played
from yidi.edges.demonstration.stage import make_keys
from yidi.edges.exchange.asking import asker_of
from yidi.edges.exchange.founding import Founded, Wishes, found_nation
from yidi.edges.exchange.identity import ED25519
from yidi.edges.exchange.processes import NodeProcess
from yidi.edges.exchange.protocol import VERSIONS
from yidi.edges.institution_keys import read_keys
from yidi.edges.national.client import NationalClient
from yidi.edges.national.counter import Counter, must
from yidi.edges.national.hospital import Exchange, Hospital
from yidi.edges.national.refusals import UNANSWERED
from yidi.edges.packs.national import read_divisions
from yidi.edges.packs.sample import SamplePerson
from yidi.edges.storage.verify import verify
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import Settlement
from yidi.wiring import PARTS, engine_of, open_reading

VISIT = VISITS["cancelled_settlement"]
TIMEOUT_SECONDS = 4.0
STORIES = {visit.person for visit in SAMPLE.visits}
PEOPLE = tuple(person for person in SAMPLE.persons if person in PATIENTS[:8] or person.story in STORIES)
NAMED = f"{PEOPLE} {SAMPLE.visits} {VISIT.institution}"
CERTIFYING = {person.insured for person in PEOPLE if person.chronic}
FEW = structs.replace(
    SAMPLE,
    persons=PEOPLE,
    institutions=tuple(
        place for place in SAMPLE.institutions if place.code in NAMED or place.province in CERTIFYING
    ),
)
"""Who and what is needed here: to set the whole sample's stage over the exchange takes a minute."""


class Nation:
    """The founded nation, its processes, and the counter of one hospital."""

    def __init__(self, founded: Founded, processes: list[NodeProcess], troupe: Troupe) -> None:
        self.founded, self.troupe = founded, troupe
        self.processes = {process.plan.name: process for process in processes}
        self.place = next(place for place in SAMPLE.institutions if place.code == VISIT.institution)
        care = founded.serving(self.place.province).name
        self.patients = [one for one in PATIENTS[:8] if founded.serving(one.insured).name != care]

    @property
    def client(self) -> NationalClient:
        """The hospital's line to its own province's node."""
        return self.troupe.client(self.place)

    async def at_the_till(self, person: SamplePerson) -> Counter:
        """Play a visit until nothing is left but to settle it."""
        hospital = Hospital(
            self.place.code, self.place.name, self.place.area, self.client.exchange, local_now
        )
        counter = Counter(hospital, VISIT, person)
        await counter.begin()
        must(counter.hospital.exchanges[-1])
        await counter.treat()
        return counter

    async def insist(self, exchange: Exchange) -> Exchange:
        """Say a message again, unchanged, until its outcome is known."""
        for _ in range(600):
            again = await self.client.repeat(exchange.request)
            if again.answer is not None and UNANSWERED.code not in codes_of(again):
                return again
            await asyncio.sleep(0.1)
        raise AssertionError("a message was never answered")

    async def booked(self, person: SamplePerson) -> list[Settlement]:
        """Read what the insured place booked for a person."""
        async with open_reading(load(self.founded.serving(person.insured).config)) as rows:
            return await rows(Settlement, {"person_no": person.person_no}, ("booked_at",))

    async def traced(self, exchange: Exchange) -> dict[str, Any]:
        """Trace a message by the command line of the care place's node."""
        config = self.founded.serving(self.place.province).config
        words = ("message", "trace", exchange.request["msgid"], "--config", config, "--json")
        said = await asyncio.to_thread(typed, *words)
        assert said.exit_code == 0, said.output
        found: dict[str, Any] = json.loads(said.stdout)
        return found


@asynccontextmanager
async def open_nation(folder: Path, server: str) -> AsyncIterator[Nation]:
    """Found a nation of four on fresh databases, start it, and set the stage."""
    founded = await found_on(folder, server)
    keep_at_version_before(founded)
    async with nation_up(founded) as processes, on_stage(founded, processes) as nation:
        yield nation


async def found_on(folder: Path, server: str) -> Founded:
    """Found a nation of four on fresh databases."""
    run = uuid.uuid4().hex[:12]
    databases = [server.replace("/postgres?", f"/nation_{run}_{number}?") for number in range(4)]
    await create_databases(databases)
    ports = free_ports(8)
    wishes = Wishes(
        databases,
        tuple(zip(ports[::2], ports[1::2], strict=True)),
        algorithm=ED25519,
        settings={"counter_timeout_seconds": str(TIMEOUT_SECONDS)},
    )
    provinces = [place.code for place in read_divisions().provinces() if place.insuring]
    return found_nation(folder, provinces, make_keys(SAMPLE), wishes, system_clock())


@asynccontextmanager
async def on_stage(founded: Founded, processes: list[NodeProcess]) -> AsyncIterator[Nation]:
    """Set the stage on running nodes; afterwards nothing is under way and every fact is right."""
    keys = read_keys(founded.nodes[0].config.parent / "institutions.toml")
    asker = asker_of(founded.operator, (), system_clock)
    troupe = Troupe(PARTS, founded, FEW, keys, asker)
    try:
        await troupe.set_stage()
        nation = Nation(founded, processes, troupe)
        yield nation
        await nothing_waits(nation)
    finally:
        await asker.close()
        await troupe.close()
    for plan in founded.nodes:
        assert await findings(plan.config) == []


def keep_at_version_before(founded: Founded) -> None:
    """Let the last node speak the version before: the nation works as it does in the middle of an upgrade."""
    with founded.nodes[-1].config.open("a", encoding="utf-8") as settings:
        settings.write(f'speaks = "{VERSIONS[1]}"\n')


async def check_a_node_stops_in_order(nation: Nation) -> None:
    """A node that is told to end does so by itself, though others hold their lines to it."""
    process = nation.processes[nation.founded.nodes[-1].name]
    assert await process.end(signal.SIGTERM) == 0
    await process.start()


async def check_the_versions(nation: Nation) -> None:
    """Every line speaks the newest version that both its ends know."""
    said = await asyncio.to_thread(
        typed, "node", "status", "--config", nation.founded.nodes[0].config, "--json"
    )
    assert said.exit_code == 0, said.output
    lines = {peer["url"]: peer["version"] for peer in json.loads(said.stdout)["peers"]}
    expected = {plan.exchange: VERSIONS[plan is nation.founded.nodes[-1]] for plan in nation.founded.nodes}
    assert lines == {url: expected[url] for url in lines}
    assert set(lines.values()) == set(VERSIONS)


async def findings(config: Path) -> list[str]:
    engine = engine_of(load(config))
    await engine.open()
    try:
        assert not await engine.undelivered("9999")
        return [finding for result in await verify(engine) for finding in result.findings]
    finally:
        await engine.close()


async def test_a_nation_of_four_processes_loses_nothing_when_an_insured_place_is_killed(
    tmp_path: Path, postgresql_server: str
) -> None:
    async with open_nation(tmp_path, postgresql_server) as nation:
        await check_the_demonstration(nation)
        await check_the_versions(nation)
        first, asked_again, reversed_ = nation.patients[:3]
        counter = await nation.at_the_till(first)
        settled = must(await counter.settle())
        await check_a_finished_trace(nation, settled)
        tills = [await nation.at_the_till(person) for person in (asked_again, reversed_)]
        away = {nation.founded.serving(one.person.insured).name for one in tills}
        for name in away:
            assert await nation.processes[name].end(signal.SIGKILL) == -signal.SIGKILL
        unknown = await asyncio.gather(*[counter.settle() for counter in tills])
        for exchange in unknown:
            assert codes_of(exchange) == {UNANSWERED.code}
        await check_a_waiting_trace(nation, unknown[0])
        await check_the_line_is_open(nation)
        gone = await tills[1].reverse(unknown[1])
        for name in away:
            await nation.processes[name].start()
        answered, undone = await nation.insist(unknown[0]), await nation.insist(gone)
        assert answered.good
        assert undone.good
        assert business(await nation.insist(unknown[0])) == business(answered)
        assert len(await nation.booked(first)) == len(await nation.booked(asked_again)) == 1
        await check_a_node_stops_in_order(nation)
        left = await nation.booked(reversed_)
        assert sum(row.fund_fen for row in left) == 0


async def check_the_demonstration(nation: Nation) -> None:
    """Every sample visit comes out to the fen as it does on one node."""
    settled: dict[str, tuple[int, int, int]] = {}

    def told(played: Played, statements: tuple[Settled, ...], address: str) -> None:
        if statements:
            first = statements[0]
            settled[played.visit.case] = (first.fund_fen, first.account_fen, first.cash_fen)
        assert sum(one.fund_fen for one in statements[:2]) == 0 or len(statements) == 1

    await nation.troupe.play_all(told)
    expected = {
        case: (
            sum(fen(yuan) for yuan in figures["funds"].values()),
            fen(figures["account"]),
            fen(figures["cash"]),
        )
        for case, figures in CASES.items()
        if "cash" in figures
    }
    assert len(expected) >= 8
    assert {case: settled[case] for case in expected} == expected


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


async def nothing_waits(nation: Nation) -> None:
    """Wait until every acknowledgement is written."""
    for process in nation.processes.values():
        await process.ready()
    for plan in nation.founded.nodes:
        engine = engine_of(load(plan.config))
        await engine.open()
        try:
            for _ in range(2400):
                if await engine.fetch("SELECT COUNT(*) FROM outbox") == [(0,)]:
                    break
                await asyncio.sleep(0.05)
        finally:
            await engine.close()


async def check_a_finished_trace(nation: Nation, exchange: Exchange) -> None:
    traced = await nation.traced(exchange)
    for _ in range(480):  # what has arrived leaves the outbox with the next commit
        if "answered at" in traced["holder"]:
            break
        await asyncio.sleep(0.25)
        traced = await nation.traced(exchange)
    places = {(one["jurisdiction"], one["what"]) for one in traced["sightings"]}
    person = nation.patients[0]
    assert {
        (nation.place.province, "received"),
        ("000000", "received"),
        (person.insured, "received"),
        (nation.place.province, "answered"),
    } <= places
    assert len([one for one in traced["sightings"] if one["what"] == "received"]) == 5
    assert "answered at" in traced["holder"]
    assert traced["holder"].endswith(": accepted")
    told = {
        (one["jurisdiction"], one["what"]) for one in traced["sightings"] if one.get("outcome") == "accepted"
    }
    assert told == {(nation.place.province, "answered"), ("000000", "received")}
    assert traced["silent"] == []


async def check_a_waiting_trace(nation: Nation, exchange: Exchange) -> None:
    traced = await nation.traced(exchange)
    waiting = [one for one in traced["sightings"] if one["what"] == "waiting"]
    assert [(one["jurisdiction"], one["towards"]) for one in waiting] == [
        (nation.place.province, nation.patients[1].insured)
    ]
    assert waiting[0]["node"] == nation.founded.nodes[0].exchange
    assert f"for {nation.patients[1].insured}" in traced["holder"]
    assert nation.founded.serving(nation.patients[1].insured).exchange in traced["silent"]


async def check_the_line_is_open(nation: Nation) -> None:
    words = ("node", "status", "--config", nation.founded.nodes[0].config, "--json")
    said = await asyncio.to_thread(typed, *words)
    assert said.exit_code == 0, said.output
    lines = {peer["url"]: peer["circuit"] for peer in json.loads(said.stdout)["peers"]}
    assert lines[nation.founded.serving(nation.patients[1].insured).exchange] != "closed"
    assert lines[nation.founded.serving(nation.place.province).exchange] == "closed"
