"""`yidi catalogue`: import a national download file as a catalogue file, and look an item up."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from yidi.domain.catalogue.amounts import PRICE_PLACES, format_decimal, parse_decimal
from yidi.domain.catalogue.item import Item, ItemClass
from yidi.domain.catalogue.terms import Terms
from yidi.domain.dates import FOREVER, parse_day
from yidi.domain.refusal import Refusal
from yidi.edges.packs.catalogue import CatalogueWriter, read_catalogue, read_terms
from yidi.edges.packs.download import ITEM_FILES, CodeEntry, Defaults, Import, unpacked_size
from yidi.edges.packs.national import PackError, read_divisions, read_download_files, read_service_classes

app = typer.Typer(no_args_is_help=True, help="目录 Catalogues of care places")
_SHOWN_FINDINGS = 20
_CODE_COLUMNS = CodeEntry._fields

FILE = typer.Argument(..., exists=True, dir_okay=False, help="下载的目录文件 Download file, TXT or ZIP")
KIND = typer.Option(
    ...,
    "--kind",
    help="drug, herbal, service, consumable, diagnosis, operation, chronic_disease, pay_by_disease or "
    "day_surgery",
)
PLACE = typer.Option(..., "--place", help="就医省代码 Care province, six digits")
OUT = typer.Option(..., "--out", help="输出文件 Catalogue file to write (CSV)")
TERMS = typer.Option(None, "--terms", exists=True, help="地方规则 Regional terms (CSV)")
RATIO = typer.Option("10", "--class-b-first-self", help="乙类先行自付% First self-pay of class B, percent")
UNCLASSED = typer.Option("C", "--unclassed", help="未标甲乙丙的项目 Class of rows without one: A, B or C")
PACKS = typer.Option(None, "--packs", exists=True, file_okay=False, help="数据包目录 Folder of packs")
AS_JSON = typer.Option(False, "--json", help="JSON summary")


@app.command("import")
def import_file(
    file: Path = FILE,
    kind: str = KIND,
    place: str = PLACE,
    out: Path = OUT,
    terms: Path | None = TERMS,
    class_b_first_self: str = RATIO,
    unclassed: str = UNCLASSED,
    as_json: bool = AS_JSON,
) -> None:
    """导入目录下载文件。 Import a national download file; with findings, nothing is written (status 1)."""
    layouts = read_download_files()
    if kind not in layouts:
        raise typer.BadParameter(", ".join(sorted(layouts)), param_hint="--kind")
    if isinstance(read_divisions().check(place), Refusal):
        raise typer.BadParameter("六位区划代码 six digits of a division", param_hint="--place")
    own, findings = _terms(terms)
    importing = Import(
        file,
        kind,
        layouts[kind],
        terms=own,
        defaults=_defaults(class_b_first_self, unclassed),
        service_classes=read_service_classes(),
    )
    importing.findings.extend(findings)
    written = _write(importing, file, kind, out)
    _report(importing, {"kind": kind, "place": place, "out": str(out), "written": written}, as_json)
    if importing.findings:
        raise typer.Exit(1)


def _terms(path: Path | None) -> tuple[dict[str, list[Terms]], list[Refusal]]:
    findings: list[Refusal] = []
    if path is None:
        return {}, findings
    try:
        return read_terms(path, findings), findings
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise typer.BadParameter(str(fault), param_hint="--terms") from fault


def _defaults(ratio_pct: str, unclassed: str) -> Defaults:
    ratio_bp = parse_decimal(ratio_pct, 2)
    if ratio_bp is None or not 0 <= ratio_bp <= 10_000:
        raise typer.BadParameter("0 - 100", param_hint="--class-b-first-self")
    if unclassed not in {entry.value for entry in ItemClass}:
        raise typer.BadParameter("A, B, C", param_hint="--unclassed")
    return Defaults(class_b_first_self_bp=ratio_bp, unclassed=ItemClass(unclassed))


def _write(importing: Import, file: Path, kind: str, out: Path) -> int:
    """Write beside the wanted file first, so that a broken import leaves no half of one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(out.name + ".unfinished")
    written = 0
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as stream, _progress() as progress:
            task = progress.add_task(file.name, total=_size(file))
            write = _row_writer(stream, kind)
            for row in importing.rows(lambda count: progress.advance(task, count)):
                write(row)
                written += 1
        if not importing.findings:
            unfinished.replace(out)
            return written
        return 0
    finally:
        unfinished.unlink(missing_ok=True)


def _size(file: Path) -> int | None:
    with suppress(OSError, ValueError):
        return unpacked_size(file)
    return None


def _row_writer(stream: TextIO, kind: str) -> Callable[[Item | CodeEntry], object]:
    entries = CatalogueWriter(stream) if kind in ITEM_FILES else None
    rows = csv.writer(stream, lineterminator="\n")
    if entries is None:
        rows.writerow(_CODE_COLUMNS)

    def write(row: Item | CodeEntry) -> None:
        if isinstance(row, CodeEntry):
            rows.writerow(row)
        elif entries is not None:
            entries.write(row)

    return write


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _report(importing: Import, summary: dict[str, object], as_json: bool) -> None:
    counts = {"rows": importing.read, "withdrawn": importing.withdrawn, "findings": len(importing.findings)}
    if as_json:
        texts = [{"code": it.code, "zh": it.cause_zh, "en": it.cause_en} for it in importing.findings]
        typer.echo(json.dumps({**summary, **counts, "refusals": texts}, ensure_ascii=False))
        return
    table = Table("", "")
    for name, value in {**summary, **counts}.items():
        table.add_row(name, str(value))
    console = Console()
    console.print(table)
    for finding in importing.findings[:_SHOWN_FINDINGS]:
        console.print(f"  {finding.code} {finding.cause_zh}", markup=False, highlight=False)
        console.print(f"    {finding.cause_en}", markup=False, highlight=False, style="dim")
    if len(importing.findings) > _SHOWN_FINDINGS:
        console.print(f"  … {len(importing.findings) - _SHOWN_FINDINGS} more (--json lists all)")


@app.command("show")
def show(
    code: str = typer.Argument(..., help="医疗目录编码 Item code"),
    place: str = PLACE,
    day: str = typer.Option(..., "--day", help="日期 Day, 2026-01-31"),
    packs: Path | None = PACKS,
    as_json: bool = typer.Option(False, "--json"),
) -> None:
    """查询某地某日的目录项目。 Show what an item is in a place on a day (status 1: not in the catalogue)."""
    when = parse_day(day)
    if when is None:
        raise typer.BadParameter("2026-01-31", param_hint="--day")
    try:
        item = read_catalogue(place, packs).find(code, when.isoformat())
    except PackError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from fault
    if item is None:
        typer.echo(f"目录无此项目 not in the catalogue of {place} on {day}: {code}", err=True)
        raise typer.Exit(1)
    described = _described(item)
    if as_json:
        typer.echo(json.dumps(described, ensure_ascii=False))
        return
    table = Table("", "")
    for name, value in described.items():
        table.add_row(name, str(value))
    Console().print(table)


def _described(item: Item) -> dict[str, str]:
    levels = item.level_limits_micro or (None, None, None)
    limits = [_price(limit) for limit in (item.price_limit_micro, *levels)]
    return {
        "code": item.code,
        "name": item.name,
        "kind": item.kind.value,
        "class": item.item_class.value,
        "expense_class": f"{item.expense_class.value} {item.expense_class.zh} {item.expense_class.en}",
        "first_self_pct": format_decimal(item.self_pay_bp(), 2),
        "price_limit": limits[0],
        "limit_by_level": " / ".join(limits[1:]),
        "restriction": item.restriction if item.restricted else "-",
        "from": item.start,
        "to": "-" if item.end == FOREVER else item.end,
        "source": item.source + (" (sample)" if item.sample else ""),
    }


def _price(limit_micro: int | None) -> str:
    return "-" if limit_micro is None else format_decimal(limit_micro, PRICE_PLACES)
