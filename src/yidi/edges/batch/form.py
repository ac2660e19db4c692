"""The form of an extract: what the care place, the nation and the insured place each say of a settlement.

One Parquet file a side and business day, `<side>/<day>.parquet`, and `manifest.json` beside them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow as pa

SIDES = ("care", "nation", "insured")
"""The three parties of the daily reconciliation (regulation 5.2, step 13)."""

FORM = pa.schema(
    [
        pa.field("settlement_key", pa.int64(), nullable=False),
        pa.field("pair_key", pa.int64(), nullable=False),
        pa.field("settlement_id", pa.string(), nullable=False),
        pa.field("undoes", pa.string(), nullable=False),
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("care", pa.string(), nullable=False),
        pa.field("insured", pa.string(), nullable=False),
        pa.field("area", pa.string(), nullable=False),
        pa.field("scheme", pa.string(), nullable=False),
        pa.field("institution_code", pa.string(), nullable=False),
        pa.field("business_day", pa.date32(), nullable=False),
        pa.field("total_fen", pa.int64(), nullable=False),
        pa.field("fund_fen", pa.int64(), nullable=False),
        pa.field("account_fen", pa.int64(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        pa.field("at", pa.timestamp("us"), nullable=False),
    ]
)
"""A party's row. Amounts in fen, negative where a record undoes another; `state` is booked, refused or open;
`at` is the UTC instant of the side's own record.

What a side does not know is empty: the care place knows no pooling area, the nation no institution.
"""
LIST_FORM = pa.schema([pa.field("settlement_id", pa.string(), nullable=False)])
"""A list of settlements handed to a job: `excluded` and `carried`."""

AMOUNTS = ("total_fen", "fund_fen", "account_fen")
BOOKED, REFUSED, OPEN = "booked", "refused", "open"
_LARGEST = 2**63
_NUMBER = re.compile("[1-9][0-9]{0,18}")
_ROUTE = re.compile("[0-9]{6} [0-9]{6} [0-9]{3}")

ROW_GROUP = 122_880
"""Rows of a row group: a multiple of what DuckDB handles at once, and small enough for a writer a day."""
DIFFERENT = ("settlement_id", "case_id")
RISING = ("settlement_key", *AMOUNTS, "at")
"""Columns of (nearly) as many values as rows: texts, and numbers that are kept as their steps."""
LAYOUT: Mapping[str, Any] = {
    "version": "2.6",
    "compression": "lz4",
    "use_dictionary": [name for name in FORM.names if name not in (*DIFFERENT, *RISING)],
    "column_encoding": dict.fromkeys(RISING, "DELTA_BINARY_PACKED")
    | dict.fromkeys(DIFFERENT, "DELTA_LENGTH_BYTE_ARRAY"),
}
"""How an extract is laid out in Parquet: read in two thirds of the time of plain columns under snappy."""
LAYOUT_IN_SQL = f"FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4_raw, ROW_GROUP_SIZE {ROW_GROUP}"
"""The same for DuckDB's COPY."""


class Sums(NamedTuple):
    """How many rows, and what they add up to in fen: of an input, a side or a file."""

    rows: int = 0
    total_fen: int = 0
    fund_fen: int = 0
    account_fen: int = 0

    def __add__(self, other: object) -> Sums:
        """Add up, field by field."""
        if not isinstance(other, Sums):
            return NotImplemented
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))


def settlement_key(settlement_id: str) -> int:
    """Return the 64-bit surrogate of a settlement number: hash tables on numbers are twice as fast.

    A number that fits stands for itself, any other text for 63 bits of its digest. Should two share one,
    they are compared again by their full numbers: a collision costs time, never a finding.
    """
    number = int(settlement_id) if _NUMBER.fullmatch(settlement_id) else _LARGEST
    if number < _LARGEST:
        return number
    digest = hashlib.sha256(settlement_id.encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def pair_key(care: str, insured: str, scheme: str) -> int:
    """Return care province, insured province and scheme as one number: 6, 6 and 3 digits, nothing lost."""
    given = f"{care} {insured} {scheme}"
    assert _ROUTE.fullmatch(given), f"no codes: {given}"
    return int(given.replace(" ", ""))
