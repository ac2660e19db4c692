"""Declares a month for an institution from the care place's own copies: which settlements, and their sums."""

from __future__ import annotations

from collections.abc import Sequence

from yidi.edges.storage.reading import Rows
from yidi.processes.payment.commands import Figures
from yidi.processes.payment.month import Institution, in_scope_of, needs_month, open_of
from yidi.processes.payment.records import (
    CONFIRMATIONS,
    CONFIRMATIONS_UNDONE,
    DECLARATIONS_OF_INSTITUTION,
    DECLARED_OF_MONTH,
)
from yidi.processes.ports.deciding import Facts, Many
from yidi.processes.settlement.records import ANSWERED_OF_DAY, SettlementAnswered
from yidi.processes.settlement.views import CARE_KINDS

_VIEWS: dict[str, Many[tuple[object, ...]]] = {
    view.name: view  # type: ignore[misc]
    for view in (
        ANSWERED_OF_DAY,
        CONFIRMATIONS,
        CONFIRMATIONS_UNDONE,
        DECLARATIONS_OF_INSTITUTION,
        DECLARED_OF_MONTH,
    )
}


async def settlements_of(
    rows: Rows, province: str, institution: str, month: str, kind: str
) -> list[SettlementAnswered]:
    """Return what an institution can still declare of a month for a clearing kind, by the room's own rule."""
    of = Institution(province, institution, month)
    loaded = {}
    for name, *parts in needs_month(of):
        view = _VIEWS[name]
        loaded[(name, *parts)] = await rows(
            view.record, dict(zip(view.by, parts, strict=True)), view.order, 0
        )
    return [row for row in open_of(of, Facts(loaded)) if row.care_kind in CARE_KINDS[kind]]


def figures_of(rows: Sequence[SettlementAnswered]) -> Figures:
    """Add settlements up as a declaration does; fen."""
    return Figures(
        settlements=len(rows),
        total_fen=sum(row.total_fen for row in rows),
        recognised_fen=sum(in_scope_of(row) for row in rows),
        fund_fen=sum(row.fund_fen for row in rows),
        account_fen=sum(row.account_fen for row in rows),
        cash_fen=sum(row.cash_fen for row in rows),
    )
