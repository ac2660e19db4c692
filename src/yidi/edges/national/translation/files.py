"""Files: upload, download, catalogue files, and reconciliation by file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from yidi.domain.dates import day_of
from yidi.edges.national.amounts import yuan
from yidi.edges.national.call import Call, Output, Stream, Values, Warned, only_refused
from yidi.edges.national.library import unzipped, zipped
from yidi.edges.national.reading import Findings, read_row
from yidi.edges.national.refusals import FILE_NOT_BYTES, FOREIGN_FILE, UNREADABLE_FILE
from yidi.edges.national.tables.reconciliation import COMPARED, DIFFERENCES
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.words import yes
from yidi.processes.network.commands import FetchFile, FileFetched, FileStored, StoreFile
from yidi.processes.ports.deciding import Refused
from yidi.processes.settlement.commands import (
    CompareDetails,
    ComparedLine,
    CompareTotals,
    DetailDifference,
    DetailsCompared,
    TotalsCompared,
)

LIFE_DAYS = 30
"""How long a file is promised to be kept."""
LARGEST_TEXT = 50 * 1024 * 1024
WORD_FOR_NOTHING = "null"
CATALOGUES = ("1301", "1302", "1303", "1304", "1305", "1306", "1307", "1308", "1309", "1310", "1311")


def bytes_of(given: Any) -> bytes | None:
    """Read file bytes sent as Base64 text or as an array of signed or unsigned bytes; None when neither."""
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            given = msgspec.json.decode(given)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
    if isinstance(given, list):
        if not all(type(byte) is int and -128 <= byte <= 255 for byte in given):
            return None
        return bytes(byte % 256 for byte in given)
    if isinstance(given, str):
        try:
            return base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            return None
    return None


def expiry(call: Call) -> str:
    """Return until when a file can be fetched, as local time."""
    return f"{(day_of(call.at) + timedelta(days=LIFE_DAYS)).isoformat()} 23:59:59"


async def store(call: Call) -> Output:
    """Keep an uploaded file."""
    values, node = call.values(), call.transaction.answer()
    field, given = values.find("in")
    content = bytes_of(given)
    if content is None:
        values.refuse(FILE_NOT_BYTES, field)
        content = b""
    command = call.command(
        StoreFile,
        name=values.text("filename"),
        content=base64.b64encode(content).decode(),
        size_bytes=len(content),
    )

    def write(stored: FileStored) -> Output:
        row = {
            "file_qury_no": stored.file_no,
            "filename": stored.name,
            "fixmedins_code": call.institution,
            "dld_endtime": expiry(call),
        }
        return node.row(row)

    return await call.tell(values, command, FileStored, write)


async def fetch(call: Call) -> Output:
    """Send the bytes of a catalogue file or of one's own file."""
    values = call.values()
    file_no = values.text("file_qury_no")
    made = call.library.fetch(file_no, call.care, day_of(call.at))
    if made is not None:
        return Stream(made.name, made.content)

    def write(found: FileFetched) -> Output:
        return Stream(found.name, base64.b64decode(found.content))

    return await call.tell(values, call.command(FetchFile, file_no=file_no), FileFetched, write)


async def catalogue(call: Call) -> Output:
    """Say which file holds a catalogue now; that the care place's catalogue has no such items is said."""
    file = call.library.file(call.transaction.number, call.care, day_of(call.at))
    found = call.transaction.answer().row(
        {
            "file_qury_no": file.file_no,
            "filename": file.name,
            "dld_end_time": expiry(call),
            "data_cnt": file.rows,
        }
    )
    if file.rows:
        return found
    title = call.transaction.title
    return Warned(
        found, f"就医地目录没有“{title}”的条目 the care place's catalogue holds none of these items"
    )


async def compare_totals(call: Call) -> Output:
    """Compare the totals of days."""
    values, node = call.values(), call.transaction.answer()
    command = call.command(
        CompareTotals,
        scheme=values.text("insutype"),
        clearing_kind=values.text("clr_type"),
        since=values.day("stmt_begndate"),
        until=values.day("stmt_enddate"),
        total_fen=values.amount("medfee_sumamt", negative=True),
        fund_fen=values.amount("fund_pay_sumamt", negative=True),
        account_fen=values.amount("acct_pay", negative=True),
        count=values.number("fixmedins_setl_cnt", 0) or 0,
        refunds=values.text("refd_setl_flag") == "1",
    )

    def write(found: TotalsCompared) -> Output:
        own = (
            f"平台：{found.count}笔，总额{bytes(yuan(found.total_fen)).decode()}，"
            f"基金{bytes(yuan(found.fund_fen)).decode()}，账户{bytes(yuan(found.account_fen)).decode()}"
        )
        row = {
            "setl_optins": values.text("setl_optins"),
            "stmt_rslt": "0" if found.agrees else "1",
            "stmt_rslt_dscr": "平" if found.agrees else own,
        }
        return {"stmtinfo": node.row(row)}

    return await call.tell(values, command, TotalsCompared, write)


def lines_of(content: bytes) -> tuple[ComparedLine, ...] | Findings:
    """Read the file of an institution's settlements, TXT with TAB columns in the order of the table."""
    try:
        rows = unzipped(content, LARGEST_TEXT).splitlines()
    except (ValueError, UnicodeDecodeError):
        return Findings([UNREADABLE_FILE.because("file_qury_no", line=0)])
    findings, read = Findings(), []
    for number, text in enumerate(rows, 1):
        cells = text.split("\t")
        if not text.strip():
            continue
        if len(cells) < len(COMPARED.fields):
            findings.add(UNREADABLE_FILE.because("file_qury_no", line=number))
            continue
        given = {field.name: cell for field, cell in zip(COMPARED.fields, cells, strict=False)}
        row = read_row(COMPARED, given, findings, f"line[{number}]")
        if row is not None:
            read.append(line_of(Values(COMPARED, row, findings, f"line[{number}]")))
    return findings or tuple(read)


def line_of(values: Values) -> ComparedLine:
    """Read one settlement of the file."""
    return ComparedLine(
        values.text("setl_id"),
        values.text("mdtrt_id"),
        values.text("psn_no"),
        values.amount("medfee_sumamt", negative=True),
        values.amount("fund_pay_sumamt", negative=True),
        values.amount("acct_pay", negative=True),
        values.text("refd_setl_flag") == "1",
    )


def check_sums(values: Values, lines: Sequence[ComparedLine]) -> None:
    """Find where the head of the message differs from the file."""
    sums = {
        "medfee_sumamt": sum(line.total_fen for line in lines),
        "fund_pay_sumamt": sum(line.fund_fen for line in lines),
    }
    for name, counted in sums.items():
        said = values.amount(name, negative=True)
        if said != counted:
            shown = {"said": bytes(yuan(said)).decode(), "counted": bytes(yuan(counted)).decode()}
            values.refuse(FOREIGN_FILE, values.node.by_name[name], **shown)


async def compare_details(call: Call) -> Output:
    """Compare settlement by settlement: read the uploaded file, compare, keep the result as a file."""
    values = call.values()
    fetched = await call.ask(call.command(FetchFile, file_no=values.text("file_qury_no")))
    if not isinstance(fetched, FileFetched):
        return only_refused(fetched)
    lines = lines_of(base64.b64decode(fetched.content))
    if isinstance(lines, Findings):
        return Refused(refusals=tuple(lines))
    check_sums(values, lines)
    command = call.command(
        CompareDetails,
        since=values.day("stmt_begndate"),
        until=values.day("stmt_enddate"),
        clearing_kind=values.text("clr_type"),
        lines=lines,
    )
    if values.findings:
        return Refused(refusals=tuple(values.findings))
    compared = await call.ask(command)
    if not isinstance(compared, DetailsCompared):
        return only_refused(compared)
    return await _keep_result(call, compared)


async def _keep_result(call: Call, compared: DetailsCompared) -> Output:
    node = call.transaction.answer()
    name = f"result_{call.envelope.msgid[-20:]}.txt"
    content = zipped(name, "".join(write_difference(line) for line in compared.lines))
    command = call.command(
        StoreFile,
        name=f"{name}.zip",
        content=base64.b64encode(content).decode(),
        size_bytes=len(content),
    )

    def write(stored: FileStored) -> Output:
        row = {"file_qury_no": stored.file_no, "filename": stored.name, "dld_endtime": expiry(call)}
        return {"fileinfo": node.row(row)}

    return await call.tell(call.values(), command, FileStored, write)


def write_difference(difference: DetailDifference) -> str:
    """Write one row of the result file; empty cells are the word null."""
    line = difference.line
    cells = {
        "psn_no": line.person_no,
        "mdtrt_id": line.visit_id,
        "setl_id": line.settlement_id,
        "msgid": difference.msgid,
        "stmt_rslt": "0" if difference.agrees else "1",
        "refd_setl_flag": yes(line.refund),
        "memo": " ".join(difference.note_zh.split()),
        "medfee_sumamt": bytes(yuan(line.total_fen)).decode(),
        "fund_pay_sumamt": bytes(yuan(line.fund_fen)).decode(),
        "acct_pay": bytes(yuan(line.account_fen)).decode(),
    }
    return "\t".join(cells[field.name] or WORD_FOR_NOTHING for field in DIFFERENCES.fields) + "\n"


TRANSLATIONS: dict[str, Translation] = {
    "3201": compare_totals,
    "3202": compare_details,
    "9101": store,
    "9102": fetch,
    **dict.fromkeys(CATALOGUES, catalogue),
}
