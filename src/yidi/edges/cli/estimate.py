"""`yidi estimate`: what a planned visit would cost, destinations and filings side by side. Writes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from yidi.domain.benefit.assumed import RULE
from yidi.domain.codes.division import Divisions
from yidi.domain.dates import day_of
from yidi.domain.money import format_yuan
from yidi.domain.policy.answers import FACT as OWN_FACT
from yidi.domain.policy.phrases import ANSWERS, FUNDS
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.refusals import NOT_SAID
from yidi.domain.refusal import Refusal
from yidi.edges.access.roles import Reading
from yidi.edges.cli.acting import PURPOSE, seen
from yidi.edges.cli.findings import tell_refusals
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.wired import Known, wired
from yidi.edges.clock import system_clock
from yidi.edges.estimate.reading import TYPICAL, Asked, read_plan, unknown_counters
from yidi.edges.estimate.stored import Filled, OnRecord, filled, on_record
from yidi.edges.packs.location import packs_folder
from yidi.processes.settlement.advising import CHOICES, advise, cheapest, person_fen
from yidi.processes.settlement.estimating import NOTHING_HELD, Estimate, Held, Option, estimate

AREA = typer.Option("", "--area", help="参保地区划代码 Division of the insured area")
NUMBER = typer.Option("", "--person-no", help="已存参保人编号 A stored person: fills in what is not said")
TO = typer.Option(..., "--to", help="去处 CODE:LEVEL，可重复 Where to, such as 330100:3A; may be repeated")
ON = typer.Option("", "--on", help="日期，默认今天 Day, today unless said")
SCHEME = typer.Option("", "--scheme", help="险种 Scheme: 310 employee (if nothing is said), 390 resident")
PERSON = typer.Option("", "--person", help="working, retired, resident, child, student")
AGE = typer.Option("", "--age", help="年龄 Age")
CARE = typer.Option("", "--care", help="inpatient, outpatient, emergency_outpatient, chronic, pharmacy")
TYPE = typer.Option("", "--typical", help=f"典型账单 A typical bill: {', '.join(TYPICAL)}")
TOTAL = typer.Option("", "--total", help="总费用（元） The whole bill, yuan")
FULL = typer.Option("", "--full-self", help="其中全自费 Of it not covered at all")
OVER = typer.Option("", "--over-limit", help="其中超限价 Of it above price limits")
FIRST = typer.Option("", "--first-self", help="其中先行自付 Of it first self-pay of class B")
IN_SCOPE = typer.Option("", "--in-scope", help="其中政策范围内，默认为余下 Of it in scope; else the rest")
FILING = typer.Option([], "--filing", help="none, temporary, referred, long_term, emergency")
STAY = typer.Option("", "--stay", help="本年第几次住院 Which stay of the year")
ACCOUNT = typer.Option("", "--account", help="个人账户余额 Balance of the personal account")
CHRONIC = typer.Option("", "--chronic", help="慢特病病种代码 Code of the certified chronic disease")
CATEGORY = typer.Option("", "--category", help="救助身份代码 Code of a category in need")
TIER = typer.Option("", "--tier", help="缴费档次 Plan tier")
OFFICIAL = typer.Option(False, "--civil-servant", help="公务员 Civil servant")
FACT = typer.Option([], "--fact", help="政策包自有问题 A fact the pack asks, NAME=WORD")
AMOUNT = typer.Option([], "--amount", help="政策包自有金额 An amount the pack asks, NAME=YUAN")
MARK = typer.Option([], "--mark", help="账单中标记部分 A marked part of the bill, NAME=YUAN")
SPENT = typer.Option([], "--spent", help="本年累计 A counter of the year so far, NAME=YUAN")
PACKS = typer.Option(None, "--packs", exists=True, file_okay=False, help="包目录 Folder of all packs")
AS_JSON = typer.Option(False, "--json", help="JSON")


def estimate_visit(
    context: typer.Context,
    area: str = AREA,
    person_no: str = NUMBER,
    to: list[str] = TO,
    on: str = ON,
    scheme: str = SCHEME,
    person: str = PERSON,
    age: str = AGE,
    care: str = CARE,
    typical: str = TYPE,
    total: str = TOTAL,
    full_self: str = FULL,
    over_limit: str = OVER,
    first_self: str = FIRST,
    in_scope: str = IN_SCOPE,
    filing: list[str] = FILING,
    stay: str = STAY,
    account: str = ACCOUNT,
    chronic: str = CHRONIC,
    category: str = CATEGORY,
    tier: str = TIER,
    civil_servant: bool = OFFICIAL,
    fact: list[str] = FACT,
    amount: list[str] = AMOUNT,
    mark: list[str] = MARK,
    spent: list[str] = SPENT,
    packs: Path | None = PACKS,
    purpose: str = PURPOSE,
    config: Path | None = CONFIG,
    as_json: bool = AS_JSON,
) -> None:
    """估算要付多少、办哪种备案。 What one would pay and which filing to make; 1 when nobody can say."""
    asked = Asked(
        area=area, on=on or day_of(system_clock()).isoformat(), destinations=to, scheme=scheme, person=person,
        age=age, care=care, typical=typical, total=total, full_self=full_self, over_limit=over_limit,
        first_self=first_self, in_scope=in_scope, filings=filing, stay=stay, account=account,
        chronic=chronic, category=category, tier=tier, civil_servant=civil_servant, facts=fact,
        amounts=amount, marks=mark, spent=spent,
    )  # fmt: skip
    if not (area or person_no):
        raise typer.BadParameter("--area, or --person-no", param_hint="--area")
    known = wired(context).known(packs or packs_folder())
    held = NOTHING_HELD
    if person_no:
        record = _record(context, config, person_no, area, purpose)
        asked, held = _filled(asked, record, known, as_json)
    planned = read_plan(asked._replace(scheme=asked.scheme or "310", stay=asked.stay or "1"))
    if isinstance(planned, tuple):
        _print_refusals(planned, as_json)
        raise typer.Exit(1)
    policy = known.policies.find(planned.area, planned.scheme, planned.on)
    if isinstance(policy, Policy) and (unknown := unknown_counters(spent, policy)):
        _print_refusals(unknown, as_json)
        raise typer.Exit(1)
    found = estimate(planned, known.policies, known.areas, held)
    _told(found, held, known.areas.divisions, as_json)
    raise typer.Exit(0 if cheapest(found) is not None else 1)


def _filled(asked: Asked, record: OnRecord, known: Known, as_json: bool) -> Filled:
    """Fill the plan in from what is on record, or say why nothing entitles the person."""
    found = filled(asked, record, known.policies)
    if isinstance(found, Filled):
        return found
    _print_refusals(found, as_json)
    raise typer.Exit(1)


def _told(found: Estimate, held: Held, divisions: Divisions, as_json: bool) -> None:
    """Print the estimate as JSON, or for people."""
    if as_json:
        answer = {"estimate": found, "advice": advise(found), "cheapest": cheapest(found)}
        typer.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
    elif found.refusals:
        _print_refusals(found.refusals, as_json)
    else:
        if held.filings:
            typer.echo(
                "已计入该人现有备案；“不备案”指不另办。 Filings made count; no filing means no new one."
            )
        print_estimate(Console(), found, divisions)
        tell_assumed(found)
        tell_missing(found)


def tell_assumed(found: Estimate) -> None:
    """Print what the figures take for granted, once each, and how to say otherwise."""
    steps = [step for option in found.options if option.benefit is not None for step in option.benefit.steps]
    texts = {step.rule: step for step in steps if step.rule.startswith(f"{RULE}.")}
    for rule, step in texts.items():
        typer.echo(f"{rule.removeprefix(f'{RULE}.')}: {step.text_zh} {step.text_en}")
    if texts:
        typer.echo("与您不符时用 --fact NAME=… 更正。 Where that is wrong, say so with --fact NAME=….")


def tell_missing(found: Estimate) -> None:
    """Print which of the pack's own questions nobody answered, and how to answer them."""
    silent = [each for option in found.options for each in option.refusals if each.code == NOT_SAID.code]
    for field in dict.fromkeys(each.field for each in silent if each.field.startswith(OWN_FACT)):
        name = field.removeprefix(OWN_FACT)
        typer.echo(f"请补充 --fact {name}=… 后再估算。 Add --fact {name}=… and ask again.")


def _record(context: typer.Context, config: Path | None, number: str, area: str, purpose: str) -> OnRecord:
    """Read a stored person, and note that it was read."""
    settings = load(config)

    async def read() -> OnRecord | None:
        async with wired(context).open_reading(settings) as rows:
            return await on_record(rows, number, area)

    found = asyncio.run(read())
    if found is None:
        typer.echo(f"{number}: 本节点没有这个参保人。 No such person on this node.", err=True)
        raise typer.Exit(1)
    owners = frozenset({found.person.jurisdiction})
    seen(context, config, (Reading.PERSON,), owners, found.person.person_no, number, purpose)
    return found


def _print_refusals(refusals: tuple[Refusal, ...], as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode({"refusals": refusals}).decode())
        return
    tell_refusals(refusals)


def print_estimate(console: Console, found: Estimate, divisions: Divisions) -> None:
    """Print the options side by side, then which filing to make."""
    bill = found.planned.bill
    console.print(f"{found.name_zh}  {found.name_en}", style="bold", markup=False)
    console.print(
        f"总费用 Total {format_yuan(bill.total_fen, thousands=True)}，其中政策范围内 in scope "
        f"{format_yuan(bill.in_scope_fen, thousands=True)}  ({found.pack_id} {found.version[:12]})",
        markup=False,
        highlight=False,
    )
    if found.completed_for_demonstration:
        console.print("[yellow]含演示补全数值 Some figures are completed for demonstration.[/yellow]")
    table = Table(pad_edge=False, show_lines=True)
    table.add_column("去处 Where", overflow="fold")
    table.add_column("备案 Filing", overflow="fold")
    table.add_column("基金 Funds", overflow="fold")
    table.add_column("个人 You", justify="right", overflow="fold")
    for option in found.options:
        table.add_row(*map(escape, _cells(option, divisions)))
    console.print(table)
    for advice in advise(found):
        console.print(f"{_place(advice.destination.care_area, divisions)}：{advice.zh}", markup=False)
        where = divisions.full_name_en(advice.destination.care_area)
        console.print(f"  {where}: {advice.en}", markup=False, highlight=False)
    best = cheapest(found)
    if best is not None and len(found.planned.destinations) > 1:
        zh, en = CHOICES[best.choice]
        where = _place(best.destination.care_area, divisions)
        console.print(f"个人付得最少：{where}，{zh}，{format_yuan(person_fen(best))} 元。", markup=False)
        place = divisions.full_name_en(best.destination.care_area)
        console.print(f"  Least for you: {place}, {en}, {format_yuan(person_fen(best))} yuan.", markup=False)


def _place(code: str, divisions: Divisions) -> str:
    return divisions.full_name(code)


def _cells(option: Option, divisions: Divisions) -> tuple[str, str, str, str]:
    where = option.destination
    zh, en = CHOICES[option.choice]
    level_zh, level_en = ANSWERS["level"][str(where.level)]
    place = f"{_place(where.care_area, divisions)} {level_zh}"
    cells = f"{place}\n{divisions.full_name_en(where.care_area)}, {level_en}", f"{zh}\n{en}"
    if option.benefit is None:
        return *cells, "\n".join(f"{r.code} {r.cause_zh} {r.cause_en}" for r in option.refusals), "-"
    counts_zh, counts_en = ANSWERS["standing"][option.standing]
    shares = [
        f"{FUNDS[s.fund][0]} {FUNDS[s.fund][1]} {format_yuan(s.paid_fen)}"
        for s in option.benefit.shares
        if s.paid_fen
    ]
    if option.benefit.hospital_fen:
        shares.append(f"{' '.join(FUNDS['hospital'])} {format_yuan(option.benefit.hospital_fen)}")
    told = f"{cells[1]}\n→ {counts_zh} {counts_en}"
    return cells[0], told, "\n".join(shares) or "0.00", format_yuan(person_fen(option), thousands=True)
