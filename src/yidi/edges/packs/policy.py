"""Reads the policy packs of a folder: YAML with line numbers into the pack language, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from yidi.domain.policy import refusals
from yidi.domain.policy.assemble import assemble
from yidi.domain.policy.broken import faults_behind
from yidi.domain.policy.frame import Ceilings, read_frame
from yidi.domain.policy.grammar import read_pack
from yidi.domain.policy.policy import Policies
from yidi.domain.policy.terms import Pack
from yidi.domain.policy.tree import Fault, Node, Reader

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 20


class PackFaults(Exception):
    """The packs cannot be used; `faults` has every finding with file, line, key and remedy."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(describe(fault) for fault in faults))


def describe(fault: Fault) -> str:
    """Write a finding on one line, cause and remedy in English."""
    refusal = fault.refusal
    return f"{fault.file}:{fault.line}: {fault.key}: {refusal.code} {refusal.cause_en} {refusal.remedy_en}"


def read_policies(folder: Path) -> Policies:
    """Read, check and compile every pack in the folder; raises PackFaults with all findings at once."""
    policies, findings = inspect_policies(folder)
    faults = [fault for fault in findings if not fault.warning]
    if faults:
        raise PackFaults(faults)
    return policies


def inspect_policies(folder: Path, instead: Path | None = None) -> tuple[Policies, list[Fault]]:
    """Read and check every pack in the folder; returns the policies of readable packs and all findings.

    The pack of the file `instead` takes the place of the one with its id, so that it finds what it borrows.
    """
    packs: list[Pack] = []
    frame: Ceilings | None = None
    findings: list[Fault] = []
    for path in (*sorted(folder.rglob("*.yaml")), *((instead,) if instead is not None else ())):
        own = path is instead
        reader = Reader(path.name if own else path.relative_to(folder).as_posix())
        root = read_tree(path.read_text(encoding="utf-8", errors="replace"), reader)
        if root is not None and root.entries is not None and "frame" in root.entries:
            frame = read_frame(root, reader) or frame
        elif root is not None:
            pack = read_pack(root, reader)
            if own:
                packs = [each for each in packs if each.id != pack.id and each.file != pack.file]
            if not reader.faults:
                packs.append(pack)
            else:
                findings += faults_behind(pack, reader.faults)
        findings += reader.faults
    policies, more = assemble(packs, frame)
    return policies, sorted([*findings, *more], key=lambda fault: (fault.file, fault.line, fault.key))


def read_tree(text: str, reader: Reader) -> Node | None:
    """Parse YAML into nodes; every scalar stays text. None, with a fault, when it is not YAML."""
    try:
        aliases = _aliases(text) if "*" in text else []
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or type(error).__name__
        if "\t" in "".join(text.splitlines()[line - 1 : line]) and "start any token" in problem:
            problem = "a tab; YAML is indented with spaces"
        reader.fault(line, "", refusals.NOT_READABLE, reason=problem)
        return None
    for line in aliases:
        reader.fault(line, "", refusals.NOT_READABLE, reason="aliases (*name) are not part of the language")
    if aliases:
        return None
    if root is None:
        reader.fault(1, "", refusals.NOT_READABLE, reason="the file is empty")
        return None
    return _node(root, reader, 0)


def _line(found: yaml.Node | yaml.Event) -> int:
    return found.start_mark.line + 1 if found.start_mark is not None else 1


def _aliases(text: str) -> list[int]:
    """Return the lines that repeat an anchored piece: such text can grow without bound when read."""
    events = yaml.parse(text, Loader=_Loader)
    return [_line(event) for event in events if isinstance(event, yaml.AliasEvent)]


def _node(found: yaml.Node, reader: Reader, depth: int) -> Node:
    line = _line(found)
    if depth > _DEEPEST:
        reader.fault(line, "", refusals.NOT_READABLE, reason=f"deeper than {_DEEPEST} levels")
        return Node(line, text="")
    if isinstance(found, yaml.ScalarNode):
        return Node(line, text=found.value)
    if isinstance(found, yaml.SequenceNode):
        return Node(line, items=tuple(_node(item, reader, depth + 1) for item in found.value))
    return Node(line, entries=dict(_pairs(found, reader, depth)))


def _pairs(found: yaml.Node, reader: Reader, depth: int) -> Iterator[tuple[str, Node]]:
    seen: set[str] = set()
    for key, value in found.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name in seen or not name:
            reader.fault(_line(key), name, refusals.NOT_READABLE, reason=f"key '{name}' twice")
        seen.add(name)
        yield name, _node(value, reader, depth + 1)
