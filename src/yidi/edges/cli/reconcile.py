"""`yidi reconcile DAY`, `yidi case take|close`: the three copies of a day compared, repaired, reported."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import msgspec
import typer
from rich.console import Console

from yidi.domain.dates import is_day
from yidi.domain.refusal import Refusal
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.packs.national import read_divisions
from yidi.edges.settings import Settings
from yidi.processes.ports.deciding import NATION, Command, Refused, Reply
from yidi.processes.reconciliation.commands import CaseStands, CloseCase, TakeCase

if TYPE_CHECKING:
    from yidi.edges.reconciliation.report import Reconciled

DAY = typer.Argument(..., help="业务日期 Business day, e.g. 2026-11-21")
JSON = typer.Option(False, "--json", help="输出一个 JSON One JSON object")
REPAIR = typer.Option(False, "--repair", help="能以普通报文修复的一并修复 Repair what ordinary messages can")
EXTRACTS = typer.Option([], "--extracts", help="其他节点的对账数据 Extracts other nodes handed in")
HTML = typer.Option(None, "--html", help="HTML 报告 Report as HTML")
EXCEL = typer.Option(None, "--excel", help="Excel 报告 Report as Excel")
CASE = typer.Argument(..., help="案件编号 Number of the case")
OWNER = typer.Option(..., "--owner", help="责任方区划代码 Division code of its owner")

cases = typer.Typer(no_args_is_help=True, help="对账差异案件 Cases of the reconciliation")


class Outcome(NamedTuple):
    """What came of it: refusals, or the day as the facts tell it now."""

    refusals: tuple[Refusal, ...] = ()
    day: Reconciled | None = None


async def run(
    parts: Wired, settings: Settings, day: str, handed_in: Sequence[Path], *, repairing: bool
) -> Outcome:
    """Open the node, reconcile the day, read what is recorded of it."""
    from yidi.edges.reconciliation.day import DayTask, reconcile
    from yidi.edges.reconciliation.report import read_day

    async with parts.open_node(settings, {}) as node:
        task = DayTask(settings, day, handed_in)
        closed = await reconcile(node.ask, task, repairing=repairing)
        if isinstance(closed, tuple):
            return Outcome(closed)
        return Outcome(day=await read_day(node.rows, day))


def reconcile(
    context: typer.Context,
    day: str = DAY,
    config: Path | None = CONFIG,
    repairing: bool = REPAIR,
    extracts: list[Path] = EXTRACTS,
    html: Path | None = HTML,
    excel: Path | None = EXCEL,
    as_json: bool = JSON,
) -> None:
    """三方对账。 Compare a day's three copies; status 1 when refused or something is still open."""
    if not is_day(day):
        raise typer.BadParameter("yyyy-MM-dd", param_hint="DAY")
    settings = load(config)
    refusals, found = asyncio.run(run(wired(context), settings, day, extracts, repairing=repairing))
    if found is None:
        end_refused(refusals)
    still = report(found, html, excel, as_json=as_json)
    raise typer.Exit(1 if still else 0)


def report(day: Reconciled, html: Path | None, excel: Path | None, *, as_json: bool) -> int:
    """Print the day and write the files asked for; return how many differences are still open."""
    from yidi.edges.documents.excel import write_excel
    from yidi.edges.documents.html import write_html
    from yidi.edges.documents.seals import Sealed
    from yidi.edges.reconciliation.report import as_object, paper_of, show

    names = {place.code: place.name for place in read_divisions().provinces()} | {NATION: "国家平台"}
    paper = paper_of(day, lambda code: names.get(code, code))
    if html:
        html.write_text(write_html(Sealed(paper)), "utf-8")
    if excel:
        excel.write_bytes(write_excel(Sealed(paper)))
    if as_json:
        typer.echo(as_object(day))
    else:
        show(Console(), day, lambda code: names.get(code, code))
    return len(paper.open)


def end_refused(refusals: Sequence[Refusal]) -> NoReturn:
    """Tell every refusal and end with status 1."""
    for refusal in refusals:
        typer.echo(f"{refusal.code} {refusal.cause_zh}。{refusal.remedy_zh}。", err=True)
        typer.echo(f"    {refusal.cause_en}; {refusal.remedy_en}", err=True)
    raise typer.Exit(1)


async def ask(parts: Wired, settings: Settings, command: Command) -> Reply:
    """Have a command decided on the node."""
    async with parts.open_node(settings, {}) as node:
        return await node.ask(command)


def act(context: typer.Context, config: Path | None, command: Command) -> None:
    """Send a command about a case and show how the case stands."""
    reply = asyncio.run(ask(wired(context), load(config), command))
    if isinstance(reply, Refused):
        end_refused(reply.refusals)
    assert isinstance(reply, CaseStands)
    typer.echo(msgspec.json.encode(reply).decode())


@cases.command("take")
def take(
    context: typer.Context,
    number: str = CASE,
    owner: str = OWNER,
    by: str = typer.Option(..., "--by", help="经办人 Clerk"),
    config: Path | None = CONFIG,
) -> None:
    """受理案件。 A clerk of the owner takes a case."""
    command = TakeCase(
        jurisdiction=NATION, sender=owner, msgid=msgid("take"), case_no=number, owner=owner, taken_by=by
    )
    act(context, config, command)


@cases.command("close")
def close(
    context: typer.Context,
    number: str = CASE,
    owner: str = OWNER,
    reason: str = typer.Option(..., "--reason", help="处理结果 How it was settled"),
    config: Path | None = CONFIG,
) -> None:
    """办结案件。 The owner closes a case and says why."""
    command = CloseCase(
        jurisdiction=NATION, sender=owner, msgid=msgid("close"), case_no=number, owner=owner, reason=reason
    )
    act(context, config, command)


def msgid(what: str) -> str:
    """Make an id for a command typed by a person."""
    return f"{what}/{secrets.token_hex(8)}"
