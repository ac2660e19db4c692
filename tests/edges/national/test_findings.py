"""All that is wrong with one message is told at once, envelope and input alike."""

from __future__ import annotations

from tests.edges.national.room import MORNING, OTHER, application_of, client_of, desk
from tests.edges.national.test_translation import content_of
from yidi.edges.clock import SettableClock
from yidi.edges.national.refusals import FOREIGN_KEY, NOT_A_DIVISION, OTHER_PROVINCE, TOO_LONG
from yidi.edges.national.spelling import national
from yidi.edges.national.tables import SERVED
from yidi.processes.filing.refusals import FILING_INVALID
from yidi.processes.settlement.refusals import TOTALS_DIFFER


async def test_what_is_wrong_with_envelope_fields_codes_and_values_is_told_together() -> None:
    host, clock = desk(), SettableClock(MORNING)
    client = client_of(application_of(host, clock), clock)
    wrong = content_of("2207A", medfee_sumamt="many", insutype="999", psn_no="1" * 99, setl_time="soon")
    answered = await client.exchange("2207A", wrong, "12AB")
    told = {
        (row["code"], row.get("field", "").rpartition(".")[2]) for row in (answered.answer or {})["refusals"]
    }
    assert {(NOT_A_DIVISION.code, "insuplc_admdvs"), (TOO_LONG.code, "psn_no")} <= told
    mild = content_of("2207A", medfee_sumamt="many", insutype="999")
    answered = await client.exchange("2207A", mild, "12AB")
    fields = {row.get("field", "").rpartition(".")[2] for row in (answered.answer or {})["refusals"]}
    assert {"insuplc_admdvs", "insutype", "medfee_sumamt"} <= fields
    assert host.asked == []
    warning = (answered.answer or {})["warn_msg"]
    assert all(row["code"] in warning for row in (answered.answer or {})["refusals"][1:])


async def test_a_key_of_another_institution_learns_nothing_of_the_input() -> None:
    host, clock = desk(), SettableClock(MORNING)
    client = client_of(application_of(host, clock), clock)
    content = content_of("2207A", medfee_sumamt="many")
    sent = await client.exchange("2207A", content)
    answered = await client.repeat({**sent.request, "fixmedins_code": OTHER})
    told = {row["code"] for row in (answered.answer or {})["refusals"]}
    assert told == {FOREIGN_KEY.code, OTHER_PROVINCE.code}


def test_texts_name_a_field_as_the_interface_does() -> None:
    transaction = SERVED["2304"]
    found = national(transaction, TOTALS_DIFFER.because("total_fen", claimed="1.00", uploaded="2.00"))
    assert found.field == "medfee_sumamt"
    for text in (found.cause_zh, found.cause_en):
        assert text.startswith("medfee_sumamt")
        assert "total_fen" not in text
    day = FILING_INVALID.because("start", value="x", expected_zh="日期", expected_en="a day")
    told = national(SERVED["2501"], day)
    assert told.cause_zh.startswith("begndate ")
    assert told.cause_en.startswith("begndate ")
