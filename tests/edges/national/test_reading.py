"""Reading a message: what real clients do is borne, what is wrong is found and named in national words."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from yidi.edges.national.envelope import Envelope, check_envelope, error_text, read_envelope
from yidi.edges.national.reading import MOST_FINDINGS, Findings, read_input
from yidi.edges.national.refusals import (
    MISSING,
    NOT_A_NUMBER,
    TOO_LONG,
    WRONG_SHAPE,
)
from yidi.edges.national.refusals import (
    named as refusal_of,
)
from yidi.edges.national.tables import SERVED

LINE = {
    "feedetl_sn": "1",
    "mdtrt_id": "V1",
    "psn_no": "P1",
    "chrg_bchno": "B1",
    "fee_ocur_time": "2026-03-02 10:00:00",
    "med_list_codg": "XJ01CAA040A001010102699",
    "medins_list_codg": "own",
    "det_item_fee_sumamt": 12.5,
    "cnt": 2,
    "pric": 6.25,
}
ENVELOPE = {
    "infno": "2204",
    "msgid": "H330102000012026030209000000001",
    "mdtrtarea_admvs": "330102",
    "insuplc_admdvs": "420100",
    "fixmedins_code": "H33010200001",
    "opter_type": "1",
}


def read(number: str, content: object) -> Any:
    """Read an input written as JSON."""
    return read_input(SERVED[number], json.dumps(content, ensure_ascii=False).encode())


def codes(findings: object) -> list[tuple[str, str]]:
    """List code and field of findings."""
    assert isinstance(findings, Findings), findings
    return [(finding.code, finding.field) for finding in findings]


def test_one_object_stands_for_an_array() -> None:
    asked = read("2204", {"feedetail": LINE})
    assert [row.feedetl_sn for row in asked.feedetail] == ["1"]


def test_one_row_in_an_array_stands_for_an_object() -> None:
    asked = read("2202", {"data": [{"psn_no": "P1", "mdtrt_id": "V1", "ipt_otp_no": "M1"}]})
    assert asked.data.mdtrt_id == "V1"


def test_numbers_may_be_text_and_text_may_be_numbers() -> None:
    asked = read(
        "2204", {"feedetail": [{**LINE, "cnt": "2", "pric": "6.25", "feedetl_sn": 7, "psn_no": 12.50}]}
    )
    row = asked.feedetail[0]
    assert (bytes(row.cnt), bytes(row.pric), row.feedetl_sn, row.psn_no) == (b"2", b"6.25", "7", "12.5")


@pytest.mark.parametrize("word", ["null", "NULL", None, ""])
def test_words_for_nothing_are_nothing(word: object) -> None:
    shown = {"mdtrt_cert_type": "02", "mdtrt_cert_no": "110101", "card_sn": word, "begntime": word}
    asked = read("1101", {"data": shown})
    assert (asked.data.card_sn, asked.data.begntime) == ("", "")


def test_unknown_keys_are_ignored() -> None:
    shown = {"mdtrt_cert_type": "02", "mdtrt_cert_type3": "02", "mdtrt_cert_no": "110101"}
    assert read("1101", {"data": shown, "insuplcAdmdvs": "210106"}).data.mdtrt_cert_no == "110101"


def test_a_node_is_found_in_another_spelling_and_bare() -> None:
    assert read("1201", {"medinsInfo": {"fixmedins_type": "1"}}).medinsinfo.fixmedins_type == "1"
    assert read("1301", {"ver": "0"}).data.ver == "0"
    assert (
        read("3302", {"标识": None, "fixmedins_hilist_id": "a", "med_list_codg": "b"}).data.med_list_codg
        == "b"
    )


@pytest.mark.parametrize(
    "extension", ['{"TRUM_FLAG":"1"}', {"TRUM_FLAG": "1"}, {"TRUM_FLAG": 1, "REL_TTP_FLAG": None}]
)
@pytest.mark.parametrize("name", ["exp_content", "expContent"])
def test_the_extension_is_text_or_object_under_either_name(name: str, extension: object) -> None:
    visit = {"mdtrt_id": "V1", "psn_no": "P1", "med_type": "11", "begntime": "2026-03-02", name: extension}
    row = read("2203", {"mdtrtinfo": visit}).mdtrtinfo
    given = row.exp_content
    assert (json.loads(given) if isinstance(given, str) else given)["TRUM_FLAG"] in ("1", 1)


def test_every_finding_is_told_with_its_national_field() -> None:
    found = codes(read("2204", {"feedetail": [{**LINE, "psn_no": ""}, {**LINE, "mdtrt_id": "x" * 31}]}))
    assert found == [(MISSING.code, "feedetail[0].psn_no"), (TOO_LONG.code, "feedetail[1].mdtrt_id")]


def test_a_missing_node_is_a_finding() -> None:
    assert codes(read("2204", {})) == [(MISSING.code, "feedetail")]
    assert codes(read("2204", {"feedetail": []})) == [(MISSING.code, "feedetail")]


def test_wrong_shapes_are_findings() -> None:
    assert codes(read("2204", [])) == [(WRONG_SHAPE.code, "input")]
    assert codes(read("2204", {"feedetail": ["x"]})) == [(WRONG_SHAPE.code, "feedetail[0]")]
    assert codes(read("2202", {"data": [{}, {}]}))[0] == (WRONG_SHAPE.code, "data")
    row = {"psn_no": {"a": 1}, "mdtrt_id": "V1", "ipt_otp_no": "M1"}
    assert codes(read("2202", {"data": row})) == [(WRONG_SHAPE.code, "psn_no")]
    assert codes(read("2204", {"feedetail": {**LINE, "prd_days": [1], "psn_no": None}})) == [
        (MISSING.code, "feedetail[0].psn_no"),
        (NOT_A_NUMBER.code, "feedetail[0].prd_days"),
    ]


def test_a_page_of_wrong_lines_tells_no_more_findings_than_can_be_read() -> None:
    assert len(codes(read("2204", {"feedetail": [{}] * 1000}))) == MOST_FINDINGS


def test_credential_numbers_may_carry_a_signed_block() -> None:
    shown = {"mdtrt_cert_type": "03", "mdtrt_cert_no": "A0001|" + "f" * 600}
    assert read("1101", {"data": shown}).data.mdtrt_cert_no.startswith("A0001|")


def test_the_envelope_bears_numbers_words_and_nothing() -> None:
    given = {**ENVELOPE, "opter_type": 1, "opter": 53, "dev_no": "null", "sign_no": "null", "cainfo": None}
    envelope = read_envelope(json.dumps({**given, "input": {"data": {}}}).encode())
    assert isinstance(envelope, Envelope)
    assert (envelope.opter, envelope.sign_no, bytes(envelope.input)) == ("53", "", b'{"data": {}}')
    assert not check_envelope(envelope)


def test_a_byte_order_mark_is_borne() -> None:
    envelope = read_envelope(b"\xef\xbb\xbf" + json.dumps({**ENVELOPE, "input": {}}).encode())
    assert isinstance(envelope, Envelope)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("msgid", "", "MESSAGE-124"),
        ("msgid", "x" * 65, "MESSAGE-125"),
        ("msgid", "a\x07b", "MESSAGE-121"),
        ("fixmedins_code", "", "MESSAGE-124"),
        ("mdtrtarea_admvs", "", "MESSAGE-141"),
        ("mdtrtarea_admvs", "33010", "MESSAGE-141"),
        ("insuplc_admdvs", "abcdef", "MESSAGE-141"),
        ("mdtrtarea_admvs", "420100", "MESSAGE-135"),
    ],
)
def test_an_envelope_must_name_institution_id_and_place(field: str, value: str, code: str) -> None:
    envelope = msgspec.convert({**ENVELOPE, field: value}, Envelope)
    assert code in [finding.code for finding in check_envelope(envelope)]


@pytest.mark.parametrize("length", [17, 20, 29, 30])
def test_message_ids_of_other_lengths_are_borne(length: int) -> None:
    assert not check_envelope(msgspec.convert({**ENVELOPE, "msgid": "9" * length}, Envelope))


def test_the_error_text_starts_with_code_and_field_and_fits() -> None:
    refusal = refusal_of(MISSING, "mdtrt_id", "就诊ID")
    assert error_text([refusal]) == "MESSAGE-124 mdtrt_id 就诊ID不能为空；请填写后重新发送"
    assert error_text([refusal, refusal]).endswith("（另有1处）")
    assert len(error_text([refusal_of(MISSING, "mdtrt_id", "长" * 300)])) == 200
