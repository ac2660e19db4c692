"""Every transaction served: its message becomes the right command, its answer has all fields of its table."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.edges.national.replies import SETTLED, named, reply_to
from tests.edges.national.room import HOSPITAL, MORNING, application_of, client_of, desk
from yidi.edges.clock import SettableClock
from yidi.edges.national.answering import TRANSLATIONS
from yidi.edges.national.hospital import Exchange
from yidi.edges.national.refusals import (
    FOREIGN_FILE,
    MISSING,
    MIXED_VISITS,
    NEGATIVE,
    NOT_A_NUMBER,
    NOT_A_TIME,
    NOT_REVERSIBLE,
    OUT_OF_RANGE,
    UNREADABLE_FILE,
)
from yidi.edges.national.refusals import (
    named as refusal_of,
)
from yidi.edges.national.tables import SERVED
from yidi.edges.national.tables.form import Field, Node
from yidi.edges.national.tables.numbers import KNOWN
from yidi.processes.enrolment.commands import FindInsured, FindPerson
from yidi.processes.filing.commands import SelectionsFound
from yidi.processes.network.commands import FetchFile, FileFetched
from yidi.processes.ports.deciding import Command, Refused, Reply
from yidi.processes.relay.commands import Forward
from yidi.processes.settlement.commands import (
    AccumulatorsFound,
    AccumulatorShown,
    ClaimedTotals,
    Settle,
    TrySettle,
)
from yidi.processes.visit.commands import Flags, RegisterVisit, UploadLines

ASKS = {
    "9001": "OperatorSignsIn",
    "9002": "OperatorSignsOut",
    "9101": "StoreFile",
    "9102": "FetchFile",
    "1101": "FindPerson",
    "1201": "AskInstitution",
    "2001": "CheckEntitlement",
    "2201": "RegisterVisit",
    "2202": "CancelVisit",
    "2203": "DescribeVisit",
    "2203A": "DescribeVisit",
    "2204": "UploadLines",
    "2205": "WithdrawLines",
    "2206": "TrySettle",
    "2206A": "TrySettle",
    "2207": "Settle",
    "2207A": "Settle",
    "2208": "CancelSettlement",
    "2301": "UploadLines",
    "2302": "WithdrawLines",
    "2303": "TrySettle",
    "2303A": "TrySettle",
    "2304": "Settle",
    "2304A": "Settle",
    "2305": "CancelSettlement",
    "2401": "RegisterVisit",
    "2402": "Discharge",
    "2403": "ChangeAdmission",
    "2404": "CancelVisit",
    "2405": "CancelDischarge",
    "2501": "Refer",
    "2502": "WithdrawReferral",
    "2503": "CertifyChronic",
    "2504": "WithdrawChronic",
    "2505": "SelectInstitution",
    "2506": "WithdrawSelection",
    "2601": "Reverse",
    "3201": "CompareTotals",
    "3202": "FetchFile",
    "3203": "DeclareMonth",
    "3204": "WithdrawDeclaration",
    "3260": "FetchDetails",
    "3261": "ConfirmDetails",
    "3262": "UndoConfirmation",
    "3301": "MapItems",
    "3302": "WithdrawMapping",
    "4101": "SubmitSettlementList",
    "5201": "AskVisits",
    "5202": "AskDiagnoses",
    "5203": "AskSettlement",
    "5204": "AskLines",
    "5205": "AskChronicLines",
    "5206": "AskAccumulators",
    "5301": "AskChronic",
    "5302": "AskSelections",
    "5303": "AskStays",
    "5304": "AskFilings",
}
"""Number -> the first thing asked of a process; catalogues and dictionaries ask nothing."""
EXTRA = {"expContent"}
SPECIAL = {
    "insutype": "310",
    "med_type": "21",
    "mdtrt_cert_type": "02",
    "acct_used_flag": "1",
    "mid_setl_flag": "0",
    "dscg_way": "1",
    "refl_type": "3",
    "biz_appy_type": "03",
    "oinfno": "2207",
    "in": "",
    "medfee_sumamt": 100,
    "fund_pay_sumamt": 48.15,
    "type": "gend",
}


def sample(field: Field) -> Any:
    """Make a value a field may have."""
    if field.name in SPECIAL:
        return SPECIAL[field.name]
    return {"N": 1, "I": 1, "D": "2026-03-02", "T": "2026-03-02 10:00:00", "X": "{}", "B": ""}.get(
        field.kind, "1"
    )


def content_of(number: str, **changes: Any) -> dict[str, Any]:
    """Make an input with every field of every node, some of them changed."""
    made: dict[str, Any] = {}
    for node in SERVED[number].asks:
        row = {field.name: sample(field) for field in node.fields}
        row |= {name: value for name, value in changes.items() if name in row}
        made[node.name] = [row] if node.many else row
    return made


async def exchange(number: str, content: Any, reply: Any = reply_to) -> tuple[list[Command], Exchange]:
    """Send a message to a desk; return what was asked and answered."""
    host, clock = desk(reply), SettableClock(MORNING)
    client = client_of(application_of(host, clock), clock)
    return host.asked, await client.exchange(number, content, "420100")


def test_every_transaction_of_the_tables_is_translated_and_named() -> None:
    assert set(TRANSLATIONS) == set(SERVED)
    assert set(SERVED) <= set(KNOWN)
    assert len(KNOWN) >= 206


@pytest.mark.parametrize("number", sorted(SERVED))
async def test_a_full_message_is_accepted_and_answered_with_every_field_of_its_table(number: str) -> None:
    asked, answered = await exchange(number, content_of(number))
    assert answered.good, answered.answer
    assert ([named(command) for command in asked] or [""])[0] == ASKS.get(number, "")
    faults = list(answer_faults(number, answered.output))
    assert not faults, faults


def answer_faults(number: str, output: Any) -> Iterator[str]:
    """Find what an answer lacks or has too much against its table."""
    transaction = SERVED[number]
    if transaction.streams:
        return
    for node in transaction.answers:
        found = output if not node.name else output[node.name]
        rows = found if isinstance(found, list) else [found]
        if node.many != isinstance(found, list):
            yield f"{node.name}: array or object"
        for row in rows:
            yield from row_faults(node, row)
    if isinstance(output, dict) and transaction.answers[:1] and transaction.answers[0].name:
        yield from set(output) - {node.name for node in transaction.answers} - EXTRA


def row_faults(node: Node, row: dict[str, Any]) -> Iterator[str]:
    """Find fields that are missing, unknown, of the wrong type or too long."""
    if set(row) != {field.name for field in node.fields}:
        yield f"{node.name}: {set(row) ^ {field.name for field in node.fields}}"
        return
    for field in node.fields:
        value = row[field.name]
        if field.kind in "NI":
            good = value is None or isinstance(value, int | float)
        else:
            limit = 4000 if field.kind == "X" else max(field.limit, 19)
            good = value is None or (isinstance(value, str) and len(value) <= limit)
        if not good:
            yield f"{node.name}.{field.name}: {value!r}"


@pytest.mark.parametrize("number", sorted(ASKS))
async def test_an_empty_message_is_refused_with_every_missing_field(number: str) -> None:
    asked, answered = await exchange(number, {SERVED[number].asks[0].name: {}})
    node = SERVED[number].asks[0]
    missing = {
        finding["field"].rpartition(".")[2]
        for finding in (answered.answer or {}).get("refusals", [])
        if finding["code"] == MISSING.code
    }
    needed = {field.name for field in node.fields if field.needed}
    assert needed == missing or not needed or missing == {node.name}
    assert bool(needed) == (asked == [])


async def refusals_of(number: str, content: Any) -> list[tuple[str, str]]:
    """Return code and field of what a message is refused for."""
    asked, answered = await exchange(number, content)
    assert asked == [], answered.answer
    return [(finding["code"], finding["field"]) for finding in (answered.answer or {})["refusals"]]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NaN", NOT_A_NUMBER.code),
        ("一百", NOT_A_NUMBER.code),
        (-1, NEGATIVE.code),
        (0.001, OUT_OF_RANGE.code),
        ("1e400", OUT_OF_RANGE.code),
        (10**16, OUT_OF_RANGE.code),
        ("", MISSING.code),
        (None, MISSING.code),
    ],
)
async def test_absurd_amounts_never_reach_a_process(value: object, code: str) -> None:
    bill = await refusals_of("2207", content_of("2207", medfee_sumamt=value))
    assert bill == [(code, "medfee_sumamt")]
    line = await refusals_of("2204", content_of("2204", det_item_fee_sumamt=value))
    assert line == [(code, "feedetail[0].det_item_fee_sumamt")]


async def test_all_wrong_amounts_of_a_bill_are_told_at_once() -> None:
    wrong = content_of("2207", fulamt_ownpay_amt=-1, preselfpay_amt="x", inscp_scp_amt="1.005")
    assert await refusals_of("2207", wrong) == [
        (NEGATIVE.code, "fulamt_ownpay_amt"),
        (NOT_A_NUMBER.code, "preselfpay_amt"),
        (OUT_OF_RANGE.code, "inscp_scp_amt"),
    ]


async def test_a_time_that_is_none_is_refused() -> None:
    assert await refusals_of("2201", content_of("2201", begntime="yesterday")) == [
        (NOT_A_TIME.code, "begntime")
    ]


async def test_an_unknown_code_is_refused_by_its_dictionary() -> None:
    found = await refusals_of("2201", content_of("2201", insutype="999"))
    assert [field for _, field in found] == ["insutype"]


async def test_lines_of_two_visits_are_not_taken_in_one_upload() -> None:
    first, second = (content_of("2204", mdtrt_id=visit)["feedetail"][0] for visit in ("V1", "V2"))
    assert await refusals_of("2204", {"feedetail": [first, second]}) == [(MIXED_VISITS.code, "feedetail")]


async def test_outpatient_lines_cannot_be_negative_and_inpatient_refunds_can() -> None:
    refund = {"cnt": -1, "det_item_fee_sumamt": -1}
    found = await refusals_of("2204", content_of("2204", **refund))
    assert [code for code, _ in found] == [NEGATIVE.code, NEGATIVE.code]
    asked, answered = await exchange("2301", content_of("2301", **refund))
    assert answered.good
    assert isinstance(asked[0], UploadLines)
    assert (asked[0].lines[0].quantity, asked[0].lines[0].total_fen) == (-10_000, -100)


@pytest.mark.parametrize("number", ["2205", "2208", "9001", "3201"])
async def test_only_settlements_and_admissions_can_be_reversed(number: str) -> None:
    assert await refusals_of("2601", content_of("2601", oinfno=number)) == [(NOT_REVERSIBLE.code, "oinfno")]


@pytest.mark.parametrize(
    ("number", "kind"), [("2207A", "settlement"), ("2304", "settlement"), ("2401", "admission")]
)
async def test_a_reversal_says_what_it_undoes(number: str, kind: str) -> None:
    asked, _ = await exchange("2601", content_of("2601", oinfno=number, omsgid="M9"))
    assert (getattr(asked[0], "original_kind", ""), getattr(asked[0], "original_msgid", "")) == (kind, "M9")


async def test_a_registration_carries_place_person_and_marks() -> None:
    marks = json.dumps({"TRUM_FLAG": "1", "REL_TTP_FLAG": 0, "IPT_TYPE": "2", "OTP_ER_REFL_FLAG": "3"})
    content = content_of(
        "2401", exp_content=marks, med_type="2101", mdtrt_cert_no="A1|signed", diag_srt_no="02"
    )
    asked, _ = await exchange("2401", content)
    (command,) = asked
    assert isinstance(command, RegisterVisit)
    assert (command.insured, command.insured_area, command.care_area) == ("420000", "420100", "330102")
    assert (command.credential_no, command.care_kind, command.visit_kind) == ("A1", "inpatient", "2101")
    assert command.flags == Flags(admission="2", urgent="3", trauma="1", third_party="0")
    assert (command.diagnoses[0].position, command.diagnoses[0].main) == ("2", True)
    assert json.loads(command.particulars)["adm_bed"] == "1"


async def test_a_settlement_carries_what_the_institution_claims() -> None:
    parts = {"fulamt_ownpay_amt": "10", "overlmt_selfpay": 5, "preselfpay_amt": 3.0, "inscp_scp_amt": "82.00"}
    asked, _ = await exchange("2207A", content_of("2207A", acct_used_flag="2", **parts))
    (command,) = asked
    assert type(command) is Settle
    assert command.claimed == ClaimedTotals(100_00, 10_00, 5_00, 3_00, 82_00)
    assert (command.use_account, command.inpatient, command.batch) == (True, False, "1")
    asked, _ = await exchange("2206", content_of("2206", acct_used_flag="0"))
    assert type(asked[0]) is TrySettle
    assert (asked[0].claimed.in_scope_fen, asked[0].use_account) == (None, False)


async def test_a_person_without_insured_place_is_sought_here_then_where_the_nation_says() -> None:
    def reply(command: Command) -> Reply:
        if isinstance(command, Forward) and command.ask.insured == "330000":
            return Refused(refusals=(refusal_of(MISSING, "person_no", "人员"),))
        return reply_to(command)

    host, clock = desk(reply), SettableClock(MORNING)
    client = client_of(application_of(host, clock), clock)
    answered = await client.exchange("1101", content_of("1101"))
    assert answered.good
    assert [type(command) for command in host.asked] == [Forward, Forward, Forward]
    sought = host.asked[1]
    assert isinstance(sought, Forward)
    assert isinstance(sought.ask, FindInsured)
    assert (sought.jurisdiction, sought.ask.jurisdiction) == ("330000", "000000")
    last = host.asked[-1]
    assert isinstance(last, Forward)
    assert isinstance(last.ask, FindPerson)
    assert (last.jurisdiction, last.ask.insured, last.ask.care) == ("330000", "420000", "330000")
    assert [row["insutype"] for row in answered.output["insuinfo"]] == ["310", "330"]


async def test_refusals_of_processes_name_the_national_field() -> None:
    found = refusal_of(MISSING, "lines[3].price", "单价")
    _, answered = await exchange("2301", content_of("2301"), lambda command: Refused(refusals=(found,)))
    assert (answered.answer or {})["refusals"][0]["field"] == "feedetail[3].pric"
    assert (answered.answer or {})["err_msg"].startswith("MESSAGE-124 feedetail[3].pric ")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("S1\tV1\tP1\t100\t48.15\t11.35\t0\n", ""),
        ("S1\tV1\tP1\t99\t48.15\t11.35\t0\n", FOREIGN_FILE.code),
        ("S1\tV1\n", UNREADABLE_FILE.code),
        ("S1\tV1\tP1\tx\t48.15\t11.35\t0\n", NOT_A_NUMBER.code),
    ],
)
async def test_a_reconciliation_file_must_be_readable_and_add_up(content: str, code: str) -> None:
    def reply(command: Command) -> Reply:
        if isinstance(command, FetchFile):
            kept = base64.b64encode(content.encode()).decode()
            return FileFetched(file_no="F1", name="a.txt", content=kept)
        return reply_to(command)

    asked, answered = await exchange("3202", content_of("3202"), reply)
    assert answered.good == (not code)
    if code:
        assert (answered.answer or {})["refusals"][0]["code"] == code
    else:
        assert [named(command) for command in asked] == ["FetchFile", "CompareDetails", "StoreFile"]


async def test_institutions_of_the_key_sign_every_command() -> None:
    for number in ASKS:
        asked, _ = await exchange(number, content_of(number))
        assert {command.sender for command in asked} == {HOSPITAL}, number
        assert {command.jurisdiction for command in asked} == {"330000"}, number


def test_the_sample_settlement_is_consistent() -> None:
    assert SETTLED.fund_fen == sum(share.paid_fen for share in SETTLED.shares)
    assert SETTLED.totals.total_fen == SETTLED.fund_fen + SETTLED.person_fen + SETTLED.hospital_fen


async def test_counters_of_long_names_keep_apart_and_stays_are_pieces() -> None:
    names = ("outpatient_pool_paid", "outpatient_pool_deductible", "pool", "stays")
    rows = tuple(AccumulatorShown("310", "2026", name, 250) for name in names)
    reply = AccumulatorsFound(person_no="P1", rows=rows)
    _, answered = await exchange("5206", content_of("5206"), lambda command: reply)
    written = answered.output["cuminfo"]
    codes = [row["cum_type_code"] for row in written]
    assert len(set(codes)) == len(names)
    assert max(map(len, codes)) == 10
    assert [row["cum"] for row in written] == [2.5, 2.5, 2.5, 250]
    assert [row["cum_type_name"] for row in written] == list(names)


async def test_a_selected_institution_is_named_by_the_insured_place_else_by_the_care_place() -> None:
    for known in ("社区医院", ""):

        def reply(command: Command, known: str = known) -> Reply:
            found = reply_to(command)
            if isinstance(found, SelectionsFound):
                rows = tuple(msgspec.structs.replace(row, institution_name=known) for row in found.rows)
                return SelectionsFound(person_no=found.person_no, rows=rows)
            return found

        host, clock = desk(reply), SettableClock(MORNING)
        answered = await client_of(application_of(host, clock), clock).exchange("5302", content_of("5302"))
        assert answered.good
        name = answered.output["psnfixmedin"][0]["fixmedins_name"]
        assert name == (known or "示例医院")
        assert len(host.asked) == (1 if known else 2)


@pytest.mark.parametrize("number", ["1303", "1304"])
async def test_a_download_of_items_the_catalogue_lacks_says_so(number: str) -> None:
    host, clock = desk(), SettableClock(MORNING)
    answered = await client_of(application_of(host, clock), clock).exchange(number, content_of(number))
    assert answered.good
    assert answered.answer is not None
    assert answered.output["data_cnt"] == 0
    assert "holds none of these items" in answered.answer["warn_msg"]
