"""The hospitals' side of a played month: each declares what it settled, the care place accepts and pays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yidi.edges.clearing.gathering import ALL, msgid_of
from yidi.edges.demonstration.month_clearing import insist
from yidi.edges.demonstration.stage import Asker
from yidi.edges.payment.declaring import figures_of
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.months import days_of
from yidi.processes.payment.commands import (
    AcceptDeclaration,
    DeclarationAccepted,
    DeclareMonth,
    InstitutionPaid,
    PayInstitution,
)
from yidi.processes.ports.deciding import Done
from yidi.processes.settlement.records import SettlementAnswered
from yidi.processes.settlement.views import CARE_KINDS, Outcome


class Declared(NamedTuple):
    """A hospital with its accepted declarations, and what it is owed for them; fen."""

    jurisdiction: str
    institution_code: str
    declarations: tuple[str, ...]
    owed_fen: int


class HospitalsPaid(NamedTuple):
    """What all hospitals were paid for the month; fen. Retained is paid out after the year is closed."""

    hospitals: int
    owed_fen: int
    deducted_fen: int
    retained_fen: int
    paid_fen: int


async def declare_all(ask: Asker, rows: Rows, month: str) -> list[Declared]:
    """Have every hospital declare its month by clearing kind, and its care place accept it."""
    by_hospital: dict[tuple[str, str], list[SettlementAnswered]] = {}
    for day in days_of(month):
        where = {"business_day": day, "outcome": Outcome.BOOKED.value}
        for row in await rows(SettlementAnswered, where, ("settlement_id",), ALL):
            by_hospital.setdefault((row.jurisdiction, row.institution_code), []).append(row)
    declared = []
    for (place, code), answered in sorted(by_hospital.items()):
        numbers, left = [], standing(answered)
        for kind, services in CARE_KINDS.items():
            own = [row for row in left if row.care_kind in services]
            left = [row for row in left if row.care_kind not in services]
            if own:
                numbers.append(await declare(ask, (place, code), month, kind, own))
        if numbers:
            owed_fen = sum(row.fund_fen + row.account_fen for row in standing(answered))
            declared.append(Declared(place, code, tuple(numbers), owed_fen))
    return declared


def standing(rows: Iterable[SettlementAnswered]) -> list[SettlementAnswered]:
    """Leave out what was undone, with its undoing."""
    rows = list(rows)
    undone = {row.undoes for row in rows if row.undoes}
    return [row for row in rows if not row.undoes and row.settlement_id not in undone]


async def declare(
    ask: Asker, who: tuple[str, str], month: str, kind: str, rows: Sequence[SettlementAnswered]
) -> str:
    """Declare a month of one clearing kind with its sums, and accept it; return its number."""
    days = days_of(month)
    command = DeclareMonth(
        jurisdiction=who[0],
        sender=who[1],
        msgid=msgid_of("declare", month),
        month=month,
        clearing_kind=kind,
        figures=figures_of(rows),
        since=days[0],
        until=days[-1],
    )
    number = (await insist(ask, command, Done)).reference
    accept = AcceptDeclaration(
        jurisdiction=who[0], sender="agency", msgid=msgid_of("accept", month), declaration_id=number
    )
    await insist(ask, accept, DeclarationAccepted)
    return number


async def pay_all(ask: Asker, month: str, declared: Sequence[Declared]) -> HospitalsPaid:
    """Pay every hospital its accepted declarations; one whose patients paid all is owed nothing."""
    owed_fen = deducted_fen = retained_fen = paid_fen = 0
    owing = [hospital for hospital in declared if hospital.owed_fen]
    for hospital in owing:
        command = PayInstitution(
            jurisdiction=hospital.jurisdiction,
            sender="agency",
            msgid=msgid_of("institution", month),
            declarations=hospital.declarations,
        )
        paid = await insist(ask, command, InstitutionPaid)
        owed_fen += paid.owed_fen
        deducted_fen += paid.deducted_fen
        retained_fen += paid.retained_fen
        paid_fen += paid.paid_fen
    return HospitalsPaid(len(owing), owed_fen, deducted_fen, retained_fen, paid_fen)
