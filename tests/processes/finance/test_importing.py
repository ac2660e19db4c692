"""A statement is taken whole or not at all, and each refusal has its name and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import AWAY, HOSPITAL
from tests.processes.finance.treasury import BANK, OWN, Treasury, line
from tests.world import codes_in, refusals_in
from yidi.processes.finance import refusals as kinds
from yidi.processes.finance.commands import RegisterBankAccount
from yidi.processes.finance.records import ImportedLine, ImportedStatement, PartyAccount
from yidi.processes.ports.deciding import Done


def test_a_statement_is_taken_with_its_lines() -> None:
    treasury = Treasury()
    statement_id = treasury.imported(line(1, 500_00, remark="清算"), line(2, -100_00))
    rows = treasury.world.records(ImportedLine)
    assert [(row.line_id, row.month, row.amount_fen) for row in rows] == [
        (f"{statement_id}.1", "2026-03", 500_00),
        (f"{statement_id}.2", "2026-03", -100_00),
    ]
    assert not treasury.ledger()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": "999"}, kinds.ACCOUNT_NOT_OURS.code),
        ({"statement_no": "N1"}, kinds.STATEMENT_IMPORTED.code),
        ({"fingerprint": "F1"}, kinds.STATEMENT_IMPORTED.code),
        ({"month": "2026-03"}, kinds.OTHER_MONTH.code),
        ({"first_day": "2026-04-02"}, ""),
        ({"first_day": "2026-03-31"}, kinds.STATEMENT_HOLE.code),
        ({"opening_fen": 1, "closing_fen": 1}, kinds.STATEMENT_HOLE.code),
        ({"closing_fen": 1}, kinds.SUMS_DIFFER.code),
        ({"lines": (line(1, 0),)}, kinds.OTHER_MONTH.code),
    ],
)
def test_a_second_statement_that_cannot_be_right_is_refused_by_name_and_changes_nothing(
    change: dict[str, Any], code: str
) -> None:
    treasury = Treasury()
    treasury.imported(line(1, 500_00))
    usual = {"first_day": "2026-04-01", "last_day": "2026-04-30", "opening_fen": 1_500_00}
    reply = treasury.importing(**usual | {"closing_fen": 1_500_00} | change)
    assert codes_in(reply) == ({code} if code else set())
    assert len(treasury.world.records(ImportedStatement)) == (1 if code else 2)


def test_every_finding_about_a_statement_is_said_at_once() -> None:
    treasury = Treasury()
    reply = treasury.importing(line(1, 1), account="1", month="2026-05", closing_fen=0)
    assert codes_in(reply) == {
        kinds.ACCOUNT_NOT_OURS.code,
        kinds.OTHER_MONTH.code,
        kinds.SUMS_DIFFER.code,
    }


def test_an_account_is_registered_in_versions_and_the_same_again_is_none() -> None:
    treasury = Treasury()
    before = len(treasury.world.records(PartyAccount))
    same = {"party": AWAY, "holder": f"户名{AWAY}", "number": OWN, **BANK}
    assert isinstance(treasury.sent(RegisterBankAccount, **same), Done)
    assert len(treasury.world.records(PartyAccount)) == before
    treasury.sent(RegisterBankAccount, **same | {"number": "6200009"})
    assert treasury.world.records(PartyAccount)[-1].version == 2
    assert treasury.imported(account=OWN)


def test_an_account_no_bank_would_take_is_refused_field_by_field() -> None:
    treasury = Treasury()
    bad = {"party": "x", "holder": " ", "number": "六", "bank": "", "bank_no": "12"}
    reply = treasury.sent(RegisterBankAccount, **bad)
    assert codes_in(reply) == {kinds.ACCOUNT_NOT_SOUND.code}
    assert {each.field for each in refusals_in(reply)} == set(bad)
    broken = {"party": HOSPITAL, "holder": "户\n名", "number": "1", **BANK}
    assert [each.field for each in refusals_in(treasury.sent(RegisterBankAccount, **broken))] == ["holder"]
