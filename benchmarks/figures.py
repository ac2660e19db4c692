"""A figure of a benchmark: what was measured, its target, and the tables it is shown in.

Machines drift, so a figure also says what it is in gauges: the time to verify and decode one settlement
message, taken in the same run (gauge.py).
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Figure(NamedTuple):
    """One line of the table. `target` is a floor when `at_least`, else a ceiling; None: told only.

    `gauges` says what one piece of the work costs in gauges, where that means something.
    """

    theme: str
    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    gauges: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as text: theme, figure, measured, target, reached, gauges, note."""
        bound = "at least" if self.at_least else "at most"
        target = "" if self.target is None else f"{bound} {amount(self.target)} {self.unit}"
        reached = {None: "", True: "yes", False: "no"}[self.reached]
        gauges = "" if self.gauges is None else amount(self.gauges)
        measured = f"{amount(self.value)} {self.unit}".strip()
        return self.theme, self.name, measured, target.strip(), reached, gauges, self.note


HEADINGS = ("theme", "figure", "measured", "target", "reached", "in gauges", "note")


def amount(value: float) -> str:
    """Write a number with three figures that matter, thousands apart."""
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 0.1 else f"{value:.4f}"


def show(figures: Iterable[Figure]) -> None:
    """Print the table."""
    table = Table(*HEADINGS)
    for column in (2, 3, 5):
        table.columns[column].justify = "right"
    for figure in figures:
        colour = {None: "", True: "[green]", False: "[bold red]"}[figure.reached]
        cells = list(figure.cells)
        cells[4] = f"{colour}{cells[4]}" if colour else ""
        table.add_row(*cells)
    Console(width=None if os.isatty(1) else 180).print(table)


def machine() -> str:
    """Say what it ran on: processor, number of cores, memory, Python, system."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {python}, {platform.system()}"


def markdown(figures: Iterable[Figure], command: str) -> str:
    """Write the tables as the page docs/reference/performance.md shows them."""
    figures = list(figures)
    lines = [
        f"Measured on {date.today().isoformat()} on {machine()}, the load generator on the same machine, by",
        "",
        f"    {command}",
        "",
    ]
    for theme in dict.fromkeys(figure.theme for figure in figures):
        lines += [f"## {theme}", "", "| " + " | ".join(HEADINGS[1:]) + " |", "|---|--:|--:|---|--:|---|"]
        lines += ["| " + " | ".join(figure.cells[1:]) + " |" for figure in figures if figure.theme == theme]
        lines.append("")
    return "\n".join(lines)
