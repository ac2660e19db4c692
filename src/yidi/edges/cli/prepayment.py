"""`yidi prepayment`: here what the nation and provinces know: plan, usage, notices, forecast, stress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import typer

from yidi.domain.money_terms.terms import PrepaymentTerms
from yidi.edges.cli import prepayment_steps, telling
from yidi.edges.cli.ledger import answered
from yidi.edges.cli.prepayment_words import COLOURS, KINDS, METHODS, named, percent, told_steps
from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import JSON, place, yuan
from yidi.edges.cli.terms import terms_on
from yidi.edges.clock import system_clock
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.prepayment import month_uses, read_standing, series
from yidi.edges.storage.reading import rows, rows_where
from yidi.processes.ports.deciding import NATION, Moment
from yidi.processes.prepayment.forecast import forecast as forecast_use
from yidi.processes.prepayment.planning import Explained, Float, base_months, explain
from yidi.processes.prepayment.planning import plan as plan_floats
from yidi.processes.prepayment.records import (
    NoticeKind,
    PrepaymentChange,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    PrepaymentStep,
    YearPlan,
)
from yidi.processes.prepayment.stress import MONTH_DAYS, Stress, shortfall_by_care
from yidi.processes.prepayment.stress import stress as stress_floats
from yidi.processes.prepayment.usage import Usage, explain_usage, rates_of
from yidi.processes.prepayment.views import is_month, is_year, month_after, overdue

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="预付金 Prepayment")
INSURED = typer.Option("", "--insured", help="参保省 Insured province")
CARE = typer.Option("", "--care", help="就医省 Care province")
FLOAT = ("参保省 insured", "就医省 care", "险种 scheme")
EXPLAIN = typer.Option(False, "--explain", help="列出每个数字的来历 Tell where each figure comes from")
PAST_MONTHS = 36
"""How far back a forecast looks: three years show a season twice."""


def today() -> str:
    """The business date."""
    return Moment(system_clock(), "").today.isoformat()


def wanted(insured: str, care: str) -> Callable[[Float], bool]:
    """Make the choice of floats by province."""
    return lambda key: insured in ("", key.insured) and care in ("", key.care)


def tell(as_json: bool, shown: Any, table: Callable[[], None], note: str = "") -> None:
    """Print for a machine or for people."""
    if as_json:
        typer.echo(msgspec.json.encode(shown).decode())
        return
    table()
    if note:
        typer.echo(note)


def tabled(title: str, names: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Print a table; columns from the fourth on are numbers."""
    telling.tabled(title, names, list(lines), words=3)


def tell_steps(title: str, steps: Iterable[Explained]) -> None:
    """Print where figures come from."""
    typer.echo(title)
    for step in steps:
        typer.echo(f"{yuan(step.result_fen):>20}  {step.text_zh}\n{'':>20}  {step.text_en}")


async def fixed_or_provisional(
    engine: Engine, year: str, terms: PrepaymentTerms
) -> tuple[YearPlan | None, list[PrepaymentChange]]:
    """Read a year's plan; without one, work it out from what was settled so far, and keep nothing."""
    held = list(await rows(engine, YearPlan, jurisdiction=NATION, year=year))
    if held:
        changes = await rows(engine, PrepaymentChange, jurisdiction=NATION, cause=held[0].plan_id)
        return held[0], list(changes)
    months = base_months(year, terms)
    uses = await month_uses(engine, months[0], months[-1])
    by_month = [[row for row in uses if row.month == month] for month in months]
    planned = plan_floats(by_month, await read_standing(engine), terms)
    return None, [
        PrepaymentChange(
            NATION,
            "",
            "provisional",
            *row.float,
            row.float.pair,
            row.standing_fen,
            row.change_fen,
            msgspec.json.encode(explain(row, months, terms)).decode(),
            "",
        )
        for row in planned
    ]


@app.command("plan")
def show_plan(
    year: str = typer.Argument(..., help="年度 Year, such as 2026"),
    insured: str = INSURED,
    care: str = CARE,
    explained: bool = EXPLAIN,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """年度预付金额度；未核定时试算。 A year's prepayment as fixed, or as it would be fixed now."""
    if not is_year(year):
        raise typer.BadParameter("2026", param_hint="YEAR")
    terms = terms_on(config, f"{year}-01-01").prepayment

    async def ask(engine: Engine) -> tuple[YearPlan | None, list[PrepaymentChange]]:
        return await fixed_or_provisional(engine, year, terms)

    fixed, changes = answered(config, ask)
    choice = wanted(insured, care)
    changes = [row for row in changes if choice(Float(row.insured, row.care, row.scheme))]
    shown = [
        {
            "insured": row.insured,
            "care": row.care,
            "scheme": row.scheme,
            "standing_fen": row.before_fen,
            "amount_fen": row.before_fen + row.change_fen,
            "change_fen": row.change_fen,
            "explanation": msgspec.json.decode(row.explanation),
        }
        for row in changes
    ]
    names = (*FLOAT, "现有 standing", "额度 amount", "调整 change")
    lines = [
        (
            *named(Float(row.insured, row.care, row.scheme)),
            *map(yuan, (row.before_fen, row.before_fen + row.change_fen, row.change_fen)),
        )
        for row in changes
    ]
    state = f"已于{fixed.planned_on}核定 fixed on {fixed.planned_on}" if fixed else "试算 provisional"
    base = base_months(year, terms)
    open_base = fixed is None and base[-1] >= today()[:7]
    note = (
        f"基期{base[0]}至{base[-1]}尚未结束。 The months it is taken from are not over." if open_base else ""
    )
    report = {"year": year, "planned_on": fixed.planned_on if fixed else "", "floats": shown}
    tell(as_json, report, lambda: tabled(f"{year} {state}", names, lines), note)
    if explained and not as_json:
        for row in changes:
            steps = msgspec.json.decode(row.explanation, type=tuple[Explained, ...])
            tell_steps("\n{} → {} {}".format(*named(Float(row.insured, row.care, row.scheme))), steps)


def _figures(row: Usage | Stress) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "float"}


@app.command("usage")
def show_usage(
    month: str = typer.Argument(..., help="月份 Month, such as 2026-10"),
    insured: str = INSURED,
    care: str = CARE,
    explained: bool = EXPLAIN,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """预付金使用率与预警（按已结算额）。 Usage rates and warnings of a month, by what was settled so far."""
    if not is_month(month):
        raise typer.BadParameter("2026-10", param_hint="MONTH")
    terms = terms_on(config, f"{month}-01").prepayment

    async def ask(engine: Engine) -> tuple[Any, dict[Float, int]]:
        return await month_uses(engine, month, month), await read_standing(engine)

    uses, standing = answered(config, ask)
    choice = wanted(insured, care)
    found = [row for row in rates_of(uses, standing, terms) if choice(row.float)]
    shown = [{**row.float._asdict(), **_figures(row)} for row in found]
    names = (
        "参保省 insured",
        "就医省 care",
        "险种 scheme",
        "用款 used",
        "预付金 prepaid",
        "使用率 rate",
        "预警 warning",
    )
    lines = [
        (
            *named(row.float),
            yuan(row.used_fen),
            yuan(row.prepaid_fen),
            percent(row.rate_bp),
            COLOURS[row.colour],
        )
        for row in found
    ]
    tell(as_json, {"month": month, "floats": shown}, lambda: tabled(month, names, lines))
    if explained and not as_json:
        for row in found:
            tell_steps("\n{} → {} {}".format(*named(row.float)), explain_usage(row, terms))


@app.command("notices")
def show_notices(
    year: str = typer.Option("", "--year", help="年度 Year"),
    province: str = typer.Option("", "--province", help="省 Province"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """付款、收款通知书及逾期情况。 Payment and receipt notices, their steps, and what is overdue."""
    where = {name: value for name, value in (("year", year), ("province", province)) if value}

    async def ask(engine: Engine) -> list[dict[str, Any]]:
        found = []
        chosen = {**where, "jurisdiction": NATION}
        for notice in await rows_where(engine, PrepaymentNotice, chosen, order=("notice_no",)):
            key = {"jurisdiction": NATION, "notice_no": notice.notice_no}
            lines = await rows_where(engine, PrepaymentNoticeLine, key, order=("line",))
            steps = await rows_where(engine, PrepaymentStep, key, order=("recorded_at",))
            late = overdue(notice, lines, steps, today())
            found.append(
                {
                    **notice._asdict(),
                    "items": [line._asdict() for line in lines],
                    "steps": [step._asdict() for step in steps],
                    "overdue": [row._asdict() for row in late],
                }
            )
        return found

    found = answered(config, ask)
    names = (
        "编号 number",
        "省 province",
        "种类 kind",
        "金额 total",
        "付款截止 due",
        "进度 steps",
        "逾期 overdue",
    )
    lines = [
        (
            row["notice_no"],
            place(row["province"]),
            KINDS[NoticeKind(row["kind"])],
            yuan(row["total_fen"]),
            row["pay_by"],
            told_steps(row["steps"]),
            told_steps(row["overdue"]),
        )
        for row in found
    ]
    tell(as_json, {"notices": found}, lambda: tabled("预付金通知书 Prepayment notices", names, lines))


@app.command("forecast")
def show_forecast(
    until: str = typer.Option("", "--after", help="最后一个已知月份 Last known month; default: last month"),
    ahead: int = typer.Option(3, "--months", min=1, max=12, help="预测月数 Months ahead"),
    insured: str = INSURED,
    care: str = CARE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """预测用款，并以历史月份检验误差。 Forecast the use of floats, with the error on past months."""
    last = until or month_after(today()[:7], -1)
    if not is_month(last):
        raise typer.BadParameter("2026-10", param_hint="--after")
    first = month_after(last, 1 - PAST_MONTHS)
    terms = terms_on(config, f"{last}-01").prepayment

    async def ask(engine: Engine) -> dict[Float, list[int]]:
        uses = await month_uses(engine, first, last)
        start = min([row.month for row in uses], default=last)
        return dict(series(uses, start, last, counts_account=terms.counts_personal_account))

    choice = wanted(insured, care)
    past = {key: fens for key, fens in sorted(answered(config, ask).items()) if choice(key)}
    found = {key: forecast_use(fens, ahead) for key, fens in past.items()}
    months = [month_after(last, number + 1) for number in range(ahead)]
    shown = [
        {
            **key._asdict(),
            "method": row.method.value,
            "error_bp": row.error_bp,
            "tested": row.tested,
            "months": dict(zip(months, row.months, strict=True)),
        }
        for key, row in found.items()
    ]
    names = (*FLOAT, "方法 method", "误差 error", *months)
    lines = [
        (
            *named(key),
            METHODS[row.method],
            "-"
            if row.error_bp is None
            else f"{row.error_bp // 100}.{row.error_bp % 100:02d} % ({row.tested})",
            *map(yuan, row.months),
        )
        for key, row in found.items()
    ]
    tell(as_json, {"after": last, "floats": shown}, lambda: tabled(f"{last} →", names, lines))


@app.command("stress")
def show_stress(
    insured: str = INSURED,
    days: int = typer.Option(90, "--days", min=1, max=730, help="未付款天数 Days without any payment"),
    month: str = typer.Option("", "--month", help="用款月份 Month of use; default: last month"),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """某省迟付或不付时，预付金可支撑多久、缺口多少。 How long floats last when a province does not pay."""
    used = month or month_after(today()[:7], -1)
    if not is_month(used):
        raise typer.BadParameter("2026-10", param_hint="--month")
    terms = terms_on(config, f"{used}-01").prepayment

    async def ask(engine: Engine) -> tuple[dict[Float, list[int]], dict[Float, int]]:
        uses = await month_uses(engine, used, used)
        laid = series(uses, used, used, counts_account=terms.counts_personal_account)
        return dict(laid), await read_standing(engine)

    uses, standing = answered(config, ask)
    found = stress_floats({key: fens[0] for key, fens in uses.items()}, standing, insured, days)
    short = shortfall_by_care(found)
    shown = {
        "month": used,
        "days": days,
        "floats": [{**row.float._asdict(), **_figures(row)} for row in found],
        "shortfall_by_care": short,
    }
    names = (
        "参保省 insured",
        "就医省 care",
        "险种 scheme",
        "月用款 month",
        "预付金 prepaid",
        "天数 days",
        "缺口 short",
    )
    lines = [
        (
            *named(row.float),
            yuan(row.month_fen),
            yuan(row.prepaid_fen),
            "-" if row.days_of_cover is None else str(row.days_of_cover),
            yuan(row.shortfall_fen),
        )
        for row in found
    ]
    note = f"按每月{MONTH_DAYS}天均匀用款。 Use is spread evenly over a month of {MONTH_DAYS} days."
    tell(as_json, shown, lambda: tabled(f"{days} 天未付款 days without payment", names, lines), note)


app.add_typer(prepayment_steps.app)
