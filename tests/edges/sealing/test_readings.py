"""Who was shown whose data is chained: one changed, removed, added or moved is named, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.edges.sealing.chained import ANNA, BEN, HOME, Chained, open_chained
from tests.edges.sealing.test_every_kind import named
from yidi.domain.dates import write_instant
from yidi.edges.access.admission import Admission, Looked
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import PersonalReading, SignInAttempt
from yidi.edges.access.roles import Owned, Reading
from yidi.edges.sealing.guarding import chain_access
from yidi.edges.storage.engine import Unchained
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered

AT_ONCE = 12


async def look(chained: Chained, keeping: Keeping, person_no: str) -> None:
    looked = Looked(Reading.PERSON, Owned(frozenset({HOME})), person_no, "", "/person")
    await Admission(keeping, chained.clock).note(HOME, "clerk.one", "agency_clerk", looked, "handling")


async def readings(chained: Chained) -> Sequence[str]:
    rows = await chained.engine.fetch("SELECT reading_id FROM personal_reading ORDER BY at, reading_id")
    return [row[0] for row in rows]


async def three_readings(chained: Chained) -> Sequence[str]:
    keeping = Keeping(chained.engine)
    for person_no in (ANNA, BEN, ANNA):
        await look(chained, keeping, person_no)
        chained.clock.advance(seconds=1)
    await chained.seal()
    assert await chained.findings() == []
    return await readings(chained)


async def test_a_reading_whose_person_or_purpose_was_changed_is_named(chained: Chained) -> None:
    first, second, _ = await three_readings(chained)
    await chained.tamper(
        "personal_reading",
        f"UPDATE personal_reading SET person_no = '{BEN}' WHERE reading_id = '{first}'",
        f"UPDATE personal_reading SET purpose = 'supervision' WHERE reading_id = '{second}'",
    )
    found = named(await chained.findings())
    assert found == {("changed", "personal_reading", f'["{one}"]') for one in (first, second)}


async def test_a_reading_that_was_removed_is_named_though_it_is_the_last(chained: Chained) -> None:
    *_, last = await three_readings(chained)
    await chained.tamper("personal_reading", f"DELETE FROM personal_reading WHERE reading_id = '{last}'")
    assert named(await chained.findings()) == {("removed", "personal_reading", f'["{last}"]')}


async def test_a_reading_that_was_removed_with_its_link_is_named(chained: Chained) -> None:
    *_, last = await three_readings(chained)
    await chained.tamper("personal_reading", f"DELETE FROM personal_reading WHERE reading_id = '{last}'")
    await chained.tamper("chain_link", f"DELETE FROM chain_link WHERE fact = '[\"{last}\"]'")
    assert named(await chained.findings()) == {("removed", "personal_reading", f'["{last}"]')}


async def test_readings_that_changed_places_are_named(chained: Chained) -> None:
    first, second, _ = await three_readings(chained)
    put = "UPDATE chain_link SET number = {} WHERE fact = '[\"{}\"]'"
    await chained.tamper("chain_link", put.format(9000, first), put.format(1, second), put.format(2, first))
    found = named(await chained.findings())
    assert {("reordered", "personal_reading", f'["{one}"]') for one in (first, second)} <= found


async def test_a_reading_that_was_put_in_is_named(chained: Chained) -> None:
    await three_readings(chained)
    columns = ", ".join(PersonalReading._fields)
    kept = ", ".join("'put'" if name == "reading_id" else name for name in PersonalReading._fields)
    await chained.tamper(
        "personal_reading",
        f"INSERT INTO personal_reading ({columns}) SELECT {kept} FROM personal_reading LIMIT 1",
    )
    assert named(await chained.findings()) == {("added", "personal_reading", '["put"]')}


async def test_what_was_recorded_before_readings_were_chained_is_not_missed(chained: Chained) -> None:
    keeping, chaining = Keeping(chained.engine), chained.engine.chaining
    attempt = SignInAttempt(HOME, "old", "clerk.one", "good", "here", write_instant(chained.clock()))
    chained.engine.chaining = Unchained()
    await keeping.write(attempt)
    assert await chained.findings() == []
    chained.clock.advance(seconds=1)
    chained.engine.chaining = chaining
    await keeping.write(attempt._replace(attempt_id="first", at=write_instant(chained.clock())))
    assert await chained.findings() == []
    chained.engine.chaining = Unchained()
    chained.clock.advance(seconds=1)
    await keeping.write(attempt._replace(attempt_id="new", at=write_instant(chained.clock())))
    assert named(await chained.findings()) == {("added", "sign_in_attempt", '["new"]')}


async def test_processes_that_record_at_once_share_a_chain(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        engines = [engine_for(address, gathered()) for _ in range(2)]
        try:
            for engine in engines:
                await engine.open()
                chain_access(engine, chained.guard.settings, chained.clock)
            keepings = [Keeping(engine) for engine in engines]
            await asyncio.gather(*[look(chained, keepings[n % 2], ANNA) for n in range(AT_ONCE)])
        finally:
            for engine in engines:
                await engine.close()
        await chained.seal()
        assert await chained.findings() == []
        chains = await chained.engine.fetch(
            "SELECT chain, COUNT(*), MAX(number) FROM chain_link"
            " WHERE kind = 'personal_reading' GROUP BY chain"
        )
        assert [tuple(row)[1:] for row in chains] == [(AT_ONCE, AT_ONCE)]
