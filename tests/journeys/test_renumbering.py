"""A person's number changes while the hospital treats: over HTTP, on both engines, folded and hop by hop."""

from __future__ import annotations

from typing import Any

import httpx

from tests.journeys.nation import SAMPLE, Nation, codes_of
from yidi.edges.national.counter import Counter, must, settlement_of
from yidi.edges.national.hospital import Exchange
from yidi.processes.enrolment.commands import ReplaceNumber
from yidi.processes.ports.deciding import Done
from yidi.processes.visit.refusals import IN_HOSPITAL

TRAVELLER, NEW = "unfiled_traveller", "5116-NEW-0104"


def amounts(exchange: Exchange) -> tuple[Any, ...]:
    """Return whose statement it is, and deductible, funds and cash in yuan."""
    stated = must(exchange).output["setlinfo"]
    return tuple(stated[name] for name in ("psn_no", "act_pay_dedc", "fund_pay_sumamt", "psn_cash_pay"))


async def counted(counter: Counter, person_no: str) -> list[Any]:
    """Return the counters of the year that the insured place tells for a number."""
    asked = {"data": {"psn_no": person_no, "cum_ym": ""}}
    found = must(await counter.hospital.say("5206", asked, counter.patient.insured_area))
    return [row["cum"] for row in found.output["cuminfo"]]


async def page(nation: Nation, path: str) -> str:
    """Return a page as it was sent."""
    async with httpx.AsyncClient(base_url=nation.address, timeout=60) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, path
    return answer.text


def people_of(province: str) -> list[str]:
    """Return the numbers of the sample persons of a province."""
    return [person.person_no for person in SAMPLE.persons if person.insured == province]


async def test_a_stay_begun_under_the_old_number_ends_under_the_new_one_and_counts_once(
    nation: Nation,
) -> None:
    first, elsewhere = nation.counter(TRAVELLER), nation.counter(TRAVELLER, institution="H51010200001")
    assert await first.begin()
    old = first.person.person_no
    told = await nation.tell(ReplaceNumber, first.person, "new-number", person_no=old, new_no=NEW)
    assert told == Done(reference=NEW)
    assert not await elsewhere.begin()
    assert elsewhere.patient.person_no == NEW
    assert codes_of(elsewhere.hospital.exchanges[-1]) == {IN_HOSPITAL.code}
    await first.treat()  # nobody has told the ward: lines and discharge come under the old number
    first.patient = await first.hospital.identify(first.patient)
    # Guang'an, working, unfiled, level 3: 1000; (2132.80 - 1000) x 66 % = 747.648, half up 747.65.
    settled = await first.settle()
    assert amounts(settled) == (old, 1000.00, 747.65, 1385.15)
    again = nation.counter(TRAVELLER)
    assert await again.begin()
    await again.treat()
    assert again.patient.person_no == NEW
    second = await again.settle()
    assert amounts(second) == (NEW, 1000.00, 747.65, 1385.15)
    assert await counted(again, NEW) == await counted(again, old)
    assert 1495.30 in await counted(again, NEW)
    assert await page(nation, f"/person/510000/{NEW}") == await page(nation, f"/person/510000/{old}")
    shown = await page(nation, f"/person/510000/{NEW}")
    assert all(settlement_of(exchange) in shown for exchange in (settled, second))
    assert (await page(nation, "/")).count("/person/510000/") == len(people_of("510000"))
    for counter, settlement in ((again, second), (first, settled)):
        assert amounts(await counter.cancel(settlement))[2:] == (-747.65, -1385.15)
    assert set(await counted(again, NEW)) <= {0}
    assert {row.person_no for row in await nation.booked(first.person)} == {old}
    assert len(await nation.booked(first.person)) == 4
