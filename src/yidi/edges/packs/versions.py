"""Finds a version of a policy as people name it: a pack file, a folder of packs, or AREA@DAY."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from yidi.domain.dates import parse_day
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.edges.packs.policy import PackFaults, inspect_policies, read_policies

_AREA_DAY = re.compile(r"(?P<area>\d{6}|any)@(?P<day>\d{4}-\d\d-\d\d)", re.ASCII)
SCHEMES = ("310", "390")


class Version(Struct, frozen=True):
    """What a name stands for. `alone`: it is one day of one area; `refusals` says why nothing was found."""

    name: str
    policies: tuple[Policy, ...]
    alone: bool = False
    refusals: tuple[Refusal, ...] = ()


def read_version(name: str, packs: Path, scheme: str = "") -> Version | None:
    """Read a version by its name; None when it is neither a path nor AREA@DAY.

    A file may borrow from the packs of `packs`, less the pack it is a version of. Raises PackFaults.
    """
    path = Path(name)
    if path.is_dir():
        return Version(name, _of(read_policies(path).all(), scheme))
    if path.is_file():
        return Version(name, _of(_alone(path, packs), scheme))
    named = _AREA_DAY.fullmatch(name)
    if named is None or parse_day(named["day"]) is None:
        return None
    return _on_day(name, read_policies(packs), named["area"], named["day"], scheme)


def kept_versions(path: Path, packs: Path) -> Iterator[Policies]:
    """Yield what a file or folder of older packs holds: the folder as a whole, then each file by itself.

    A file by itself borrows from the packs of `packs`; one that cannot be read is no version.
    """
    if path.is_dir():
        yield inspect_policies(path)[0]
    for file in sorted(path.rglob("*.yaml")) if path.is_dir() else (path,):
        try:
            yield Policies(_alone(file, packs))
        except PackFaults:
            continue


def _of(policies: Sequence[Policy], scheme: str) -> tuple[Policy, ...]:
    return tuple(policy for policy in policies if not scheme or policy.scheme == scheme)


def _alone(path: Path, packs: Path) -> list[Policy]:
    """Read one file beside the packs it may borrow from."""
    policies, findings = inspect_policies(packs, instead=path)
    faults = [fault for fault in findings if fault.file == path.name and not fault.warning]
    if faults:
        raise PackFaults(faults)
    return [policy for policy in policies.all() if policy.file == path.name]


def _on_day(name: str, policies: Policies, area: str, day: str, scheme: str) -> Version:
    own = [each.scheme for each in policies.all() if each.area == area]
    wanted = [scheme] if scheme else list(dict.fromkeys(own)) or list(SCHEMES)
    found = [policies.find(area, each, day) for each in wanted]
    good = tuple(each for each in found if isinstance(each, Policy))
    refused = tuple(refusal for each in found if not isinstance(each, Policy) for refusal in each)
    return Version(name, good, alone=True, refusals=() if good else refused)
