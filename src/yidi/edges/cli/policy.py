"""`yidi policy`: prints an area's rules in words, and checks packs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from yidi.domain.benefit.boundaries import Boundaries
from yidi.domain.dates import FOREVER, parse_day
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.policy.show import Shown, show
from yidi.domain.policy.tree import Fault
from yidi.domain.refusal import Refusal
from yidi.edges.cli.findings import tell_refusals
from yidi.edges.cli.policy_bulk import generate, simulate
from yidi.edges.cli.policy_cases import run_cases
from yidi.edges.cli.policy_diff import diff_versions, print_comparison
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import PackFaults, inspect_policies, read_policies
from yidi.edges.packs.schema import schema_text
from yidi.edges.packs.versions import Version, read_version

app = typer.Typer(no_args_is_help=True, help="待遇政策 Benefit policies of insured areas")
app.command("simulate")(simulate)
app.command("generate")(generate)

AREA = typer.Argument(..., help="参保区划代码 Division code of the insured area, six digits")
DAY = typer.Option(..., "--on", help="日期 Day, such as 2026-11-22")
SCHEME = typer.Option("310", "--scheme", help="险种 Insurance scheme: 310 employee, 390 resident")
FOLDER = typer.Argument(None, exists=True, file_okay=False, help="政策包目录 Folder of policy packs")
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
    day = parse_day(on)
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
        _print_policy(shown, area)


def _print_schemes(policies: Policies, area: str, scheme: str) -> None:
    """Say which schemes the area's own pack has, where the one asked for is none of them."""
    known = sorted({each.scheme for each in policies.all() if each.area == area})
    if known and scheme not in known:
        typer.echo(f"险种 Schemes: {', '.join(known)}", err=True)


def _print_policy(shown: Shown, area: str) -> None:
    console = Console()
    end = "" if shown.end == FOREVER else shown.end
    console.print(f"[bold]{shown.name_zh}[/bold]  {shown.name_en}")
    console.print(
        f"{area} ← {shown.pack} {shown.version[:12]}  [{shown.start} - {end})  {shown.confidence}",
        markup=False,
    )
    if shown.completed_for_demonstration:
        console.print("[yellow]含演示补全数值 Some figures are completed for demonstration.[/yellow]")
    if shown.note:
        console.print(shown.note, markup=False)
    table = Table(show_lines=False, pad_edge=False)
    for title in ("规则 Rule", "情形 Case", "规定 Value", "出处 Source"):
        table.add_column(title, overflow="fold")
    section = ""
    for line in shown.lines:
        heading = f"{line.section_zh}\n{line.section_en}"
        if heading != section:
            table.add_section()
        value = line.value_zh if line.value_zh == line.value_en else f"{line.value_zh}\n{line.value_en}"
        note = f"\n({line.note})" if line.note else ""
        who = f"{line.who_zh}\n{line.who_en}"
        cells = (heading if heading != section else "", who, value + note, line.source)
        table.add_row(*map(escape, cells))
        section = heading
    console.print(table)
    for name, source in shown.sources.items():
        console.print(f"{name}: {source['title']} {source['url']} ({source['date']})", markup=False)


@app.command("check")
def check(folder: Path | None = FOLDER, as_json: bool = AS_JSON) -> None:
    """检查政策包。 Check every pack of a folder; prints all findings, status 1 when a pack is unusable."""
    policies, findings = inspect_policies(folder or packs_folder() / "policy")
    boundaries = Boundaries()
    for policy in policies.all():
        findings += boundaries.faults(policy)
    _print_faults(findings, as_json, checked=len(policies.all()), boundaries=boundaries.points)
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
    if faults:
        table = Table(show_lines=True, pad_edge=False)
        for title in ("位置 Place", "键 Key", "问题 Finding", "处理 Remedy"):
            table.add_column(title, overflow="fold")
        for fault in faults:
            refusal = fault.refusal
            code = f"{refusal.code} 提示 warning" if fault.warning else refusal.code
            table.add_row(
                f"{fault.file}:{fault.line}",
                escape(fault.key),
                escape(f"{code}\n{refusal.cause_zh}\n{refusal.cause_en}"),
                escape(f"{refusal.remedy_zh}\n{refusal.remedy_en}"),
            )
        console.print(table)
    wrong = sum(not fault.warning for fault in faults)
    warnings = len(faults) - wrong
    console.print(
        f"{checked} 个政策 policies; {boundaries} 个边界点 costs at boundaries; "
        f"{wrong} 个错误 faults; {warnings} 个提示 warnings"
    )
