"""Checks what can be checked of a pack that cannot be used: an author sees every finding at once.

Only gaps and overlaps, and only of tables that no fault of the reader has disturbed, so that no finding is a
mere consequence of another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from yidi.domain.policy import refusals
from yidi.domain.policy.check import check_policy
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.slices import slices
from yidi.domain.policy.terms import Pack, Scheme
from yidi.domain.policy.tree import Fault

_FOUND = (refusals.GAP.code, refusals.OVERLAP.code)
_HARMLESS = (
    refusals.NO_SOURCE.code,
    refusals.COMPLETION_NOT_MARKED.code,
    refusals.FINER_THAN_BASIS_POINT.code,
)
"""Faults of the reader that change no condition of a row."""
_VALUES = (".amount", ".ratio", ".bands", ".source", ".note", ".confidence")
"""How the keys of values end that decide nothing about which row holds."""
_APART = ("names", "year", "rounding", "order", "account", "note", "hospital_elsewhere", "own_share_first")
"""Keys of a scheme without a word for its layers' tables."""
_TABLE = re.compile(r"(schemes\..+?\.layers\[\d+\])(\.(?:deductible|ratios|lump|caps\[\d+\]).*|.*)")


def faults_behind(pack: Pack, read: Sequence[Fault]) -> Iterator[Fault]:
    """Yield gaps and overlaps of a pack in which the reader found `read`, where nothing disturbs them."""
    disturbing = [
        fault
        for fault in read
        if fault.refusal.code not in _HARMLESS and not fault.key.endswith(_VALUES) and not fault.warning
    ]
    if any(not fault.key or fault.key.startswith("known") for fault in disturbing):
        return
    whole = replace(pack, filing=replace(pack.filing, sources={}))
    seen: set[tuple[str, str]] = set()
    for scheme in pack.schemes:
        if not scheme.care or _unsure(scheme, disturbing):
            continue
        for start, end, part in slices(pack, scheme):
            for fault in check_policy(Policy(whole, part, start, end), None):
                place = (fault.key, fault.refusal.code)
                if fault.refusal.code in _FOUND and place not in seen and not _hit(fault.key, disturbing):
                    seen.add(place)
                    yield fault


def _unsure(scheme: Scheme, disturbing: Sequence[Fault]) -> bool:
    """Say whether the words that all of a scheme's tables use are in doubt."""
    head = f"schemes.{scheme.code}"
    apart = tuple(f"{head}.{name}" for name in (*_APART, "layers["))
    return any(
        fault.key == head or (fault.key.startswith(f"{head}.") and not fault.key.startswith(apart))
        for fault in disturbing
    )


def _hit(key: str, disturbing: Sequence[Fault]) -> bool:
    """Say whether a fault lies in the same table, or in its layer beside the tables."""
    mine = _TABLE.fullmatch(key)
    if mine is None:
        return True
    for fault in disturbing:
        other = _TABLE.fullmatch(fault.key)
        if other is None or other[1] != mine[1]:
            continue
        if other[2].startswith(mine[2]) or not re.match(r"\.(deductible|ratios|lump|caps\[)", other[2]):
            return True
    return False
