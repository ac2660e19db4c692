"""A fee line between its three forms: as sent, as the catalogue prices it, as the facts keep it.

An upload has hundreds of lines: `_value_` is the text of an enumeration member without the detour that
`value` takes.
"""

from __future__ import annotations

from functools import cache

from yidi.domain.catalogue.item import ExpenseClass, ItemClass
from yidi.domain.catalogue.pricing import Approval, PricedLine, Reason
from yidi.domain.catalogue.pricing import FeeLine as CatalogueLine
from yidi.domain.catalogue.reasons import ReasonText, reason_text
from yidi.processes.visit.commands import LineGiven, LinePriced, UploadLines
from yidi.processes.visit.records import FeeLine

NO_LIMIT = -1
_OF_FIGURES = frozenset({Reason.FIRST_SELF, Reason.OVER_LIMIT, Reason.OVER_LIMIT_AND_FIRST_SELF})
"""Reasons whose words tell amounts; the words of all others are made once."""
_APPROVALS = {"": Approval.NOT_NEEDED} | {kind.value: kind for kind in Approval}


def domain_line(line: LineGiven, refunded: FeeLine | LineGiven | None) -> CatalogueLine:
    """Return the line as the catalogue reads it; a refund with day and approval of what it takes back."""
    like = line if refunded is None else refunded
    return CatalogueLine(
        line.line_id,
        line.item_code,
        like.occurred_at[:10],
        line.quantity,
        line.price,
        line.total_fen,
        _APPROVALS.get(like.approval, Approval.NOT_NEEDED),
    )


def line_record(command: UploadLines, line: LineGiven, priced: PricedLine, position: int, at: str) -> FeeLine:
    """Write a priced line down; `position` counts all lines of the visit, `at` is the instant.

    The lines of a stay have no charge batch, whatever the institution numbers.
    """
    limit = priced.price_limit_micro
    return FeeLine(
        jurisdiction=command.jurisdiction,
        visit_id=command.visit_id,
        line_id=line.line_id,
        msgid=command.msgid,
        position=position,
        batch="" if command.inpatient else line.batch,
        refunds=line.refunds,
        disease_code=line.disease_code,
        item_code=priced.item_code,
        own_code=line.own_code,
        item_name=priced.item_name,
        item_class=priced.item_class._value_,
        expense_class=priced.expense_class._value_,
        quantity=line.quantity,
        price=line.price,
        limit_price=NO_LIMIT if limit is None else limit,
        first_self_bp=priced.first_self_bp,
        total_fen=priced.total_fen,
        full_self_fen=priced.full_self_fen,
        over_limit_fen=priced.over_limit_fen,
        first_self_fen=priced.first_self_fen,
        in_scope_fen=priced.in_scope_fen,
        approval=line.approval,
        reason=priced.reason._value_,
        restricted=int(priced.restricted),
        essential=int(priced.essential),
        negotiated=int(priced.negotiated),
        for_children=int(priced.child),
        occurred_at=line.occurred_at,
        particulars=line.particulars,
        recorded_at=at,
    )


def priced_again(line: FeeLine) -> PricedLine:
    """Return the price as it was decided at upload: nothing is computed again."""
    return PricedLine(
        number=line.line_id,
        item_code=line.item_code,
        item_name=line.item_name,
        total_fen=line.total_fen,
        full_self_fen=line.full_self_fen,
        over_limit_fen=line.over_limit_fen,
        first_self_fen=line.first_self_fen,
        in_scope_fen=line.in_scope_fen,
        reason=Reason(line.reason),
        item_class=ItemClass(line.item_class),
        expense_class=ExpenseClass(line.expense_class),
        first_self_bp=line.first_self_bp,
        price_limit_micro=None if line.limit_price == NO_LIMIT else line.limit_price,
        restricted=bool(line.restricted),
        essential=bool(line.essential),
        negotiated=bool(line.negotiated),
        child=bool(line.for_children),
    )


@cache
def _plain_words(reason: Reason) -> ReasonText:
    kinds = ItemClass.A, ExpenseClass.OTHER
    return reason_text(PricedLine("", "", "", 0, 0, 0, 0, 0, reason, *kinds, 0, None))


def line_shown(priced: PricedLine, quantity: int, price: int) -> LinePriced:
    """Return a priced line as institutions see it; the reason in both languages."""
    limit = priced.price_limit_micro
    reason = reason_text(priced) if priced.reason in _OF_FIGURES else _plain_words(priced.reason)
    return LinePriced(
        line_id=priced.number,
        total_fen=priced.total_fen,
        quantity=quantity,
        price=price,
        limit_price=NO_LIMIT if limit is None else limit,
        first_self_bp=priced.first_self_bp,
        full_self_fen=priced.full_self_fen,
        over_limit_fen=priced.over_limit_fen,
        first_self_fen=priced.first_self_fen,
        in_scope_fen=priced.in_scope_fen,
        item_class=priced.item_class._value_,
        expense_class=priced.expense_class._value_,
        essential=priced.essential,
        negotiated=priced.negotiated,
        for_children=priced.child,
        restricted=priced.restricted,
        reason_zh=reason.zh,
        reason_en=reason.en,
    )
