"""All that is wrong with one message is told at once, envelope and input alike."""

from __future__ import annotations

from tests.edges.national.room import MORNING, OTHER, application_of, client_of, desk
from tests.edges.national.test_translation import content_of
from yidi.edges.clock import SettableClock
from yidi.edges.national.refusals import FOREIGN_KEY, NOT_A_DIVISION, OTHER_PROVINCE, TOO_LONG


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


async def test_a_key_of_another_institution_learns_nothing_of_the_input() -> None:
    host, clock = desk(), SettableClock(MORNING)
    client = client_of(application_of(host, clock), clock)
    content = content_of("2207A", medfee_sumamt="many")
    sent = await client.exchange("2207A", content)
    answered = await client.repeat({**sent.request, "fixmedins_code": OTHER})
    told = {row["code"] for row in (answered.answer or {})["refusals"]}
    assert told == {FOREIGN_KEY.code, OTHER_PROVINCE.code}
