"""The SQL that makes a synthetic day: settlements, what each party holds of them, and what was injected.

Only DuckDB runs it. Chance is a scramble of seed and number (integer arithmetic, the same on every machine
and for ever), so the same seed makes the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from yidi.edges.batch.form import FORM, SIDES

DRAWS = ("pair", "size", "fate", "share")
DIFFERENCES = (
    "missing_at_care",
    "missing_at_nation",
    "missing_at_insured",
    "amount",
    "duplicate",
    "reversed_at_one_only",
    "state",
    "attribution",
    "late",
)
"""The classes of `reconcile_day`, each injected at the same rate."""

UNDONE_PPM = 20_000
"""Settlements that are undone, in a million."""
_STEPS = ((15, 739982445), (12, 695872825), (15, 739982445), (12, 695872825), (15, 1))
"""Shift and odd multiplier of each round: multipliers below 2^31 keep every product within 63 bits."""


def drawn() -> str:
    """Write the CTEs that give every number `n` its draws, 32 bits each."""
    starts = ", ".join(
        f"(n * 1103515245 + $seed * 40503 + {salt * 1640531527}) & 4294967295 AS {name}"
        for salt, name in enumerate(DRAWS, 1)
    )
    text = f"drawn0 AS (SELECT n, {starts} FROM range($first, $last) numbers(n))"
    for number, (places, factor) in enumerate(_STEPS, 1):
        mixed = ", ".join(
            f"(xor({name}, {name} >> {places}) * {factor}) & 4294967295 AS {name}" for name in DRAWS
        )
        text += f",\ndrawn{number} AS (SELECT n, {mixed} FROM drawn{number - 1})"
    return text


def fate(rate_ppm: int, injected: Sequence[str]) -> str:
    """Write which difference a settlement suffers, or an empty text; `rate_ppm` for each of them."""
    cases = [f"WHEN chance < {rate_ppm * number} THEN '{name}'" for number, name in enumerate(injected, 1)]
    return f"CASE {' '.join(cases)} ELSE '' END" if cases else "''"


def settlements(provinces: Sequence[str], rate_ppm: int, injected: Sequence[str] = DIFFERENCES) -> str:
    """Write the table of a day's settlements, undone ones with their negative record after them.

    Needs $seed, $first and $last (numbers), $since (microsecond of the day's begin) and $step. Pairs of
    provinces lean to the head of the list; 5 in 100 are stays, whose totals and funds have about the
    published means (some 17,000 yuan a stay, 200 yuan else); UNDONE_PPM are undone.
    """
    codes, count = ", ".join(f"'{code}'" for code in provinces), len(provinces)
    return f"""
CREATE OR REPLACE TEMP TABLE settled AS
WITH {drawn()},
placed AS (
  SELECT n, pair, size, share, fate % 1000000 AS chance, fate // 1000000 AS side,
    ({count} * (pair & 1023) * (pair & 1023)) >> 20 AS care_no,
    ({count} * ((pair >> 10) & 1023) * ((pair >> 10) & 1023)) >> 20 AS drawn_no,
    (pair >> 20) % 100 < 5 AS stay, $since + (n - $first) * $step AS microsecond
  FROM drawn{len(_STEPS)}
),
valued AS (
  SELECT *, CASE WHEN drawn_no = care_no THEN (care_no + 1) % {count} ELSE drawn_no END AS insured_no,
    CASE WHEN share & 65535 < 36000 THEN '310' ELSE '390' END AS scheme,
    CASE WHEN stay THEN 120000 + ((size & 65535) * (size & 65535)) // 900
      ELSE 800 + ((size & 65535) * (size & 65535)) // 73000 END AS total_fen,
    {fate(rate_ppm, injected)} AS difference
  FROM placed
),
priced AS (
  SELECT *, [{codes}][care_no + 1] AS care, [{codes}][insured_no + 1] AS insured,
    total_fen * CASE WHEN stay THEN 4800 + (share >> 16) % 2500 ELSE 3000 + (share >> 16) % 4000 END
      // 10000 AS fund_fen
  FROM valued
),
whole AS (
  SELECT microsecond * 1000 + care_no AS settlement_key,
    CAST(care || insured || scheme AS BIGINT) AS pair_key, microsecond, care, insured, scheme,
    insured[:2] || lpad(CAST(1 + (size >> 16) % 12 AS VARCHAR), 2, '0') || '00' AS area,
    'H' || care[:4] || lpad(CAST(((size >> 16) % 997) * ((size >> 16) % 997) // 1200 AS VARCHAR), 5, '0')
      AS institution_code,
    total_fen, fund_fen,
    CASE WHEN scheme = '310' THEN (total_fen - fund_fen) * (share % 7) // 10 ELSE 0 END AS account_fen,
    difference, side, chance >= {1_000_000 - UNDONE_PPM} OR difference = 'reversed_at_one_only' AS undone
  FROM priced
)
SELECT settlement_key, pair_key, CAST(settlement_key AS VARCHAR) AS settlement_id, '' AS undoes, microsecond,
  care, insured, area, scheme, institution_code, total_fen, fund_fen, account_fen,
  CASE WHEN difference = 'reversed_at_one_only' THEN '' ELSE difference END AS difference, side
FROM whole
UNION ALL
SELECT settlement_key + 1000, pair_key, CAST(settlement_key + 1000 AS VARCHAR),
  CAST(settlement_key AS VARCHAR), microsecond + 1, care, insured, area, scheme, institution_code,
  -total_fen, -fund_fen, -account_fen,
  CASE WHEN difference = 'reversed_at_one_only' THEN difference ELSE '' END, side
FROM whole WHERE undone
"""


def side_rows(side: str, day: str, *, late: bool) -> str:
    """Write what a side holds of the settlements of a day: changed as injected, without what it lacks.

    Every difference strikes one side, drawn by `side`; a late one is counted a day on (`late` asks for it).
    """
    number = SIDES.index(side)
    here = f"side % 3 = {number}"
    other = f"WHEN difference = 'attribution' AND {here}"
    changed = {
        "pair_key": f"pair_key + CASE {other} THEN CASE WHEN scheme = '310' THEN 80 ELSE -80 END ELSE 0 END",
        "case_id": "'C' || settlement_id",
        "area": "area" if side != "care" else "''",
        "institution_code": "institution_code" if side != "nation" else "''",
        "scheme": f"CASE {other} THEN CASE WHEN scheme = '310' THEN '390' ELSE '310' END ELSE scheme END",
        "business_day": f"DATE '{day}'" + (" + 1" if late else ""),
        "fund_fen": f"fund_fen + CASE WHEN difference = 'amount' AND {here} THEN 1 + side % 97 ELSE 0 END",
        "state": f"CASE WHEN difference = 'state' AND {here} THEN 'open' ELSE 'booked' END",
        "at": f"make_timestamp(microsecond + {(number + 1) * 90_000})",
    }
    columns = ", ".join(f'{changed.get(name, name)} AS "{name}"' for name in FORM.names)
    if late:
        return f"SELECT {columns} FROM settled WHERE difference = 'late' AND {here}"
    held = (
        f"difference <> 'missing_at_{side}' AND NOT (difference = 'reversed_at_one_only' AND NOT {here})"
        f" AND NOT (difference = 'late' AND {here})"
    )
    return (
        f"SELECT {columns} FROM settled WHERE {held}"
        f" UNION ALL SELECT {columns} FROM settled WHERE difference = 'duplicate' AND {here}"
    )
