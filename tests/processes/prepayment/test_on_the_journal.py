"""Prepayment on the real journal and a real database, folded and hop by hop, from settlements to postings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journal_room import open_journal, until
from tests.processes.prepayment.nation import (
    AWAY,
    HOME,
    JANUARY,
    LAST_QUARTER,
    THIRD,
    shipped_calendar,
    shipped_terms,
)
from tests.world import codes_in
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Journal
from yidi.edges.storage.ledger import prove, read_trial_balance
from yidi.edges.storage.prepayment import area_use, month_use, month_uses, read_standing, series
from yidi.edges.storage.reading import rows
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.commands import (
    AcknowledgePrepayment,
    ConfirmPrepaymentReceived,
    CountUse,
    HandPrepaymentOver,
    PlanYear,
    ReportPrepaymentPaid,
    YearPlanned,
)
from yidi.processes.prepayment.decide import handlers
from yidi.processes.prepayment.planning import Float
from yidi.processes.prepayment.records import PrepaymentNotice, PrepaymentStep
from yidi.processes.relay.records import Returned

FOLDED = pytest.mark.parametrize("fold", [True, False], ids=["folded", "hop by hop"])
TODAY = "2026-01-12"


def returned(number: str, day: str, fund_fen: int, **other: Any) -> Returned:
    """The nation's copy of a settlement between HOME and AWAY."""
    row = Returned(
        NATION, f"reply/{number}", f"c{number}", "BookSettlement", AWAY, HOME, "accepted", number, "",
        "610100", "310", day, fund_fen * 2, fund_fen, 7, fund_fen - 7, f"{day}T01:00:00.000000Z",
    )  # fmt: skip
    return row._replace(**other)


COPIES = [
    returned("1", "2025-10-01", 300_00),
    returned("2", "2025-10-31", 600_00),
    returned("3", "2025-10-31", -600_00, undoes="2"),
    returned("4", "2025-12-31", 150_01),
    returned("5", "2025-11-30", 999_00, outcome="refused"),
    returned("6", "2025-09-30", 999_00),
    returned("7", "2026-01-01", 999_00),
    returned("", "2025-11-30", 999_00),
    returned("8", "2025-11-30", 45_00, insured=THIRD, scheme="390"),
]


async def ask_all(journal: Journal, notice: PrepaymentNotice) -> None:
    """Work a notice of one line off at its province."""
    named = {"jurisdiction": notice.province, "sender": "agency", "notice_no": notice.notice_no}
    number = notice.notice_no
    await journal.ask(AcknowledgePrepayment(msgid=f"a{number}", **named))
    fen = notice.total_fen
    if notice.kind == "pay":
        await journal.ask(HandPrepaymentOver(msgid=f"h{number}", handed_on=TODAY, **named))
        paid = ReportPrepaymentPaid(
            msgid=f"p{number}", paid_on=TODAY, line=1, amount_fen=fen, reference="T", **named
        )
        reply = await journal.ask(paid)
    else:
        came = ConfirmPrepaymentReceived(
            msgid=f"p{number}", received_on=TODAY, line=1, amount_fen=fen, reference="T", **named
        )
        reply = await journal.ask(came)
    assert codes_in(reply) == set()


@FOLDED
async def test_from_the_nations_copies_to_proven_ledgers(fold: bool) -> None:
    made = handlers(shipped_terms(), shipped_calendar())
    places = (NATION, HOME, AWAY, THIRD)
    async with open_journal(handlers=made, fold=fold, clock=SettableClock(JANUARY), here=places) as journal:
        await journal.engine.begin()
        await journal.engine.write({Returned: COPIES})
        await journal.engine.commit()
        for month in LAST_QUARTER:
            used = await month_use(journal.engine, month)
            counted = CountUse(jurisdiction=NATION, sender="agency", msgid=month, month=month, lines=used)
            assert codes_in(await journal.ask(counted)) == set()
        planned = await journal.ask(PlanYear(jurisdiction=NATION, sender="agency", msgid="y", year="2026"))
        assert isinstance(planned, YearPlanned)
        assert await read_standing(journal.engine) == {
            Float(HOME, AWAY, "310"): 300_01,
            Float(THIRD, AWAY, "390"): 30_00,
        }
        await journal.ask(PlanYear(jurisdiction=NATION, sender="agency", msgid="y", year="2026"))
        await arrived(journal, PrepaymentNotice, 6)
        for notice in await rows(journal.engine, PrepaymentNotice, jurisdiction=HOME):
            await ask_all(journal, notice)
        await arrived(journal, PrepaymentStep, 6)
        found = await read_trial_balance(journal.engine, HOME)
        assert {(row.account, row.balance_fen) for row in found} == {
            ("fiscal_account", -300_01),
            ("prepaid_to_province", 300_01),
        }
        assert [result.found for result in await prove(journal.engine)] == [0] * 5
        assert await area_use(journal.engine, HOME, "2025") == ()


async def arrived(journal: Journal, kind: type[PrepaymentNotice] | type[PrepaymentStep], count: int) -> None:
    """Wait until all copies, the provinces' and the nation's, are there."""

    async def there() -> bool:
        return len(await rows(journal.engine, kind)) == count

    await until(there)


async def test_use_is_laid_out_month_by_month_with_zeros_in_between() -> None:
    async with open_journal(handlers=handlers(shipped_terms(), shipped_calendar())) as journal:
        await journal.engine.begin()
        await journal.engine.write({Returned: COPIES})
        await journal.engine.commit()
        uses = await month_uses(journal.engine, "2025-10", "2025-12")
        assert series(uses, "2025-10", "2025-12", counts_account=False) == {
            Float(HOME, AWAY, "310"): [300_00, 0, 150_01],
            Float(THIRD, AWAY, "390"): [0, 45_00, 0],
        }
        assert series(uses, "2025-10", "2025-12", counts_account=True)[Float(THIRD, AWAY, "390")][1] == 45_07
