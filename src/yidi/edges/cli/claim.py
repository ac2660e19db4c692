"""`yidi claim file|show|list`: manual claims, filed at the insured place and computed by the same engine."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import typer
from rich.console import Console

from yidi.edges.access.roles import Purpose, Reading
from yidi.edges.cli.acting import PURPOSE, seen
from yidi.edges.cli.clearing import answered
from yidi.edges.cli.insured import AGENCY, PERSON, PROVINCE
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.telling import JSON, made, on_node, yuan
from yidi.edges.cli.wired import RunningNode, wired
from yidi.edges.demonstration.show import show_statement
from yidi.edges.portals import claims, words
from yidi.edges.portals.numbers import first_number
from yidi.edges.storage.reading import Rows
from yidi.processes.claim.commands import ClaimDecided, FileClaim
from yidi.processes.ports.deciding import NATION, Reply

R = TypeVar("R")
app = typer.Typer(no_args_is_help=True, help="手工报销 Manual claims")
ONE_PROVINCE = typer.Option("", "--province", help="只看一省 Only this insured province")
ONE_PERSON = typer.Option("", "--person", help="只看一人 Only this person")
PATIENCE_SECONDS = 15.0


async def ask_patiently(node: RunningNode, command: Any) -> Reply | None:
    """Ask, and wait as long as a counter would; None when another node has not answered by then."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await node.ask(command)
    except TimeoutError:
        return None


@app.command("file")
def file(
    context: typer.Context,
    visit: str = typer.Argument(..., help="就诊编号 Visit number"),
    province: str = PROVINCE,
    person: str = PERSON,
    care: str = typer.Option(..., "--care", help="就医省区划代码 Division code of the care province"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """申请手工报销。 Claim a visit that was not settled at the counter."""
    asked = {"person_no": person, "care": care, "visit_id": visit, "channel": "window"}
    command = made(FileClaim, province, AGENCY, **asked)
    reply = on_node(context, config, lambda node: ask_patiently(node, command))
    if reply is None:
        typer.echo("已受理，就医省尚未答复。 Filed; the care province has not answered yet.", err=True)
        raise typer.Exit(0)
    decided = answered(reply, ClaimDecided, as_json=as_json)
    if not as_json:
        typer.echo(f"手工报销 claim {decided.claim_id}")
        show_statement(Console(), decided.settled)


def read(context: typer.Context, config: Path | None, ask: Any) -> Any:
    """Read from the node's database."""

    async def run() -> Any:
        async with wired(context).open_reading(load(config)) as rows:
            found: Coroutine[Any, Any, Any] = ask(rows)
            return await found

    return asyncio.run(run())


@app.command("show")
def show(
    context: typer.Context,
    number: str = typer.Argument(..., help="报销编号 Claim number"),
    purpose: str = PURPOSE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """显示一笔手工报销及其计算。 Show a claim and how it was computed."""
    page: claims.ClaimPage | None = read(context, config, lambda rows: claims.claim(rows, number))
    if page is None:
        typer.echo(f"{number}: 本节点没有这笔手工报销。 No such claim on this node.", err=True)
        raise typer.Exit(1)
    owner, person_no = frozenset({page.claim.jurisdiction}), page.claim.person_no
    seen(context, config, (Reading.CLAIM,), owner, person_no, number, purpose, Purpose.CLAIM)
    if as_json:
        typer.echo(msgspec.json.encode(page).decode())
        return
    state = page.claim.state
    typer.echo(f"{number}  {words.zh(words.CLAIM_STATES, state)} {words.en(words.CLAIM_STATES, state)}")
    for code in page.claim.reasons:
        typer.echo(f"  {code}")
    if page.settled is not None:
        show_statement(Console(), page.settled)


@app.command("list")
def list_claims(
    context: typer.Context,
    province: str = ONE_PROVINCE,
    person: str = ONE_PERSON,
    purpose: str = PURPOSE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """列出手工报销。 List claims, newest first."""
    owner = frozenset({province or NATION})
    seen(context, config, (Reading.CLAIM,), owner, person, "", purpose, Purpose.CLAIM)

    async def filed(rows: Rows) -> list[claims.ClaimLine]:
        no = await first_number(rows, province, person) if province else person
        where = {name: value for name, value in (("jurisdiction", province), ("person_no", no)) if value}
        return await claims.claims(rows, where)

    found: list[claims.ClaimLine] = read(context, config, filed)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for line in found:
        state = f"{words.zh(words.CLAIM_STATES, line.state)} {words.en(words.CLAIM_STATES, line.state)}"
        amounts = f"总费用 total {yuan(line.total_fen)}  基金 funds {yuan(line.fund_fen)}"
        typer.echo(f"{line.claim_id}  {line.person_no}  {line.visit_id}  {state}  {amounts}")
    if not found:
        typer.echo("没有手工报销。 No claim.")
