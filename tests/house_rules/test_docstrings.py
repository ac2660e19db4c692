"""Modules say their purpose in ten lines; what is public in domain and processes says what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house_rules.code_base import Source, demand, python_files

MODULE_LINES = 10
PURE = ("src/yidi/domain", "src/yidi/processes")


def module_faults(source: Source) -> Iterator[str]:
    """Find a module without a purpose, with too long a one, or with old annotations."""
    purpose = ast.get_docstring(source.tree) or ""
    if not purpose:
        yield f"{source.place}: no docstring"
    if len(purpose.splitlines()) > MODULE_LINES:
        yield f"{source.place}: the docstring has {len(purpose.splitlines())} lines"
    future = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in source.tree.body
    )
    if not future and any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in source.tree.body):
        yield f"{source.place}: no `from __future__ import annotations`"


def silent(source: Source, body: list[ast.stmt], owner: str = "") -> Iterator[str]:
    """Find public functions and classes without a docstring, in a module or a public class."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name[0] == "_":
            continue
        if not ast.get_docstring(node):
            yield source.at(node, f"`{owner}{node.name}` has no docstring")
        if isinstance(node, ast.ClassDef):
            yield from silent(source, node.body, f"{node.name}.")


def test_every_module_says_its_purpose_in_ten_lines() -> None:
    sources = [
        source for source in python_files("src", "tests", "benchmarks", "scripts") if source.text.strip()
    ]
    found = [finding for source in sources for finding in module_faults(source)]
    demand(
        found, "open the module with its purpose in ten lines at most; details belong to what they describe"
    )


def test_everything_public_in_the_pure_rings_says_what_it_is() -> None:
    found = [finding for source in python_files(*PURE) for finding in silent(source, source.tree.body)]
    demand(found, "say shapes, units, errors and the source (article, document, standard)")


def test_the_rules_of_docstrings_bite() -> None:
    bad = Source("bad.py", "class A:\n    def b(self): ...\n    def _c(self): ...\ndef d(): ...\n")
    assert len(list(silent(bad, bad.tree.body))) == 3
    assert len(list(module_faults(bad))) == 2
    assert len(list(module_faults(Source("bad.py", '"""' + "a\n" * 11 + '"""\n')))) == 1
