"""No field that may hold a personal identifier is forgotten: it is marked, or listed here with a reason."""

from __future__ import annotations

import re
from typing import Any

import pytest

from yidi.edges.secrecy.marks import MARKS, Mark, searched
from yidi.edges.storage.schema import gathered
from yidi.processes.ports.deciding import Many, One

SUSPICIOUS = re.compile(
    "certificate|name|phone|address|number|holder|account|agent|operator|doctor|particulars|content|statement"
    "|reply|message|note|reason|remark|born|signed_by|taken_by|counterpart|trouble|text"
)
PUBLIC_PLACE = "an institution or a province, public"
CODE_NAME = "the name of a code: of a disease, an item or a department"
IN_OFFICE = "a clerk or doctor acting in office, who must be known to an audit"
OWN_NUMBER = "a number given by this system or an institution, telling nothing of a person"
KIND = "a kind of thing, shared by millions"
MONEY = "an amount"
OFFICIAL = "written by an office about amounts between offices"
NOT_PERSONAL = {
    "*.institution_name": PUBLIC_PLACE,
    "Institution.name": PUBLIC_PLACE,
    "PartyAccount.holder": PUBLIC_PLACE,
    "PartyAccount.number": PUBLIC_PLACE,
    "OrderBatch.holder": PUBLIC_PLACE,
    "OrderBatch.number": PUBLIC_PLACE,
    "PaymentOrdered.holder": PUBLIC_PLACE,
    "PaymentOrdered.number": PUBLIC_PLACE,
    "PaymentOrdered.remark": OFFICIAL,
    "ImportedStatement.account": PUBLIC_PLACE,
    "*.counterpart": PUBLIC_PLACE,
    "*.disease_name": CODE_NAME,
    "*.item_name": CODE_NAME,
    "ItemMapping.own_name": CODE_NAME,
    "Diagnosis.name": CODE_NAME,
    "Diagnosis.doctor_name": IN_OFFICE,
    "Diagnosis.doctor_code": IN_OFFICE,
    "FeeLine.particulars": IN_OFFICE,
    "SignIn.operator": IN_OFFICE,
    "SignOut.operator": IN_OFFICE,
    "*.signed_by": IN_OFFICE,
    "*.taken_by": IN_OFFICE,
    "Filing.agent_relation": KIND,
    "*.certificate_type": KIND,
    "*.statement_id": OWN_NUMBER,
    "ImportedStatement.statement_no": OWN_NUMBER,
    "Visit.own_number": OWN_NUMBER,
    "StayNotice.own_number": OWN_NUMBER,
    "ClearingNotice.number": OWN_NUMBER,
    "ClearingNoticeLine.number": OWN_NUMBER,
    "ChainLink.number": OWN_NUMBER,
    "ChainSeal.number": OWN_NUMBER,
    "SealedHead.number": OWN_NUMBER,
    "ChainSeal.key_name": OWN_NUMBER,
    "*.account_fen": MONEY,
    "Posting.account": "an account of a ledger, named by its use",
    "*.reason": "why an office decided, in the words of a rule or about amounts",
    "LineFate.note": OFFICIAL,
    "Declaration.note": OFFICIAL,
}


def suspicious() -> set[str]:
    """List every text field of every record whose name sounds personal and that is not marked."""
    found = set()
    for record, table in gathered().tables.items():
        for column in table.columns:
            if (
                column.kind == "TEXT"
                and SUSPICIOUS.search(column.name)
                and column.name not in MARKS.get(record, {})
            ):
                found.add(f"{record.__name__}.{column.name}")
    return found


def listed(field: str) -> bool:
    return field in NOT_PERSONAL or f"*.{field.partition('.')[2]}" in NOT_PERSONAL


def test_every_field_that_sounds_personal_is_marked_or_listed_with_a_reason() -> None:
    forgotten = sorted(field for field in suspicious() if not listed(field))
    assert forgotten == [], "mark them in edges/secrecy/marks.py, or list them here and say why not"


def test_nothing_is_listed_that_is_not_there() -> None:
    there = suspicious() | {f"*.{field.partition('.')[2]}" for field in suspicious()}
    gone = {entry for entry in NOT_PERSONAL if entry not in there and not entry.endswith("_fen")}
    numbers = {entry for entry in gone if NOT_PERSONAL[entry] in (OWN_NUMBER, MONEY)}
    assert gone - numbers == set(), "strike them"


@pytest.mark.parametrize("record", MARKS, ids=lambda record: record.__name__)
def test_marked_fields_are_text_and_keys_are_searched(record: Any) -> None:
    """A column by which facts are found may be hashed, never only encrypted; sums and orders use neither."""
    schema = gathered()
    table = schema.tables[record]
    assert {table.kind(field) for field in MARKS[record]} == {"TEXT"}
    for view in schema.views.values():
        if view.record is record:
            kept = {field for field, mark in MARKS[record].items() if mark is Mark.KEPT}
            assert kept.isdisjoint(view.by), view.name
            assert isinstance(view, (One, Many)) or kept.isdisjoint((view.per, view.of))
    assert len(table.ciphers) == len(searched(record))
