"""The auditor: reads what all links hold, adds up by itself, and says what does not agree.

It imports neither benefit nor ledger, nor any process: plain SQL, plain integers, its own arithmetic.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from yidi.edges.simulation.arithmetic import TERMS, Moved, Year, ceilings, settle
from yidi.edges.simulation.judging import Finding, Heard

NATION = 0
OPENING_ENTRY = "enrolment"
_COUNTERS = {
    "deductible_fen": "outpatient.deductible",
    "pool_fen": "outpatient.paid",
    "large_fen": "large-sum.paid",
}
_FEN = ("total_fen", "fund_fen", "person_fen", "account_fen")


class Row(NamedTuple):
    """One settlement as its insured place booked it."""

    place: str
    settlement_id: str
    person: str
    visit: str
    kind: str
    undoes: str
    care: str
    pack: str
    year: str
    total_fen: int
    in_scope_fen: int
    fund_fen: int
    person_fen: int
    account_fen: int
    pool_fen: int
    large_fen: int
    inputs: str


_ROWS = (
    "SELECT jurisdiction, settlement_id, person_no, visit_id, kind, undoes, care, pack_id, year, total_fen,"
    " in_scope_fen, fund_fen, person_fen, account_fen, pool_fen, large_sum_fen, inputs"
    " FROM settlement ORDER BY rowid"
)


class Copies:
    """The databases of all nodes; the settlements as booked, in the order of booking."""

    def __init__(self, places: Sequence[str], connections: Sequence[sqlite3.Connection]) -> None:
        self.places, self.connections = tuple(places), tuple(connections)
        self.booked = [Row(*row) for connection in self.connections for row in connection.execute(_ROWS)]
        self.by_id = {row.settlement_id: row for row in self.booked}
        self.undone_by = {row.undoes: row for row in self.booked if row.undoes}

    def rows(self, sql: str, *given: str) -> list[tuple[Any, ...]]:
        """Read from all nodes."""
        return [row for connection in self.connections for row in connection.execute(sql, given)]

    def count(self, table: str) -> int:
        """Count the rows of a table over all places."""
        return sum(int(row[0]) for row in self.rows(f"SELECT COUNT(*) FROM {table}"))

    def live(self) -> list[Row]:
        """Return the settlements that nothing undoes."""
        return [row for row in self.booked if not row.undoes and row.settlement_id not in self.undone_by]


def audit(copies: Copies, heard: Sequence[Heard], *, cleared: bool = False) -> list[Finding]:
    """Make every check; nothing found means that nothing was lost and nothing doubled.

    `cleared` says that the months of all settlements were cleared and paid.
    """
    found: list[Finding] = []
    for check in (*CHECKS, months_are_paid) if cleared else CHECKS:
        kind = check.__name__
        found += [Finding(kind, text) for text in check(copies)]
    found += [Finding("hospital_agrees", text) for text in hospital_agrees(copies, heard)]
    return found


def nothing_is_under_way(copies: Copies) -> Iterator[str]:
    """Outboxes are empty, every question is answered, every institution's message too."""
    for row in copies.rows("SELECT destination, sender, msgid, parked_at, trouble FROM outbox"):
        yield f"still in an outbox: {row}"
    sql = (
        "SELECT a.jurisdiction, a.settlement_id FROM settlement_asked a WHERE NOT EXISTS (SELECT 1 FROM"
        " settlement_answered b WHERE b.jurisdiction = a.jurisdiction AND b.settlement_id = a.settlement_id)"
    )
    for row in copies.rows(sql):
        yield f"asked and never answered: {row}"
    sql = (
        "SELECT r.jurisdiction, r.sender, r.msgid, r.command FROM received r WHERE LENGTH(r.sender) <> 6 AND"
        " NOT EXISTS (SELECT 1 FROM replied a WHERE a.jurisdiction = r.jurisdiction AND a.sender = r.sender"
        " AND a.msgid = r.msgid)"
    )
    for row in copies.rows(sql):
        yield f"taken and never answered: {row}"
    for row in copies.rows("SELECT claim_id FROM claim GROUP BY claim_id HAVING MAX(version) = 1"):
        yield f"claimed and never decided: {row}"


def links_agree(copies: Copies) -> Iterator[str]:
    """Care place, nation and insured place hold the same settlements, to the fen."""
    columns = "settlement_id, undoes, total_fen, fund_fen, person_fen, account_fen"
    for place in copies.places[1:]:
        sql = f"SELECT {columns} FROM settlement_answered WHERE jurisdiction = ? AND outcome = 'booked'"
        at_care = _only_once(copies.rows(sql, place), f"answered at {place}")
        booked = {_copy(row) for row in copies.booked if row.kind == "direct" and row.care == place}
        yield from _differ(at_care, booked, f"care {place}", "insured place")
        yield from _refused_ones(copies, place)
    sql = f"SELECT {columns} FROM returned WHERE jurisdiction = ? AND settlement_id <> ''"
    at_nation = _only_once(copies.rows(sql, copies.places[NATION]), "copied by the nation")
    between = {_copy(row) for row in copies.booked if row.kind == "direct" and row.care != row.place}
    yield from _differ(at_nation, between, "nation", "insured place")


def _copy(row: Row) -> tuple[Any, ...]:
    return row.settlement_id, row.undoes, row.total_fen, row.fund_fen, row.person_fen, row.account_fen


def _only_once(rows: list[tuple[Any, ...]], where: str) -> set[tuple[Any, ...]]:
    ids = [row[0] for row in rows]
    if len(set(ids)) != len(ids):
        return {("twice", where, *sorted({each for each in ids if ids.count(each) > 1}))}
    return set(rows)


def _differ(some: set[Any], others: set[Any], where: str, there: str) -> Iterator[str]:
    for row in sorted(some - others, key=str):
        yield f"{where} holds {row}, the {there} does not"
    for row in sorted(others - some, key=str):
        yield f"the {there} holds {row}, {where} does not"


def _refused_ones(copies: Copies, place: str) -> Iterator[str]:
    sql = "SELECT settlement_id FROM settlement_answered WHERE jurisdiction = ? AND outcome <> 'booked'"
    for (settlement_id,) in copies.rows(sql, place):
        if settlement_id in copies.by_id:
            yield f"{settlement_id} is refused at {place} and booked"


def questions_were_copied(copies: Copies) -> Iterator[str]:
    """The nation holds one copy of the question and one of the answer of every matter between provinces."""
    nation = copies.places[NATION]
    for table in ("relayed", "returned"):
        sql = (
            f"SELECT care, origin_sender, msgid, COUNT(*) FROM {table} WHERE jurisdiction = ?"
            " GROUP BY 1, 2, 3 HAVING COUNT(*) > 1"
        )
        if table == "returned":
            sql = sql.replace("origin_sender", "insured")
        for row in copies.rows(sql, nation):
            yield f"the nation's copy is double: {table} {row}"
    asked = {
        (place, str(row[0]))
        for place in copies.places[1:]
        for row in copies.rows(
            "SELECT case_id FROM settlement_asked WHERE jurisdiction = ? AND insured <> ? AND undoes = ''",
            place,
            place,
        )
    }
    sql = "SELECT care, case_id FROM relayed WHERE jurisdiction = ? AND question = 'BookSettlement'"
    relayed = set(copies.rows(sql, nation))
    for row in sorted(asked - relayed):
        yield f"asked by {row[0]} about {row[1]}, and the nation has no copy"


def one_effect(copies: Copies) -> Iterator[str]:
    """No charge is paid twice, no message books twice, what is barred never takes effect."""
    paid: dict[tuple[str, str], str] = {}
    for row in copies.live():
        for line in json.loads(row.inputs).get("line_ids", ()):
            other = paid.setdefault((row.visit, line), row.settlement_id)
            if other != row.settlement_id:
                yield f"line {line} of {row.visit} is paid by {other} and by {row.settlement_id}"
    sql = (
        "SELECT jurisdiction, institution_code, msgid, COUNT(*) FROM settlement_asked"
        " GROUP BY jurisdiction, institution_code, msgid HAVING COUNT(*) > 1"
    )
    for found in copies.rows(sql):
        yield f"one message asked twice: {found}"
    undone = [row.undoes for row in copies.booked if row.undoes]
    for settlement_id in sorted({each for each in undone if undone.count(each) > 1}):
        yield f"{settlement_id} is undone more than once"
    barred = {str(row[0]) for row in copies.rows("SELECT subject FROM tombstone")}
    for live in copies.live():
        if live.settlement_id in barred:
            yield f"{live.settlement_id} is barred by a tombstone and stands"


def amounts_are_right(copies: Copies) -> Iterator[str]:
    """Every settlement again, in the order of booking, by the auditor's own arithmetic; no cap exceeded."""
    years: dict[tuple[str, str], Year] = {}
    moved: dict[str, Moved] = {}
    for row in copies.booked:
        key = (row.person, row.year)
        year = years.get(key, Year())
        if row.undoes:
            year = year.plus(moved.get(row.undoes, Moved(0, 0, 0)), -1)
            yield from _negative(row, copies.by_id.get(row.undoes))
        else:
            moved[row.settlement_id] = right = settle(row.in_scope_fen, year, TERMS[row.pack])
            year = year.plus(right)
            yield from _positive(row, right)
        years[key] = year
        for text in ceilings(year):
            yield f"{row.settlement_id} of {row.person}: {text}"
    yield from _counters(copies, years)


def _positive(row: Row, right: Moved) -> Iterator[str]:
    if (row.pool_fen, row.large_fen) != (right.pool_fen, right.large_fen):
        held = (row.pool_fen, row.large_fen)
        yield f"{row.settlement_id} of {row.person} pays {held}, right is {right}"
    if row.fund_fen != row.pool_fen + row.large_fen or row.total_fen != row.fund_fen + row.person_fen:
        yield f"{row.settlement_id}: the shares do not add up to the total"
    if not 0 <= row.account_fen <= row.person_fen:
        yield f"{row.settlement_id}: the account pays {row.account_fen} of {row.person_fen}"
    inputs = json.loads(row.inputs)
    from_account = min(inputs["balance_fen"], row.person_fen) if inputs["use_account"] else 0
    if row.account_fen != from_account:
        yield f"{row.settlement_id}: the account pays {row.account_fen}, right is {from_account}"


def _negative(row: Row, original: Row | None) -> Iterator[str]:
    if original is None:
        yield f"{row.settlement_id} undoes {row.undoes}, which was never booked"
        return
    for name in (*_FEN, "in_scope_fen", "pool_fen", "large_fen"):
        if getattr(row, name) + getattr(original, name):
            yield f"{row.settlement_id} is not the negative of {row.undoes}: {name}"


def _counters(copies: Copies, years: dict[tuple[str, str], Year]) -> Iterator[str]:
    sql = "SELECT person_no, year, counter, SUM(amount) FROM accumulator_entry GROUP BY 1, 2, 3"
    held = {(person, year, counter): fen for person, year, counter, fen in copies.rows(sql) if fen}
    right = {
        (person, year, _COUNTERS[name]): fen
        for (person, year), sums in years.items()
        for name, fen in sums._asdict().items()
        if fen
    }
    for key in sorted(held.keys() | right.keys()):
        if held.get(key, 0) != right.get(key, 0):
            yield f"counter {key} is {held.get(key, 0)}, the live settlements give {right.get(key, 0)}"


def balances_are_right(copies: Copies) -> Iterator[str]:
    """Personal accounts are their opening less what live settlements took; none is overdrawn at any time."""
    running: dict[str, int] = {}
    opening: dict[str, int] = {}
    for person, origin, fen in copies.rows(
        "SELECT person_no, entry_id, amount_fen FROM account_entry ORDER BY rowid"
    ):
        running[person] = running.get(person, 0) + fen
        opening[person] = opening.get(person, 0) + (fen if origin == OPENING_ENTRY else 0)
        if running[person] < 0:
            yield f"the account of {person} is overdrawn: {running[person]}"
    taken: dict[str, int] = {}
    for row in copies.live():
        taken[row.person] = taken.get(row.person, 0) + row.account_fen
    for person, fen in sorted(running.items()):
        if fen != opening[person] - taken.get(person, 0):
            yield f"the account of {person} is {fen}, right is {opening[person] - taken.get(person, 0)}"


def ledgers_agree(copies: Copies) -> Iterator[str]:
    """Entries balance; each settlement is posted once at either end; provinces owe what others are due."""
    sql = "SELECT jurisdiction, entry_id, SUM(amount_fen) FROM posting GROUP BY 1, 2 HAVING SUM(amount_fen)"
    for row in copies.rows(sql):
        yield f"an entry does not balance: {row}"
    owed: dict[tuple[str, str], int] = {}
    sql = (
        "SELECT jurisdiction, account, counterpart, SUM(amount_fen) FROM posting"
        " WHERE account IN ('owed_to_province', 'due_from_province') GROUP BY 1, 2, 3"
    )
    for place, account, other, fen in copies.rows(sql):
        pair = (place, other) if account == "owed_to_province" else (other, place)
        owed[pair] = owed.get(pair, 0) + fen
    for pair, fen in sorted(owed.items()):
        if fen:
            yield f"{pair[0]} owes {pair[1]} another sum than it is due: they differ by {fen}"
    spent: dict[str, int] = {}
    for row in copies.live():
        spent[row.place] = spent.get(row.place, 0) + row.fund_fen
    sql = "SELECT jurisdiction, SUM(amount_fen) FROM posting WHERE account LIKE 'spent.%' GROUP BY 1"
    posted = {place: fen for place, fen in copies.rows(sql) if fen}
    for place in sorted(posted.keys() | spent.keys()):
        if posted.get(place, 0) != spent.get(place, 0):
            yield f"{place} has spent {posted.get(place, 0)}, its settlements say {spent.get(place, 0)}"


def months_are_paid(copies: Copies) -> Iterator[str]:
    """After the money days no province owes another anything, and none is due anything."""
    sql = (
        "SELECT jurisdiction, account, counterpart, SUM(amount_fen) FROM posting"
        " WHERE account IN ('owed_to_province', 'due_from_province') AND counterpart <> jurisdiction"
        " GROUP BY 1, 2, 3 HAVING SUM(amount_fen) <> 0"
    )
    for row in copies.rows(sql):
        yield f"still open after the clearing: {row}"


CHECKS: tuple[Callable[[Copies], Iterable[str]], ...] = (
    nothing_is_under_way,
    links_agree,
    questions_were_copied,
    one_effect,
    amounts_are_right,
    balances_are_right,
    ledgers_agree,
)


def hospital_agrees(copies: Copies, heard: Sequence[Heard]) -> Iterator[str]:
    """What hospitals and portals were told is what is booked: all of it, and nothing else."""
    known: set[str] = set()
    undone: set[str] = set()
    settled_by = {
        (place, sender, msgid): settlement_id
        for place in copies.places[1:]
        for sender, msgid, settlement_id in copies.rows(
            "SELECT institution_code, msgid, settlement_id FROM settlement_asked WHERE jurisdiction = ?",
            place,
        )
    }
    for row in heard:
        if row.said == "silence":
            yield f"{row.sender} {row.msgid} ({row.asked}) was never answered"
        about = row.about if row.asked == "cancel" else settled_by.get((row.place, row.sender, row.about), "")
        if row.said in ("booked", "undone") and row.asked != "reverse":
            known.add(row.settlement_id)
            yield from _told_right(copies, row)
        if row.said == "undone":
            undone.add(about)
        if row.asked == "settle" and row.said == "refused":
            made = settled_by.get((row.place, row.sender, row.msgid), "")
            if made in copies.by_id and made not in copies.undone_by:
                yield f"{row.sender} {row.msgid} was told {row.codes}, and {made} stands"
        stands = about in copies.by_id and about not in copies.undone_by
        if row.asked == "reverse" and row.said in ("undone", "nothing") and stands:
            yield f"{row.sender} {row.about} was reversed ({row.said}), and {about} stands"
    for live in copies.live():
        if live.settlement_id not in known:
            yield f"{live.settlement_id} of {live.person} stands, and nobody was told"
    for settlement_id in sorted(copies.undone_by.keys() - undone):
        yield f"{settlement_id} is undone, and nobody was told"


def _told_right(copies: Copies, row: Heard) -> Iterator[str]:
    booked = copies.by_id.get(row.settlement_id)
    if booked is None:
        yield f"{row.sender} {row.msgid} was told {row.settlement_id}, which nobody booked"
        return
    for name in _FEN:
        if getattr(booked, name) != getattr(row, name):
            fen = (getattr(row, name), getattr(booked, name))
            yield f"{row.sender} {row.msgid} was told {name} {fen[0]}, booked is {fen[1]}"
