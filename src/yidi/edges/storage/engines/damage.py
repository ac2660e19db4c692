"""Texts of a SQLite file that are no UTF-8 any more: read so that they can be named, and looked up again.

SQLite keeps whatever bytes somebody wrote into the file; Python's driver raises at the first that are no
UTF-8, and a proof that ends there would name nothing. So each byte that cannot be read becomes a private
character of its own (U+10FF80 and on), which no honest text holds, and that byte again in a parameter.
"""

from __future__ import annotations

import codecs
import re
import sqlite3
from collections.abc import Sequence
from typing import Any

_ERRORS = "yidi.damaged"
_FIRST = 0x10FF00
_PRIVATE = re.compile("[\U0010ff80-\U0010ffff]")
_SAID = "Could not decode to UTF-8"


def _private(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "".join(chr(_FIRST + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_ERRORS, _private)


def fetched(connection: sqlite3.Connection, sql: str, given: Sequence[str | int]) -> list[tuple[Any, ...]]:
    """Read rows; `sql` marks its parameters ?1, ?2, ... Texts that are no UTF-8 are read as said above."""
    if any(isinstance(one, str) and _PRIVATE.search(one) for one in given):
        texts = "|".join(str(number) for number, one in enumerate(given, 1) if isinstance(one, str))
        as_text = re.sub(rf"\?({texts})\b", r"CAST(?\1 AS TEXT)", sql)
        return _damaged(connection, as_text, [_bytes(one) if isinstance(one, str) else one for one in given])
    try:
        return connection.execute(sql, given).fetchall()
    except sqlite3.OperationalError as error:
        if not str(error).startswith(_SAID):
            raise
    return _damaged(connection, sql, given)


def _damaged(
    connection: sqlite3.Connection, sql: str, given: Sequence[str | int | bytes]
) -> list[tuple[Any, ...]]:
    connection.text_factory = _read
    try:
        return connection.execute(sql, given).fetchall()
    finally:
        connection.text_factory = str


def _read(raw: bytes) -> str:
    return raw.decode("utf-8", _ERRORS)


def _bytes(text: str) -> bytes:
    """Give a text its bytes back, those that could not be read too."""
    parts = _PRIVATE.split(text)
    lost = [bytes([ord(one) - _FIRST]) for one in _PRIVATE.findall(text)]
    return b"".join(part.encode() + byte for part, byte in zip(parts, [*lost, b""], strict=True))
