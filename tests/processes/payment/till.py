"""The till: a counter whose hospital declares its months and is paid by its care place."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.builders import AWAY, HOSPITAL
from tests.processes.settlement.counter import Counter
from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.money import read_money_terms
from yidi.processes.clearing.decide import handlers as clearing
from yidi.processes.payment.commands import (
    AcceptDeclaration,
    AgreePayment,
    ConfirmDetails,
    DeclareMonth,
    Deduct,
    DetailSaid,
    DetailsFound,
    DetailShown,
    FetchDetails,
    Figures,
    InstitutionPaid,
    PayInstitution,
    ReleaseRetention,
    UndoConfirmation,
    WithdrawDeclaration,
)
from yidi.processes.payment.decide import handlers
from yidi.processes.ports.deciding import Command, Done, Reply
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import SettlementAnswered

MONTH, FIRST, LAST = "2026-03", "2026-03-01", "2026-03-31"
"""Worlds begin on 2026-03-02, so all settlements are of this month unless time passes."""


@cache
def terms() -> MoneyTerms:
    """The national terms that ship."""
    return read_money_terms()


@cache
def calendar() -> Calendar:
    """The working days that ship."""
    return read_calendar()


class Till(Counter):
    """A counter with payment; every method sends one message and returns its answer."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for handler in (*handlers(terms(), calendar()), *clearing(calendar(), terms())):
            self.world._handlers[handler.command, handler.about] = handler

    def month_passes(self) -> None:
        """Let the month end: it is the second of April afterwards."""
        self.world.passes(days=31)

    def settled(self, total_fen: int, **given: Any) -> Settled:
        """Settle an outpatient's bill."""
        return self.settled_now(self.charged(total_fen), total_fen, **given)

    def sent(self, kind: type[Command], **given: Any) -> Reply:
        """Send a message of the hospital."""
        usual = {"jurisdiction": self.care, "sender": self.hospital, "msgid": self.world.next_msgid()}
        return self.world.ask(kind(**usual | given))

    def agency(self, kind: type[Command], **given: Any) -> Reply:
        """Send a message of the care place's agency."""
        return self.sent(kind, **{"sender": "agency"} | given)

    def figures(self, *settled: Settled, **given: int) -> Figures:
        """Add settlements up as the hospital would."""
        usual = {
            "settlements": sum(-1 if each.undoes else 1 for each in settled),
            "total_fen": sum(each.totals.total_fen for each in settled),
            "recognised_fen": sum(each.totals.in_scope_fen for each in settled),
            "fund_fen": sum(each.fund_fen for each in settled),
            "account_fen": sum(each.account_fen for each in settled),
            "cash_fen": sum(each.cash_fen for each in settled),
        }
        return Figures(**usual | given)

    def declare(self, *settled: Settled, **given: Any) -> Reply:
        """Declare the month with the sums of these settlements."""
        usual = {"month": MONTH, "clearing_kind": "11", "since": FIRST, "until": LAST}
        return self.sent(DeclareMonth, **usual | {"figures": self.figures(*settled)} | given)

    def declared(self, *settled: Settled, **given: Any) -> str:
        """Declare, and insist that it is taken."""
        reply = self.declare(*settled, **given)
        assert isinstance(reply, Done), reply
        return reply.reference

    def withdraw(self, number: str, **given: Any) -> Reply:
        """Take a declaration back."""
        return self.sent(WithdrawDeclaration, declaration_id=number, **given)

    def accept(self, number: str, **given: Any) -> Reply:
        """Accept a declaration."""
        return self.agency(AcceptDeclaration, declaration_id=number, **given)

    def accepted(self, *settled: Settled, **given: Any) -> str:
        """Declare and accept, and return the number."""
        number = self.declared(*settled, **given)
        reply = self.accept(number)
        assert type(reply).__name__ == "DeclarationAccepted", reply
        return number

    def deduct(self, number: str, settled: Settled, amount_fen: int) -> Reply:
        """Deduct from a settlement."""
        named = {"declaration_id": number, "settlement_id": settled.settlement_id}
        return self.agency(Deduct, **named, amount_fen=amount_fen, reason="超量用药")

    def pay(self, *numbers: str) -> Reply:
        """Pay declarations."""
        return self.agency(PayInstitution, declarations=numbers)

    def paid(self, *numbers: str) -> InstitutionPaid:
        """Pay, and insist on it."""
        reply = self.pay(*numbers)
        assert isinstance(reply, InstitutionPaid), reply
        return reply

    def release(self, amount_fen: int, year: str = "2026") -> Reply:
        """Release retention."""
        named = {"institution_code": self.hospital, "year": year, "scheme": "310"}
        return self.agency(ReleaseRetention, **named, amount_fen=amount_fen, reason="年度考核合格")

    def agree(self, **given: Any) -> Reply:
        """Enter the area's agreement."""
        usual = {"area": f"{AWAY[:2]}0100", "start": "2026-01-01", "declare_by_day": 20}
        usual |= {"pay_working_days": 30, "retention_bp": 1000, "source": "服务协议2026"}
        return self.agency(AgreePayment, **usual | given)

    def fetch(self, start_row: int = 1, month: str = MONTH) -> Reply:
        """Fetch clearing details."""
        return self.sent(FetchDetails, month=month, start_row=start_row)

    def rows(self) -> tuple[DetailShown, ...]:
        """Fetch the first page, and insist on it."""
        reply = self.fetch()
        assert isinstance(reply, DetailsFound), reply
        return reply.rows

    def confirm(self, *rows: DetailSaid, **given: Any) -> Reply:
        """Confirm rows."""
        return self.sent(ConfirmDetails, **{"month": MONTH, "count": len(rows), "rows": rows} | given)

    def undo(self, handle: str, month: str = MONTH) -> Reply:
        """Roll a confirmation back."""
        return self.sent(UndoConfirmation, month=month, handle=handle)

    def copies(self, settled: Settled, count: int, day: str = "2026-03-05") -> None:
        """Put further settlements like this one into the world, as if many persons had come."""
        row = next(
            row
            for row in self.world.records(SettlementAnswered)
            if row.settlement_id == settled.settlement_id
        )
        for number in range(count):
            self.world.add(row._replace(settlement_id=f"COPY{number:04d}", business_day=day))


def said(row: DetailShown, *, confirmed: bool = True, **given: Any) -> DetailSaid:
    """Say a row as it was shown."""
    shown = {
        name: getattr(row, name)
        for name in ("settlement_id", "visit_id", "certificate_no", "settled_at", "total_fen", "paid_fen")
    }
    return DetailSaid(**shown | {"confirmed": confirmed} | given)


__all__ = ["AWAY", "HOSPITAL", "MONTH", "Till", "said"]
