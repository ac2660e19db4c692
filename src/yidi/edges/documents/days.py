"""Lays out the reconciliation report of a day, and finds the layout of any paper."""

from __future__ import annotations

from typing import assert_never

from yidi.edges.documents.notices import notice_sheet
from yidi.edges.documents.papers import (
    DayReport,
    DeductionList,
    NationalTable,
    Paper,
    ProvinceTable,
    SchemeDetail,
    TransferNotice,
)
from yidi.edges.documents.sheet import Column, Fact, Grid, Kind, Sheet, Words, summed, written_day
from yidi.edges.documents.tables import (
    ORDINAL,
    TOTAL,
    UNIT,
    deduction_sheet,
    detail_sheet,
    national_sheet,
    party_words,
    province_sheet,
)


def sheet_of(paper: Paper) -> Sheet:
    """Lay out a paper."""
    match paper:
        case NationalTable():
            return national_sheet(paper)
        case ProvinceTable():
            return province_sheet(paper)
        case SchemeDetail():
            return detail_sheet(paper)
        case TransferNotice():
            return notice_sheet(paper)
        case DeductionList():
            return deduction_sheet(paper)
        case DayReport():
            return day_sheet(paper)
        case _:
            assert_never(paper)


def day_sheet(paper: DayReport) -> Sheet:
    """对账报告: sums of each side, differences by class, and every difference still open."""
    found = sum(difference.found for difference in paper.differences)
    still = sum(difference.open for difference in paper.differences)
    return Sheet(
        title=Words("跨省异地就医结算对账报告", "Reconciliation of cross-province settlements"),
        number=paper.issue.number,
        about=(
            Fact(Words("对账范围", "scope"), paper.scope.name),
            Fact(Words("业务日期", "business day"), written_day(paper.day).zh),
            UNIT,
        ),
        paragraphs=(
            Words(
                f"共发现差异{found}笔，已修复{found - still}笔，待处理{still}笔。",
                f"Differences found: {found}; repaired: {found - still}; open: {still}.",
            ),
        ),
        issuer=party_words(paper.issue.issuer),
        issued_on=paper.issue.issued_on,
        grids=(_sides(paper), _classes(paper), *((_open(paper),) if paper.open else ())),
        landscape=True,
    )


def _sides(paper: DayReport) -> Grid:
    columns = (
        Column(Words("对账方", "side"), Kind.TEXT, 24),
        Column(Words("结算笔数", "settlements"), Kind.COUNT, 14),
        Column(Words("医疗费总额", "total fees"), Kind.MONEY, 18),
        Column(Words("基金支付", "fund"), Kind.MONEY, 18),
    )
    rows = tuple(
        (f"{side.side} {side.side_en}", side.records, side.medical_fee_fen, side.fund_fen)
        for side in paper.sides
    )
    return Grid(columns, rows, caption=Words("一、各方总额", "1. Sums of each side"))


def _classes(paper: DayReport) -> Grid:
    columns = (
        Column(Words("差异类别", "class"), Kind.TEXT, 24),
        Column(Words("笔数", "found"), Kind.COUNT, 10),
        Column(Words("差异金额", "amount"), Kind.MONEY, 18),
        Column(Words("已修复", "repaired"), Kind.COUNT, 10),
        Column(Words("待处理", "open"), Kind.COUNT, 10),
    )
    rows = tuple(
        (f"{row.kind} {row.kind_en}", row.found, row.amount_fen, row.repaired, row.open)
        for row in paper.differences
    )
    return Grid(columns, rows, summed(rows, columns, TOTAL), Words("二、差异分类", "2. Differences by class"))


def _open(paper: DayReport) -> Grid:
    columns = (
        ORDINAL,
        Column(Words("结算编号", "settlement"), Kind.TEXT, 18),
        Column(Words("类别", "class"), Kind.TEXT, 14),
        *(Column(Words(side.side, side.side_en), Kind.MONEY, 12) for side in paper.sides),
        Column(Words("原因", "cause"), Kind.TEXT, 22),
        Column(Words("责任方", "owner"), Kind.TEXT, 12),
        Column(Words("期限", "due"), Kind.DAY, 10),
    )
    rows = tuple(
        (at, row.reference, row.kind, *row.amounts_fen, row.cause, row.owner.name, row.due_on)
        for at, row in enumerate(paper.open, 1)
    )
    return Grid(columns, rows, caption=Words("三、待处理差异", "3. Differences still open"))
