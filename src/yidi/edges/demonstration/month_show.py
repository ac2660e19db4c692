"""Shows a played month: the national table and one province's notices, or one JSON object."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from yidi.domain.money import format_yuan
from yidi.edges.clearing.papers import papers_of, write_papers
from yidi.edges.demonstration.month_clearing import Cleared, MonthFault, said_of
from yidi.edges.demonstration.month_nation import MonthPlayed
from yidi.edges.portals.reading import Rows
from yidi.processes.clearing.commands import Direction, NetShown, NoticeShown

Place = Callable[[str], str]
"""Names a division."""
_NOTICES = {
    Direction.PAYABLE: "付款通知书 notice to pay",
    Direction.RECEIVABLE: "收款通知书 notice to receive",
}
_SCHEMES = {"310": "职工 employee", "390": "居民 resident"}
_ENDINGS = {"settled": "结算", "cancelled": "撤销", "reversed": "冲正", "refused": "拒绝"}


def yuan(amount_fen: int) -> str:
    """Write fen as yuan for people."""
    return format_yuan(amount_fen, thousands=True)


async def write_month(rows: Rows, month: str, folder: Path) -> Sequence[Path]:
    """Write every paper of the month as Excel and PDF. Raises MonthFault when they cannot be made."""
    written = write_papers(await papers_of(rows, month), folder)
    if not isinstance(written, list):
        raise MonthFault(said_of(written))
    return written


def as_object(played: MonthPlayed, papers: Sequence[Path]) -> str:
    """Write a month as one JSON object; amounts in fen."""
    built = played.cleared.built
    return json.dumps(
        {
            "month": played.month,
            "visits": played.visits,
            "refusals": Counter(played.refusals),
            "days_reconciled": played.days,
            "hospitals": played.hospitals._asdict(),
            "settlements": built.settlements,
            "held": built.held,
            "nets": msgspec.to_builtins(built.nets),
            "lines_digest": built.lines_digest,
            "notices": msgspec.to_builtins(played.cleared.notices),
            "transfers": [row._asdict() for row in played.cleared.transfers],
            "proofs": {proof.check.name: proof.found for proof in played.proofs},
            "papers": [str(path) for path in papers],
        },
        ensure_ascii=False,
    )


def show_month(console: Console, played: MonthPlayed, place: Place) -> None:
    """Print the month: what was played, the national table, one province's notices, and the proofs."""
    ended = "  ".join(f"{_ENDINGS[how]} {how} {count}" for how, count in sorted(played.visits.items()))
    console.print(f"就诊 visits: {ended}", highlight=False)
    if played.refusals:
        counted = "  ".join(f"{code} x{count}" for code, count in Counter(played.refusals).most_common())
        console.print(f"[dim]拒绝原因 refused because: {counted}[/]", highlight=False)
    console.print(f"每日对账 days reconciled: {played.days}，无差异 no difference", highlight=False)
    hospitals = played.hospitals
    console.print(
        f"医院 hospitals: {hospitals.hospitals} 家，应付 owed {yuan(hospitals.owed_fen)}，已付 paid "
        f"{yuan(hospitals.paid_fen)}，质保金 retained {yuan(hospitals.retained_fen)}",
        highlight=False,
    )
    show_table(console, played, place)
    show_notices(console, played.cleared, busiest(played.cleared.built.nets), place)
    amount_fen = sum(row.amount_fen for row in played.cleared.transfers)
    console.print(
        f"划拨 transfers: {len(played.cleared.transfers)} 笔，{yuan(amount_fen)}，全部确认到账 all confirmed",
        highlight=False,
    )
    findings = sum(proof.found for proof in played.proofs)
    console.print(
        f"总账与事实核对 ledger and facts: {len(played.proofs)} 项 checks，{findings} 项不符 findings",
        highlight=False,
    )


def show_table(console: Console, played: MonthPlayed, place: Place) -> None:
    """Print the national table with its sums."""
    built = played.cleared.built
    title = f"全国跨省异地就医费用清算表 National clearing table {played.month} V{built.version}"
    table = Table(title=title, show_footer=True)
    sums = [
        sum(row.payable_fen for row in built.nets),
        sum(row.receivable_fen for row in built.nets),
        sum(row.net_fen for row in built.nets),
    ]
    table.add_column("省 province", footer="合计 sum")
    for name, fen in zip(("应付 payable", "应收 receivable", "净额 net"), sums, strict=True):
        table.add_column(name, footer=yuan(fen), justify="right", no_wrap=True)
    for row in built.nets:
        amounts = (row.payable_fen, row.receivable_fen, row.net_fen)
        table.add_row(f"{row.province} {place(row.province)}", *map(yuan, amounts))
    console.print(table)
    console.print(f"结算 settlements {built.settlements}  暂缓 held {built.held}", highlight=False)
    console.print(f"[dim]{built.lines_digest}[/]", highlight=False)


def busiest(nets: Sequence[NetShown]) -> str:
    """Choose the province to show: of those that both pay and receive the one that moves most."""
    ranked = sorted(nets, key=lambda row: (bool(row.payable_fen and row.receivable_fen), moved(row)))
    return ranked[-1].province if ranked else ""


def moved(row: NetShown) -> int:
    """Return what a province pays and receives; fen."""
    return row.payable_fen + row.receivable_fen


def show_notices(console: Console, cleared: Cleared, province: str, place: Place) -> None:
    """Print a province's notices, each line with the days on which it was paid and confirmed."""
    for notice in (row for row in cleared.notices if row.province == province):
        table = Table(title=f"{_NOTICES[notice.direction]} {notice.number}  {place(province)}")
        for name in ("对方 counterpart", "险种 scheme"):
            table.add_column(name)
        table.add_column("金额 amount", justify="right", no_wrap=True)
        table.add_column("到账 received")
        for counterpart, scheme, fen in notice.lines:
            day = received_on(cleared, notice, counterpart)
            named = f"{counterpart} {place(counterpart)}"
            table.add_row(named, _SCHEMES.get(scheme, scheme), yuan(fen), day)
        table.add_section()
        table.add_row("合计 sum", "", yuan(notice.amount_fen), "")
        console.print(table)
        console.print(
            f"签发 issued {notice.issued_on}  移交 hand over by {notice.hand_over_by}"
            f"  划拨 pay by {notice.pay_by}",
            highlight=False,
        )


def received_on(cleared: Cleared, notice: NoticeShown, counterpart: str) -> str:
    """Return the day on which the transfer of a notice's line was confirmed."""
    ends = (notice.province, counterpart)
    if notice.direction is Direction.RECEIVABLE:
        ends = (counterpart, notice.province)
    return next((row.day for row in cleared.transfers if (row.payer, row.payee) == ends), "")
