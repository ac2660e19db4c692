"""Institutions ask how a settlement stands, what a person has used, and whether their books agree."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import HOME_HOSPITAL, HOSPITAL, OTHER_HOSPITAL, asked_by
from tests.processes.settlement.counter import Counter
from tests.world import codes_in
from yidi.processes.enrolment.refusals import PERSON_UNKNOWN
from yidi.processes.ports.deciding import Reply
from yidi.processes.settlement import refusals as kinds
from yidi.processes.settlement.commands import (
    AccumulatorsFound,
    AskAccumulators,
    AskSettlement,
    BookSettlement,
    CompareDetails,
    ComparedLine,
    CompareTotals,
    DetailsCompared,
    Settled,
    SettlementFound,
    TotalsCompared,
)

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


def look(counter: Counter, visit_id: str, **given: Any) -> Reply:
    """Ask about a settlement of a visit."""
    usual = counter._on(visit_id, given)
    return counter.world.ask(AskSettlement(**usual | given))


def found(reply: Reply) -> SettlementFound:
    """Insist that a settlement was found."""
    assert isinstance(reply, SettlementFound), reply
    return reply


@EVERYWHERE
def test_a_settlement_is_found_as_the_institution_received_it(hospital: str) -> None:
    counter = Counter(hospital)
    visit_id = counter.charged(900_00, disease_code="J06.900", disease_name="上感")
    settled = counter.settled_now(visit_id, 900_00, msgid="s1", invoice_no="I-1")
    for by in ({"settlement_id": settled.settlement_id}, {"original_msgid": "s1"}, {}):
        row = found(look(counter, visit_id, **by))
        assert (row.state, row.msgid, row.settled, row.invoice_no) == ("booked", "s1", settled, "I-1")
        assert (row.institution_code, row.grade, row.disease_name) == (hospital, "2", "上感")
        assert row.started_on == "2026-03-02"


def test_the_state_follows_what_became_of_it() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    counter.hold(BookSettlement)
    counter.world.deliver(counter.settling(visit_id, 900_00, msgid="s1"))
    assert found(look(counter, visit_id, original_msgid="s1")).state == "unknown"
    assert found(look(counter, visit_id, original_msgid="s1")).settled is None
    counter.let_go()
    row = found(look(counter, visit_id, original_msgid="s1"))
    assert row.settled is not None
    undone = counter.refund(row.settled)
    assert isinstance(undone, Settled)
    assert found(look(counter, visit_id, original_msgid="s1")).state == "undone"
    negative = found(look(counter, visit_id, settlement_id=undone.settlement_id))
    assert (negative.state, negative.settled) == ("booked", undone)


def test_a_refused_settlement_is_found_as_refused() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    counter.settle(visit_id, 900_00, credential_no="EV-9", msgid="s1")
    assert found(look(counter, visit_id, original_msgid="s1")).state == "refused"


def test_questions_about_what_is_not_the_senders_are_refused() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    assert codes_in(look(counter, visit_id, sender=OTHER_HOSPITAL)) == {kinds.NO_SUCH_VISIT.code}
    assert codes_in(look(counter, visit_id, person_no="P2")) == {kinds.VISIT_OF_ANOTHER.code}
    assert codes_in(look(counter, visit_id, settlement_id="S9")) == {kinds.NO_SUCH_SETTLEMENT.code}


def counters_shown(counter: Counter, msgid: str, **given: Any) -> Reply:
    """Ask for a person's counters, straight at the insured place."""
    usual: dict[str, Any] = asked_by(HOSPITAL, msgid) | {"person_no": "P1"}
    return counter.insured_place_says(AskAccumulators(**usual | given))


def test_the_counters_of_the_benefit_year_are_shown_by_scheme() -> None:
    counter = Counter()
    counter.settled_now(counter.charged(900_00), 900_00)
    counter.settled_now(counter.discharged(9_000_00), 9_000_00, inpatient=True)
    reply = counters_shown(counter, "a1")
    assert isinstance(reply, AccumulatorsFound)
    assert {row.counter: row.amount for row in reply.rows} == counter.counters()
    assert {(row.scheme, row.year) for row in reply.rows} == {("310", "2026")}
    other_year = counters_shown(counter, "a2", month="202712")
    assert isinstance(other_year, AccumulatorsFound)
    assert other_year.rows == ()
    assert codes_in(counters_shown(counter, "a3", person_no="P9")) == {PERSON_UNKNOWN.code}


def totals(counter: Counter, **given: Any) -> Reply:
    """Compare the totals of the month."""
    usual = counter._named(given) | {"scheme": "310", "clearing_kind": "11"}
    usual |= {"since": "2026-03-01", "until": "2026-03-31"}
    usual |= {"total_fen": 0, "fund_fen": 0, "account_fen": 0, "count": 0}
    return counter.world.ask(CompareTotals(**usual | given))


def test_totals_agree_with_what_was_answered_refunds_included_or_not() -> None:
    counter = Counter()
    first = counter.settled_now(counter.charged(900_00), 900_00)
    second = counter.settled_now(counter.charged(500_00), 500_00)
    counter.settled_now(counter.discharged(900_00), 900_00, inpatient=True)
    counter.world.passes(days=1)
    both = {"total_fen": 1_400_00, "fund_fen": first.fund_fen + second.fund_fen}
    agreed = totals(counter, count=2, **both)
    assert isinstance(agreed, TotalsCompared)
    assert agreed.agrees
    wrong = totals(counter, count=2, **both | {"fund_fen": 1})
    assert isinstance(wrong, TotalsCompared)
    assert (wrong.agrees, wrong.fund_fen) == (False, both["fund_fen"])


@pytest.mark.parametrize(
    ("count", "refunds", "total_fen"), [(0, False, 0), (2, False, 0), (1, True, -500_00)]
)
def test_a_cancelled_pair_may_be_counted_or_left_out(count: int, refunds: bool, total_fen: int) -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(500_00), 500_00)
    counter.refund(settled)
    fund_fen = -settled.fund_fen if refunds else 0
    reply = totals(counter, count=count, refunds=refunds, total_fen=total_fen, fund_fen=fund_fen)
    assert isinstance(reply, TotalsCompared)
    assert reply.agrees


@pytest.mark.parametrize(
    "days", [("2026-03-31", "2026-03-01"), ("2026-01-01", "2026-03-31"), ("soon", "2026-03-31")]
)
def test_days_that_cannot_be_compared_are_refused(days: tuple[str, str]) -> None:
    counter = Counter()
    assert codes_in(totals(counter, since=days[0], until=days[1])) == {kinds.DAYS_NOT_COMPARABLE.code}
    details = CompareDetails(**counter._named({}), since=days[0], until=days[1], clearing_kind="11", lines=())
    assert codes_in(counter.world.ask(details)) == {kinds.DAYS_NOT_COMPARABLE.code}


def test_details_tell_line_by_line_what_differs_and_what_the_institution_left_out() -> None:
    counter = Counter()
    first = counter.settled_now(counter.charged(900_00), 900_00, msgid="s1")
    counter.settled_now(counter.charged(500_00), 500_00, msgid="s2")
    right = ComparedLine(first.settlement_id, first.visit_id, "P1", 900_00, first.fund_fen, 0, False)
    wrong = ComparedLine(first.settlement_id, "V9", "P1", 900_00, 1, 0, False)
    unknown = ComparedLine("S9", "V9", "P1", 1, 1, 0, False)
    for line, agrees in ((right, True), (wrong, False), (unknown, False)):
        message = CompareDetails(
            **counter._named({}),
            since="2026-03-02",
            until="2026-03-02",
            clearing_kind="",
            lines=(line,),
        )
        reply = counter.world.ask(message)
        assert isinstance(reply, DetailsCompared)
        assert reply.lines[0].agrees is agrees
        assert bool(reply.lines[0].note_zh) is not agrees
        missing = [each for each in reply.lines if not each.line.settlement_id]
        assert "s2" in {each.msgid for each in missing}


def test_a_day_is_the_business_day_of_the_answer() -> None:
    counter = Counter()
    counter.world.passes(hours=14, minutes=30)
    counter.settled_now(counter.charged(500_00), 500_00)
    reply = totals(
        counter, since="2026-03-02", until="2026-03-02", count=1, total_fen=500_00, fund_fen=165_00
    )
    assert isinstance(reply, TotalsCompared)
    assert reply.agrees
