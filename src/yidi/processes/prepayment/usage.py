"""Usage of floats: the rate of a month and its warning, and what would bring it below (regulation 6.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yidi.domain.money import BASIS_POINTS, format_yuan
from yidi.domain.money_terms.terms import PrepaymentTerms
from yidi.processes.prepayment.planning import Explained, Float, used_fen
from yidi.processes.prepayment.records import Colour, MonthUse


class Usage(NamedTuple):
    """A float's month: use and prepayment in fen, the rate in basis points (None without prepayment)."""

    float: Float
    used_fen: int
    prepaid_fen: int
    rate_bp: int | None
    colour: Colour


def rate_of(float_: Float, used: int, prepaid: int, terms: PrepaymentTerms) -> Usage:
    """Rate one float. The warning is decided on the exact fraction, the rate shown is cut down."""
    if prepaid <= 0:
        return Usage(float_, used, prepaid, None, Colour.UNFUNDED if used > 0 else Colour.GREEN)
    share = used * BASIS_POINTS
    red, yellow = share >= terms.red_bp * prepaid, share >= terms.yellow_bp * prepaid
    colour = Colour.RED if red else Colour.YELLOW if yellow else Colour.GREEN
    return Usage(float_, used, prepaid, share // prepaid, colour)


def rates_of(
    uses: Iterable[MonthUse], standing: Mapping[Float, int], terms: PrepaymentTerms
) -> tuple[Usage, ...]:
    """Rate every float that was used or that stands, in order of its provinces."""
    used = {known: 0 for known, fen in standing.items() if fen}
    for row in uses:
        used[Float(row.insured, row.care, row.scheme)] = used_fen(row, terms)
    return tuple([rate_of(key, fen, standing.get(key, 0), terms) for key, fen in sorted(used.items())])


def needed_fen(used: int, prepaid: int, terms: PrepaymentTerms) -> int:
    """Return the least top-up that brings the rate below yellow."""
    if used <= 0:
        return 0
    least_prepaid = used * BASIS_POINTS // terms.yellow_bp + 1
    return max(0, least_prepaid - prepaid)


def explain_usage(usage: Usage, terms: PrepaymentTerms) -> tuple[Explained, ...]:
    """Say how a rate comes about."""
    rate = "" if usage.rate_bp is None else f"{usage.rate_bp // 100}.{usage.rate_bp % 100:02d} %"
    return (
        Explained("当月清算额", "the month's clearing", usage.used_fen),
        Explained("预付金额度", "the prepayment", usage.prepaid_fen),
        Explained(
            f"使用率 {rate or '无预付金'}：{usage.colour.value}",
            f"usage rate {rate or 'without prepayment'}: {usage.colour.value}",
            usage.used_fen,
        ),
        Explained(
            f"降至黄色预警线以下需补足（{format_yuan(usage.used_fen)} ÷ {terms.yellow_bp // 100}%）",
            f"needed to fall below yellow ({format_yuan(usage.used_fen)} / {terms.yellow_bp // 100} %)",
            needed_fen(usage.used_fen, usage.prepaid_fen, terms),
        ),
    )
