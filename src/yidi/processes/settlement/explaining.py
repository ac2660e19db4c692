"""A stored settlement as a statement a patient understands: from the total to the cash, one line a step."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from yidi.domain.benefit.situation import Benefit
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.processes.settlement.derivation import booked_figures, derive_again, figures
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.statement import INPUTS


class ExplainedLine(Struct, frozen=True):
    """One step: the rule in words, what went in and what came out (fen), and the document it is from.

    `completed` marks a figure that no source gives and the pack completed for demonstration.
    """

    rule: str
    zh: str
    en: str
    input_fen: int
    result_fen: int
    source: str
    url: str = ""
    completed: bool = False


class FundLine(Struct, frozen=True):
    """What one fund paid, fen."""

    fund: str
    paid_fen: int


class Explained(Struct, frozen=True):
    """The statement of one settlement, derived again. total = funds + person + hospital, all fen.

    `agrees`: derived again from the stored inputs and the very pack, it is what was booked, to the fen.
    """

    settlement_id: str
    area: str
    scheme: str
    care_kind: str
    standing: str
    on: str
    pack_id: str
    pack_hash: str
    pack_file: str
    agrees: bool
    completed_for_demonstration: bool
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    hospital_fen: int
    funds: tuple[FundLine, ...]
    lines: tuple[ExplainedLine, ...]


def explained(row: Settlement, shelves: Iterable[Policies]) -> Explained | tuple[Refusal, ...]:
    """Derive a booked settlement again and tell it, or say why it cannot be.

    `shelves` are the packs at hand, today's first; an older one is looked at only when its pack is not the
    very same (by hash). The refusal is that of the first shelf.
    """
    refused: tuple[Refusal, ...] = ()
    for policies in shelves:
        found = derive_again(row, policies)
        if isinstance(found, Benefit):
            return _told(row, policies, found)
        refused = refused or found
    return refused


def _told(row: Settlement, policies: Policies, benefit: Benefit) -> Explained:
    situation = INPUTS.decode(row.inputs).situation
    policy = policies.find(row.area, row.scheme, situation.on)
    assert isinstance(policy, Policy), "it was just derived with it"
    return Explained(
        settlement_id=row.settlement_id,
        area=row.area,
        scheme=row.scheme,
        care_kind=row.care_kind,
        standing=row.standing,
        on=situation.on,
        pack_id=row.pack_id,
        pack_hash=row.pack_hash,
        pack_file=policy.file,
        agrees=figures(benefit) == booked_figures(row),
        completed_for_demonstration=benefit.completed_for_demonstration,
        total_fen=row.total_fen,
        fund_fen=benefit.fund_total_fen,
        account_fen=benefit.account_fen,
        cash_fen=benefit.cash_fen,
        hospital_fen=benefit.hospital_fen,
        funds=tuple(FundLine(str(share.fund), share.paid_fen) for share in benefit.shares if share.paid_fen),
        lines=tuple(
            ExplainedLine(
                rule=step.rule,
                zh=step.text_zh,
                en=step.text_en,
                input_fen=step.input_fen,
                result_fen=step.result_fen,
                source=step.source_title,
                url=step.source_url,
                completed=step.completed,
            )
            for step in benefit.steps
        ),
    )
