"""Shows a played month: the national table and one province's notices, or one JSON object."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rich.console import Console
from rich.table import Table

from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.clearing.papers import papers_of, write_papers
from yidi.edges.demonstration.month_clearing import Cleared, MonthFault, said_of
from yidi.edges.demonstration.month_nation import MonthPlayed
from yidi.edges.prepayment.papers import papers_of as prepayment_papers_of
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.commands import Direction, NoticeShown

Place = Callable[[str], str]
"""Names a division."""
_NOTICES = {
    Direction.PAYABLE: "付款通知书 notice to pay",
    Direction.RECEIVABLE: "收款通知书 notice to receive",
}
_SCHEMES = {"310": "职工 employee", "390": "居民 resident"}
_COLOURS = {"green": "绿", "yellow": "黄", "red": "红", "unfunded": "无预付金"}
_ENDINGS = {"settled": "结算", "cancelled": "撤销", "reversed": "冲正", "refused": "拒绝"}


def yuan(amount_fen: int) -> str:
    """Write fen as yuan for people."""
    return format_yuan(amount_fen, thousands=True)


async def write_month(
    rows: Rows, month: str, folder: Path, key: Ed25519PrivateKey | None = None
) -> Sequence[Path]:
    """Write every paper of the month as Excel and PDF, sealed with a key.

    Raises MonthFault when they cannot be made.
    """
    return insist_written(write_papers(await papers_of(rows, month), folder, key))


async def write_opening(rows: Rows, year: str, folder: Path, key: Ed25519PrivateKey) -> Sequence[Path]:
    """Write the notices of a year's prepayment. Raises MonthFault when they cannot be made."""
    return insist_written(write_papers(await prepayment_papers_of(rows, year), folder, key))


def insist_written(written: list[Path] | Refusal) -> list[Path]:
    """Return the files. Raises MonthFault where the machine cannot make them."""
    if not isinstance(written, list):
        raise MonthFault(said_of(written))
    return written


def make_seal(folder: Path) -> Ed25519PrivateKey:
    """Make a key to seal with and leave its public half in the folder."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "seal.public.pem").write_bytes(public)
    return key


def as_object(played: MonthPlayed, papers: Sequence[Path]) -> str:
    """Write a month as one JSON object; amounts in fen."""
    return json.dumps(
        {
            "month": played.month,
            "visits": played.visits,
            "refusals": Counter(played.refusals),
            "days_reconciled": played.days,
            "opened": played.opened._asdict(),
            "hospitals": played.hospitals._asdict(),
            **clearing_as_object(played.cleared),
            "before": {
                "hospitals": played.hospitals_before._asdict(),
                **clearing_as_object(played.before),
            },
            "corrected": played.corrected._asdict(),
            "urged": msgspec.to_builtins(played.urged),
            "bank": played.banked._asdict(),
            "warnings": dict(played.colours),
            "proofs": {proof.check.name: proof.found for proof in played.proofs},
            "papers": [str(path) for path in papers],
        },
        ensure_ascii=False,
    )


def clearing_as_object(cleared: Cleared) -> dict[str, Any]:
    """Write a cleared month as an object; amounts in fen."""
    built = cleared.built
    return {
        "settlements": built.settlements,
        "held": built.held,
        "nets": msgspec.to_builtins(built.nets),
        "lines_digest": built.lines_digest,
        "notices": msgspec.to_builtins(cleared.notices),
        "transfers": [row._asdict() for row in cleared.transfers],
    }


def show_month(console: Console, played: MonthPlayed, place: Place) -> None:
    """Print the month: what was played, the national table, one province's notices, and the proofs."""

    def say(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True)

    ended = "  ".join(f"{_ENDINGS[how]} {how} {count}" for how, count in sorted(played.visits.items()))
    say(f"就诊（含上月） visits, the month before included: {ended}")
    if played.refusals:
        counted = "  ".join(f"{code} x{count}" for code, count in Counter(played.refusals).most_common())
        say(f"[dim]拒绝原因 refused because: {counted}[/]")
    say(f"每日对账 days reconciled: {played.days}，无差异 no difference")
    opened, hospitals = played.opened, played.hospitals
    say(
        f"预付金 prepayment {opened.year}: {opened.floats} 笔 floats，{yuan(opened.amount_fen)}，"
        f"{opened.transfers} 笔到账 received"
    )
    colours = "  ".join(f"{_COLOURS[name]} {name} {count}" for name, count in played.colours.items())
    say(f"预付金使用率 use of floats: {colours}")
    say(
        f"医院 hospitals: {hospitals.hospitals} 家，应付 owed {yuan(hospitals.owed_fen)}，已付 paid "
        f"{yuan(hospitals.paid_fen)}，质保金 retained {yuan(hospitals.retained_fen)}"
        f"，扣减 deducted {yuan(hospitals.deducted_fen)}"
    )
    show_corrections(say, played)
    show_table(console, played, place)
    show_notices(console, played.cleared, played.banked.province, place)
    show_money(say, played, place)
    show_proof(say, played)


def show_corrections(say: Callable[[str], None], played: MonthPlayed) -> None:
    """Say what of the month before was disputed and taken back."""
    made, before = played.corrected, played.before.built
    if made.disputed:
        say(
            f"异议 dispute: {made.disputed} 上月暂缓 held in the month before ({before.held})，"
            "驳回后列入本月 enters this one, late"
        )
    if made.deducted:
        say(f"审核扣减 audit deduction: {made.deducted} {yuan(-made.deducted_fen)}")
    if made.refunded:
        say(f"清算后退款 refund after clearing: {made.refunded} {yuan(-made.refunded_fen)}")


def show_money(say: Callable[[str], None], played: MonthPlayed, place: Place) -> None:
    """Say who was late, what went over the bank, and what arrived."""
    for matter in played.urged:
        say(
            f"逾期催办 urged: {place(matter.province)} → {place(matter.counterpart)}"
            f"，期限 due on {matter.due_on}"
        )
    bank = played.banked
    say(
        f"银行 bank of {place(bank.province)}: pain.001 {bank.hospital_orders} 笔 {yuan(bank.hospital_fen)}，"
        f"pacs.009 {bank.province_orders} 笔 {yuan(bank.province_fen)}，"
        f"camt.053 {bank.lines} 行，匹配 matched {bank.matched}"
    )
    amount_fen = sum(row.amount_fen for row in played.cleared.transfers)
    say(f"划拨 transfers: {len(played.cleared.transfers)} 笔，{yuan(amount_fen)}，全部确认到账 all confirmed")


def show_proof(say: Callable[[str], None], played: MonthPlayed) -> None:
    """Say what is proven: sums of the nation, and every check of facts and ledgers."""
    net_fen = sum(row.net_fen for row in (*played.before.built.nets, *played.cleared.built.nets))
    say(f"全国净额合计 sum of all nets, both months: {yuan(net_fen)}")
    findings = sum(proof.found for proof in played.proofs)
    say(f"总账与事实核对 ledger and facts: {len(played.proofs)} 项 checks，{findings} 项不符 findings")


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
