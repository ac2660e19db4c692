"""Shows what was played: explained statements for people, one JSON object a visit for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from yidi.domain.money import format_yuan
from yidi.edges.demonstration.play import Played
from yidi.edges.portals import words
from yidi.processes.settlement.commands import Settled


def yuan(amount_fen: int) -> str:
    """Write fen as yuan for people."""
    return format_yuan(amount_fen, thousands=True)


def as_object(played: Played, statements: tuple[Settled, ...]) -> str:
    """Write one visit as one line of JSON: case, messages, explanation."""
    messages = [{"request": sent, "answer": answer} for sent, answer in played.exchanges]
    explanation = [msgspec.to_builtins(statement) for statement in statements]
    return json.dumps(
        {
            "case": played.visit.case,
            "title": {"zh": played.visit.title_zh, "en": played.visit.title_en},
            "then": played.visit.then,
            "messages": messages,
            "explanation": [step for one in explanation[:1] for step in one["steps"]]
            or refusals_of(played.exchanges[-1].answer),
            "statements": explanation,
        },
        ensure_ascii=False,
        default=str,
    )


def refusals_of(answer: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return the findings of a refused message."""
    return list((answer or {}).get("refusals") or [])


def show_statement(console: Console, statement: Settled) -> None:
    """Print a statement: one line a step, from the total to the cash."""
    table = Table("", "", box=None, show_header=False, padding=(0, 2, 0, 0))
    table.columns[0].overflow = "fold"
    table.columns[1].justify, table.columns[1].no_wrap = "right", True
    table.add_row("总费用 total", yuan(statement.totals.total_fen))
    for step in statement.steps:
        words_of_step = Padding(f"{escape(step.text_zh)}\n[dim]{escape(step.text_en)}[/]", (0, 0, 0, 2))
        table.add_row(words_of_step, yuan(step.result_fen))
    for share in (one for one in statement.shares if one.paid_fen):
        table.add_row(
            f"{words.zh(words.FUNDS, share.fund)} {words.en(words.FUNDS, share.fund)}", yuan(share.paid_fen)
        )
    table.add_row("个人账户 personal account", yuan(statement.account_fen))
    table.add_row("[bold]本人现金 cash[/]", f"[bold]{yuan(statement.cash_fen)}[/]")
    console.print(table)
    if statement.completed_for_demonstration:
        console.print(
            "[yellow]政策包中公开来源未给出的数值以样例补足。[/] "
            "[dim]Figures open in the sources of this policy pack are filled with sample figures.[/]"
        )


def show_address(console: Console, address: str, config: Path) -> None:
    """Print where the nation is served, and with which files commands and hospital systems reach it."""
    for words_of, what in (
        ("[bold]服务地址 serving at[/]", f"{address}  (Ctrl-C 结束 to end)"),
        ("逐笔解释 explain one", f"yidi settlement explain NUMBER --config {config}"),
        ("医院密钥 hospitals' secrets", str(config.with_name("keys.toml"))),
    ):
        console.print(f"{words_of} {escape(what)}", highlight=False, soft_wrap=True)


def show_played(console: Console, played: Played, statements: tuple[Settled, ...], address: str) -> None:
    """Print one visit: who, what was sent, the statement and where to see it."""
    visit = played.visit
    console.rule(f"[bold]{escape(visit.title_zh)}[/]  {escape(visit.title_en)}", align="left")
    numbers = " → ".join(
        exchange.number + ("" if exchange.answer is not None else "(无答复 unanswered)")
        for exchange in played.exchanges
    )
    console.print(f"{escape(played.person.name)}  [dim]{numbers}[/]")
    for statement in statements:
        show_statement(console, statement)
        if statement is played.claimed:
            console.print(
                "[dim]手工报销，由参保地支付给本人 manual claim, paid to the person by the insured place[/]"
            )
        elif statement.settlement_id:
            console.print(f"[dim]{address}settlement/{statement.settlement_id}[/]")
    for refusal in refusals_of(played.exchanges[-1].answer):
        zh = f"{refusal['cause_zh']}。{refusal['remedy_zh']}。"
        en = " ".join(words.sentence(refusal[part]) for part in ("cause_en", "remedy_en"))
        console.print(f"[red]{refusal['code']}[/] {escape(zh)}", highlight=False)
        console.print(f"[dim]{escape(en)}[/]", highlight=False)
    console.print()
