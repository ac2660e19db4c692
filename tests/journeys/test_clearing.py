"""A played month is reconciled, cleared by `yidi clearing`, paid and confirmed, on a real node."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from tests.journeys.nation import MORNING, TickingClock, key_folder_of, open_nation
from tests.journeys.test_reconcile import play
from yidi.domain.ledger.accounts import DUE_FROM_PROVINCE, OWED_TO_PROVINCE
from yidi.domain.ledger.entry import Line, balances
from yidi.edges.batch.extract import extract
from yidi.edges.clearing.gathering import build_command, bulk_command, check_command, gather
from yidi.edges.cli.main import app
from yidi.edges.settings import Settings
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.edges.storage.verify import verify
from yidi.processes.clearing.commands import (
    ClearingChecked,
    ConfirmReceipt,
    HandToFinance,
    PayNotice,
    SignClearing,
)
from yidi.processes.clearing.months import days_of
from yidi.processes.clearing.records import ClearingNotice, ClearingNoticeLine
from yidi.processes.ports.deciding import NATION, Command, Done
from yidi.processes.reconciliation.records import ReconciliationRun
from yidi.processes.settlement.records import Posting, Settlement
from yidi.wiring import PARTS, Node, open_node

MONTH = "2026-11"
LATER = datetime(2026, 12, 1, 2, 0, tzinfo=timezone.utc)
"""When the month is over. Working days of the year after are not loaded yet, so it is cleared at once."""


class Agency:
    """Everybody who clears, at the command line of one node."""

    def __init__(self, database: str, folder: Path) -> None:
        self.config, keys = folder / "node.toml", folder / "keys.toml"
        keys.write_text("[keys]\n", "utf-8")
        made = key_folder_of(database)
        text = f'database = "{database}"\nkeys = "{keys}"\nsample = true\nfold = false\n'
        self.config.write_text(f'{text}key_folder = "{made}"\n', "utf-8")
        self.settings = Settings(
            database=database, keys=str(keys), port=0, fold=False, sample=True, key_folder=made
        )
        self.clock = TickingClock(LATER)

    async def types(self, *words: str) -> Result:
        """Type a command."""

        def opened(settings: Any, secrets: Any) -> Any:
            return open_node(settings, secrets, self.clock)

        typed = [*words, "--config", str(self.config)]
        parts = PARTS._replace(open_node=opened)
        return await asyncio.to_thread(CliRunner().invoke, app, typed, obj=parts, catch_exceptions=False)

    async def clearing(self, *words: str, exit_code: int = 0) -> Any:
        """Type a command of clearing and read its JSON."""
        result = await self.types("clearing", *words, "--json")
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout) if exit_code == 0 else result.output

    async def reconcile(self, day: str) -> None:
        """Reconcile the day that was played with the command, all others as days on which nothing was."""
        result = await self.types("reconcile", day, "--json")
        assert result.exit_code == 0, result.output
        at = "2026-12-01T02:00:00.000000Z"
        await put(
            self.settings.database,
            [
                ReconciliationRun(NATION, other, 1, "", "", 0, 0, at)
                for other in days_of(MONTH)
                if other != day
            ],
        )

    async def sign(self, provinces: Iterable[str]) -> None:
        """Have provinces check and sign, on one node."""
        async with open_node(self.settings, {}, self.clock) as node:
            for province in provinces:
                checked = await node.ask(await check_command(node.rows, province, MONTH, 2))
                assert isinstance(checked, ClearingChecked), checked
                assert checked.differences == ()
                said = {"lines_digest": checked.lines_digest, "signed_by": "seal"}
                await ask(node, SignClearing, province, month=MONTH, **said)


async def put(database: str, records: list[ReconciliationRun]) -> None:
    """Write runs of days on which nothing was settled, to a database that no node has open."""
    engine = engine_for(database, gathered())
    await engine.open()
    await engine.begin()
    for row in records:
        marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        await engine.execute(f"INSERT INTO reconciliation_run VALUES ({marks})", *row)
    await engine.commit()
    await engine.close()


async def ask(node: Node, kind: type[Command], here: str, **said: Any) -> None:
    """Have a step decided and insist on it."""
    msgid = f"{kind.__name__}/{here}/{said.get('counterpart', '')}"
    reply = await node.ask(kind(jurisdiction=here, sender="finance", msgid=msgid, **said))
    assert isinstance(reply, Done), reply


async def transfer(node: Node) -> int:
    """Hand over, pay and confirm every notice; return how many transfers."""
    notices = await node.rows(ClearingNotice, {"jurisdiction": NATION, "month": MONTH}, ("number",), 0)
    sums: dict[str, dict[str, int]] = {}
    for row in notices:
        sums[row.number] = {}
        for line in await node.rows(
            ClearingNoticeLine, {"jurisdiction": NATION, "number": row.number}, (), 0
        ):
            fen = sums[row.number].get(line.counterpart, 0) + line.amount_fen
            sums[row.number][line.counterpart] = fen
    for direction, kind in (("payable", PayNotice), ("receivable", ConfirmReceipt)):
        for row in notices:
            if row.direction != direction:
                continue
            if kind is PayNotice:
                await ask(node, HandToFinance, row.province, number=row.number)
            for other, fen in sums[row.number].items():
                said = {"number": row.number, "counterpart": other, "amount_fen": fen, "reference": "b"}
                await ask(node, kind, row.province, **said)
    return sum(len(sums[row.number]) for row in notices if row.direction == "payable")


async def owed_between_provinces(node: Node) -> dict[tuple[str, str, str], int]:
    """Return what provinces still owe each other in the ledgers of the node, at home left out."""
    found: dict[tuple[str, str, str], int] = {}
    rows = await node.rows(Posting, {}, (), 0)
    for province in {row.jurisdiction for row in rows}:
        own = [row for row in rows if row.jurisdiction == province and row.counterpart != province]
        lines = [Line(row.account, row.counterpart, row.scheme, row.amount_fen) for row in own]
        for key, fen in balances(lines).items():
            if key[0] in (OWED_TO_PROVINCE, DUE_FROM_PROVINCE):
                found[province + key[0], key[1], key[2]] = fen
    return found


async def test_a_played_month_is_cleared_from_the_command_line_and_every_claim_is_paid(
    database: str, tmp_path: Path
) -> None:
    async with open_nation(database) as nation:
        await play(nation)
    agency = Agency(database, tmp_path)
    assert "FUNDS-51" in await agency.clearing("build", MONTH, exit_code=1)
    await agency.reconcile(MORNING.date().isoformat())
    built = await agency.clearing("build", MONTH)
    assert built["settlements"] > 0
    assert sum(row["net_fen"] for row in built["nets"]) == 0
    again = await agency.clearing("build", MONTH)
    assert (again["repeated"], again["lines_digest"]) == (True, built["lines_digest"])
    assert "FUNDS-508" in await agency.clearing("publish", MONTH, exit_code=1)
    first = ["--province", built["nets"][0]["province"]]
    digest = (await agency.clearing("check", MONTH, *first))["lines_digest"]
    signed = await agency.types("clearing", "sign", MONTH, *first, "--digest", digest, "--by", "seal")
    assert signed.exit_code == 0, signed.output
    await agency.sign(row["province"] for row in built["nets"][1:])
    published = await agency.clearing("publish", MONTH)
    async with open_node(agency.settings, {}, agency.clock) as node:
        assert await owed_between_provinces(node)
        assert await transfer(node) > 0
        assert await owed_between_provinces(node) == {}
        assert [row for row in await verify(node.journal.engine) if row.found] == []
        paid = sum(row["amount_fen"] for row in published["notices"] if row["direction"] == "payable")
        rows = [row for row in await node.rows(Settlement, {}, (), 0) if row.care != row.jurisdiction]
        assert paid == sum(row.fund_fen + row.account_fen for row in rows if row.kind == "direct")


async def test_extracts_in_bulk_give_the_same_lines_as_the_facts(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'nation.sqlite'}"
    async with open_nation(database) as nation:
        await play(nation)
    agency = Agency(database, tmp_path)
    await agency.reconcile(MORNING.date().isoformat())
    async with open_node(agency.settings, {}, agency.clock) as node:
        one_by_one = await build_command(node.rows, MONTH, 2)
        await extract(node.journal.engine, tmp_path / "extract", "2026-09-01", "2026-12-01", (NATION,))
        in_bulk = bulk_command(await gather(node.rows, MONTH, 2), [tmp_path / "extract"])
    assert not isinstance(in_bulk, tuple), in_bulk
    assert one_by_one.lines
    assert in_bulk.lines == one_by_one.lines
    assert (in_bulk.settlements, in_bulk.late, in_bulk.held) == (one_by_one.settlements, (), ())


async def test_the_papers_of_a_month_are_written_as_excel_and_pdf(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'nation.sqlite'}"
    async with open_nation(database) as nation:
        await play(nation)
    agency = Agency(database, tmp_path)
    assert (await agency.types("clearing", "documents", MONTH, "--out", str(tmp_path))).exit_code == 1
    await agency.reconcile(MORNING.date().isoformat())
    built = await agency.clearing("build", MONTH)
    await agency.sign(row["province"] for row in built["nets"])
    await agency.clearing("publish", MONTH)
    shown = await agency.clearing("show", MONTH)
    assert shown["run"]["lines_digest"] == built["lines_digest"]
    key, bad = tmp_path / "seal.pem", tmp_path / "bad.pem"
    key.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    bad.write_text("no key", "utf-8")
    out, again = tmp_path / "papers", tmp_path / "again"
    documents = ["clearing", "documents", MONTH, "--key"]
    assert (await agency.types(*documents, str(bad), "--out", str(out))).exit_code == 2
    for folder in (out, again):
        result = await agency.types(*documents, str(key), "--out", str(folder))
        assert result.exit_code == 0, result.output
    names = {path.name for path in out.iterdir()}
    assert {name: (out / name).read_bytes() for name in names} == {
        path.name: path.read_bytes() for path in again.iterdir()
    }
    assert {"QS-202611-V1.xlsx", "QS-202611-V1.pdf"} <= names
    assert {name.removesuffix(".pdf") for name in names if name.endswith(".pdf")} == {
        name.removesuffix(".xlsx") for name in names if name.endswith(".xlsx")
    }
    assert sum("-FK-" in name for name in names) > 0
    sheet = load_workbook(out / "QS-202611-V1.xlsx").worksheets[0]
    shown_yuan = {cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for row in built["nets"]:
        assert row["net_fen"] / 100 in shown_yuan, row
