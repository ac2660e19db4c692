"""`yidi finance`: from a bank's file to matched lines and orders, on a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import AWAY, HOSPITAL
from tests.edges.cli.conftest import Kept, typed
from tests.edges.cli.desk import node_with
from yidi.edges.banking.camt_writing import write_camt053
from yidi.edges.banking.refusals import OTHER_ACCOUNT, STATEMENT_TWICE
from yidi.edges.banking.statement import BankLine, BankStatement
from yidi.edges.banking.statement_csv import write_csv
from yidi.processes.finance.refusals import (
    AMOUNT_DIFFERS,
    LINE_UNMATCHED,
    NOTHING_DUE,
    OTHER_MONTH,
    STATEMENT_HOLE,
)
from yidi.processes.payment.records import InstitutionPayment

AT = "2026-05-08T01:00:00.000000Z"
PAYMENTS = [
    InstitutionPayment(AWAY, f"Z{n}", HOSPITAL, "2026-03", fen, 0, 0, fen, "2026-05-12", "2026-05-08", AT)
    for n, fen in ((1, 500_00), (2, 70_00))
]
PROVINCE = ("--province", AWAY)


@pytest.fixture
def node(tmp_path: Path, packs_read_once: None) -> Kept:
    """A node whose province owes two payments and has its accounts registered."""
    kept = node_with(tmp_path, PAYMENTS)
    for party, number in ((AWAY, "6200001"), (HOSPITAL, "6200003")):
        said = finance(
            kept, "account", party, "--holder", f"户名{party}", "--number", number, "--bank", "试验银行",
            "--bank-no", "102331000001",
        )  # fmt: skip
        assert said.exit_code == 0, said.output
    return kept


def finance(kept: Kept, *words: object) -> Any:
    """Type `yidi finance` for the province."""
    return typed("finance", *words, *PROVINCE, "--config", kept.config)


def statement(*lines: BankLine, **given: Any) -> BankStatement:
    """A statement of May."""
    moved = sum(line.amount_fen for line in lines)
    usual = {"account": "6200001", "statement_no": "N1", "first_day": "2026-05-01", "last_day": "2026-05-31"}
    balances = {"opening_fen": 9_000_00, "closing_fen": given.get("opening_fen", 9_000_00) + moved}
    return BankStatement(**usual | balances | given, lines=lines)


def written(kept: Kept, made: BankStatement, name: str = "may.csv") -> Path:
    """Write a statement as the bank does."""
    file = kept.folder / name
    xml = name.endswith(".xml")
    file.write_bytes(write_camt053(made, "M1", "2026-06-01T01:00:00Z") if xml else write_csv(made))
    return file


@pytest.mark.parametrize("name", ["may.csv", "may.xml"])
def test_orders_go_out_come_back_on_the_statement_and_are_matched(node: Kept, name: str) -> None:
    file = node.folder / "orders.xml"
    assert finance(node, "orders", "--out", file, "--day", "2099-05-08").exit_code == 0
    first = file.read_bytes()
    assert first.count(b"<EndToEndId>") == 2
    again = finance(node, "orders", "--out", node.folder / "none.xml", "--day", "2099-05-08")
    assert again.exit_code == 1
    assert NOTHING_DUE.code in again.output
    number = first.split(b"<MsgId>")[1].split(b"<")[0].decode()
    assert finance(node, "orders", "--out", file, "--batch", number).exit_code == 0
    assert file.read_bytes() == first
    references = [part.split(b"<")[0].decode() for part in first.split(b"<EndToEndId>")[1:]]
    lines = [
        BankLine(n, "2026-05-09", -fen, reference=reference)
        for n, (fen, reference) in enumerate(zip((500_00, 70_00), references, strict=True), 1)
    ]
    taken = finance(node, "import", written(node, statement(*lines), name), "--month", "2026-05")
    assert taken.exit_code == 0, taken.output
    matched = finance(node, "match", "--json")
    assert matched.exit_code == 0, matched.output
    assert json.loads(matched.stdout)["matched"] == 2
    assert json.loads(finance(node, "open", "--json").stdout) == []
    assert typed("ledger", "verify", "--config", node.config).exit_code == 0


def test_a_file_of_another_account_a_doubled_one_one_of_another_month_and_a_hole_change_nothing(
    node: Kept,
) -> None:
    file = written(node, statement(BankLine(1, "2026-05-09", 1_00)))
    assert OTHER_MONTH.code in finance(node, "import", file, "--month", "2026-04").output
    assert finance(node, "import", file).exit_code == 0
    assert STATEMENT_TWICE.code in finance(node, "import", file).output
    other = written(node, statement(account="1", statement_no="N2"))
    assert OTHER_ACCOUNT.code in finance(node, "import", other).output
    july = {"first_day": "2026-07-01", "last_day": "2026-07-31", "statement_no": "N3"}
    holed = written(node, statement(opening_fen=1_00, **july))
    refused = finance(node, "import", holed)
    assert refused.exit_code == 1
    assert STATEMENT_HOLE.code in refused.output
    opened = json.loads(finance(node, "open", "--json").stdout)
    assert [item["amount_fen"] for item in opened if item["side"] == "money"] == [1_00]


def test_lines_that_match_nothing_are_told_held_and_settled_by_hand(node: Kept) -> None:
    lines = (
        BankLine(1, "2026-05-09", -499_99, reference="Z1"),
        BankLine(2, "2026-05-09", 33_00),
        BankLine(3, "2026-05-09", -5_00, remark="手续费"),
        BankLine(4, "2026-05-10", 5_00, remark="退回"),
        BankLine(5, "2026-05-11", 2_50, remark="结息"),
    )
    finance(node, "import", written(node, statement(*lines)))
    found = finance(node, "match")
    assert found.exit_code == 1
    assert {AMOUNT_DIFFERS.code, LINE_UNMATCHED.code} <= set(found.output.split())
    opened = json.loads(finance(node, "open", "--json").stdout)
    numbers = {item["amount_fen"]: item["item_id"] for item in opened if item["side"] == "money"}
    assert set(numbers) == {-499_99, 33_00, -5_00, 5_00}
    assert {item["amount_fen"] for item in opened if item["side"] == "books"} == {-500_00, -70_00}
    assert "33.00" in finance(node, "open").output
    account = (
        "--account",
        "due_from_province",
        "--counterpart",
        "610000",
        "--scheme",
        "310",
        "--reason",
        "凭证",
    )
    assert finance(node, "explain", numbers[33_00], *account).exit_code == 0
    assert finance(node, "offset", numbers[5_00], numbers[-5_00], "--reason", "退费").exit_code == 0
    assert finance(node, "offset", numbers[5_00], numbers[-5_00], "--reason", "退费").exit_code == 1
    left = json.loads(finance(node, "open", "--json").stdout)
    assert [item["amount_fen"] for item in left if item["side"] == "money"] == [-499_99]
    assert typed("ledger", "verify", "--config", node.config).exit_code == 0
