"""Reads files of worked examples: one case, a list, `cases:`, or several documents in one file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from yidi.domain.policy.tree import Fault, Node, Reader
from yidi.edges.packs.policy import read_tree


class WrittenCase(Struct, frozen=True):
    """One case as it stands in a file; `faults` are those of the YAML itself."""

    file: str
    node: Node
    faults: tuple[Fault, ...] = ()


def read_cases(path: Path) -> list[WrittenCase]:
    """Return every case of a file, in order; a file that is no YAML gives one case with the faults."""
    text = path.read_text(encoding="utf-8", errors="replace")
    found: list[WrittenCase] = []
    for document in _documents(text):
        reader = Reader(path.name)
        root = read_tree(document, reader)
        if root is None:
            found.append(WrittenCase(path.name, Node(1, entries={}), tuple(reader.faults)))
            continue
        nodes = _cases_in(root)
        found += [WrittenCase(path.name, node, tuple(reader.faults)) for node in nodes]
    return found


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
