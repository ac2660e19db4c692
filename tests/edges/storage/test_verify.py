"""Every check of `yidi storage verify` holds on sound facts and finds the fault it is there for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.journal_room import open_engine
from yidi.edges.storage.engine import Collision, Engine, Outgoing
from yidi.edges.storage.schema import table_of
from yidi.edges.storage.verify import CHECKS, verify
from yidi.processes.claim.records import Claim
from yidi.processes.enrolment.records import (
    AccountEntry,
    ChronicCertificate,
    IdentityMark,
    InsuranceRelation,
    Person,
)
from yidi.processes.filing.records import Filing, Selection
from yidi.processes.network.records import Institution, ItemMapping, ServiceOpening
from yidi.processes.ports.deciding import NATION, Record
from yidi.processes.reconciliation.records import Difference, ReconciliationCase, ReconciliationRun
from yidi.processes.relay.records import Received, Relayed, Replied, Returned
from yidi.processes.settlement.records import (
    AccumulatorEntry,
    Posting,
    Settlement,
    SettlementAnswered,
    SettlementAsked,
)
from yidi.processes.visit.records import VisitChange

CARE, INSURED = "110000", "140000"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue("postgresql_database") if request.param == "postgresql" else "sqlite"
    return found


@pytest_asyncio.fixture
async def engine(address: str) -> AsyncIterator[Engine]:
    async with open_engine(address) as opened:
        yield opened


def made(record: Any, **given: Any) -> Record:
    """Make a record: what is not given is empty text, or 0."""
    values = {column.name: 0 if column.kind == "BIGINT" else "" for column in table_of(record).columns}
    made_record: Record = record(**(values | given))
    return made_record


def booked(settlement_id: str, sign: int = 1, **given: Any) -> list[Record]:
    """Make what one sound settlement leaves at all its links; `sign` -1 for one that undoes."""
    shares = {"total_fen": 1000 * sign, "fund_fen": 700 * sign, "person_fen": 300 * sign}
    own = {"account_fen": 100 * sign, "cash_fen": 200 * sign}
    ids = {"settlement_id": settlement_id, "visit_id": "v"}
    given = {"undoes": "", "case_id": f"case {settlement_id}"} | given
    case = {"case_id": given["case_id"], "care": CARE, "insured": INSURED}
    place = {"jurisdiction": INSURED, "person_no": "p", "care": CARE, "kind": "direct", "batch": "b"}
    entry = {"jurisdiction": INSURED, "entry_id": f"B{settlement_id}"}
    counter = {"jurisdiction": INSURED, "person_no": "p", "year": "2026", "counter": "pool"}
    return [
        made(SettlementAsked, jurisdiction=CARE, insured=INSURED, total_fen=1000 * sign, **ids),
        made(Relayed, jurisdiction=NATION, **case),
        made(Settlement, **place, **ids, **shares, **own, pool_fen=700 * sign, **given),
        made(AccumulatorEntry, **counter, settlement_id=settlement_id, amount=700 * sign),
        made(Posting, **entry, line=1, account="spent.pool.140200", amount_fen=700 * sign),
        made(Posting, **entry, line=2, account="owed_to_province", amount_fen=-700 * sign),
        made(Returned, jurisdiction=NATION, **case, fund_fen=700 * sign, person_fen=300 * sign),
        made(SettlementAnswered, jurisdiction=CARE, outcome="booked", **ids, **shares, **own),
    ]


INBOX: list[Record] = [
    made(Received, jurisdiction=place, sender="H11010100001", msgid="m") for place in (CARE, NATION, INSURED)
]
INBOX += [made(Replied, jurisdiction=r[0], sender=r[1], msgid=r[2]) for r in INBOX]
SOUND = [*INBOX, *booked("s1"), *booked("s2"), *booked("s3", -1, undoes="s2")]


def without(record: type[Record], **where: Any) -> list[Record]:
    """Return the sound facts without some."""
    return [r for r in SOUND if not (type(r) is record and where.items() <= r._asdict().items())]  # type: ignore[attr-defined]


def with_other(record: type[Record], change: Callable[[Any], Record], **where: Any) -> list[Record]:
    """Return the sound facts with some changed."""
    kept = without(record, **where)
    return kept + [change(r) for r in SOUND if r not in kept]


def versions(record: Any, column: str = "version") -> list[Record]:
    """Return versions 1 and 3 of one thing."""
    return [
        *SOUND,
        made(record, jurisdiction=CARE, **{column: 1}),
        made(record, jurisdiction=CARE, **{column: 3}),
    ]


FAULTS: dict[str, list[Record]] = {
    "messages_answered": without(Replied, jurisdiction=CARE),
    "answers_asked_for": [*SOUND, made(Replied, jurisdiction=CARE, sender="H1", msgid="x")],
    "shares_add_up": with_other(Settlement, lambda r: r._replace(cash_fen=1), settlement_id="s1"),
    "undone_exactly": with_other(
        Settlement, lambda r: r._replace(pool_fen=-699, other_fen=-1), settlement_id="s3"
    ),
    "settled_once": [*SOUND, *booked("s4")],
    "counters_of_settlements": [*SOUND, made(AccumulatorEntry, jurisdiction=INSURED, settlement_id="x")],
    "counters_restored": without(AccumulatorEntry, settlement_id="s3"),
    "numbers_of_persons": [*SOUND, made(Person, jurisdiction=INSURED, person_no="p2", stands_for="nobody")],
    "entries_balance": without(Posting, entry_id="Bs1", line=2),
    "ledgers_balance": without(Posting, entry_id="Bs1", line=2),
    "funds_posted": without(Posting, entry_id="Bs1"),
    "accounts_not_overdrawn": [*SOUND, made(AccountEntry, jurisdiction=INSURED, amount_fen=-1)],
    "booked_was_answered": with_other(
        SettlementAnswered, lambda r: r._replace(fund_fen=1), settlement_id="s1"
    ),
    "answered_was_booked": without(Settlement, settlement_id="s1"),
    "relayed_and_returned": without(Returned, case_id="case s1"),
    "versions_of_insurance_relation": versions(InsuranceRelation),
    "versions_of_identity_mark": versions(IdentityMark),
    "versions_of_chronic_certificate": versions(ChronicCertificate),
    "versions_of_institution": versions(Institution),
    "versions_of_service_opening": versions(ServiceOpening),
    "versions_of_item_mapping": versions(ItemMapping),
    "versions_of_filing": versions(Filing),
    "versions_of_selection": versions(Selection),
    "versions_of_claim": versions(Claim),
    "versions_of_reconciliation_run": versions(ReconciliationRun),
    "versions_of_difference": versions(Difference),
    "versions_of_reconciliation_case": versions(ReconciliationCase),
    "versions_of_visit_change": versions(VisitChange, "sequence"),
}
LEFT_OUT = {"nothing_parked"}


async def fill(engine: Engine, records: list[Record]) -> None:
    grouped: dict[type[Record], list[Record]] = {}
    for record in records:
        grouped.setdefault(type(record), []).append(record)
    await engine.begin()
    await engine.write(grouped)
    await engine.commit()


async def broken(engine: Engine) -> set[str]:
    return {result.check.name for result in await verify(engine) if result.found}


async def test_sound_facts_pass_every_check(engine: Engine) -> None:
    assert await broken(engine) == set()
    await fill(engine, SOUND)
    assert await broken(engine) == set()


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_found_by_its_check(name: str) -> None:
    async with open_engine() as engine:
        await fill(engine, FAULTS[name])
        assert name in await broken(engine)


async def test_a_settlement_cannot_be_undone_twice(engine: Engine) -> None:
    await fill(engine, SOUND)
    with pytest.raises(Collision):
        await fill(engine, booked("s4", -1, undoes="s2"))
    await engine.rollback()


async def test_a_parked_message_is_found_and_one_under_way_excuses_what_is_missing(engine: Engine) -> None:
    await fill(engine, FAULTS["messages_answered"])
    under_way = Outgoing(NATION, CARE, "1", "{}", "2026-11-22")
    await engine.begin()
    await engine.put_outbox([under_way])
    await engine.commit()
    assert await broken(engine) == set()
    await engine.begin()
    await engine.note_trouble((NATION, CARE, "1"), 4, "2026-11-22", "why")
    await engine.commit()
    assert await broken(engine) == {"messages_answered", "nothing_parked"}


def test_every_check_has_a_fault_it_finds() -> None:
    assert {check.name for check in CHECKS} == set(FAULTS) | LEFT_OUT
