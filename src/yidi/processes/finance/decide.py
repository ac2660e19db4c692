"""The decisions of finance, as one table."""

from __future__ import annotations

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

HANDLERS = (
    Handler(RegisterBankAccount, (importing.needs_party,), importing.register),
    Handler(ImportStatement, (importing.needs_statement,), importing.take),
    Handler(MatchLines, (settling.needs_lines, settling.needs_fates), settling.match_lines),
    Handler(ExplainLine, (settling.needs_line,), settling.explain),
    Handler(OffsetLines, (settling.needs_two,), settling.offset),
    Handler(MakeOrders, (ordering.needs_orders,), ordering.make_orders),
)
"""How each command is decided; finance needs no rules from outside."""
