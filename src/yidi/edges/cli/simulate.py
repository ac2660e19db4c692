"""`yidi simulate`: a nation of one, two or four nodes under faults, seed by seed, and the audit after it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from yidi.edges.cli.wired import wired
from yidi.edges.simulation.plan import case_of
from yidi.edges.simulation.playing import Outcome, play
from yidi.edges.simulation.seeds import (
    Asked,
    Kept,
    Summary,
    as_json,
    keep,
    read_case,
    run_seeds,
    shrunk,
    stage_of,
    summed,
)

SEEDS = typer.Option("1-20", "--seeds", help="种子 Seeds, one or a span: 7, 1-1000")
HOURS = typer.Option(1.0, "--hours", min=0.01, help="每个种子的模拟小时数 Simulated hours a seed")
PROCESSES = typer.Option(0, "--processes", help="进程数 Processes; 0: one a processor")
KEEP = typer.Option(
    Path("simulation-cases"), "--keep", help="失败种子的存放目录 Folder where failing seeds are kept"
)
CASE = typer.Option(None, "--case", help="重放一个案例文件 Play one kept case, with its trace")
JSON = typer.Option(False, "--json")
SHRUNK = 3
"""How many failing seeds are cut down: each takes many runs."""
LAST_LINES = 60


def span(text: str) -> range:
    """Read `7` or `1-1000`. Raises typer.BadParameter."""
    first, _, last = text.partition("-")
    try:
        found = range(int(first), int(last or first) + 1)
    except ValueError:
        found = range(0)
    if not found:
        raise typer.BadParameter("7 or 1-1000", param_hint="--seeds")
    return found


def simulate(
    context: typer.Context,
    seeds: str = SEEDS,
    hours: float = HOURS,
    processes: int = PROCESSES,
    folder: Path = KEEP,
    case: Path | None = CASE,
    as_text: bool = JSON,
) -> None:
    """模拟故障下的全国 Simulate the nation under faults; ends with status 1 when anything is wrong."""
    rules = wired(context).rules
    if case is not None:
        show_trace(play(read_case(case), stage_of(rules), traced=True))
        return
    asked = Asked(span(seeds), hours, processes or os.cpu_count() or 1)
    aside = Console(stderr=True)
    running = telling(run_seeds(asked, rules), aside)
    summary = summed(
        track(running, "模拟 simulating", len(asked.seeds), console=aside, disable=not aside.is_terminal)
    )
    kept = [shrunk(case_of(seed, hours), stage_of(rules)) for seed in summary.failed[:SHRUNK]]
    files = [keep(row.case, folder) for row in kept]
    if as_text:
        typer.echo(json.dumps({**as_json(summary), "kept": [str(file) for file in files]}, indent=2))
    else:
        show(summary, kept, files)
    if summary.failed:
        raise typer.Exit(1)


def telling(outcomes: Iterable[Outcome], aside: Console) -> Iterator[Outcome]:
    """Say of every failing seed at once what is wrong with it, beside what goes to the standard output."""
    for outcome in outcomes:
        for finding in outcome.findings[:1]:
            text = f"种子 seed {outcome.seed}: 违例 violation {finding.kind}: {finding.text}"
            aside.print(text, markup=False, highlight=False, soft_wrap=True)
        yield outcome


def show(summary: Summary, kept: list[Kept], files: list[Path]) -> None:
    """Show the sums as a table, and the traces of what failed."""
    table = Table("", "")
    table.add_row("种子 seeds", str(summary.seeds))
    table.add_row("结算 settlements", str(summary.settlements))
    table.add_row("报文 messages", str(summary.messages))
    for kind, count in sorted(summary.faults.items()):
        table.add_row(f"故障 fault {kind}", str(count))
    table.add_row("违例 violations", str(sum(summary.violations.values())))
    for kind, count in sorted(summary.violations.items()):
        table.add_row(f"违例 {kind}", str(count))
    Console().print(table)
    for row, file in zip(kept, files, strict=True):
        typer.echo(f"\n{file}: {len(row.case.stories)} stories, {len(row.case.faults)} faults")
        print_lines(row.outcome)


def show_trace(outcome: Outcome) -> None:
    """Show how one case goes. Ends with status 1 when something is wrong."""
    print_lines(outcome)
    if outcome.findings:
        raise typer.Exit(1)


def print_lines(outcome: Outcome) -> None:
    """Write the last lines of a trace, and what is wrong in the end."""
    for line in outcome.trace[-LAST_LINES:]:
        typer.echo(line)
    for finding in outcome.findings:
        typer.echo(f"违例 violation {finding.kind}: {finding.text}")
