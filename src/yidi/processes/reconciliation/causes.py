"""What a finding means: the side that stands alone, who must act, what can repair it, the cause in words."""

from __future__ import annotations

from collections import Counter

from yidi.processes.ports.deciding import NATION
from yidi.processes.reconciliation.commands import Copy, Finding, Kind, Repair, Side

BOOKED, OPEN = "booked", "open"
_SIDES_ZH = {Side.CARE: "就医地", Side.NATION: "国家平台", Side.INSURED: "参保地"}
_SIDES_EN = {Side.CARE: "the care place", Side.NATION: "the nation", Side.INSURED: "the insured place"}
_MISSING = {
    Kind.MISSING_AT_CARE: Side.CARE,
    Kind.MISSING_AT_NATION: Side.NATION,
    Kind.MISSING_AT_INSURED: Side.INSURED,
}
_CAUSES = {
    Kind.MISSING_AT_CARE: ("就医地没有这笔结算", "the care place does not have this settlement"),
    Kind.MISSING_AT_NATION: ("国家平台没有这笔结算的副本", "the nation has no copy of this settlement"),
    Kind.MISSING_AT_INSURED: (
        "参保地没有入账这笔结算",
        "the insured place has not booked this settlement",
    ),
    Kind.AMOUNT: ("各方金额不一致", "the amounts differ"),
    Kind.DUPLICATE: ("同一笔结算被记了两次", "the same settlement is there twice"),
    Kind.REVERSED_AT_ONE_ONLY: (
        "撤销或冲正没有在各方都生效",
        "the undoing did not take effect at all parties",
    ),
    Kind.STATE: ("各方状态不一致", "the parties see it in different states"),
    Kind.ATTRIBUTION: (
        "险种或归属省份不一致",
        "the parties count it for different schemes or provinces",
    ),
    Kind.LATE: ("各方所记的业务日不一致", "the parties count it on different business days"),
}


def odd_side(finding: Finding) -> Side | None:
    """Return the side that stands alone against the two others; None when none does."""
    if finding.odd_side:
        return Side(finding.odd_side)
    if finding.kind in _MISSING:
        return _MISSING[finding.kind]
    counts = Counter(copy for _, copy in finding.copies)
    alone = [side for side, copy in finding.copies if counts[copy] == 1]
    return alone[0] if len(alone) == 1 else None


def owner(finding: Finding) -> str:
    """Return the jurisdiction that must act: that of the side alone, else the insured place.

    The insured place alone computes benefits and knows the person's scheme, so it answers where no side
    stands alone (regulation 5.1); a mismatch is investigated by the province (regulation 5.2, step 13).
    """
    match odd_side(finding):
        case Side.CARE:
            return finding.care
        case Side.NATION:
            return NATION
        case _:
            return finding.insured


def cause(finding: Finding) -> tuple[str, str]:
    """Say the cause in Chinese and English."""
    zh, en = _CAUSES[finding.kind]
    side = odd_side(finding)
    if side is None or finding.kind in _MISSING:
        return zh, en
    return f"{zh}，与其他方不同的是{_SIDES_ZH[side]}", f"{en}; {_SIDES_EN[side]} stands alone"


def repair_of(finding: Finding) -> Repair | None:
    """Return what provably repairs it; None when somebody must decide.

    Provable is what the facts of the place that decides have already settled: the insured place has booked
    (its answer is sent home once more, or the nation given its copy), or the care place has asked to undo and
    the question, with its own id, was lost on the way.
    """
    care, nation, insured = finding.care_copy, finding.nation_copy, finding.insured_copy
    if finding.kind in (Kind.DUPLICATE, Kind.LATE, Kind.ATTRIBUTION, Kind.AMOUNT):
        return None
    if _is(insured, BOOKED):
        if _is(care, OPEN) and _agree(insured, nation):
            return Repair.ASK_AGAIN
        if nation is None and _is(care, BOOKED) and _agree(insured, care):
            return Repair.COPY_AGAIN
    if finding.undoes and _is(care, OPEN) and insured is None and not _is(nation, BOOKED):
        return Repair.UNDO_AGAIN
    return None


def _is(copy: Copy | None, state: str) -> bool:
    return copy is not None and copy.state == state


def _agree(one: Copy | None, other: Copy | None) -> bool:
    """Say whether two copies have the same amounts; a missing or open one contradicts nobody."""
    if one is None or other is None or OPEN in (one.state, other.state):
        return True
    return (one.total_fen, one.fund_fen, one.account_fen) == (
        other.total_fen,
        other.fund_fen,
        other.account_fen,
    )
