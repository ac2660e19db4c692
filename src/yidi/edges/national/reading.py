"""Reads the input of a message: straight when it is as the standard says, patiently when it is not.

Real clients send numbers as text, words for empties, one object for an array, other spellings of a node
and unknown keys. The patient way bears all that, and collects every finding with the field's national name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from yidi.domain.refusal import Refusal
from yidi.edges.national.refusals import (
    FORBIDDEN_CHARACTER,
    MISSING,
    NOT_A_NUMBER,
    NOT_JSON,
    NOT_UTF8,
    TOO_DEEP,
    TOO_LONG,
    WRONG_SHAPE,
    named,
)
from yidi.edges.national.tables.form import NOTHING, Field, Node, Transaction

MOST_FINDINGS = 50
"""Findings told at most: a page of a thousand wrong lines has one cause, not a thousand."""
WORDS_FOR_NOTHING = frozenset({"null", "NULL", "Null", "undefined"})
_ESCAPED_NULL = b"\\u0000"
_SMALL = 8192
"""Below this size a message is searched for other spellings of the extension."""
_POSITION = re.compile(r"byte (\d+)")
_ANYTHING = msgspec.json.Decoder(float_hook=Decimal)


class Findings(list[Refusal]):
    """The findings of one message, as many as are told."""

    def add(self, refusal: Refusal) -> None:
        """Keep a finding."""
        if len(self) < MOST_FINDINGS:
            self.append(refusal)


def decode_fault(body: bytes, fault: Exception) -> Refusal:
    """Say why bytes are not a message: code page, depth or form."""
    if isinstance(fault, RecursionError):
        return TOO_DEEP.because()
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        return NOT_UTF8.because(position=wrong.start)
    found = _POSITION.search(str(fault))
    return NOT_JSON.because(position=found.group(1) if found else len(body))


def read_input(transaction: Transaction, raw: bytes) -> Any:
    """Read the input node of a message as the transaction's struct; Findings when it cannot be."""
    if b"\\" in raw and _ESCAPED_NULL in raw:
        return Findings([FORBIDDEN_CHARACTER.because()])
    if len(raw) < _SMALL and b"expContent" in raw:
        return _patiently(transaction, raw)
    try:
        asked = transaction.decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        return _patiently(transaction, raw)
    for node in transaction.asks:
        if node.many:
            _as_rows(asked, node.name)
        else:
            _without_words(node, getattr(asked, node.name))
    if transaction.asks[0].many and not getattr(asked, transaction.asks[0].name):
        return _patiently(transaction, raw)
    return asked


def _as_rows(asked: Any, name: str) -> None:
    rows = getattr(asked, name)
    if not isinstance(rows, list):
        setattr(asked, name, [] if rows is None else [rows])


def _without_words(node: Node, row: Any) -> None:
    if row is None:
        return
    for field in node.fields:
        if field.kind in "SDT" and getattr(row, field.attribute) in WORDS_FOR_NOTHING:
            setattr(row, field.attribute, "")


def _patiently(transaction: Transaction, raw: bytes) -> Any:
    try:
        given = _ANYTHING.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError) as fault:
        return Findings([decode_fault(raw, fault)])
    findings = Findings()
    if not isinstance(given, dict):
        expected = {"expected_zh": "对象", "expected_en": "an object"}
        return Findings([named(WRONG_SHAPE, "input", "交易输入", **expected)])
    nodes: dict[str, Any] = {}
    for place, node in enumerate(transaction.asks):
        nodes[node.name] = _node(node, given, findings, needed=place == 0)
    return findings or transaction.struct(**nodes)


def _node(node: Node, given: Mapping[str, Any], findings: Findings, *, needed: bool) -> Any:
    found = find_node(node, given)
    rows = found if isinstance(found, list) else [] if _nothing(found) else [found]
    if not rows and needed:
        findings.add(named(MISSING, node.name, f"节点{node.name}"))
    if len(rows) > 1 and not node.many:
        expected = {"expected_zh": "单个对象", "expected_en": "one object"}
        findings.add(named(WRONG_SHAPE, node.name, f"节点{node.name}", **expected))
        return None
    read = [
        read_row(node, row, findings, f"{node.name}[{place}]" if node.many else "")
        for place, row in enumerate(rows)
    ]
    if node.many:
        return read
    return read[0] if read else None


def find_node(node: Node, given: Mapping[str, Any]) -> Any:
    """Find a node by its name, by another spelling of it, or by its fields lying bare in the input."""
    if node.name in given:
        return given[node.name]
    for name, value in given.items():
        if name.lower() == node.name.lower():
            return value
    if any(field.name in given for field in node.fields):
        return given
    return None


def _nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and (not value.strip() or value in WORDS_FOR_NOTHING))


def read_row(node: Node, row: Any, findings: Findings, place: str) -> Any:
    """Read one row field by field; None with findings when something is wrong."""
    if not isinstance(row, Mapping):
        expected = {"expected_zh": "对象", "expected_en": "an object"}
        findings.add(named(WRONG_SHAPE, place or node.name, f"节点{node.name}", **expected))
        return None
    before = len(findings)
    values: dict[str, Any] = {}
    for field in node.fields:
        given = row.get(field.name)
        if type(given) is str and field.kind in "SDT" and 0 < len(given) <= field.limit:
            given = given.strip()
            if given and given not in WORDS_FOR_NOTHING:
                values[field.attribute] = given
                continue
        if given is None and field.kind == "X":
            given = row.get("expContent")
        if not field.needed and (given is None or given == ""):
            values[field.attribute] = field.empty
            continue
        name = f"{place}.{field.name}" if place else field.name
        values[field.attribute] = read_value(field, given, findings, name)
    return None if len(findings) > before else node.struct(**values)


def read_value(field: Field, given: Any, findings: Findings, name: str) -> Any:
    """Read one value as the table says; every oddity that real clients send is borne."""
    if _nothing(given):
        if field.needed:
            findings.add(named(MISSING, name, field.title))
        return field.empty
    if field.kind in "XB":
        return given
    return (
        _number(field, given, findings, name) if field.kind in "NI" else _text(field, given, findings, name)
    )


def _text(field: Field, given: Any, findings: Findings, name: str) -> str:
    if isinstance(given, bool):
        given = "1" if given else "0"
    if isinstance(given, int | Decimal):
        given = _plain(given)
    if not isinstance(given, str):
        findings.add(named(WRONG_SHAPE, name, field.title, expected_zh="文本", expected_en="text"))
        return ""
    text = given.strip()
    if field.limit and len(text) > field.limit:
        findings.add(named(TOO_LONG, name, field.title, length=len(text), limit=field.limit))
    return text


def _plain(number: int | Decimal) -> str:
    """Write a number as text without letting an exponent blow it up."""
    if isinstance(number, Decimal):
        wild = not number.is_finite() or abs(number.adjusted()) > 40
        return str(number) if wild else f"{number:f}"
    return str(number) if abs(number) < 10**60 else "9" * 61


def _number(field: Field, given: Any, findings: Findings, name: str) -> msgspec.Raw:
    if isinstance(given, str):
        return msgspec.Raw(given.strip().encode())
    if isinstance(given, Decimal | int) and not isinstance(given, bool):
        return msgspec.Raw(_plain(given).encode())
    findings.add(named(NOT_A_NUMBER, name, field.title))
    return NOTHING
