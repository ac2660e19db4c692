"""camt.053: hostile files stop at the guard; odd but lawful ones are read; unlawful ones are refused."""

from __future__ import annotations

import pytest

from tests.edges.banking.samples import CAMT, STATEMENT, codes
from yidi.edges.banking.camt import read_camt053
from yidi.edges.banking.camt_writing import write_camt053
from yidi.edges.banking.refusals import (
    FILE_TOO_LARGE,
    NOT_A_STATEMENT,
    OTHER_CURRENCY,
    UNSAFE_XML,
    WRONG_VALUE,
)
from yidi.edges.banking.safety import DEEPEST, check_xml
from yidi.edges.banking.words import GREATEST_FILE_BYTES

TEXT = CAMT.decode()
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
OLD = """<?xml version="1.0" encoding="GBK"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-25T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>7</Id><CreDtTm>2026-11-25T18:00:00</CreDtTm><Acct><Id><Othr><Id>6200</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">5</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-24</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">8.5</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-25</Dt></Dt></Bal>
<Ntry><Amt Ccy="CNY">3.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><DtTm>2026-11-24T17:30:00Z</DtTm></BookgDt><AcctSvcrRef>R9</AcctSvcrRef>
<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd><NtryDtls>%s</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""
PAGE = "<MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn>"
PAYMENTS = "".join(
    f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy='CNY'>{yuan}</Amt>"
    f"</TxAmt></AmtDtls><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties></TxDtls>"
    for reference, yuan, name in (("A1", "1.50", "乙省财政"),)
)


def test_version_two_in_gbk_without_a_period_is_read() -> None:
    found = read_camt053((OLD % PAYMENTS).encode("gbk"))
    assert isinstance(found, tuple)
    (statement,) = found
    assert (statement.first_day, statement.last_day) == ("2026-11-25", "2026-11-25")
    assert (statement.opening_fen, statement.closing_fen) == (500, 850)
    (line,) = statement.lines
    assert (line.amount_fen, line.counterpart, line.reference) == (350, "乙省财政", "A1")


def test_a_booking_late_in_utc_belongs_to_the_next_business_day() -> None:
    found = read_camt053((OLD % "").encode("gbk"))
    assert isinstance(found, tuple)
    assert found[0].lines[0].day == "2026-11-25"
    assert found[0].lines[0].reference == "R9"


def test_a_batch_whose_payments_add_up_becomes_one_line_a_payment() -> None:
    amount = '<Amt Ccy="CNY">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    payment = TEXT[TEXT.index("<TxDtls>") : TEXT.index("</TxDtls>") + 9]
    assert payment.count("<RltdPties>") == 1
    split = "".join(
        payment.replace("</Refs>", "</Refs>" + amount % yuan).replace("QS202610-0001", reference)
        for yuan, reference in (("300.00", "P1"), ("23.45", "P2"))
    )
    found = read_camt053(TEXT.replace(payment, split, 1).encode())
    assert isinstance(found, tuple)
    lines = found[0].lines
    assert [(line.line_no, line.amount_fen, line.reference) for line in lines] == [
        (1, 300_00, "P1"),
        (2, 23_45, "P2"),
        (3, -200_00, "YF2026-0001"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE Document SYSTEM "file:///etc/passwd">' + TEXT.removeprefix(HEAD),
        '<!DOCTYPE d [<!ENTITY a "b">]>' + TEXT.removeprefix(HEAD),
        "<a>" * (DEEPEST + 1) + "</a>" * (DEEPEST + 1),
        "<?php echo 1 ?>" + TEXT.removeprefix(HEAD),
    ],
    ids=["external DTD", "entity", "depth", "processing instruction"],
)
def test_unsafe_xml_is_refused_before_it_is_parsed(text: str) -> None:
    assert codes(read_camt053(text.encode())) == [UNSAFE_XML.code]


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    assert codes(read_camt053(b"<" * (GREATEST_FILE_BYTES + 1))) == [FILE_TOO_LARGE.code]


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidi.edges.banking.safety.MOST_ELEMENTS", 3)
    assert codes(check_xml(b"<a><b/><b/><b/></a>")) == [UNSAFE_XML.code]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("camt.053.001.08", "camt.052.001.08"),
        ("<BkToCstmrStmt>", "<BkToCstmrStmt><Unknown>1</Unknown>"),
        ("OPBD", "ITBD"),
        ("CLBD", "ITBD"),
        ("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"),
        ("</CreDtTm>\n    </GrpHdr>", f"</CreDtTm>{PAGE}</GrpHdr>"),
        ("</Document>", ""),
        ("CRDT", "PLUS"),
        ("2026-11-24", "2026-02-30"),
    ],
)  # fmt: skip
def test_what_is_no_whole_booked_statement_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    assert codes(read_camt053(TEXT.replace(old, new).encode())) == [NOT_A_STATEMENT.code]


def test_another_currency_is_refused() -> None:
    assert codes(read_camt053(TEXT.replace('Ccy="CNY"', 'Ccy="USD"').encode())) == [OTHER_CURRENCY.code]


@pytest.mark.parametrize("amount", ["323.455", "-323.45", "NaN", "999999999999999"])
def test_an_amount_that_is_no_whole_fen_is_refused(amount: str) -> None:
    assert codes(read_camt053(TEXT.replace(">323.45<", f">{amount}<").encode())) == [WRONG_VALUE.code]


def test_an_entry_without_a_day_is_refused() -> None:
    start, end = TEXT.index("<BookgDt>"), TEXT.index("</BookgDt>") + len("</BookgDt>")
    assert codes(read_camt053((TEXT[:start] + TEXT[end:]).encode())) == [WRONG_VALUE.code]


def test_bytes_that_are_not_the_declared_gbk_are_refused() -> None:
    data = OLD.replace("%s", "").encode("gbk").replace(b"<MsgId>1", b"<MsgId>\xff\xff")
    assert codes(read_camt053(data)) == [NOT_A_STATEMENT.code]


def test_a_message_without_statement_is_refused() -> None:
    start, end = TEXT.index("<Stmt>"), TEXT.index("</Stmt>") + len("</Stmt>")
    assert codes(read_camt053((TEXT[:start] + TEXT[end:]).encode())) == [NOT_A_STATEMENT.code]


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert write_camt053(STATEMENT, "B-1", "2026-11-25T02:00:00.000000Z") == CAMT
