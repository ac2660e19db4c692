"""Packs become policies: borrowing, slicing, checking, and one policy for each place, scheme and day."""

from __future__ import annotations

from collections.abc import Sequence

from yidi.domain.dates import Span
from yidi.domain.policy import refusals
from yidi.domain.policy.borrowing import lend
from yidi.domain.policy.check import check_policy
from yidi.domain.policy.frame import Ceilings
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.policy.slices import slices
from yidi.domain.policy.terms import Pack
from yidi.domain.policy.tree import Fault


def assemble(packs: Sequence[Pack], frame: Ceilings | None) -> tuple[Policies, list[Fault]]:
    """Return the policies of sound packs together with every finding, warnings included."""
    by_id = {pack.id: pack for pack in packs}
    faults: list[Fault] = []
    policies: list[Policy] = []
    for pack in packs:
        whole = lend(pack, by_id, faults)
        for scheme in whole.schemes:
            if scheme.care:
                policies += [Policy(whole, part, start, end) for start, end, part in slices(whole, scheme)]
    found: dict[tuple[str, int, str, str], Fault] = {}
    for policy in policies:
        for fault in check_policy(policy, frame):
            found.setdefault((fault.file, fault.line, fault.key, fault.refusal.code), fault)
    faults += found.values()
    faults += _twice(packs)
    return Policies(policies), sorted(faults, key=lambda fault: (fault.file, fault.line, fault.key))


def _twice(packs: Sequence[Pack]) -> list[Fault]:
    """Find two packs for one area and scheme on the same day."""
    faults = []
    seen: dict[tuple[str, str], list[Pack]] = {}
    for pack in packs:
        for scheme in pack.schemes:
            for earlier in seen.setdefault((pack.area, scheme.code), []):
                if Span(pack.start, pack.end).meets(Span(earlier.start, earlier.end)):
                    refusal = refusals.SAME_AREA_TWICE.because(
                        "area", area=pack.area, scheme=scheme.code, value=f"{earlier.file}, {pack.file}"
                    )
                    faults.append(Fault(pack.file, scheme.line, "area", refusal))
            seen[pack.area, scheme.code].append(pack)
    return faults
