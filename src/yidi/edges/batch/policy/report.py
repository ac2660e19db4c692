"""The result of a comparison as a structure for machines and as a page with charts that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from jinja2 import Environment, FileSystemLoader

from yidi.domain.policy.phrases import ANSWERS
from yidi.domain.policy.phrases import FUNDS as FUND_WORDS
from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy.compiled import GREATEST_BULK_FEN
from yidi.edges.batch.policy.flat import FUNDS
from yidi.edges.batch.policy.reasons import Refused
from yidi.edges.batch.policy.refusals import BILLS_BEYOND_RANGE
from yidi.edges.batch.policy.tally import (
    BEYOND_RANGE,
    COMPARED,
    FUND_COUNT,
    GAINED,
    LOSERS,
    LOST,
    MEASURES,
    PERSONS,
    REFUSED_BASE,
    REFUSED_REFORM,
    SIDE_WIDTH,
    SIDES,
    TOTAL,
    VISITS,
    WINNERS,
)
from yidi.edges.batch.policy.totals import Totals


class Side(msgspec.Struct, frozen=True):
    """Who pays under one side, in fen; `funds_fen` only those that pay anything, the hospital among them."""

    funds_fen: dict[str, int]
    fund_total_fen: int
    person_fen: int
    account_fen: int


class Row(msgspec.Struct, frozen=True):
    """One group. Amounts are of the visits both sides settle (`compared`); winners and losers are persons."""

    group: str
    persons: int
    visits: int
    compared: int
    refused_base: int
    refused_reform: int
    beyond_range: int
    total_fen: int
    base: Side
    reform: Side
    winners: int
    losers: int
    gained_fen: int
    lost_fen: int

    @property
    def change_fen(self) -> int:
        """What the persons pay more (or, below zero, less) under the reform."""
        return self.reform.person_fen - self.base.person_fen


class Report(msgspec.Struct, frozen=True):
    """The whole comparison; `findings` say which visits could not be compared at all, `refused` why.

    A visit with several findings is counted in `refused` under each of them.
    """

    base: str
    reform: str
    visits_file: str
    whole: Row
    by: dict[str, list[Row]]
    findings: list[Refusal]
    refused: list[Refused]


TITLES = {
    "area": "参保地区 Insured area",
    "scheme": "险种 Scheme",
    "level": "医院级别 Hospital level",
    "filing": "备案类型 Filing",
    "age": "年龄 Age",
    "decile": "费用十分位 Decile of cost",
}


SCHEMES = {"310": ("职工医保", "employees"), "390": ("居民医保", "residents")}


def named(kind: str, group: str) -> str:
    """Name a group of a kind as people do, in both languages; what has no word stays as it is."""
    words = {"level": ANSWERS["level"], "filing": ANSWERS["standing"], "scheme": SCHEMES}.get(kind, {})
    return " ".join(words[group]) if group in words else group


def fund_named(fund: str) -> str:
    """Name a fund in both languages."""
    return " ".join(FUND_WORDS[fund])


def report_of(totals: Totals, base: str, reform: str, visits_file: str) -> Report:
    """Put the sums into words. A person with visits in two levels or filings counts in both."""
    by = {
        "area": totals.over("place", 0),
        "scheme": totals.over("place", 1),
        "level": totals.over("level"),
        "filing": totals.over("standing"),
        "age": totals.over("age"),
        "decile": totals.deciles(),
    }
    bins = totals.groups["bin"].values()
    whole = [sum(column) for column in zip(*bins, strict=True)] or [0] * (MEASURES + 5)
    rows = {kind: [_row(group, row) for group, row in found.items()] for kind, found in by.items()}
    refused = sorted(totals.refused.values(), key=_how_often)
    findings = _findings(whole[BEYOND_RANGE])
    return Report(base, reform, visits_file, _row("", whole), rows, findings, refused)


def _how_often(each: Refused) -> tuple[int, int, str]:
    """Say where a reason stands: the more visits the higher, then by rows."""
    return -max(each.base, each.reform), each.first_row, each.refusal.code


def _findings(beyond: int) -> list[Refusal]:
    """Name the bills that are too great for the compiled walk."""
    most = yuan(GREATEST_BULK_FEN)
    return [BILLS_BEYOND_RANGE.because("total_fen", count=f"{beyond:,}", most=most)] if beyond else []


def _row(group: str, sums: Sequence[int]) -> Row:
    changes = sums[MEASURES:]
    return Row(
        group,
        changes[PERSONS],
        sums[VISITS],
        sums[COMPARED],
        sums[REFUSED_BASE],
        sums[REFUSED_REFORM],
        sums[BEYOND_RANGE],
        sums[TOTAL],
        _side(sums[SIDES : SIDES + SIDE_WIDTH]),
        _side(sums[SIDES + SIDE_WIDTH : MEASURES]),
        changes[WINNERS],
        changes[LOSERS],
        changes[GAINED],
        changes[LOST],
    )


def _side(sums: Sequence[int]) -> Side:
    funds = {str(fund): fen for fund, fen in zip(FUNDS, sums, strict=False) if fen}
    return Side(funds, sum(sums[:FUND_COUNT]), sums[FUND_COUNT], sums[FUND_COUNT + 1])


def yuan(fen: int) -> str:
    """Write an amount in yuan."""
    sign, size = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{size // 100:,}.{size % 100:02d}"


class Bar(NamedTuple):
    """One bar of a chart: its label, place and size in the drawing, and what it says."""

    label: str
    y: int
    x: int
    width: int
    kind: str
    says: str


WIDTH, BAR, GAP, LABEL = 760, 14, 8, 250
MOST_REASONS = 20
"""How many reasons the page and the terminal show, most frequent first; `--json` has all."""


class Chart(NamedTuple):
    """A chart of bars, drawn as SVG."""

    title: str
    height: int
    bars: list[Bar]


def share_chart(kind: str, rows: Sequence[Row]) -> Chart:
    """Draw the persons' share of the cost by group, base above reform."""
    bars: list[Bar] = []
    for number, row in enumerate(rows):
        for second, side in enumerate((row.base, row.reform)):
            part_bp = side.person_fen * 10_000 // row.total_fen if row.total_fen else 0
            y = number * (2 * BAR + GAP) + second * BAR
            says = f"{part_bp // 100}.{part_bp % 100:02d} %"
            colour = "reform" if second else "base"
            bars.append(
                Bar(
                    "" if second else named(kind, row.group),
                    y,
                    LABEL,
                    part_bp * (WIDTH - LABEL - 90) // 10_000,
                    colour,
                    says,
                )
            )
    return Chart(f"{TITLES[kind]}: 个人负担比例 persons' share", len(rows) * (2 * BAR + GAP), bars)


def winner_chart(kind: str, rows: Sequence[Row]) -> Chart:
    """Draw winners and losers by group, in parts of all its persons."""
    bars: list[Bar] = []
    for number, row in enumerate(rows):
        for second, count in enumerate((row.winners, row.losers)):
            part_bp = count * 10_000 // row.persons if row.persons else 0
            y = number * (2 * BAR + GAP) + second * BAR
            colour = "loser" if second else "winner"
            says = f"{count:,} ({part_bp // 100}.{part_bp % 100:02d} %)"
            width = part_bp * (WIDTH - LABEL - 140) // 10_000
            bars.append(Bar("" if second else named(kind, row.group), y, LABEL, width, colour, says))
    return Chart(f"{TITLES[kind]}: 受益与受损人数 winners and losers", len(rows) * (2 * BAR + GAP), bars)


def page(report: Report) -> str:
    """Write the page: tables, and charts drawn into it."""
    folder = Path(__file__).parent / "pages"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True)
    sections = [
        (kind, TITLES[kind], rows, [share_chart(kind, rows), winner_chart(kind, rows)])
        for kind, rows in report.by.items()
    ]
    funds = sorted({*report.whole.base.funds_fen, *report.whole.reform.funds_fen})
    environment.globals.update(yuan=yuan, named=named, fund_named=fund_named)
    return environment.get_template("simulation.html").render(
        report=report, sections=sections, funds=funds, width=WIDTH, label=LABEL, most=MOST_REASONS
    )
