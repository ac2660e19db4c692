"""Makes the papers of a year's prepayment (regulation fact 6.6): notices to pay and to receive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yidi.edges.clearing.gathering import ALL
from yidi.edges.clearing.papers import AGENCY, SCHEMES, account_of, accounts_of
from yidi.edges.documents.papers import (
    Direction,
    FiscalAccount,
    Issue,
    NoticeLine,
    Paper,
    Party,
    Purpose,
    Scheme,
    TransferNotice,
)
from yidi.edges.packs.national import read_divisions
from yidi.edges.storage.reading import Rows
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.records import (
    NoticeKind,
    PrepaymentChange,
    PrepaymentNotice,
    PrepaymentNoticeLine,
)

TOP_UP = "top_up"
"""As the nation's changes name a float that was topped up; any other kind is of a year's plan."""


async def papers_of(rows: Rows, year: str, province: str = "") -> list[Paper]:
    """Make every notice of a year that this node knows: of all provinces, or of one."""
    parties = {
        place.code: Party(place.code, place.name, place.name_en) for place in read_divisions().provinces()
    }
    chosen = {"year": year} | ({"province": province} if province else {})
    notices = await rows(PrepaymentNotice, {"jurisdiction": NATION, **chosen}, ("notice_no",), ALL)
    if not notices and province:
        notices = await rows(PrepaymentNotice, {"jurisdiction": province, **chosen}, ("notice_no",), ALL)
    papers: list[Paper] = []
    for notice in notices:
        where = {"jurisdiction": notice.jurisdiction, "notice_no": notice.notice_no}
        lines = await rows(PrepaymentNoticeLine, where, ("line",), ALL)
        accounts = await accounts_of(rows, notice.province)
        changes = await rows(PrepaymentChange, {"cause": notice.cause, "kind": TOP_UP}, (), 1)
        purpose = Purpose.TOP_UP if changes else Purpose.PREPAYMENT
        papers.append(paper_of(notice, lines, purpose, parties, accounts))
    return papers


def paper_of(
    notice: PrepaymentNotice,
    lines: Sequence[PrepaymentNoticeLine],
    purpose: Purpose,
    parties: Mapping[str, Party],
    accounts: Mapping[str, FiscalAccount],
) -> TransferNotice:
    """Put a notice on paper, both schemes of a counterpart on one line."""
    sums: dict[str, dict[Scheme, int]] = {}
    for row in lines:
        cells = sums.setdefault(row.counterpart, {})
        cells[SCHEMES[row.scheme]] = cells.get(SCHEMES[row.scheme], 0) + row.amount_fen
    addressee = parties[notice.province]
    return TransferNotice(
        Issue(notice.notice_no, AGENCY, notice.issued_on),
        Direction.PAYABLE if notice.kind == NoticeKind.PAY else Direction.RECEIVABLE,
        purpose,
        notice.year,
        addressee,
        account_of(addressee, accounts),
        tuple(
            NoticeLine(
                parties[code],
                account_of(parties[code], accounts),
                amounts.get(Scheme.EMPLOYEE, 0),
                amounts.get(Scheme.RESIDENT, 0),
            )
            for code, amounts in sums.items()
        ),
        notice.pay_by,
        notice.cause,
    )
