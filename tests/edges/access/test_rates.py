"""How often an institution and a peer may send; and how much at once."""

from __future__ import annotations

import httpx
from prometheus_client import REGISTRY
from starlette.applications import Starlette

from tests.edges.exchange.nodes import Registered, toy_node
from tests.edges.exchange.test_bad_messages import LIMIT, Room, relayed
from tests.edges.journal.toys import CARE, INSURED
from tests.edges.national.room import HOSPITAL, MORNING, OTHER, SECRET, client_of, desk
from yidi.edges.access.access import institutions_rate, peers_rate
from yidi.edges.access.rates import Rate
from yidi.edges.access.refusals import TOO_OFTEN
from yidi.edges.clock import SettableClock
from yidi.edges.national.gateway import routes
from yidi.edges.settings import AccessSettings, Settings
from yidi.processes.ports.deciding import NATION

CANCEL = {"data": {"psn_no": "P1", "mdtrt_id": "V1", "ipt_otp_no": "M1"}}


def limited(face: str) -> float:
    return REGISTRY.get_sample_value("yidi_rate_limited_total", {"face": face}) or 0.0


def test_a_bucket_gives_its_burst_and_then_so_many_a_second() -> None:
    clock = SettableClock(MORNING)
    rate = Rate("test", 2.0, 3.0, clock)
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 1]
    assert rate.wait("b") == 0, "another's bucket is another"
    clock.advance(seconds=0.5)
    assert [rate.wait("a"), rate.wait("a")] == [0, 1]
    clock.advance(seconds=-60)
    assert rate.wait("a") == 1, "a clock that is set back gives nothing"
    clock.advance(hours=1)
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 1]


def test_no_rate_is_no_limit_and_sample_data_has_none() -> None:
    assert {Rate("test", 0, 1, SettableClock(MORNING)).wait("a") for _ in range(1000)} == {0}
    tight = AccessSettings(institution_per_second=1, institution_burst=1, peer_per_second=1, peer_burst=1)
    for sample, expected in ((True, [0, 0]), (False, [0, 1])):
        settings = Settings(database="sqlite:x", keys="", sample=sample, access=tight)
        for made in (institutions_rate, peers_rate):
            rate = made(settings, SettableClock(MORNING))
            assert [rate.wait("a"), rate.wait("a")] == expected


def test_who_comes_under_many_names_does_not_fill_the_memory() -> None:
    rate = Rate("test", 1.0, 1.0, SettableClock(MORNING))
    for number in range(10_050):
        rate.wait(str(number))
    assert len(rate._held) == 10_000


async def test_an_institution_that_sends_too_often_is_refused_by_name_and_others_are_not() -> None:
    clock, host = SettableClock(MORNING), desk()
    rate = Rate("institution", 1.0, 2.0, clock)
    app = Starlette(routes=routes(host, {HOSPITAL: SECRET, OTHER: SECRET}, clock, rate))
    client, neighbour = client_of(app, clock, host.scheme), client_of(app, clock, host.scheme, OTHER)
    before = limited("institution")
    body = (await client.exchange("2202", CANCEL)).request
    assert body
    await client.exchange("2202", CANCEL)
    raw = b'{"infno":"2202"}'
    answer = await client.post("2202", raw)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert TOO_OFTEN.code in answer.text
    assert limited("institution") == before + 1
    assert len(host.asked) == 2
    assert (await neighbour.exchange("2202", CANCEL)).good
    clock.advance(seconds=1)
    assert (await client.exchange("2202", CANCEL)).good


async def test_who_has_no_key_cannot_use_up_the_rate_of_an_institution() -> None:
    clock, host = SettableClock(MORNING), desk()
    rate = Rate("institution", 1.0, 1.0, clock)
    app = Starlette(routes=routes(host, {HOSPITAL: SECRET}, clock, rate))
    client = client_of(app, clock, host.scheme)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://counter") as thief:
        for _ in range(5):
            answer = await thief.post(
                "/fsi/api/rsfComIfsService/callService",
                content=b"{}",
                headers={"x-ca-key": HOSPITAL, "x-ca-signature": "1:00"},
            )
            assert answer.status_code in (401, 404)
    assert (await client.exchange("2202", CANCEL)).good


async def test_a_peer_that_sends_too_often_is_refused_by_name_and_others_are_not() -> None:
    registered = Registered()
    async with (
        toy_node(registered, NATION, body_limit_bytes=LIMIT) as nation,
        httpx.AsyncClient(trust_env=False, timeout=60) as client,
    ):
        room = Room(nation, registered, client)
        clock = SettableClock(MORNING)
        face = nation.exchange.face
        face.rate = Rate("peer", 1.0, 2.0, clock)
        before = limited("peer")
        codes = [await room.code(room.message(relayed(str(number)))) for number in range(3)]
        assert codes == ["stored", "stored", TOO_OFTEN.code]
        assert limited("peer") == before + 1
        assert await room.code(room.message(relayed("9", care=INSURED), sender=INSURED)) == "stored"
        clock.advance(seconds=1)
        assert await room.code(room.message(relayed("2"), sender=CARE)) == "stored"
