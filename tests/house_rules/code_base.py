"""Reads the code base for the house rules: files, syntax trees, and findings with their remedy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "yidi"
SKIPPED = {"__pycache__", "node_modules", "dist", "build", "var"}
TEXT_SUFFIXES = {
    ".cfg", ".css", ".csv", ".html", ".ini", ".js", ".json", ".md", ".py", ".sh", ".sql", ".svg", ".toml",
    ".txt", ".yaml", ".yml", "",
}  # fmt: skip


class Source:
    """One Python file: its place below the root (posix text), its text and its syntax tree."""

    def __init__(self, place: str, text: str) -> None:
        self.place, self.text = place, text

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.place)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.tree))

    def at(self, node: ast.AST, what: str) -> str:
        """Write a finding at a node."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}: {what}"


class Named(NamedTuple):
    """An identifier and the node that carries it."""

    name: str
    node: ast.AST


@cache
def python_files(*folders: str) -> tuple[Source, ...]:
    """Read the Python files below these folders of the root, in order."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in found)


@cache
def text_files(folder: str = ".") -> tuple[Path, ...]:
    """List the text files below a folder of the root, without what tools leave behind."""
    return tuple(path for path in sorted(_walk(ROOT / folder)) if path.suffix in TEXT_SUFFIXES)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name != ".ci"
        if path.is_dir():
            yield from () if hidden or path.name in SKIPPED else _walk(path)
        else:
            yield path


def identifiers(source: Source) -> Iterator[Named]:
    """Yield every identifier: names, attributes, arguments, definitions, keywords, imports, the module."""
    yield Named(Path(source.place).stem, source.tree)
    for node in source.nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield Named(name, node)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield Named(name, node)
            case ast.keyword(arg=str(name)):
                yield Named(name, node)
            case ast.alias(name=name, asname=asname):
                yield Named(asname or name, node)
            case _:
                pass


def strings(source: Source) -> Iterator[Named]:
    """Yield every text literal that is not a docstring."""
    spoken = {id(node.value) for node in source.nodes if isinstance(node, ast.Expr)}
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield Named(node.value, node)


def words(identifier: str) -> list[str]:
    """Split an identifier into its words, in lower case: `ParseGuangdongArea` -> parse guangdong area."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", identifier)]


def demand(findings: Iterable[str], remedy: str) -> None:
    """Fail with every finding, and say what to do about them."""
    found = sorted(set(findings))
    assert not found, "\n".join(["", *found, f"Remedy: {remedy}"])
