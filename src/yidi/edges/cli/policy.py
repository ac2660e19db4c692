"""`yidi policy`: prints an area's rules in words, and checks packs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from yidi.domain.benefit.boundaries import Boundaries
from yidi.domain.dates import FOREVER, parse_day
from yidi.domain.policy.lines import Line
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.policy.show import Shown, show
from yidi.domain.policy.tree import Fault
from yidi.domain.refusal import Refusal
from yidi.edges.cli.findings import tell_refusals
from yidi.edges.cli.policy_bulk import generate, simulate
from yidi.edges.cli.policy_cases import run_cases
from yidi.edges.cli.policy_diff import diff_versions, print_comparison
from yidi.edges.clock import local_now
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import PackFaults, inspect_policies, read_policies
from yidi.edges.packs.schema import schema_text
from yidi.edges.packs.versions import Version, read_version

app = typer.Typer(no_args_is_help=True, help="待遇政策 Benefit policies of insured areas")
app.command("simulate")(simulate)
app.command("generate")(generate)

CONFIDENCES = {"high": "高 high", "medium": "中 medium", "low": "低 low", "mixed": "高低不一 mixed"}
AREA = typer.Argument(..., help="参保区划代码 Division code of the insured area, six digits")
DAY = typer.Option("", "--on", help="日期（默认今天） Day, such as 2026-11-22; default: today")
SCHEME = typer.Option("310", "--scheme", help="险种 Insurance scheme: 310 employee, 390 resident")
FOLDER = typer.Argument(None, exists=True, help="政策包目录或一个文件 Folder of policy packs, or one file")
FILES = typer.Argument(..., exists=True, help="案例文件或目录 Files of cases, or folders of them")
OLD = typer.Argument(..., help="原版本：文件、目录或 AREA@日期 Old version: file, folder or AREA@DAY")
NEW = typer.Argument(..., help="新版本 New version")
ONLY = typer.Option("", "--scheme", help="只比较该险种 Only this insurance scheme")
SAMPLE = typer.Option(False, "--sample", help="生成样本就诊比较结果 Settle a generated sample under both")
VISITS = typer.Option(
    None, "--visits", exists=True, dir_okay=False, help="就诊文件 Parquet/JSON Visits to settle under both"
)
PACKS = typer.Option(None, "--packs", exists=True, file_okay=False, help="政策包目录 Folder of policy packs")
AS_JSON = typer.Option(False, "--json", help="JSON")


@app.command("show")
def show_policy(
    area: str = AREA,
    on: str = DAY,
    scheme: str = SCHEME,
    packs: Path | None = PACKS,
    as_json: bool = AS_JSON,
) -> None:
    """用文字显示一地的待遇规则。 Print an area's rules in words; status 1 when there are none."""
    day = parse_day(on) if on else local_now().date()
    if day is None:
        raise typer.BadParameter("2026-11-22", param_hint="--on")
    try:
        policies = read_policies(packs or packs_folder() / "policy")
    except PackFaults as faults:
        _print_faults(faults.faults, as_json)
        raise typer.Exit(1) from None
    found = policies.find(area, scheme, day.isoformat())
    if not isinstance(found, Policy):
        _print_refusals(found, as_json)
        if not as_json:
            _print_schemes(policies, area, scheme)
        raise typer.Exit(1)
    shown = show(found)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2))
    else:
        _print_schemes(policies, area, scheme)
        _print_policy(shown, area)


def _rules(lines: Iterable[Line]) -> Table:
    """Put the rules of one section side by side: for whom, what holds, where it stands."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
    for ratio in (5, 6, 2):
        table.add_column(ratio=ratio, overflow="fold")
    for line in lines:
        value = line.value_zh if line.value_zh == line.value_en else f"{line.value_zh}\n{line.value_en}"
        note = f"\n({line.note})" if line.note else ""
        sure = f"\n{CONFIDENCES[line.confidence]}" if line.confidence in CONFIDENCES else ""
        cells = (f"{line.who_zh}\n{line.who_en}", value + note, line.source + sure)
        table.add_row(*map(escape, cells))
    return table


def _print_schemes(policies: Policies, area: str, scheme: str) -> None:
    """Say which schemes the area's own pack has, where the one asked for is none of them."""
    known = sorted({each.scheme for each in policies.all() if each.area == area})
    if known and scheme not in known:
        typer.echo(f"{area} 自有险种 its own pack has --scheme {', '.join(known)}", err=True)


def _print_policy(shown: Shown, area: str) -> None:
    console = Console()
    span = f"{shown.start} 起 on" if shown.end == FOREVER else f"{shown.start} 至 until {shown.end}"
    console.print(f"[bold]{shown.name_zh}[/bold]  {shown.name_en}")
    console.print(
        f"{area} ← {shown.pack} {shown.version[:12]}  {span}  "
        f"可信度 confidence: {CONFIDENCES.get(shown.confidence, shown.confidence)}",
        markup=False,
    )
    if shown.completed_for_demonstration:
        console.print(
            "[yellow]出处为 DEMO 的数值系为演示补全，并非真实规定。 "
            "Figures whose source is DEMO are completed for demonstration and no real rule.[/yellow]"
        )
    if shown.note:
        console.print(shown.note, markup=False)
    for (zh, en), lines in groupby(shown.lines, key=lambda line: (line.section_zh, line.section_en)):
        console.print()
        console.print(Text(zh, style="bold"))
        console.print(Text(en, style="bold"))
        console.print(_rules(lines))
    console.print()
    console.print(Text("出处 Sources", style="bold"))
    for name, source in shown.sources.items():
        console.print(_source_text(name, source), markup=False)


def _source_text(name: str, source: dict[str, str]) -> str:
    """Write where a figure is from: title, address, date, how sure, and when somebody checked it."""
    dated = source["date"] if source["date"][:1].isdigit() else "日期不详 no date"
    sure = CONFIDENCES.get(source["confidence"], "")
    checked = f"核对于 checked {source['checked_on']}" if source["checked_on"] else ""
    about = "；".join(part for part in (dated, f"可信度 confidence: {sure}" * bool(sure), checked) if part)
    return " ".join(part for part in (f"{name}:", source["title"], source["url"], f"({about})") if part)


@app.command("check")
def check(folder: Path | None = FOLDER, as_json: bool = AS_JSON) -> None:
    """检查政策包。 Check a folder of packs, or one: every finding; status 1 when one is unusable."""
    shelf = packs_folder() / "policy"
    one = folder if folder is not None and folder.is_file() else None
    policies, findings = inspect_policies(shelf if one is not None else folder or shelf, one)
    asked = [each for each in policies.all() if one is None or each.file == one.name]
    findings = [each for each in findings if one is None or each.file == one.name]
    boundaries = Boundaries()
    for policy in asked:
        findings += boundaries.faults(policy)
    _print_faults(findings, as_json, checked=len(asked), boundaries=boundaries.points)
    if any(not fault.warning for fault in findings):
        raise typer.Exit(1)


@app.command("diff")
def diff(
    old: str = OLD,
    new: str = NEW,
    scheme: str = ONLY,
    with_sample: bool = SAMPLE,
    visits: Path | None = VISITS,
    packs: Path | None = PACKS,
    as_json: bool = AS_JSON,
) -> None:
    """比较两个版本。 Compare two versions: status 0 alike, 1 different, 2 when one cannot be read."""
    folder = packs or packs_folder() / "policy"
    found = [_version(name, folder, scheme, as_json) for name in (old, new)]
    compared = diff_versions(*found, with_sample=with_sample, visits=visits)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(compared), indent=2))
    else:
        print_comparison(compared)
    raise typer.Exit(int(bool(compared.changes or compared.differing)))


def _version(name: str, packs: Path, scheme: str, as_json: bool) -> Version:
    """Read one side of a comparison, or say why it cannot be and end with status 2."""
    try:
        found = read_version(name, packs, scheme)
    except PackFaults as faults:
        _print_faults(faults.faults, as_json)
        raise typer.Exit(2) from None
    if found is None:
        raise typer.BadParameter(
            f"{name}: 不是文件、目录或 AREA@2026-11-22 no file, folder or AREA@2026-11-22"
        )
    if not found.policies:
        _print_refusals(found.refusals, as_json)
        raise typer.Exit(2)
    return found


@app.command("schema")
def schema() -> None:
    """打印政策包的 JSON Schema。 Print the JSON Schema of policy packs, for editors."""
    typer.echo(schema_text())


@app.command("cases")
def cases(files: list[Path] = FILES, packs: Path | None = PACKS, as_json: bool = AS_JSON) -> None:
    """运行算例。 Run worked examples and compare every figure; status 1 unless all agree."""
    raise typer.Exit(run_cases(files, packs, as_json))


def _print_refusals(refusals: tuple[Refusal, ...], as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode({"refusals": refusals}).decode())
        return
    tell_refusals(refusals)


def _print_faults(faults: list[Fault], as_json: bool, checked: int = 0, boundaries: int = 0) -> None:
    if as_json:
        found = {"checked": checked, "boundaries": boundaries, "findings": faults}
        typer.echo(msgspec.json.encode(found).decode())
        return
    console = Console()
    for fault in faults:
        refusal = fault.refusal
        kind = "提示 warning" if fault.warning else "错误 fault"
        console.print(Text(f"{fault.file}:{fault.line}  {fault.key}  {refusal.code} {kind}", style="bold"))
        console.print(Text(f"  {refusal.cause_zh}{refusal.remedy_zh}"))
        console.print(Text(f"  {refusal.cause_en} {refusal.remedy_en}"))
        console.print()
    wrong = sum(not fault.warning for fault in faults)
    warnings = len(faults) - wrong
    console.print(
        f"{checked} 个政策 policies; {boundaries} 个边界点 costs at boundaries; "
        f"{wrong} 个错误 faults; {warnings} 个提示 warnings"
    )
