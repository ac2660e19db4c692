"""What is asked of payment: by institutions, and by the care place's agency."""

from __future__ import annotations

from msgspec import Struct

from yidi.processes.ports.deciding import Command, Reply


class Figures(Struct, frozen=True):
    """What an institution declares for a month; `settlements` is a number, all else fen."""

    settlements: int
    total_fen: int
    recognised_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int


class DeclareMonth(Command, frozen=True, kw_only=True):
    """An institution declares a month (2026-10) for one clearing kind. Answer: Done(declaration_id).

    `since` and `until` are the first and the last day of the month.
    """

    month: str
    clearing_kind: str
    figures: Figures
    since: str
    until: str
    clearing_way: str = ""

    def turns(self) -> tuple[str, ...]:
        """An institution's months one message at a time."""
        return (f"institution/{self.sender}",)


class WithdrawDeclaration(Command, frozen=True, kw_only=True):
    """An institution takes a declaration back, as long as it is not accepted. Answer: Done."""

    declaration_id: str

    def turns(self) -> tuple[str, ...]:
        """An institution's months one message at a time."""
        return (f"institution/{self.sender}",)


class FetchDetails(Command, frozen=True, kw_only=True):
    """An institution asks for the rows of a month's clearing from a row on, counted from 1."""

    queries = True
    month: str
    start_row: int


class DetailShown(Struct, frozen=True):
    """One row of the clearing: `paid_fen` is what the insurance pays, funds and personal account."""

    number: int
    settlement_id: str
    visit_id: str
    certificate_no: str
    settled_at: str
    total_fen: int
    paid_fen: int


class DetailsFound(Reply, frozen=True, kw_only=True):
    """At most a hundred rows, and how many there are in all."""

    rows: tuple[DetailShown, ...]
    count: int


class DetailSaid(Struct, frozen=True):
    """A row as the institution says it; `confirmed` False leaves it out. `settled_at` is local time."""

    settlement_id: str
    visit_id: str
    certificate_no: str
    settled_at: str
    total_fen: int
    paid_fen: int
    confirmed: bool


class ConfirmDetails(Command, frozen=True, kw_only=True):
    """An institution confirms rows, all or none of them. Answer: Done; `reference` undoes them later."""

    month: str
    count: int
    rows: tuple[DetailSaid, ...]

    def turns(self) -> tuple[str, ...]:
        """An institution's months one message at a time."""
        return (f"institution/{self.sender}",)


class UndoConfirmation(Command, frozen=True, kw_only=True):
    """An institution takes back one confirmation, or with `handle` "0" all of the month. Answer: Done."""

    month: str
    handle: str

    def turns(self) -> tuple[str, ...]:
        """An institution's months one message at a time."""
        return (f"institution/{self.sender}",)


class AgreePayment(Command, frozen=True, kw_only=True):
    """The agency enters what an area has agreed with its institutions. Answer: Done.

    `late` is accepted or refused: what happens to a declaration after the day.
    """

    area: str
    start: str
    declare_by_day: int
    pay_working_days: int
    retention_bp: int
    source: str
    late: str = "accepted"


class AcceptDeclaration(Command, frozen=True, kw_only=True):
    """The agency accepts a declaration and the day of payment is set. Answer: DeclarationAccepted."""

    declaration_id: str


class DeclarationAccepted(Reply, frozen=True, kw_only=True):
    """Until which day the institution is to be paid."""

    declaration_id: str
    due_on: str


class ReturnDeclaration(Command, frozen=True, kw_only=True):
    """The agency sends a declaration back, with the reason. Answer: Done."""

    declaration_id: str
    reason: str


class Deduct(Command, frozen=True, kw_only=True):
    """The agency refuses part of a settlement of an accepted declaration. Answer: Done(deduction_id)."""

    declaration_id: str
    settlement_id: str
    amount_fen: int
    reason: str

    def turns(self) -> tuple[str, ...]:
        """Nothing else is taken back of the settlement, and no institution is paid, at the same time."""
        return (f"settlement/{self.settlement_id}", "institutions")


class PayInstitution(Command, frozen=True, kw_only=True):
    """The agency pays accepted declarations of one institution in one transfer. Answer: InstitutionPaid."""

    declarations: tuple[str, ...]

    def turns(self) -> tuple[str, ...]:
        """Payments and deductions of institutions one at a time."""
        return ("institutions",)


class InstitutionPaid(Reply, frozen=True, kw_only=True):
    """What was paid, held back and deducted, in fen."""

    payment_id: str
    owed_fen: int
    deducted_fen: int
    retained_fen: int
    paid_fen: int


class ReleaseRetention(Command, frozen=True, kw_only=True):
    """The agency pays out what was held back of a year in a scheme, in part or whole. Answer: Done."""

    institution_code: str
    year: str
    scheme: str
    amount_fen: int
    reason: str

    def turns(self) -> tuple[str, ...]:
        """Payments and deductions of institutions one at a time."""
        return ("institutions",)


class AskRetention(Command, frozen=True, kw_only=True):
    """The agency asks what is held back of an institution's year. Answer: RetentionFound."""

    queries = True
    institution_code: str
    year: str


class RetentionShown(Struct, frozen=True):
    """What was held back in a scheme, what of it was released, and what is left, in fen."""

    scheme: str
    held_fen: int
    released_fen: int
    left_fen: int


class RetentionFound(Reply, frozen=True, kw_only=True):
    """The retention of a year, until when it is to be released, and the days since then while any is left."""

    schemes: tuple[RetentionShown, ...]
    due_on: str
    overdue_days: int


class AskDeclarations(Command, frozen=True, kw_only=True):
    """The agency asks how the declarations of a month stand. Answer: DeclarationsFound."""

    queries = True
    month: str


class DeclarationShown(Struct, frozen=True):
    """A declaration as it stands; `overdue_days` counts days after `due_on`, 0 when nothing is overdue."""

    declaration_id: str
    institution_code: str
    clearing_kind: str
    state: str
    owed_fen: int
    late: bool
    declared_on: str
    due_on: str
    overdue_days: int


class DeclarationsFound(Reply, frozen=True, kw_only=True):
    """The declarations of a month, what is overdue longest first."""

    declarations: tuple[DeclarationShown, ...]
