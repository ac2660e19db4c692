"""Where a case finds its policy: the packs of a folder, or the inline policy of the case itself."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from yidi.domain.codes.division import Divisions
from yidi.domain.policy.assemble import assemble
from yidi.domain.policy.grammar import read_pack
from yidi.domain.policy.policy import STANDS_IN, Policies, Policy
from yidi.domain.policy.refusals import BAD_VALUE, GAP, UNKNOWN_KEY
from yidi.domain.policy.terms import Pack
from yidi.domain.policy.tree import Fault, Reader
from yidi.domain.refusal import Refusal
from yidi.edges.cases.case import Case
from yidi.edges.cases.inline import AREA, pack_node
from yidi.edges.cases.rest import with_unknown_rest
from yidi.edges.cases.sheet import Sheet
from yidi.edges.packs.national import read_divisions
from yidi.edges.packs.policy import describe, inspect_policies, read_tree

_UNKNOWN_VALUE = re.compile(r"The value '([A-Za-z_][\w-]*)' of")
"""A bad value that is a word: one the pack language does not know at this place."""


class Shelf:
    """The packs of a folder, read when the first case asks for an area."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _read(self) -> tuple[Policies, list[Fault]]:
        return inspect_policies(self.folder)

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        """Every name that areas with a pack go by, with the codes that have it."""
        found: dict[str, set[str]] = {}
        for policy in self._read[0].all():
            zh, en = policy.names
            for name in (zh, en.casefold(), zh.removesuffix("市"), zh.removesuffix("省")):
                found.setdefault(name, set()).add(policy.area)
        return found

    @cached_property
    def _own(self) -> set[str]:
        """The areas that have a pack."""
        return {policy.area for policy in self._read[0].all()} - {STANDS_IN}

    @cached_property
    def _divisions(self) -> Divisions:
        return read_divisions()

    def area_code(self, word: str) -> str:
        """Return the division code of an area written as its code or its name; empty when no place has it."""
        if word in self._own or self._divisions.find(word) is not None:
            return word
        codes = self._names.get(word.casefold(), set()) & self._own
        return next(iter(codes)) if len(codes) == 1 else ""

    def find(self, area: str, scheme: str, day: str) -> Policy | tuple[Refusal, ...]:
        """Return the policy of a place, scheme and day."""
        return self._read[0].find(area, scheme, day)

    def faults(self) -> list[str]:
        """Say what keeps packs of the folder from being used."""
        return [describe(fault) for fault in self._read[1] if not fault.warning]

    def pack(self, policy: Policy) -> Pack:
        """Return the pack a policy is from."""
        reader = Reader(policy.file)
        root = read_tree((self.folder / policy.file).read_text(encoding="utf-8"), reader)
        assert root is not None, policy.file
        return read_pack(root, reader)


class InlineShelf:
    """The one policy that stands in a case."""

    def __init__(self, pack: Pack, policies: Policies) -> None:
        self._pack, self._policies = pack, policies

    def area_code(self, _word: str) -> str:
        """Return the area of an inline policy."""
        return AREA

    def find(self, _area: str, scheme: str, day: str) -> Policy | tuple[Refusal, ...]:
        """Return the case's policy for the day."""
        return self._policies.find(AREA, scheme, day)

    def pack(self, _policy: Policy) -> Pack:
        """Return the pack of the case."""
        return self._pack

    def faults(self) -> list[str]:
        """Nothing: its faults are the case's own."""
        return []


def read_inline(case: Case, sheet: Sheet) -> tuple[InlineShelf | None, str]:
    """Read and check the inline policy of a case; returns its scheme's code with it.

    Keys the pack language does not know are unknown words; any other fault keeps the case from running.
    """
    assert case.policy is not None
    node, scheme = pack_node(case.policy, case.wording(), sheet)
    reader = Reader(case.file)
    pack = replace(read_pack(node, reader), area=AREA)
    faults = list(reader.faults)
    policies = None
    if not faults:
        policies, faults = assemble([pack], None)
        if any(fault.refusal.code == GAP.code for fault in faults):
            pack = with_unknown_rest(pack, policies)
            policies, faults = assemble([pack], None)
    bad = [fault for fault in faults if not fault.warning]
    for fault in bad:
        if fault.refusal.code == UNKNOWN_KEY.code:
            sheet.unknown_word(_place(fault.key, scheme))
        else:
            word = (
                _UNKNOWN_VALUE.match(fault.refusal.cause_en) if fault.refusal.code == BAD_VALUE.code else None
            )
            if word is not None:
                sheet.unknown_word(f"{_place(fault.key, scheme)}: {word[1]}")
            text = f"{fault.refusal.cause_en} {fault.refusal.remedy_en}".replace(f"schemes.{scheme}.", "")
            sheet.problem(_place(fault.key, scheme), fault.line, text)
    if policies is None or bad or sheet.problems:
        return None, scheme
    return InlineShelf(pack, policies), scheme


def _place(key: str, scheme: str) -> str:
    """Name the place of a fault as the case writes it, without the frame that was filled in."""
    return f"policy.{key.removeprefix(f'schemes.{scheme}.')}"
