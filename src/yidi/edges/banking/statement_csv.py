"""Reads and writes bank statements as CSV: named head lines, then one line a movement.

The columns stand in docs/reference/documents.md. Encodings: UTF-8 with or without mark, GBK (GB 18030), found
by strict decoding, so a file that is neither is refused rather than misread.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from yidi.domain.dates import parse_day
from yidi.domain.money import format_yuan, parse_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.banking.refusals import OTHER_CURRENCY, WRONG_VALUE
from yidi.edges.banking.statement import BankLine, BankStatement
from yidi.edges.banking.words import CURRENCY, not_a_statement, too_large

HEAD = {
    "账号": "account",
    "对账单号": "statement_no",
    "起始日期": "first_day",
    "截止日期": "last_day",
    "币种": "currency",
    "期初余额": "opening",
    "期末余额": "closing",
}
"""Labels of the head lines and what they mean; the English word may stand instead."""
COLUMNS = {
    "流水号": "line_no",
    "日期": "day",
    "收入": "income",
    "支出": "outgo",
    "对方户名": "counterpart",
    "对方账号": "counterpart_account",
    "参考号": "reference",
    "附言": "remark",
}
"""Titles of the columns and what they mean; the English word may stand instead, in any order."""
_YUAN = {"CNY", "RMB", "人民币"}
_THOUSANDS = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d*)?$")
_MOST_COLUMNS = 64


class _Reading(Struct):
    """What was read so far and what was found wrong on the way."""

    head: dict[str, str]
    head_lines: dict[str, int]
    refusals: list[Refusal]

    def wrong(self, line: int, column: str, value: str) -> None:
        """Note a value that cannot be read."""
        self.refusals.append(WRONG_VALUE.because(column, line=line, column=column, value=value[:60]))

    def day(self, line: int, column: str, value: str) -> str:
        """Read a day."""
        found = parse_day(value.replace("/", "-"))
        if found is None:
            self.wrong(line, column, value)
        return found.isoformat() if found else ""

    def fen(self, line: int, column: str, value: str) -> int:
        """Read an amount in yuan, with or without thousands."""
        found = parse_yuan(value.replace(",", "") if _THOUSANDS.match(value) else value)
        if found is None:
            self.wrong(line, column, value)
        return found or 0


def read_csv(data: bytes) -> BankStatement | list[Refusal]:
    """Read a statement. Checks of sums and accounts are `check_statement`'s."""
    text = too_large(data) or _decoded(data)
    if isinstance(text, list):
        return text
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), strict=True)]
    except csv.Error as fault:
        return [not_a_statement(f"CSV有误：{fault}", f"its CSV is broken: {fault}")]
    reading = _Reading({}, {}, [])
    start = _head(rows, reading)
    if reading.refusals or start is None:
        return reading.refusals or [not_a_statement("没有列标题行", "there is no line of column titles")]
    return _statement(rows, start, reading)


def _decoded(data: bytes) -> str | list[Refusal]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    return [not_a_statement("编码既不是UTF-8也不是GBK", "it is neither UTF-8 nor GBK")]


def _head(rows: Sequence[Sequence[str]], reading: _Reading) -> int | None:
    """Read the head lines; return where the column titles stand, None when they never come."""
    meanings = {**HEAD, **{word: word for word in HEAD.values()}}
    for at, row in enumerate(rows):
        if _titles(row):
            missing = [label for label, word in HEAD.items() if word not in reading.head]
            if missing:
                names = "、".join(missing)
                reading.refusals.append(not_a_statement(f"缺少{names}", f"these lines are missing: {names}"))
            return at
        word = meanings.get(row[0]) if row else None
        if word in reading.head:
            reading.wrong(at + 1, row[0], "重复 twice")
        if word is not None:
            reading.head[word] = row[1] if len(row) > 1 else ""
            reading.head_lines[word] = at + 1
    return None


def _titles(row: Sequence[str]) -> dict[str, int]:
    """Map the meaning of each column to its place; empty when the row is no line of titles."""
    meanings = {**COLUMNS, **{word: word for word in COLUMNS.values()}}
    found = {meanings[title]: at for at, title in enumerate(row[:_MOST_COLUMNS]) if title in meanings}
    return found if {"day", "income", "outgo"} <= set(found) else {}


def _statement(rows: Sequence[Sequence[str]], start: int, reading: _Reading) -> BankStatement | list[Refusal]:
    head, at = reading.head, reading.head_lines
    if head["currency"].upper() not in _YUAN:
        reading.refusals.append(
            OTHER_CURRENCY.because("currency", currency=head["currency"], where=f"第{at['currency']}行")
        )
    for word in ("account", "statement_no"):
        if not head[word]:
            reading.wrong(at[word], word, "")
    statement = BankStatement(
        account=head["account"],
        statement_no=head["statement_no"],
        first_day=reading.day(at["first_day"], "起始日期", head["first_day"]),
        last_day=reading.day(at["last_day"], "截止日期", head["last_day"]),
        opening_fen=reading.fen(at["opening"], "期初余额", head["opening"]),
        closing_fen=reading.fen(at["closing"], "期末余额", head["closing"]),
        lines=tuple(_lines(rows, start, reading)),
    )
    return reading.refusals or statement


def _lines(rows: Sequence[Sequence[str]], start: int, reading: _Reading) -> Iterator[BankLine]:
    places = _titles(rows[start])
    movement = 0
    for number, row in enumerate(rows[start + 1 :], start + 2):
        if not any(row):
            continue
        movement += 1
        cells = {word: row[at] if at < len(row) else "" for word, at in places.items()}
        yield _line(number, movement, cells, reading)


def _line(number: int, movement: int, cells: dict[str, str], reading: _Reading) -> BankLine:
    """Make a movement of a row: exactly one of income and outgo, which may be negative when corrected."""
    income = reading.fen(number, "收入", cells["income"]) if cells["income"] else 0
    outgo = reading.fen(number, "支出", cells["outgo"]) if cells["outgo"] else 0
    if bool(cells["income"]) == bool(cells["outgo"]) and not (bool(income) ^ bool(outgo)):
        reading.wrong(number, "收入/支出", f"{cells['income']}/{cells['outgo']}")
    given = cells.get("line_no", "")
    if given and not (given.isascii() and given.isdecimal()):
        reading.wrong(number, "流水号", given)
        given = ""
    return BankLine(
        line_no=int(given) if given else movement,
        day=reading.day(number, "日期", cells["day"]),
        amount_fen=income - outgo,
        counterpart=cells.get("counterpart", ""),
        reference=cells.get("reference", ""),
        remark=cells.get("remark", ""),
        counterpart_account=cells.get("counterpart_account", ""),
    )


def write_csv(statement: BankStatement, encoding: str = "utf-8-sig") -> bytes:
    """Write a statement as `read_csv` reads it."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    values = {
        "account": statement.account,
        "statement_no": statement.statement_no,
        "first_day": statement.first_day,
        "last_day": statement.last_day,
        "currency": CURRENCY,
        "opening": format_yuan(statement.opening_fen),
        "closing": format_yuan(statement.closing_fen),
    }
    writer.writerows([label, values[word]] for label, word in HEAD.items())
    writer.writerow(COLUMNS)
    for line in statement.lines:
        amount = format_yuan(abs(line.amount_fen))
        came_in = line.amount_fen >= 0
        writer.writerow(
            [line.line_no, line.day, amount if came_in else "", "" if came_in else amount,
             line.counterpart, line.counterpart_account, line.reference, line.remark]
        )  # fmt: skip
    return target.getvalue().encode(encoding)
