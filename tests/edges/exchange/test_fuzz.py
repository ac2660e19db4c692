"""Whatever is sent to the exchange, by anybody or by a registered key: an answer in words, and no trace."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from tests.edges.exchange.nodes import CODEC, PLACES, Registered, toy_node
from tests.edges.exchange.test_bad_messages import relayed
from tests.edges.journal.toys import CARE
from yidi.edges.clock import system_clock
from yidi.edges.exchange.keyring import Keyring, Signer, bare_head, sign_message
from yidi.edges.exchange.line import JSON
from yidi.edges.exchange.protocol import (
    MESSAGES,
    OFFERS,
    QUESTIONS,
    STATUS,
    Head,
    Message,
    Parcel,
    encode,
    read_receipts,
)
from yidi.edges.exchange.receiving import Face
from yidi.processes.ports.deciding import NATION

ROUNDS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Fuzzed(NamedTuple):
    """A served nation, a client for it, and how the care place signs."""

    url: str
    client: httpx.Client
    signer: Signer
    decided: Any


@contextlib.contextmanager
def served() -> Iterator[Fuzzed]:
    """Serve the nation's node in a thread of its own, so that the generator may block."""
    registered, started, found = Registered(PLACES), threading.Event(), {}

    async def serve() -> None:
        async with toy_node(registered, NATION) as node:
            found.update(node=node, loop=asyncio.get_running_loop(), stop=asyncio.Event())
            started.set()
            await found["stop"].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(60)
    signer = Keyring(registered.identities(CARE), registered.directory(), system_clock, 1).own(CARE)
    with httpx.Client(trust_env=False, base_url=registered.urls[NATION], timeout=60, headers=JSON) as client:
        yield Fuzzed(registered.urls[NATION], client, signer, lambda: found["node"].journal.decided)
    found["loop"].call_soon_threadsafe(found["stop"].set)
    thread.join(120)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Fuzzed]:
    """One node for all tests."""
    with served() as found:
        yield found


def refused_in_words(answer: httpx.Response) -> bool:
    """Say whether an answer is one the protocol knows, and says why."""
    receipts = read_receipts(answer.content)
    refusals = [*receipts.refusals, *(one for receipt in receipts.receipts for one in receipt.refusals)]
    assert all(refusal.cause_zh and refusal.cause_en for refusal in refusals)
    return answer.status_code in (200, 400, 403, 413) and not any(one.stored for one in receipts.receipts)


@ROUNDS
@given(content=st.binary(max_size=300), path=st.sampled_from([MESSAGES, OFFERS, QUESTIONS]))
def test_any_bytes_are_refused_in_words(fuzzed: Fuzzed, content: bytes, path: str) -> None:
    assert refused_in_words(fuzzed.client.post(path, content=content))
    assert fuzzed.decided() == 0


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
_heads = st.fixed_dictionaries(
    {name: st.text(max_size=30) | _json for name in ("version", "id", "kind", "deadline", "sent_at")}
    | {"sender": st.sampled_from([*PLACES, "x", 1]), "receiver": st.sampled_from([*PLACES, "x"])}
    | {name: st.text(max_size=30) for name in ("body_hash", "scheme", "key_id")}
)


@ROUNDS
@given(
    head=_heads,
    body=_json,
    signature=st.text(max_size=40),
    path=st.sampled_from([MESSAGES, OFFERS, QUESTIONS]),
)
def test_any_head_and_body_are_refused_in_words(
    fuzzed: Fuzzed, head: dict[str, Any], body: Any, signature: str, path: str
) -> None:
    message = {"head": head, "body": body, "signature": signature}
    content = encode({"messages": [message]} if path == MESSAGES else message)
    assert refused_in_words(fuzzed.client.post(path, content=content))
    assert fuzzed.decided() == 0


@ROUNDS
@given(body=_json, kind=st.sampled_from(["Relay", "Return", "Pass", "Offer", "Trace", ""]), data=st.data())
def test_what_a_registered_key_signs_is_still_looked_at(
    fuzzed: Fuzzed, body: Any, kind: str, data: st.DataObject
) -> None:
    """A signed body of rubbish, or a real one with a field changed, is refused before it is stored."""
    real = msgspec.to_builtins(relayed())
    if data.draw(st.booleans()):
        place = data.draw(st.sampled_from(["jurisdiction", "sender", "msgid", "ask", "type"]))
        body = real | {place: body}
        if body == real:
            return
    signed = sign_message(
        bare_head(CARE, NATION, kind, system_clock(), id="ask/other"), encode(body), fuzzed.signer
    )
    answer = fuzzed.client.post(MESSAGES, content=encode(Parcel(messages=[signed])))
    assert refused_in_words(answer)
    assert fuzzed.decided() == 0


@ROUNDS
@given(where=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_single_changed_byte_of_a_good_message_is_found(fuzzed: Fuzzed, where: int, flip: int) -> None:
    command = relayed()
    head = bare_head(CARE, NATION, "Relay", system_clock(), id=command.msgid)
    good = sign_message(head, CODEC.write(command).encode(), fuzzed.signer)
    content = bytearray(encode(Parcel(messages=[good])))
    place = where % len(content)
    content[place] ^= flip
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        same = msgspec.json.decode(bytes(content), type=Parcel).messages
        if same and (bytes(same[0].head), bytes(same[0].body), same[0].signature.lower()) == (
            bytes(good.head),
            bytes(good.body),
            good.signature,
        ):
            return  # only a sign around the message was changed, or the case of a hex digit
    assert refused_in_words(fuzzed.client.post(MESSAGES, content=bytes(content)))
    assert fuzzed.decided() == 0


def description() -> dict[str, Any]:
    """Describe the face as OpenAPI, from the types."""
    (parcel, message), components = msgspec.json.schema_components(
        [Parcel, Message], ref_template="#/components/schemas/{name}"
    )
    answers = {str(code): {"description": "an answer"} for code in (200, 400, 403, 413, 415)}

    def posted(schema: Any) -> dict[str, Any]:
        return {
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                "responses": answers,
            }
        }

    head = msgspec.json.schema_components([Head], ref_template="#/components/schemas/{name}")[1]
    components = {**components, **head}
    components["Message"]["properties"]["head"] = {"$ref": "#/components/schemas/Head"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "exchange", "version": "1.0"},
        "paths": {
            MESSAGES: posted(parcel),
            OFFERS: posted(message),
            QUESTIONS: posted(message),
            STATUS: {"get": {"responses": {"200": {"description": "how it is"}}}},
        },
        "components": {"schemas": components},
    }


SCHEMA = schemathesis.openapi.from_dict(description())


@SCHEMA.parametrize()
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_the_face_keeps_to_its_description(case: Any, fuzzed: Fuzzed) -> None:
    keeps_to_it(case, fuzzed)


def keeps_to_it(case: Any, fuzzed: Fuzzed) -> None:
    """Send what was made from the description; the answer is one it names, and nothing is decided."""
    answer = case.call(base_url=fuzzed.url)
    assert answer.status_code in (200, 400, 403, 405, 413, 415), answer.status_code
    assert fuzzed.decided() == 0


@pytest.mark.parametrize(
    ("path", "method"),
    [(MESSAGES, "_take"), (OFFERS, "_message"), (QUESTIONS, "_kind_of"), (STATUS, "_status")],
)
def test_the_fuzz_of_the_description_finds_a_part_that_raises(
    path: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(*given: Any) -> None:
        raise ValueError("planted")

    monkeypatch.setattr(Face, method, raises)
    chosen = SCHEMA.include(path=path).get_all_operations()
    (operation,) = (found.ok() for found in chosen)
    with served() as broken:

        @given(operation.as_strategy())
        @settings(
            max_examples=20,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def fuzz(case: Any) -> None:
            keeps_to_it(case, broken)

        with pytest.raises(AssertionError, match="500"):
            fuzz()


def test_a_head_is_kept_byte_by_byte() -> None:
    odd = b'{"head":{ "a" : 1.50 },"body":[ ],"signature":""}'
    assert bytes(msgspec.json.decode(odd, type=Message).head) == b'{ "a" : 1.50 }'
    assert bytes(Raw(b"[ ]")) == b"[ ]"
