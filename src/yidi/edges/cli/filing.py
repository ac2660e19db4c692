"""`yidi filing file|show|cancel`: filings 备案 for care elsewhere, as a window or the person makes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import typer

from yidi.edges.access.roles import Purpose, Reading
from yidi.edges.cli.acting import PURPOSE, seen
from yidi.edges.cli.claim import read
from yidi.edges.cli.clearing import answered
from yidi.edges.cli.insured import AGENCY, PERSON, PROVINCE
from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import JSON, made, on_node
from yidi.edges.portals import filings, words
from yidi.edges.portals.numbers import first_number
from yidi.edges.storage.reading import Rows
from yidi.processes.filing.commands import Agent, CancelFiling, Filed, FileForCare
from yidi.processes.filing.records import Category

app = typer.Typer(no_args_is_help=True, help="备案 Filings for care elsewhere")
CATEGORY = typer.Option(..., "--category", help=f"类别 Category: {', '.join(Category)}")
AGENT = typer.Option(
    "", "--agent", help="代办亲属：姓名,关系,证件号,电话 Relative: name,relation,certificate,phone"
)
MATERIAL = typer.Option(
    [], "--material", help="材料，如residence_proof，可多次 A paper, e.g. residence_proof; may be repeated"
)


def agent_of(text: str) -> Agent | None:
    """Read a relative; what is left out is refused by the filing."""
    if not text:
        return None
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    return Agent(*(parts + [""] * 4)[:4])


def told(reply: Any, *, as_json: bool) -> None:
    """Print how a filing stands after a command; refusals end with status 1."""
    filed = answered(reply, Filed, as_json=as_json)
    if not as_json:
        state = f"{words.zh(words.FILING_STATES, filed.state)} {words.en(words.FILING_STATES, filed.state)}"
        typer.echo(f"备案 filing {filed.filing_id} V{filed.version}  {state}  {filed.start} – {filed.end}")


@app.command("file")
def file(
    context: typer.Context,
    category: str = CATEGORY,
    province: str = PROVINCE,
    person: str = PERSON,
    area: str = typer.Option(..., "--area", help="就医地区划代码 Division code of the place of care"),
    start: str = typer.Option(..., "--start", help="开始日期 First day, e.g. 2026-11-22"),
    end: str = typer.Option("", "--end", help="结束日期（不含） Day after the last"),
    committed: bool = typer.Option(False, "--commit", help="个人承诺代替证明 Commitment instead of papers"),
    materials: list[str] = MATERIAL,
    referring: str = typer.Option("", "--referring", help="转出机构编码 Institution that refers"),
    institution: str = typer.Option("", "--institution", help="转入机构编码 Institution referred to"),
    diagnosis: str = typer.Option("", "--diagnosis", help="疾病诊断编码 Diagnosis code"),
    continues: str = typer.Option("", "--continues", help="同一疾病的原备案 Filing of the same illness"),
    agent: str = AGENT,
    reviewed: bool = typer.Option(False, "--review", help="走审核，不即时办结 Send to review"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """办理备案。 File for care elsewhere; self-service is approved at once where the area offers it."""
    command = made(
        FileForCare,
        province,
        AGENCY,
        person_no=person,
        category=category,
        care_area=area,
        start=start,
        end=end,
        channel="window",
        self_service=not reviewed,
        committed=committed,
        materials=tuple(materials),
        institution_code=institution,
        referring_institution=referring,
        diagnosis_code=diagnosis,
        agent=agent_of(agent),
        continues=continues,
    )
    told(on_node(context, config, lambda node: node.ask(command)), as_json=as_json)


@app.command("show")
def show(
    context: typer.Context,
    province: str = PROVINCE,
    person: str = PERSON,
    purpose: str = PURPOSE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """显示一人的备案。 Show a person's filings as they stand, newest first."""
    owner = frozenset({province})
    seen(context, config, (Reading.FILING,), owner, person, "", purpose, Purpose.SERVICE)

    async def held(rows: Rows) -> list[filings.FilingLine]:
        return await filings.filings(rows, province, await first_number(rows, province, person))

    found: list[filings.FilingLine] = read(context, config, held)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for line in found:
        category = f"{words.zh(words.CATEGORIES, line.category)} {words.en(words.CATEGORIES, line.category)}"
        state = f"{words.zh(words.FILING_STATES, line.state)} {words.en(words.FILING_STATES, line.state)}"
        typer.echo(f"{line.filing_id}  {category}  {line.care_area}  {line.start} – {line.end}  {state}")
    if not found:
        typer.echo("没有备案。 No filing.")


@app.command("cancel")
def cancel(
    context: typer.Context,
    number: str = typer.Argument(..., help="备案编号 Filing number"),
    province: str = PROVINCE,
    from_day: str = typer.Option(..., "--from", help="自何日起 From this day on"),
    reason: str = typer.Option("", "--reason", help="原因 Reason"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """取消备案。 Cancel a filing; a long-term one only after the area's lock period."""
    command = made(CancelFiling, province, AGENCY, filing_id=number, from_day=from_day, reason=reason)
    told(on_node(context, config, lambda node: node.ask(command)), as_json=as_json)
