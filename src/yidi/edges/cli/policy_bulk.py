"""`yidi policy simulate|generate`: what if, over a population of visits."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from yidi.domain.policy.policy import Policies
from yidi.domain.refusal import Refusal
from yidi.edges.cli.findings import tell_refusals
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import PackFaults, describe, read_policies

if TYPE_CHECKING:
    from yidi.edges.batch.policy.report import Report

BASE = typer.Option(..., "--base", help="原政策：政策包文件、目录或编号 Pack file, folder or id")
REFORM = typer.Option(..., "--reform", help="新政策：政策包文件、目录或编号 Pack file, folder or id")
VISITS_FILE = typer.Argument(..., exists=True, dir_okay=False, help="就诊数据 Visits, Parquet")
OUT = typer.Argument(..., dir_okay=False, help="写入的文件 File to write")
HTML = typer.Option(None, "--html", help="写入图表页面 Also write a page with charts")
FOLDER = typer.Option(None, "--resume", help="进度文件夹 Folder of progress: run again to go on")
PACKS = typer.Option(None, "--packs", exists=True, file_okay=False, help="政策包目录 Folder of policy packs")
THREADS = typer.Option(2, "--threads", min=1)
AREAS = typer.Option([], "--area", help="参保区划，可多次 Insured area, may be repeated")
AS_JSON = typer.Option(False, "--json", help="JSON")
WIDE = 150
"""Columns of a table that no terminal bounds."""
MISSING = "需要安装附加组件 Install the extra: pip install 'yidi[batch]'"


def _stop(refusals: tuple[Refusal, ...], *, as_json: bool) -> NoReturn:
    """Print why nothing was simulated, and end with status 1."""
    if as_json:
        typer.echo(msgspec.json.encode({"refusals": refusals}).decode())
    else:
        tell_refusals(refusals)
    raise typer.Exit(1)


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def simulate(
    visits: Path = VISITS_FILE,
    base: str = BASE,
    reform: str = REFORM,
    html: Path | None = HTML,
    resume: Path | None = FOLDER,
    packs: Path | None = PACKS,
    threads: int = THREADS,
    as_json: bool = AS_JSON,
) -> None:
    """用两套政策重算一批就诊并比较。 Settle visits under two policies and compare; status 1 when refused."""
    try:
        from yidi.edges.batch.policy.choosing import policies_of
        from yidi.edges.batch.policy.report import page, report_of
        from yidi.edges.batch.policy.simulating import NotSimulated, Sides, Simulation
    except ModuleNotFoundError as missing:
        typer.echo(f"{missing.name}: {MISSING}", err=True)
        raise typer.Exit(3) from missing
    shipped = packs or packs_folder() / "policy"
    try:
        known = {name: policies_of(name, shipped) for name in {base, reform}}
        chosen = [known[name] for name in (base, reform)]
    except PackFaults as faults:
        typer.echo("\n".join(describe(fault) for fault in faults.faults), err=True)
        raise typer.Exit(1) from None
    sides = [each for each in chosen if isinstance(each, Policies)]
    if len(sides) < len(chosen):
        _stop(tuple(each for each in chosen if isinstance(each, Refusal)), as_json=as_json)
    gc.freeze()  # the policies stay to the end: compiling plans of them need not search them for waste
    try:
        simulation = Simulation(Sides(*sides), visits, threads=threads, folder=resume)
        with _bar() as bar:
            task = bar.add_task("模拟 simulating", total=simulation.rows)
            totals = simulation.run(lambda rows: bar.advance(task, rows))
    except NotSimulated as wrong:
        _stop(wrong.refusals, as_json=as_json)
    report = report_of(totals, base, reform, visits.name)
    if html is not None:
        html.write_text(page(report), encoding="utf-8")
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(report), indent=2))
        return
    _show(report)


def _show(report: Report) -> None:
    from yidi.edges.batch.policy.report import TITLES, named, yuan

    console, whole = Console(width=None if sys.stdout.isatty() else WIDE), report.whole
    for kind, rows in report.by.items():
        table = Table(TITLES[kind], pad_edge=False)
        heads = ("人 persons", "就诊 visits", "基金 funds", "变化 change", "个人 persons pay", "变化 change")
        for name in (*heads, "受益 winners", "受损 losers"):
            table.add_column(name, justify="right")
        for row in rows:
            change = row.reform.fund_total_fen - row.base.fund_total_fen
            table.add_row(
                named(kind, row.group),
                f"{row.persons:,}",
                f"{row.visits:,}",
                yuan(row.base.fund_total_fen),
                yuan(change),
                yuan(row.base.person_fen),
                yuan(row.change_fen),
                f"{row.winners:,}",
                f"{row.losers:,}",
            )
        console.print(table)
    console.print(
        f"{whole.persons:,} 人 persons, {whole.visits:,} 次就诊 visits; "
        f"两侧均结算 settled on both sides {whole.compared:,}; 拒付 refused: base {whole.refused_base:,}, "
        f"reform {whole.refused_reform:,}; 超出范围 beyond range {whole.beyond_range:,}",
        highlight=False,
    )
    _show_refused(report, console)
    tell_refusals(report.findings)


def _show_refused(report: Report, console: Console) -> None:
    """Tell why visits were refused, the most frequent reasons first."""
    from yidi.edges.batch.policy.report import MOST_REASONS

    if not report.refused:
        return
    table = Table("拒付原因 Why visits are refused", pad_edge=False)
    for name in ("原 base", "新 reform", "首行 first row"):
        table.add_column(name, justify="right")
    for each in report.refused[:MOST_REASONS]:
        reason = f"{each.refusal.code} {each.refusal.cause_zh}\n{each.refusal.cause_en}"
        table.add_row(reason, f"{each.base:,}", f"{each.reform:,}", f"{each.first_row:,}")
    console.print(table)
    if len(report.refused) > MOST_REASONS:
        console.print(f"… {len(report.refused) - MOST_REASONS} (--json)", highlight=False)


def generate(
    out: Path = OUT,
    visits: int = typer.Option(100_000, "--visits", min=1, help="就诊次数 Visits"),
    seed: int = typer.Option(1, "--seed", min=0, help="种子 Seed"),
    year: int = typer.Option(2026, "--year", min=2000, max=2100, help="年度 Year"),
    areas: list[str] = AREAS,
    packs: Path | None = PACKS,
) -> None:
    """生成模拟就诊人群（同种子同结果）。 Make a population of visits; the same seed makes the same file."""
    try:
        from yidi.edges.batch.policy.population import Population, places_of, write_population
    except ModuleNotFoundError as missing:
        typer.echo(f"{missing.name}: {MISSING}", err=True)
        raise typer.Exit(3) from missing
    places, names = places_of(read_policies(packs or packs_folder() / "policy"), areas, year)
    if not places:
        raise typer.BadParameter(
            "no policy of 310 or 390 in these areas on that year's last day", param_hint="--area"
        )
    with _bar() as bar:
        task = bar.add_task("生成 generating", total=visits)
        asked = Population(visits, seed, year, places, names)
        persons = write_population(asked, out, lambda rows: bar.advance(task, rows))
    typer.echo(f"{out}: {visits:,} 次就诊 visits, {persons:,} 人 persons")
