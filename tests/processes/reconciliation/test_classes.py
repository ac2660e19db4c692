"""Every class of difference is found once and classed right: in altered facts, and in whole months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pyarrow import parquet

from tests.builders import AWAY, HOME
from tests.processes.reconciliation.compared import DAY, reconciliation
from tests.processes.reconciliation.reconciling import ReconcilingCounter
from tests.world import START, World
from yidi.edges.batch.generate import Synthetic, days_of, generate
from yidi.edges.batch.refusals import ALTERED_FILE, DOUBLED_FILE, MISSING_DAY, NO_EXTRACT, OTHER_MONTH
from yidi.edges.reconciliation.comparing import Compared, compare_day
from yidi.processes.ports.deciding import NATION
from yidi.processes.reconciliation.commands import CloseDay, DayClosed, Finding
from yidi.processes.reconciliation.records import Difference
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import Settlement, SettlementAnswered, SettlementAsked

NEXT = "2026-03-03"


def lose_at_care(counter: ReconcilingCounter, number: str) -> None:
    """The care place lost question and answer."""
    counter.forget(SettlementAsked, settlement_id=number)
    counter.forget(SettlementAnswered, settlement_id=number)


def double_at_nation(counter: ReconcilingCounter, number: str) -> None:
    """The nation has its copy twice, under two messages."""
    (row,) = [row for row in counter.world.records(Returned) if row.settlement_id == number]
    counter.world.add(row._replace(msgid=f"{row.msgid}/again"))


def undo_at_insured_only(counter: ReconcilingCounter, number: str) -> None:
    """The insured place undid the settlement and nobody else knows."""
    row = next(row for row in counter.world.records(Settlement) if row.settlement_id == number)
    amounts = {name: -getattr(row, name) for name in row._fields if name.endswith("_fen")}
    counter.world.add(row._replace(settlement_id="undone", undoes=number, **amounts))


ALTERED: dict[str, tuple[Callable[[ReconcilingCounter, str], None], str]] = {
    "missing_at_care": (lose_at_care, AWAY),
    "missing_at_nation": (lambda c, n: c.forget(Returned, settlement_id=n), NATION),
    "missing_at_insured": (lambda c, n: c.forget(Settlement, settlement_id=n), HOME),
    "amount": (lambda c, n: c.alter(SettlementAnswered, n, fund_fen=1), AWAY),
    "duplicate": (double_at_nation, NATION),
    "reversed_at_one_only": (undo_at_insured_only, HOME),
    "state": (lambda c, n: c.forget(SettlementAnswered, settlement_id=n), AWAY),
    "attribution": (lambda c, n: c.alter(Returned, n, scheme="390"), HOME),
    "late": (lambda c, n: c.alter(Settlement, n, business_day=NEXT), HOME),
}


@pytest.mark.parametrize("kind", ALTERED)
async def test_one_altered_fact_at_one_party_is_one_difference_of_its_class_and_owner(kind: str) -> None:
    counter = ReconcilingCounter("sqlite")
    for total_fen in (300_00, 600_00):
        counter.settled_now(counter.charged(total_fen), total_fen)
    wrong = counter.settled_now(counter.charged(900_00), 900_00)
    assert isinstance(wrong, Settled)
    alter, owner = ALTERED[kind]
    alter(counter, wrong.settlement_id)
    counter.end_day()
    await counter.reconcile()
    assert [(row.kind, row.owner) for row in counter.differences] == [(kind, owner)]
    counter.world.passes(days=1)
    assert (await counter.compared(NEXT)).findings == ()


def test_a_generated_month_gives_back_every_injected_difference_and_no_other(tmp_path: Path) -> None:
    generate(Synthetic(4_000, 7, "2026-02", (AWAY, HOME, "320000", "460000"), 2_000), tmp_path)
    truth = parquet.read_table(tmp_path / "truth.parquet").to_pylist()
    found = [finding for day in days_of("2026-02") for finding in compared(tmp_path, day.isoformat())]
    assert len({row["difference"] for row in truth}) == 9
    assert sorted((row.settlement_id, row.kind.value) for row in found) == sorted(
        (row["settlement_id"], row["difference"]) for row in truth
    )


def compared(folder: Path, day: str) -> tuple[Finding, ...]:
    """Compare a day of an extract and return what differs."""
    result = compare_day(day, [folder])
    assert isinstance(result, Compared), result
    return result.findings


def test_a_generated_day_is_closed_and_its_run_repeats_to_the_same_digest(tmp_path: Path) -> None:
    generate(Synthetic(2_000, 3, "2026-02", (AWAY, HOME, "320000"), 5_000), tmp_path)
    world = World(reconciliation(), START + timedelta(days=1))
    day = "2026-02-11"
    for repeated in (False, True):
        result = compare_day(day, [tmp_path])
        assert isinstance(result, Compared)
        msgid = world.next_msgid()
        reply = world.ask(
            CloseDay(jurisdiction=NATION, sender="agency", msgid=msgid, day=day, **result._asdict())
        )
        assert isinstance(reply, DayClosed), reply
        assert (reply.version, reply.repeated) == (1, repeated)
    assert len(world.records(Difference)) == len(result.findings) > 0


def refused(day: str, *folders: Path) -> set[str]:
    """Return the codes of what a comparison refuses."""
    result = compare_day(day, folders)
    assert not isinstance(result, Compared)
    return {refusal.code for refusal in result}


def test_extracts_doubled_of_another_month_altered_or_missing_are_refused(tmp_path: Path) -> None:
    for name, month in (("february", "2026-02"), ("march", "2026-03")):
        generate(Synthetic(500, 1, month, (AWAY, HOME), 0), tmp_path / name)
    february, march = tmp_path / "february", tmp_path / "march"
    assert refused("2026-02-11", february, february) == {DOUBLED_FILE.code}
    assert OTHER_MONTH.code in refused("2026-02-11", february, march)
    assert NO_EXTRACT.code in refused("2026-02-11", tmp_path / "nowhere")
    assert MISSING_DAY.code in refused(DAY, february)
    (february / "care" / "2026-02-11.parquet").write_bytes(b"")
    assert refused("2026-02-11", february) == {ALTERED_FILE.code}
