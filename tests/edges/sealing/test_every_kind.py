"""Every kind of sealed fact: one changed, one removed and two in each other's place are each named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.edges.sealing.chained import ANNA, AWAY, HOME, NATION, Chained, made, open_chained
from yidi.edges.sealing.findings import Finding
from yidi.edges.sealing.kinds import KINDS, Kind
from yidi.edges.storage.schema import quoted, table_of
from yidi.processes.claim.records import Claim
from yidi.processes.clearing import records as clearing
from yidi.processes.ports.deciding import Record
from yidi.processes.prepayment import records as prepayment
from yidi.processes.reconciliation import records as reconciliation

MONTH, DAY, INSTANT = "2026-10", "2026-10-31", "2026-10-31T04:00:00.000000Z"
FAMILY = {
    "jurisdiction": NATION,
    "person_no": ANNA,
    "month": MONTH,
    "day": DAY,
    "business_day": DAY,
    "decided_on": DAY,
    "recorded_at": INSTANT,
    "at": INSTANT,
    "year": "2026",
    "insured": HOME,
    "care": AWAY,
    "reason": "income",
    "outcome": "refused",
    "settlement_id": "s",
}
"""What names the chain, alike for both facts of a kind, and what makes them sealed."""


def pair(kind: Kind) -> tuple[Record, Record]:
    """Make two facts of a kind in one chain, unlike in the last part of their key that does not name it."""
    columns = {column.name: column.kind for column in table_of(kind.record).columns}
    given: dict[str, Any] = {name: value for name, value in FAMILY.items() if name in columns}
    for name in reversed(kind.key_fields):
        both = [
            made(kind.record, **given | {name: n if columns[name] == "BIGINT" else str(n)} | told(columns, n))
            for n in (1, 2)
        ]
        if name != "person_no" and (kind.person >= 0 or kind.family(both[0]) == kind.family(both[1])):
            return both[0], both[1]
    return both[0], both[0]


def told(columns: dict[str, str], number: int) -> dict[str, str]:
    """Say otherwise what a table has once only beside its key."""
    return {"fingerprint": str(number)} if "fingerprint" in columns else {}


ALONE = {kind.name for kind in KINDS.values() if pair(kind)[0] == pair(kind)[1]}
"""Kinds whose chains hold one fact."""


def changeable(kind: Kind) -> str:
    """Name a column that is no part of the key, of the chain's name or of what makes the fact sealed."""
    names = [column.name for column in table_of(kind.record).columns if column.kind == "BIGINT"]
    names += [column.name for column in table_of(kind.record).columns]
    return next(name for name in names if name not in kind.key_fields and name not in FAMILY)


@pytest.fixture(params=("sqlite", "postgresql"))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'facts.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


@pytest_asyncio.fixture
async def full(address: str, tmp_path: Path) -> AsyncIterator[Chained]:
    """A sealed database with two facts of every kind."""
    async with open_chained(address, tmp_path / "keys", encrypt=False) as opened:
        for kind in KINDS.values():
            one, two = pair(kind)
            await opened.write(one, *([] if kind.name in ALONE else [two]))
        await opened.seal()
        assert await opened.findings() == []
        yield opened


def named(findings: list[Finding]) -> set[tuple[str, str, str]]:
    """Say what was found of what."""
    return {(finding.what, finding.kind, finding.fact) for finding in findings}


def where(kind: Kind, row: Record) -> str:
    """Write the condition that finds one fact."""
    parts = zip(kind.key_fields, kind.key, strict=True)
    return " AND ".join(f"{quoted(field)} = {row[index]!r}" for field, index in parts)


async def test_a_change_of_any_kind_of_sealed_fact_is_named(full: Chained) -> None:
    for kind in KINDS.values():
        name = changeable(kind)
        number = next(c.kind for c in table_of(kind.record).columns if c.name == name) == "BIGINT"
        value = "7" if number else "'other'"
        put = f"UPDATE {kind.name} SET {quoted(name)} = {value} WHERE {where(kind, pair(kind)[0])}"
        await full.tamper(kind.name, put)
    found = named(await full.findings())
    assert found == {("changed", kind.name, kind.fact(pair(kind)[0])) for kind in KINDS.values()}


async def test_any_kind_of_sealed_fact_that_is_removed_is_named(full: Chained) -> None:
    for kind in KINDS.values():
        await full.tamper(kind.name, f"DELETE FROM {kind.name} WHERE {where(kind, pair(kind)[0])}")
    found = named(await full.findings())
    assert found == {("removed", kind.name, kind.fact(pair(kind)[0])) for kind in KINDS.values()}


async def test_any_two_sealed_facts_that_change_places_in_their_chain_are_named(full: Chained) -> None:
    kinds = [kind for kind in KINDS.values() if kind.name not in ALONE]
    statements = []
    for kind in kinds:
        link = [f"kind = '{kind.name}' AND fact = '{kind.fact(row)}'" for row in pair(kind)]
        numbers = [
            (await full.engine.fetch(f"SELECT number FROM chain_link WHERE {each}"))[0][0] for each in link
        ]
        for number, at in ((9000, 0), (numbers[0], 1), (numbers[1], 0)):
            statements.append(f"UPDATE chain_link SET number = {number} WHERE {link[at]}")
    await full.tamper("chain_link", *statements)
    found = named(await full.findings())
    assert {("reordered", kind.name, kind.fact(row)) for kind in kinds for row in pair(kind)} <= found


def test_what_the_issue_asks_to_be_sealed_is_sealed_and_a_claim_by_its_settlement() -> None:
    """A record of these processes that is left out is named here, with the reason in the test's eyes."""
    left_out = {
        clearing: {"ClearingUrged"},  # a reminder: it moves and decides nothing
        reconciliation: set[str](),
        # counted from sealed settlements, again at any time
        prepayment: {"UseCount", "MonthUse", "AreaUse", "UsageRate", "AreaCall"},
    }
    for room, names in left_out.items():
        records: tuple[type[Record], ...] = room.RECORDS
        assert {record.__name__ for record in records if record not in KINDS} == names
    assert Claim not in KINDS
