"""Messages of institutions that are not what they claim, at a node of one process and at one with a window.

Each is refused by name, counted, and leaves no other trace. The exchange's face: tests/edges/exchange.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.nation import SAMPLE
from tests.journeys.serving import Served
from yidi.edges.cli.settings import load
from yidi.edges.clock import system_clock
from yidi.edges.demonstration.stage import make_keys
from yidi.edges.national.client import NationalClient, address_of
from yidi.edges.national.refusals import (
    FOREIGN_KEY,
    NEWER_INTERFACE,
    NOT_JSON,
    NOT_SIGNED,
    OTHER_PROVINCE,
    TOO_LARGE,
    WRONG_PATH,
)
from yidi.edges.national.signatures import Scheme, sign
from yidi.edges.packs.sample import SampleInstitution
from yidi.edges.storage.reading import count
from yidi.processes.relay.records import Received
from yidi.wiring import engine_of

NUMBER, LIMIT = "2202", 20_000
BY_HEADERS, BY_BODY = Scheme.TIMESTAMP_NONCE_SHA256, Scheme.BODY_HMAC_SM3
PLACE = SAMPLE.institutions[0]
OTHER = next(place for place in SAMPLE.institutions if place.province != PLACE.province)
HOUR = 3600
REFUSED = re.compile(
    r'^yidi_messages_(?:turned_away_total\{.*\}|total\{.*outcome="refused".*\}) ([0-9.]+)$', re.MULTILINE
)
CANCELLED = {"data": {"psn_no": "P1", "ipt_otp_no": "own", "mdtrt_id": "V1"}}


class Sending:
    """Sends bytes to a node, signed by an institution's key or not."""

    def __init__(
        self, served: Served, keys: Mapping[str, str], place: SampleInstitution, scheme: Scheme
    ) -> None:
        self.place, self.scheme, self.secret = place, scheme, keys[place.code]
        self.http = httpx.AsyncClient(base_url=served.address, trust_env=False, timeout=60)
        self.client = NationalClient(
            served.address,
            institution_code=place.code,
            institution_name=place.name,
            area=place.area,
            secret=self.secret,
            scheme=scheme,
        )

    def body(self, **envelope: Any) -> bytes:
        """Write a message, with what is told otherwise in its envelope."""
        return json.dumps(self.client.envelope(NUMBER, CANCELLED) | envelope).encode()

    def signed(self, body: bytes, seconds_ago: int = 0) -> dict[str, str]:
        """Make the headers that sign a body, as of some time ago."""
        moment = system_clock() - timedelta(seconds=seconds_ago)
        return sign(self.scheme, self.place.code, self.secret, NUMBER, body, moment)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Post and return the code of the first refusal."""
        answer = await self.http.post(address_of(self.scheme, NUMBER), content=body, headers=dict(headers))
        said = answer.json()
        refusals = said.get("refusals") or []
        return str(refusals[0]["code"] if refusals else said["err_msg"].split()[0])

    async def counted(self) -> float:
        """Return how many messages were refused, as the node counts them."""
        text = (await self.http.get("/metrics")).text
        return sum(map(float, REFUSED.findall(text)))

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()
        await self.client.close()


async def refuse_all(sending: Sending, by_body: Sending) -> int:
    """Send one of each, and return how many. `by_body` signs every byte of its bodies."""
    good = sending.body()
    forged = sending.signed(good) | {"x-tif-signature": "0" * 64}
    cut = good[: len(good) // 2]
    large, foreign = b" " * (LIMIT + 1), sending.body(fixmedins_code=OTHER.code, mdtrtarea_admvs=OTHER.area)
    elsewhere, newer = sending.body(mdtrtarea_admvs=OTHER.area), sending.body(infver="V2.0")
    sent: list[tuple[str, bytes, Mapping[str, str], str]] = [
        ("forged", good, forged, NOT_SIGNED.code),
        ("unsigned", good, {}, NOT_SIGNED.code),
        ("expired", good, sending.signed(good, HOUR), NOT_SIGNED.code),
        ("ahead of time", good, sending.signed(good, -HOUR), NOT_SIGNED.code),
        ("truncated", cut, sending.signed(cut), NOT_JSON.code),
        ("oversized", large, sending.signed(large), TOO_LARGE.code),
        ("of another institution", foreign, sending.signed(foreign), FOREIGN_KEY.code),
        ("mis-addressed", elsewhere, sending.signed(elsewhere), OTHER_PROVINCE.code),
        ("future-versioned", newer, sending.signed(newer), NEWER_INTERFACE.code),
    ]
    for name, body, signature, code in sent:
        assert (name, await sending.post(body, signature)) == (name, code)
    whole = by_body.body()
    written_anew = json.dumps(json.loads(whole), indent=1).encode()
    assert await by_body.post(written_anew, by_body.signed(whole)) == NOT_SIGNED.code
    other_path = sending.body(infno="2201")
    assert await sending.post(other_path, sending.signed(other_path)) == WRONG_PATH.code
    replayed = sending.body(infver="V9")
    once = sending.signed(replayed)
    assert await sending.post(replayed, once) == NEWER_INTERFACE.code
    assert await sending.post(replayed, once) == NOT_SIGNED.code
    return len(sent) + 4


@pytest.mark.parametrize("processes", [1, 2])
async def test_a_bad_message_of_an_institution_is_refused_by_name_counted_and_leaves_no_trace(
    tmp_path: Path, processes: int
) -> None:
    keys = make_keys(SAMPLE)
    gateways = f'gateway = "{BY_HEADERS}"\ngateways = {{ "{OTHER.province}" = "{BY_BODY}" }}\n'
    more = f"processes = {processes}\nbody_limit_bytes = {LIMIT}\n{gateways}"
    served = Served(tmp_path, f"sqlite:{tmp_path / 'node.sqlite'}", keys, fold=True, more=more)
    await served.start()
    sending = Sending(served, keys, PLACE, BY_HEADERS)
    by_body = Sending(served, keys, OTHER, BY_BODY)
    try:
        before = await sending.counted()
        sent = await refuse_all(sending, by_body)
        assert await sending.counted() == before + sent
    finally:
        await sending.close()
        await by_body.close()
        await served.end(signal.SIGTERM)
    engine = engine_of(load(served.config))
    await engine.open()
    try:
        assert await count(engine, Received) == 0
    finally:
        await engine.close()
