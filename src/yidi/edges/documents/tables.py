"""Lays out the clearing tables: national, per province, per scheme and service, and audit deductions."""

from __future__ import annotations

from yidi.edges.documents.papers import (
    DeductionList,
    Direction,
    NationalTable,
    Party,
    ProvinceTable,
    Scheme,
    SchemeDetail,
    SchemePair,
    SchemeSum,
    ServiceRow,
)
from yidi.edges.documents.sheet import Cell, Column, Fact, Grid, Kind, Sheet, Words, summed, written_period

SCHEMES = {
    Scheme.EMPLOYEE: Words("职工医保", "employees"),
    Scheme.RESIDENT: Words("居民医保", "residents"),
}
DIRECTIONS = {
    Direction.PAYABLE: Words("应付", "payable"),
    Direction.RECEIVABLE: Words("应收", "receivable"),
}
COUNTERPARTS = {
    Direction.PAYABLE: Words("就医省份", "care province"),
    Direction.RECEIVABLE: Words("参保省份", "insured province"),
}
TOTAL = "合计 total"
ORDINAL = Column(Words("序号", "no."), Kind.ORDINAL, 4)
UNIT = Fact(Words("金额单位", "unit"), "元 yuan")
_CASES = Words("人次", "visits")
_FUND = Words("基金支付", "fund")
_SUM = Words("合计", "total")
_DEDUCTED = Words("审核扣减", "deducted")


def named(party: Party) -> str:
    """Write a party as tables do."""
    return party.name


def party_words(party: Party) -> Words:
    """Name a party in both languages."""
    return Words(party.name, party.name_en or party.name)


def _period(period: str) -> Fact:
    words = written_period(period)
    return Fact(Words("清算期", "period"), words.zh)


def _money(title: Words, group: Words | None = None, width: int = 13) -> Column:
    return Column(title, Kind.MONEY, width, group)


def _count(group: Words | None = None) -> Column:
    return Column(_CASES, Kind.COUNT, 8, group)


def national_sheet(paper: NationalTable) -> Sheet:
    """全国跨省异地就医费用清算表; the last column sums to zero."""
    columns = (
        ORDINAL,
        Column(Words("省份", "province"), Kind.TEXT, 13),
        *_national_group(Words("应付（参保地）", "payable, as insured place")),
        *_national_group(Words("应收（就医地）", "receivable, as care place")),
        _money(Words("应收减应付", "net"), width=14),
    )
    rows = tuple(
        (
            at,
            named(row.province),
            *_national_cells(row.payable),
            *_national_cells(row.receivable),
            row.net_fen,
        )
        for at, row in enumerate(paper.rows, 1)
    )
    return Sheet(
        title=Words("全国跨省异地就医费用清算表", "National clearing of cross-province medical expenses"),
        number=paper.issue.number,
        about=(_period(paper.period), UNIT),
        issuer=party_words(paper.issue.issuer),
        issued_on=paper.issue.issued_on,
        grids=(Grid(columns, rows, summed(rows, columns, TOTAL)),),
        notes=(
            Words(
                "应收总额等于应付总额，净额合计为零。", "Receivables equal payables: the net total is zero."
            ),
        ),
        landscape=True,
    )


def _national_group(group: Words) -> tuple[Column, ...]:
    schemes = (_money(SCHEMES[scheme], group) for scheme in Scheme)
    return (_count(group), *schemes, _money(_SUM, group))


def _national_cells(pair: SchemePair) -> tuple[Cell, ...]:
    return (pair.cases, pair.employee.due_fen, pair.resident.due_fen, pair.due_fen)


def province_sheet(paper: ProvinceTable) -> Sheet:
    """应付 or 应收医疗费用清算表 of a province, one line a counterpart, employees and residents apart."""
    direction = DIRECTIONS[paper.direction]
    columns = (
        ORDINAL,
        Column(COUNTERPARTS[paper.direction], Kind.TEXT, 13),
        *_scheme_group(SCHEMES[Scheme.EMPLOYEE]),
        *_scheme_group(SCHEMES[Scheme.RESIDENT]),
        _money(Words(f"{direction.zh}合计", direction.en), width=14),
    )
    rows = tuple(
        (
            at,
            named(row.counterpart),
            *_scheme_cells(row.sums.employee),
            *_scheme_cells(row.sums.resident),
            row.sums.due_fen,
        )
        for at, row in enumerate(paper.rows, 1)
    )
    return Sheet(
        title=Words(
            f"跨省异地就医{direction.zh}医疗费用清算表",
            f"Clearing of cross-province medical expenses: {direction.en}",
        ),
        number=paper.issue.number,
        about=(Fact(Words("编制省份", "province"), paper.province.name), _period(paper.period), UNIT),
        issuer=party_words(paper.issue.issuer),
        issued_on=paper.issue.issued_on,
        grids=(Grid(columns, rows, summed(rows, columns, TOTAL)),),
        notes=(
            Words(
                "审核扣减与清算后退费以负数列示。", "Deductions and later refunds stand as negative amounts."
            ),
        ),
        landscape=True,
    )


def _scheme_group(group: Words) -> tuple[Column, ...]:
    fee = _money(Words("医疗费总额", "total fees"), group)
    return (_count(group), fee, _money(_FUND, group), _money(_DEDUCTED, group, 11))


def _scheme_cells(sums: SchemeSum) -> tuple[Cell, ...]:
    return (sums.cases, sums.medical_fee_fen, sums.fund_fen, sums.deduction_fen)


def detail_sheet(paper: SchemeDetail) -> Sheet:
    """职工 or 居民 detail by kind of service."""
    direction, scheme = DIRECTIONS[paper.direction], SCHEMES[paper.scheme]
    services = (
        Words("住院", "inpatient"),
        Words("普通门诊", "outpatient"),
        Words("门诊慢特病", "chronic disease"),
        Words("定点药店", "pharmacy"),
    )
    columns = (
        ORDINAL,
        Column(COUNTERPARTS[paper.direction], Kind.TEXT, 13),
        *(column for service in services for column in (_count(service), _money(_FUND, service, 12))),
        _money(_DEDUCTED, None, 11),
        _money(Words(f"{direction.zh}合计", direction.en), width=14),
    )
    rows = tuple(_detail_cells(at, row) for at, row in enumerate(paper.rows, 1))
    return Sheet(
        title=Words(
            f"跨省异地就医{direction.zh}医疗费用明细表（{scheme.zh}）",
            f"Detail of cross-province medical expenses {direction.en}: {scheme.en}",
        ),
        number=paper.issue.number,
        about=(Fact(Words("编制省份", "province"), paper.province.name), _period(paper.period), UNIT),
        issuer=party_words(paper.issue.issuer),
        issued_on=paper.issue.issued_on,
        grids=(Grid(columns, rows, summed(rows, columns, TOTAL)),),
        landscape=True,
    )


def _detail_cells(at: int, row: ServiceRow) -> tuple[Cell, ...]:
    kinds = (row.inpatient, row.outpatient, row.chronic, row.pharmacy)
    services = tuple(cell for kind in kinds for cell in (kind.cases, kind.fund_fen))
    return (at, named(row.counterpart), *services, row.deduction_fen, row.due_fen)


def deduction_sheet(paper: DeductionList) -> Sheet:
    """审核扣款明细, one line a settlement."""
    columns = (
        ORDINAL,
        Column(Words("结算编号", "settlement"), Kind.TEXT, 25),
        Column(Words("定点医药机构", "institution"), Kind.TEXT, 17),
        Column(Words("险种", "scheme"), Kind.TEXT, 9),
        Column(Words("原清算期", "cleared in"), Kind.DAY, 9),
        _money(Words("原基金支付", "fund paid")),
        _money(Words("扣减金额", "deducted")),
        Column(Words("扣减原因", "reason"), Kind.TEXT, 24),
        Column(Words("审核意见编号", "finding"), Kind.TEXT, 14),
    )
    rows = tuple(
        (
            at,
            row.settlement_id,
            row.institution,
            SCHEMES[row.scheme].zh,
            row.cleared_in,
            row.fund_fen,
            row.deduction_fen,
            row.reason,
            row.finding,
        )
        for at, row in enumerate(paper.rows, 1)
    )
    return Sheet(
        title=Words("跨省异地就医费用审核扣款明细表", "Audit deductions of cross-province medical expenses"),
        number=paper.issue.number,
        about=(
            Fact(Words("就医省份", "care province"), paper.care_place.name),
            Fact(Words("参保省份", "insured province"), paper.insured_place.name),
            _period(paper.period),
            UNIT,
        ),
        issuer=party_words(paper.issue.issuer),
        issued_on=paper.issue.issued_on,
        grids=(Grid(columns, rows, summed(rows, columns, TOTAL)),),
        notes=(
            Words(
                "扣减金额退还参保地，冲减本期清算额；违约金留就医地，不列入本表。",
                "What is deducted returns to the insured place in this clearing; penalties stay with the "
                "care place and are not listed.",
            ),
        ),
        landscape=True,
    )
