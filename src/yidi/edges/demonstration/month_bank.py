"""One province's finance and its bank: orders go out as ISO 20022, come back as camt.053, and are matched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from yidi.domain.dates import day_of, write_instant
from yidi.edges.banking.camt_writing import write_camt053
from yidi.edges.banking.reading import read_statements
from yidi.edges.banking.statement import BankLine, BankStatement
from yidi.edges.clearing.gathering import ALL, msgid_of
from yidi.edges.clock import Clock
from yidi.edges.demonstration.month_clearing import MonthFault, insist, said_of
from yidi.edges.demonstration.stage import Asker
from yidi.edges.finance import gathering
from yidi.edges.finance.files import file_of, import_of
from yidi.edges.packs.national import read_divisions
from yidi.edges.storage.reading import Rows
from yidi.processes.finance.commands import (
    Expected,
    LinesMatched,
    MakeOrders,
    MatchLines,
    OrdersMade,
    RegisterBankAccount,
    StatementTaken,
)
from yidi.processes.finance.records import OrderForm, PaymentOrdered
from yidi.processes.network.records import Institution
from yidi.processes.ports.deciding import Done

BANK, BANK_NO = "演示银行", "102100000001"
OPENING_FEN = 10_000_000_00


class Banked(NamedTuple):
    """What went over one province's bank in a month; fen. `files` in the order they were written."""

    province: str
    hospital_orders: int
    hospital_fen: int
    province_orders: int
    province_fen: int
    lines: int
    matched: int
    files: tuple[str, ...]


class FinanceOffice:
    """The finance department of one province with its fiscal account; files go into `folder`."""

    def __init__(self, ask: Asker, rows: Rows, clock: Clock, folder: Path) -> None:
        self._ask, self._rows, self._clock, self._folder = ask, rows, clock, folder
        self.province = self._account = self._last_day = ""
        self._balance_fen = OPENING_FEN
        self._orders: dict[OrderForm, tuple[PaymentOrdered, ...]] = {}
        self._lines = self._matched = 0
        self._files: list[str] = []

    async def open_at(self, province: str) -> None:
        """Begin at a province: enter its own account, those of all provinces and of its institutions."""
        self.province = province
        parties = {place.code: f"{place.name}社会保障基金财政专户" for place in read_divisions().provinces()}
        for row in await self._rows(Institution, {"jurisdiction": province}, ("institution_code",), ALL):
            parties[row.institution_code] = row.name
        for place, (party, holder) in enumerate(sorted(parties.items()), 1):
            number = f"6222{place:012d}"
            self._account = number if party == province else self._account
            command = RegisterBankAccount(
                jurisdiction=province,
                sender="finance",
                msgid=msgid_of("account", party),
                party=party,
                holder=holder,
                number=number,
                bank=BANK,
                bank_no=BANK_NO,
            )
            await insist(self._ask, command, Done)

    async def order(self, form: OrderForm) -> None:
        """Order what is due and write the file; nothing when nothing is due."""
        expected = await gathering.expected(self._rows, self.province)
        if not [row for row in expected if goes_out(row, form)]:
            return
        command = MakeOrders(
            jurisdiction=self.province,
            sender="finance",
            msgid=msgid_of("orders", form),
            form=form,
            execution_day=self._today(),
            expected=expected,
        )
        made = await insist(self._ask, command, OrdersMade)
        batch = await gathering.batch(self._rows, self.province, made.batch_no)
        assert batch is not None, made.batch_no
        content = file_of(*batch)
        if isinstance(content, list):
            raise MonthFault(said_of(content[0]))
        self._write(f"{'pacs009' if form is OrderForm.PACS else 'pain001'}-{made.batch_no}.xml", content)
        self._orders[form] = batch[1]

    async def take_outgoing(self) -> None:
        """Have the bank say that every order was carried out today; what it moved is reported as paid."""
        orders = [row for rows in self._orders.values() for row in rows]
        await self._take([(-row.amount_fen, row.holder, row.number, row.order_no) for row in orders])

    async def take_incoming(self, month: str) -> None:
        """Have the bank say that what other provinces paid for a month is here; it is confirmed."""
        expected = await gathering.expected(self._rows, self.province)
        await self._take(
            [
                (row.amount_fen, row.counterpart, "", row.references[-1])
                for row in expected
                if row.amount_fen > 0
                and not row.booked
                and row.expected_id.startswith(f"clearing/QS-{month.replace('-', '')}-")
            ]
        )

    def banked(self) -> Banked:
        """Sum up what went over the bank."""
        hospitals, provinces = (self._orders.get(form, ()) for form in (OrderForm.PAIN, OrderForm.PACS))
        return Banked(
            self.province,
            len(hospitals),
            sum(row.amount_fen for row in hospitals),
            len(provinces),
            sum(row.amount_fen for row in provinces),
            self._lines,
            self._matched,
            tuple(self._files),
        )

    async def _take(self, moved: Sequence[tuple[int, str, str, str]]) -> None:
        """Write the day's statement as the bank does, read it again, import it, match and report it.

        Raises MonthFault unless every line is matched.
        """
        if not moved:
            return
        written = self._statement(moved)
        self._write(f"camt053-{self.province}-{self._today()}.xml", written)
        known = await gathering.known(self._rows, self.province)
        found = read_statements(written, known.accounts, known.imported)
        if isinstance(found, list):
            raise MonthFault(said_of(found[0]))
        (statement,) = found
        msgid = msgid_of("statement", statement.statement_no)
        await insist(self._ask, import_of(statement, self.province, msgid), StatementTaken)
        command = MatchLines(
            jurisdiction=self.province,
            sender="finance",
            msgid=msgid_of("match", statement.statement_no),
            months=await gathering.months(self._rows, self.province),
            expected=await gathering.expected(self._rows, self.province),
            report=True,
        )
        matched = await insist(self._ask, command, LinesMatched)
        if matched.matched != len(moved) or matched.findings:
            raise MonthFault(f"{statement.statement_no}: {matched.matched} of {len(moved)} lines matched")
        self._lines += len(moved)
        self._matched += matched.matched

    def _statement(self, moved: Iterable[tuple[int, str, str, str]]) -> bytes:
        """Write a statement from the day after the last one to today, all of it moved today."""
        today = self._today()
        lines = tuple(
            BankLine(number, today, fen, holder, reference, counterpart_account=account)
            for number, (fen, holder, account, reference) in enumerate(moved, 1)
        )
        opening_fen = self._balance_fen
        self._balance_fen += sum(line.amount_fen for line in lines)
        first = today if not self._last_day else f"{date.fromisoformat(self._last_day) + timedelta(1)}"
        number, self._last_day = f"{self.province}-{today}", today
        made = BankStatement(self._account, number, first, today, opening_fen, self._balance_fen, lines)
        return write_camt053(made, f"CAMT-{number}", write_instant(self._clock()))

    def _today(self) -> str:
        return day_of(self._clock()).isoformat()

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)
        self._files.append(name)


def goes_out(row: Expected, form: OrderForm) -> bool:
    """Say whether a payment is to be ordered in this form."""
    between = row.counterpart.endswith("0000")
    return row.ready and row.amount_fen < 0 and between is (form is OrderForm.PACS)
