"""The treasury of a province: its bank account, its statements, what its books expect."""

from __future__ import annotations

from typing import Any

from tests.builders import AWAY, HOME, HOSPITAL
from tests.world import World
from yidi.edges.packs.money import read_money_terms
from yidi.processes.finance.commands import (
    Expected,
    ExplainLine,
    ImportStatement,
    LineGiven,
    LinesMatched,
    MakeOrders,
    MatchLines,
    OffsetLines,
    OrdersMade,
    RegisterBankAccount,
    StatementTaken,
)
from yidi.processes.finance.decide import handlers
from yidi.processes.finance.records import OrderForm
from yidi.processes.ports.deciding import Command, Handler, Reply
from yidi.processes.settlement.records import Posting

OWN, THEIRS, HOSPITALS = "6200001", "6200002", "6200003"
BANK = {"bank": "试验银行", "bank_no": "102331000001"}


class Treasury:
    """A world with one province's finance; every method sends one message and returns its answer."""

    def __init__(self, *more: Handler) -> None:
        self.world = World((*handlers(read_money_terms()), *more))
        self.statements = 0
        for party, number in ((AWAY, OWN), (HOME, THEIRS), (HOSPITAL, HOSPITALS)):
            self.sent(RegisterBankAccount, party=party, holder=f"户名{party}", number=number, **BANK)

    def sent(self, kind: type[Command], **given: Any) -> Reply:
        """Send a message of finance."""
        usual = {"jurisdiction": AWAY, "sender": "finance", "msgid": self.world.next_msgid()}
        return self.world.ask(kind(**usual | given))

    def importing(self, *lines: LineGiven, **given: Any) -> Reply:
        """Import a statement of March with these lines; openings follow on, whatever else is said."""
        self.statements += 1
        moved_fen = sum(line.amount_fen for line in lines)
        opening_fen = given.get("opening_fen", 1_000_00)
        usual = {
            "account": OWN,
            "statement_no": f"N{self.statements}",
            "fingerprint": f"F{self.statements}",
            "first_day": "2026-03-01",
            "last_day": "2026-03-31",
            "opening_fen": opening_fen,
            "closing_fen": opening_fen + moved_fen,
            "lines": lines,
        }
        return self.sent(ImportStatement, **usual | given)

    def imported(self, *lines: LineGiven, **given: Any) -> str:
        """Import, and insist that it is taken."""
        reply = self.importing(*lines, **given)
        assert isinstance(reply, StatementTaken), reply
        return reply.statement_id

    def match(self, *expected: Expected, months: tuple[str, ...] = ("2026-03",)) -> LinesMatched:
        """Match lines."""
        reply = self.sent(MatchLines, months=months, expected=expected)
        assert isinstance(reply, LinesMatched), reply
        return reply

    def explain(self, line_id: str, account: str, **given: Any) -> Reply:
        """Explain a line."""
        usual = {"counterpart": HOME, "scheme": "310", "reason": "凭证"}
        return self.sent(ExplainLine, line_id=line_id, account=account, **usual | given)

    def offset(self, line_id: str, against: str) -> Reply:
        """Offset two lines."""
        return self.sent(OffsetLines, line_id=line_id, against=against, reason="银行退回手续费")

    def order(self, *expected: Expected, form: OrderForm = OrderForm.PAIN, **given: Any) -> Reply:
        """Make orders."""
        usual = {"execution_day": "2026-03-02"}
        return self.sent(MakeOrders, form=form, expected=expected, **usual | given)

    def ordered(self, *expected: Expected, **given: Any) -> OrdersMade:
        """Make orders, and insist on it."""
        reply = self.order(*expected, **given)
        assert isinstance(reply, OrdersMade), reply
        return reply

    def ledger(self) -> dict[str, int]:
        """The balances that are not even."""
        found: dict[str, int] = {}
        for row in self.world.records(Posting):
            found[row.account] = found.get(row.account, 0) + row.amount_fen
        return {account: amount for account, amount in found.items() if amount}


def line(number: int, amount_fen: int, **given: Any) -> LineGiven:
    """A movement on the tenth of March."""
    return LineGiven(**{"line_no": number, "day": "2026-03-10", "amount_fen": amount_fen} | given)


def expected(number: str, amount_fen: int, **given: Any) -> Expected:
    """A payment due on the tenth of March with the other province."""
    usual = {"counterpart": HOME, "due_on": "2026-03-10", "references": (f"REF-{number}",)}
    return Expected(**{"expected_id": number, "amount_fen": amount_fen} | usual | given)
