"""A trace says where a message is and what the answer was, at every link that holds the answer."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.edges.sealing.chained import made, open_chained
from yidi.edges.cli import message
from yidi.edges.exchange.asking import Traced
from yidi.edges.exchange.protocol import Sighting
from yidi.edges.exchange.refusals import NOT_REACHED
from yidi.edges.exchange.tracing import holder_of, sightings_of
from yidi.edges.journal.codec import Codec
from yidi.edges.secrecy.door import Door
from yidi.edges.storage.engine import Engine, Outgoing
from yidi.processes.ports.deciding import NATION, Done, Refused, Reply
from yidi.processes.relay.commands import Return
from yidi.processes.relay.records import Received, Replied, Returned

HOSPITAL, CARE, INSURED = "H44030000001", "440000", "510000"
MSGID = f"{HOSPITAL}202611231125140006"
ASK, REPLY = f"ask/{HOSPITAL}/{MSGID}", f"reply/{HOSPITAL}/{MSGID}"
PLACES = (NATION, CARE, INSURED)
REFUSED = Refused(refusals=(NOT_REACHED.because(place=INSURED),))
OUTCOMES: list[tuple[Reply, str, tuple[str, ...]]] = [
    (Done(), "accepted", ()),
    (REFUSED, "refused", (NOT_REACHED.code,)),
]


def at(second: int) -> str:
    return f"2026-11-23T03:25:{second:02d}.000000Z"


def received(place: str, sender: str, msgid: str, command: str, second: int) -> tuple[object, ...]:
    return made(
        Received,
        jurisdiction=place,
        sender=sender,
        msgid=msgid,
        command=command,
        case_id="c1",
        received_at=at(second),
    )


async def traced(engine: Engine) -> list[Sighting]:
    return list(await sightings_of(engine, MSGID, "https://node.example:1", PLACES))


def outcomes(found: list[Sighting]) -> dict[tuple[str, str, str], tuple[str, tuple[str, ...]]]:
    return {(one.jurisdiction, one.what, one.kind): (one.outcome, one.codes) for one in found if one.outcome}


@pytest.mark.parametrize(("reply", "outcome", "codes"), OUTCOMES)
async def test_the_care_place_tells_its_answer_and_the_nation_the_outcome_it_copied(
    tmp_path: Path, reply: Reply, outcome: str, codes: tuple[str, ...]
) -> None:
    async with open_chained("sqlite::memory:", tmp_path) as chained:
        await chained.write(
            received(CARE, HOSPITAL, MSGID, "Settle", 1),
            received(NATION, CARE, ASK, "Relay", 2),
            received(NATION, INSURED, REPLY, "Return", 4),
            made(Returned, jurisdiction=NATION, case_id="c1", msgid=REPLY, outcome=outcome),
            made(Returned, jurisdiction=NATION, case_id="c1", msgid="reply/of/another", outcome="accepted"),
            received(CARE, NATION, REPLY, "Answered", 5),
            made(
                Replied,
                jurisdiction=CARE,
                sender=HOSPITAL,
                msgid=MSGID,
                reply=Codec().write(reply),
                replied_at=at(5),
            ),
        )
        stored = await chained.engine.fetch("SELECT reply FROM replied")
        assert stored[0][0] != Codec().write(reply)
        found = await traced(chained.engine)
    assert outcomes(found) == {
        (NATION, "received", "Return"): (outcome, ()),
        (CARE, "answered", ""): (outcome, codes),
    }
    assert holder_of(found).endswith(": " + " ".join((outcome, *codes)))


async def test_an_answer_under_way_tells_its_outcome_and_kind_while_it_waits(tmp_path: Path) -> None:
    answer = Return(
        jurisdiction=NATION,
        sender=INSURED,
        msgid=REPLY,
        care=CARE,
        insured=INSURED,
        about="BookSettlement",
        case="c1",
        origin_sender=HOSPITAL,
        origin_msgid=MSGID,
        reply=REFUSED,
    )
    async with open_chained("sqlite::memory:", tmp_path) as chained:
        engine = chained.engine
        await engine.begin()
        text = Codec().write(answer)
        await engine.put_outbox([Outgoing(NATION, INSURED, REPLY, text, at(3), 2, "", "ConnectError")])
        await engine.commit()
        found = await traced(engine)
    assert outcomes(found) == {(INSURED, "waiting", "Return"): ("refused", (NOT_REACHED.code,))}
    assert (found[0].towards, found[0].attempts, found[0].trouble) == (NATION, 2, "ConnectError")
    assert f"for {NATION}" in holder_of(found)


async def test_an_answer_whose_key_is_missing_is_traced_without_its_outcome(tmp_path: Path) -> None:
    async with open_chained("sqlite::memory:", tmp_path) as chained:
        answer = Codec().write(REFUSED)
        await chained.write(
            made(Replied, jurisdiction=CARE, sender=HOSPITAL, msgid=MSGID, reply=answer, replied_at=at(5))
        )
        chained.engine.door = Door()
        found = await traced(chained.engine)
    assert outcomes(found) == {}
    assert [(one.what, one.outcome, one.codes) for one in found] == [("answered", "", ())]
    assert holder_of(found).endswith(at(5))


def test_a_trace_is_told_with_places_by_name_and_ids_whole_however_narrow_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = io.StringIO()
    monkeypatch.setattr(message, "Console", lambda **how: Console(file=said, width=40, **how))
    node = "https://node.example:1"
    message.show(
        Traced(
            (
                Sighting(
                    node=node, jurisdiction=CARE, what="received", sender=HOSPITAL, msgid=MSGID, at=at(1),
                    kind="Settle",
                ),
                Sighting(
                    node=node, jurisdiction=CARE, what="answered", sender=HOSPITAL, msgid=MSGID, at=at(5),
                    outcome="refused", codes=("FILING-101", "VISIT-102"),
                ),
            ),
            ("https://away.example:2",),
        )
    )  # fmt: skip
    told = said.getvalue().splitlines()
    assert told[0] == f"{at(1)}  {CARE} 广东省  收到 received Settle"
    assert told[1] == f"    {MSGID}  来自 from {HOSPITAL}  @ {node}"
    assert told[2] == f"{at(5)}  {CARE} 广东省  答复 answered  拒绝 refused FILING-101 VISIT-102"
    assert told[4] == f"已在{node}答复：拒绝 answered at {node}, {at(5)}: refused FILING-101 VISIT-102"
    assert "docs/reference/refusals.md" in told[5]
    assert told[6] == "没有应答 does not answer: https://away.example:2"
