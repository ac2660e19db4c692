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
from yidi.processes.visit.records import FeeLine, VisitChange

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
