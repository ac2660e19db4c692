"""A hospital's month over the interface: details confirmed, the month declared, paid, shown by the bank."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from tests.journeys.nation import Nation, TickingClock, codes_of
from tests.world import codes_in
from yidi.domain.calendar.refusals import YEAR_NOT_LOADED
from yidi.edges.finance.gathering import expected, open_list
from yidi.edges.national.counter import Counter, must, settlement_of
from yidi.edges.national.hospital import Exchange
from yidi.edges.storage.ledger import prove
from yidi.processes.finance.commands import (
    ImportStatement,
    LineGiven,
    LinesMatched,
    MatchLines,
    RegisterBankAccount,
)
from yidi.processes.payment.commands import (
    AcceptDeclaration,
    AgreePayment,
    DeclarationAccepted,
    InstitutionPaid,
    PayInstitution,
)
from yidi.processes.payment.refusals import DETAIL_DECLARED, FIGURE_DIFFERS
from yidi.processes.ports.deciding import Command, Reply
from yidi.processes.settlement.records import SettlementAnswered

CASE = "unfiled_traveller"
REPEATED = ("certno", "mdtrt_id", "mdtrt_setl_time", "setl_sn", "medfee_sumamt", "optins_pay_sumamt")
"""What a confirmation repeats of a row that was fetched."""
MONTH = {"trt_year": "2026", "trt_month": "11"}


async def said(counter: Counter, number: str, node: Any) -> Exchange:
    """Send a message of the hospital about itself."""
    return await counter.hospital.say(number, node, counter.hospital.area)


async def agency(nation: Nation, province: str, kind: type[Command], **fields: Any) -> Reply:
    """Send a command of the care place's agency."""
    msgid = f"{kind.__name__}/{nation.clock().isoformat()}"
    return await nation.node.ask(kind(jurisdiction=province, sender="agency", msgid=msgid, **fields))


async def declaration(nation: Nation, settlement_id: str) -> dict[str, Any]:
    """Make the declaration of the one settlement of the month."""
    (row,) = await nation.node.rows(SettlementAnswered, {"settlement_id": settlement_id})
    yuan = {
        "medfee_sumamt": row.total_fen,
        "med_sumfee": row.total_fen,
        "fund_appy_sum": row.fund_fen,
        "cash_payamt": row.cash_fen,
        "acct_pay": row.account_fen,
    }
    return {
        "clr_type": "21" if row.care_kind == "inpatient" else "11",
        "clr_way": "1",
        "setlym": "202611",
        "psntime": 1,
        "begndate": "2026-11-01",
        "enddate": "2026-11-30",
        **{name: f"{fen // 100}.{fen % 100:02d}" for name, fen in yuan.items()},
    }


async def test_a_month_is_confirmed_declared_paid_and_seen_on_the_bank_statement(nation: Nation) -> None:
    counter = await nation.at_the_till(CASE)
    settled = must(await counter.settle())
    care = nation.institutions[counter.hospital.code].province
    (row,) = must(await said(counter, "3260", {"data": MONTH | {"startrow": 1}})).output["data"]
    assert row["setl_sn"] == settlement_of(settled)
    detail = {name: row[name] for name in REPEATED}
    rows = {"data": MONTH | {"totalrow": 1}, "detail": [detail | {"cnfm_flag": "1"}]}
    for _ in range(2):
        confirmed = must(await said(counter, "3261", rows))
        handle = (confirmed.answer or {})["inf_refmsgid"]
        must(await said(counter, "3262", {"data": MONTH | {"otransid": handle}}))
    handle = (must(await said(counter, "3261", rows)).answer or {})["inf_refmsgid"]

    cast(TickingClock, nation.clock).now += timedelta(days=10)
    month = await declaration(nation, row["setl_sn"])
    wrong = await said(counter, "3203", {"data": month | {"medfee_sumamt": "1.00"}})
    assert FIGURE_DIFFERS.code in codes_of(wrong)
    number = must(await said(counter, "3203", {"data": month})).output["result"]["clr_appy_evt_id"]
    must(await said(counter, "3204", {"data": {"clr_appy_evt_id": number}}))
    number = must(await said(counter, "3203", {"data": month})).output["result"]["clr_appy_evt_id"]
    held = await said(counter, "3262", {"data": MONTH | {"otransid": handle}})
    assert codes_of(held) == {DETAIL_DECLARED.code}

    refused = await agency(nation, care, AcceptDeclaration, declaration_id=number)
    assert codes_in(refused) == {YEAR_NOT_LOADED.code}
    terms = {"declare_by_day": 10, "pay_working_days": 5, "retention_bp": 500, "source": "服务协议"}
    await agency(nation, care, AgreePayment, area=care, start="2026-01-01", **terms)
    accepted = await agency(nation, care, AcceptDeclaration, declaration_id=number)
    assert isinstance(accepted, DeclarationAccepted)
    assert accepted.due_on == "2026-12-17"
    paid = await agency(nation, care, PayInstitution, declarations=(number,))
    assert isinstance(paid, InstitutionPaid)
    await seen_on_the_bank_statement(nation, care, paid)


async def seen_on_the_bank_statement(nation: Nation, care: str, paid: InstitutionPaid) -> None:
    """The bank says it has paid; books and bank then agree, and every entry is explained."""
    rows = nation.node.rows
    assert [item.amount_fen for item in await open_list(rows, care, nation.today)] == [-paid.paid_fen]
    bank = {"holder": "财政专户", "number": "6200001", "bank": "试验银行", "bank_no": "102331000001"}
    await agency(nation, care, RegisterBankAccount, party=care, **bank)
    line = LineGiven(line_no=1, day="2026-12-02", amount_fen=-paid.paid_fen, reference=paid.payment_id)
    days = {"first_day": "2026-12-01", "last_day": "2026-12-31"}
    balances = {"opening_fen": 10**9, "closing_fen": 10**9 - paid.paid_fen}
    statement = {"account": "6200001", "statement_no": "1", "fingerprint": "f", "lines": (line,)}
    await agency(nation, care, ImportStatement, **statement, **days, **balances)
    waiting = await expected(rows, care)
    found = await agency(nation, care, MatchLines, months=("2026-12",), expected=waiting)
    assert isinstance(found, LinesMatched)
    assert (found.matched, found.findings) == (1, ())
    assert not await open_list(rows, care, nation.today)
    assert not [result.findings for result in await prove(nation.node.journal.engine) if result.findings]
    assert await nation.findings() == []
