"""Makes the papers of a published month (regulation fact 7.3) from the facts, and writes them as files.

A paper of a province is made from the table as that province or the nation has it; the details by kind of
service need the province's own copies and are made where it is hosted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from yidi.domain.dates import SHANGHAI, day_of, read_instant, write_instant
from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.edges.clearing.gathering import ALL, own_copies
from yidi.edges.documents.excel import write_excel
from yidi.edges.documents.papers import (
    CounterpartRow,
    DeductionList,
    DeductionRow,
    Direction,
    FiscalAccount,
    Issue,
    NationalRow,
    NationalTable,
    NoticeLine,
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
    TransferNotice,
)
from yidi.edges.documents.pdf import write_pdf
from yidi.edges.documents.seals import Sealed, seal_paper, write_sealed
from yidi.edges.packs.national import read_divisions
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.lines import FROM_SETTLEMENTS, TableLine, part_of, provinces_in
from yidi.processes.clearing.records import (
    ClearingAdjustment,
    ClearingLine,
    ClearingNotice,
    ClearingNoticeLine,
    ClearingPublished,
)
from yidi.processes.clearing.selection import own_chosen, own_items
from yidi.processes.clearing.standing import table_lines
from yidi.processes.finance.records import PartyAccount
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import Settlement, SettlementAnswered

SCHEMES = {"310": Scheme.EMPLOYEE, "390": Scheme.RESIDENT}
_LETTERS = {Direction.PAYABLE: "YF", Direction.RECEIVABLE: "YS"}
"""应付 and 应收, in the numbers of the tables."""
_SERVICES = {
    CareKind.INPATIENT.value: "inpatient",
    CareKind.CHRONIC.value: "chronic",
    CareKind.PHARMACY.value: "pharmacy",
}
KEY_NAME = "clearing"
WRITERS = min(4, os.cpu_count() or 1)
"""A page is set outside the interpreter's lock, so that each core sets its own."""
AGENCY = Party(NATION, "国家医疗保障经办机构", "National healthcare security agency")


class Month(NamedTuple):
    """A published month at one holder of the table: the nation or a province."""

    month: str
    holder: str
    published: ClearingPublished
    lines: tuple[TableLine, ...]
    parties: Mapping[str, Party]

    def issue(self, number: str) -> Issue:
        """Issue a paper on the day of publication."""
        return Issue(number, AGENCY, day_of(read_instant(self.published.recorded_at)).isoformat())

    def number(self, *parts: str) -> str:
        """Return the number of a paper of this month."""
        return "-".join(("QS", self.month.replace("-", ""), *parts))

    def party(self, code: str) -> Party:
        """Name a province."""
        return self.parties.get(code, Party(code, code))


async def papers_of(rows: Rows, month: str, province: str = "", delay: int = 2) -> list[Paper]:
    """Make every paper of a month that this node can: of all provinces, or of one."""
    found = await month_of(rows, month, NATION) or await month_of(rows, month, province)
    if found is None:
        return []
    papers: list[Paper] = []
    if not province:
        papers.append(national_table(found))
    for code in [province] if province else provinces_in(found.lines):
        papers += province_tables(found, code)
        papers += await details(rows, found, code, delay)
        papers += await notices(rows, found, code)
    return papers + await deductions(rows, found, province)


async def month_of(rows: Rows, month: str, holder: str) -> Month | None:
    """Read a published month as a holder has it; None before it is published."""
    where = {"jurisdiction": holder, "month": month}
    published = await rows(ClearingPublished, where, ("version",), ALL)
    if not published:
        return None
    lines = await rows(ClearingLine, where, ("care", "insured", "scheme", "kind"), ALL)
    parties = {
        place.code: Party(place.code, place.name, place.name_en) for place in read_divisions().provinces()
    }
    return Month(month, holder, published[0], table_lines(lines, published[0].version), parties)


def scheme_sum(lines: Iterable[TableLine]) -> SchemeSum:
    """Add up lines of a scheme: settlements beside what deductions, refunds and balances change."""
    cases = fee_fen = fund_fen = less_fen = 0
    for row in lines:
        if row.kind in FROM_SETTLEMENTS:
            cases += -row.settlements if row.kind.endswith("undone") else row.settlements
            fee_fen += row.total_fen
            fund_fen += row.due_fen
        else:
            less_fen += row.due_fen
    return SchemeSum(cases, fee_fen, fund_fen, less_fen)


def pair(lines: Iterable[TableLine]) -> SchemePair:
    """Add up lines by scheme."""
    lines = tuple(lines)
    employee, resident = (
        scheme_sum(row for row in lines if SCHEMES.get(row.scheme) is scheme)
        for scheme in (Scheme.EMPLOYEE, Scheme.RESIDENT)
    )
    return SchemePair(employee, resident)


def national_table(found: Month) -> NationalTable:
    """Make the national table."""
    rows = tuple(
        NationalRow(
            found.party(code),
            pair(row for row in found.lines if row.insured == code),
            pair(row for row in found.lines if row.care == code),
        )
        for code in provinces_in(found.lines)
    )
    return NationalTable(found.issue(found.published.basis), found.month, rows)


def by_counterpart(found: Month, province: str, direction: Direction) -> Mapping[str, tuple[TableLine, ...]]:
    """Return a province's lines of a direction by counterpart."""
    own = part_of(found.lines, province)
    sides = [
        (row.insured, row.care) if direction is Direction.PAYABLE else (row.care, row.insured) for row in own
    ]
    lines: dict[str, tuple[TableLine, ...]] = {}
    for row, (here, there) in zip(own, sides, strict=True):
        if here == province:
            lines[there] = (*lines.get(there, ()), row)
    return dict(sorted(lines.items()))


def province_tables(found: Month, province: str) -> list[Paper]:
    """Make a province's tables of what it owes and is owed."""
    papers: list[Paper] = []
    for direction, letters in _LETTERS.items():
        rows = tuple(
            CounterpartRow(found.party(code), pair(lines))
            for code, lines in by_counterpart(found, province, direction).items()
        )
        if rows:
            number = found.issue(found.number(letters, province))
            papers.append(ProvinceTable(number, found.month, direction, found.party(province), rows))
    return papers


async def details(rows: Rows, found: Month, province: str, delay: int) -> list[Paper]:
    """Make the employee and resident details of both directions, by kind of service."""
    own = await own_copies(rows, province, found.month, delay)
    kinds = {row.settlement_id: row.care_kind for row in own.booked}
    kinds |= {row.settlement_id: row.care_kind for row in own.answered}
    sums: dict[tuple[Direction, str, str], dict[str, list[int]]] = {}
    for item in own_chosen(found.month, own_items(*own[:3]), own.table, own.disputes):
        owes = item.insured == province
        direction = Direction.PAYABLE if owes else Direction.RECEIVABLE
        key = (direction, item.scheme, item.care if owes else item.insured)
        service = _SERVICES.get(kinds[item.settlement_id], "outpatient")
        cell = sums.setdefault(key, {}).setdefault(service, [0, 0])
        cell[0] += -1 if item.undoes else 1
        cell[1] += item.due_fen
    papers: list[Paper] = []
    for direction, letters in _LETTERS.items():
        for code, scheme in SCHEMES.items():
            table = service_rows(found, province, direction, code, sums)
            if table:
                number = found.issue(found.number(letters, province, code))
                who = found.party(province)
                papers.append(SchemeDetail(number, found.month, direction, scheme, who, table))
    return papers


def service_rows(
    found: Month,
    province: str,
    direction: Direction,
    scheme: str,
    sums: Mapping[tuple[Direction, str, str], Mapping[str, Sequence[int]]],
) -> tuple[ServiceRow, ...]:
    """Make the rows of a detail table; what is no settlement stands in the column of deductions."""
    rows = []
    for code, lines in by_counterpart(found, province, direction).items():
        cells = sums.get((direction, scheme, code), {})
        services = {name: ServiceSum(count, fen) for name, (count, fen) in cells.items()}
        less_fen = scheme_sum(row for row in lines if row.scheme == scheme).deduction_fen
        if services or less_fen:
            rows.append(ServiceRow(found.party(code), deduction_fen=less_fen, **services))
    return tuple(rows)


async def notices(rows: Rows, found: Month, province: str) -> list[Paper]:
    """Make a province's notices."""
    where = {"jurisdiction": found.holder, "month": found.month, "province": province}
    accounts = await accounts_of(rows, province)
    papers: list[Paper] = []
    for row in await rows(ClearingNotice, where, ("number",), ALL):
        named = {"jurisdiction": found.holder, "number": row.number}
        lines = await rows(ClearingNoticeLine, named, ("counterpart", "scheme"), ALL)
        papers.append(
            TransferNotice(
                Issue(row.number, AGENCY, row.issued_on),
                Direction(row.direction),
                Purpose.CLEARING,
                found.month,
                found.party(province),
                account_of(found.party(province), accounts),
                notice_lines(found, lines, accounts),
                row.pay_by,
                row.basis,
            )
        )
    return papers


def notice_lines(
    found: Month, lines: Sequence[ClearingNoticeLine], accounts: Mapping[str, FiscalAccount]
) -> tuple[NoticeLine, ...]:
    """Put both schemes of a counterpart on one line."""
    sums: dict[str, dict[Scheme, int]] = {}
    for row in lines:
        sums.setdefault(row.counterpart, {})[SCHEMES[row.scheme]] = row.amount_fen
    return tuple(
        NoticeLine(
            found.party(code),
            account_of(found.party(code), accounts),
            amounts.get(Scheme.EMPLOYEE, 0),
            amounts.get(Scheme.RESIDENT, 0),
        )
        for code, amounts in sums.items()
    )


async def accounts_of(rows: Rows, province: str) -> Mapping[str, FiscalAccount]:
    """Return the fiscal accounts that a province's finance department has entered, its own and others'."""
    found = await rows(PartyAccount, {"jurisdiction": province}, ("version",), ALL)
    return {row.party: FiscalAccount(row.holder, row.bank, row.number) for row in found}


def account_of(party: Party, accounts: Mapping[str, FiscalAccount]) -> FiscalAccount:
    """Return the fiscal special account of a province; bank and number are left to its finance to fill in."""
    return accounts.get(party.code) or FiscalAccount(
        f"{party.name}社会保障基金财政专户", "账号待财政部门登记", ""
    )


async def deductions(rows: Rows, found: Month, province: str) -> list[Paper]:
    """Make a list for every pair with audit deductions or refunds in the month."""
    where = {"jurisdiction": found.holder, "month": found.month}
    pairs: dict[tuple[str, str], list[ClearingAdjustment]] = {}
    for row in await rows(ClearingAdjustment, where, ("adjustment_id",), ALL):
        if province in ("", row.care, row.insured) and row.care != row.insured:
            pairs.setdefault((row.care, row.insured), []).append(row)
    funds = await funds_of(rows, found.holder, {row.settlement_id for each in pairs.values() for row in each})
    return [
        DeductionList(
            found.issue(found.number("KJ", care, insured)),
            found.month,
            found.party(care),
            found.party(insured),
            tuple(
                DeductionRow(
                    row.settlement_id,
                    row.institution_code,
                    row.cleared_in,
                    SCHEMES[row.scheme],
                    funds.get(row.settlement_id, 0),
                    -row.amount_fen,
                    row.reason,
                    row.finding,
                )
                for row in listed
            ),
        )
        for (care, insured), listed in sorted(pairs.items())
    ]


async def funds_of(rows: Rows, holder: str, settlements: Iterable[str]) -> Mapping[str, int]:
    """Return what the funds had paid for settlements, fen: by the nation's copies, or the province's own."""
    found: dict[str, int] = {}
    for number in settlements:
        where = {"jurisdiction": holder, "settlement_id": number}
        for copy in await rows(Returned, where, (), ALL):
            found[number] = copy.fund_fen + copy.account_fen
        for booked in await rows(Settlement, where, (), ALL):
            found[number] = booked.fund_fen + booked.account_fen
        for answered in await rows(SettlementAnswered, where, (), ALL):
            found[number] = answered.fund_fen + answered.account_fen
    return found


def read_key(path: Path) -> Ed25519PrivateKey | None:
    """Read the private key of the seal from a PEM file; None when it is no Ed25519 key."""
    try:
        found = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        return None
    return found if isinstance(found, Ed25519PrivateKey) else None


def read_public_key(path: Path) -> Ed25519PublicKey | None:
    """Read the public key of a seal from a PEM file; None when it is no Ed25519 key."""
    try:
        found = load_pem_public_key(path.read_bytes())
    except (ValueError, TypeError):
        return None
    return found if isinstance(found, Ed25519PublicKey) else None


def write_papers(
    papers: Iterable[Paper], folder: Path, key: Ed25519PrivateKey | None = None
) -> list[Path] | Refusal:
    """Write each paper as Excel and PDF under its number, sealed as of its day when there is a key.

    What was sealed is then written as JSON too, as the PDF carries it, so that a recipient can check it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with ThreadPoolExecutor(WRITERS) as threads:
        for files in threads.map(partial(_write_paper, folder, key), papers):
            if isinstance(files, Refusal):
                return files
            written += files
    return written


def _write_paper(folder: Path, key: Ed25519PrivateKey | None, paper: Paper) -> list[Path] | Refusal:
    issue = paper.issue
    at = write_instant(datetime.combine(date.fromisoformat(issue.issued_on), time(), SHANGHAI))
    sealed = seal_paper(paper, key, KEY_NAME, at) if key else Sealed(paper)
    pdf = write_pdf(sealed)
    if isinstance(pdf, Refusal):
        return pdf
    files = [(".xlsx", write_excel(sealed)), (".pdf", pdf)]
    if key:
        files.append((".json", write_sealed(sealed)))
    for suffix, content in files:
        (folder / f"{issue.number}{suffix}").write_bytes(content)
    return [folder / f"{issue.number}{suffix}" for suffix, _ in files]
