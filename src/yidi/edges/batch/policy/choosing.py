"""The policies a comparison is between: shipped ones, a folder's, or shipped ones with a file in place."""

from __future__ import annotations

from pathlib import Path

from yidi.domain.policy.assemble import assemble
from yidi.domain.policy.frame import Ceilings, read_frame
from yidi.domain.policy.grammar import read_pack
from yidi.domain.policy.policy import Policies
from yidi.domain.policy.terms import Pack
from yidi.domain.policy.tree import Fault, Reader
from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy.refusals import PACK_NOT_FOUND
from yidi.edges.packs.policy import PackFaults, read_policies, read_tree


def policies_of(name: str, shipped: Path) -> Policies | Refusal:
    """Return the policies a word names; PackFaults when they cannot be used.

    A file takes the place of the shipped pack of its area or id; a folder stands for itself; the id of a
    shipped pack means the shipped packs as they are.
    """
    path = Path(name)
    if path.is_dir():
        return read_policies(path)
    if path.is_file():
        return _with(path, shipped)
    policies = read_policies(shipped)
    if any(policy.pack_id == name for policy in policies.all()):
        return policies
    return PACK_NOT_FOUND.because("pack", name=name)


def _with(file: Path, shipped: Path) -> Policies:
    """Read the shipped packs with a file in the place of the one of its area."""
    faults: list[Fault] = []
    own, frame = _read(file, file.name, faults)
    packs = [] if own is None else [own]
    for path in sorted(shipped.rglob("*.yaml")):
        pack, ceilings = _read(path, path.relative_to(shipped).as_posix(), faults)
        frame = frame or ceilings
        if pack is not None and own is not None and pack.id != own.id and pack.area != own.area:
            packs.append(pack)
    policies, more = assemble(packs, frame)
    faults = [fault for fault in (*faults, *more) if not fault.warning]
    if faults:
        raise PackFaults(faults)
    return policies


def _read(path: Path, name: str, faults: list[Fault]) -> tuple[Pack | None, Ceilings | None]:
    reader = Reader(name)
    root = read_tree(path.read_text(encoding="utf-8", errors="replace"), reader)
    found: Pack | None = None
    frame: Ceilings | None = None
    if root is not None and root.entries is not None and "frame" in root.entries:
        frame = read_frame(root, reader)
    elif root is not None:
        found = read_pack(root, reader)
    faults += reader.faults
    return (None if reader.faults else found), frame
