"""`yidi payment`: what a care place owes its institutions: declared, accepted, deducted, paid, released."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer

from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import (
    JSON,
    MONTH,
    PROVINCE,
    REASON,
    SCHEMES,
    asked,
    end_refused,
    fen_of,
    made,
    on_facts,
    on_node,
    tabled,
    tell,
    yuan,
)
from yidi.edges.cli.wired import RunningNode
from yidi.edges.payment.declaring import figures_of, settlements_of
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.months import days_of, is_month
from yidi.processes.payment.commands import (
    AcceptDeclaration,
    AgreePayment,
    AskDeclarations,
    AskRetention,
    DeclarationAccepted,
    DeclarationsFound,
    DeclareMonth,
    Deduct,
    InstitutionPaid,
    PayInstitution,
    ReleaseRetention,
    RetentionFound,
    ReturnDeclaration,
    WithdrawDeclaration,
)
from yidi.processes.payment.records import DeclarationDeduction
from yidi.processes.ports.deciding import Done, Refused
from yidi.processes.settlement.views import CARE_KINDS

app = typer.Typer(no_args_is_help=True, help="机构结算 Institutions: declared, deducted, paid")
DECLARATION = typer.Argument(..., help="申报编号 Number of the declaration")
INSTITUTION = typer.Option(..., "--institution", help="机构代码 Code of the institution")
STATES = {
    "declared": "待受理 declared",
    "accepted": "已受理 accepted",
    "returned": "已退回 returned",
    "withdrawn": "已撤回 withdrawn",
    "paid": "已拨付 paid",
}


@app.command("agree")
def agree(
    context: typer.Context,
    area: str = typer.Argument(..., help="统筹区代码 Pooling area"),
    province: str = PROVINCE,
    start: str = typer.Option(..., "--start", help="生效日 First day"),
    declare_by_day: int = typer.Option(..., "--declare-by", help="次月申报截止日 Day of the next month"),
    pay_working_days: int = typer.Option(..., "--pay-within", help="拨付工作日 Working days to pay in"),
    retention_bp: int = typer.Option(..., "--retention-bp", help="质保金（万分之） Retention, basis points"),
    source: str = typer.Option(..., "--source", help="依据 Document that says so"),
    late: str = typer.Option("accepted", "--late", help="逾期申报 accepted 受理 or refused 不受理"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """登记统筹区与机构的拨付约定。 Enter what an area has agreed with its institutions."""
    command = made(
        AgreePayment,
        province,
        "agency",
        area=area,
        start=start,
        declare_by_day=declare_by_day,
        pay_working_days=pay_working_days,
        retention_bp=retention_bp,
        source=source,
        late=late,
    )
    done = asked(context, config, command, Done)
    said = f"{area} 自 from {start}: {declare_by_day} 日前申报 declare by day {declare_by_day}"
    said += f"，{pay_working_days} 个工作日内拨付 paid within working days，质保金 retention"
    tell(done, f"{said} {retention_bp // 100}.{retention_bp % 100:02d} %", as_json=as_json)


@app.command("declare")
def declare(
    context: typer.Context,
    month: str = MONTH,
    province: str = PROVINCE,
    institution: str = INSTITUTION,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """代机构按就医地留存数据申报。 Declare a month for an institution that has no interface of its own.

    One declaration a clearing kind, with the sums of what the care place has settled and nobody declared yet.
    """
    if not is_month(month):
        raise typer.BadParameter("2026-10", param_hint="MONTH")
    days = days_of(month)

    async def work(node: RunningNode) -> list[tuple[str, str, int]]:
        entered = []
        for kind in CARE_KINDS:
            own = await settlements_of(node.rows, province, institution, month, kind)
            if not own:
                continue
            said = {"month": month, "since": days[0], "until": days[-1], "clearing_kind": kind}
            figures = figures_of(own)
            reply = await node.ask(made(DeclareMonth, province, institution, figures=figures, **said))
            if isinstance(reply, Refused):
                end_refused(reply.refusals)
            assert isinstance(reply, Done), reply
            entered.append((reply.reference, kind, figures.fund_fen + figures.account_fen))
        return entered

    found = on_node(context, config, work)
    if as_json:
        shown = [{"declaration": number, "kind": kind, "owed_fen": fen} for number, kind, fen in found]
        typer.echo(msgspec.json.encode(shown).decode())
    elif not found:
        typer.echo(f"{month} {institution}: 没有待申报的结算。 Nothing is left to declare.")
    else:
        rows = [(number, kind, yuan(fen)) for number, kind, fen in found]
        names = ("申报编号 declaration", "清算类别 kind", "应付 owed")
        tabled(f"已申报 Declared {month} {institution}", names, rows, words=2)
    raise typer.Exit(0 if found else 1)


@app.command("declarations")
def declarations(
    context: typer.Context,
    month: str = MONTH,
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """列出申报及拨付期限。 List the declarations of a month, the longest overdue first."""
    command = made(AskDeclarations, province, "agency", month=month)
    found = asked(context, config, command, DeclarationsFound)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    rows = [
        (
            row.declaration_id,
            row.institution_code,
            row.clearing_kind,
            STATES.get(row.state, row.state) + ("（逾期申报 late）" if row.late else ""),
            row.declared_on,
            row.due_on or "—",
            yuan(row.owed_fen),
            str(row.overdue_days or "—"),
        )
        for row in found.declarations
    ]
    names = ("编号 number", "机构 institution", "类别 kind", "状态 state", "申报日 declared", "期限 due on")
    tabled(f"申报 Declarations {month}", (*names, "应付 owed", "逾期天数 overdue"), rows, words=6)


@app.command("accept")
def accept(
    context: typer.Context,
    declaration: str = DECLARATION,
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """受理申报，确定拨付期限。 Accept a declaration; the day of payment is set."""
    command = made(AcceptDeclaration, province, "agency", declaration_id=declaration)
    found = asked(context, config, command, DeclarationAccepted)
    tell(found, f"{declaration} 已受理 accepted，期限 due on {found.due_on}", as_json=as_json)


@app.command("return")
def return_it(
    context: typer.Context,
    declaration: str = DECLARATION,
    province: str = PROVINCE,
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """退回申报。 Send a declaration back, with the reason."""
    command = made(ReturnDeclaration, province, "agency", declaration_id=declaration, reason=reason)
    tell(asked(context, config, command, Done), f"{declaration} 已退回 returned", as_json=as_json)


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    declaration: str = DECLARATION,
    province: str = PROVINCE,
    institution: str = INSTITUTION,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """机构撤回未受理的申报。 An institution takes back a declaration that is not accepted yet."""
    command = made(WithdrawDeclaration, province, institution, declaration_id=declaration)
    tell(asked(context, config, command, Done), f"{declaration} 已撤回 withdrawn", as_json=as_json)


@app.command("deduct")
def deduct(
    context: typer.Context,
    declaration: str = DECLARATION,
    settlement: str = typer.Argument(..., help="结算编号 Number of the settlement"),
    province: str = PROVINCE,
    amount: str = typer.Option(..., "--amount", help="扣减金额（元） Amount in yuan"),
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """拨付前审核扣减一笔结算。 Refuse part of a declared settlement before it is paid; typed again, once."""
    fen = fen_of(amount, "--amount")
    where = {"jurisdiction": province, "declaration_id": declaration, "settlement_id": settlement}

    async def look(rows: Rows) -> list[DeclarationDeduction]:
        found = await rows(DeclarationDeduction, where, ("deduction_id",), 0)
        return [row for row in found if (row.amount_fen, row.reason) == (fen, reason)]

    before = on_facts(context, config, look)
    if before:
        said = f"{before[0].deduction_id} 已登记，未重复扣减 was entered before, nothing is taken twice"
        tell(Done(reference=before[0].deduction_id), said, as_json=as_json)
        return
    command = made(
        Deduct,
        province,
        "agency",
        declaration_id=declaration,
        settlement_id=settlement,
        amount_fen=fen,
        reason=reason,
    )
    done = asked(context, config, command, Done)
    tell(done, f"{done.reference} 扣减 deducted {yuan(fen)}", as_json=as_json)


@app.command("pay")
def pay(
    context: typer.Context,
    declarations: list[str] = typer.Argument(..., help="已受理的申报编号 Accepted declarations"),
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """拨付一家机构已受理的申报。 Pay accepted declarations of one institution in one transfer."""
    command = made(PayInstitution, province, "agency", declarations=tuple(declarations))
    paid = asked(context, config, command, InstitutionPaid)
    if as_json:
        typer.echo(msgspec.json.encode(paid).decode())
        return
    rows = [
        ("应付 owed", yuan(paid.owed_fen)),
        ("审核扣减 deducted", yuan(-paid.deducted_fen)),
        ("质保金 retained", yuan(-paid.retained_fen)),
        ("实付 paid", yuan(paid.paid_fen)),
    ]
    tabled(f"拨付 Payment {paid.payment_id}", ("项目 item", "金额 amount"), rows)


@app.command("retention")
def retention(
    context: typer.Context,
    year: str = typer.Argument(..., help="年度 Year, e.g. 2026"),
    province: str = PROVINCE,
    institution: str = INSTITUTION,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """质保金余额及返还期限。 What is held back of an institution's year, and until when it is released."""
    command = made(AskRetention, province, "agency", institution_code=institution, year=year)
    found = asked(context, config, command, RetentionFound)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    rows = [
        (SCHEMES.get(row.scheme, row.scheme), yuan(row.held_fen), yuan(row.released_fen), yuan(row.left_fen))
        for row in found.schemes
    ]
    names = ("险种 scheme", "扣留 held", "已返还 released", "余额 left")
    tabled(f"质保金 Retention {year} {institution}", names, rows)
    overdue = f"，逾期 overdue {found.overdue_days} 天 days" if found.overdue_days else ""
    typer.echo(f"返还期限 release by {found.due_on or '—'}{overdue}")


@app.command("release")
def release(
    context: typer.Context,
    year: str = typer.Argument(..., help="年度 Year, e.g. 2026"),
    province: str = PROVINCE,
    institution: str = INSTITUTION,
    scheme: str = typer.Option(..., "--scheme", help="险种 Scheme (310, 390)"),
    amount: str = typer.Option(..., "--amount", help="返还金额（元） Amount in yuan"),
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """返还质保金。 Pay out what was held back of a year, in part or whole."""
    fen = fen_of(amount, "--amount")
    said = {"institution_code": institution, "year": year, "scheme": scheme, "reason": reason}
    done = asked(context, config, made(ReleaseRetention, province, "agency", amount_fen=fen, **said), Done)
    tell(done, f"{done.reference} 已返还 released {yuan(fen)}", as_json=as_json)
