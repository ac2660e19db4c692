"""Statements: what closes is taken, what does not is refused whole, in whatever form it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.edges.banking.samples import CAMT, MADE_AT, STATEMENT, codes
from yidi.edges.banking.camt_writing import write_camt053
from yidi.edges.banking.reading import read_statements
from yidi.edges.banking.refusals import (
    DOES_NOT_ADD_UP,
    LINE_OUTSIDE_PERIOD,
    LINE_TWICE,
    OTHER_ACCOUNT,
    STATEMENT_TWICE,
)
from yidi.edges.banking.statement import BankLine, BankStatement, Imported, check_statement
from yidi.edges.banking.statement_csv import write_csv

OWN = {STATEMENT.account}
TEXTS = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Z"), include_characters="\"'<>&;，"), max_size=30
)
FEN = st.integers(-(10**13), 10**13).filter(bool)


@dataclass
class Form:
    """A form a statement can come in."""

    name: str
    write: Any


FORMS = [
    Form("camt.053", lambda statement: write_camt053(statement, "B-1", MADE_AT)),
    Form("CSV in UTF-8", write_csv),
    Form("CSV in GBK", lambda statement: write_csv(statement, "gb18030")),
]


@st.composite
def statements(draw: st.DrawFn) -> BankStatement:
    """Draw a statement that closes."""
    days = st.sampled_from(["2026-11-24", "2026-11-25", "2026-11-30"])
    moved = draw(st.lists(st.tuples(days, FEN, TEXTS, TEXTS, TEXTS), max_size=12))
    lines = tuple(
        BankLine(at, day, fen, name, reference, remark, "6200120000000001")
        for at, (day, fen, name, reference, remark) in enumerate(moved, 1)
    )
    opening = draw(FEN)
    closing = opening + sum(line.amount_fen for line in lines)
    return BankStatement(STATEMENT.account, "NO-1", "2026-11-24", "2026-11-30", opening, closing, lines)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_statement_is_read_from_each_form(form: Form) -> None:
    assert read_statements(form.write(STATEMENT), OWN) == (STATEMENT,)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@given(statement=statements())
def test_every_statement_survives_the_way_through_a_file(form: Form, statement: BankStatement) -> None:
    assert read_statements(form.write(statement), OWN) == (statement,)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@given(statement=statements(), missing=st.integers(-(10**6), 10**6).filter(bool))
def test_a_statement_that_does_not_close_is_refused(
    form: Form, statement: BankStatement, missing: int
) -> None:
    wrong = msgspec.structs.replace(statement, closing_fen=statement.closing_fen + missing)
    assert codes(read_statements(form.write(wrong), OWN)) == [DOES_NOT_ADD_UP.code]


def test_another_account_is_refused() -> None:
    assert codes(read_statements(CAMT, {"6299"})) == [OTHER_ACCOUNT.code]


def test_a_statement_imported_before_is_refused_whatever_its_form() -> None:
    before = [Imported(STATEMENT.account, STATEMENT.statement_no, STATEMENT.fingerprint())]
    for form in FORMS:
        assert codes(read_statements(form.write(STATEMENT), OWN, before)) == [STATEMENT_TWICE.code]


def test_the_same_number_with_other_lines_is_refused_as_doubled() -> None:
    before = [Imported(STATEMENT.account, STATEMENT.statement_no, "another fingerprint")]
    assert codes(read_statements(CAMT, OWN, before)) == [STATEMENT_TWICE.code]


def test_the_number_of_another_account_is_no_double() -> None:
    before = [Imported("6299", STATEMENT.statement_no, "another fingerprint")]
    assert read_statements(CAMT, OWN, before) == (STATEMENT,)


def test_a_line_that_stands_twice_is_refused_by_its_number() -> None:
    line = STATEMENT.lines[0]
    doubled = msgspec.structs.replace(
        STATEMENT, lines=(line, line), closing_fen=STATEMENT.opening_fen + 2 * line.amount_fen
    )
    assert codes(read_statements(write_csv(doubled), OWN)) == [LINE_TWICE.code]


def test_a_line_of_another_month_is_refused() -> None:
    early = msgspec.structs.replace(STATEMENT.lines[0], day="2026-10-24")
    other = msgspec.structs.replace(STATEMENT, lines=(early, STATEMENT.lines[1]))
    assert codes(read_statements(write_csv(other), OWN)) == [LINE_OUTSIDE_PERIOD.code]


def test_all_findings_of_a_statement_are_told_at_once() -> None:
    wrong = msgspec.structs.replace(STATEMENT, account="6299", closing_fen=0, last_day="2026-11-24")
    found = [refusal.code for refusal in check_statement(wrong, OWN)]
    assert found == [OTHER_ACCOUNT.code, DOES_NOT_ADD_UP.code, LINE_OUTSIDE_PERIOD.code]


@given(st.binary(max_size=300))
def test_no_bytes_whatever_make_the_reader_fall(data: bytes) -> None:
    assert codes(read_statements(data, OWN))


@given(st.integers(0, len(CAMT) - 1), st.binary(min_size=1, max_size=3))
def test_a_damaged_message_is_read_right_or_refused(place: int, patch: bytes) -> None:
    found = read_statements(CAMT[:place] + patch + CAMT[place + len(patch) :], OWN)
    if isinstance(found, tuple):
        assert [check_statement(each, OWN) for each in found] == [[]]
    else:
        assert codes(found)
