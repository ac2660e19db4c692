"""The body of `yidi policy cases`: runs files of worked examples and prints the verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from yidi.edges.cases.run import AGREES, Difference, Verdict, run_files
from yidi.edges.cases.shelf import Shelf
from yidi.edges.packs.location import packs_folder

_WORDS = {
    "agrees": "[green]一致 agrees[/green]",
    "differs": "[red]不一致 differs[/red]",
    "unknown_words": "[yellow]有不认识的词 unknown words[/yellow]",
}
_COMPLETED = "含演示补全数值 uses figures completed for demonstration"


def run_cases(files: Sequence[Path], packs: Path | None, as_json: bool) -> int:
    """Run the cases of files and folders; returns the exit status: 0 when every case agrees."""
    paths = list(dict.fromkeys(path for file in files for path in _files(file)))
    verdicts = run_files(paths, Shelf(packs or packs_folder() / "policy"))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(verdicts), indent=2).decode())
    else:
        _print(verdicts)
    return 0 if verdicts and all(each.verdict == AGREES for each in verdicts) else 1


def _files(place: Path) -> list[Path]:
    """Return the files to run: the file itself, or every one of a folder; none there is wrong use."""
    if not place.is_dir():
        return [place.resolve()]
    found = sorted(path.resolve() for path in (*place.rglob("*.yaml"), *place.rglob("*.yml")))
    if not found:
        raise typer.BadParameter(
            f"文件夹里没有案例 no .yaml or .yml file in folder '{place}'", param_hint="files"
        )
    return found


def _print(verdicts: Sequence[Verdict]) -> None:
    console = Console()
    table = Table(pad_edge=False)
    for title in ("案例 Case", "结论 Verdict", "数值\nFigures", "差异\nDifferences"):
        table.add_column(title, overflow="fold")
    for each in verdicts:
        many = len(each.differences) + len(each.unknown_words)
        table.add_row(each.id, _WORDS[each.verdict], str(each.figures), str(many or ""))
    console.print(table)
    for each in verdicts:
        _print_differences(console, each)
    console.print()
    counts = {word: sum(each.verdict == word for each in verdicts) for word in _WORDS}
    console.print(
        f"{len(verdicts)} 个案例 cases: {counts['agrees']} 一致 agree, {counts['differs']} 不一致 differ, "
        f"{counts['unknown_words']} 有不认识的词 with unknown words"
    )


def _print_differences(console: Console, each: Verdict) -> None:
    """Print what differs under the case's name, over the whole width: reasons are sentences."""
    told = [_difference_text(difference) for difference in each.differences]
    told += [f"不认识的词 unknown word: {word}" for word in each.unknown_words]
    told += [_COMPLETED] if each.completed_for_demonstration else []
    if told:
        console.print(f"\n[bold]{escape(each.id)}[/bold]  {_WORDS[each.verdict]}")
    for line in told:
        console.print(Padding(escape(line), (0, 0, 0, 2)))


def _difference_text(each: Difference) -> str:
    if not each.computed and not each.published:
        return f"{each.figure}: {each.why}"
    if each.published_is_wrong:
        wrong = f"发表值有误 published {each.published} is wrong, it is {each.computed}"
        return f"{each.figure}: {wrong}: {each.why}"
    why = f" ({each.why})" if each.why else ""
    return f"{each.figure}: 应为 expected {each.published}, 算得 computed {each.computed or '-'}{why}"
