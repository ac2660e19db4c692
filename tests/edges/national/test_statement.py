"""The arithmetic of a settlement holds on every answer: the identities 1 to 12 of the standard."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.edges.national.replies import LINE, SETTLED
from tests.edges.national.room import HOSPITAL, MORNING, reference
from yidi.domain.policy.dimensions import Fund
from yidi.edges.national.call import Call, Warned
from yidi.edges.national.envelope import Envelope, Stamp, write_answer
from yidi.edges.national.library import Library
from yidi.edges.national.tables import SERVED
from yidi.edges.national.translation.lines import write_price
from yidi.edges.national.translation.statement import Credential, write_statement
from yidi.edges.national.translation.words import ACCOUNT_TYPE, HEADS, HOSPITAL_TYPE, fund_type
from yidi.processes.ports.deciding import Done, Reply
from yidi.processes.settlement.commands import FundShare, Settled, Totals

FEN = st.integers(0, 10**12)


async def nobody(command: object) -> Reply:
    """Answer with nothing."""
    return Done()


def call() -> Call:
    """Make a call of a settlement."""
    envelope = Envelope(
        infno="2304", msgid="MSG1", fixmedins_code=HOSPITAL, mdtrtarea_admvs="330102", insuplc_admdvs="420100"
    )
    library = Library(lambda care: None, {}, {})
    return Call(SERVED["2304"], envelope, None, "", MORNING, nobody, reference().dictionaries, library)


def written(settled: Settled, credential: str | None = "02") -> dict[str, Any]:
    """Write a statement as bytes and read it back with exact numbers."""
    output = write_statement(call(), settled, Credential(credential, "A1"))
    body = write_answer(Stamp("", "", ""), output.output if isinstance(output, Warned) else output)
    found: dict[str, Any] = json.loads(body, parse_float=Decimal, parse_int=Decimal)["output"]
    return found


@st.composite
def settlements(draw: st.DrawFn) -> Settled:
    """Make a consistent statement, of a settlement or of its undoing."""
    shares = tuple(
        FundShare(fund.value, draw(FEN), draw(FEN), draw(FEN) - 1)
        for fund in Fund
        if fund is not Fund.HOSPITAL
    )
    account, cash, hospital = draw(FEN), draw(FEN), draw(FEN)
    fund = sum(share.paid_fen for share in shares)
    total = fund + account + cash + hospital
    first, second, third = sorted(draw(st.integers(0, total)) for _ in range(3))
    sign = draw(st.sampled_from([1, -1]))
    return msgspec.structs.replace(
        SETTLED,
        scheme=draw(st.sampled_from(["310", "390", "340"])),
        totals=Totals(
            *(sign * part for part in (total, first, second - first, third - second, total - third))
        ),
        shares=tuple(msgspec.structs.replace(share, paid_fen=sign * share.paid_fen) for share in shares),
        fund_fen=sign * fund,
        person_fen=sign * (account + cash),
        account_fen=sign * account,
        cash_fen=sign * cash,
        hospital_fen=sign * hospital,
    )


@given(settlements())
def test_the_identities_hold_on_every_statement(settled: Settled) -> None:
    output = written(settled)
    head, rows = output["setlinfo"], output["setldetail"]
    assert head["medfee_sumamt"] == head["fund_pay_sumamt"] + head["psn_part_amt"] + head["hosp_part_amt"]
    assert head["psn_part_amt"] == head["acct_pay"] + head["psn_cash_pay"]
    assert head["fund_pay_sumamt"] == sum(head[name] for name in HEADS)
    parts = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    assert head["medfee_sumamt"] == sum(head[name] for name in parts)
    detail = sum(row["fund_payamt"] for row in rows)
    assert detail == head["fund_pay_sumamt"] + head["acct_pay"] + head["hosp_part_amt"]
    assert all(row["fund_pay_type_name"] != row["fund_pay_type"] for row in rows)
    assert all(row["fund_payamt"] for row in rows)


def test_account_and_hospital_stand_among_the_rows() -> None:
    rows = {row["fund_pay_type"]: row["fund_payamt"] for row in written(SETTLED)["setldetail"]}
    assert (rows[ACCOUNT_TYPE], rows[HOSPITAL_TYPE]) == (Decimal("11.35"), Decimal("0.5"))
    assert rows["310100"] == 40


def test_the_same_fund_has_another_type_in_another_scheme() -> None:
    assert [fund_type(scheme, "pool") for scheme in ("310", "390", "340", "399")] == [
        "310100",
        "390100",
        "340100",
        "310100",
    ]
    assert fund_type("390", "serious_illness") != fund_type("310", "serious_illness")
    assert fund_type("310", "a fund of tomorrow") == "999997"


def test_a_trial_has_no_number_no_time_and_no_clearing() -> None:
    head = written(msgspec.structs.replace(SETTLED, settlement_id=""))["setlinfo"]
    assert [head[name] for name in ("setl_id", "setl_time", "clr_optins", "clr_way")] == [None] * 4
    assert head["clr_type"] == "21"


def test_a_settlement_names_message_agency_and_time() -> None:
    head = written(SETTLED)["setlinfo"]
    assert (head["medins_setl_id"], head["clr_optins"], head["clr_way"]) == ("MSG1", "330199", "1")
    assert head["setl_time"] == "2026-03-02 09:00:00"
    assert (head["balc"], head["age"], head["pool_prop_selfpay"]) == (Decimal("88.65"), 35, 0)
    assert head["act_pay_dedc"] <= head["inscp_scp_amt"]


def test_figures_completed_for_demonstration_are_warned_about() -> None:
    assert isinstance(write_statement(call(), SETTLED, Credential("02", "")), Warned)
    real = msgspec.structs.replace(SETTLED, completed_for_demonstration=False)
    assert not isinstance(write_statement(call(), real, Credential("02", "")), Warned)


def test_the_explanation_travels_in_the_extension_unless_it_is_too_long() -> None:
    said = json.loads(written(SETTLED)["setlinfo"]["exp_content"])
    assert (said["standing"], said["steps"]) == ("referred", ["起付线"])
    many = msgspec.structs.replace(SETTLED, steps=SETTLED.steps * 2000)
    assert json.loads(written(many)["setlinfo"]["exp_content"])["steps"] == []


def test_a_line_is_written_with_its_four_parts() -> None:
    row = json.loads(msgspec.json.encode(write_price(LINE)), parse_float=Decimal, parse_int=Decimal)
    parts = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
    assert row["det_item_fee_sumamt"] == sum(row[name] for name in parts)
    assert (row["cnt"], row["pric"], row["selfpay_prop"]) == (2, Decimal("6.25"), Decimal("0.1"))
    assert (row["chrgitm_lv"], row["pric_uplmt_amt"]) == ("02", 5)
    unlimited = msgspec.json.encode(write_price(msgspec.structs.replace(LINE, limit_price=-1)))
    assert json.loads(unlimited)["pric_uplmt_amt"] == 999999
