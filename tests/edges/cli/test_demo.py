"""`yidi demo --once --json`: a visit a line, and the identities of the standard on every answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.edges.cli.conftest import Kept, typed
from tests.journeys.nation import SAMPLE, VISITS

HEADS = (
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "maf_pay",
    "hifdm_pay",
    "oth_pay",
)
PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
ACCOUNT, HOSPITAL = "310200", "999997"


@pytest.fixture(scope="module")
def told(demonstration: tuple[Kept, Result]) -> list[dict[str, Any]]:
    """The objects it printed."""
    result = demonstration[1]
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def statements(told: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every statement a hospital was answered, with its case."""
    for one in told:
        for message in one["messages"]:
            output = (message["answer"] or {}).get("output")
            if isinstance(output, dict) and "setlinfo" in output:
                yield f"{one['case']} {message['request']['infno']}", output


def money(value: object) -> Decimal:
    """Read an amount exactly as it is written."""
    return Decimal(str(value))


def test_it_prints_one_object_a_visit_with_case_messages_and_explanation(told: list[dict[str, Any]]) -> None:
    assert [one["case"] for one in told] == [visit.case for visit in SAMPLE.visits]
    assert len(told) >= 8
    for one in told:
        assert one["messages"][0]["request"]["infno"] == "1101"
        assert all(set(message) == {"request", "answer"} for message in one["messages"])
        if one["then"] == "refused":
            found = [finding["code"] for finding in one["explanation"]]
            assert found == ["ENTITLEMENT-05", "VISIT-33"]  # not entitled; kept for a claim by hand
            assert one["messages"][-1]["answer"]["infcode"] == -1
        else:
            assert {"rule", "text_zh", "text_en", "source", "input_fen", "result_fen"} <= set(
                one["explanation"][0]
            )


def test_a_claim_is_paid_by_the_same_rules_after_direct_settlement_was_refused(
    told: list[dict[str, Any]],
) -> None:
    """Xi'an's pack, working, unfiled, level 3, first stay: (2132.80 - 650) x (88 - 20) % = 1008.30."""
    claimed = next(one for one in told if one["case"] == "claimed_by_hand")
    assert claimed["messages"][-1]["request"]["infno"] == "2304"
    assert claimed["messages"][-1]["answer"]["infcode"] == -1
    (statement,) = claimed["statements"]
    assert (statement["fund_fen"], statement["account_fen"], statement["cash_fen"]) == (100830, 0, 112450)


def test_total_is_funds_and_person_and_hospital_on_every_statement(told: list[dict[str, Any]]) -> None:
    found = dict(statements(told))
    assert len(found) >= 19
    for name, output in found.items():
        head = {key: money(value) for key, value in output["setlinfo"].items() if _is_amount(value)}
        total = head["medfee_sumamt"]
        assert total == head["fund_pay_sumamt"] + head["psn_part_amt"] + head["hosp_part_amt"], name
        assert head["psn_part_amt"] == head["acct_pay"] + head["psn_cash_pay"], name
        assert total == sum(head[part] for part in PARTS), name
        assert head["fund_pay_sumamt"] == sum(head[one] for one in HEADS), name


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def test_the_rows_of_a_statement_are_its_funds_its_account_and_the_hospital(
    told: list[dict[str, Any]],
) -> None:
    for name, output in statements(told):
        head, rows = output["setlinfo"], output["setldetail"]
        of = {row["fund_pay_type"]: money(row["fund_payamt"]) for row in rows}
        assert len(of) == len(rows), name
        account, hospital = of.pop(ACCOUNT, Decimal(0)), of.pop(HOSPITAL, Decimal(0))
        assert account == money(head["acct_pay"]), name
        assert hospital == money(head["hosp_part_amt"]), name
        assert sum(of.values()) == money(head["fund_pay_sumamt"]), name
        assert all(row["fund_pay_type_name"] for row in rows), name


def test_a_lost_answer_is_null_and_what_undoes_a_settlement_is_its_negative(
    told: list[dict[str, Any]],
) -> None:
    by_case = {one["case"]: one for one in told}
    lost = by_case["unanswered_reversed"]["messages"]
    assert [message["request"]["infno"] for message in lost if message["answer"] is None] == ["2304"]
    for case in ("cancelled_settlement", "unanswered_reversed"):
        first, second = by_case[case]["statements"]
        assert second["undoes"] == first["settlement_id"]
        for name in ("fund_fen", "person_fen", "account_fen", "cash_fen"):
            assert second[name] == -first[name]
        assert first["fund_fen"] > 0


def test_the_explanation_of_a_visit_ends_in_the_cash_its_statement_says(told: list[dict[str, Any]]) -> None:
    for one in told:
        if one["statements"]:
            assert one["explanation"][-1]["result_fen"] == one["statements"][0]["cash_fen"]


def test_for_people_it_prints_every_statement_with_the_address_to_see_it() -> None:
    shown = typed("demo", "--once")
    assert shown.exit_code == 0
    for visit in VISITS.values():
        assert visit.title_zh in shown.stdout
    assert shown.stdout.count("/settlement/") == 12
    assert "ENTITLEMENT-05" in shown.stdout


def test_a_kept_demonstration_plays_on_and_its_facts_still_prove_each_other(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for _ in range(2):
        assert typed("demo", "--once", "--json", "--data", kept.folder).exit_code == 0
    assert typed("storage", "verify", "--config", kept.config).exit_code == 0
