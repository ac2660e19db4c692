"""`yidi clearing notices|hand-over|pay|confirm|urge|close-year`: what happens once notices are out."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import typer

from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import (
    AMOUNT,
    JSON,
    MONTH,
    NOTICE,
    PROVINCE,
    REFERENCE,
    SCHEMES,
    asked,
    fen_of,
    made,
    on_facts,
    place,
    tabled,
    tell,
    yuan,
)
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.commands import (
    CloseYear,
    ConfirmReceipt,
    Direction,
    HandToFinance,
    Overdue,
    PayNotice,
    Step,
    Urge,
)
from yidi.processes.clearing.records import ClearingNotice, ClearingNoticeLine, ClearingStep
from yidi.processes.ports.deciding import NATION, Done

app = typer.Typer()
COUNTERPART = typer.Option(..., "--counterpart", help="对方省级区划代码 The other province")
MATTERS = {
    "sign": "签章 sign",
    "hand_over": "移交财政 hand over",
    "pay": "划拨 pay",
    "confirm": "确认到账 confirm",
}
DIRECTIONS = {"payable": "付款 pay", "receivable": "收款 receive"}


class Noticed(NamedTuple):
    """A notice with its lines and the steps of its month."""

    notice: ClearingNotice
    lines: tuple[ClearingNoticeLine, ...]
    steps: tuple[ClearingStep, ...]

    def day_of(self, step: Step, counterpart: str) -> str:
        """Return the day of a step with a counterpart; a dash while it is not taken."""
        ends = (self.notice.province, counterpart)
        if self.notice.direction == Direction.RECEIVABLE:
            ends = (counterpart, self.notice.province)
        if step is Step.HANDED:
            ends = (ends[0], "")
        found = [row.day for row in self.steps if (row.step, row.payer, row.payee) == (step, *ends)]
        unknown = "国家平台知 the nation knows" if self._is_told_elsewhere(step) else "—"
        return found[0] if found else unknown

    def _is_told_elsewhere(self, step: Step) -> bool:
        """Say whether only the nation hears of a step: a payer is not told of the receipt, nor a payee when
        the notice was handed over.
        """
        others = Step.RECEIVED if self.notice.direction == Direction.PAYABLE else Step.HANDED
        return self.notice.jurisdiction != NATION and step is others


async def noticed(rows: Rows, month: str, province: str) -> list[Noticed]:
    """Read the notices of a month: of all provinces as the nation knows them, or of one as it does."""
    where = {"jurisdiction": province or NATION, "month": month}
    steps = tuple(await rows(ClearingStep, where, ("recorded_at",), 0))
    found = []
    for notice in await rows(ClearingNotice, where, ("number",), 0):
        key = {"jurisdiction": where["jurisdiction"], "number": notice.number}
        lines = await rows(ClearingNoticeLine, key, ("counterpart", "scheme"), 0)
        found.append(Noticed(notice, tuple(lines), steps))
    return found


@app.command("notices")
def notices(
    context: typer.Context,
    month: str = MONTH,
    province: str = typer.Option("", "--province", help="只看一省 Only this province"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """列出通知书逐行进度。 List the notices of a month, line by line, with the steps taken."""

    async def look(rows: Rows) -> list[Noticed]:
        return await noticed(rows, month, province)

    found = on_facts(context, config, look)
    if as_json:
        shown = [
            {**each.notice._asdict(), "lines": [line._asdict() for line in each.lines]} for each in found
        ]
        steps = [row._asdict() for row in found[0].steps] if found else []
        typer.echo(msgspec.json.encode({"notices": shown, "steps": steps}).decode())
        return
    rows = [
        (
            each.notice.number,
            DIRECTIONS[each.notice.direction],
            place(line.counterpart),
            SCHEMES.get(line.scheme, line.scheme),
            *[each.day_of(step, line.counterpart) for step in Step],
            each.notice.pay_by,
            yuan(line.amount_fen),
        )
        for each in found
        for line in each.lines
    ]
    names = (
        "编号 number",
        "方向",
        "对方 counterpart",
        "险种 scheme",
        "移交 handed",
        "划拨 paid",
        "到账 received",
    )
    tabled(f"通知书 Notices {month}", (*names, "期限 pay by", "金额 amount"), rows, words=8)


@app.command("hand-over")
def hand_over(
    context: typer.Context,
    number: str = NOTICE,
    province: str = PROVINCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """经办机构将付款通知书移交财政。 The agency hands a notice to pay to finance."""
    done = asked(context, config, made(HandToFinance, province, "agency", number=number), Done)
    tell(done, f"{number} 已移交财政 handed to finance", as_json=as_json)


def transfer(
    context: typer.Context,
    config: Path | None,
    command: PayNotice | ConfirmReceipt,
    *,
    as_json: bool,
) -> None:
    """Enter that money has left or has arrived."""
    done = asked(context, config, command, Done)
    what = "已划拨 paid to" if isinstance(command, PayNotice) else "已到账 received from"
    said = f"{command.number} {what} {place(command.counterpart)} {yuan(command.amount_fen)}"
    tell(done, said, as_json=as_json)


@app.command("pay")
def pay(
    context: typer.Context,
    number: str = NOTICE,
    province: str = PROVINCE,
    counterpart: str = COUNTERPART,
    amount: str = AMOUNT,
    reference: str = REFERENCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """财政登记已划拨。 Finance has paid a counterpart of a notice, to the fen."""
    said = {"number": number, "counterpart": counterpart, "reference": reference}
    command = made(PayNotice, province, "finance", amount_fen=fen_of(amount, "--amount"), **said)
    transfer(context, config, command, as_json=as_json)


@app.command("confirm")
def confirm(
    context: typer.Context,
    number: str = NOTICE,
    province: str = PROVINCE,
    counterpart: str = COUNTERPART,
    amount: str = AMOUNT,
    reference: str = REFERENCE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """收款方确认到账。 The receiver has the money of a counterpart, to the fen."""
    said = {"number": number, "counterpart": counterpart, "reference": reference}
    command = made(ConfirmReceipt, province, "finance", amount_fen=fen_of(amount, "--amount"), **said)
    transfer(context, config, command, as_json=as_json)


@app.command("urge")
def urge(
    context: typer.Context, month: str = MONTH, config: Path | None = CONFIG, as_json: bool = JSON
) -> None:
    """列出逾期事项并催办。 List what is overdue today and urge whoever is late; status 1 when anybody is."""
    found = asked(context, config, made(Urge, NATION, "agency", month=month), Overdue)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    elif not found.matters:
        typer.echo(f"{month}: 没有逾期事项。 Nothing is overdue.")
    else:
        rows = [
            (place(row.province), MATTERS[row.matter], place(row.counterpart), row.due_on)
            for row in found.matters
        ]
        names = ("省 province", "事项 matter", "对方 counterpart", "期限 due on")
        tabled(f"逾期已催办 Overdue and urged {month}", names, rows, words=4)
    raise typer.Exit(1 if found.matters else 0)


@app.command("close-year")
def close_year(
    context: typer.Context,
    year: str = typer.Argument(..., help="年度 Year, e.g. 2025"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """年度关账；此后不再清算该年费用。 Close a year: nothing of it is cleared any more."""
    done = asked(context, config, made(CloseYear, NATION, "agency", year=year), Done)
    tell(done, f"{year} 已关账 is closed", as_json=as_json)
