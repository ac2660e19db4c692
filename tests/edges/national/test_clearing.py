"""A declaration and the clearing details, from the national fields to the command and back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.edges.national.room import HOSPITAL
from tests.edges.national.test_translation import exchange, refusals_of
from yidi.edges.national.refusals import NOT_A_FLAG, NOT_A_TIME
from yidi.edges.national.spelling import national
from yidi.edges.national.tables import SERVED
from yidi.processes.payment.commands import (
    ConfirmDetails,
    DeclareMonth,
    FetchDetails,
    Figures,
    UndoConfirmation,
)
from yidi.processes.payment.refusals import DETAIL_DIFFERS, FIGURE_DIFFERS
from yidi.processes.ports.deciding import Command, Done, Refused, Reply

DECLARATION = {
    "clr_type": "11",
    "clr_way": "1",
    "setlym": "202603",
    "psntime": 2,
    "medfee_sumamt": 2100,
    "med_sumfee": "2000.50",
    "fund_appy_sum": 1234.56,
    "cash_payamt": 800,
    "acct_pay": 0,
    "begndate": "2026-03-01",
    "enddate": "2026-03-31",
}
MONTH = {"trt_year": "2026", "trt_month": "03"}
ROW = {
    "certno": "110101199003070011",
    "mdtrt_id": "V1",
    "mdtrt_setl_time": "2026-03-02 09:00:00",
    "setl_sn": "S1",
    "medfee_sumamt": 100,
    "optins_pay_sumamt": 48.15,
    "cnfm_flag": "1",
}


async def test_a_declaration_carries_every_figure_to_the_fen_and_returns_its_number() -> None:
    asked, answered = await exchange("3203", {"data": DECLARATION})
    (command,) = asked
    assert isinstance(command, DeclareMonth)
    assert command.figures == Figures(2, 2_100_00, 2_000_50, 1_234_56, 0, 800_00)
    assert (command.month, command.clearing_kind, command.clearing_way) == ("2026-03", "11", "1")
    assert (command.since, command.until) == ("2026-03-01", "2026-03-31")
    assert answered.output == {"result": {"clr_appy_evt_id": "L1"}}


async def test_a_page_of_details_is_asked_by_year_month_and_row_and_comes_as_an_array() -> None:
    asked, answered = await exchange("3260", {"data": MONTH | {"startrow": "101"}})
    (command,) = asked
    assert isinstance(command, FetchDetails)
    assert (command.month, command.start_row) == ("2026-03", 101)
    assert answered.output["data"] == [
        {
            "seqno": 1,
            "mdtrtarea": "330100",
            "medins_no": HOSPITAL,
            "certno": "110101199003070011",
            "mdtrt_id": "V1",
            "mdtrt_setl_time": "2026-03-02 09:00:00",
            "setl_sn": "S1",
            "fulamt_advpay_flag": "0",
            "medfee_sumamt": 100,
            "optins_pay_sumamt": 48.15,
        }
    ]


def confirmed(command: Command) -> Reply:
    """Answer a confirmation with its handle."""
    return Done(reference="3300001772413200000001")


async def test_the_id_of_the_answer_to_a_confirmation_is_what_rolls_it_back() -> None:
    content = {"data": MONTH | {"totalrow": 2}, "detail": [ROW, ROW | {"setl_sn": "S2", "cnfm_flag": 0}]}
    asked, answered = await exchange("3261", content, confirmed)
    (command,) = asked
    assert isinstance(command, ConfirmDetails)
    assert [(row.settlement_id, row.confirmed) for row in command.rows] == [("S1", True), ("S2", False)]
    assert (command.count, command.rows[0].paid_fen) == (2, 48_15)
    handle = (answered.answer or {})["inf_refmsgid"]
    assert handle == "3300001772413200000001"
    asked, _ = await exchange("3262", MONTH | {"otransid": handle})
    (undone,) = asked
    assert isinstance(undone, UndoConfirmation)
    assert (undone.month, undone.handle) == ("2026-03", handle)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"cnfm_flag": "2"}, NOT_A_FLAG.code, "detail[0].cnfm_flag"),
        ({"mdtrt_setl_time": "never"}, NOT_A_TIME.code, "detail[0].mdtrt_setl_time"),
    ],
)
async def test_a_row_that_cannot_be_read_is_refused_with_its_place(
    change: dict[str, Any], code: str, field: str
) -> None:
    content = {"data": MONTH | {"totalrow": 1}, "detail": [ROW | change]}
    assert await refusals_of("3261", content) == [(code, field)]


async def test_refusals_name_the_fields_as_the_interface_spells_them() -> None:
    values = {"month": "2026-03", "name_zh": "基金", "name_en": "the fund", "said": 1, "have": 2}
    figure = Refused(refusals=(FIGURE_DIFFERS.because("fund_fen", **values),))
    _, answered = await exchange("3203", {"data": DECLARATION}, lambda command: figure)
    assert (answered.answer or {})["refusals"][0]["field"] == "fund_appy_sum"
    row = DETAIL_DIFFERS.because("rows[1].paid_fen", settlement_id="S1", **values)
    assert national(SERVED["3261"], row).field == "detail[1].optins_pay_sumamt"
