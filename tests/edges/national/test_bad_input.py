"""Whatever bytes a signed client sends, it gets a well-formed answer, and nobody's data leaks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.edges.national.replies import reply_to
from tests.edges.national.room import HOSPITAL, MORNING, SECRET, Desk, application_of, desk
from tests.edges.national.test_translation import content_of
from yidi.domain.refusal import Actor, RefusalClass
from yidi.edges.clock import SettableClock
from yidi.edges.national.answering import Answering
from yidi.edges.national.gateway import library_of
from yidi.edges.national.openapi import document
from yidi.edges.national.refusals import BROKEN
from yidi.edges.national.signatures import Scheme, sign
from yidi.edges.national.tables import SERVED
from yidi.processes.ports.deciding import Command, Reply

PERSONAL = "110101199003070011"
CLOCK = SettableClock(MORNING)
HOST: Desk = desk(reply_to)
ANSWERING = Answering(HOST.ask, HOST.reference.dictionaries, library_of(HOST.reference), CLOCK)
NUMBERS = sorted(SERVED)
HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.sampled_from(["", "null", "NaN", "1e999999", "-1", "０", "\x00", "'; DROP TABLE x; --", "𝟘"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


def answer(body: bytes) -> dict[str, Any]:
    """Have bytes answered, and check that the answer has the form every answer has."""
    found = asyncio.run(ANSWERING.answer(body, HOSPITAL))
    if found.file_name:
        return {"infcode": 0}
    said: dict[str, Any] = json.loads(found.content)
    assert said["infcode"] in (0, -1)
    assert said["infcode"] == 0 or 0 < len(said["err_msg"]) <= 200
    for refusal in said.get("refusals", ()):
        assert RefusalClass(refusal["refusal_class"])
        assert Actor(refusal["actor"])
        assert refusal["code"] != BROKEN.code, refusal
        assert all(refusal[text] for text in ("cause_zh", "cause_en", "remedy_zh", "remedy_en"))
    return said


def message(number: str, content: Any) -> dict[str, Any]:
    """Put an input into an envelope."""
    return {
        "infno": number,
        "msgid": f"{HOSPITAL}202603020900000001",
        "mdtrtarea_admvs": "330102",
        "insuplc_admdvs": "420100",
        "fixmedins_code": HOSPITAL,
        "opter": "1",
        "input": content,
    }


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_in_form(body: bytes) -> None:
    assert answer(body)["infcode"] == -1


@given(st.sampled_from(NUMBERS), st.data())
def test_a_valid_message_with_bytes_changed_is_answered_in_form(number: str, data: st.DataObject) -> None:
    body = bytearray(json.dumps(message(number, content_of(number)), ensure_ascii=False).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    answer(bytes(body))


@given(st.sampled_from(NUMBERS), st.data())
def test_a_valid_message_with_hostile_values_is_answered_in_form(number: str, data: st.DataObject) -> None:
    content = content_of(number)
    node = data.draw(st.sampled_from(SERVED[number].asks))
    row = content[node.name][0] if node.many else content[node.name]
    for field in data.draw(st.lists(st.sampled_from(node.fields), min_size=1, max_size=3)):
        row[field.name] = data.draw(HOSTILE)
    answer(json.dumps(message(number, content)).encode())


@given(st.sampled_from([*NUMBERS, "9999"]), HOSTILE | st.recursive(HOSTILE, st.lists, max_leaves=5))
def test_any_input_is_answered_in_form(number: str, content: Any) -> None:
    answer(json.dumps(message(number, content)).encode())


@given(st.sampled_from(list(message("1101", {}))), HOSTILE)
def test_any_envelope_is_answered_in_form(name: str, value: Any) -> None:
    given_message = {**message("2202", content_of("2202")), name: value}
    answer(json.dumps(given_message).encode())


@pytest.mark.parametrize("number", NUMBERS)
def test_no_answer_to_a_wrong_message_repeats_personal_data(number: str, capsys: Any) -> None:
    content = content_of(number)
    for node in content.values():
        for row in node if isinstance(node, list) else [node]:
            row |= dict.fromkeys(row, PERSONAL + "张三" * 300)
    said = json.dumps(answer(json.dumps(message(number, content)).encode()), ensure_ascii=False)
    logged = capsys.readouterr()
    assert PERSONAL not in logged.out + logged.err
    assert "张三张三" not in said
    assert "Traceback" not in said


SMALL = "t(9001|9002|1101|1201|2202|2205|2208|2405|2601|3302|5202|5206|5301)"
"""Transactions with few fields: making messages for the widest tables takes the generator minutes."""


def described(host: Desk, pattern: str) -> Any:
    """Read the description that a node of this desk gives of itself; `pattern` chooses transactions."""
    app = application_of(host, CLOCK)
    return schemathesis.openapi.from_asgi("/fsi/openapi.json", app).include(operation_id_regex=f"^{pattern}$")


SCHEMA = described(HOST, SMALL)


def send(case: Any) -> None:
    """Send what was made from the description: as it is, and its input again in an envelope that is right."""
    number = case.operation.definition.raw["operationId"][1:]
    made = case.body if isinstance(case.body, dict) else {}
    for body in ({**made, "fixmedins_code": HOSPITAL}, message(number, made.get("input"))):
        signed_and_answered(case, number, json.dumps(body).encode())


def signed_and_answered(case: Any, number: str, body: bytes) -> None:
    """Sign a body, send it and check the answer by the description; that a handler raised is a finding."""
    signed = sign(Scheme.BODY_HMAC_SM3, HOSPITAL, SECRET, number, body, MORNING)
    case.body = body
    case.headers = {**signed, "content-type": "application/json"}
    response = case.call()
    case.validate_response(
        response, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
    )
    told = json.loads(response.content) if response.content.startswith(b"{") else {}
    refusals = told.get("refusals") or ()
    assert BROKEN.code not in {refusal["code"] for refusal in refusals}, "a handler raised"


@SCHEMA.parametrize()
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
def test_messages_made_from_the_interface_description_are_answered_as_it_says(case: Any) -> None:
    send(case)


@pytest.mark.parametrize("number", ["2202", "2405", "5202"])
def test_the_fuzz_of_the_description_finds_a_handler_that_raises(number: str) -> None:
    reached: list[Command] = []

    def raises(command: Command) -> Reply:
        reached.append(command)
        raise ValueError("planted")

    (operation,) = (found.ok() for found in described(desk(raises), f"t{number}").get_all_operations())

    @given(operation.as_strategy())
    @settings(
        max_examples=40,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def fuzz(case: Any) -> None:
        send(case)

    with pytest.raises(AssertionError, match="a handler raised"):
        fuzz()
    assert reached


def test_the_interface_description_names_every_transaction_served() -> None:
    said = document()
    operations = [path["post"]["operationId"] for path in said["paths"].values()]
    assert operations == [f"t{number}" for number in SERVED]
