"""Messages that are not what they claim to be: each is refused by name, counted, and leaves no trace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
import pytest_asyncio
from msgspec import Raw
from prometheus_client import REGISTRY

from tests.edges.exchange.nodes import CODEC, Registered, ToyNode, line_of, toy_node
from tests.edges.journal.toys import CARE, INSURED, LookIn, Pour, PourIn, a_pour, origin
from yidi.edges.clock import system_clock
from yidi.edges.exchange.identity import ED25519, Identities, make_key
from yidi.edges.exchange.keyring import Keyring, Signer, bare_head, sign_message
from yidi.edges.exchange.line import JSON, Line, Unsent, Unsigned
from yidi.edges.exchange.protocol import (
    MESSAGES,
    MOST_IN_PARCEL,
    OFFERS,
    QUESTIONS,
    Message,
    Parcel,
    Receipts,
    encode,
    read_receipts,
)
from yidi.edges.exchange.refusals import (
    CUT_OFF,
    EARLY,
    EXPIRED,
    FORGED,
    KEY_UNKNOWN,
    KIND_UNKNOWN,
    MISADDRESSED,
    NOT_JSON,
    NOT_THE_RELAY,
    OVERDUE,
    RE_ENCODED,
    REPLAYED,
    SENDER_UNKNOWN,
    SPEAKS_FOR_ANOTHER,
    TOO_LARGE,
    VERSION_UNKNOWN,
)
from yidi.edges.storage.reading import count
from yidi.processes.ports.deciding import NATION, Command
from yidi.processes.relay.commands import Answered, Pass, Relay, Return
from yidi.processes.relay.records import Received, Relayed

LIMIT = 64 * 1024


class Room(NamedTuple):
    """The nation's node, and what somebody with the care place's key can send it."""

    nation: ToyNode
    registered: Registered
    client: httpx.AsyncClient

    @property
    def url(self) -> str:
        """The nation's address."""
        return self.registered.urls[NATION]

    def signer(self, place: str = CARE) -> Signer:
        """Sign as a place, by its registered key."""
        keys = self.registered
        return Keyring(keys.identities(place), keys.directory(), system_clock, 1).own(place)

    def message(self, command: Command | None = None, signer: Signer | None = None, **head: Any) -> Message:
        """Make a message of the care place to the nation; `head` says otherwise."""
        command = command or relayed()
        given = {"id": command.msgid, **head}
        sender, receiver = given.pop("sender", CARE), given.pop("receiver", NATION)
        kind = given.pop("kind", type(command).__name__)
        written = bare_head(sender, receiver, kind, given.pop("now", system_clock()), **given)
        return sign_message(written, CODEC.write(command).encode(), signer or self.signer(sender))

    async def send(self, *messages: Message) -> Receipts:
        """Post a parcel."""
        parcel = encode(Parcel(messages=list(messages)))
        answer = await self.client.post(self.url + MESSAGES, content=parcel, headers=JSON)
        return read_receipts(answer.content)

    async def code(self, message: Message) -> str:
        """Post a message and return the code it is refused with; `stored` when it is not."""
        (receipt,) = (await self.send(message)).receipts
        return "stored" if receipt.stored else receipt.refusals[0].code


def relayed(msgid: str = "1", care: str = CARE, **more: Any) -> Relay:
    pour = a_pour(msgid)
    fields = origin(pour, INSURED) | {"care": care, "sender": care} | more
    ask = PourIn(**fields, tin="t", amount_fen=1)
    return Relay(jurisdiction=NATION, sender=care, msgid=ask.msgid, ask=ask)


def counted(code: str) -> float:
    return REGISTRY.get_sample_value("yidi_exchange_refused_total", {"code": code}) or 0.0


@pytest_asyncio.fixture
async def room() -> AsyncIterator[Room]:
    registered = Registered()
    async with (
        toy_node(registered, NATION, body_limit_bytes=LIMIT) as nation,
        httpx.AsyncClient(trust_env=False, timeout=60, headers=JSON) as client,
    ):
        yield Room(nation, registered, client)
        assert nation.journal.decided == 0
        assert await count(nation.journal.engine, Received) == 0
        assert await count(nation.journal.engine, Relayed) == 0


async def refused(room: Room, message: Message, code: str) -> None:
    before = counted(code)
    assert await room.code(message) == code
    assert counted(code) == before + 1


async def test_a_forged_message_is_refused(room: Room) -> None:
    message = room.message()
    await refused(room, msgspec.structs.replace(message, signature="00" * 64), FORGED.code)
    other = make_key(ED25519)
    stranger = room.signer()._replace(sign=other.sign)
    await refused(room, room.message(signer=stranger), FORGED.code)


async def test_a_changed_head_is_forged(room: Room) -> None:
    message = room.message()
    changed = bytes(message.head).replace(b'"sent_at"', b' "sent_at"')
    await refused(room, msgspec.structs.replace(message, head=Raw(changed)), FORGED.code)


async def test_a_message_signed_too_long_ago_or_ahead_of_time_is_refused(room: Room) -> None:
    now = system_clock()
    await refused(room, room.message(now=now - timedelta(seconds=120)), EXPIRED.code)
    await refused(room, room.message(now=now + timedelta(seconds=120)), EARLY.code)


async def test_a_replayed_message_is_refused_though_the_first_was_wrong_too(room: Room) -> None:
    message = room.message(kind="Return")
    await refused(room, message, KIND_UNKNOWN.code)
    await refused(room, message, REPLAYED.code)


async def test_a_message_that_was_cut_off_is_refused(room: Room) -> None:
    content = encode(Parcel(messages=[room.message()]))
    for end in (0, 1, len(content) // 2, len(content) - 1):
        before = counted(CUT_OFF.code)
        answer = await room.client.post(room.url + MESSAGES, content=content[:end])
        assert answer.status_code == 400
        assert read_receipts(answer.content).refusals[0].code == CUT_OFF.code
        assert counted(CUT_OFF.code) == before + 1


async def test_a_message_written_anew_on_the_way_is_refused(room: Room) -> None:
    message = room.message()
    body = encode(dict(sorted(msgspec.json.decode(message.body).items())))
    await refused(room, msgspec.structs.replace(message, body=Raw(body)), RE_ENCODED.code)


async def test_what_is_too_large_is_refused_before_it_is_read(room: Room) -> None:
    answer = await room.client.post(room.url + MESSAGES, content=b"[" * (LIMIT + 1))
    assert answer.status_code == 413
    assert read_receipts(answer.content).refusals[0].code == TOO_LARGE.code
    small = Message(head=Raw(b"1"), body=Raw(b"1"), signature="")
    many = encode(Parcel(messages=[small] * (MOST_IN_PARCEL + 1)))
    answer = await room.client.post(room.url + MESSAGES, content=many)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=application/json", "x" * 500, ""]
)
async def test_what_does_not_say_it_is_json_is_refused_and_leaves_no_trace(room: Room, kind: str) -> None:
    content, before = encode(Parcel(messages=[room.message()])), counted(NOT_JSON.code)
    answer = await room.client.post(room.url + MESSAGES, content=content, headers={"content-type": kind})
    (refusal,) = read_receipts(answer.content).refusals
    assert (answer.status_code, refusal.code) == (415, NOT_JSON.code)
    assert counted(NOT_JSON.code) == before + 1
    assert "x" * 100 not in answer.text


async def test_json_that_names_its_character_set_is_read(room: Room) -> None:
    said = {"content-type": "Application/JSON; charset=utf-8"}
    answer = await room.client.post(room.url + MESSAGES, content=b"{", headers=said)
    assert (answer.status_code, read_receipts(answer.content).refusals[0].code) == (400, CUT_OFF.code)


async def test_a_message_for_another_node_is_refused(room: Room) -> None:
    await refused(room, room.message(receiver=INSURED), MISADDRESSED.code)


async def test_a_sender_nobody_registered_is_refused(room: Room) -> None:
    await refused(room, room.message(sender="990000", signer=room.signer()), SENDER_UNKNOWN.code)


async def test_a_key_nobody_registered_is_refused(room: Room) -> None:
    await refused(room, room.message(signer=room.signer()._replace(key_id="0" * 16)), KEY_UNKNOWN.code)
    agreed = room.signer()._replace(scheme="hmac_sm3")
    await refused(room, room.message(signer=agreed), KEY_UNKNOWN.code)


@pytest.mark.parametrize("version", ["2.0", "0.9", "x", "", "1"])
async def test_another_major_version_is_refused(room: Room, version: str) -> None:
    await refused(room, room.message(version=version), VERSION_UNKNOWN.code)


async def test_a_later_major_version_is_told_from_rubbish_even_when_its_head_looks_otherwise(
    room: Room,
) -> None:
    head = Raw(b'{"version":"2.0","from":"110000"}')
    await refused(room, Message(head=head, body=Raw(b"{}"), signature=""), VERSION_UNKNOWN.code)
    head = Raw(b'{"version":"1.0","from":"110000"}')
    await refused(room, Message(head=head, body=Raw(b"{}"), signature=""), CUT_OFF.code)


async def test_a_kind_nobody_knows_is_refused(room: Room) -> None:
    message = room.message(kind="Conjure")
    await refused(room, message, KIND_UNKNOWN.code)


async def test_a_question_nobody_waits_for_is_refused(room: Room) -> None:
    ask = LookIn(**origin(a_pour("1"), INSURED), tin="t")
    late = Relay(jurisdiction=NATION, sender=CARE, msgid=ask.msgid, ask=ask)
    deadline = "2026-01-01T00:00:00.000000Z"
    await refused(room, room.message(late, deadline=deadline), OVERDUE.code)


ANSWER: dict[str, Any] = {
    "about": "PourIn",
    "case": "c",
    "origin_sender": "H",
    "origin_msgid": "1",
    "reply": CODEC.reply('{"type":"Done"}'),
}
IN_THE_NAME_OF_ANOTHER: dict[str, Callable[[], Command]] = {
    "the message itself": lambda: relayed(care=INSURED),
    "the question it carries": lambda: msgspec.structs.replace(relayed(care=INSURED), sender=CARE),
    "the care place of the question": lambda: msgspec.structs.replace(
        relayed(), ask=msgspec.structs.replace(relayed().ask, care=INSURED)
    ),
    "an answer of another insured place": lambda: Return(
        jurisdiction=NATION, sender=CARE, msgid="2", care=CARE, insured=INSURED, **ANSWER
    ),
    "a command passed on": lambda: Pass(
        jurisdiction=NATION, sender=CARE, msgid="3", carried=relayed(care=INSURED)
    ),
    "an answer passed on": lambda: Pass(
        jurisdiction=NATION,
        sender=CARE,
        msgid="4",
        carried=Answered(jurisdiction=CARE, sender=NATION, msgid="4", insured=INSURED, **ANSWER),
    ),
    "a command for another receiver": lambda: msgspec.structs.replace(relayed(), jurisdiction=INSURED),
}


@pytest.mark.parametrize("name", IN_THE_NAME_OF_ANOTHER)
async def test_a_province_cannot_speak_for_another(room: Room, name: str) -> None:
    await refused(room, room.message(IN_THE_NAME_OF_ANOTHER[name]()), SPEAKS_FOR_ANOTHER.code)


async def test_a_province_cannot_sign_with_its_own_key_in_the_name_of_another(room: Room) -> None:
    command = relayed(care=INSURED)
    await refused(room, room.message(command, room.signer(CARE), sender=INSURED), KEY_UNKNOWN.code)


async def test_a_node_cannot_send_for_a_jurisdiction_whose_key_it_does_not_hold(room: Room) -> None:
    async with line_of(room.registered, CARE, NATION) as line:
        head = bare_head(INSURED, NATION, "Relay", system_clock(), id="1")
        (receipt,) = await line.post([Unsigned(head, b"{}")])
        assert receipt.refusals[0].code == SPEAKS_FOR_ANOTHER.code


async def test_a_province_cannot_command_another_as_its_agency(room: Room) -> None:
    for sender, receiver, jurisdiction in ((CARE, NATION, NATION), (NATION, NATION, CARE)):
        command = Pour(jurisdiction=jurisdiction, sender="agency", msgid="5", tin="t", amount_fen=1)
        message = room.message(command, sender=sender, receiver=receiver)
        answer = await room.client.post(room.url + QUESTIONS, content=encode(message))
        assert answer.status_code == 403
        assert read_receipts(answer.content).refusals[0].code == SPEAKS_FOR_ANOTHER.code


async def test_an_offer_signed_by_somebody_else_is_refused(room: Room) -> None:
    registered = room.registered
    thief = Keyring(Identities({CARE: [make_key(ED25519)]}), registered.directory(), system_clock, 1)
    offered = thief.offer(CARE, NATION, "")
    answer = await room.client.post(room.url + OFFERS, content=encode(offered.message))
    assert answer.status_code == 403
    assert read_receipts(answer.content).refusals[0].code == KEY_UNKNOWN.code


async def test_an_offer_is_taken_once(room: Room) -> None:
    own = Keyring(room.registered.identities(CARE), room.registered.directory(), system_clock, 1)
    offered = own.offer(CARE, NATION, "")
    first = await room.client.post(room.url + OFFERS, content=encode(offered.message))
    assert first.status_code == 200
    again = await room.client.post(room.url + OFFERS, content=encode(offered.message))
    assert again.status_code == 403
    assert read_receipts(again.content).refusals[0].code == REPLAYED.code


async def test_an_acceptance_that_is_not_the_peers_gives_no_key(room: Room) -> None:
    own = Keyring(room.registered.identities(CARE), room.registered.directory(), system_clock, 1)
    offered, other = own.offer(CARE, NATION, ""), own.offer(CARE, NATION, "")
    answer = await room.client.post(room.url + OFFERS, content=encode(other.message))
    wrong = msgspec.json.decode(answer.content, type=Message)
    assert own.complete(offered, wrong, room.url) is None
    assert own.complete(other, wrong, room.url) is not None


async def test_one_bad_message_takes_no_other_of_its_parcel_along() -> None:
    registered = Registered()
    async with (
        toy_node(registered, NATION) as nation,
        httpx.AsyncClient(trust_env=False, timeout=60, headers=JSON) as client,
    ):
        room = Room(nation, registered, client)
        bad = msgspec.structs.replace(room.message(relayed("2")), signature="00")
        answer = await room.send(room.message(relayed("1")), bad, room.message(relayed("3")))
        assert [receipt.stored for receipt in answer.receipts] == [True, False, True]
        assert await count(nation.journal.engine, Received) == 2


async def test_a_province_takes_messages_of_others_only_from_the_nation() -> None:
    registered = Registered()
    async with (
        toy_node(registered, INSURED) as insured,
        httpx.AsyncClient(trust_env=False, timeout=60, headers=JSON) as client,
    ):
        room = Room(insured, registered, client)
        signed = room.message(relayed().ask, receiver=INSURED)
        answer = await client.post(
            registered.urls[INSURED] + MESSAGES, content=encode(Parcel(messages=[signed]))
        )
        (receipt,) = read_receipts(answer.content).receipts
        assert receipt.refusals[0].code == NOT_THE_RELAY.code
        assert await count(insured.journal.engine, Received) == 0


async def test_a_later_minor_version_with_keys_nobody_knows_is_understood() -> None:
    registered = Registered()
    async with (
        toy_node(registered, NATION) as nation,
        httpx.AsyncClient(trust_env=False, timeout=60, headers=JSON) as client,
    ):
        room = Room(nation, registered, client)
        signer, command = room.signer(), relayed()
        body = encode(msgspec.to_builtins(command) | {"colour": "red"})
        message = sign_message(
            bare_head(CARE, NATION, "Relay", system_clock(), id=command.msgid), body, signer
        )
        head = msgspec.json.decode(message.head) | {"version": "1.7", "shade": {"deep": [1]}}
        written = encode(head)
        newer = Message(head=Raw(written), body=message.body, signature=signer.sign(written))
        assert await room.code(newer) == "stored"


async def test_a_clock_that_differs_within_the_window_is_tolerated_and_reported() -> None:
    registered = Registered()

    def slow() -> datetime:
        return system_clock() - timedelta(seconds=20)

    async with toy_node(registered, NATION) as nation, line_of(registered, CARE, NATION, slow) as line:
        command = relayed()
        head = bare_head(CARE, NATION, "Relay", slow(), id=command.msgid)
        (receipt,) = await line.post([Unsigned(head, CODEC.write(command).encode())])
        assert receipt.stored
        assert 19 < line.ahead_seconds < 21
        assert -21 < nation.exchange.status().clocks_ahead_seconds[CARE] < -19


async def test_who_cannot_be_reached_is_said_in_a_word() -> None:
    registered = Registered()
    async with line_of(registered, CARE, NATION, scheme="ed25519") as line:
        with pytest.raises(Unsent, match="ConnectError"):
            await unreached(line)


async def unreached(line: Line) -> None:
    await line.post([Unsigned(bare_head(CARE, NATION, "Relay", system_clock(), id="1"), b"{}")])
