"""`yidi reconcile DAY`, `yidi case list|take|close`: a day compared, repaired, reported; its cases."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import typer
from rich.console import Console

from yidi.domain.dates import is_day
from yidi.domain.refusal import Refusal
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.telling import end_refused, on_facts, tabled, tell
from yidi.edges.cli.telling import place as place_of
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.packs.national import read_divisions
from yidi.edges.settings import Settings
from yidi.edges.storage.reading import Rows
from yidi.processes.ports.deciding import NATION, Command, Refused, Reply
from yidi.processes.reconciliation.commands import CaseStands, CloseCase, TakeCase
from yidi.processes.reconciliation.records import ReconciliationCase

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

CASE_STATES = {"open": "待受理 open", "taken": "已受理 taken", "closed": "已办结 closed"}

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


async def ask(parts: Wired, settings: Settings, command: Command) -> Reply:
    """Have a command decided on the node."""
    async with parts.open_node(settings, {}) as node:
        return await node.ask(command)


def act(context: typer.Context, config: Path | None, command: Command, *, as_json: bool) -> None:
    """Send a command about a case and show how the case stands."""
    reply = asyncio.run(ask(wired(context), load(config), command))
    if isinstance(reply, Refused):
        end_refused(reply.refusals)
    assert isinstance(reply, CaseStands)
    tell(reply, f"{reply.case_no} {CASE_STATES.get(reply.state, reply.state)}", as_json=as_json)


@cases.command("list")
def list_cases(
    context: typer.Context,
    day: str = typer.Option("", "--day", help="业务日期 Only of this business day"),
    owner: str = typer.Option("", "--owner", help="责任方区划代码 Only of this owner"),
    closed: bool = typer.Option(False, "--closed", help="包括已办结 Closed ones too"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """列出案件，期限最早的在前。 List the cases that are not closed, the earliest deadline first."""
    where = {"jurisdiction": NATION} | ({"day": day} if day else {})

    async def look(rows: Rows) -> list[ReconciliationCase]:
        return await rows(ReconciliationCase, where, ("case_no", "version"), 0)

    latest = {row.case_no: row for row in on_facts(context, config, look)}
    found = [
        row
        for row in sorted(latest.values(), key=lambda row: (row.due_on, row.case_no))
        if owner in ("", row.owner) and (closed or row.state != "closed")
    ]
    if as_json:
        typer.echo(msgspec.json.encode([row._asdict() for row in found]).decode())
        return
    shown = [
        (
            row.case_no,
            CASE_STATES.get(row.state, row.state),
            place_of(row.owner),
            row.due_on,
            row.taken_by,
            row.reason,
        )
        for row in found
    ]
    names = ("案件 case", "状态 state", "责任方 owner", "期限 due", "经办人 taken by", "结果 reason")
    tabled("案件 Cases", names, shown, words=6)


@cases.command("take")
def take(
    context: typer.Context,
    number: str = CASE,
    owner: str = OWNER,
    by: str = typer.Option(..., "--by", help="经办人 Clerk"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """受理案件。 A clerk of the owner takes a case."""
    command = TakeCase(
        jurisdiction=NATION, sender=owner, msgid=msgid("take"), case_no=number, owner=owner, taken_by=by
    )
    act(context, config, command, as_json=as_json)


@cases.command("close")
def close(
    context: typer.Context,
    number: str = CASE,
    owner: str = OWNER,
    reason: str = typer.Option(..., "--reason", help="处理结果 How it was settled"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """办结案件。 The owner closes a case and says why."""
    command = CloseCase(
        jurisdiction=NATION, sender=owner, msgid=msgid("close"), case_no=number, owner=owner, reason=reason
    )
    act(context, config, command, as_json=as_json)


def msgid(what: str) -> str:
    """Make an id for a command typed by a person."""
    return f"{what}/{secrets.token_hex(8)}"
