"""What prepayment needs in bulk: the nation's use by month, and an insured province's use by area.

Sums over facts of one jurisdiction only: the nation's copies of settlements, a province's own bookings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yidi.edges.storage.engine import Engine
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.commands import AreaUsed, Used
from yidi.processes.prepayment.planning import Float, float_of
from yidi.processes.prepayment.records import MonthUse
from yidi.processes.prepayment.views import month_after

_USE = (
    "SELECT SUBSTR(business_day, 1, 7), insured, care, scheme, COUNT(*), SUM(fund_fen), SUM(account_fen)"
    " FROM returned WHERE jurisdiction = $1 AND outcome = 'accepted' AND settlement_id <> ''"
    " AND insured <> care AND business_day >= $2 AND business_day < $3"
    " GROUP BY SUBSTR(business_day, 1, 7), insured, care, scheme"
    " ORDER BY SUBSTR(business_day, 1, 7), insured, care, scheme"
)
"""$1 is the nation, $2 and $3 the first day and the day after the last. What undoes is negative already."""
_AREAS = (
    "SELECT area, scheme, SUM(fund_fen) FROM settlement"
    " WHERE jurisdiction = $1 AND kind = 'direct' AND care <> jurisdiction"
    " AND business_day >= $2 AND business_day < $3 GROUP BY area, scheme ORDER BY area, scheme"
)
_STANDING = (
    "SELECT pair, scheme, SUM(change_fen) FROM prepayment_change WHERE jurisdiction = $1"
    " GROUP BY pair, scheme ORDER BY pair, scheme"
)
_BASIS = "settled"


async def month_uses(engine: Engine, first: str, last: str) -> list[MonthUse]:
    """Sum the nation's copies by month, pair and scheme, from month `first` to `last`, both included."""
    rows = await engine.fetch(_USE, NATION, f"{first}-01", f"{month_after(last)}-01")
    return [
        MonthUse(NATION, month, _BASIS, insured, care, scheme, 0, int(count), int(fund), int(account))
        for month, insured, care, scheme, count, fund, account in rows
    ]


async def month_use(engine: Engine, month: str) -> tuple[Used, ...]:
    """Sum one month as the command that counts it carries it."""
    return tuple(
        Used(row.insured, row.care, row.scheme, row.settlements, row.fund_fen, row.account_fen)
        for row in await month_uses(engine, month, month)
    )


async def area_use(engine: Engine, province: str, year: str) -> tuple[AreaUsed, ...]:
    """Sum a province's own bookings elsewhere by area and scheme, as the command carries them."""
    days = (f"{year}-01-01", f"{int(year) + 1:04d}-01-01")
    rows = await engine.fetch(_AREAS, province, *days)
    return tuple(AreaUsed(area, scheme, int(fen)) for area, scheme, fen in rows)


async def read_standing(engine: Engine) -> dict[Float, int]:
    """Return what stands of every float, by the nation's changes, in fen."""
    rows = await engine.fetch(_STANDING, NATION)
    return {float_of(pair, scheme): int(fen) for pair, scheme, fen in rows}


def series(
    uses: Sequence[MonthUse], first: str, last: str, *, counts_account: bool
) -> Mapping[Float, list[int]]:
    """Lay the use of every float out month by month, fen, a month without use as zero."""
    months = [first]
    while months[-1] < last:
        months.append(month_after(months[-1]))
    place = {month: number for number, month in enumerate(months)}
    found: dict[Float, list[int]] = {}
    for row in uses:
        line = found.setdefault(Float(row.insured, row.care, row.scheme), [0] * len(months))
        line[place[row.month]] += row.fund_fen + (row.account_fen if counts_account else 0)
    return found
