"""What the bank has moved is reported: to clearing and prepayment, as their finance would by hand.

A match is proof of the money, not of the paper: the process that owns the notice still decides, and refuses
what was not handed over, or not reported by the payer. Then the next run reports it again.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.clearing.commands import ConfirmReceipt, PayNotice
from yidi.processes.finance.commands import MatchLines
from yidi.processes.finance.matching import Pair
from yidi.processes.ports.deciding import Command, Moment
from yidi.processes.prepayment.commands import ConfirmPrepaymentReceived, ReportPrepaymentPaid

CLEARING, PREPAYMENT = "clearing", "prepayment"
"""How the numbers of expected payments begin; those of institutions are in the books when they are made."""


def reports(command: MatchLines, pairs: Iterable[Pair], moment: Moment) -> tuple[Command, ...]:
    """Make the messages that report what has moved, when the command wants it."""
    found = [report_of(command, pair, moment) for pair in pairs] if command.report else []
    return tuple(message for message in found if message is not None)


def report_of(command: MatchLines, pair: Pair, moment: Moment) -> Command | None:
    """Report one line: money that came in is confirmed, money that went out is paid; exact to the fen."""
    line, each = pair.line, pair.expected
    kind, _, number = each.expected_id.partition("/")
    number, _, place = number.rpartition("/")
    came_in, amount_fen = line.amount_fen > 0, abs(line.amount_fen)
    reference = line.reference or line.line_id
    head = {"jurisdiction": command.jurisdiction, "sender": command.sender}
    msgid = f"bank/{line.line_id}/{moment.reference}"
    if kind == CLEARING:
        said = {"number": number, "counterpart": place, "reference": reference}
        form = ConfirmReceipt if came_in else PayNotice
        return form(**head, msgid=msgid, **said, amount_fen=amount_fen)
    if kind != PREPAYMENT:
        return None
    named = {"notice_no": number, "reference": reference}
    if came_in:
        return ConfirmPrepaymentReceived(
            **head, msgid=msgid, **named, line=int(place), amount_fen=amount_fen, received_on=line.day
        )
    return ReportPrepaymentPaid(
        **head, msgid=msgid, **named, line=int(place), amount_fen=amount_fen, paid_on=line.day
    )
