"""A counter whose days are reconciled: its facts go through the real extracts and the real job."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.builders import AWAY, HOME
from tests.journal_room import open_engine
from tests.processes.reconciliation.compared import DAY, reconciliation
from tests.processes.settlement.counter import Counter
from yidi.edges.batch.extract import extract
from yidi.edges.reconciliation.comparing import Compared, compare_day, days_around
from yidi.processes.ports.deciding import NATION, Record
from yidi.processes.reconciliation.commands import CloseDay, DayClosed, RepairDay, RepairsSet
from yidi.processes.reconciliation.records import Difference, ReconciliationCase
from yidi.processes.reconciliation.views import latest_cases, latest_differences

HERE = (NATION, AWAY, HOME)


class ReconcilingCounter(Counter):
    """A counter that ends its day and has it compared, on the engine of that address."""

    def __init__(self, address: str, **given: Any) -> None:
        super().__init__(**given)
        self.address = address
        for handler in reconciliation():
            self.world._handlers[handler.command, handler.about] = handler

    def lose(self) -> None:
        """Lose what was held on its way, for good."""
        self.world.held_kinds = ()
        self.world.held.clear()

    def forget(self, kind: type[Record], **where: str) -> None:
        """A party has lost these facts; only before its day is compared for the first time."""
        lost = [row for row in self.world.records(kind) if _holds(row, where)]
        assert lost, f"there is no {kind.__name__} with {where}"
        for rows in (self.world._records[kind], *self.world._found.values()):
            rows[:] = [row for row in rows if row not in lost]

    def alter(self, kind: type[Record], number: str, **changes: str | int) -> None:
        """A party has something else of a settlement than it was told."""
        (row,) = [row for row in self.world.records(kind) if row.settlement_id == number]
        self.forget(kind, settlement_id=number)
        self.world.add(row._replace(**changes))

    def end_day(self) -> None:
        """Let the day end, and its cut-off pass."""
        while self.world.today == DAY:
            self.world.passes(hours=12)

    async def compared(self, day: str = DAY) -> Compared:
        """Extract what every party has and compare it."""
        facts = self.world.all_records()
        async with open_engine(self.address) as engine:
            for table in engine.schema.tables.values():
                await engine.begin()
                known = await engine.fetch(f"SELECT COUNT(*) FROM {table.name}")
                rows = facts.get(table.record, [])[known[0][0] :]
                await engine.write({table.record: rows} if rows else {})
                await engine.commit()
            with tempfile.TemporaryDirectory(prefix="yidi-") as place:
                folder = Path(place)
                await extract(engine, folder, *days_around(day), HERE)
                compared = compare_day(day, [folder])
                assert isinstance(compared, Compared), compared
                return compared

    async def reconcile(self, day: str = DAY) -> DayClosed:
        """Compare the day and close it."""
        digest, extracts, findings = await self.compared(day)
        reply = self.world.ask(
            CloseDay(
                jurisdiction=NATION,
                sender="agency",
                msgid=self.world.next_msgid(),
                day=day,
                inputs_digest=digest,
                extracts=extracts,
                findings=findings,
            )
        )
        assert isinstance(reply, DayClosed), reply
        return reply

    def repair(self, day: str = DAY) -> int:
        """Set out the day's repairs and return how many."""
        command = RepairDay(jurisdiction=NATION, sender="agency", msgid=self.world.next_msgid(), day=day)
        reply = self.world.ask(command)
        assert isinstance(reply, RepairsSet), reply
        return reply.repairs

    @property
    def differences(self) -> list[Difference]:
        """Every difference as it stands."""
        return list(latest_differences(self.world.records(Difference)).values())

    @property
    def cases(self) -> list[ReconciliationCase]:
        """Every case as it stands."""
        return list(latest_cases(self.world.records(ReconciliationCase)).values())


def _holds(row: Record, where: dict[str, str]) -> bool:
    return all(getattr(row, name) == value for name, value in where.items())
