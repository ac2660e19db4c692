"""The modules of the simulator import one another in one direction, also where only a type is wanted."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from yidi.edges.simulation import playing

ROOM = "yidi.edges.simulation."


def imported_by(path: Path) -> set[str]:
    """Return which modules of the room a module imports, anywhere in its text."""
    tree = ast.parse(path.read_text("utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.removeprefix(ROOM) for name in names if name.startswith(ROOM)}


def test_no_module_of_the_simulator_imports_itself_by_a_detour() -> None:
    files = Path(playing.__file__).parent.glob("*.py")
    graph = {path.stem: imported_by(path) for path in files}
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("plan") < order.index("node") < order.index("playing")
