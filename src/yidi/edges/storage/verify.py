"""Proves that balances and states equal the facts: each check is one SELECT of what contradicts it.

A check that finds nothing holds. The texts are portable: the same on SQLite and PostgreSQL. Where a
matter may still be under way (the outbox holds something not parked), a missing link is no finding yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from yidi.edges.storage.engine import Engine

SHOWN = 20
"""Findings listed a check; all are counted."""


class Check(NamedTuple):
    """A claim about the facts, in both languages, and the SELECT of what contradicts it."""

    name: str
    zh: str
    en: str
    sql: str


class Result(NamedTuple):
    """How a check came out: how many findings, and the first of them as text."""

    check: Check
    found: int
    findings: Sequence[str]


_SETTLED = "NOT EXISTS (SELECT 1 FROM outbox WHERE parked_at = '')"
_SHARES = (
    "pool_fen",
    "large_sum_fen",
    "serious_illness_fen",
    "civil_servant_fen",
    "employer_supplement_fen",
    "assistance_fen",
    "disabled_soldier_fen",
    "other_fen",
)
_AMOUNTS = ("total_fen", "in_scope_fen", "fund_fen", "person_fen", "account_fen", "cash_fen", "hospital_fen")
_VERSIONED = (
    ("insurance_relation", "version", "person_no, scheme, area"),
    ("identity_mark", "version", "person_no, identity_type"),
    ("chronic_certificate", "version", "person_no, disease_code"),
    ("institution", "version", "institution_code"),
    ("service_opening", "version", "institution_code, service, disease_code"),
    ("item_mapping", "version", "institution_code, own_code, item_code"),
    ("filing", "version", "filing_id"),
    ("selection", "version", "selection_id"),
    ("claim", "version", "claim_id"),
    ("reconciliation_run", "version", "day"),
    ("difference", "version", "difference_id"),
    ("reconciliation_case", "version", "case_no"),
    ("visit_change", "sequence", "visit_id"),
)

_MESSAGES = (
    Check(
        "messages_answered",
        "每份已受理的机构报文都有应答",
        "every message of an institution that was taken has an answer",
        "SELECT r.jurisdiction, r.sender, r.msgid, r.command FROM received r"
        " LEFT JOIN replied a ON a.jurisdiction = r.jurisdiction AND a.sender = r.sender"
        " AND a.msgid = r.msgid"
        f" WHERE a.msgid IS NULL AND LENGTH(r.sender) <> 6 AND {_SETTLED}",
    ),
    Check(
        "answers_asked_for",
        "每份应答都对应已受理的报文",
        "every answer belongs to a message that was taken",
        "SELECT a.jurisdiction, a.sender, a.msgid FROM replied a"
        " LEFT JOIN received r ON a.jurisdiction = r.jurisdiction AND a.sender = r.sender"
        " AND a.msgid = r.msgid"
        " WHERE r.msgid IS NULL",
    ),
    Check(
        "nothing_parked",
        "没有搁置的报文",
        "no message is parked",
        "SELECT destination, sender, msgid, trouble FROM outbox WHERE parked_at <> ''",
    ),
)
_SETTLEMENTS = (
    Check(
        "shares_add_up",
        "费用总额等于基金、个人与医院负担之和",
        "total is fund plus person plus hospital, fund is the sum of its shares, person is account plus cash",
        "SELECT jurisdiction, settlement_id, total_fen, fund_fen, person_fen, hospital_fen FROM settlement"
        " WHERE total_fen <> fund_fen + person_fen + hospital_fen OR person_fen <> account_fen + cash_fen"
        f" OR fund_fen <> {' + '.join(_SHARES)}",
    ),
    Check(
        "undone_exactly",
        "撤销记录与原结算逐项相抵",
        "what undoes a settlement is its exact negative",
        "SELECT n.jurisdiction, n.settlement_id, n.undoes FROM settlement n LEFT JOIN settlement o"
        " ON o.jurisdiction = n.jurisdiction AND o.settlement_id = n.undoes"
        " WHERE n.undoes <> '' AND (o.settlement_id IS NULL OR o.undoes <> ''"
        f" OR {' OR '.join(f'o.{name} + n.{name} <> 0' for name in (*_AMOUNTS, *_SHARES))})",
    ),
    Check(
        "settled_once",
        "同一就诊的同一批费用至多一笔有效结算",
        "the same fees of a visit have at most one live settlement",
        "SELECT s.jurisdiction, s.visit_id, s.batch, COUNT(*) FROM settlement s LEFT JOIN settlement n"
        " ON n.jurisdiction = s.jurisdiction AND n.undoes = s.settlement_id"
        " WHERE s.undoes = '' AND n.settlement_id IS NULL"
        " GROUP BY s.jurisdiction, s.visit_id, s.batch HAVING COUNT(*) > 1",
    ),
    Check(
        "counters_of_settlements",
        "每条累计都属于一笔结算",
        "every counter entry belongs to a settlement of its person",
        "SELECT a.jurisdiction, a.settlement_id, a.counter FROM accumulator_entry a LEFT JOIN settlement s"
        " ON s.jurisdiction = a.jurisdiction AND s.settlement_id = a.settlement_id"
        " AND s.person_no = a.person_no WHERE s.settlement_id IS NULL",
    ),
    Check(
        "counters_restored",
        "累计等于有效结算之和",
        "counters are the sums over live settlements: what was undone adds nothing",
        "SELECT a.jurisdiction, a.person_no, a.year, a.counter, SUM(a.amount) FROM accumulator_entry a"
        " JOIN settlement s ON s.jurisdiction = a.jurisdiction AND s.settlement_id = a.settlement_id"
        " WHERE s.undoes <> '' OR EXISTS (SELECT 1 FROM settlement n"
        " WHERE n.jurisdiction = s.jurisdiction AND n.undoes = s.settlement_id)"
        " GROUP BY a.jurisdiction, a.person_no, a.year, a.counter HAVING SUM(a.amount) <> 0",
    ),
)
_PERSONS = (
    Check(
        "numbers_of_persons",
        "更换后的人员编号都代表同一人的首个编号，其名下没有结算",
        "every later number stands for the first number of the same person, and no settlement lies under it",
        "SELECT p.jurisdiction, p.person_no, p.stands_for FROM person p LEFT JOIN person f"
        " ON f.jurisdiction = p.jurisdiction AND f.person_no = p.stands_for WHERE p.stands_for <> ''"
        " AND (f.person_no IS NULL OR f.stands_for <> '' OR f.certificate_no <> p.certificate_no"
        " OR EXISTS (SELECT 1 FROM settlement s"
        " WHERE s.jurisdiction = p.jurisdiction AND s.person_no = p.person_no))",
    ),
)
_LEDGER = (
    Check(
        "entries_balance",
        "每笔分录借贷相等",
        "every ledger entry sums to zero",
        "SELECT jurisdiction, entry_id, SUM(amount_fen) FROM posting"
        " GROUP BY jurisdiction, entry_id HAVING SUM(amount_fen) <> 0",
    ),
    Check(
        "ledgers_balance",
        "每省总账借贷相等",
        "every province's ledger sums to zero",
        "SELECT jurisdiction, SUM(amount_fen) FROM posting GROUP BY jurisdiction HAVING SUM(amount_fen) <> 0",
    ),
    Check(
        "funds_posted",
        "基金支出等于结算记录中的基金份额",
        "what a province has spent in its ledger is what its settlements say the funds pay",
        "SELECT s.jurisdiction, s.settlement_id, s.fund_fen, COALESCE(p.spent_fen, 0) FROM settlement s"
        " LEFT JOIN (SELECT jurisdiction, entry_id, SUM(amount_fen) AS spent_fen FROM posting"
        " WHERE account LIKE 'spent.%' GROUP BY jurisdiction, entry_id) p"
        " ON p.jurisdiction = s.jurisdiction AND p.entry_id = 'B' || s.settlement_id"
        " WHERE COALESCE(p.spent_fen, 0) <> s.fund_fen",
    ),
    Check(
        "accounts_not_overdrawn",
        "个人账户没有透支",
        "no personal account is overdrawn",
        "SELECT jurisdiction, person_no, SUM(amount_fen) FROM account_entry"
        " GROUP BY jurisdiction, person_no HAVING SUM(amount_fen) < 0",
    ),
)
_LINKS = (
    Check(
        "booked_was_answered",
        "本节点每笔已入账的直接结算，就医地均有金额一致的申请与答复",
        "every direct settlement booked has one question and one answer of equal shares at its care place",
        "SELECT s.jurisdiction, s.settlement_id, s.care FROM settlement s"
        " LEFT JOIN settlement_asked q ON q.jurisdiction = s.care AND q.settlement_id = s.settlement_id"
        " LEFT JOIN settlement_answered a ON a.jurisdiction = s.care AND a.settlement_id = s.settlement_id"
        " WHERE s.kind = 'direct' AND EXISTS (SELECT 1 FROM received r WHERE r.jurisdiction = s.care)"
        f" AND {_SETTLED} AND (q.settlement_id IS NULL OR a.settlement_id IS NULL OR a.outcome <> 'booked'"
        " OR a.fund_fen <> s.fund_fen OR a.person_fen <> s.person_fen OR q.total_fen <> s.total_fen)",
    ),
    Check(
        "answered_was_booked",
        "就医地每笔成功答复在参保地都有入账",
        "every settlement answered as booked is booked at the insured place",
        "SELECT a.jurisdiction, a.settlement_id, q.insured FROM settlement_answered a"
        " JOIN settlement_asked q ON q.jurisdiction = a.jurisdiction AND q.settlement_id = a.settlement_id"
        " LEFT JOIN settlement s ON s.jurisdiction = q.insured AND s.settlement_id = a.settlement_id"
        " WHERE a.outcome = 'booked' AND s.settlement_id IS NULL"
        " AND EXISTS (SELECT 1 FROM received r WHERE r.jurisdiction = q.insured)",
    ),
    Check(
        "relayed_and_returned",
        "国家平台对每笔跨省结算均有金额一致的转发记录",
        "the nation holds a copy of the question and of the answer, of equal shares, of every settlement"
        " between provinces",
        "SELECT s.jurisdiction, s.settlement_id, s.case_id FROM settlement s"
        " WHERE s.kind = 'direct' AND s.care <> s.jurisdiction"
        " AND EXISTS (SELECT 1 FROM received r WHERE r.jurisdiction = '000000')"
        f" AND {_SETTLED} AND (NOT EXISTS (SELECT 1 FROM relayed q WHERE q.jurisdiction = '000000'"
        " AND q.case_id = s.case_id AND q.insured = s.jurisdiction)"
        " OR NOT EXISTS (SELECT 1 FROM returned a WHERE a.jurisdiction = '000000' AND a.case_id = s.case_id"
        " AND a.insured = s.jurisdiction AND a.fund_fen = s.fund_fen AND a.person_fen = s.person_fen))",
    ),
)


def _versions(table: str, column: str, of: str) -> Check:
    return Check(
        f"versions_of_{table}",
        f"{table} 的版本连续无缺",
        f"the versions of every {table.replace('_', ' ')} follow each other without a gap",
        f"SELECT jurisdiction, {of}, COUNT(*), MIN({column}), MAX({column}) FROM {table}"
        f" GROUP BY jurisdiction, {of} HAVING COUNT(*) <> MAX({column}) - MIN({column}) + 1",
    )


CHECKS = (*_MESSAGES, *_SETTLEMENTS, *_PERSONS, *_LEDGER, *_LINKS, *[_versions(*row) for row in _VERSIONED])


async def verify(engine: Engine, checks: Sequence[Check] = CHECKS) -> Sequence[Result]:
    """Make every check; a database with nothing wrong gives results with no findings."""
    results = []
    for check in checks:
        found = await engine.fetch(check.sql)
        shown = [" ".join(str(part) for part in row) for row in found[:SHOWN]]
        results.append(Result(check, len(found), shown))
    return results
