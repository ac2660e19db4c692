"""Which settlements enter a month's clearing and which wait: one clearing each, or listed as waiting.

Pure and set-wise over facts, for months that fit in memory; the bulk job is given the same lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import astuple

from yidi.processes.clearing.commands import BuildClearing, Direction, DisputeState, Named, OwnSum, Way
from yidi.processes.clearing.lines import Item, digest_of_items, item_of, lines_of
from yidi.processes.clearing.months import enters, too_late
from yidi.processes.clearing.records import ClearingDispute
from yidi.processes.ports.deciding import NATION
from yidi.processes.reconciliation.records import Difference
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import Settlement, SettlementAnswered, SettlementAsked

DISPUTE, DIFFERENCE, NO_COPY, CLOSED = "dispute", "difference", "no_copy", "year_closed"
"""Why a settlement waits; NO_COPY: it differs and the nation does not have it; CLOSED: its year is over."""
_WAITING = frozenset({"open", "case"})


class Chosen(NamedTuple):
    """The settlements of a clearing: those in it, of these the late ones named, and those that wait."""

    items: tuple[Item, ...]
    late: tuple[Named, ...]
    held: tuple[Named, ...]


class Known(NamedTuple):
    """What the nation knows beside its copies: `carried` waited in the month before, `closed` are years."""

    carried: tuple[Named, ...] = ()
    disputes: tuple[ClearingDispute, ...] = ()
    differences: tuple[Difference, ...] = ()
    closed: frozenset[str] = frozenset()


def disputed(rows: Iterable[ClearingDispute]) -> set[str]:
    """Return the settlements whose dispute is open."""
    latest = {row.settlement_id: row for row in rows}
    return {row.settlement_id for row in latest.values() if row.state == DisputeState.OPEN}


def differing(rows: Iterable[Difference]) -> Mapping[str, Difference]:
    """Return the settlements with a difference that nobody has repaired or decided yet."""
    latest: dict[str, Difference] = {}
    for row in rows:
        known = latest.get(row.difference_id)
        if known is None or known.version < row.version:
            latest[row.difference_id] = row
    return {row.settlement_id: row for row in latest.values() if row.state in _WAITING}


def choose(
    month: str, rows: Iterable[Returned], cut_offs: Mapping[str, str], greatest_delay: int, known: Known
) -> Chosen:
    """Choose from the nation's copies of the months that may enter (`months_to_read`).

    `cut_offs` has the instant of every clearing made so far and of this one. What undoes a settlement that
    waits, waits with it: else it would come back before it was paid.
    """
    open_differences = differing(known.differences)
    waiting = {
        **dict.fromkeys(open_differences, DIFFERENCE),
        **dict.fromkeys(disputed(known.disputes), DISPUTE),
    }
    latest = {row.settlement_id: row for row in known.disputes}
    found = tuple(candidates(month, rows, cut_offs, greatest_delay, known))
    carried = {row.settlement_id: row.cause for row in known.carried}
    for item in found:
        cause, of = carried.get(item.settlement_id), item.business_day[:7]
        late_for_ever = cause == CLOSED or (cause is None and too_late(month, of, greatest_delay))
        if late_for_ever or of[:4] in known.closed:
            waiting.setdefault(item.settlement_id, CLOSED)
    items, late, held = [], [], []
    for item in found:
        stands = standing(item, latest.get(item.settlement_id))
        cause = waiting.get(item.settlement_id) or waiting.get(item.undoes)
        if cause:
            held.append(named(Way.HELD, item, cause))
        elif stands is not None:
            items.append(stands)
            if item.business_day[:7] != month:
                late.append(named(Way.LATE, stands, ""))
    listed = {row.settlement_id for row in held}
    held += [
        missing(row)
        for number, row in open_differences.items()
        if number not in listed and not row.nation_state
    ]
    return Chosen(tuple(sorted(items)), tuple(sorted(late)), tuple(sorted(held)))


def candidates(
    month: str, rows: Iterable[Returned], cut_offs: Mapping[str, str], greatest_delay: int, known: Known
) -> Iterator[Item]:
    """Yield what would enter if nothing stood against it: arrived in time, or carried over."""
    carried = {row.settlement_id: row for row in known.carried if row.cause != NO_COPY}
    for row in rows:
        if row.outcome != "accepted" or not row.settlement_id or row.settlement_id in carried:
            continue
        if enters(month, row.business_day[:7], row.returned_at, cut_offs, greatest_delay):
            yield item_of(row)
    for left in carried.values():
        yield Item(*astuple(left)[1:-1])


def standing(item: Item, dispute: ClearingDispute | None) -> Item | None:
    """Return what a resolved dispute leaves of an item; None when it is struck."""
    if dispute is None or dispute.state == DisputeState.DISMISSED:
        return item
    if dispute.state == DisputeState.UPHELD:
        return None
    return item._replace(fund_fen=dispute.fund_fen, account_fen=dispute.account_fen)


def named(way: Way, item: Item, cause: str) -> Named:
    """Name an item."""
    return Named(way, *item, cause)


def missing(row: Difference) -> Named:
    """Name a settlement that differs and of which the nation has no copy: the insured place's amounts."""
    return Named(
        Way.HELD,
        row.settlement_id,
        row.undoes,
        row.care,
        row.insured,
        row.scheme,
        row.day,
        row.insured_total_fen or row.care_total_fen or 0,
        row.insured_fund_fen or row.care_fund_fen or 0,
        row.insured_account_fen or row.care_account_fen or 0,
        NO_COPY,
    )


def building(month: str, as_of: str, chosen: Chosen, msgid: str) -> BuildClearing:
    """Make the command that builds the table of what was chosen."""
    return BuildClearing(
        jurisdiction=NATION,
        sender="agency",
        msgid=msgid,
        month=month,
        as_of=as_of,
        source_month=month,
        source_digest=digest_of_items(chosen.items),
        settlements=len(chosen.items),
        lines=lines_of(chosen.items, month),
        late=chosen.late,
        held=chosen.held,
    )


def own_items(
    booked: Iterable[Settlement], asked: Iterable[SettlementAsked], answered: Iterable[SettlementAnswered]
) -> Iterator[Item]:
    """Yield a province's own copies of settlements between provinces: booked here, and answered here."""
    for row in booked:
        if row.kind == "direct" and row.care != row.jurisdiction:
            yield Item(
                row.settlement_id,
                row.undoes,
                row.care,
                row.jurisdiction,
                row.scheme,
                row.business_day,
                row.total_fen,
                row.fund_fen,
                row.account_fen,
            )
    insured = {row.settlement_id: row.insured for row in asked}
    for back in answered:
        payer = insured.get(back.settlement_id, back.jurisdiction)
        if back.outcome == "booked" and payer != back.jurisdiction:
            yield Item(
                back.settlement_id,
                back.undoes,
                back.jurisdiction,
                payer,
                back.scheme,
                back.business_day,
                back.total_fen,
                back.fund_fen,
                back.account_fen,
            )


def own_chosen(
    month: str, items: Iterable[Item], table: Iterable[Named], disputes: Iterable[ClearingDispute] = ()
) -> Iterator[Item]:
    """Yield those of a province's own copies that the table should have: none that waits, all late ones."""
    ways = {row.settlement_id: row.way for row in table if row.way in (Way.LATE, Way.HELD)}
    latest = {row.settlement_id: row for row in disputes}
    for item in items:
        way = ways.get(item.settlement_id)
        stands = standing(item, latest.get(item.settlement_id)) if way is not Way.HELD else None
        if stands is not None and (item.business_day[:7] == month or way is Way.LATE):
            yield stands


def own_sums(
    province: str,
    month: str,
    items: Iterable[Item],
    table: Iterable[Named],
    disputes: Iterable[ClearingDispute] = (),
) -> tuple[OwnSum, ...]:
    """Add up a province's own copies per direction, counterpart and scheme."""
    sums: dict[tuple[Direction, str, str], list[int]] = {}
    for item in own_chosen(month, items, table, disputes):
        owes = item.insured == province
        key = (Direction.PAYABLE, item.care) if owes else (Direction.RECEIVABLE, item.insured)
        found = sums.setdefault((*key, item.scheme), [0, 0, 0])
        found[0] += 1
        found[1] += item.fund_fen
        found[2] += item.account_fen
    return tuple(sorted(OwnSum(*key, *amounts) for key, amounts in sums.items()))
