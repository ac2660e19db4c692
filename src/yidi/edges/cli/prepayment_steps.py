"""`yidi prepayment count|fix|rate`, and the steps of notices, areas and top-ups: what people enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import typer

from yidi.edges.cli.ledger import answered as answered_by_engine
from yidi.edges.cli.papers import KEY, OUT, put_papers
from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import (
    AMOUNT,
    JSON,
    MONTH,
    NOTICE,
    PROVINCE,
    REASON,
    REFERENCE,
    asked,
    fen_of,
    made,
    on_facts,
    place,
    tabled,
    tell,
    yuan,
)
from yidi.edges.clock import system_clock
from yidi.edges.documents.papers import Paper
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.prepayment import area_use, month_use
from yidi.edges.storage.reading import Rows
from yidi.processes.ports.deciding import NATION, Command, Done, Moment
from yidi.processes.prepayment.commands import (
    AcknowledgePrepayment,
    AreaPaid,
    AreasCalled,
    AreaUsed,
    CallAreas,
    ConfirmPrepaymentReceived,
    CountAreaUse,
    CountUse,
    DecideTopUp,
    HandPrepaymentOver,
    MonthRated,
    PlanYear,
    RateMonth,
    ReportPrepaymentPaid,
    RequestTopUp,
    Used,
    YearPlanned,
)
from yidi.processes.prepayment.records import Basis, TopUp, TopUpDecision

app = typer.Typer()
YEAR = typer.Argument(..., help="年度 Year, such as 2026")
LINE = typer.Option(..., "--line", min=1, help="行号 Line of the notice, from 1")
DAY = typer.Option("", "--day", help="发生日 The day it happened; today by default")
BASIS = typer.Option(Basis.CLEARED, "--basis", help="cleared 已清算，settled 已结算")


def day_or_today(day: str) -> str:
    """Return the day given, else the business date."""
    return day or Moment(system_clock(), "").today.isoformat()


def entered(
    context: typer.Context, config: Path | None, command: Command, said: str, *, as_json: bool
) -> None:
    """Have a step decided and say that it holds."""
    tell(asked(context, config, command, Done), said, as_json=as_json)


@app.command("count")
def count(
    context: typer.Context, month: str = MONTH, config: Path | None = CONFIG, as_json: bool = JSON
) -> None:
    """按国家平台留存数据统计一个月用款。 Count a month's use from the nation's own copies."""

    async def ask(engine: Engine) -> tuple[Used, ...]:
        return await month_use(engine, month)

    uses = answered_by_engine(config, ask)
    command = made(CountUse, NATION, "agency", month=month, lines=uses)
    fen = sum(row.fund_fen + row.account_fen for row in uses)
    entered(context, config, command, f"{month} 已统计 counted {len(uses)}，{yuan(fen)}", as_json=as_json)


@app.command("fix")
def fix(context: typer.Context, year: str = YEAR, config: Path | None = CONFIG, as_json: bool = JSON) -> None:
    """核定年度预付金并发通知书。 Fix the year's prepayment and send the notices."""
    found = asked(context, config, made(PlanYear, NATION, "agency", year=year), YearPlanned)
    late = "（逾期核定 fixed late）" if found.late else ""
    said = f"{year} {found.plan_id}{late} 预付金 floats {found.pairs}，额度 amount {yuan(found.amount_fen)}"
    said += f"，调整 change {yuan(found.change_fen)}，通知书 notices {len(found.notices)}"
    tell(found, said, as_json=as_json)


@app.command("rate")
def rate(
    context: typer.Context,
    month: str = MONTH,
    basis: Basis = BASIS,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """评定使用率并发预警。 Rate a counted month and warn of yellow and red; status 0 whatever the colours."""
    found = asked(context, config, made(RateMonth, NATION, "agency", month=month, basis=basis), MonthRated)
    said = f"{month} 绿 green {found.green}  黄 yellow {found.yellow}  红 red {found.red}"
    tell(found, f"{said}  无预付金 unfunded {found.unfunded}", as_json=as_json)


@app.command("acknowledge")
def acknowledge(
    context: typer.Context,
    notice: str = NOTICE,
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """签收通知书。 A province has downloaded a notice."""
    command = made(AcknowledgePrepayment, province, "agency", notice_no=notice)
    entered(context, config, command, f"{notice} 已签收 acknowledged", as_json=as_json)


@app.command("hand-over")
def hand_over(
    context: typer.Context,
    notice: str = NOTICE,
    province: str = PROVINCE,
    day: str = DAY,
    reference: str = typer.Option("", "--reference", help="用款申请编号 Number of the payment request"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """移交财政。 The agency hands a notice to pay to finance."""
    said: Mapping[str, Any] = {"handed_on": day_or_today(day), "reference": reference}
    command = made(HandPrepaymentOver, province, "agency", notice_no=notice, **said)
    entered(context, config, command, f"{notice} 已移交财政 handed to finance", as_json=as_json)


@app.command("pay")
def pay(
    context: typer.Context,
    notice: str = NOTICE,
    province: str = PROVINCE,
    line: int = LINE,
    amount: str = AMOUNT,
    reference: str = REFERENCE,
    day: str = DAY,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """财政登记已划拨一行。 Finance has paid a line of a notice, to the fen."""
    said: Mapping[str, Any] = {"line": line, "paid_on": day_or_today(day), "reference": reference}
    fen = fen_of(amount, "--amount")
    command = made(ReportPrepaymentPaid, province, "finance", notice_no=notice, amount_fen=fen, **said)
    entered(context, config, command, f"{notice}/{line} 已划拨 paid {yuan(fen)}", as_json=as_json)


@app.command("confirm")
def confirm(
    context: typer.Context,
    notice: str = NOTICE,
    province: str = PROVINCE,
    line: int = LINE,
    amount: str = AMOUNT,
    reference: str = REFERENCE,
    day: str = DAY,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """确认一行到账。 A line of a receipt notice has arrived, to the fen."""
    said: Mapping[str, Any] = {"line": line, "received_on": day_or_today(day), "reference": reference}
    fen = fen_of(amount, "--amount")
    command = made(ConfirmPrepaymentReceived, province, "finance", notice_no=notice, amount_fen=fen, **said)
    entered(context, config, command, f"{notice}/{line} 已到账 received {yuan(fen)}", as_json=as_json)


@app.command("count-areas")
def count_areas(
    context: typer.Context,
    year: str = YEAR,
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """按本省留存数据统计各统筹区用款。 Count the areas' use of a year from the province's own bookings."""

    async def ask(engine: Engine) -> tuple[AreaUsed, ...]:
        return await area_use(engine, province, year)

    uses = answered_by_engine(config, ask)
    command = made(CountAreaUse, province, "agency", year=year, lines=uses)
    said = f"{year} {place(province)} 已统计 counted {len(uses)}，{yuan(sum(row.used_fen for row in uses))}"
    entered(context, config, command, said, as_json=as_json)


@app.command("call-areas")
def call_areas(
    context: typer.Context,
    notice: str = NOTICE,
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """按上年用款向统筹区归集。 Apportion a notice over the province's areas by last year's use."""
    found = asked(context, config, made(CallAreas, province, "agency", notice_no=notice), AreasCalled)
    said = f"{notice} 统筹区 areas {found.areas}，应归集 to be collected {yuan(found.amount_fen)}"
    tell(found, said, as_json=as_json)


@app.command("area-paid")
def area_paid(
    context: typer.Context,
    notice: str = NOTICE,
    province: str = PROVINCE,
    area: str = typer.Option(..., "--area", help="统筹区代码 Pooling area"),
    scheme: str = typer.Option(..., "--scheme", help="险种 Scheme (310, 390)"),
    amount: str = AMOUNT,
    reference: str = REFERENCE,
    day: str = DAY,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """登记统筹区上解。 An area has handed its call up."""
    fen = fen_of(amount, "--amount")
    said: Mapping[str, Any] = {"area": area, "scheme": scheme, "paid_on": day_or_today(day)}
    command = made(
        AreaPaid, province, "finance", notice_no=notice, amount_fen=fen, reference=reference, **said
    )
    entered(context, config, command, f"{notice} {area} {scheme} 已上解 paid {yuan(fen)}", as_json=as_json)


@app.command("request")
def request(
    context: typer.Context,
    month: str = MONTH,
    care: str = typer.Option(..., "--care", help="申请的就医省 Care province that asks"),
    insured: str = typer.Option(..., "--insured", help="参保省 Insured province"),
    scheme: str = typer.Option(..., "--scheme", help="险种 Scheme (310, 390)"),
    amount: str = AMOUNT,
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """红色预警后申请紧急调增。 A care province asks for an emergency top-up of a red float."""
    said: Mapping[str, Any] = {"month": month, "insured": insured, "scheme": scheme, "reason": reason}
    fen = fen_of(amount, "--amount")
    done = asked(context, config, made(RequestTopUp, care, "agency", amount_fen=fen, **said), Done)
    tell(done, f"{done.reference} 已提交国家平台审核 submitted for review {yuan(fen)}", as_json=as_json)


@app.command("review")
def review(
    context: typer.Context,
    province: str = typer.Option("", "--care", help="只看一省 Only this care province's own"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """列出调增申请及审核结果。 List requests for a top-up with what each needs, and what was decided."""
    where = {"jurisdiction": province or NATION}

    async def look(rows: Rows) -> tuple[list[TopUp], list[TopUpDecision]]:
        found = await rows(TopUp, where, ("request_no",), 0)
        return found, await rows(TopUpDecision, where, ("request_no",), 0)

    requests, decisions = on_facts(context, config, look)
    decided = {row.request_no: row for row in decisions}
    if as_json:
        shown = [
            {**row._asdict(), "decision": decided[row.request_no]._asdict()}
            if row.request_no in decided
            else {**row._asdict(), "decision": None}
            for row in requests
        ]
        typer.echo(msgspec.json.encode(shown).decode())
        return
    rows = []
    for row in requests:
        decision = decided.get(row.request_no)
        state = f"已核定 decided {decision.decided_on}" if decision else "待审核 waiting"
        names = (
            row.request_no,
            row.month,
            place(row.care),
            place(row.insured),
            row.scheme,
            row.reason,
            state,
        )
        approved = yuan(decision.approved_fen) if decision else "—"
        rows.append((*names, yuan(row.asked_fen), yuan(row.needed_fen), approved))
    names = (
        "编号 number",
        "月份 month",
        "就医省 care",
        "参保省 insured",
        "险种",
        "理由 reason",
        "状态 state",
    )
    amounts = ("申请 asked", "需要 needed", "核定 approved")
    tabled("紧急调增 Emergency top-ups", (*names, *amounts), rows, words=7)


@app.command("decide")
def decide(
    context: typer.Context,
    number: str = typer.Argument(..., help="申请编号 Number of the request"),
    approve: str = typer.Option(
        ..., "--approve", help="核定金额（元），0 即不同意 Approved, yuan; 0 rejects"
    ),
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """国家平台审核调增申请并通知两省。 The nation approves a top-up, in part or whole, or rejects it."""
    fen = fen_of(approve, "--approve")
    command = made(DecideTopUp, NATION, "agency", request_no=number, approved_fen=fen, reason=reason)
    said = f"{number} 核定 approved {yuan(fen)}" if fen else f"{number} 不同意 rejected"
    entered(context, config, command, said, as_json=as_json)


@app.command("documents")
def documents(
    context: typer.Context,
    year: str = YEAR,
    out: Path = OUT,
    province: str = typer.Option("", "--province", help="只看一省 Only this province"),
    key: Path | None = KEY,
    config: Path | None = CONFIG,
) -> None:
    """输出预付金通知书（Excel 和 PDF）。 Write a year's notices as Excel and PDF; drafts without a key."""
    from yidi.edges.prepayment.papers import papers_of

    async def look(rows: Rows) -> Sequence[Paper]:
        return await papers_of(rows, year, province)

    put_papers(context, config, look, out, key, f"{year}: 没有预付金通知书。 No notices of prepayment.")
