"""The HTTP face: addresses, limits, code pages, files; nothing a client sends gets past its place."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.edges.national.room import (
    BODY_LIMIT,
    HOSPITAL,
    MORNING,
    OTHER,
    SECRET,
    Desk,
    application_of,
    client_of,
    desk,
)
from yidi.edges.clock import SettableClock
from yidi.edges.national.client import NationalClient, address_of
from yidi.edges.national.gateway import drained
from yidi.edges.national.refusals import (
    BROKEN,
    FILE_NOT_BYTES,
    FORBIDDEN_CHARACTER,
    FOREIGN_KEY,
    NEWER_INTERFACE,
    NOT_JSON,
    NOT_SERVED,
    NOT_SIGNED,
    NOT_UTF8,
    TOO_DEEP,
    TOO_LARGE,
    UNANSWERED,
    UNKNOWN_NUMBER,
    WRONG_PATH,
)
from yidi.edges.national.signatures import Scheme
from yidi.processes.network.commands import FetchFile, FileFetched, FileStored, StoreFile
from yidi.processes.ports.deciding import Command, Done, Reply

CANCEL = {"data": {"psn_no": "P1", "mdtrt_id": "V1", "ipt_otp_no": "M1"}}


def counter(host: Desk | None = None, code: str = HOSPITAL) -> tuple[Desk, NationalClient]:
    """Make a desk and a client at it."""
    host, clock = host or desk(), SettableClock(MORNING)
    return host, client_of(application_of(host, clock), clock, host.scheme, code)


async def send(client: NationalClient, body: bytes, number: str = "2202") -> dict[str, Any]:
    """Send bytes signed as they are."""
    response = await client.post(number, body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize("scheme", list(Scheme))
async def test_a_signed_message_reaches_its_process_under_every_scheme(scheme: Scheme) -> None:
    host, client = counter(desk(scheme=scheme))
    exchange = await client.exchange("2202", CANCEL)
    assert exchange.good, exchange.answer
    (command,) = host.asked
    assert (command.jurisdiction, command.sender) == ("330000", HOSPITAL)
    assert command.msgid == exchange.request["msgid"]
    assert len(command.digest) == 40


@pytest.mark.parametrize(
    "path",
    [
        "/fsi/api/rsfComIfsService/callService/2202",
        "/fsi/api/rsfComIfsService/callService",
        "/hsa/hgs/2202",
        "/hsa/hgs",
        "/ebus/some_inf/poc/hsa/hgs",
        "/ebus/some_inf/poc/hsa/hgs/2202",
        "/eapdomain/callService",
        "/fsi/api/outpatientDocInfoService/outpatientRegistrationCancel",
    ],
)
async def test_every_address_real_clients_use_is_served(path: str) -> None:
    _, client = counter()
    body = json.dumps(client.envelope("2202", CANCEL)).encode()
    response = await client.post("2202", body, path=path)
    assert response.json()["infcode"] == 0
    assert response.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize("path", ["/hsa/hgs/2201", "/fsi/api/hospSettService/settA"])
async def test_a_number_at_another_ones_address_is_refused(path: str) -> None:
    host, client = counter()
    body = json.dumps(client.envelope("2202", CANCEL)).encode()
    answer = (await client.post("2202", body, path=path)).json()
    assert answer["err_msg"].startswith(WRONG_PATH.code)
    assert host.asked == []


async def test_the_number_of_the_signed_headers_must_be_that_of_the_message() -> None:
    _, client = counter(desk(scheme=Scheme.HEADER_LIST_SHA1))
    body = json.dumps(client.envelope("2202", CANCEL)).encode()
    response = await client.post("2201", body, path=address_of(Scheme.HEADER_LIST_SHA1, "2202"))
    assert response.json()["err_msg"].startswith(WRONG_PATH.code)


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [
        ("3205", NOT_SERVED.code, "清算状态查询"),
        ("1161", NOT_SERVED.code, "读卡获取人员信息"),
        ("5261", NOT_SERVED.code, "结算单查询"),
        ("7101", NOT_SERVED.code, "电子处方上传预核验"),
        ("7777", UNKNOWN_NUMBER.code, "7777"),
        ("x" * 6, UNKNOWN_NUMBER.code, "xxxxxx"),
    ],
)
async def test_a_number_not_served_gets_a_clear_answer(number: str, code: str, name: str) -> None:
    _, client = counter()
    answer = (await client.exchange(number, {})).answer or {}
    assert answer["err_msg"].startswith(f"{code} infno")
    assert name in answer["err_msg"]


async def test_a_key_serves_only_its_own_institution() -> None:
    host, client = counter()
    message = {**client.envelope("2202", CANCEL), "fixmedins_code": "H33010200002"}
    answer = await send(client, json.dumps(message).encode())
    assert answer["err_msg"].startswith(FOREIGN_KEY.code)
    assert host.asked == []


@pytest.mark.parametrize("version", ["V2.0", "2", "v10", "2.0.1"])
async def test_a_later_version_of_the_interface_is_refused(version: str) -> None:
    host, client = counter()
    message = {**client.envelope("2202", CANCEL), "infver": version}
    answer = await send(client, json.dumps(message).encode())
    assert answer["err_msg"].startswith(NEWER_INTERFACE.code)
    assert host.asked == []


@pytest.mark.parametrize("version", ["V1.0", "1.0", "1.0.0", "1", "v1.2", "", 1.0, None])
async def test_every_way_to_write_the_first_version_is_taken(version: object) -> None:
    host, client = counter()
    message = {**client.envelope("2202", CANCEL), "infver": version}
    await send(client, json.dumps(message).encode())
    assert len(host.asked) == 1


async def test_without_a_signature_the_business_layer_is_not_reached() -> None:
    host, clock = desk(), SettableClock(MORNING)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(application_of(host, clock)), base_url="http://x")
    response = await http.post("/hsa/hgs/2202", content=b"{}")
    assert (response.status_code, response.json()["code"]) == (401, 401)
    (found,) = response.json()["refusals"]
    assert (found["code"], found["actor"]) == (NOT_SIGNED.code, "institution")
    assert host.asked == []


async def test_gbk_bytes_are_named_as_such() -> None:
    _, client = counter()
    text = json.dumps(client.envelope("2202", {"data": {"psn_no": "张"}}), ensure_ascii=False)
    answer = await send(client, text.encode("gbk"))
    assert answer["err_msg"].startswith(NOT_UTF8.code)
    assert "UTF-8" in answer["refusals"][0]["cause_en"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"infno":', b"\x00", b'{"infno":"2202"}}'])
async def test_broken_json_is_named_as_such(body: bytes) -> None:
    _, client = counter()
    answer = await send(client, body)
    assert answer["err_msg"].startswith(NOT_JSON.code)


@pytest.mark.parametrize("place", ["input", "opter", "data"])
async def test_deep_nesting_does_not_crash(place: str) -> None:
    _, client = counter()
    message = json.dumps(client.envelope("2202", CANCEL))
    deep = "[" * 100_000 + "]" * 100_000
    broken = {
        "input": message.replace(json.dumps(CANCEL), deep),
        "opter": message.replace('"opter": "0001"', f'"opter": {deep}'),
        "data": message.replace('"P1"', deep),
    }[place]
    answer = await send(client, broken.encode())
    assert answer["infcode"] in (-1, 0)
    assert place == "opter" or answer["err_msg"].startswith(TOO_DEEP.code)


async def test_a_null_character_is_refused_before_it_reaches_a_database() -> None:
    host, client = counter()
    message = json.dumps(client.envelope("2202", {"data": {**CANCEL["data"], "psn_no": "P\x00"}}))
    answer = await send(client, message.encode())
    assert answer["err_msg"].startswith(FORBIDDEN_CHARACTER.code)
    assert host.asked == []


async def test_a_body_over_the_limit_is_refused_without_being_kept() -> None:
    host, client = counter()
    sent = 0

    async def forty_megabytes() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(40):
            sent += BODY_LIMIT
            yield b" " * BODY_LIMIT

    headers = client.signature("2202", b"")
    app = application_of(host, SettableClock(MORNING))
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x")
    response = await http.post("/hsa/hgs/2202", content=forty_megabytes(), headers=headers)
    assert response.status_code == 413
    assert response.json()["err_msg"].startswith(TOO_LARGE.code)
    assert sent == 40 * BODY_LIMIT  # a client that sends all before it reads must still get its answer


@pytest.mark.parametrize(("parts", "read"), [((3, 3, 3), 3), ((30, 80, 5, 5), 2), ((0,), 1)])
async def test_of_a_body_over_the_limit_only_so_much_is_read_on(parts: tuple[int, ...], read: int) -> None:
    coming = [
        {"type": "http.request", "body": b" " * size, "more_body": number < len(parts)}
        for number, size in enumerate(parts, 1)
    ]

    async def receive() -> dict[str, Any]:
        return coming.pop(0)

    await drained(receive, most=100)
    assert len(coming) == len(parts) - read


async def test_a_declared_length_over_the_limit_is_refused_at_once() -> None:
    _, client = counter()
    response = await client.post("2202", b" " * (BODY_LIMIT + 1))
    assert (response.status_code, response.json()["infcode"]) == (413, -1)


async def test_a_bug_is_told_by_a_trace_number_and_logged_without_words(capsys: Any) -> None:
    def fail(command: Command) -> Reply:
        raise ValueError("110101199003070011 张三")

    _, client = counter(desk(fail))
    answer = (await client.exchange("2202", CANCEL)).answer or {}
    assert answer["err_msg"].startswith(BROKEN.code)
    said = json.dumps(answer, ensure_ascii=False) + capsys.readouterr().out
    assert "张三" not in said
    assert "110101199003070011" not in said
    assert "Traceback" not in said
    assert answer["refusals"][0]["cause_en"].split()[-1] in said


async def test_an_answer_that_does_not_come_in_time_is_unknown_not_failed() -> None:
    class Slow(Desk):
        async def ask(self, command: Command) -> Reply:
            await asyncio.sleep(5)
            return Done()

    host = Slow(*desk(patience=0.01))
    _, client = counter(host)
    answer = (await client.exchange("2202", CANCEL)).answer or {}
    assert answer["err_msg"].startswith(UNANSWERED.code)
    assert answer["refusals"][0]["heals_with_time"] is True


async def test_the_same_bytes_have_the_same_digest_and_any_other_byte_another() -> None:
    host, client = counter()
    message = client.envelope("2202", CANCEL)
    for content in (message, message, {**message, "opter_name": "别人"}):
        await client.repeat(content)
    first, second, third = (command.digest for command in host.asked)
    assert first == second != third


async def test_answers_carry_ids_and_times_in_the_standard_form() -> None:
    _, client = counter()
    answer = (await client.exchange("2202", CANCEL)).answer or {}
    assert answer["inf_refmsgid"].startswith("33010220260302090000")
    assert len(answer["inf_refmsgid"]) == 30
    assert answer["refmsg_time"] == "20260302090000000"
    assert (len(answer["respond_time"]), answer["infcode"], answer["err_msg"]) == (17, 0, None)


async def test_catalogue_files_are_fetched_as_zipped_columns() -> None:
    _, client = counter()
    for number, columns in (
        ("1301", 97),
        ("1302", 33),
        ("1305", 19),
        ("1306", 71),
        ("1309", 16),
        ("1307", 24),
    ):
        told = (await client.exchange(number, {"data": {"ver": "0"}})).output
        asked = {"file_qury_no": told["file_qury_no"], "filename": told["filename"], "fixmedins_code": "plc"}
        content = (await client.exchange("9102", {"fsDownloadIn": asked})).output["content"]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = archive.read(archive.namelist()[0]).decode().splitlines()
        assert len(rows) == told["data_cnt"], number
        assert {len(row.split("\t")) for row in rows} <= {columns}
        assert rows or number in ("1302",)
    for number in ("1303", "1304", "1308", "1310", "1311"):
        assert (await client.exchange(number, {"data": {"ver": "0"}})).output["file_qury_no"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (base64.b64encode(b"PK\x03").decode(), b"PK\x03"),
        ([80, 75, 3, -1], b"PK\x03\xff"),
        ("[80, 75, -128]", b"PK\x80"),
        ("[]", b""),
    ],
)
async def test_files_come_as_base64_or_as_arrays_of_bytes(given: object, kept: bytes) -> None:
    host, client = counter(desk(lambda command: FileStored(file_no="F1", name="a.zip")))
    exchange = await client.exchange("9101", {"fsUploadIn": {"in": given, "filename": "a.zip"}})
    (command,) = host.asked
    assert isinstance(command, StoreFile)
    assert base64.b64decode(command.content) == kept
    assert command.size_bytes == len(kept)
    assert exchange.output["file_qury_no"] == "F1"


@pytest.mark.parametrize("given", ["not base64!", [256], ["a"], {"a": 1}, True, "[1, 2"])
async def test_what_is_no_file_is_refused(given: object) -> None:
    host, client = counter()
    answer = (await client.exchange("9101", {"fsUploadIn": {"in": given, "filename": "a"}})).answer or {}
    assert answer["err_msg"].startswith(FILE_NOT_BYTES.code)
    assert host.asked == []


async def test_a_file_of_ones_own_comes_back_as_its_bytes() -> None:
    def reply(command: Command) -> Reply:
        assert isinstance(command, FetchFile)
        return FileFetched(file_no="F1", name='结果"\r\nx.zip', content=base64.b64encode(b"abc").decode())

    _, client = counter(desk(reply))
    body = json.dumps(client.envelope("9102", {"fsDownloadIn": {"file_qury_no": "F1", "filename": "x"}}))
    response = await client.post("9102", body.encode())
    assert response.content == b"abc"
    assert response.headers["content-disposition"] == 'attachment; filename="x.zip"'


async def test_two_institutions_do_not_share_nonces_or_keys() -> None:
    host = desk(scheme=Scheme.TIMESTAMP_NONCE_SHA256)
    clock = SettableClock(MORNING)
    app = application_of(host, clock)
    for code in (HOSPITAL, OTHER):
        assert (await client_of(app, clock, host.scheme, code).exchange("2202", CANCEL)).good
    assert SECRET not in str(host.asked)
