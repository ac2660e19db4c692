"""What a file of visits must look like before anything is read from it: its columns, types and cells.

Every finding of the form is collected; cells are looked at piece by piece, so there the first one counts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from yidi.domain.money import GREATEST_FEN
from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy.refusals import (
    BALANCE_OUT_OF_RANGE,
    COLUMNS_MISSING,
    EMPTY_CELL,
    NO_VISITS,
    NO_VISITS_FILE,
    WRONG_TYPE,
)
from yidi.edges.batch.policy.visits import (
    AMOUNTS,
    FLAGS,
    HEADS,
    MARKS,
    NEEDED,
    NUMBERS,
    missing_columns,
    read_columns,
    word_columns,
)

BALANCE = "account_balance_fen"


def unreadable(path: Path, reason: str) -> Refusal:
    """Say why a file cannot be read."""
    first = next(iter(reason.splitlines()), "")
    return NO_VISITS_FILE.because("file", name=path.name, reason=first.rstrip(" ."))


def form_findings(path: Path) -> tuple[Refusal, ...]:
    """Return what is wrong with a file as a whole; nothing where it can be read as visits."""
    try:
        about = parquet.read_metadata(path)
        schema = about.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as wrong:
        return (unreadable(path, str(wrong)),)
    missing = missing_columns(schema)
    lacking = COLUMNS_MISSING.because("file", name=path.name, columns=", ".join(missing))
    nobody = NO_VISITS.because("file", name=path.name)
    return (
        *([lacking] if missing else []),
        *wrong_types(schema),
        *([nobody] if not about.num_rows else []),
    )


def wrong_types(schema: pa.Schema) -> list[Refusal]:
    """Return a finding for every column of another type than its meaning needs."""
    words = word_columns(schema)
    found = []
    for name in read_columns(schema):
        kind, expected = schema.field(name).type, ""
        if name in words:
            expected = "" if is_text(kind) else "text"
        elif name == "on":
            expected = "" if pa.types.is_date32(kind) else "date32"
        elif name in FLAGS:
            expected = "" if pa.types.is_boolean(kind) else "bool"
        elif name in (*NUMBERS, *HEADS, "person", BALANCE) or name.startswith((AMOUNTS, MARKS)):
            fits = pa.types.is_integer(kind) and kind != pa.uint64()
            expected = "" if fits else "int64"
        if expected:
            found.append(WRONG_TYPE.because(name, column=name, found=str(kind), expected=expected))
    return found


def is_text(kind: pa.DataType) -> bool:
    """Say whether a column holds words, plain or by dictionary; one of nulls only has none to hold."""
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_null(plain))


def cell_findings(table: pa.Table, first: int) -> tuple[Refusal, ...]:
    """Return the first empty cell of every needed column, and the first balance out of range.

    `first` is the number of the table's first row in its file, from 0.
    """
    found = []
    for name in NEEDED:
        if table[name].null_count:
            row = first + int(np.argmax(table[name].is_null().to_numpy())) + 1
            found.append(EMPTY_CELL.because(name, row=row, column=name))
    if BALANCE in table.schema.names:
        balance = table[BALANCE].fill_null(0).to_numpy()
        wrong = (balance < 0) | (balance > GREATEST_FEN)
        if wrong.any():
            at = int(np.argmax(wrong))
            found.append(BALANCE_OUT_OF_RANGE.because(BALANCE, row=first + at + 1, amount=int(balance[at])))
    return tuple(found)
