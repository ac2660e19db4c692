"""CSV statements: both encodings, both languages of titles, and every way to be wrong."""

from __future__ import annotations

import pytest

from tests.edges.banking.samples import STATEMENT, codes
from tests.house_rules.code_base import ROOT
from yidi.edges.banking.refusals import FILE_TOO_LARGE, NOT_A_STATEMENT, OTHER_CURRENCY, WRONG_VALUE
from yidi.edges.banking.statement import BankStatement
from yidi.edges.banking.statement_csv import COLUMNS, HEAD, read_csv, write_csv
from yidi.edges.banking.words import GREATEST_FILE_BYTES

TEXT = write_csv(STATEMENT, "utf-8").decode()


def test_english_titles_in_another_order_are_read() -> None:
    text = """account,6200
statement_no,7
first_day,2026/11/24
last_day,20261125
currency,rmb
opening,"1,000.00"
closing,"1,234,005.60"

remark,outgo,income,day,unknown
卖方,,"1,233,005.60",2026/11/24,x
"""
    found = read_csv(text.encode())
    assert isinstance(found, BankStatement)
    assert (found.opening_fen, found.closing_fen, found.first_day) == (1_000_00, 1_234_005_60, "2026-11-24")
    assert [(line.line_no, line.amount_fen, line.remark) for line in found.lines] == [
        (1, 1_233_005_60, "卖方")
    ]


@pytest.mark.parametrize("label", HEAD)
def test_a_missing_head_line_is_refused(label: str) -> None:
    without = "\r\n".join(line for line in TEXT.split("\r\n") if not line.startswith(f"{label},"))
    assert codes(read_csv(without.encode())) == [NOT_A_STATEMENT.code]


@pytest.mark.parametrize("label", [label for label in HEAD if label != "币种"])
def test_an_empty_or_wrong_head_value_is_refused(label: str) -> None:
    lines = TEXT.split("\r\n")
    emptied = "\r\n".join(f"{label}," if line.startswith(f"{label},") else line for line in lines)
    assert codes(read_csv(emptied.encode())) == [WRONG_VALUE.code]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1,2026-11-24,323.45,", "1,2026-11-31,323.45,"),
        ("1,2026-11-24,323.45,", "1,2026-11-24,323.455,"),
        ("1,2026-11-24,323.45,", "1,2026-11-24,3e2,"),
        ("1,2026-11-24,323.45,", "1,2026-11-24,323.45,1.00"),
        ("1,2026-11-24,323.45,", "1,2026-11-24,,"),
        ("1,2026-11-24,323.45,", "一,2026-11-24,323.45,"),
        ("账号,", "账号,6200\r\n账号,"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_its_line(old: str, new: str) -> None:
    assert old in TEXT
    found = read_csv(TEXT.replace(old, new, 1).encode())
    assert codes(found) == [WRONG_VALUE.code]


def test_all_wrong_values_are_told_at_once() -> None:
    wrong = TEXT.replace("2026-11-24,323.45", "never,a lot").replace("期末余额,", "期末余额,?")
    assert codes(read_csv(wrong.encode())) == [WRONG_VALUE.code] * 3


def test_another_currency_is_refused() -> None:
    assert codes(read_csv(TEXT.replace("CNY", "HKD").encode())) == [OTHER_CURRENCY.code]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xff\xff", TEXT.encode("utf-16"),
        b"a,b,c\n1,2,3\n", b'"open', TEXT.split("流水号")[0].encode(),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused(data: bytes) -> None:
    assert codes(read_csv(data)) == [NOT_A_STATEMENT.code]


def test_a_file_beyond_the_limit_is_refused() -> None:
    assert codes(read_csv(b"a" * (GREATEST_FILE_BYTES + 1))) == [FILE_TOO_LARGE.code]


def test_the_manual_names_every_line_and_column() -> None:
    manual = (ROOT / "docs" / "reference" / "documents.md").read_text("utf-8")
    assert [word for word in [*HEAD, *COLUMNS, *HEAD.values(), *COLUMNS.values()] if word not in manual] == []
