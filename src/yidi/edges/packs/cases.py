"""Reads files of worked examples: one case, a list, `cases:`, or several documents in one file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from yidi.domain.policy import refusals
from yidi.domain.policy.tree import Fault, Node, Reader
from yidi.edges.packs.policy import read_tree


class WrittenCase(Struct, frozen=True):
    """One case as it stands in a file; `faults` are those of the YAML itself."""

    file: str
    node: Node
    faults: tuple[Fault, ...] = ()


def read_cases(path: Path) -> list[WrittenCase]:
    """Return every case of a file, in order; a file without a readable one gives one case with the faults."""
    reader = Reader(path.name)
    text = _text(path, reader)
    found: list[WrittenCase] = []
    for document in _documents(text):
        reader = Reader(path.name)
        root = read_tree(document, reader)
        if root is None:
            found.append(WrittenCase(path.name, Node(1, entries={}), tuple(reader.faults)))
            continue
        nodes = _cases_in(root)
        found += [WrittenCase(path.name, node, tuple(reader.faults)) for node in nodes]
    if not found:
        if not reader.faults:
            reader.fault(1, "", refusals.NOT_READABLE, reason="there is no case in it")
        found.append(WrittenCase(path.name, Node(1, entries={}), tuple(reader.faults)))
    return found


def _text(path: Path, reader: Reader) -> str:
    """Return the text of a file; empty, with a fault, when it is not UTF-8."""
    found = path.read_bytes()
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        reader.fault(line, "", refusals.NOT_READABLE, reason="it is not UTF-8; save it as UTF-8")
        return ""


def _documents(text: str) -> Iterator[str]:
    """Split a file at its `---` lines, keeping every line at its number."""
    lines = text.splitlines()
    starts = [0, *(number + 1 for number, line in enumerate(lines) if line.rstrip() == "---"), len(lines) + 1]
    for first, last in pairwise(starts):
        part = lines[first : last - 1]
        if any(line.strip() and not line.lstrip().startswith("#") for line in part):
            yield "\n" * first + "\n".join(part) + "\n"


def _cases_in(root: Node) -> tuple[Node, ...]:
    if root.items is not None:
        return root.items
    if root.entries is not None and set(root.entries) == {"cases"}:
        return root.entries["cases"].items or ()
    return (root,)
