"""What a statement says to the person who pays: the steps in order, and of what the own share consists."""

from __future__ import annotations

from msgspec import Struct

from yidi.domain.benefit.situation import Benefit
from yidi.domain.benefit.words import BORNE_FIRST
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.explaining import Explained

OWN_PARTS = {
    "full_self": ("目录外，全部自费", "Not covered by the catalogue"),
    "over_limit": ("超过限价的部分", "Above price limits"),
    "first_self": ("乙类项目先由个人付的部分", "First share of class B items"),
    "deductible": ("起付线以下", "Below the deductible"),
    "percentage": ("按比例由个人付及其他", "Own percentage, and other"),
}
_WORDS_ONLY = ("standing", "care", "undo", "assumed")
"""First words of the rules that choose terms and compute nothing: their steps show no amount."""


class ToldStep(Struct, frozen=True):
    """One step for people: the rule in words, the amount (fen) it leads to if any, and its source.

    `meaning` says what the amount is: one of MEANINGS, or `stands` for a sum.
    """

    zh: str
    en: str
    amount_fen: int | None
    source: str
    url: str = ""
    completed: bool = False
    meaning: str = ""


MEANINGS = {
    "pays": ("支付", "paid"),
    "bears": ("个人先付", "you bear"),
    "counts": ("计入，不支付", "counted, not paid"),
}
"""What the amount of a step is, where it is not a sum that stands for itself."""


_FIRST = BORNE_FIRST.rpartition("%s")[2]


def step_meaning(rule: str, en: str) -> str:
    """Say what the amount of a step is: pays, bears (the person), counts (paid by nobody) or stands (a sum).

    A deductible of a layer that looks at what is left counts towards its threshold and charges nothing.
    """
    last = rule.rpartition(".")[2]
    if last.startswith("band") or last in ("cap", "rounded"):
        return "pays"
    if last == "deductible":
        return "bears" if en.endswith(_FIRST) else "counts"
    return "bears" if last == "own_share_first" else "stands"


def _amount(rule: str, result_fen: int) -> int | None:
    return None if rule.partition(".")[0] in _WORDS_ONLY else result_fen


def _source(text: str) -> tuple[str, str]:
    """Divide a source into its title and the address at its end, if there is one."""
    title, _, url = text.rpartition(" ")
    return (title, url) if title and url.startswith(("https://", "http://")) else (text, "")


def shown_steps(settled: Settled) -> list[ToldStep]:
    """Tell the steps of a statement as it was booked."""
    return [
        ToldStep(
            step.text_zh,
            step.text_en,
            _amount(step.rule, step.result_fen),
            *_source(step.source),
            meaning=step_meaning(step.rule, step.text_en),
        )
        for step in settled.steps
    ]


def told_steps(benefit: Benefit) -> list[ToldStep]:
    """Tell the steps of a benefit that nobody booked: an estimate."""
    return [
        ToldStep(
            step.text_zh,
            step.text_en,
            _amount(step.rule, step.result_fen),
            step.source_title,
            step.source_url,
            step.completed,
            step_meaning(step.rule, step.text_en),
        )
        for step in benefit.steps
    ]


def explained_steps(statement: Explained) -> list[ToldStep]:
    """Tell the steps of a statement that was derived again."""
    return [
        ToldStep(
            line.zh,
            line.en,
            _amount(line.rule, line.result_fen),
            line.source,
            line.url,
            line.completed,
            step_meaning(line.rule, line.en),
        )
        for line in statement.lines
    ]


def own_parts(settled: Settled) -> tuple[tuple[str, int], ...]:
    """Divide the person's share (fen) into its parts, those of zero left out; their sum is the share.

    Empty where the parts do not add up to it: in a cancellation, and where a fund pays part of what
    the bill names as the person's own, so that no part can be told from the other.
    """
    totals = settled.totals
    named = {
        "full_self": totals.full_self_fen,
        "over_limit": totals.over_limit_fen,
        "first_self": totals.first_self_fen,
        "deductible": settled.deductible_fen,
    }
    rest = settled.person_fen - sum(named.values())
    if settled.undoes or settled.hospital_fen or rest < 0:
        return ()
    return tuple((part, fen) for part, fen in (*named.items(), ("percentage", rest)) if fen)
