"""Puts an explained settlement on paper: text for a terminal, or one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable

from yidi.domain.money import format_yuan
from yidi.edges.portals.pages import HERE, environment
from yidi.edges.portals.statements import step_meaning
from yidi.edges.portals.words import CARE_KINDS, FUNDS, SCHEMES, STANDINGS, en, zh
from yidi.processes.settlement.explaining import Explained


def as_html(statement: Explained, place: Callable[[str], str]) -> str:
    """Write one HTML page with its style inside; `place` names a division."""
    style = (HERE / "static" / "yidi.css").read_text("utf-8")
    template = environment(place).get_template("explained.html")
    return template.render(s=statement, style=style)


def as_text(statement: Explained) -> str:
    """Write the statement for a terminal: amount, rule in both languages, source; then the sums."""
    lines = [
        f"结算 Settlement {statement.settlement_id}  {statement.on}",
        "  ".join(
            f"{zh(table, code)} {en(table, code)}"
            for table, code in (
                (SCHEMES, statement.scheme),
                (CARE_KINDS, statement.care_kind),
                (STANDINGS, statement.standing),
            )
        ),
        _amount(statement.total_fen, "总费用 Total"),
    ]
    for line in statement.lines:
        counted = step_meaning(line.rule, line.en) == "counts"
        lines += [_amount(line.result_fen, line.zh, counted=counted), _amount(None, line.en)]
        if line.source:
            url = f" {line.url}" if line.url else ""
            mark = "（演示补全 completed for demonstration）" if line.completed else ""
            lines.append(_amount(None, f"[{line.source}{url}]{mark}"))
    lines += [_amount(f.paid_fen, f"{zh(FUNDS, f.fund)} {en(FUNDS, f.fund)}") for f in statement.funds]
    lines += [
        _amount(statement.account_fen, "个人账户 Personal account"),
        _amount(statement.cash_fen, "本人现金 You pay in cash"),
        f"政策包 Pack {statement.pack_id} {statement.pack_hash} ({statement.pack_file})",
    ]
    if any(step_meaning(line.rule, line.en) == "counts" for line in statement.lines):
        lines.append("括号内的金额只计入起付线，没有人支付。 Amounts in parentheses are counted, not paid.")
    if statement.completed_for_demonstration:
        lines.append("含演示补全数值。 Some figures are completed for demonstration.")
    return "\n".join(lines)


def _amount(amount_fen: int | None, text: str, *, counted: bool = False) -> str:
    """Write an amount before its words; one that is only counted, and paid by nobody, in parentheses."""
    amount = "" if amount_fen is None else format_yuan(amount_fen, thousands=True)
    return f"{f'({amount})' if counted else amount:>14}  {text}"
