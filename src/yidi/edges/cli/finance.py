"""`yidi finance account|import|match|open|explain|offset|orders`: a province's books and its bank."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec
import typer

from yidi.domain.refusal import Refusal
from yidi.edges.cli.findings import tell_refusals
from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import (
    JSON,
    PROVINCE,
    asked,
    end_refused,
    insisted,
    made,
    on_facts,
    on_node,
    tabled,
    tell,
    yuan,
)
from yidi.edges.cli.wired import RunningNode
from yidi.edges.clock import system_clock
from yidi.edges.finance import gathering
from yidi.edges.storage.reading import Rows
from yidi.processes.finance.commands import (
    ExplainLine,
    LinesMatched,
    MakeOrders,
    MatchLines,
    OffsetLines,
    OrdersMade,
    RegisterBankAccount,
    StatementTaken,
)
from yidi.processes.finance.open_items import OpenItem, Side
from yidi.processes.finance.records import OrderForm
from yidi.processes.ports.deciding import Done, Moment, Refused, Reply

app = typer.Typer(no_args_is_help=True, help="财务 Finance: books and bank of a province")
REASON = typer.Option(..., "--reason", help="理由 Reason, as the voucher gives it")
LINE = typer.Argument(..., help="流水编号 Number of the bank line")
SIDES = {Side.MONEY: "有款无账 money, no book entry", Side.BOOKS: "有账无款 book entry, no money"}
STATES = {
    "new": "未核对 new",
    "suspended": "挂账 suspended",
    "expected": "应收付 expected",
    "booked": "已入账 booked",
}


@app.command("account")
def account(
    context: typer.Context,
    party: str = typer.Argument(..., help="机构代码或省级区划 Institution or province"),
    province: str = PROVINCE,
    holder: str = typer.Option(..., "--holder", help="户名 Holder"),
    number: str = typer.Option(..., "--number", help="账号 Number"),
    bank: str = typer.Option(..., "--bank", help="开户行 Bank"),
    bank_no: str = typer.Option(..., "--bank-no", help="联行号 12-digit number of the bank"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """登记银行账户；收付方为本省时即财政专户。 Register a bank account; its own is the fiscal one."""
    named = {"party": party, "holder": holder, "number": number, "bank": bank, "bank_no": bank_no}
    done = asked(context, config, made(RegisterBankAccount, province, "finance", **named), Done)
    tell(done, f"{party} {holder} {number} 已登记 registered", as_json=as_json)


@app.command("import")
def import_file(
    context: typer.Context,
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="CSV, camt.053"),
    province: str = PROVINCE,
    month: str = typer.Option("", "--month", help="应属月份 The month it must be of (2026-10)"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """导入银行对账单，整份接受或拒绝。 Import a bank statement, whole or not at all."""
    replies = on_node(context, config, lambda node: taken(node, file.read_bytes(), province, month))
    for reply in replies:
        found = insisted(reply, StatementTaken)
        said = f"{found.statement_id} 已导入 imported，{found.lines} 行 lines"
        tell(found, said, as_json=as_json)


async def taken(node: RunningNode, data: bytes, province: str, month: str) -> list[Reply]:
    """Read a file against what is known and import its statements; the first refusal ends it."""
    from yidi.edges.banking.reading import read_statements
    from yidi.edges.finance.files import import_of

    known = await gathering.known(node.rows, province)
    found = read_statements(data, known.accounts, known.imported)
    if isinstance(found, list):
        return [Refused(refusals=tuple(found))]
    replies: list[Reply] = []
    for statement in found:
        msgid = f"ImportStatement/{secrets.token_hex(8)}"
        replies.append(await node.ask(import_of(statement, province, msgid, month)))
        if isinstance(replies[-1], Refused):
            break
    return replies


@app.command("match")
def match(
    context: typer.Context,
    province: str = PROVINCE,
    report: bool = typer.Option(False, "--report", help="一并登记付款和到账 Also report as paid or received"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """匹配流水与应收应付。 Match bank lines with expected payments; status 1 when lines stay open."""

    async def work(node: RunningNode) -> Reply:
        rows = node.rows
        months, expected = await gathering.months(rows, province), await gathering.expected(rows, province)
        said = {"months": months, "expected": expected, "report": report}
        return await node.ask(made(MatchLines, province, "finance", **said))

    found = insisted(on_node(context, config, work), LinesMatched)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        counts = f"匹配 matched {found.matched}  利息 interest {found.interest}"
        typer.echo(f"{counts}  新挂账 suspended {found.suspended}")
        for number in found.to_book:
            typer.echo(f"款已动账未记 moved, still to be reported: {number}")
        tell_refusals(found.findings)
    raise typer.Exit(1 if found.findings else 0)


@app.command("open")
def show_open(
    context: typer.Context, province: str = PROVINCE, config: Path | None = CONFIG, as_json: bool = JSON
) -> None:
    """未达账项及账龄。 What is open on either side, with its age."""
    today = Moment(system_clock(), "").today

    async def look(rows: Rows) -> tuple[OpenItem, ...]:
        return await gathering.open_list(rows, province, today)

    items = on_facts(context, config, look)
    if as_json:
        typer.echo(msgspec.json.encode(items).decode())
        return
    rows = [
        (
            SIDES[item.side],
            item.day,
            item.item_id,
            item.counterpart,
            STATES.get(item.state, item.state),
            str(item.age_days),
            yuan(item.amount_fen),
        )
        for item in items
    ]
    names = ("方 side", "日期 day", "编号 item", "对方 counterpart", "状态 state", "天 age", "金额 amount")
    tabled("未达账项 Open between books and bank", names, rows, words=5)


@app.command("explain")
def explain(
    context: typer.Context,
    line: str = LINE,
    province: str = PROVINCE,
    ledger_account: str = typer.Option(..., "--account", help="科目 Account of the ledger"),
    counterpart: str = typer.Option(..., "--counterpart", help="对方 Whom it concerns"),
    scheme: str = typer.Option("", "--scheme", help="险种 Scheme (310, 390)"),
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """说明一笔挂账流水的科目。 Say what a suspended line is for."""
    fields = {"line_id": line, "account": ledger_account, "counterpart": counterpart, "scheme": scheme}
    done = asked(context, config, made(ExplainLine, province, "finance", **fields, reason=reason), Done)
    tell(done, f"{line} → {ledger_account} {counterpart} {scheme}".rstrip(), as_json=as_json)


@app.command("offset")
def offset(
    context: typer.Context,
    line: str = LINE,
    against: str = typer.Argument(..., help="相抵流水 The line it takes back"),
    province: str = PROVINCE,
    reason: str = REASON,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """对冲两笔挂账流水，如退回的手续费。 Let two suspended lines cancel, such as a fee that was returned."""
    command = made(OffsetLines, province, "finance", line_id=line, against=against, reason=reason)
    tell(asked(context, config, command, Done), f"{line} 与 {against} 对冲 offset", as_json=as_json)


@app.command("orders")
def orders(
    context: typer.Context,
    out: Path = typer.Option(..., "--out", help="文件 File to write"),
    province: str = PROVINCE,
    form: OrderForm = typer.Option(OrderForm.PAIN, "--form", help="pain 机构 institutions, pacs 专户间"),
    day: str = typer.Option("", "--day", help="执行日期 Execution day; today by default"),
    batch: str = typer.Option("", "--batch", help="重新导出某批 Write a batch again by its number"),
    config: Path | None = CONFIG,
) -> None:
    """生成付款指令，每笔只生成一次。 Order what is due, each payment once, and write the file."""
    from yidi.edges.finance.files import file_of

    execution_day = day or Moment(system_clock(), "").today.isoformat()

    async def work(node: RunningNode) -> bytes | Iterable[Refusal]:
        number = batch
        if not number:
            expected = await gathering.expected(node.rows, province)
            fields = {"form": form, "execution_day": execution_day, "expected": expected}
            reply = await node.ask(made(MakeOrders, province, "finance", **fields))
            if not isinstance(reply, OrdersMade):
                assert isinstance(reply, Refused)
                return reply.refusals
            number = reply.batch_no
        found = await gathering.batch(node.rows, province, number)
        if found is None:
            raise typer.BadParameter(f"没有这一批 there is no batch {number}", param_hint="--batch")
        return file_of(*found)

    content = on_node(context, config, work)
    if not isinstance(content, bytes):
        end_refused(content)
    out.write_bytes(content)
    typer.echo(str(out))
