"""`yidi batch extract|run|generate`: Parquet extracts of the facts, and SQL jobs over them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from yidi.domain.dates import is_day
from yidi.domain.refusal import Refusal
from yidi.edges.batch.engines import DuckDB, EngineMissing, Spark
from yidi.edges.batch.engines import Engine as JobEngine
from yidi.edges.batch.extract import extract as write_extract
from yidi.edges.batch.generate import RATE_PPM, Synthetic, days_of
from yidi.edges.batch.generate import generate as make_month
from yidi.edges.batch.inputs import Period
from yidi.edges.batch.jobs import JOBS
from yidi.edges.batch.manifest import Manifest
from yidi.edges.batch.running import JobResult, run_job, write_result
from yidi.edges.cli.findings import tell_refusals
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.telling import yuan
from yidi.edges.packs.national import read_divisions
from yidi.edges.settings import Settings
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import SchemaTrouble, check_version
from yidi.edges.storage.schema import gathered

app = typer.Typer(no_args_is_help=True, help="批量 Bulk work")
JSON = typer.Option(False, "--json", help="输出一个 JSON One JSON object")
MONTH = typer.Option("", help="月份，如 2026-10 The month")
DAY = typer.Option("", help="一天，如 2026-10-01 One day")
SINCE = typer.Option("", help="首日 First day, with --until")
UNTIL = typer.Option("", help="末日之后一天 The day after the last, with --since")
THREADS = typer.Option(2, min=1, help="线程数 Threads")
SHOWN = 20


class EngineName(StrEnum):
    """What runs a job."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def period_of(month: str, day: str, since: str, until: str) -> Period:
    """Read the span asked for: a month, a day, or days from `since` up to, not including, `until`."""
    asked = [name for name in (month, day, since or until) if name]
    try:
        if asked == [month]:
            days = days_of(month)
            return Period(days[0].isoformat(), days[0].isoformat()).widened(0, len(days))
        if asked == [day]:
            return Period(day, day).widened(0, 1)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    if asked == [since] and is_day(since) and is_day(until) and since < until:
        return Period(since, until)
    raise typer.BadParameter("--month 2026-10 | --day 2026-10-01 | --since 2026-10-01 --until 2026-11-01")


async def _extract(settings: Settings, folder: Path, period: Period) -> Manifest:
    """Open the node's database for reading and write its extract."""
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        await check_version(engine)
        return await write_extract(engine, folder, period.since, period.until, settings.jurisdictions)
    finally:
        await engine.close()


def shown(name: str, value: str | int | None) -> str:
    """Write a cell of a column for people: fen as yuan, counts with separators."""
    if isinstance(value, int):
        return yuan(value) if name.endswith("_fen") else f"{value:,}"
    return value or ""


def show_sides(manifest: Manifest, folder: Path, *, as_json: bool) -> None:
    """Print what an extract holds."""
    sums = manifest.sums()
    if as_json:
        typer.echo(json.dumps({side: found._asdict() for side, found in sums.items()}))
        return
    table = Table("方 side", "行数 rows", "总费用 total", "基金 fund", "账户 account")
    for side, found in sums.items():
        table.add_row(side, *(shown(name, value) for name, value in found._asdict().items()))
    Console().print(table)
    typer.echo(f"{folder}: {len(manifest.files)} 个文件 files, {manifest.since} – {manifest.until}")


@app.command("extract")
def extract(
    folder: Path = typer.Argument(..., help="写入的文件夹 Folder to write"),
    config: Path | None = CONFIG,
    month: str = MONTH,
    day: str = DAY,
    since: str = SINCE,
    until: str = UNTIL,
    as_json: bool = JSON,
) -> None:
    """提取本节点各方的结算数据。 Write what this node's parties hold of every settlement, as Parquet."""
    period = period_of(month, day, since, until)
    try:
        manifest = asyncio.run(_extract(load(config), folder, period))
    except SchemaTrouble as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(1) from trouble
    show_sides(manifest, folder, as_json=as_json)


@app.command("generate")
def generate(
    folder: Path = typer.Option(..., help="写入的文件夹 Folder to write"),
    settlements: int = typer.Option(100_000, min=0, help="每方结算笔数 Settlements a party"),
    seed: int = typer.Option(1, min=0, help="随机种子 Seed: the same one makes the same month"),
    month: str = typer.Option("2026-10", help="月份 The month"),
    rate_ppm: int = typer.Option(
        RATE_PPM, min=0, max=50_000, help="每类差异百万分率 Differences of each class, in a million"
    ),
    threads: int = THREADS,
    as_json: bool = JSON,
) -> None:
    """生成模拟月份（含已知差异）。 Make a synthetic month with injected differences, and the truth."""
    try:
        days = days_of(month)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    provinces = tuple(place.code for place in read_divisions().provinces() if place.insuring)
    asked = Synthetic(settlements, seed, month, provinces, rate_ppm)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("生成 generating", total=len(days))
        manifest = make_month(asked, folder, threads=threads, progress=lambda _: progress.advance(task))
    show_sides(manifest, folder, as_json=as_json)


def _engine(name: EngineName, memory: str, threads: int, master: str) -> JobEngine:
    if master and name is not EngineName.SPARK:
        raise typer.BadParameter("--master: --engine spark")
    try:
        if name is EngineName.DUCKDB:
            return DuckDB(memory, threads)
        return Spark(memory, threads, master=master)
    except EngineMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(3) from missing


@app.command("run")
def run(
    job: str = typer.Argument(..., help=" | ".join(JOBS)),
    folders: list[Path] = typer.Argument(..., help="数据提取件 Extracts"),
    engine: EngineName = typer.Option(EngineName.DUCKDB, help="引擎 Engine"),
    month: str = MONTH,
    day: str = DAY,
    since: str = SINCE,
    until: str = UNTIL,
    out: Path | None = typer.Option(None, help="结果文件夹 Folder of the result"),
    excluded: Path | None = typer.Option(
        None, exists=True, dir_okay=False, help="不清算的结算 Settlements that wait"
    ),
    carried: Path | None = typer.Option(
        None, exists=True, dir_okay=False, help="以前月份转入的结算 Settlements carried over"
    ),
    memory: str = typer.Option("4GB", help="内存上限 Memory at most"),
    threads: int = THREADS,
    master: str = typer.Option("", help="Spark集群 Spark's master, such as local-cluster[2,1,1024]"),
    as_json: bool = JSON,
) -> None:
    """在数据提取件上运行任务。 Run a job over extracts; status 1 when it is refused or finds differences."""
    if job not in JOBS:
        raise typer.BadParameter(" | ".join(JOBS))
    period = period_of(month, day, since, until)
    lists = {name: path for name, path in (("excluded", excluded), ("carried", carried)) if path}
    result = run_job(job, folders, period, _engine(engine, memory, threads, master), lists)
    if not isinstance(result, JobResult):
        show_refusals(result, as_json=as_json)
        raise typer.Exit(1)
    if out:
        write_result(result, out)
    show_result(result, as_json=as_json)
    raise typer.Exit(1 if job == "reconcile_day" and result.table.num_rows else 0)


def show_refusals(refusals: Sequence[Refusal], *, as_json: bool) -> None:
    """Print why nothing was run, and what to do."""
    for refusal in refusals:
        if as_json:
            typer.echo(json.dumps({"code": refusal.code, "cause": refusal.cause_en}, ensure_ascii=False))
        else:
            tell_refusals((refusal,))


def show_result(result: JobResult, *, as_json: bool) -> None:
    """Print the manifest of a result; for people its first rows as well."""
    if as_json:
        typer.echo(result.manifest().decode(), nl=False)
        return
    console, names = Console(), result.table.column_names[:10]
    table = Table(*(name.removesuffix("_fen") for name in names))
    for row in result.table.select(names).slice(0, SHOWN).to_pylist():
        table.add_row(*(shown(name, value) for name, value in row.items()))
    console.print(table)
    console.print(f"{result.table.num_rows:,} 行 rows, SHA-256 {result.sha256}", highlight=False)
    for side, sums in result.sums_per_side.items():
        cells = sums._asdict().items()
        amounts = ", ".join(f"{name.removesuffix('_fen')} {shown(name, value)}" for name, value in cells)
        console.print(f"{side}: {amounts}", highlight=False)
