"""Which filing to make: an estimate's options in a few sentences, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from yidi.domain.money import format_yuan
from yidi.processes.settlement.estimating import Choice, Destination, Estimate, Option

CHOICES = {
    Choice.NONE: ("不备案", "no filing"),
    Choice.TEMPORARY: ("临时外出就医备案", "filing as temporarily elsewhere"),
    Choice.REFERRED: ("转诊备案", "filing on referral"),
    Choice.LONG_TERM: ("长期异地备案", "long-term filing"),
    Choice.EMERGENCY: ("急诊抢救（不用备案）", "emergency (no filing needed)"),
}


AT_HOME = 10
"""The row of the effective-time table that is care at home: nothing has to be filed."""


class Advice(Struct, frozen=True):
    """One sentence about one destination."""

    destination: Destination
    zh: str
    en: str


def advise(found: Estimate) -> tuple[Advice, ...]:
    """Say for each destination what to file, and what it saves."""
    advice = []
    for destination in found.planned.destinations:
        options = [option for option in found.options if option.destination == destination]
        advice += [Advice(destination, zh, en) for zh, en in _sentences(options)]
    return tuple(advice)


def cheapest(found: Estimate) -> Option | None:
    """Return the option with which the person pays least; None when none settles.

    Of equal ones care at home comes first, then the simplest filing.
    """
    settled = [option for option in found.options if option.benefit is not None]
    order = tuple(CHOICES)
    return min(
        settled,
        key=lambda option: (person_fen(option), option.row != AT_HOME, order.index(option.choice)),
        default=None,
    )


def person_fen(option: Option) -> int:
    """Return what the person pays of a settled option, account and cash."""
    assert option.benefit is not None
    return option.benefit.person_total_fen


def _sentences(options: Sequence[Option]) -> Iterator[tuple[str, str]]:
    by_choice = {option.choice: option for option in options}
    none = by_choice.get(Choice.NONE)
    settled = [option for option in options if option.benefit is not None]
    if not settled:
        yield (
            "按现有规则算不出这里的待遇，原因写在上面的表里。",
            "The rules at hand do not say what is paid here; the reasons stand in the table above.",
        )
        return
    if none is not None and none.row == AT_HOME:
        yield "在参保地看病，不用备案。", "This is care at home: nothing has to be filed."
        return
    if none is not None and none.benefit is not None and len({person_fen(each) for each in settled}) == 1:
        yield (
            "备不备案，个人付的都一样。",
            "Whatever is filed, the person pays the same.",
        )
        return
    if none is not None and none.benefit is None:
        yield (
            "必须先备案：不备案不能当场结算，要先垫付全部费用，再回参保地报销。",
            "File first: else nothing is settled at the counter, and the whole bill is claimed later.",
        )
    temporary = by_choice.get(Choice.TEMPORARY)
    both = [each for each in (none, temporary) if each is not None and each.benefit is not None]
    if len(both) == 2 and person_fen(both[0]) == person_fen(both[1]):
        yield (
            "办不办临时外出就医备案，个人付的都一样。",
            "With or without filing as temporarily elsewhere the person pays the same.",
        )
    yield from _steps(by_choice)


_WHEN = {
    Choice.TEMPORARY: ("您自己就能办", "you can do it alone"),
    Choice.REFERRED: ("要本地医院同意转诊", "a home hospital must refer you"),
    Choice.LONG_TERM: ("要在当地长期居住或工作", "you must live or work there for long"),
}


def _steps(by_choice: dict[Choice, Option]) -> Iterator[tuple[str, str]]:
    """Yield each filing that is better than every simpler one, with what it saves."""
    best: int | None = None
    for choice in (Choice.NONE, Choice.TEMPORARY, Choice.REFERRED, Choice.LONG_TERM):
        option = by_choice.get(choice)
        if option is None or option.benefit is None:
            continue
        pays = person_fen(option)
        if choice is not Choice.NONE and (best is None or pays < best):
            zh, en = CHOICES[choice]
            when_zh, when_en = _WHEN[choice]
            less_zh = f"，比更简单的办法少付 {format_yuan(best - pays)} 元" if best is not None else ""
            less_en = (
                f", {format_yuan(best - pays)} yuan less than what is simpler" if best is not None else ""
            )
            yield (
                f"办{zh}（{when_zh}）：个人付 {format_yuan(pays)} 元{less_zh}。",
                f"With a {en} ({when_en}) the person pays {format_yuan(pays)} yuan{less_en}.",
            )
        best = pays if best is None else min(best, pays)
