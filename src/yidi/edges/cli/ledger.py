"""`yidi ledger trial-balance|account|verify`: balances as sums of postings, and the proof that they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.table import Table

from yidi.domain.dates import SHANGHAI, parse_day, write_instant
from yidi.domain.ledger.accounts import parse_account
from yidi.domain.ledger.balance import Balance, by_account, faults_of
from yidi.domain.money import format_yuan
from yidi.edges.cli import storage
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.ledger import (
    FOR_EVER,
    AccountLine,
    ledgers,
    prove,
    read_account,
    read_trial_balance,
)
from yidi.edges.storage.migrate import SchemaTrouble, check_version
from yidi.edges.storage.schema import gathered
from yidi.edges.storage.verify import Result

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="总账 Ledger")
JSON = typer.Option(False, "--json")
AT = typer.Option(
    "",
    "--at",
    help="截至 Up to a day (2026-11-22, whole) or an instant (2026-11-22T05:52:26Z); default: all",
)
PLACE = typer.Option("", "--place", help="行政区划 Division code of the province; default: each one here")


async def read(settings: Settings, ask: Callable[[Engine], Awaitable[T]]) -> T:
    """Open the database for reading, ask, and close it. Raises SchemaTrouble when it is not up to date."""
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        await check_version(engine)
        return await ask(engine)
    finally:
        await engine.close()


def answered(config: Path | None, ask: Callable[[Engine], Awaitable[T]]) -> T:
    """Ask the database of these settings; tell its trouble and end with status 1."""
    try:
        return asyncio.run(read(load(config), ask))
    except SchemaTrouble as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(1) from trouble


def instant_of(text: str) -> str:
    """Read `--at`: a day means its last moment by the time of the whole country, an instant itself."""
    if not text:
        return FOR_EVER
    day = parse_day(text)
    if day is not None:
        midnight = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        return write_instant(midnight - timedelta(microseconds=1))
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter("2026-11-22, 2026-11-22T05:52:26Z", param_hint="--at")
    return write_instant(instant)


async def places_of(engine: Engine, place: str) -> list[str]:
    """Return the place asked for, or every one with a ledger here."""
    return [place] if place else await ledgers(engine)


@app.command("trial-balance")
def show_trial_balance(
    at: str = AT,
    place: str = PLACE,
    summed: bool = typer.Option(False, "--by-account", help="只按科目 Add up by account alone"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """试算平衡表。 The trial balance at an instant; status 1 when it is out of balance."""
    until = instant_of(at)

    async def ask(engine: Engine) -> dict[str, tuple[Balance, ...]]:
        found = {
            code: await read_trial_balance(engine, code, until) for code in await places_of(engine, place)
        }
        return {code: by_account(rows) if summed else rows for code, rows in found.items()}

    tables = answered(config, ask)
    faults = {code: faults_of(rows) for code, rows in tables.items()}
    if as_json:
        shown = {
            code: [{**row._asdict(), "balance_fen": row.balance_fen} for row in rows]
            for code, rows in tables.items()
        }
        typer.echo(json.dumps({"at": until, "ledgers": shown, "faults": faults}, ensure_ascii=False))
    else:
        for code, rows in tables.items():
            print_balances(code, rows)
        for code, found in faults.items():
            typer.echo("".join(f"{code}: {fault}\n" for fault in found), nl=False)
        if not tables:
            typer.echo("没有分录。 No postings.")
    raise typer.Exit(1 if any(faults.values()) else 0)


def print_balances(code: str, rows: Sequence[Balance]) -> None:
    """Print one ledger's trial balance with its sums."""
    names = ("科目 account", "对方 with", "险种 scheme", "借 debit", "贷 credit", "余额 balance")
    table = Table(*names, "笔数 postings", title=code)
    for number, column in enumerate(table.columns):
        column.overflow = "fold"
        column.justify = "right" if number > 2 else "left"
    for row in rows:
        amounts = (row.debit_fen, -row.credit_fen, row.balance_fen)
        cells = [format_yuan(fen, thousands=True) for fen in amounts]
        table.add_row(row.account, row.counterpart, row.scheme, *cells, str(row.postings))
    debit, credit = sum(row.debit_fen for row in rows), sum(row.credit_fen for row in rows)
    table.add_section()
    sums = [format_yuan(fen, thousands=True) for fen in (debit, -credit, debit + credit)]
    table.add_row("合计 sum", "", "", *sums, str(sum(row.postings for row in rows)))
    Console().print(table)


@app.command("account")
def show_account(
    code: str = typer.Argument(..., help="科目 Account, such as owed_to_province or spent.pool.140200"),
    at: str = AT,
    place: str = PLACE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """一个科目的明细账。 The lines of one account with its balance after each."""
    if parse_account(code) is None:
        typer.echo(f"{code}: 不在科目表内。 Not in the chart of accounts.", err=True)
        raise typer.Exit(1)
    until = instant_of(at)

    async def ask(engine: Engine) -> dict[str, list[AccountLine]]:
        return {
            name: await read_account(engine, name, code, until) for name in await places_of(engine, place)
        }

    found = {name: lines for name, lines in answered(config, ask).items() if lines}
    if as_json:
        shown = {name: [line._asdict() for line in lines] for name, lines in found.items()}
        typer.echo(json.dumps({"at": until, "account": code, "ledgers": shown}, ensure_ascii=False))
        return
    for name, lines in found.items():
        table = Table("时间 at", "日期 day", "分录 entry", "对方 with", "险种 scheme", title=f"{name} {code}")
        table.add_column("金额 amount", justify="right")
        table.add_column("余额 balance", justify="right")
        for line in lines:
            amounts = [format_yuan(fen, thousands=True) for fen in (line.amount_fen, line.balance_fen)]
            told = (line.posted_at, line.business_day, line.entry_id, line.counterpart, line.scheme)
            table.add_row(*told, *amounts)
        Console().print(table)
    if not found:
        typer.echo("没有分录。 No postings.")


@app.command("verify")
def verify_ledger(config: Path | None = CONFIG, as_json: bool = JSON) -> None:
    """核对总账。 Prove that balances are sums, entries balance and facts explain them; status 1 when not."""

    async def ask(engine: Engine) -> list[Result]:
        return await prove(engine)

    results = answered(config, ask)
    if as_json:
        shown = [
            {"check": r.check.name, "claim": r.check.en, "count": r.found, "findings": list(r.findings)}
            for r in results
        ]
        holds = not any(result.found for result in results)
        typer.echo(json.dumps({"holds": holds, "checks": shown}, ensure_ascii=False))
    else:
        storage.show(results)
    raise typer.Exit(1 if any(result.found for result in results) else 0)
