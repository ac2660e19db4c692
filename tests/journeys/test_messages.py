"""The same message twice is boring; another one under its name, or another's key, is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.journeys.nation import Nation, codes_of, open_nation
from yidi.edges.demonstration.play import play
from yidi.edges.national.counter import must
from yidi.edges.national.hospital import Exchange
from yidi.edges.national.refusals import FOREIGN_KEY, NOT_SIGNED
from yidi.edges.national.signatures import UNKNOWN_KEY, WRONG_SIGNATURE, Scheme
from yidi.processes.relay.refusals import SAME_ID_OTHER_CONTENT
from yidi.processes.settlement.records import SettlementAsked
from yidi.processes.visit.records import FeeLine

DURABLE = {"2201", "2203A", "2204", "2207A", "2208", "2401", "2301", "2402", "2304"}
STAMPS = ("inf_refmsgid", "refmsg_time", "respond_time")


def business(exchange: Exchange) -> dict[str, Any]:
    """Return an answer without what stamps it."""
    return {name: value for name, value in (exchange.answer or {}).items() if name not in STAMPS}


@pytest.mark.parametrize("case", ["referred_inpatient", "cancelled_settlement"])
async def test_every_message_of_a_visit_sent_again_is_answered_the_same_and_has_one_effect(
    nation: Nation, case: str
) -> None:
    counter = nation.counter(case)
    played = await play(counter.hospital, counter.visit, counter.person)
    lines = await nation.node.rows(FeeLine, {"visit_id": played.visit_id})
    asked = await nation.node.rows(SettlementAsked)
    booked = await nation.booked(counter.person)
    sent = [exchange for exchange in played.exchanges if exchange.number in DURABLE]
    assert len(sent) >= 4
    for exchange in sent:
        again = await nation.repeat(counter, exchange)
        assert business(again) == business(exchange)
        assert again.good
    assert await nation.node.rows(FeeLine, {"visit_id": played.visit_id}) == lines
    assert await nation.node.rows(SettlementAsked) == asked
    assert await nation.booked(counter.person) == booked


async def test_another_message_under_a_used_id_is_refused_and_changes_nothing(nation: Nation) -> None:
    counter = await nation.at_the_till("referred_inpatient")
    settled = must(await counter.settle())
    booked = await nation.booked(counter.person)
    other = await nation.repeat(counter, settled, opter_name="另一位经办人")
    assert codes_of(other) == {SAME_ID_OTHER_CONTENT.code}
    assert business(await nation.repeat(counter, settled)) == business(settled)
    assert await nation.booked(counter.person) == booked


async def test_a_hospital_that_signs_with_anothers_key_is_not_heard(nation: Nation) -> None:
    counter = await nation.at_the_till("referred_inpatient")
    own = nation.client(counter.hospital.code)
    request = own.envelope("2304", {"data": counter._bill()}, counter.patient.insured_area)
    stranger = nation.client("H31010100001")
    assert codes_of(await stranger.repeat(request)) == {FOREIGN_KEY.code}
    forged = nation.client(counter.hospital.code, secret=nation.keys["H31010100001"])
    response = await forged.post("2304", msgspec.json.encode(request))
    told = response.json()
    assert (response.status_code, told["code"], told["message"]) == (401, 401, WRONG_SIGNATURE)
    assert [refusal["code"] for refusal in told["refusals"]] == [NOT_SIGNED.code]
    assert await nation.booked(counter.person) == []


async def test_an_institution_without_a_key_is_not_heard(nation: Nation) -> None:
    client = nation.client("H31010100001")
    client.institution_code = "H31010199999"
    response = await client.post("9001", b"{}")
    assert (response.status_code, response.json()["message"]) == (401, UNKNOWN_KEY)


GATEWAYS = {
    "440000": Scheme.BODY_HMAC_SM3,
    "110000": Scheme.TIMESTAMP_NONCE_SHA256,
    "310000": Scheme.HEADER_LIST_SHA1,
}
AT = {"440000": "long_term_resident_inpatient", "110000": "referred_inpatient", "310000": "emergency_unfiled"}


async def test_each_province_has_its_own_gateway_scheme_and_takes_no_other(database: str) -> None:
    chosen = {province: scheme.value for province, scheme in GATEWAYS.items()}
    async with open_nation(database, gateways=chosen) as nation:
        for province, case in AT.items():
            counter = nation.counter(case)
            await play(counter.hospital, counter.visit, counter.person)
            assert len(await nation.booked(counter.person)) == 1
            for scheme in Scheme:
                client = nation.client(counter.hospital.code, scheme=scheme)
                content = {"data": {"mdtrt_id": "1"}}
                body = msgspec.json.encode(client.envelope("1101", content, counter.patient.insured_area))
                status = (await client.post("1101", body)).status_code
                assert status == (200 if scheme is GATEWAYS[province] else 401)
        assert await nation.findings() == []
