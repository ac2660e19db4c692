"""Nation: signatures come in; when every province has signed, the notices of the month go out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import (
    Direction,
    Named,
    NoticeShown,
    NoticesIssued,
    NoticesPublished,
    PublishNotices,
    SignatureSent,
    Way,
)
from yidi.processes.clearing.lines import FROM_SETTLEMENTS, TableLine, provinces_in
from yidi.processes.clearing.netting import dues
from yidi.processes.clearing.records import (
    DISPUTES_OF_MONTH,
    ITEMS_OF_MONTH,
    LINES_OF_MONTH,
    PUBLISHED,
    RUNS_OF_MONTH,
    SIGNATURES_OF_MONTH,
    ClearingNotice,
    ClearingNoticeLine,
    ClearingPublished,
    ClearingRun,
    ClearingSignature,
)
from yidi.processes.clearing.refusals import (
    NO_TABLE,
    PUBLISHED_ALREADY,
    SIGNATURES_MISSING,
    WAITING_ITEM_IN_LIST,
)
from yidi.processes.clearing.selection import disputed
from yidi.processes.clearing.standing import latest_run, named_in, table_of, unsigned
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Record, accepted, refused
from yidi.processes.prepayment.commands import CountUse, Signing, Used
from yidi.processes.prepayment.records import Basis

_LETTERS = {Direction.PAYABLE: "FK", Direction.RECEIVABLE: "SK"}
"""付款 and 收款, as the numbers of notices abbreviate them."""


def needs_signature(command: SignatureSent, facts: Facts) -> Iterable[Key]:
    """Name the signatures there are, and the table."""
    views = (RUNS_OF_MONTH, LINES_OF_MONTH, SIGNATURES_OF_MONTH)
    return [view.key(command.jurisdiction, command.month) for view in views]


def hear_signature(command: SignatureSent, facts: Facts, moment: Moment) -> Decision:
    """Keep a signature. One of a version that is not the last any more counts for nothing.

    With the last one the month is cleared: prepayment hears what it came to, and warns (regulation 6.9).
    """
    row = ClearingSignature(
        command.jurisdiction,
        command.month,
        command.sender,
        command.lines_digest,
        command.signed_by,
        moment.instant,
    )
    known = facts.many(SIGNATURES_OF_MONTH, command.jurisdiction, command.month)
    twice = any((was.province, was.lines_digest) == (row.province, row.lines_digest) for was in known)
    if twice:
        return Decision()
    lines = table_of(facts, command.jurisdiction, command.month)
    run = latest_run(facts, command.jurisdiction, command.month)
    if run is None or unsigned(lines, provinces_in(lines), (*known, row)):
        return Decision((row,))
    return Decision((row,), (use_of(run, lines, moment),))


def use_of(run: ClearingRun, lines: Sequence[TableLine], moment: Moment) -> CountUse:
    """Tell prepayment what each pair and scheme came to in a signed table, in full as its notices say.

    The term for asking for a top-up starts when the clearing is signed by all, so that nobody loses days of
    it by another's delay (regulation 6.10; which signature is meant is our reading).
    """
    counts: dict[tuple[str, str, str], int] = {}
    accounts: dict[tuple[str, str, str], int] = {}
    for row in lines:
        pair = (row.insured, row.care, row.scheme)
        accounts[pair] = accounts.get(pair, 0) + row.account_fen
        if row.kind in FROM_SETTLEMENTS:
            counts[pair] = counts.get(pair, 0) + row.settlements
    used = [
        Used(*pair, counts.get(pair, 0), due_fen - accounts[pair], accounts[pair])
        for pair, due_fen in dues(lines).items()
    ]
    today = moment.today.isoformat()
    return CountUse(
        jurisdiction=run.jurisdiction,
        sender=run.jurisdiction,
        msgid=f"cleared/{run.month}/{run.version}",
        month=run.month,
        lines=tuple(used),
        basis=Basis.CLEARED,
        signings=tuple(Signing(care, today) for care in sorted({row.care for row in lines})),
    )


def number_of(month: str, direction: Direction, province: str) -> str:
    """Return the number of a notice: one a month, direction and province."""
    return f"QS-{month.replace('-', '')}-{_LETTERS[direction]}-{province}"


def table_number(month: str, version: int) -> str:
    """Return the number of the national table from which notices follow."""
    return f"QS-{month.replace('-', '')}-V{version}"


class Publishing:
    """Publishes notices; `calendar` and `terms` say by when they are to be handed over and paid."""

    def __init__(self, calendar: Calendar, terms: MoneyTerms) -> None:
        self._calendar, self._terms = calendar, terms

    def needs(self, command: PublishNotices, facts: Facts) -> Iterable[Key]:
        """Name everything about the month."""
        views = (
            RUNS_OF_MONTH,
            LINES_OF_MONTH,
            ITEMS_OF_MONTH,
            SIGNATURES_OF_MONTH,
            DISPUTES_OF_MONTH,
            PUBLISHED,
        )
        return [view.key(command.jurisdiction, command.month) for view in views]

    def publish(self, command: PublishNotices, facts: Facts, moment: Moment) -> Decision:
        """Write a notice to pay and one to receive for every province, and send them."""
        here, month = command.jurisdiction, command.month
        run, today = latest_run(facts, here, month), moment.today.isoformat()
        if run is None:
            return refused(command, NO_TABLE.because("month", month=month))
        lines, named = table_of(facts, here, month), named_in(facts, here, month)
        days, found = self.days(today), [*against(command, facts, lines, named)]
        if isinstance(days, Refusal):
            return refused(command, *found, days)
        if found:
            return refused(command, *found)
        basis = table_number(month, run.version)
        notices = notices_of(month, lines, basis, today, *days)
        provinces = provinces_in(lines)
        adjustments = tuple(row for row in named if row.way in (Way.DEDUCTION, Way.REFUND))
        issued = [
            NoticesIssued(
                jurisdiction=province,
                sender=here,
                msgid=f"notices/{month}",
                month=month,
                version=run.version,
                basis=basis,
                notices=tuple(row for row in notices if row.province == province),
                adjustments=tuple(row for row in adjustments if province in (row.care, row.insured)),
            )
            for province in provinces
        ]
        done = ClearingPublished(here, month, run.version, basis, len(notices), moment.instant)
        records = (done, *records_of(here, month, notices, moment))
        return accepted(command, NoticesPublished(month=month, notices=notices), *records, messages=issued)

    def days(self, today: str) -> tuple[str, str] | Refusal:
        """Return by when the agency hands over and finance pays, or why that cannot be counted."""
        terms = self._terms.on(today)
        if isinstance(terms, Refusal):
            return terms
        handed = self._calendar.add_working_days(today, terms.clearing.hand_over_working_days)
        if isinstance(handed, Refusal):
            return handed
        paid = self._calendar.add_working_days(handed, terms.clearing.pay_working_days)
        return paid if isinstance(paid, Refusal) else (handed, paid)


def against(
    command: PublishNotices, facts: Facts, lines: Sequence[TableLine], named: Sequence[Named]
) -> Iterable[Refusal]:
    """Find what stands against it: done before, signatures missing, a dispute newer than the table."""
    here, month = command.jurisdiction, command.month
    if facts.many(PUBLISHED, here, month):
        yield PUBLISHED_ALREADY.because("month", month=month)
    late = unsigned(lines, provinces_in(lines), facts.many(SIGNATURES_OF_MONTH, here, month))
    if late:
        yield SIGNATURES_MISSING.because("month", month=month, provinces=", ".join(late))
    held = {row.settlement_id for row in named if row.way is Way.HELD}
    waiting = disputed(facts.many(DISPUTES_OF_MONTH, here, month)) - held
    if waiting:
        yield WAITING_ITEM_IN_LIST.because("month", month=month, settlements=", ".join(sorted(waiting)))


def notices_of(
    month: str, lines: Sequence[TableLine], basis: str, today: str, hand_over_by: str, pay_by: str
) -> tuple[NoticeShown, ...]:
    """Make the notices of a table: in full, pair by pair and scheme by scheme; nothing is set off."""
    found: dict[tuple[str, Direction], list[tuple[str, str, int]]] = {}
    for (insured, care, scheme), due_fen in dues(lines).items():
        if due_fen:
            found.setdefault((insured, Direction.PAYABLE), []).append((care, scheme, due_fen))
            found.setdefault((care, Direction.RECEIVABLE), []).append((insured, scheme, due_fen))
    return tuple(
        NoticeShown(
            number_of(month, direction, province),
            direction,
            province,
            sum(row[2] for row in rows),
            basis,
            today,
            hand_over_by,
            pay_by,
            tuple(sorted(rows)),
        )
        for (province, direction), rows in sorted(found.items())
    )


def records_of(here: str, month: str, notices: Iterable[NoticeShown], moment: Moment) -> tuple[Record, ...]:
    """Write notices and their lines."""
    records: list[Record] = []
    for row in notices:
        records.append(
            ClearingNotice(
                here,
                row.number,
                month,
                row.direction.value,
                row.province,
                row.amount_fen,
                row.basis,
                row.issued_on,
                row.hand_over_by,
                row.pay_by,
                moment.instant,
            )
        )
        records += [ClearingNoticeLine(here, row.number, *line) for line in row.lines]
    return tuple(records)
