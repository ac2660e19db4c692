"""How commands of the prepayment name what they show: floats, warnings, notices, steps, methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from yidi.edges.cli.telling import SCHEMES, place
from yidi.processes.prepayment.forecast import Method
from yidi.processes.prepayment.planning import Float
from yidi.processes.prepayment.records import Colour, NoticeKind, Step

COLOURS = {
    Colour.GREEN: "绿 green",
    Colour.YELLOW: "黄 yellow",
    Colour.RED: "红 red",
    Colour.UNFUNDED: "无预付金 unfunded",
}
KINDS = {NoticeKind.PAY: "付款 pay", NoticeKind.RECEIVE: "收款 receive"}
STEPS = {
    Step.ACKNOWLEDGED: "签收 acknowledged",
    Step.HANDED_OVER: "移交 handed over",
    Step.PAID: "划拨 paid",
    Step.RECEIVED: "到账 received",
}
METHODS = {Method.MEAN: "均值 mean", Method.SEASONAL: "上年同月 seasonal", Method.TREND: "同比 trend"}


def named(key: Float) -> tuple[str, str, str]:
    """Name a float's provinces and scheme for a table."""
    return place(key.insured), place(key.care), SCHEMES.get(key.scheme, key.scheme)


def told_steps(steps: Iterable[Mapping[str, Any]]) -> str:
    """Name steps once each, with how often where there are several."""
    times = Counter(STEPS[Step(step["step"])] for step in steps)
    return "\n".join(f"{name} ×{count}" if count > 1 else name for name, count in times.items()) or "-"


def percent(ratio_bp: int | None) -> str:
    """Write basis points for a table; a dash where there is no ratio."""
    return "-" if ratio_bp is None else f"{ratio_bp // 100}.{ratio_bp % 100:02d} %"
