"""Proves what follows from a settlement: its postings, and what it took from the personal account.

They are not linked, for that would cost a settlement a third more links. They are made again from the sealed
settlement (insured place) and the sealed answer (care place) by the rules of the ledger, and compared.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from yidi.domain.codes.division import province_prefix
from yidi.domain.ledger.entry import Entry
from yidi.domain.ledger.settlement import entry_of_answer, entry_of_booking, entry_of_claim
from yidi.edges.sealing.findings import ADDED, CHANGED, REMOVED, Finding
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.storage.engine import Engine
from yidi.processes.clearing.corrected import SHARES
from yidi.processes.settlement.booking import CLAIM

PAGE = 500
POSTING, ACCOUNT_ENTRY = "posting", "account_entry"
_COLUMNS = ", ".join(f"{fund}_fen" for fund in SHARES)
_BOOKINGS = (
    "SELECT settlement_id, jurisdiction, kind, person_no, care, area, scheme, account_fen, business_day,"
    f" booked_at, {_COLUMNS} FROM settlement WHERE (settlement_id, jurisdiction) > ($1, $2)"
    f" AND booked_at >= $3 ORDER BY settlement_id, jurisdiction LIMIT {PAGE}"
)
_ANSWERS = (
    "SELECT settlement_id, jurisdiction, institution_code, scheme, fund_fen, account_fen, business_day,"
    " answered_at, statement FROM settlement_answered WHERE outcome = 'booked'"
    " AND (settlement_id, jurisdiction) > ($1, $2) AND answered_at >= $3"
    f" ORDER BY settlement_id, jurisdiction LIMIT {PAGE}"
)
_POSTED = (
    "SELECT p.jurisdiction, p.entry_id, p.line, p.account, p.counterpart, p.scheme, p.amount_fen,"
    " p.business_day, p.posted_at FROM ({page}) s JOIN posting p ON p.jurisdiction = s.jurisdiction"
    " AND p.entry_id = '{mark}' || s.settlement_id ORDER BY p.entry_id, p.line"
)
_MOVED = (
    "SELECT e.jurisdiction, e.entry_id, e.person_no, e.amount_fen, e.recorded_at FROM ({page}) s"
    " JOIN account_entry e ON e.person_no = s.person_no AND e.entry_id = s.settlement_id"
    " AND e.jurisdiction = s.jurisdiction AND e.reason = 'settlement'"
)
_ORPHANS = (
    "SELECT p.jurisdiction, p.entry_id, p.line FROM posting p LEFT JOIN {table} s"
    " ON s.settlement_id = SUBSTR(p.entry_id, 2) AND s.jurisdiction = p.jurisdiction{condition}"
    " WHERE SUBSTR(p.entry_id, 1, 1) = '{mark}' AND s.settlement_id IS NULL"
)
_STRAY = (
    "SELECT e.jurisdiction, e.person_no, e.entry_id FROM account_entry e LEFT JOIN settlement s"
    " ON s.settlement_id = e.entry_id AND s.jurisdiction = e.jurisdiction AND s.person_no = e.person_no"
    " WHERE e.reason = 'settlement' AND s.settlement_id IS NULL"
)
Row = Sequence[Any]
Flagged = Collection[tuple[str, str, str]]
"""Facts found wrong already, as jurisdiction, kind and key: what follows from them is not told as well."""


class _Origin(NamedTuple):
    """A settlement or answer, and the postings that follow from it."""

    table: str
    mark: str
    page: str
    condition: str
    entry: Callable[[Engine, Row], tuple[Entry, str, str] | None]


class _Stated(Struct):
    area: str


_read = msgspec.json.Decoder(_Stated).decode


def _of_booking(engine: Engine, row: Row) -> tuple[Entry, str, str]:
    """Make the entry of a booking, with its business day and instant."""
    number, _, kind, person_no, care, area, scheme, account_fen, day, at = row[:10]
    shares = list(zip(SHARES, row[10:], strict=True))
    if kind == CLAIM:
        return entry_of_claim(f"B{number}", area, scheme, person_no, shares), day, at
    return entry_of_booking(f"B{number}", area, scheme, care, shares, account_fen), day, at


def _of_answer(engine: Engine, row: Row) -> tuple[Entry, str, str] | None:
    """Make the entry of an answer; None where its statement cannot be read, which is told already."""
    number, place, institution_code, scheme, fund_fen, account_fen, day, at, statement = row
    try:
        said = engine.door.show(place, "SettlementAnswered.statement", statement)
        insured = province_prefix(_read(said).area)
    except (KeyTrouble, msgspec.DecodeError):
        return None
    return entry_of_answer(f"A{number}", insured, institution_code, scheme, fund_fen, account_fen), day, at


_ORIGINS = (
    _Origin("settlement", "B", _BOOKINGS, "", _of_booking),
    _Origin("settlement_answered", "A", _ANSWERS, " AND s.outcome = 'booked'", _of_answer),
)


async def derived(engine: Engine, flagged: Flagged, since: str = "") -> AsyncIterator[Finding]:
    """Find postings and account entries that are not what their settlement says, from an instant on.

    Those that belong to no settlement at all are found by a whole walk only.
    """
    for origin in _ORIGINS:
        async for finding in _walk(engine, origin, flagged, since):
            yield finding
        if not since:
            orphans = _ORPHANS.format(table=origin.table, mark=origin.mark, condition=origin.condition)
            for place, entry_id, line in await engine.fetch(orphans):
                if (place, origin.table, _key(entry_id[1:])) not in flagged:
                    yield Finding(ADDED, place, POSTING, _key(entry_id, line), f"no {origin.table}")
    if not since:
        for place, person_no, entry_id in await engine.fetch(_STRAY):
            if (place, "settlement", _key(entry_id)) not in flagged:
                yield Finding(ADDED, place, ACCOUNT_ENTRY, _key(person_no, entry_id), "no settlement")


async def _walk(engine: Engine, origin: _Origin, flagged: Flagged, since: str) -> AsyncIterator[Finding]:
    last = ("", "")
    while rows := await engine.fetch(origin.page, *last, since):
        posted = _grouped(
            await engine.fetch(_POSTED.format(page=origin.page, mark=origin.mark), *last, since)
        )
        moved = {}
        if origin.table == "settlement":
            moved = _grouped(await engine.fetch(_MOVED.format(page=origin.page), *last, since))
        for row in rows:
            number, place = row[:2]
            if (place, origin.table, _key(number)) in flagged:
                continue
            made = origin.entry(engine, row)
            if made is not None:
                entry_id = f"{origin.mark}{number}"
                for finding in _compared(place, origin.table, made, posted.get((place, entry_id), [])):
                    yield finding
            if origin.table == "settlement":
                for finding in _account(row, moved.get((place, number), [])):
                    yield finding
        last = (rows[-1][0], rows[-1][1])


def _grouped(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), []).append(row[2:])
    return found


def _compared(
    place: str, table: str, made: tuple[Entry, str, str], posted: Sequence[Row]
) -> Iterable[Finding]:
    """Compare an entry with its postings: the lines in any order, each with its day and instant."""
    entry, day, at = made
    missing, strange = [(*line, day, at) for line in entry.lines], []
    for line, *said in posted:
        if tuple(said) in missing:
            missing.remove(tuple(said))
        else:
            strange.append(line)
    by = f"by {table} {_key(entry.entry_id[1:])}"
    for line, wanted in zip_longest(strange, missing):
        if line is None:
            yield Finding(REMOVED, place, POSTING, _key(entry.entry_id, wanted[0], wanted[1]), by)
        else:
            what = ADDED if wanted is None else CHANGED
            yield Finding(what, place, POSTING, _key(entry.entry_id, line), by)


def _account(row: Row, moved: Sequence[Row]) -> Iterable[Finding]:
    """Compare what a booking took from the personal account with the entry there."""
    number, place, _, person_no, *_, account_fen, _, at = row[:10]
    wanted = [(person_no, -account_fen, at)] if account_fen else []
    if [tuple(said) for said in moved] != wanted:
        what = CHANGED if moved and wanted else REMOVED if wanted else ADDED
        yield Finding(what, place, ACCOUNT_ENTRY, _key(person_no, number), f"by settlement {_key(number)}")


def _key(*parts: str | int) -> str:
    return msgspec.json.encode(parts).decode()
