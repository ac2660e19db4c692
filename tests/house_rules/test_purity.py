"""Time, chance and the world come in as arguments; no float touches money; one module reads the clock."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.house_rules.code_base import Source, demand, python_files

PURE = ("src/yidi/domain", "src/yidi/processes")
CLOCK = "src/yidi/edges/clock.py"
CLOCK_READERS = {
    f"{owner}.{name}"
    for owner, names in {
        "datetime": ("now", "utcnow", "today"),
        "date": ("today",),
        "time": (
            "time",
            "time_ns",
            "monotonic",
            "monotonic_ns",
            "perf_counter",
            "perf_counter_ns",
            "localtime",
        ),
    }.items()
    for name in names
}
WORLDLY_MODULES = set(
    """asyncio builtins ctypes http io logging multiprocessing os pathlib random secrets select shutil signal
    socket sqlite3 ssl subprocess sys tempfile threading time urllib uuid""".split()
)
WORLDLY_CALLS = {"open", "print", "input", "exec", "eval", "float", "id"}
ALLOWED_PACKAGES = {"msgspec"}
VOCABULARY = {"records", "commands", "views", "standing", "numbers", "marks"}
"""What a process may know of another: its facts, how they are read, its messages; never its decisions."""


def dotted(node: ast.expr) -> str:
    """Write the last two parts of a dotted name: `a.datetime.now` -> `datetime.now`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return f"{owner}.{name}"
        case _:
            return ""


def clock_readings(source: Source) -> Iterator[str]:
    """Find what reads a clock, called or handed on; also clock functions imported by name."""
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCK_READERS:
            yield source.at(node, f"`{dotted(node)}` reads a clock")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            names = [alias.name for alias in node.names if f"time.{alias.name}" in CLOCK_READERS]
            yield from (source.at(node, f"`time.{name}` reads a clock") for name in names)


def worldly_calls(source: Source) -> Iterator[str]:
    """Find calls and operations that do not belong in a pure ring."""
    for node in source.nodes:
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in WORLDLY_CALLS:
                yield source.at(node, f"`{name}(...)`")
            case ast.Constant(value=float(number)):
                yield source.at(node, f"the float {number}")
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield source.at(node, "`/` makes a float")
            case _:
                pass


def imports(source: Source) -> Iterator[tuple[str, ast.AST]]:
    """Yield the full name of every imported module."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ".", node


def foreign_imports(source: Source) -> Iterator[str]:
    """Find imports beyond the pure part of the standard library, msgspec and the inner rings."""
    rings = {"domain"} if source.place.startswith(PURE[0]) else {"domain", "processes"}
    for name, node in imports(source):
        top, *rest = name.split(".")
        if top == "yidi":
            if rest and rest[0] not in rings:
                yield source.at(node, f"imports {name}")
        elif top in WORLDLY_MODULES or (top not in sys.stdlib_module_names and top not in ALLOWED_PACKAGES):
            yield source.at(node, f"imports {name}")


def room_intrusions(source: Source) -> Iterator[str]:
    """Find a process that imports more of another process than its vocabulary."""
    own = source.place.removeprefix("src/yidi/processes/").split("/")[0]
    for name, node in imports(source):
        parts = name.split(".")
        if parts[:2] != ["yidi", "processes"]:
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else [""]
        for other, room in (([*parts[2:], first, ""])[:2] for first in names):
            if other not in {own, "ports", "relay"} and room not in VOCABULARY:
                yield source.at(node, f"imports `{room or other}` of the process {other}")


def test_the_pure_rings_do_nothing_with_the_world() -> None:
    found = [finding for source in python_files(*PURE) for finding in worldly_calls(source)]
    demand(found, "hand the value in as an argument; divide with share_fen, apportion_fen or `//`")


def test_the_pure_rings_import_only_what_is_pure() -> None:
    found = [finding for source in python_files(*PURE) for finding in foreign_imports(source)]
    demand(found, "domain and processes know the standard library, msgspec and the rings inside them")


def test_only_the_clock_reads_a_clock() -> None:
    outside = [source for source in python_files("src") if source.place != CLOCK]
    found = [finding for source in outside for finding in clock_readings(source)]
    demand(found, f"take the instant as an argument; at an edge ask {CLOCK}")


def test_a_process_knows_only_records_and_messages_of_another() -> None:
    found = [finding for source in python_files(PURE[1]) for finding in room_intrusions(source)]
    demand(
        found,
        "import the other's records, views or commands; what both need belongs to domain, ports or relay",
    )


@pytest.mark.parametrize(
    ("rule", "code", "findings"),
    [
        (worldly_calls, "a = float(b) / 2 + 0.5\nopen('f')", 4),
        (worldly_calls, "a = b // 2", 0),
        (clock_readings, "from time import monotonic\na = datetime.now()\nb = dt.date.today", 3),
        (clock_readings, "a = moment.now", 0),
        (foreign_imports, "import os\nimport httpx\nfrom yidi.edges.clock import x\nimport msgspec", 3),
        (room_intrusions, "from yidi.processes.filing.decide import x", 1),
        (room_intrusions, "from yidi.processes.filing import decide", 1),
        (room_intrusions, "from yidi.processes import filing", 1),
        (room_intrusions, "from yidi.processes.filing import records, decide", 1),
        (
            room_intrusions,
            "from yidi.processes.filing.records import x\nfrom yidi.processes.visit import v",
            0,
        ),
        (
            room_intrusions,
            "from yidi.processes.filing import records\nimport yidi.processes.ports.deciding",
            0,
        ),
    ],
)
def test_the_rules_of_purity_bite(rule: object, code: str, findings: int) -> None:
    assert callable(rule)
    assert len(list(rule(Source("src/yidi/processes/visit/bad.py", code)))) == findings
