"""A nation of a few provinces in memory, with the shipped terms and calendar, and short ways to play it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache

from tests.world import World
from yidi.domain.calendar.working_days import Calendar
from yidi.domain.dates import SHANGHAI
from yidi.domain.money_terms.terms import MoneyTerms, PrepaymentTerms, Terms
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.money import read_money_terms
from yidi.processes.ports.deciding import NATION, Reply
from yidi.processes.prepayment.commands import (
    AcknowledgePrepayment,
    ConfirmPrepaymentReceived,
    CountUse,
    HandPrepaymentOver,
    PlanYear,
    RateMonth,
    ReportPrepaymentPaid,
    Signing,
    Used,
)
from yidi.processes.prepayment.decide import handlers
from yidi.processes.prepayment.planning import Float
from yidi.processes.prepayment.records import (
    Basis,
    NoticeKind,
    PrepaymentNotice,
    PrepaymentNoticeLine,
)

HOME, AWAY, THIRD = "610000", "330000", "420000"
LAST_QUARTER = ("2025-10", "2025-11", "2025-12")
JANUARY = datetime(2026, 1, 12, 9, 0, tzinfo=SHANGHAI)
MILLION = 100_000_000
"""A million yuan in fen."""
REGULATION = (90 * MILLION, 105 * MILLION, 105 * MILLION)
"""The example of the regulation's fact sheet: a mean of 100 million a month."""


@cache
def shipped_terms() -> MoneyTerms:
    """The terms as they ship, read once."""
    return read_money_terms()


@cache
def shipped_calendar() -> Calendar:
    """The working days as they ship, read once."""
    return read_calendar()


def prepayment_terms() -> PrepaymentTerms:
    """The terms of 2026."""
    found = shipped_terms().on("2026-01-01")
    assert isinstance(found, Terms)
    return found.prepayment


def make_world(now: datetime = JANUARY) -> World:
    """A world that knows prepayment only."""
    return World(handlers(shipped_terms(), shipped_calendar()), now)


def used(rows: Mapping[Float, int]) -> tuple[Used, ...]:
    """Write a month's use as a count carries it."""
    return tuple(Used(*key, settlements=1, fund_fen=fen) for key, fen in rows.items())


def count(world: World, month: str, rows: Mapping[Float, int], basis: Basis = Basis.SETTLED) -> Reply:
    """Have the nation count a month."""
    return world.ask(
        CountUse(
            jurisdiction=NATION,
            sender="agency",
            msgid=world.next_msgid(),
            month=month,
            lines=used(rows),
            basis=basis,
        )
    )


def count_quarter(world: World, months: Iterable[Mapping[Float, int]]) -> None:
    """Count the three months of last year's fourth quarter."""
    for month, rows in zip(LAST_QUARTER, months, strict=True):
        count(world, month, rows)


def plan(world: World, year: str = "2026") -> Reply:
    """Have the nation fix the year."""
    return world.ask(PlanYear(jurisdiction=NATION, sender="agency", msgid=world.next_msgid(), year=year))


def planned_example(world: World) -> None:
    """Fix the year with the regulation's example: 200 million from HOME to AWAY."""
    count_quarter(world, [{Float(HOME, AWAY, "310"): fen} for fen in REGULATION])
    plan(world)


def rate(world: World, month: str, signed_on: str = "", basis: Basis = Basis.CLEARED) -> Reply:
    """Have the nation rate a month."""
    signings = (Signing(AWAY, signed_on),) if signed_on else ()
    return world.ask(
        RateMonth(
            jurisdiction=NATION,
            sender="agency",
            msgid=world.next_msgid(),
            month=month,
            basis=basis,
            signings=signings,
        )
    )


def notices_at(world: World, place: str) -> list[PrepaymentNotice]:
    """The notices that a jurisdiction holds."""
    return [row for row in world.records(PrepaymentNotice) if row.jurisdiction == place]


def lines_at(world: World, place: str, notice_no: str) -> list[PrepaymentNoticeLine]:
    """The lines of a notice that a jurisdiction holds."""
    rows = world.records(PrepaymentNoticeLine)
    return [row for row in rows if row.jurisdiction == place and row.notice_no == notice_no]


def acknowledge(world: World, notice: PrepaymentNotice) -> Reply:
    """Have the province acknowledge its notice."""
    return world.ask(
        AcknowledgePrepayment(
            jurisdiction=notice.province,
            sender="agency",
            msgid=world.next_msgid(),
            notice_no=notice.notice_no,
        )
    )


def hand_over(world: World, notice: PrepaymentNotice, day: str = "") -> Reply:
    """Have the province hand its notice to finance."""
    return world.ask(
        HandPrepaymentOver(
            jurisdiction=notice.province,
            sender="agency",
            msgid=world.next_msgid(),
            notice_no=notice.notice_no,
            handed_on=day or world.today,
        )
    )


def pay(world: World, notice: PrepaymentNotice, line: int, fen: int, day: str = "") -> Reply:
    """Have finance pay a line."""
    return world.ask(
        ReportPrepaymentPaid(
            jurisdiction=notice.province,
            sender="finance",
            msgid=world.next_msgid(),
            notice_no=notice.notice_no,
            line=line,
            amount_fen=fen,
            paid_on=day or world.today,
            reference="T1",
        )
    )


def receive(world: World, notice: PrepaymentNotice, line: int, fen: int, day: str = "") -> Reply:
    """Have the province confirm a line."""
    return world.ask(
        ConfirmPrepaymentReceived(
            jurisdiction=notice.province,
            sender="finance",
            msgid=world.next_msgid(),
            notice_no=notice.notice_no,
            line=line,
            amount_fen=fen,
            received_on=day or world.today,
            reference="T1",
        )
    )


def work_off(world: World, notice: PrepaymentNotice) -> None:
    """Take a notice to its end, every line of it."""
    acknowledge(world, notice)
    paying = notice.kind == NoticeKind.PAY
    if paying:
        hand_over(world, notice)
    for line in lines_at(world, notice.province, notice.notice_no):
        (pay if paying else receive)(world, notice, line.line, line.amount_fen)
