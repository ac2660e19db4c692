"""The agency accepts, audits and pays what institutions declared, and releases what it held back.

Source: regulation 5.2 (14), 7.4 (deductions go back to the insured place), 7.8 (working days), 8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.ledger.movement import entry_of_institution_payment, entry_of_retention_released
from yidi.domain.money import format_yuan, share_fen
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.payment.agreeing import agreed_with, needs_agreements, needs_area
from yidi.processes.payment.commands import (
    AcceptDeclaration,
    DeclarationAccepted,
    InstitutionPaid,
    PayInstitution,
    ReleaseRetention,
    ReturnDeclaration,
)
from yidi.processes.payment.declaring import next_version, unknown, wrong_state
from yidi.processes.payment.records import (
    DECLARATION,
    DECLARED_SCHEMES,
    DEDUCTIONS,
    DEDUCTIONS_OF_INSTITUTION,
    DEDUCTIONS_TAKEN,
    Declaration,
    DeclarationDeduction,
    DeclarationState,
    DeductionTaken,
    InstitutionPayment,
    InstitutionPaymentLine,
    RetentionRelease,
)
from yidi.processes.payment.refusals import (
    MIXED_INSTITUTIONS,
    NOTHING_TO_PAY,
    RETENTION_TOO_SMALL,
)
from yidi.processes.payment.views import retained
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, Record, accepted, refused
from yidi.processes.settlement.views import postings

OfDeclaration = AcceptDeclaration | ReturnDeclaration


def needs_one(command: OfDeclaration, facts: Facts) -> Iterable[Key]:
    """Name the declaration."""
    return (DECLARATION.key(command.jurisdiction, command.declaration_id),)


def needs_its_area(command: AcceptDeclaration, facts: Facts) -> Iterable[Key]:
    """Name the institution that declared."""
    for row in facts.many(DECLARATION, command.jurisdiction, command.declaration_id)[-1:]:
        yield from needs_area(command.jurisdiction, row.institution_code)


def needs_its_agreements(command: AcceptDeclaration, facts: Facts) -> Iterable[Key]:
    """Name the agreements that may hold for it."""
    for row in facts.many(DECLARATION, command.jurisdiction, command.declaration_id)[-1:]:
        yield from needs_agreements(command.jurisdiction, row.institution_code, facts)


def in_state(
    command: OfDeclaration, facts: Facts, state: DeclarationState, act_zh: str, act_en: str
) -> Declaration | Refusal:
    """Return the declaration when it is in the state the act needs."""
    versions = facts.many(DECLARATION, command.jurisdiction, command.declaration_id)
    if not versions:
        return unknown(command.declaration_id)
    return versions[-1] if versions[-1].state == state else wrong_state(versions[-1], act_zh, act_en)


class Accepting:
    """Accepts declarations: the term of payment starts at the last day of declaring, or when it came late."""

    def __init__(self, terms: MoneyTerms, calendar: Calendar) -> None:
        self._terms, self._calendar = terms, calendar

    def accept(self, command: AcceptDeclaration, facts: Facts, moment: Moment) -> Decision:
        """Accept a declaration and say until when it is paid; refused where working days are not known."""
        row = in_state(command, facts, DeclarationState.DECLARED, "受理", "accepted")
        if isinstance(row, Refusal):
            return refused(command, row)
        agreed = agreed_with(
            row.jurisdiction, row.institution_code, moment.today.isoformat(), facts, self._terms
        )
        if isinstance(agreed, Refusal):
            return refused(command, agreed)
        starts = max(row.declare_by, row.declared_on)
        due_on = self._calendar.add_working_days(starts, agreed.pay_working_days)
        if isinstance(due_on, Refusal):
            return refused(command, due_on)
        reply = DeclarationAccepted(declaration_id=row.declaration_id, due_on=due_on)
        return accepted(
            command, reply, next_version(row, DeclarationState.ACCEPTED, moment)._replace(due_on=due_on)
        )


def send_back(command: ReturnDeclaration, facts: Facts, moment: Moment) -> Decision:
    """Return a declaration that waits, with the reason; the institution may declare again."""
    row = in_state(command, facts, DeclarationState.DECLARED, "退回", "returned")
    if isinstance(row, Refusal):
        return refused(command, row)
    version = next_version(row, DeclarationState.RETURNED, moment)._replace(note=command.reason)
    return accepted(command, Done(reference=row.declaration_id), version)


def needs_payment(command: PayInstitution, facts: Facts) -> Iterable[Key]:
    """Name the declarations, what they come to, and what was deducted."""
    for number in command.declarations:
        for view in (DECLARATION, DECLARED_SCHEMES, DEDUCTIONS):
            yield view.key(command.jurisdiction, number)


def needs_payees_area(command: PayInstitution, facts: Facts) -> Iterable[Key]:
    """Name the institution, and the deductions that wait for its next payment."""
    for row in declarations_of(command, facts)[:1]:
        yield DEDUCTIONS_OF_INSTITUTION.key(command.jurisdiction, row.institution_code, "")
        yield DEDUCTIONS_TAKEN.key(command.jurisdiction, row.institution_code)
        yield from needs_area(command.jurisdiction, row.institution_code)


def needs_payees_agreements(command: PayInstitution, facts: Facts) -> Iterable[Key]:
    """Name the agreements, which say what is held back."""
    for row in declarations_of(command, facts)[:1]:
        yield from needs_agreements(command.jurisdiction, row.institution_code, facts)


def declarations_of(command: PayInstitution, facts: Facts) -> list[Declaration]:
    """Return the latest versions of the declarations named, as far as they are known."""
    found = [facts.many(DECLARATION, command.jurisdiction, number) for number in command.declarations]
    return [versions[-1] for versions in found if versions]


class Paying:
    """Pays institutions, holding back what their area has agreed."""

    def __init__(self, terms: MoneyTerms) -> None:
        self._terms = terms

    def pay(self, command: PayInstitution, facts: Facts, moment: Moment) -> Decision:
        """Pay accepted declarations in one transfer; what is negative among them reduces the others.

        Declarations that come to nothing end as well: paid, with nothing to transfer.
        """
        rows = declarations_of(command, facts)
        found = faults_of_payment(command, rows)
        if found:
            return refused(command, *found)
        today = moment.today.isoformat()
        agreed = agreed_with(command.jurisdiction, rows[0].institution_code, today, facts, self._terms)
        if isinstance(agreed, Refusal):
            return refused(command, agreed)
        payment_id = f"Z{command.jurisdiction}{moment.reference}"
        sums = summed(rows, facts)
        lines = payment_lines(payment_id, rows, sums, agreed.retention_bp)
        payment = payment_of(payment_id, rows, lines, moment)
        if payment.paid_fen < 0 or (payment.paid_fen == 0 and any(line.paid_fen for line in lines)):
            owed = format_yuan(payment.owed_fen - payment.deducted_fen)
            return refused(command, NOTHING_TO_PAY.because("declarations", owed=owed))
        reply = InstitutionPaid(
            payment_id=payment_id,
            owed_fen=payment.owed_fen,
            deducted_fen=payment.deducted_fen,
            retained_fen=payment.retained_fen,
            paid_fen=payment.paid_fen,
        )
        paid = [
            next_version(row, DeclarationState.PAID, moment)._replace(payment_id=payment_id) for row in rows
        ]
        taken = [
            DeductionTaken(
                row.jurisdiction, row.deduction_id, payment_id, row.institution_code, moment.instant
            )
            for row in sums.taken
        ]
        return accepted(command, reply, payment, *lines, *taken, *paid, *posted(lines, moment))


def faults_of_payment(command: PayInstitution, rows: Sequence[Declaration]) -> list[Refusal]:
    """Find declarations that are unknown, not accepted, named twice or of several institutions."""
    known = {row.declaration_id for row in rows}
    found = [unknown(number) for number in command.declarations if number not in known]
    found += [wrong_state(row, "支付", "paid") for row in rows if row.state != DeclarationState.ACCEPTED]
    twice = any(times > 1 for times in Counter(command.declarations).values())
    if twice or len({row.institution_code for row in rows}) > 1 or not command.declarations:
        found.append(MIXED_INSTITUTIONS.because("declarations"))
    return found


class Sums:
    """What the declarations of a payment come to by scheme, and what is deducted of it, in fen."""

    def __init__(self, rows: Sequence[Declaration], facts: Facts) -> None:
        self.owed: dict[str, int] = {}
        self.deducted: dict[str, int] = {}
        self.taken: list[DeclarationDeduction] = []
        for row in rows:
            for part in facts.many(DECLARED_SCHEMES, row.jurisdiction, row.declaration_id):
                self.owed[part.scheme] = self.owed.get(part.scheme, 0) + part.fund_fen + part.account_fen
            for less in facts.many(DEDUCTIONS, row.jurisdiction, row.declaration_id):
                self.deduct(less)

    def net_fen(self, scheme: str) -> int:
        """What is left of a scheme."""
        return self.owed.get(scheme, 0) - self.deducted.get(scheme, 0)

    def deduct(self, row: DeclarationDeduction) -> None:
        """Take a deduction off."""
        self.deducted[row.scheme] = self.deducted.get(row.scheme, 0) + row.amount_fen

    def take(self, rows: Iterable[DeclarationDeduction]) -> None:
        """Take what waits for the next payment, what comes back first; what does not fit waits on."""
        for row in sorted(rows, key=lambda row: row.amount_fen >= 0):
            if row.amount_fen < 0 or row.amount_fen <= self.net_fen(row.scheme):
                self.deduct(row)
                self.taken.append(row)


def summed(rows: Sequence[Declaration], facts: Facts) -> Sums:
    """Add declarations up with their deductions and those that wait for the next payment."""
    here, code = rows[0].jurisdiction, rows[0].institution_code
    done = {row.deduction_id for row in facts.many(DEDUCTIONS_TAKEN, here, code)}
    sums = Sums(rows, facts)
    waiting = facts.many(DEDUCTIONS_OF_INSTITUTION, here, code, "")
    sums.take(row for row in waiting if row.deduction_id not in done)
    return sums


def payment_lines(
    payment_id: str, rows: Sequence[Declaration], sums: Sums, retention_bp: int
) -> list[InstitutionPaymentLine]:
    """Make a line a scheme, less deductions, and hold a share of what is left back."""
    first = rows[0]
    lines = []
    for scheme in sorted({*sums.owed, *sums.deducted}):
        owed_fen, net_fen = sums.owed.get(scheme, 0), sums.net_fen(scheme)
        retained_fen = share_fen(max(net_fen, 0), retention_bp)
        lines.append(
            InstitutionPaymentLine(
                first.jurisdiction,
                payment_id,
                scheme,
                first.institution_code,
                first.month[:4],
                owed_fen,
                owed_fen - net_fen,
                retained_fen,
                net_fen - retained_fen,
            )
        )
    return lines


def payment_of(
    payment_id: str, rows: Sequence[Declaration], lines: Sequence[InstitutionPaymentLine], moment: Moment
) -> InstitutionPayment:
    """Make the payment of its lines; the earliest due day of its declarations is its own."""
    return InstitutionPayment(
        rows[0].jurisdiction,
        payment_id,
        rows[0].institution_code,
        max(row.month for row in rows),
        sum(line.owed_fen for line in lines),
        sum(line.deducted_fen for line in lines),
        sum(line.retained_fen for line in lines),
        sum(line.paid_fen for line in lines),
        min(row.due_on for row in rows),
        moment.today.isoformat(),
        moment.instant,
    )


def posted(lines: Iterable[InstitutionPaymentLine], moment: Moment) -> list[Record]:
    """Post a payment, one entry a scheme: deductions took their part from what is owed already."""
    found: list[Record] = []
    for line in lines:
        entry = entry_of_institution_payment(
            f"{line.payment_id}.{line.scheme}",
            line.institution_code,
            line.scheme,
            line.owed_fen - line.deducted_fen,
            line.retained_fen,
        )
        found += postings(line.jurisdiction, entry, moment.today.isoformat(), moment.instant)
    return found


def release(command: ReleaseRetention, facts: Facts, moment: Moment) -> Decision:
    """Pay out what was held back of a year, never more than is left of it."""
    left_fen = sum(each.left_fen for each in retained(command, facts) if each.scheme == command.scheme)
    if not 0 < command.amount_fen <= left_fen:
        return refused(
            command,
            RETENTION_TOO_SMALL.because(
                "amount_fen", institution_code=command.institution_code, year=command.year,
                left=format_yuan(left_fen), said=format_yuan(command.amount_fen),
            ),
        )  # fmt: skip
    today, number = moment.today.isoformat(), f"Y{command.jurisdiction}{moment.reference}"
    row = RetentionRelease(
        command.jurisdiction, number, command.institution_code, command.year, command.scheme,
        command.amount_fen, today, command.reason, moment.instant,
    )  # fmt: skip
    entry = entry_of_retention_released(number, row.institution_code, row.scheme, row.amount_fen)
    return accepted(
        command, Done(reference=number), row, *postings(row.jurisdiction, entry, today, moment.instant)
    )
