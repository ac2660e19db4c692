"""A stolen institution's key: it speaks for that institution alone, whatever the message says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.edges.national.room import HOSPITAL, MORNING, OTHER, application_of, client_of, desk
from tests.journeys.nation import Nation, open_nation
from yidi.edges.clock import SettableClock
from yidi.edges.national.refusals import FOREIGN_KEY
from yidi.edges.national.tables import SERVED
from yidi.processes.reversal.records import ReversalAsked
from yidi.processes.settlement.records import Settlement
from yidi.processes.visit.records import FeeLine, SettlementList, VisitChange

pytestmark = pytest.mark.asyncio(loop_scope="module")
OWN = {"9001", "9002", "9101", "9102", "1101", "2201", "2401", "1301"}
"""Messages that are about no visit: they do for the thief what they do for every institution."""


@pytest.mark.parametrize("number", sorted(SERVED))
async def test_a_stolen_key_cannot_sign_a_message_of_another_institution(number: str) -> None:
    host, clock = desk(), SettableClock(MORNING)
    thief = client_of(application_of(host, clock), clock, host.scheme, OTHER)
    message = {**thief.envelope(number, {"data": {}}), "fixmedins_code": HOSPITAL}
    answer = (await thief.post(number, json.dumps(message).encode())).json()
    assert answer["infcode"] == -1
    assert FOREIGN_KEY.code in {refusal["code"] for refusal in answer["refusals"]}
    assert host.asked == []


class Scene:
    """A visit settled at one institution, and the key of another."""

    def __init__(self, nation: Nation, exchanges: list[Any], here: str, other: str) -> None:
        self.nation, self.exchanges, self.here, self.other = nation, exchanges, here, other

    async def counts(self) -> list[int]:
        """Count what could have changed."""
        kinds = (Settlement, ReversalAsked, FeeLine, VisitChange)
        return [len(await self.nation.node.rows(kind, {}, (), 10_000)) for kind in kinds]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A sample nation in which one visit is settled."""
    database = f"sqlite:{tmp_path_factory.mktemp('stolen') / 'node.sqlite'}"
    async with open_nation(database) as nation:
        counter = await nation.at_the_till("referred_inpatient")
        here = counter.hospital.code
        other = next(code for code in nation.institutions if code != here and code[1:3] == here[1:3])
        await counter.settle()
        yield Scene(nation, list(counter.hospital.exchanges), here, other)


async def test_a_stolen_key_can_do_nothing_to_a_visit_of_another_institution(scene: Scene) -> None:
    before, thief = await scene.counts(), scene.nation.client(scene.other)
    tried = set()
    for exchange in scene.exchanges:
        if exchange.number in OWN:
            continue
        tried.add(exchange.number)
        message = {**exchange.request, "fixmedins_code": scene.other, "msgid": thief.message_id()}
        answer = await thief.repeat(message)
        output = json.dumps((answer.answer or {}).get("output") or {})
        assert not answer.good or output in ("{}", "[]"), (exchange.number, answer.answer)
    assert {"2301", "2304", "2402"} <= tried
    assert await scene.counts() == before


async def test_a_stolen_key_cannot_undo_or_read_a_settlement_of_another_institution(scene: Scene) -> None:
    (booked,) = await scene.nation.node.rows(Settlement, {}, (), 5)
    settled = next(one for one in scene.exchanges if one.number == "2304")
    visit = settled.request["input"]["data"]["mdtrt_id"]
    before, thief = await scene.counts(), scene.nation.client(scene.other)
    named = {"psn_no": booked.person_no, "mdtrt_id": visit, "setl_id": booked.settlement_id}
    reversal = {"psn_no": booked.person_no, "omsgid": settled.request["msgid"], "oinfno": "2304"}
    for number, data in (("2305", named), ("2601", reversal), ("5203", named), ("5204", named)):
        answer = await thief.exchange(number, {"data": data})
        said = json.dumps(answer.answer or {}, ensure_ascii=False)
        assert "10965.6" not in said, number
        assert not answer.good or number in ("2601",), (number, answer.answer)
    after = await scene.counts()
    assert after[0] == before[0]
    assert after[2:] == before[2:]


QUERIES = ("5201", "5202", "5203", "5204")
"""The queries of visits, diagnoses, settlements and fee lines."""


@pytest.mark.parametrize("number", QUERIES)
async def test_a_stolen_key_hears_nothing_of_a_visit_of_another_institution(
    scene: Scene, number: str
) -> None:
    (booked,) = await scene.nation.node.rows(Settlement, {}, (), 5)
    named = {"psn_no": booked.person_no, "mdtrt_id": booked.visit_id, "setl_id": booked.settlement_id}
    span = {"begntime": "2026-01-01 00:00:00", "endtime": "2026-12-31 00:00:00", "med_type": "21"}
    outputs = []
    for code in (scene.here, scene.other):
        answer = await scene.nation.client(code).exchange(number, {"data": {**named, **span}})
        outputs.append(json.dumps((answer.answer or {}).get("output") or {}, ensure_ascii=False))
    own, stolen = outputs
    assert booked.visit_id in own, "its own institution hears of it"
    assert booked.visit_id not in stolen
    assert booked.settlement_id not in stolen


async def test_a_reversal_by_a_stolen_key_bars_no_message_another_institution_has_yet_to_send(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whoever guesses the id of a message to come cannot leave a tombstone for it."""
    database = f"sqlite:{tmp_path_factory.mktemp('barred') / 'node.sqlite'}"
    async with open_nation(database) as nation:
        counter = await nation.at_the_till("referred_inpatient")
        here = counter.hospital.code
        thief = nation.client(next(code for code in nation.institutions if code != here))
        coming = nation.client(here).message_id()
        person = counter.person.person_no
        data = {"psn_no": person, "omsgid": coming, "oinfno": "2304"}
        await thief.exchange("2601", {"data": data})
        await counter.settle()
        asked = counter.hospital.exchanges[-1]
        undone = await nation.client(here).exchange(
            "2601", {"data": {**data, "omsgid": asked.request["msgid"]}}
        )
        again = await nation.client(here).repeat({**asked.request, "msgid": coming})
        assert asked.good
        assert undone.good
        assert again.good, "the message the thief reversed in advance is taken"
        assert len(await nation.node.rows(Settlement, {}, (), 10)) == 3


async def test_a_stolen_key_hands_in_no_list_for_a_settlement_of_another_institution(scene: Scene) -> None:
    (booked,) = await scene.nation.node.rows(Settlement, {}, (), 5)
    info = {"mdtrt_id": booked.visit_id, "setl_id": booked.settlement_id, "psn_no": booked.person_no}
    answer = await scene.nation.client(scene.other).exchange("4101", {"setlinfo": info})
    assert not answer.good
    assert await scene.nation.node.rows(SettlementList) == []
    own = await scene.nation.client(scene.here).exchange("4101", {"setlinfo": info})
    assert own.good, "its own institution does"


async def test_a_stolen_key_compares_no_totals_but_its_own(scene: Scene) -> None:
    (booked,) = await scene.nation.node.rows(Settlement, {}, (), 5)
    day = booked.business_day
    totals = {
        "insutype": booked.scheme,
        "clr_type": "21",
        "setl_optins": "000000",
        "stmt_begndate": day,
        "stmt_enddate": day,
        "medfee_sumamt": str(booked.total_fen / 100),
        "fund_pay_sumamt": str(booked.fund_fen / 100),
        "acct_pay": str(booked.account_fen / 100),
        "fixmedins_setl_cnt": "1",
    }
    results = []
    for code in (scene.here, scene.other):
        answer = await scene.nation.client(code).exchange("3201", {"data": totals})
        results.append(answer.answer["output"]["stmtinfo"]["stmt_rslt"] if answer.answer else "")
    assert results == ["0", "1"], (
        "the same totals agree with the institution's books and not with the thief's"
    )
