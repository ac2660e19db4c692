"""Papers to try the writers with: invented amounts of invented provinces."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yidi.edges.documents.papers import (
    CounterpartRow,
    DayReport,
    DeductionList,
    DeductionRow,
    DifferenceSum,
    Direction,
    FiscalAccount,
    Issue,
    NationalRow,
    NationalTable,
    NoticeLine,
    OpenDifference,
    Paper,
    Party,
    ProvinceTable,
    Purpose,
    Scheme,
    SchemeDetail,
    SchemePair,
    SchemeSum,
    ServiceRow,
    ServiceSum,
    SideSum,
    TransferNotice,
)
from yidi.edges.packs.national import read_divisions

NATION = Party("000000", "国家医疗保障经办中心", "National healthcare security agency")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_NAME = "issue-1"
KEYS = {f"000000/{KEY_NAME}": KEY.public_key()}
SEALED_AT = "2026-11-25T02:00:00.000000Z"
PROVINCES = tuple(
    Party(division.code, division.name, division.name_en) for division in read_divisions().provinces()
)


def issue(number: str) -> Issue:
    return Issue(number, NATION, "2026-11-25")


def sums(seed: int) -> SchemePair:
    """Make sums that look like a month's and differ for every seed."""
    employee = SchemeSum(
        37 * seed + 211, 1_000_003_17 * seed + 99, 700_001_13 * seed + 7, -(seed % 3) * 12_345_60
    )
    resident = SchemeSum(53 * seed + 97, 600_007_01 * seed + 31, 400_003_09 * seed, -(seed % 5) * 2_000_01)
    return SchemePair(employee, resident)


def national_table() -> NationalTable:
    """Make a table of all provinces: what one owes, the next is owed."""
    owed = [sums(at + 1) for at in range(len(PROVINCES))]
    rows = tuple(NationalRow(PROVINCES[at], owed[at], owed[at - 1]) for at in range(len(PROVINCES)))
    return NationalTable(issue("国异清〔2026〕10号"), "2026-10", rows)


def province_table(at: int = 0, direction: Direction = Direction.PAYABLE) -> ProvinceTable:
    others = [province for province in PROVINCES if province is not PROVINCES[at]]
    rows = tuple(CounterpartRow(other, sums(at + n)) for n, other in enumerate(others, 1))
    return ProvinceTable(
        issue(f"国异清〔2026〕10-{direction.name[0]}{at:02d}号"), "2026-10", direction, PROVINCES[at], rows
    )


def scheme_detail(at: int = 0) -> SchemeDetail:
    rows = tuple(
        ServiceRow(
            other,
            ServiceSum(12 * n, 1_234_567_89 * n),
            ServiceSum(345 * n, 45_678_90 * n),
            ServiceSum(67 * n, 23_456_78 * n),
            ServiceSum(89 * n, 1_234_56 * n),
            -(n % 4) * 1_000_00,
        )
        for n, other in enumerate(PROVINCES[1:], 1)
    )
    number = f"国异清〔2026〕10-Z{at:02d}号"
    return SchemeDetail(issue(number), "2026-10", Direction.RECEIVABLE, Scheme.EMPLOYEE, PROVINCES[at], rows)


def account(party: Party) -> FiscalAccount:
    return FiscalAccount(
        f"{party.name}社会保障基金财政专户", "国有商业银行营业部", f"6200{party.code}0000001"
    )


def notice(
    at: int = 0,
    direction: Direction = Direction.PAYABLE,
    purpose: Purpose = Purpose.CLEARING,
    lines: int = 31,
) -> TransferNotice:
    others = [province for province in PROVINCES if province is not PROVINCES[at]][:lines]
    return TransferNotice(
        issue=issue(f"国异付〔2026〕10-{at:02d}号"),
        direction=direction,
        purpose=purpose,
        period="2026-10" if purpose is Purpose.CLEARING else "2027",
        addressee=PROVINCES[at],
        account=account(PROVINCES[at]),
        lines=tuple(
            NoticeLine(other, account(other), 123_456_789_01 + n, 98_765_432_10 - n)
            for n, other in enumerate(others)
        ),
        due_on="2026-12-22",
        basis="国异清〔2026〕10号清算表",
    )


def deduction_list() -> DeductionList:
    rows = tuple(
        DeductionRow(
            f"S2026100{n:06d}", "示例市第一人民医院", "2026-09", Scheme.RESIDENT, 1_234_567 * n, -12_345 * n,
            "超限定支付范围用药", f"SH-2026-{n:04d}",
        )
        for n in range(1, 9)
    )  # fmt: skip
    return DeductionList(issue("国异扣〔2026〕10-01号"), "2026-10", PROVINCES[1], PROVINCES[0], rows)


def day_report() -> DayReport:
    sides = (
        SideSum("就医省份", "care province", 12_001, 98_765_432_10, 54_321_098_76),
        SideSum("国家", "nation", 12_000, 98_765_000_00, 54_320_998_76),
        SideSum("参保省份", "insured province", 12_000, 98_765_000_00, 54_320_998_76),
    )
    differences = (
        DifferenceSum("一方缺失", "missing at one", 1, 432_10, 0, 1),
        DifferenceSum("金额不符", "amount", 3, 100_00, 3, 0),
    )
    still = (
        OpenDifference(
            "S20261121000001", "一方缺失", "missing at one", (432_10, None, None), "中继未送达", PROVINCES[0],
            "2026-11-24",
        ),
    )  # fmt: skip
    return DayReport(issue("国异账〔2026〕11-21号"), "2026-11-21", NATION, sides, differences, still)


def every_paper() -> tuple[Paper, ...]:
    """One paper of each kind, notices of both directions and of prepayment among them."""
    return (
        national_table(), province_table(), province_table(1, Direction.RECEIVABLE), scheme_detail(),
        notice(), notice(2, Direction.RECEIVABLE), notice(3, Direction.PAYABLE, Purpose.PREPAYMENT, 1),
        notice(4, Direction.RECEIVABLE, Purpose.TOP_UP, 1), deduction_list(), day_report(),
    )  # fmt: skip
