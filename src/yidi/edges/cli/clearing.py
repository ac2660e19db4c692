"""`yidi clearing`: the monthly clearing between provinces. Here its table, signatures, notices and papers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer

from yidi.domain.refusal import Refusal
from yidi.edges.clearing.gathering import build_command, bulk_command, check_command, gather, msgid_of
from yidi.edges.cli import clearing_items, clearing_transfers
from yidi.edges.cli.papers import KEY, OUT, put_papers
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.telling import (
    JSON,
    MONTH,
    PROVINCE,
    R,
    end_refused,
    insisted,
    on_node,
    place,
    tabled,
    tell,
    yuan,
)
from yidi.edges.cli.terms import terms_on
from yidi.edges.cli.wired import RunningNode, wired
from yidi.edges.documents.papers import Paper
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.commands import (
    ClearingBuilt,
    ClearingChecked,
    NoticesPublished,
    PublishNotices,
    SignClearing,
)
from yidi.processes.clearing.lines import TableLine
from yidi.processes.clearing.months import is_month
from yidi.processes.clearing.netting import nets
from yidi.processes.clearing.records import ClearingLine, ClearingRun
from yidi.processes.clearing.standing import table_lines
from yidi.processes.ports.deciding import NATION, Refused, Reply

app = typer.Typer(no_args_is_help=True, help="清算 Monthly clearing between provinces")
ONE_PROVINCE = typer.Option("", "--province", help="只看一省 Only this province")
EXTRACTS = typer.Option([], "--extracts", help="国家侧批量数据 Extracts of the nation's copies, in bulk")


def month_of(text: str) -> str:
    """Insist on a month."""
    if not is_month(text):
        raise typer.BadParameter("yyyy-MM", param_hint="MONTH")
    return text


def delay_of(config: Path | None, month: str) -> int:
    """Return how many months late a settlement may enter, by the terms of the month."""
    return terms_on(config, f"{month}-01").clearing.greatest_delay_months


def answered(reply: Reply, kind: type[R], *, as_json: bool) -> R:
    """Insist on an answer: refusals are told and end with status 1; `--json` prints it and ends with 0."""
    found = insisted(reply, kind)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    return found


@app.command("build")
def build(
    context: typer.Context,
    month: str = MONTH,
    extracts: list[Path] = EXTRACTS,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """生成全国清算表并发给各省。 Build the national table and send every province its part."""
    month, delay = month_of(month), delay_of(config, month)

    async def act(node: RunningNode) -> Reply:
        if not extracts:
            return await node.ask(await build_command(node.rows, month, delay))
        command = bulk_command(await gather(node.rows, month, delay), extracts)
        return Refused(refusals=command) if isinstance(command, tuple) else await node.ask(command)

    built = answered(on_node(context, config, act), ClearingBuilt, as_json=as_json)
    if not as_json:
        rows = [
            (place(row.province), yuan(row.payable_fen), yuan(row.receivable_fen), yuan(row.net_fen))
            for row in built.nets
        ]
        title = f"全国跨省异地就医费用清算表 National clearing table {month} V{built.version}"
        tabled(title, ("省 province", "应付 payable", "应收 receivable", "净额 net"), rows)
        typer.echo(f"结算 settlements {built.settlements}  暂缓 held {built.held}\n{built.lines_digest}")


@app.command("show")
def show(
    context: typer.Context,
    month: str = MONTH,
    province: str = ONE_PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """显示清算表。 Show the table as it stands: the nation's, or a province's part of it."""
    here, month = province or NATION, month_of(month)

    async def read() -> tuple[ClearingRun | None, tuple[TableLine, ...]]:
        async with wired(context).open_reading(load(config)) as rows:
            where = {"jurisdiction": here, "month": month}
            runs = await rows(ClearingRun, where, ("version",), 0)
            version = runs[-1].version if runs else 0
            lines = await rows(ClearingLine, where, ("care", "insured", "scheme", "kind"), 0)
            return (runs[-1] if runs else None), table_lines(lines, version)

    run, lines = asyncio.run(read())
    if run is None:
        typer.echo(f"{month}: 没有清算表。 There is no table.", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(msgspec.json.encode({"run": run._asdict(), "lines": lines}).decode())
        return
    rows = [
        (place(row.care), place(row.insured), row.scheme, row.kind, str(row.settlements), yuan(row.due_fen))
        for row in lines
    ]
    names = ("就医地 care", "参保地 insured", "险种 scheme", "类别 kind", "笔数 count", "应付 due")
    tabled(f"{month} V{run.version}", names, rows, words=4)
    sums = [
        (place(row.province), yuan(row.payable_fen), yuan(row.receivable_fen), yuan(row.net_fen))
        for row in nets(lines)
        if not province or row.province == province
    ]
    tabled("净额 Nets", ("省 province", "应付 payable", "应收 receivable", "净额 net"), sums)
    typer.echo(run.lines_digest)


@app.command("check")
def check(
    context: typer.Context,
    month: str = MONTH,
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """用本省数据核对清算表。 Compare a province's own copies with its part; status 1 when they differ."""
    month, delay = month_of(month), delay_of(config, month)

    async def act(node: RunningNode) -> Reply:
        return await node.ask(await check_command(node.rows, province, month, delay))

    found = answered(on_node(context, config, act), ClearingChecked, as_json=as_json)
    if not as_json:
        rows = [
            (
                row.direction.value,
                place(row.counterpart),
                row.scheme,
                f"{row.nation_settlements} / {yuan(row.nation_due_fen)}",
                f"{row.own_settlements} / {yuan(row.own_due_fen)}",
            )
            for row in found.differences
        ]
        if rows:
            names = ("方向 direction", "对方 counterpart", "险种 scheme", "国家 nation", "本省 own")
            tabled(f"不符 Differences {month} V{found.version}", names, rows, words=3)
        typer.echo(f"{'不符 differs' if rows else '一致 agrees'}\n{found.lines_digest}")
    raise typer.Exit(1 if found.differences else 0)


@app.command("sign")
def sign(
    context: typer.Context,
    month: str = MONTH,
    province: str = PROVINCE,
    digest: str = typer.Option(..., "--digest", help="核对过的摘要 The digest that was checked"),
    by: str = typer.Option(..., "--by", help="签章人 Who signs"),
    config: Path | None = CONFIG,
) -> None:
    """签章。 A province signs its part as it has checked it."""
    command = SignClearing(
        jurisdiction=province,
        sender="agency",
        msgid=msgid_of("sign", month_of(month)),
        month=month,
        lines_digest=digest,
        signed_by=by,
    )
    reply = on_node(context, config, lambda node: node.ask(command))
    answered(reply, Reply, as_json=False)
    typer.echo(f"{month} {place(province)} 已签章 signed {digest}")


@app.command("publish")
def publish(
    context: typer.Context, month: str = MONTH, config: Path | None = CONFIG, as_json: bool = JSON
) -> None:
    """发布付款、收款通知书。 Publish the notices to pay and to receive, once all have signed."""
    command = PublishNotices(
        jurisdiction=NATION, sender="agency", msgid=msgid_of("publish", month_of(month)), month=month
    )
    reply = on_node(context, config, lambda node: node.ask(command))
    published = answered(reply, NoticesPublished, as_json=as_json)
    if not as_json:
        rows = [
            (row.number, place(row.province), row.hand_over_by, row.pay_by, yuan(row.amount_fen))
            for row in published.notices
        ]
        names = ("编号 number", "省 province", "移交期限 hand over by", "付款期限 pay by", "金额 amount")
        tabled(f"通知书 Notices {month}", names, rows, words=4)


@app.command("documents")
def documents(
    context: typer.Context,
    month: str = MONTH,
    out: Path = OUT,
    province: str = ONE_PROVINCE,
    key: Path | None = KEY,
    config: Path | None = CONFIG,
) -> None:
    """输出清算文书（Excel 和 PDF）。 Write a month's papers as Excel and PDF; drafts without a key."""
    from yidi.edges.clearing.papers import papers_of

    delay = delay_of(config, month_of(month))

    async def look(rows: Rows) -> Sequence[Paper]:
        return await papers_of(rows, month, province, delay)

    put_papers(context, config, look, out, key, f"{month}: 没有已发布的清算表。 No published table.")


@app.command("verify-paper")
def verify_paper(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="文书 The paper: PDF, Excel or JSON"),
    key: Path = typer.Option(..., "--key", help="签发机构公钥（PEM） Public key of the issuer"),
    issuer: str = typer.Option(
        f"{NATION}/clearing", "--issuer", help="签发机构/密钥名 Whose key: code of the issuer/name of the key"
    ),
    as_json: bool = JSON,
) -> None:
    """核验文书印章。 Check the seal of a paper; status 1 when it does not hold: do not pay by it."""
    from yidi.edges.clearing.papers import read_public_key
    from yidi.edges.documents.days import sheet_of
    from yidi.edges.documents.reading import read_document
    from yidi.edges.documents.seals import check_seal, paper_digest

    public = read_public_key(key)
    if public is None:
        raise typer.BadParameter("Ed25519, PEM", param_hint="--key")
    sealed = read_document(file.read_bytes())
    if isinstance(sealed, Refusal):
        end_refused([sealed])
    found = check_seal(sealed, {issuer: public})
    if found:
        end_refused(found)
    number, digest = sealed.paper.issue.number, paper_digest(sealed.paper)
    sheet = sheet_of(sealed.paper)
    shown = {"number": number, "digest": digest, "holds": True, "title": sheet.title.zh}
    said = f"{number} 印章有效 the seal holds {digest}\n{sheet.title.zh} {sheet.title.en}"
    if sheet.addressee:
        shown["addressee"] = sheet.addressee.zh
        said += f"\n{sheet.addressee.zh}"
    for fact in sheet.facts:
        said += f"\n{fact.label.zh} {fact.label.en}: {fact.value}"
    tell(shown, said, as_json=as_json)


app.add_typer(clearing_items.app)
app.add_typer(clearing_transfers.app)
