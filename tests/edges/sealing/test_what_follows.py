"""Postings and account entries that follow from a settlement are proved by it: any hand on them is named."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.edges.sealing.chained import ANNA, AWAY, HOME, Chained, made
from tests.edges.sealing.test_tampering import named
from yidi.domain.ledger.settlement import entry_of_answer, entry_of_booking
from yidi.processes.enrolment.records import AccountEntry
from yidi.processes.settlement.records import Settlement, SettlementAnswered
from yidi.processes.settlement.views import postings

AREA, SCHEME, DAY, AT = "511600", "310", "2026-11-22", "2026-11-22T04:00:00.000000Z"
INSTITUTION = "H1"
TABLE = "posting"


async def booked(chained: Chained, number: str, sign: int = 1) -> None:
    """Book a settlement, answer it, and post what follows at both ends; `sign` -1 undoes one."""
    pool_fen, account_fen = 700 * sign, 200 * sign
    booking = entry_of_booking(f"B{number}", AREA, SCHEME, AWAY, [("pool", pool_fen)], account_fen)
    answer = entry_of_answer(f"A{number}", HOME, INSTITUTION, SCHEME, pool_fen, account_fen)
    same = {"settlement_id": number, "person_no": ANNA, "scheme": SCHEME, "business_day": DAY}
    said = f'{{"area": "{AREA}"}}'
    await chained.write(
        made(
            Settlement,
            jurisdiction=HOME,
            kind="direct",
            care=AWAY,
            area=AREA,
            pool_fen=pool_fen,
            account_fen=account_fen,
            booked_at=AT,
            **same,
        ),
        AccountEntry(HOME, ANNA, number, "settlement", -account_fen, AT),
        *postings(HOME, booking, DAY, AT),
        made(
            SettlementAnswered,
            jurisdiction=AWAY,
            outcome="booked",
            institution_code=INSTITUTION,
            fund_fen=pool_fen,
            account_fen=account_fen,
            statement=said,
            answered_at=AT,
            **same,
        ),
        *postings(AWAY, answer, DAY, AT),
    )


@pytest_asyncio.fixture
async def posted(chained: Chained) -> AsyncIterator[Chained]:
    """Two settlements with their postings, the second undone by a third."""
    await booked(chained, "51")
    await booked(chained, "52")
    await booked(chained, "53", -1)
    await chained.seal()
    assert await chained.findings() == []
    yield chained


@pytest.mark.parametrize(
    "change",
    [
        "amount_fen = amount_fen + 1",
        "account = 'personal.510100'",
        "counterpart = '110000'",
        "scheme = '390'",
        "business_day = '2026-01-01'",
        "posted_at = '2026-01-01'",
    ],
)
async def test_a_changed_posting_of_a_settlement_is_named(posted: Chained, change: str) -> None:
    await posted.tamper(TABLE, f"UPDATE posting SET {change} WHERE entry_id = 'B52' AND line = 0")
    assert named(await posted.findings()) == {("changed", TABLE, '["B52",0]')}


async def test_a_posting_of_an_answer_moved_to_another_institution_is_named(posted: Chained) -> None:
    await posted.tamper(
        TABLE, "UPDATE posting SET counterpart = 'H9' WHERE entry_id = 'A51' AND counterpart = 'H1'"
    )
    assert named(await posted.findings()) == {("changed", TABLE, '["A51",1]')}


async def test_postings_that_are_removed_are_named(posted: Chained) -> None:
    await posted.tamper(TABLE, "DELETE FROM posting WHERE entry_id = 'B51' AND line < 2")
    assert named(await posted.findings()) == {
        ("removed", TABLE, f'["B51","spent.pool.{AREA}","{AWAY}"]'),
        ("removed", TABLE, f'["B51","personal.{AREA}","{AWAY}"]'),
    }


async def test_two_entries_whose_postings_changed_places_are_named(posted: Chained) -> None:
    await posted.tamper(
        TABLE,
        "UPDATE posting SET entry_id = 'Baside' WHERE entry_id = 'B52'",
        "UPDATE posting SET entry_id = 'B52' WHERE entry_id = 'B53'",
        "UPDATE posting SET entry_id = 'B53' WHERE entry_id = 'Baside'",
    )
    found = named(await posted.findings())
    assert found == {("changed", TABLE, f'["B5{n}",{line}]') for n in (2, 3) for line in range(3)}


async def test_postings_of_no_settlement_are_named(posted: Chained) -> None:
    columns = "account, counterpart, scheme, amount_fen, business_day, posted_at"
    await posted.engine.begin()
    for number, line, source in (
        ("'B99'", "line", "B51"),
        ("'A99'", "line", "A51"),
        ("entry_id", "9", "A52"),
    ):
        put = f"INSERT INTO posting SELECT jurisdiction, {number}, {line}, {columns} FROM posting"
        await posted.engine.execute(f"{put} WHERE entry_id = '{source}' AND line = 0")
    await posted.engine.commit()
    assert named(await posted.findings()) == {
        ("added", TABLE, '["B99",0]'),
        ("added", TABLE, '["A99",0]'),
        ("added", TABLE, '["A52",9]'),
    }


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE account_entry SET amount_fen = -1 WHERE entry_id = '51'", {"changed"}),
        ("DELETE FROM account_entry WHERE entry_id = '51'", {"removed"}),
        # another reason makes it an entry that should have a link of its own
        ("UPDATE account_entry SET reason = 'income' WHERE entry_id = '51'", {"removed", "added"}),
    ],
)
async def test_a_changed_movement_of_the_personal_account_is_named(
    posted: Chained, statement: str, what: set[str]
) -> None:
    await posted.tamper("account_entry", statement)
    expected = {(word, "account_entry", f'["{ANNA}","51"]') for word in what}
    assert named(await posted.findings()) == expected


async def test_a_movement_given_to_another_person_is_named_at_both(posted: Chained) -> None:
    await posted.tamper("account_entry", "UPDATE account_entry SET person_no = 'me' WHERE entry_id = '52'")
    assert named(await posted.findings()) == {
        ("removed", "account_entry", f'["{ANNA}","52"]'),
        ("added", "account_entry", '["me","52"]'),
    }


async def test_a_changed_settlement_is_named_alone_without_its_postings(posted: Chained) -> None:
    await posted.tamper("settlement", "UPDATE settlement SET pool_fen = 1 WHERE settlement_id = '51'")
    assert named(await posted.findings()) == {("changed", "settlement", '["51"]')}
