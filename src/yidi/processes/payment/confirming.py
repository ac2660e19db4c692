"""An institution fetches the rows of a month's clearing, confirms them or leaves them out, and rolls back.

Source: national interface 提取异地清分明细, 异地清分结果确认, 异地清分结果确认回退: at most a hundred rows a
call; the amounts confirmed are those the settlement answered; a row not confirmed is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from yidi.domain.dates import SHANGHAI, read_instant
from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.payment.commands import (
    ConfirmDetails,
    DetailSaid,
    DetailsFound,
    DetailShown,
    FetchDetails,
    UndoConfirmation,
)
from yidi.processes.payment.month import (
    Institution,
    booked_of,
    confirmed_of,
    days_of,
    declared_of,
    needs_month,
    paid_of,
    settled_of,
)
from yidi.processes.payment.records import ConfirmationUndone, Declaration, DetailConfirmation
from yidi.processes.payment.refusals import (
    CONFIRMATION_UNKNOWN,
    DETAIL_CONFIRMED,
    DETAIL_DECLARED,
    DETAIL_DIFFERS,
    DETAIL_TWICE,
    DETAIL_UNKNOWN,
    NOT_A_MONTH,
    ROW_COUNT_DIFFERS,
)
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.settlement.records import SettlementAnswered

MOST_ROWS = 100
EVERYTHING = "0"
"""The handle that undoes all confirmations of the month."""
OfMonth = FetchDetails | ConfirmDetails | UndoConfirmation


def month_of(command: OfMonth) -> Institution:
    """Name the month that is talked about."""
    return Institution(command.jurisdiction, command.sender, command.month)


def needs_details(command: OfMonth, facts: Facts) -> Iterable[Key]:
    """Name the month's settlements and what was confirmed and declared of them."""
    return needs_month(month_of(command))


def fetch(command: FetchDetails, facts: Facts, moment: Moment) -> Decision:
    """Show the rows from a number on; before the first is the first."""
    if not days_of(command.month):
        return refused(command, NOT_A_MONTH.because("month", month=command.month))
    rows = booked_of(month_of(command), facts)
    start = max(command.start_row, 1)
    page = rows[start - 1 : start - 1 + MOST_ROWS]
    shown = tuple([shown_row(number, row) for number, row in enumerate(page, start)])
    return accepted(command, DetailsFound(rows=shown, count=len(rows)))


def shown_row(number: int, row: SettlementAnswered) -> DetailShown:
    """Show one settlement as a row of the clearing."""
    settled = settled_of(row)
    return DetailShown(
        number=number,
        settlement_id=row.settlement_id,
        visit_id=row.visit_id,
        certificate_no=settled.person.certificate_no,
        settled_at=local(settled.settled_at),
        total_fen=row.total_fen,
        paid_fen=paid_of(row),
    )


def local(instant: str) -> str:
    """Write an instant as the local time of the interface, to the second."""
    return read_instant(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def confirm(command: ConfirmDetails, facts: Facts, moment: Moment) -> Decision:
    """Take all rows, or none and say everything that is wrong."""
    if not days_of(command.month):
        return refused(command, NOT_A_MONTH.because("month", month=command.month))
    found = list(faults_of_list(command))
    found += faults_of_rows(command, facts)
    if found:
        return refused(command, *found)
    handle = handle_of(command, moment)
    rows = [
        DetailConfirmation(
            command.jurisdiction, handle, line, command.sender, command.month, said.settlement_id,
            int(said.confirmed), said.total_fen, said.paid_fen, moment.instant,
        )
        for line, said in enumerate(command.rows, 1)
    ]  # fmt: skip
    return accepted(command, Done(reference=handle), *rows)


def handle_of(command: ConfirmDetails, moment: Moment) -> str:
    """Make the id that the answer carries and that undoes the confirmation: at most thirty characters."""
    return f"{command.jurisdiction}{moment.reference}"


def faults_of_list(command: ConfirmDetails) -> Iterator[Refusal]:
    """Find a wrong number of rows, and rows that stand twice."""
    if command.count != len(command.rows) or not command.rows:
        yield ROW_COUNT_DIFFERS.because("count", said=command.count, have=len(command.rows))
    for number, times in Counter(said.settlement_id for said in command.rows).items():
        if times > 1:
            yield DETAIL_TWICE.because("settlement_id", settlement_id=number)


def faults_of_rows(command: ConfirmDetails, facts: Facts) -> Iterator[Refusal]:
    """Find rows that are unknown, said otherwise than settled, confirmed before, or declared."""
    of = month_of(command)
    known = {row.settlement_id: row for row in booked_of(of, facts)}
    confirmed, declared = confirmed_of(of, facts), declared_of(of, facts)
    for place, said in enumerate(command.rows):
        where = f"rows[{place}]"
        row = known.get(said.settlement_id)
        if row is None:
            yield DETAIL_UNKNOWN.because(
                f"{where}.settlement_id", month=command.month, settlement_id=said.settlement_id
            )
            continue
        yield from differences(where, said, row)
        earlier = confirmed.get(said.settlement_id)
        if earlier is not None:
            yield DETAIL_CONFIRMED.because(
                f"{where}.settlement_id", settlement_id=said.settlement_id, handle=earlier.handle
            )
        if not said.confirmed and said.settlement_id in declared:
            yield held_by_declaration(f"{where}.confirmed", said.settlement_id, declared)


def differences(where: str, said: DetailSaid, row: SettlementAnswered) -> Iterator[Refusal]:
    """Compare a row with what the settlement answered, field by field."""
    ours = shown_row(0, row)
    pairs = (
        ("visit_id", "就诊登记号", "the visit", said.visit_id, ours.visit_id),
        ("certificate_no", "证件号码", "the certificate", masked(said.certificate_no),
         masked(ours.certificate_no)),
        ("settled_at", "就诊结算时间", "the time", said.settled_at, ours.settled_at),
        ("total_fen", "总费用", "the total", format_yuan(said.total_fen), format_yuan(ours.total_fen)),
        ("paid_fen", "经办机构支付总额", "the agency's payment", format_yuan(said.paid_fen),
         format_yuan(ours.paid_fen)),
    )  # fmt: skip
    for field, name_zh, name_en, mine, have in pairs:
        if getattr(said, field) != getattr(ours, field):
            yield DETAIL_DIFFERS.because(
                f"{where}.{field}", settlement_id=row.settlement_id,
                name_zh=name_zh, name_en=name_en, said=mine, have=have,
            )  # fmt: skip


def masked(number: str) -> str:
    """Show of a certificate number only the last four characters: the text goes into logs of others."""
    return f"…{number[-4:]}"


def held_by_declaration(field: str, settlement_id: str, declared: Mapping[str, Declaration]) -> Refusal:
    """Refuse to touch a settlement that a standing declaration holds."""
    number = declared[settlement_id].declaration_id
    return DETAIL_DECLARED.because(field, settlement_id=settlement_id, declaration_id=number)


def undo(command: UndoConfirmation, facts: Facts, moment: Moment) -> Decision:
    """Take confirmations back, all of a handle or all of the month, unless a declaration rests on them."""
    if not days_of(command.month):
        return refused(command, NOT_A_MONTH.because("month", month=command.month))
    of = month_of(command)
    rows = [row for row in confirmed_of(of, facts).values() if command.handle in (EVERYTHING, row.handle)]
    if not rows:
        return refused(
            command, CONFIRMATION_UNKNOWN.because("handle", month=command.month, handle=command.handle)
        )
    declared = declared_of(of, facts)
    found = [
        held_by_declaration("handle", row.settlement_id, declared)
        for row in rows
        if row.confirmed and row.settlement_id in declared
    ]
    if found:
        return refused(command, *found)
    handles = dict.fromkeys(row.handle for row in rows)
    undone = [
        ConfirmationUndone(of.jurisdiction, handle, of.code, of.month, moment.instant) for handle in handles
    ]
    return accepted(command, Done(), *undone)
