"""Stays with a turn: filed late, admitted twice, billed wrongly, two thousand lines long."""

from __future__ import annotations

from typing import Any

from tests.journeys.nation import Nation, codes_of
from yidi.edges.national.counter import Counter, must, total_of
from yidi.edges.national.hospital import Exchange, Line
from yidi.processes.filing.commands import Filed, FileForCare
from yidi.processes.filing.records import Category
from yidi.processes.settlement.refusals import TOTALS_DIFFER
from yidi.processes.visit.records import FeeLine
from yidi.processes.visit.refusals import IN_HOSPITAL

TRAVELLER = "unfiled_traveller"


def head(exchange: Exchange, *names: str) -> tuple[Any, ...]:
    """Return amounts of a statement, in yuan."""
    return tuple(must(exchange).output["setlinfo"][name] for name in names)


async def test_a_filing_made_before_discharge_covers_the_whole_stay(nation: Nation) -> None:
    counter = nation.counter(TRAVELLER)
    assert await counter.begin()
    unfiled = await nation.counter(TRAVELLER).hospital.identify(counter.patient)
    assert unfiled.person_no == counter.person.person_no
    filed = await nation.tell(
        FileForCare,
        counter.person,
        "late-filing",
        person_no=counter.person.person_no,
        category=Category.LONG_TERM_RESIDENT,
        care_area="530100",
        start=nation.today.isoformat(),
        channel="app",
        committed=True,
    )
    assert isinstance(filed, Filed)
    await counter.treat()
    settled = await counter.settle()
    # Guang'an, working, filed long term, level 3: 600; (2132.80 - 600) x 86 % = 1318.208, half up 1318.21.
    assert head(settled, "act_pay_dedc", "fund_pay_sumamt", "psn_cash_pay") == (600.00, 1318.21, 814.59)
    assert [row.standing for row in await nation.booked(counter.person)] == ["long_term"]


async def test_a_person_in_hospital_is_not_admitted_elsewhere_until_discharged(nation: Nation) -> None:
    first = nation.counter(TRAVELLER)
    second = nation.counter(TRAVELLER, institution="H51010200001")
    assert await first.begin()
    assert not await second.begin()
    refused = second.hospital.exchanges[-1]
    assert codes_of(refused) == {IN_HOSPITAL.code}
    assert refused.answer is not None
    assert first.hospital.name in refused.answer["refusals"][0]["cause_zh"]
    await first.treat()
    must(await first.settle())
    assert await second.begin()


async def test_a_settlement_whose_total_is_not_that_of_its_lines_is_refused_with_both(nation: Nation) -> None:
    counter = await nation.at_the_till(TRAVELLER)
    lines = counter.lines
    counter.lines = lines[:-1]
    refused = await counter.settle()
    assert codes_of(refused) == {TOTALS_DIFFER.code}
    assert refused.answer is not None
    cause = refused.answer["refusals"][0]["cause_zh"]
    assert (total_of(lines), total_of(counter.lines)) == ("2132.80", "2129.00")
    assert "2132.80" in cause
    assert "2129.00" in cause
    assert await nation.booked(counter.person) == []
    counter.lines = lines
    assert head(await counter.settle(), "fund_pay_sumamt") == (747.65,)


async def test_a_stay_of_two_thousand_lines_in_twenty_pages_settles_as_one(nation: Nation) -> None:
    counter = nation.counter(TRAVELLER)
    await counter.begin()
    counter.lines = [Line("XN02BEA010A001010190118", "1", "3.8", "3.80")] * 2000
    await _charge_in_pages(counter, 100)
    must(await counter.hospital.discharge(counter.patient, counter.visit_id, counter.disease))
    settled = await counter.settle()
    # 2000 x 3.80 = 7600.00, class A; (7600 - 1000) x 66 % = 4356.
    assert head(settled, "medfee_sumamt", "inscp_scp_amt", "fund_pay_sumamt") == (7600.00, 7600.00, 4356.00)
    rows = await nation.node.rows(FeeLine, {"visit_id": counter.visit_id}, (), 3000)
    assert len({row.line_id for row in rows}) == 2000


async def _charge_in_pages(counter: Counter, size: int) -> None:
    for start in range(0, len(counter.lines), size):
        page = counter.lines[start : start + size]
        must(await counter.hospital.charge(counter.patient, counter.visit_id, page))
