"""`yidi clearing dispute|disputes|resolve|deduct|refund|adjustments`: single settlements in a clearing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import typer

from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import (
    JSON,
    MONTH,
    PROVINCE,
    REASON,
    asked,
    fen_of,
    made,
    on_facts,
    place,
    tabled,
    tell,
    yuan,
)
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.commands import (
    AuditDeduction,
    DisputeItem,
    DisputeState,
    RefundAfterClearing,
    ResolveDispute,
    Way,
)
from yidi.processes.clearing.records import ClearingAdjustment, ClearingDispute
from yidi.processes.ports.deciding import NATION, Done

app = typer.Typer()
SETTLEMENT = typer.Argument(..., help="结算编号 Number of the settlement")
ONE_PROVINCE = typer.Option("", "--province", help="只看一省所知 Only what this province knows")
STATES = {
    "open": "待处理 open",
    "dismissed": "驳回 dismissed",
    "upheld": "成立 upheld",
    "corrected": "更正 corrected",
}
WAYS = {"deduction": "审核扣减 deduction", "refund": "退款 refund"}


@app.command("dispute")
def dispute(
    context: typer.Context,
    month: str = MONTH,
    settlement: str = SETTLEMENT,
    province: str = PROVINCE,
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """对一笔结算提出异议，该笔暂缓，其余照常。 Dispute one settlement: it waits, the run goes on."""
    command = made(DisputeItem, province, "agency", month=month, settlement_id=settlement, reason=reason)
    done = asked(context, config, command, Done)
    said = f"{settlement} 已提出异议，暂缓清算；请重新生成{month}清算表。"
    said += f"\nIt is disputed and waits; build the table of {month} again."
    tell(done, said, as_json=as_json)


@app.command("resolve")
def resolve(
    context: typer.Context,
    settlement: str = SETTLEMENT,
    outcome: DisputeState = typer.Option(
        ..., "--outcome", help="dismissed 驳回、upheld 成立、corrected 更正"
    ),
    reason: str = REASON,
    fund: str = typer.Option("0", "--fund", help="更正后基金支付（元） What stands of the funds, yuan"),
    account: str = typer.Option("0", "--account", help="更正后个人账户（元） What stands of the account"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """国家平台处理异议。 The nation ends a dispute: the settlement stands, is struck, or stands with less."""
    command = made(
        ResolveDispute,
        NATION,
        "agency",
        settlement_id=settlement,
        outcome=outcome,
        reason=reason,
        fund_fen=fen_of(fund, "--fund"),
        account_fen=fen_of(account, "--account"),
    )
    done = asked(context, config, command, Done)
    tell(done, f"{settlement} {STATES[outcome]}", as_json=as_json)


@app.command("disputes")
def disputes(
    context: typer.Context,
    month: str = typer.Option("", "--month", help="提出时的清算月份 The month in which it was raised"),
    province: str = ONE_PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """列出异议及处理情况。 List disputes and how each stands."""
    where = {"jurisdiction": province or NATION} | ({"month": month} if month else {})

    async def look(rows: Rows) -> list[ClearingDispute]:
        return await rows(ClearingDispute, where, ("settlement_id", "version"), 0)

    latest = {row.settlement_id: row for row in on_facts(context, config, look)}
    if as_json:
        typer.echo(msgspec.json.encode([row._asdict() for row in latest.values()]).decode())
        return
    shown = [
        (
            row.settlement_id,
            row.month,
            STATES[row.state],
            place(row.raised_by),
            place(row.care),
            place(row.insured),
            row.reason,
            yuan(row.fund_fen + row.account_fen),
        )
        for row in latest.values()
    ]
    names = (
        "结算 settlement",
        "月份 month",
        "状态 state",
        "提出 raised by",
        "就医地 care",
        "参保地 insured",
        "理由 reason",
    )
    tabled("异议 Disputes", (*names, "金额 stands"), shown, words=7)


async def made_before(rows: Rows, wanted: ClearingAdjustment) -> ClearingAdjustment | None:
    """Return the same correction when it was entered before: settlement, way, finding and amount."""
    where = {"jurisdiction": wanted.jurisdiction, "settlement_id": wanted.settlement_id}
    for row in await rows(ClearingAdjustment, where, ("adjustment_id",), 0):
        if (row.way, row.finding, row.amount_fen) == (wanted.way, wanted.finding, wanted.amount_fen):
            return row
    return None


def enter(
    context: typer.Context,
    config: Path | None,
    command: AuditDeduction | RefundAfterClearing,
    *,
    as_json: bool,
) -> None:
    """Enter a correction once; typed again it is the same one."""
    if isinstance(command, AuditDeduction):
        way, finding = Way.DEDUCTION, command.finding
    else:
        way, finding = Way.REFUND, command.reference
    here, number, amount_fen = command.jurisdiction, command.settlement_id, command.amount_fen
    wanted = ClearingAdjustment(
        here, "", number, "", way, here, "", "", "", "", amount_fen, 0, "", finding, ""
    )

    async def look(rows: Rows) -> ClearingAdjustment | None:
        return await made_before(rows, wanted)

    before = on_facts(context, config, look)
    if before is not None:
        said = f"{before.adjustment_id} 已登记，未重复扣减 was entered before, nothing is taken twice"
        tell(Done(reference=before.adjustment_id), said, as_json=as_json)
        return
    done = asked(context, config, command, Done)
    said = (
        f"{done.reference} {WAYS[way]} {number} {yuan(amount_fen)}，列入以后月份清算 enters a later clearing"
    )
    tell(done, said, as_json=as_json)


@app.command("deduct")
def deduct(
    context: typer.Context,
    settlement: str = SETTLEMENT,
    province: str = PROVINCE,
    amount: str = typer.Option(..., "--amount", help="扣减金额（元） What is taken back, yuan"),
    finding: str = typer.Option(..., "--finding", help="审核结论编号 Number of the audit's finding"),
    reason: str = REASON,
    penalty: str = typer.Option("0", "--penalty", help="违约金（元），留就医地 Penalty, stays here"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """已清算费用审核扣减，退回参保地。 Deduct from a cleared settlement; the insured place has it back."""
    said: dict[str, Any] = {"settlement_id": settlement, "reason": reason, "finding": finding}
    fens = {"amount_fen": fen_of(amount, "--amount"), "penalty_fen": fen_of(penalty, "--penalty")}
    enter(context, config, made(AuditDeduction, province, "agency", **said, **fens), as_json=as_json)


@app.command("refund")
def refund(
    context: typer.Context,
    settlement: str = SETTLEMENT,
    province: str = PROVINCE,
    amount: str = typer.Option(..., "--amount", help="退款金额（元） What is paid back, yuan"),
    reference: str = typer.Option(..., "--reference", help="退款流水号 Reference of the repayment"),
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """清算后退款，列入以后月份。 An institution pays part of a cleared settlement back."""
    said: dict[str, Any] = {"settlement_id": settlement, "reason": reason, "reference": reference}
    command = made(RefundAfterClearing, province, "agency", amount_fen=fen_of(amount, "--amount"), **said)
    enter(context, config, command, as_json=as_json)


@app.command("adjustments")
def adjustments(
    context: typer.Context,
    month: str = typer.Option("", "--month", help="列入的清算月份 The month whose clearing has it"),
    province: str = ONE_PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """列出审核扣减和退款。 List deductions and refunds, and the month whose clearing has each."""
    where = {"jurisdiction": province or NATION} | ({"month": month} if month else {})

    async def look(rows: Rows) -> list[ClearingAdjustment]:
        return await rows(ClearingAdjustment, where, ("adjustment_id",), 0)

    found = on_facts(context, config, look)
    if as_json:
        typer.echo(msgspec.json.encode([row._asdict() for row in found]).decode())
        return
    shown = [
        (
            row.adjustment_id,
            row.settlement_id,
            WAYS[row.way],
            row.month,
            row.cleared_in or "—",
            place(row.care),
            place(row.insured),
            f"{row.reason} {row.finding}",
            yuan(-row.amount_fen),
        )
        for row in found
    ]
    names = ("编号 number", "结算 settlement", "类别 kind", "列入 enters", "原清算 cleared in", "就医地 care")
    tabled(
        "扣减与退款 Deductions and refunds",
        (*names, "参保地 insured", "理由 reason", "金额 amount"),
        shown,
        words=8,
    )
