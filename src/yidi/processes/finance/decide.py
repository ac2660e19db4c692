"""The decisions of finance, as one table."""

from __future__ import annotations

from yidi.domain.money_terms.terms import MoneyTerms
from yidi.processes.finance import importing, ordering, settling
from yidi.processes.finance.commands import (
    ExplainLine,
    ImportStatement,
    MakeOrders,
    MatchLines,
    OffsetLines,
    RegisterBankAccount,
)
from yidi.processes.ports.deciding import Handler


def handlers(terms: MoneyTerms) -> tuple[Handler, ...]:
    """Return how each command is decided; the dated terms say how lines are matched."""
    matching = settling.Matching(terms)
    return (
        Handler(RegisterBankAccount, (importing.needs_party,), importing.register),
        Handler(ImportStatement, (importing.needs_statement,), importing.take),
        Handler(MatchLines, (settling.needs_lines, settling.needs_fates), matching.match_lines),
        Handler(ExplainLine, (settling.needs_line,), settling.explain),
        Handler(OffsetLines, (settling.needs_two,), settling.offset),
        Handler(MakeOrders, (ordering.needs_orders,), ordering.make_orders),
    )
