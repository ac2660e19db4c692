"""A small database of sealed facts, and hands that reach past the engine to tamper with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from yidi.edges.clock import SettableClock
from yidi.edges.sealing.findings import Finding
from yidi.edges.sealing.guarding import Guard, guard
from yidi.edges.sealing.proving import Proof
from yidi.edges.sealing.seals import seal_all, witnesses
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered, table_of
from yidi.processes.clearing.records import ClearingLine, ClearingSignature
from yidi.processes.ports.deciding import Record
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import Settlement, SettlementAnswered

HOME, AWAY, NATION = "510000", "440000", "000000"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=timezone.utc)
ANNA, BEN = "person-anna", "person-ben"


def made(record: type[Record], **given: Any) -> Record:
    """Make a record: what is not given is empty text, or 0."""
    values = {column.name: 0 if column.kind == "BIGINT" else "" for column in table_of(record).columns}
    found: Record = record(**(values | given))  # type: ignore[call-arg]
    return found


class Chained:
    """An engine with its guard, its clock and its key folder."""

    def __init__(self, engine: Engine, guarding: Guard, clock: SettableClock) -> None:
        self.engine, self.guard, self.clock = engine, guarding, clock

    async def write(self, *records: Record) -> None:
        """Write records in one transaction, a minute after the last."""
        self.clock.advance(minutes=1)
        grouped: dict[type[Record], list[Record]] = {}
        for record in records:
            grouped.setdefault(type(record), []).append(record)
        await self.engine.begin()
        try:
            await self.engine.write(grouped)
            await self.engine.commit()
        except BaseException:
            await self.engine.rollback()
            raise

    async def book(self, settlement_id: str, person_no: str) -> None:
        """Write a settlement at its three links."""
        share = 700 + ord(settlement_id[0])
        ids = {"settlement_id": settlement_id, "total_fen": 1000, "fund_fen": share}
        await self.write(
            made(Settlement, jurisdiction=HOME, person_no=person_no, explanation="why " * 200, **ids),
            made(Returned, jurisdiction=NATION, case_id=f"c{settlement_id}", insured=HOME, care=AWAY, **ids),
            made(SettlementAnswered, jurisdiction=AWAY, person_no=person_no, statement="said " * 99, **ids),
        )

    async def clear(self) -> None:
        """Write two lines of a month's clearing and a signature."""
        line = {"jurisdiction": NATION, "month": "2026-10", "table_version": 1, "care": AWAY}
        await self.write(
            made(ClearingLine, **line, insured=HOME, scheme="310", fund_fen=700),
            made(ClearingLine, **line, insured=HOME, scheme="390", fund_fen=900),
            made(ClearingSignature, jurisdiction=NATION, month="2026-10", province=HOME, signed_by="clerk"),
        )

    async def seal(self) -> None:
        """Seal what is new."""
        self.clock.advance(minutes=1)
        await seal_all(self.engine, self.guard.signing(), self.clock(), self.guard.folder)

    async def tamper(self, table: str, *statements: str) -> None:
        """Run statements past the guard of a table."""
        await self.engine.begin()
        if self.engine.name == "postgresql":
            await self.engine.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        else:
            for verb in ("update", "delete"):
                await self.engine.execute(f"DROP TRIGGER {table}_append_only_{verb}")
        for statement in statements:
            await self.engine.execute(statement)
        await self.engine.commit()

    async def findings(self, **how: Any) -> list[Finding]:
        """Prove everything and return what is wrong."""
        keys = [key.published() for key in self.guard.seal_keys()]
        how.setdefault("witnesses", witnesses(self.guard.folder))
        return [finding async for finding in Proof(self.engine, keys, **how).findings()]


@asynccontextmanager
async def open_chained(address: str, folder: Path, **settings: Any) -> AsyncIterator[Chained]:
    """Open an empty guarded database."""
    clock = SettableClock(NOON + timedelta())
    made_settings = Settings(
        database=address, keys="", key_folder=str(folder), **({"encrypt": True, "seal": True} | settings)
    )
    engine = engine_for(address, gathered())
    await engine.open()
    try:
        await migrate(engine, clock)
        guarding = await guard(engine, made_settings, clock, here=(NATION, HOME, AWAY))
        assert guarding is not None
        yield Chained(engine, guarding, clock)
    finally:
        await engine.close()
