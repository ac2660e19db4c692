"""Links follow each other within a batch, over batches and over processes; seals follow the links."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.edges.sealing.chained import ANNA, BEN, HOME, NATION, Chained, made, open_chained
from yidi.edges.sealing import adopting, seals
from yidi.edges.sealing.chaining import Chains
from yidi.edges.sealing.seals import seal_all, witnesses
from yidi.edges.storage.engine import NO_CHAINING, Collision
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import Settlement

_LINKS = "SELECT chain, number, fact FROM chain_link WHERE kind = 'settlement' ORDER BY chain, number"


def booked(settlement_id: str, person_no: str = ANNA) -> tuple[object, ...]:
    return made(Settlement, jurisdiction=HOME, settlement_id=settlement_id, person_no=person_no)


async def test_two_facts_of_one_person_in_one_batch_follow_each_other(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(booked("1"), booked("2"), booked("9", BEN))
        await chained.write(booked("3"))
        links = await chained.engine.fetch(_LINKS)
        by_chain: dict[str, list[tuple[int, str]]] = {}
        for chain, number, fact in links:
            by_chain.setdefault(chain, []).append((number, fact))
        assert sorted(by_chain.values()) == [[(1, '["1"]'), (2, '["2"]'), (3, '["3"]')], [(1, '["9"]')]]
        assert not [chain for chain in by_chain if ANNA in chain or BEN in chain], "a chain names nobody"
        await chained.seal()
        assert await chained.findings() == []


async def test_more_chains_than_one_query_takes_all_go_on(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        people = [f"person-{number}" for number in range(50)]
        for turn in range(2):
            await chained.write(*[booked(f"{person}.{turn}", person) for person in people])
        numbers = [number for _, number, _ in await chained.engine.fetch(_LINKS)]
        assert sorted(numbers) == [1] * 50 + [2] * 50
        assert await chained.findings() == []


async def test_what_is_rolled_back_leaves_no_link(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.engine.begin()
        await chained.engine.write({Settlement: [booked("1")]})
        await chained.engine.rollback()
        await chained.write(booked("2"))
        assert [row[1:] for row in await chained.engine.fetch(_LINKS)] == [(1, '["2"]')]


async def test_two_processes_that_extend_one_chain_collide_and_the_second_goes_on_after_the_first(
    postgresql_database: str, tmp_path: Path
) -> None:
    async with (
        open_chained(postgresql_database, tmp_path / "keys") as first,
        open_chained(postgresql_database, tmp_path / "keys") as second,
    ):
        await first.engine.begin()
        await second.engine.begin()
        await first.engine.write({Settlement: [booked("1")]})
        await second.engine.write({Settlement: [booked("2")]})
        await first.engine.commit()
        with pytest.raises(Collision):
            await second.engine.commit()
        await second.engine.rollback()
        await second.write(booked("2"))
        assert [row[1:] for row in await first.engine.fetch(_LINKS)] == [(1, '["1"]'), (2, '["2"]')]
        assert await first.findings() == []


async def test_processes_do_not_contend_for_the_chains_of_the_nation(
    postgresql_database: str, tmp_path: Path
) -> None:
    copy = made(Returned, jurisdiction=NATION, settlement_id="1", case_id="c", insured=HOME, care=HOME)
    async with (
        open_chained(postgresql_database, tmp_path / "keys", node=1) as first,
        open_chained(postgresql_database, tmp_path / "keys", node=2) as second,
    ):
        for one in (first, second):
            await one.engine.begin()
            await one.engine.write({Returned: [copy._replace(msgid=str(one.guard.settings.node))]})  # type: ignore[attr-defined]
        for one in (first, second):
            await one.engine.commit()
        assert await first.findings() == []


async def test_the_heads_of_a_process_s_own_chains_are_remembered_until_something_comes_to_nothing(
    address: str, tmp_path: Path
) -> None:
    """After a rollback the next link must not leave a hole where the forgotten one was."""
    copy = made(Returned, jurisdiction=NATION, settlement_id="1", case_id="c", insured=HOME, care=HOME)
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(copy._replace(msgid="1"))  # type: ignore[attr-defined]
        await chained.engine.begin()
        await chained.engine.write({Returned: [copy._replace(msgid="2")]})  # type: ignore[attr-defined]
        await chained.engine.rollback()
        for msgid in ("3", "4"):
            await chained.write(copy._replace(msgid=msgid))  # type: ignore[attr-defined]
        links = await chained.engine.fetch("SELECT number FROM chain_link ORDER BY number")
        assert [number for (number,) in links] == [1, 2, 3]
        assert await chained.findings() == []


async def test_facts_from_before_sealing_are_told_until_they_are_linked(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        chaining, chained.engine.chaining = chained.engine.chaining, NO_CHAINING
        await chained.write(*[booked(str(number)) for number in range(3)])
        assert {finding.what for finding in await chained.findings()} == {"added"}
        assert isinstance(chaining, Chains)
        assert await adopting.adopt(chained.engine, chaining) == 3
        assert await adopting.adopt(chained.engine, chaining) == 0
        assert await chained.findings() == []


async def test_many_heads_take_many_seals_and_nothing_new_takes_none(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST_HEADS", 4)
    monkeypatch.setattr(seals, "AT_ONCE", 6)
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(*[booked(f"s{n}", f"person-{n}") for n in range(10)])
        await chained.seal()
        await chained.seal()
        found = await chained.engine.fetch("SELECT number, heads FROM chain_seal ORDER BY number")
        assert found == [(1, 4), (2, 2), (3, 4)]
        assert [witness.number for witness in witnesses(tmp_path / "keys")] == [1, 2, 3]
        assert await chained.findings() == []


async def test_a_link_from_before_the_last_walk_is_sealed_by_a_whole_one(
    address: str, tmp_path: Path
) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(booked("1"))
        chained.clock.advance(hours=2)
        await chained.write(booked("9", BEN))
        key, folder = chained.guard.signing(), chained.guard.folder
        done = await seal_all(chained.engine, key, chained.clock(), folder)
        assert [seal.heads for seal in done] == [2]
        chained.clock.set(chained.clock() - seals.OVERLAP * 2)
        await chained.write(booked("late", "person-late"))
        chained.clock.advance(minutes=10)
        assert await seal_all(chained.engine, key, chained.clock(), folder) == []
        assert [
            seal.heads for seal in await seal_all(chained.engine, key, chained.clock(), folder, whole=True)
        ] == [1]
        assert await chained.findings() == []


async def test_two_processes_that_seal_at_once_make_one_seal(
    postgresql_database: str, tmp_path: Path
) -> None:
    async with (
        open_chained(postgresql_database, tmp_path / "keys") as first,
        open_chained(postgresql_database, tmp_path / "keys") as second,
    ):
        await first.write(booked("1"))
        key = first.guard.signing()
        done = await asyncio.gather(
            *[seal_all(one.engine, key, one.clock(), one.guard.folder) for one in (first, second)],
            return_exceptions=True,
        )
        assert sum(isinstance(one, Collision) or not one for one in done) == 1
        assert await first.findings(witnesses=()) == []


async def test_seals_of_either_algorithm_hold_beside_each_other(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'facts.sqlite'}"
    for turn, algorithm in enumerate(("sm2", "ed25519", "sm2")):
        async with open_chained(address, tmp_path / "keys", seal_algorithm=algorithm) as chained:
            await chained.write(booked(str(turn)))
            await chained.seal()
            assert await chained.findings() == []
            found = await chained.engine.fetch("SELECT algorithm FROM chain_seal ORDER BY number")
    assert [name for (name,) in found] == ["sm2", "ed25519", "sm2"]
    assert len(chained.guard.seal_keys()) == 2


async def test_the_proof_goes_on_over_pages(chained: Chained, monkeypatch: pytest.MonkeyPatch) -> None:
    from yidi.edges.sealing import proving

    for text in ("_LINKS", "_SEALS"):
        monkeypatch.setattr(proving, text, getattr(proving, text).replace("LIMIT 500", "LIMIT 2"))
    assert await chained.findings() == []
    await chained.tamper("settlement", "UPDATE settlement SET fund_fen = 1 WHERE settlement_id = '9'")
    assert [finding.fact for finding in await chained.findings()] == ['["9"]']
