"""The nation of the clearing tests with its hospitals: they are paid, and they undo what was settled.

What undoes a settlement comes back to the care place as the real answer to a cancellation, so that it hears
of it as it does in life; the copies elsewhere are put where they belong.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, cast

from tests.processes.clearing.nation import PROVINCES, Nation, clearing_handlers, fields
from tests.world import World, refusals_in
from yidi.domain.dates import SHANGHAI, write_instant
from yidi.domain.ledger.settlement import entry_of_booking
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.money import read_money_terms
from yidi.processes.clearing.withdrawing import Corrections
from yidi.processes.payment.commands import Deduct, InstitutionPaid, PayInstitution
from yidi.processes.payment.decide import handlers as payment
from yidi.processes.payment.records import (
    Declaration,
    DeclaredScheme,
    DeclaredSettlement,
    InstitutionPaymentLine,
)
from yidi.processes.ports.deciding import NATION, Handler, Record, Reply
from yidi.processes.relay.commands import Answered
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.commands import PersonShown, Settled, Totals, UndoBooking
from yidi.processes.settlement.decide import handlers as settlement
from yidi.processes.settlement.records import Posting, Settlement, SettlementAnswered, SettlementAsked

NOBODY = PersonShown("P1", "样本", "01", "X", "1", "01", "1970-01-01", 56, "11", False)
NOTHING = cast(Any, None)


def money_handlers() -> tuple[Handler, ...]:
    """The handlers of clearing and payment, and how a care place hears of an undoing."""
    calendar, terms = read_calendar(), read_money_terms()
    undone = settlement(NOTHING, NOTHING, Corrections())
    return (
        *clearing_handlers(),
        *payment(terms, calendar),
        *(handler for handler in undone if handler.about == UndoBooking.__name__),
    )


def moment_of(day: str) -> str:
    """Write noon of a day as an instant."""
    return write_instant(datetime.fromisoformat(day).replace(hour=12, tzinfo=SHANGHAI))


class Hospitals(Nation):
    """A nation whose hospitals declare, are paid, and undo settlements."""

    def __init__(self, today: str = "2026-09-15", world: World | None = None) -> None:
        noon = datetime.fromisoformat(f"{today}T10:00:00").replace(tzinfo=SHANGHAI)
        super().__init__(today, world or World(money_handlers(), noon))
        self.declared: set[str] = set()
        self.declarations = 0

    def undo(self, number: str, day: str) -> str:
        """Have a settlement undone on a day, as its care place hears of it; return the negative's number."""
        facts, heard = undoing_of(self, number, day)
        self.world.add(*facts)
        self.world.deliver(heard)
        return heard.origin_msgid

    def accept(self, month: str) -> dict[str, str]:
        """Have every hospital's settlements of a month, and what it undid, in an accepted declaration."""
        asked = {row.settlement_id: row for row in self.world.records(SettlementAsked)}
        rows = defaultdict(list)
        for row in self.world.records(SettlementAnswered):
            if row.business_day[:7] <= month and row.settlement_id not in self.declared:
                rows[row.jurisdiction].append(row)
        found = {}
        for care, answered in sorted(rows.items()):
            self.declarations += 1
            found[care] = number = f"Q{care}{self.declarations}"
            head = {"jurisdiction": care, "declaration_id": number}
            self.world.add(fields(Declaration, **head, version=1, institution_code="H1", month=month,
                                  state="accepted", due_on=f"{month}-28"))  # fmt: skip
            sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
            for row in answered:
                scheme = asked[row.settlement_id].scheme
                self.declared.add(row.settlement_id)
                amounts = (1, row.fund_fen, row.account_fen)
                sums[scheme] = [a + b for a, b in zip(sums[scheme], amounts, strict=True)]
                self.world.add(fields(DeclaredSettlement, **head, settlement_id=row.settlement_id,
                                      institution_code="H1", month=month, scheme=scheme,
                                      fund_fen=row.fund_fen, account_fen=row.account_fen))  # fmt: skip
            self.world.add(*(DeclaredScheme(care, number, scheme, *sum_) for scheme, sum_ in sums.items()))
        return found

    def deduct_declared(self, care: str, declaration: str, number: str, fen: int) -> Reply:
        """Have the agency deduct from a settlement of an accepted declaration."""
        named = {"declaration_id": declaration, "settlement_id": number}
        return self.ask(Deduct, care, **named, amount_fen=fen, reason="超量用药")

    def open_declarations(self, care: str) -> list[str]:
        """Return the accepted declarations of a care place that are not paid."""
        latest = {
            row.declaration_id: row for row in self.world.records(Declaration) if row.jurisdiction == care
        }
        return [row.declaration_id for row in latest.values() if row.state == "accepted"]

    def pay_hospitals(self) -> None:
        """Pay what can be paid; what comes to less than nothing waits for the next month."""
        for care in PROVINCES:
            numbers = tuple(self.open_declarations(care))
            reply = self.ask(PayInstitution, care, declarations=numbers) if numbers else None
            if reply is not None and not isinstance(reply, InstitutionPaid):
                assert {refusal.code for refusal in refusals_in(reply)} == {"FUNDS-620"}, reply

    def handed_out(self, care: str) -> int:
        """Return what the hospital of a care place got so far, with what is retained; fen."""
        rows = [row for row in self.world.records(InstitutionPaymentLine) if row.jurisdiction == care]
        return sum(row.paid_fen + row.retained_fen for row in rows)


def undoing_of(nation: Hospitals, number: str, day: str) -> tuple[list[Record], Answered]:
    """Return what is known elsewhere of an undoing, and the answer by which the care place hears of it."""
    booked = next(row for row in nation.world.records(Settlement) if row.settlement_id == number)
    nation.count += 1
    negative, at = f"s{nation.count:05d}", moment_of(day)
    amounts = {name: -getattr(booked, name) for name in Settlement._fields if name.endswith("_fen")}
    row = booked._replace(settlement_id=negative, undoes=number, business_day=day, booked_at=at, **amounts)
    said = {"area": row.area, "scheme": row.scheme, "business_day": day}
    sums = {"total_fen": row.total_fen, "fund_fen": row.fund_fen, "account_fen": row.account_fen}
    copy = {"settlement_id": negative, "undoes": number, "case_id": row.case_id, "care": row.care}
    shares = [("pool", row.fund_fen)]
    entry = entry_of_booking(f"B{negative}", row.area, row.scheme, row.care, shares, row.account_fen)
    facts = [
        row,
        fields(Returned, jurisdiction=NATION, msgid=negative, insured=row.jurisdiction,
               outcome="accepted", returned_at=at, **copy, **said, **sums),
        fields(SettlementAsked, jurisdiction=row.care, visit_id=row.case_id, msgid=negative,
               insured=row.jurisdiction, institution_code="H1", asked_at=at, scheme=row.scheme,
               settlement_id=negative, undoes=number, case_id=row.case_id),
        *(Posting(row.jurisdiction, entry.entry_id, n, *line, day, at) for n, line in enumerate(entry.lines)),
    ]  # fmt: skip
    return facts, answer(row, negative)


def answer(row: Settlement, negative: str) -> Answered:
    """Make the answer to a cancellation as the nation returns it to the care place."""
    reply = Settled(
        settlement_id=negative, visit_id=row.case_id, undoes=row.undoes, person=NOBODY, scheme=row.scheme,
        area=row.area, care_kind="outpatient", visit_kind="11", standing="referred", filing_id="",
        totals=Totals(row.total_fen, 0, 0, 0, row.total_fen), deductible_fen=0, shares=(),
        fund_fen=row.fund_fen, person_fen=row.total_fen - row.fund_fen, account_fen=row.account_fen,
        mutual_aid_fen=0, cash_fen=row.total_fen - row.fund_fen - row.account_fen, hospital_fen=0,
        balance_fen=0, year="2026", settled_at=row.booked_at, business_day=row.business_day, pack_id="",
        pack_hash="", completed_for_demonstration=False, steps=(),
    )  # fmt: skip
    return Answered(
        jurisdiction=row.care, sender=NATION, msgid=f"answer/{negative}", insured=row.jurisdiction,
        about=UndoBooking.__name__, case=row.case_id, origin_sender="H1", origin_msgid=negative, reply=reply,
    )  # fmt: skip
