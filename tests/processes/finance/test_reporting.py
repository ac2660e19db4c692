"""A matched bank line reports its notice as paid or received, as finance would; the notice decides."""

from __future__ import annotations

from tests.processes.clearing.nation import NORTH, SOUTH, Nation, clearing_handlers
from tests.processes.prepayment import nation as prepaying
from tests.processes.prepayment.nation import AWAY, HOME, acknowledge, hand_over, lines_at, notices_at
from tests.world import World, refusals_in
from yidi.domain.ledger.accounts import DUE_FROM_PROVINCE, OWED_TO_PROVINCE
from yidi.edges.packs.money import read_money_terms
from yidi.processes.clearing.commands import Direction, HandToFinance, Step
from yidi.processes.clearing.records import ClearingNotice, ClearingNoticeLine, ClearingStep
from yidi.processes.finance.commands import (
    Expected,
    ImportStatement,
    LineGiven,
    LinesMatched,
    MatchLines,
    RegisterBankAccount,
)
from yidi.processes.finance.decide import handlers
from yidi.processes.finance.expecting import of_clearing, of_prepayment
from yidi.processes.finance.records import LineFate
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.records import PrepaymentNotice, PrepaymentNoticeLine, PrepaymentStep
from yidi.processes.settlement.records import Posting

ACCOUNT = "6200001"


class Bank:
    """A province's finance in a world, with one statement."""

    def __init__(self, world: World, province: str) -> None:
        self.world, self.province = world, province
        named = {"holder": "财政专户", "number": f"{ACCOUNT}{province}", "bank": "试验银行"}
        self.sent(RegisterBankAccount, party=province, bank_no="102331000001", **named)

    def sent(self, kind: type, **given: object) -> object:
        """Send a message of finance."""
        head = {"jurisdiction": self.province, "sender": "finance", "msgid": self.world.next_msgid()}
        return self.world.ask(kind(**head, **given))

    def moved(self, amount_fen: int, reference: str) -> None:
        """Import a statement of today with one movement."""
        day = self.world.today
        line = LineGiven(line_no=1, day=day, amount_fen=amount_fen, reference=reference)
        reply = self.sent(
            ImportStatement, account=f"{ACCOUNT}{self.province}", statement_no="N1", lines=(line,),
            fingerprint=f"F{self.province}", first_day=day, last_day=day, opening_fen=10_000_00,
            closing_fen=10_000_00 + amount_fen,
        )  # fmt: skip
        assert refusals_in(reply) == ()  # type: ignore[arg-type]

    def match(self, expected: tuple[Expected, ...], *, report: bool = True) -> LinesMatched:
        """Match the lines of this month."""
        found = self.sent(MatchLines, months=(self.world.today[:7],), expected=expected, report=report)
        assert isinstance(found, LinesMatched), found
        return found


class Cleared(Nation):
    """A month of one settlement whose notices are out and handed over; finance listens at the bank."""

    def __init__(self) -> None:
        world = World((*clearing_handlers(), *handlers(read_money_terms())))
        super().__init__("2026-03-02", world)
        self.settle("2026-03-02")
        self.go_to("2026-04-21")
        self.reconcile("2026-03")
        self.build("2026-03")
        self.sign("2026-03")
        assert refusals_in(self.publish("2026-03")) == ()
        ((self.notice, _),) = self.notices("2026-03", Direction.PAYABLE)
        assert refusals_in(self.ask(HandToFinance, NORTH, number=self.notice.number)) == ()

    def expected(self, province: str) -> tuple[Expected, ...]:
        """Return what the books of a province wait for."""
        own = [
            [row for row in self.world.records(kind) if row.jurisdiction == province]
            for kind in (ClearingNotice, ClearingNoticeLine, ClearingStep)
        ]
        return tuple(of_clearing(*own))

    def steps(self) -> list[Step]:
        """Return what the nation knows to have happened to the notice."""
        rows = [row for row in self.world.records(ClearingStep) if row.jurisdiction == NATION]
        return [Step(row.step) for row in rows]


def test_the_payers_line_pays_the_notice_and_the_receivers_line_confirms_it() -> None:
    nation = Cleared()
    north, south = Bank(nation.world, NORTH), Bank(nation.world, SOUTH)
    north.moved(-750_00, nation.notice.number)
    assert north.match(nation.expected(NORTH)).matched == 1
    assert nation.steps() == [Step.HANDED, Step.PAID]
    (receivable,) = nation.notices("2026-03", Direction.RECEIVABLE)
    south.moved(750_00, receivable[0].number)
    south.match(nation.expected(SOUTH))
    assert nation.steps() == [Step.HANDED, Step.PAID, Step.RECEIVED]
    assert nation.ledger(NORTH).get((OWED_TO_PROVINCE, SOUTH, "310"), 0) == 0
    assert nation.ledger(SOUTH).get((DUE_FROM_PROVINCE, NORTH, "310"), 0) == 0


def test_without_report_a_match_says_what_is_to_be_booked_and_changes_no_notice() -> None:
    nation = Cleared()
    north = Bank(nation.world, NORTH)
    north.moved(-750_00, nation.notice.number)
    found = north.match(nation.expected(NORTH), report=False)
    assert found.to_book == (f"clearing/{nation.notice.number}/{SOUTH}",)
    assert nation.steps() == [Step.HANDED]


def test_money_that_came_before_its_payer_reported_it_is_confirmed_by_a_later_run() -> None:
    nation = Cleared()
    north, south = Bank(nation.world, NORTH), Bank(nation.world, SOUTH)
    (receivable,) = nation.notices("2026-03", Direction.RECEIVABLE)
    south.moved(750_00, receivable[0].number)
    assert len(south.match(nation.expected(SOUTH)).to_book) == 1
    assert nation.steps() == [Step.HANDED]
    north.moved(-750_00, nation.notice.number)
    north.match(nation.expected(NORTH))
    again = south.match(nation.expected(SOUTH))
    assert (again.matched, len(again.to_book)) == (0, 1)
    assert nation.steps() == [Step.HANDED, Step.PAID, Step.RECEIVED]
    assert south.match(nation.expected(SOUTH)).to_book == ()
    assert len([row for row in nation.world.records(LineFate) if row.jurisdiction == SOUTH]) == 1


def test_lines_of_a_prepayment_are_reported_paid_and_received() -> None:
    terms = prepaying.shipped_terms()
    prepayment = prepaying.handlers(terms, prepaying.shipped_calendar())
    world = World((*prepayment, *handlers(terms)), prepaying.JANUARY)
    prepaying.planned_example(world)
    for place, sign in ((HOME, -1), (AWAY, 1)):
        (notice,) = notices_at(world, place)
        acknowledge(world, notice)
        if place == HOME:
            hand_over(world, notice)
        ((line),) = lines_at(world, place, notice.notice_no)
        bank = Bank(world, place)
        bank.moved(sign * line.amount_fen, f"{notice.notice_no}.1")
        own = [
            [row for row in world.records(kind) if row.jurisdiction == place]
            for kind in (PrepaymentNotice, PrepaymentNoticeLine, PrepaymentStep)
        ]
        assert bank.match(tuple(of_prepayment(*own))).matched == 1
    posted = {(row.jurisdiction, row.account): row.amount_fen for row in world.records(Posting)}
    assert posted[HOME, "prepaid_to_province"] == -posted[AWAY, "held_for_province"] > 0
