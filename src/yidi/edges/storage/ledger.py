"""The ledger read from the database: trial balance, one account's lines, and the proofs.

The texts are portable: SQLite and PostgreSQL, and DuckDB over an extract (edges/batch/ledger.py) run the
same ones. Nothing here keeps a balance: every balance is summed from its postings when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from yidi.domain.ledger.accounts import parse_account
from yidi.domain.ledger.balance import Balance, trial_balance
from yidi.domain.ledger.entry import Line
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.verify import SHOWN, Check, Result

FOR_EVER = "9999-12-31T23:59:59.999999Z"
TRIAL_BALANCE = (
    "SELECT account, counterpart, scheme,"
    " SUM(CASE WHEN amount_fen > 0 THEN amount_fen ELSE 0 END) AS debit_fen,"
    " SUM(CASE WHEN amount_fen < 0 THEN amount_fen ELSE 0 END) AS credit_fen,"
    " COUNT(*) AS postings"
    " FROM posting WHERE jurisdiction = $1 AND posted_at <= $2"
    " GROUP BY account, counterpart, scheme ORDER BY account, counterpart, scheme"
)
"""$1 is the jurisdiction, $2 an instant: what was posted up to and at it counts."""
LINES_OF_ACCOUNT = (
    "SELECT posted_at, business_day, entry_id, account, counterpart, scheme, amount_fen FROM posting"
    " WHERE jurisdiction = $1 AND account = $2 AND posted_at <= $3"
    " ORDER BY posted_at, entry_id, line"
)
LEDGERS = "SELECT DISTINCT jurisdiction FROM posting ORDER BY jurisdiction"
UNBALANCED_ENTRIES = (
    "SELECT jurisdiction, entry_id, SUM(amount_fen) FROM posting"
    " GROUP BY jurisdiction, entry_id HAVING SUM(amount_fen) <> 0"
)
UNBALANCED_LEDGERS = (
    "SELECT jurisdiction, SUM(amount_fen) FROM posting GROUP BY jurisdiction HAVING SUM(amount_fen) <> 0"
)
_ACCOUNTS = "SELECT jurisdiction, account, COUNT(*) FROM posting GROUP BY jurisdiction, account ORDER BY 1, 2"
_EVERYTHING = (
    "SELECT account, counterpart, scheme, amount_fen FROM posting WHERE jurisdiction = $1 AND posted_at <= $2"
)


class Origin(NamedTuple):
    """Which facts explain which entries: the table (rows `f`), and the SQL of an entry's id from a row."""

    table: str
    entry_id: str
    condition: str = ""

    @property
    def rows(self) -> str:
        """What stands after FROM: a table alone gets its name `f` here, a join has it."""
        return self.table if " " in self.table else f"{self.table} f"


_OF_MONTH = "JOIN clearing_notice n ON n.jurisdiction = f.jurisdiction AND n.month = f.month"
ORIGINS = (
    Origin("settlement", "'B' || f.settlement_id"),
    Origin("settlement_answered", "'A' || f.settlement_id", "f.outcome = 'booked'"),
    Origin(
        "prepayment_step",
        "'P' || f.notice_no || '.' || CAST(f.line AS TEXT)",
        "f.step IN ('paid', 'received')",
    ),
    Origin("area_payment", "'C' || f.notice_no || '.' || f.area || '.' || f.scheme"),
    Origin(
        f"clearing_step f {_OF_MONTH}",
        "'P' || n.number || '-' || f.payee",
        "f.step = 'paid' AND f.payer = n.province",
    ),
    Origin(
        f"clearing_step f {_OF_MONTH}",
        "'R' || n.number || '-' || f.payer",
        "f.step = 'received' AND f.payee = n.province",
    ),
    Origin("clearing_adjustment", "'D' || f.adjustment_id"),
    Origin("clearing_adjustment", "'E' || f.adjustment_id"),
    Origin("clearing_adjustment", "'N' || f.adjustment_id", "f.penalty_fen > 0"),
    Origin("clearing_adjustment", "'H' || f.adjustment_id", "f.care = f.insured"),
    Origin("clearing_adjustment", "'F' || f.adjustment_id", "f.care = f.insured"),
    Origin("clearing_dispute", "'D' || f.settlement_id"),
    Origin("clearing_dispute", "'E' || f.settlement_id"),
    Origin("declaration_deduction", "f.deduction_id"),
    Origin("institution_payment_line", "f.payment_id || '.' || f.scheme"),
    Origin("retention_release", "f.release_id"),
    Origin("line_fate", "f.line_id || '.in'", "f.fate = 'suspended'"),
    Origin("line_fate", "f.line_id || '.interest'", "f.fate = 'interest'"),
    Origin("line_fate", "f.line_id || '.out'", "f.fate NOT IN ('suspended', 'open')"),
    Origin("line_fate", "f.line_id || '.in'", "f.fate = 'suspended'"),
    Origin("line_fate", "f.line_id || '.out'", "f.fate IN ('matched', 'explained', 'offset', 'interest')"),
    Origin("line_fate", "f.line_id || '.interest'", "f.fate = 'interest'"),
)
"""Every process that posts names its facts here; what no fact explains is a finding."""


class AccountLine(NamedTuple):
    """One posting of an account, with the balance after it, in fen."""

    posted_at: str
    business_day: str
    entry_id: str
    account: str
    counterpart: str
    scheme: str
    amount_fen: int
    balance_fen: int


def unexplained(origins: Iterable[Origin] = ORIGINS) -> str:
    """Write the SELECT of the entries that no fact explains."""
    known = " UNION ALL ".join(
        f"SELECT f.jurisdiction, {origin.entry_id} AS entry_id FROM {origin.rows}"
        + (f" WHERE {origin.condition}" if origin.condition else "")
        for origin in origins
    )
    return (
        "SELECT DISTINCT p.jurisdiction, p.entry_id FROM posting p"
        f" LEFT JOIN ({known}) k ON k.jurisdiction = p.jurisdiction AND k.entry_id = p.entry_id"
        " WHERE k.entry_id IS NULL ORDER BY 1, 2"
    )


ENTRIES = Check("entries_balance", "每笔分录借贷相等", "every entry sums to zero", UNBALANCED_ENTRIES)
WHOLE = Check("ledgers_balance", "每省总账借贷相等", "every ledger sums to zero", UNBALANCED_LEDGERS)
EXPLAINED = Check(
    "postings_explained", "每笔分录都有业务事实", "every entry is explained by a fact", unexplained()
)
CHART = Check("chart_of_accounts", "科目均在科目表内", "every account is one of the chart", _ACCOUNTS)
SUMS = Check(
    "balances_are_sums",
    "余额等于逐笔分录之和",
    "every balance of the database is the sum of its postings, added up again one by one",
    _EVERYTHING,
)


def balances_of(rows: Iterable[Sequence[Any]]) -> tuple[Balance, ...]:
    """Read rows of `TRIAL_BALANCE`; databases give sums as their widest number."""
    return tuple(
        Balance(str(account), str(counterpart), str(scheme), int(debit), int(credit), int(postings))
        for account, counterpart, scheme, debit, credit, postings in rows
    )


async def ledgers(engine: Engine) -> list[str]:
    """List the jurisdictions that have postings here."""
    return [str(row[0]) for row in await engine.fetch(LEDGERS)]


async def read_trial_balance(engine: Engine, jurisdiction: str, at: str = FOR_EVER) -> tuple[Balance, ...]:
    """Return the trial balance of a jurisdiction at an instant (as records write it)."""
    return balances_of(await engine.fetch(TRIAL_BALANCE, jurisdiction, at))


async def read_account(
    engine: Engine, jurisdiction: str, account: str, at: str = FOR_EVER
) -> list[AccountLine]:
    """Return the lines of an account, oldest first, each with the balance after it."""
    found: list[AccountLine] = []
    balance_fen = 0
    for at_, day, entry_id, code, counterpart, scheme, fen in await engine.fetch(
        LINES_OF_ACCOUNT, jurisdiction, account, at
    ):
        balance_fen += fen
        found.append(AccountLine(at_, day, entry_id, code, counterpart, scheme, fen, balance_fen))
    return found


async def prove(engine: Engine, at: str = FOR_EVER) -> list[Result]:
    """Make every proof about the ledgers of this database; no findings means that it holds."""
    results = []
    for check in (ENTRIES, WHOLE, EXPLAINED):
        found = [" ".join(map(str, row)) for row in await engine.fetch(check.sql)]
        results.append(Result(check, len(found), found[:SHOWN]))
    accounts = await engine.fetch(CHART.sql)
    strange = [f"{row[0]} {row[1]} {row[2]}" for row in accounts if parse_account(str(row[1])) is None]
    results.append(Result(CHART, len(strange), strange[:SHOWN]))
    wrong: list[str] = []
    for jurisdiction in await ledgers(engine):
        rows = await engine.fetch(_EVERYTHING, jurisdiction, at)
        again = trial_balance(map(Line._make, rows))
        said = await read_trial_balance(engine, jurisdiction, at)
        wrong += [f"{jurisdiction} {row}" for row in sorted(set(again) ^ set(said))]
    results.append(Result(SUMS, len(wrong), wrong[:SHOWN]))
    return results
