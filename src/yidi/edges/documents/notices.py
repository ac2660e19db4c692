"""Lays out notices of payment and receipt, of clearing and of prepayment."""

from __future__ import annotations

from yidi.domain.money import format_yuan
from yidi.edges.documents.capitals import capital_amount
from yidi.edges.documents.papers import Direction, FiscalAccount, Purpose, TransferNotice
from yidi.edges.documents.sheet import (
    Column,
    Fact,
    Grid,
    Kind,
    Sheet,
    Words,
    summed,
    written_day,
    written_period,
)
from yidi.edges.documents.tables import ORDINAL, SCHEMES, TOTAL, named, party_words

_PURPOSES = {
    Purpose.CLEARING: Words("跨省异地就医费用", "cross-province medical expenses"),
    Purpose.PREPAYMENT: Words("跨省异地就医预付金", "cross-province prepayment"),
    Purpose.TOP_UP: Words("跨省异地就医预付金（紧急调增）", "cross-province prepayment, emergency top-up"),
}
_TITLES = {
    Direction.PAYABLE: Words("付款通知书", "Notice of payment"),
    Direction.RECEIVABLE: Words("收款通知书", "Notice of receipt"),
}
_MARKS = {Purpose.CLEARING: "清算资金 clearing"}
_PREPAYMENT_MARK = "预付金 prepayment"


def notice_sheet(paper: TransferNotice) -> Sheet:
    """付款通知书 or 收款通知书: what is asked, the amount in figures and capitals, accounts, deadline."""
    purpose, title = _PURPOSES[paper.purpose], _TITLES[paper.direction]
    return Sheet(
        title=Words(f"{purpose.zh}{title.zh}", f"{title.en}: {purpose.en}"),
        number=paper.issue.number,
        about=(),
        addressee=party_words(paper.addressee),
        paragraphs=(_request(paper),),
        facts=_facts(paper),
        issuer=party_words(paper.issue.issuer),
        issued_on=paper.issue.issued_on,
        grids=(_lines(paper),),
        notes=(
            Words(
                "划拨手续费、票据工本费不得在基金中列支；汇款用途请注明资金性质和本通知书编号。",
                "Bank and bill fees may not be charged to the fund; mark the transfer with its purpose and "
                "this number.",
            ),
        ),
    )


def _request(paper: TransferNotice) -> Words:
    period, due = written_period(paper.period), written_day(paper.due_on)
    what = _PURPOSES[paper.purpose]
    if paper.direction is Direction.PAYABLE:
        return Words(
            f"根据{paper.basis}，请于{due.zh}前将{period.zh}{what.zh}从下列财政专户划拨至各收款账户，"
            "并在到账后登记。",
            f"Under {paper.basis}, please transfer the {what.en} of {period.en} from the fiscal account "
            f"below to each receiving account by {due.en}, and record it.",
        )
    return Words(
        f"根据{paper.basis}，{period.zh}{what.zh}将于{due.zh}前划拨至你方下列财政专户，请核对到账并确认。",
        f"Under {paper.basis}, the {what.en} of {period.en} will reach your fiscal account below "
        f"by {due.en}; please check and confirm its arrival.",
    )


def _facts(paper: TransferNotice) -> tuple[Fact, ...]:
    own = paper.direction is Direction.PAYABLE
    holder = Words("付款账户", "paying account") if own else Words("收款账户", "receiving account")
    return (
        Fact(Words("金额（大写）", "amount in capitals"), capital_amount(paper.amount_fen), strong=True),
        Fact(
            Words("金额（小写）", "amount"), f"¥{format_yuan(paper.amount_fen, thousands=True)}", strong=True
        ),
        Fact(holder, written_account(paper.account)),
        Fact(Words("资金性质", "marked as"), _MARKS.get(paper.purpose, _PREPAYMENT_MARK)),
        Fact(Words("办理期限", "due"), written_day(paper.due_on).zh),
    )


def written_account(account: FiscalAccount) -> str:
    """Write an account in one line: holder, bank, number."""
    return f"{account.holder}　{account.bank}　{account.number}"


def _lines(paper: TransferNotice) -> Grid:
    other = Words("收款省份", "to") if paper.direction is Direction.PAYABLE else Words("付款省份", "from")
    columns = (
        ORDINAL,
        Column(other, Kind.TEXT, 13),
        Column(Words("对方账户", "their account"), Kind.TEXT, 32),
        *(Column(words, Kind.MONEY, 15) for words in SCHEMES.values()),
        Column(Words("合计", "total"), Kind.MONEY, 16),
    )
    rows = tuple(
        (
            at,
            named(line.counterpart),
            f"{line.account.holder}\n{line.account.bank}　{line.account.number}",
            line.employee_fen,
            line.resident_fen,
            line.amount_fen,
        )
        for at, line in enumerate(paper.lines, 1)
    )
    return Grid(columns, rows, summed(rows, columns, TOTAL), Words("明细（元）", "Detail, yuan"))
