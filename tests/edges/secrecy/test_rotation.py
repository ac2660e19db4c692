"""Data keys are replaced on a database at work: nothing stops, and all that was written stays readable."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys.nation import SAMPLE, TickingClock, open_nation
from yidi.edges.demonstration.play import play
from yidi.edges.sealing.guarding import guard
from yidi.edges.secrecy.keyring import IN_FORCE_AFTER, Keyring
from yidi.edges.secrecy.rewriting import encrypt_all
from yidi.edges.settings import Settings
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.processes.enrolment.records import Person
from yidi.processes.settlement.records import SettlementAnswered

_OLD = "SELECT COUNT(*) FROM {} WHERE {} LIKE 'enc:1:%'"


@pytest.fixture(params=("sqlite", "postgresql"))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'nation.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


async def test_data_keys_are_rotated_while_hospitals_settle(address: str, tmp_path: Path) -> None:
    clock, folder = TickingClock(), str(tmp_path / "keys")
    secret = {"encrypt": True, "seal": True, "key_folder": folder}
    async with open_nation(address, clock=clock, **secret) as nation:
        engine = nation.node.journal.engine
        first, second = nation.counter("referred_inpatient"), nation.counter("cancelled_settlement")
        await play(first.hospital, first.visit, first.person)
        beside = engine_for(address, gathered())
        await beside.open()
        found = await guard(beside, Settings(database=address, keys="", key_folder=folder), clock)
        assert found is not None
        running = engine.door.keys
        assert isinstance(running, Keyring)
        await found.keyring.rotate(beside, clock())
        await running.refresh(engine, clock())
        assert running.active(first.person.insured) == 1, "known, and not in force yet"
        clock.now += IN_FORCE_AFTER + timedelta(seconds=1)
        await running.refresh(engine, clock())
        await found.keyring.refresh(beside, clock())
        assert running.active(first.person.insured) == 2
        await asyncio.gather(
            play(second.hospital, second.visit, second.person), encrypt_all(beside, found.keyring)
        )
        for table, column in (("person", "name"), ("settlement_answered", "statement"), ("replied", "reply")):
            assert await engine.fetch(_OLD.format(table, column)) == [(0,)], table
        await beside.close()
        assert await nation.findings() == []
        names = {row.person_no: row.name for row in await nation.node.rows(Person)}
        assert names == {person.person_no: person.name for person in SAMPLE.persons}
        statements = [row.statement for row in await nation.node.rows(SettlementAnswered)]
        assert len(statements) >= 2
        assert all(text.startswith("{") for text in statements)
