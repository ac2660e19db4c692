"""Functions have 60 lines at most, files 400; what is over stands in over_size.toml, which only shrinks.

A literal table (a module-level assignment of constants, containers and calls of constants) is not counted.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house_rules.code_base import Source, demand, python_files

FUNCTION_LINES, FILE_LINES = 60, 400
LIST = Path(__file__).with_name("over_size.toml")
_TABLE_NODES = (
    ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Call, ast.keyword, ast.Name, ast.Attribute,
    ast.UnaryOp, ast.USub, ast.BinOp, ast.BitOr, ast.Load, ast.Starred,
)  # fmt: skip


def is_table(statement: ast.stmt) -> bool:
    """Say whether a module-level statement is a literal table."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    return all(isinstance(node, _TABLE_NODES) for node in ast.walk(statement.value))


def file_lines(source: Source) -> int:
    """Count the lines of a file without its literal tables."""
    tables = [statement for statement in source.tree.body if is_table(statement)]
    in_tables = sum((table.end_lineno or table.lineno) - table.lineno for table in tables)
    return len(source.text.splitlines()) - in_tables


def sizes(source: Source) -> Iterator[tuple[str, int, int]]:
    """Yield name, lines and limit of the file and of each function in it."""
    yield source.place, file_lines(source), FILE_LINES
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{source.place}::{node.name}", lines, FUNCTION_LINES


@cache
def over_size() -> dict[str, int]:
    """Name and lines of everything that is over its limit now."""
    sources = python_files("src", "tests", "benchmarks", "scripts")
    return {name: lines for source in sources for name, lines, limit in sizes(source) if lines > limit}


def listed() -> dict[str, int]:
    """Name and lines of what was over when the list was written."""
    return dict(tomllib.loads(LIST.read_text("utf-8"))["over"])


def test_nothing_grows_beyond_its_size() -> None:
    allowed = listed()
    found = [f"{name}: {lines} lines" for name, lines in over_size().items() if lines > allowed.get(name, 0)]
    demand(
        found,
        f"cut it at a noun: functions {FUNCTION_LINES} lines, files {FILE_LINES}; do not add to the list",
    )


def test_the_list_of_the_oversized_only_shrinks() -> None:
    now = over_size()
    found = [
        f"{name}: listed with {lines} lines, has {now.get(name, 'no longer too many')}"
        for name, lines in listed().items()
        if lines > now.get(name, 0)
    ]
    demand(found, f"well done: write the smaller number into {LIST.name}, or strike the line")


def test_the_rule_of_sizes_bites() -> None:
    long_function = Source("bad.py", "def f() -> None:\n" + "    g()\n" * 60)
    table = Source("table.py", "A = (\n" + "    F('a', 1),\n" * 500 + ")\n")
    long_file = Source("bad.py", "g()\n" * 401)
    assert [lines for _, lines, limit in sizes(long_function) if lines > limit] == [61]
    assert [lines for _, lines, limit in sizes(long_file) if lines > limit] == [401]
    assert not [lines for _, lines, limit in sizes(table) if lines > limit]
