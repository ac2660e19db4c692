"""`yidi policy diff`: two versions of a policy as a reviewer wants them. Status 0 alike, 1 different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import typer
from msgspec import Struct
from rich.console import Console

from yidi.domain.benefit.comparing import (
    Asked,
    Change,
    Comparison,
    Told,
    VisitChange,
    compare,
    compare_pair,
    compare_visits,
    sample,
    spans_text,
)
from yidi.domain.benefit.situation import Bill, Situation
from yidi.domain.money import format_yuan
from yidi.domain.policy.phrases import ANSWERS, FUNDS, amount_text
from yidi.domain.policy.policy import Policy
from yidi.edges.packs.versions import Version

WORDS = {"added": ("新增", "added"), "removed": ("删除", "removed"), "changed": ("变更", "changed")}
SHOWN = 20
"""Visits the table shows; JSON has them all."""
NOT_ASKED = ("person", "account_balance_fen")
"""Columns of a population that no single visit depends on."""
HEADS = ("total_fen", "full_self_fen", "over_limit_fen", "first_self_fen", "in_scope_fen")


class ToldVisit(Struct, frozen=True):
    """One row of a file of visits, as it was read."""

    area: str
    situation: Situation
    bill: Bill


def diff_versions(old: Version, new: Version, *, with_sample: bool, visits: Path | None) -> Comparison:
    """Compare two versions: their rules, and a generated sample or a file of visits under both."""
    pairs = list(_pairs(old, new))
    if old.alone or new.alone:
        changes = tuple(change for first, second in pairs for change in compare_pair(first, second))
    else:
        changes = compare(old.policies, new.policies)
    count = 0
    differing: list[VisitChange] = []
    told = list(read_visits(visits)) if visits is not None else []
    for first, second in pairs:
        asked = list(_from_file(told, second)) if visits is not None else []
        if with_sample:
            asked += [(situation, bill, {}) for situation, bill in sample(second, second.start)]
        tried, found = compare_visits(first, second, asked)
        count += tried
        differing += found
    return Comparison(changes, count, tuple(differing))


def _pairs(old: Version, new: Version) -> Iterator[tuple[Policy, Policy]]:
    """Pair the newest policy of every scheme both have; of two areas on a day, scheme with scheme."""
    before = {_place(old, new, policy): policy for policy in sorted(old.policies, key=lambda p: p.start)}
    after = {_place(old, new, policy): policy for policy in sorted(new.policies, key=lambda p: p.start)}
    for place, policy in after.items():
        if place in before:
            yield before[place], policy


def _place(old: Version, new: Version, policy: Policy) -> tuple[str, str]:
    return ("" if old.alone or new.alone else policy.area, policy.scheme)


def _from_file(told: Iterable[ToldVisit], policy: Policy) -> Iterator[Asked]:
    for each in told:
        if each.situation.scheme == policy.scheme and each.area in ("", policy.area):
            yield each.situation, each.bill, {}


def read_visits(path: Path) -> Iterator[ToldVisit]:
    """Read visits from a Parquet or JSON file: a column a field of the situation, the five heads, `area`.

    Raises typer.BadParameter naming the row whose words or amounts cannot be used.
    """
    reader = "read_parquet" if path.suffix == ".parquet" else "read_json_auto"
    with duckdb.connect() as opened:
        found = opened.execute(f"SELECT * FROM {reader}(?)", [str(path)])
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    for number, row in enumerate(rows, 1):
        given = {name: value for name, value in zip(names, row, strict=True) if value is not None}
        try:
            yield _told_visit(given)
        except (KeyError, ValueError, msgspec.ValidationError) as fault:
            raise typer.BadParameter(f"{path.name}: 第 {number} 行 row {number}: {fault}") from fault


def _told_visit(given: dict[str, Any]) -> ToldVisit:
    """Turn one row into a visit; columns `facts.x`, `amounts.x` and `marks.x` are the pack's own words."""
    bill = Bill(*(int(given.pop(name)) for name in HEADS))
    area = str(given.pop("area", ""))
    own: dict[str, list[tuple[str, object]]] = {"facts": [], "amounts": [], "marks": []}
    plain: dict[str, object] = {"on": "2000-01-01", "place": "local", "standing": "local"}
    for name, value in given.items():
        group, _, word = name.partition(".")
        if word and group in own:
            own[group].append((word, str(value) if group == "facts" else int(value)))
        elif name in Situation.__struct_fields__:
            plain[name] = str(value) if name in ("on", "admitted_on") else value
        elif name not in NOT_ASKED:
            raise ValueError(f"{name}: 未知的列 unknown column")
    return ToldVisit(area, msgspec.convert({**plain, **own}, Situation, strict=False), bill)


def print_comparison(found: Comparison) -> None:
    """Print the changes of rules and the visits that come out otherwise."""
    console = Console()
    for change in found.changes:
        console.print(change_text(change), markup=False, highlight=False, soft_wrap=True)
    if found.differing:
        console.print(_VISITS, markup=False, highlight=False, soft_wrap=True)
    for visit in found.differing[:SHOWN]:
        console.print(visit_text(visit), markup=False, highlight=False, soft_wrap=True)
    if len(found.differing) > SHOWN:
        rest = len(found.differing) - SHOWN
        console.print(f"…… 另有 {rest} 例，见 --json。 And {rest} more: see --json.")
    by_what = {what: sum(c.what == what for c in found.changes) for what in WORDS}
    counts = "，".join(f"{WORDS[what][0]} {WORDS[what][1]} {number}" for what, number in by_what.items())
    console.print(f"规则 Rules: {counts}", markup=False)
    if found.visits:
        differ = len(found.differing)
        console.print(
            f"样本 Sample: {found.visits} 例就诊中 {differ} 例结果不同。 "
            f"{differ} of {found.visits} visits differ."
            + (_NONE_REACH if not differ and found.changes else "")
        )


_NONE_REACH = (
    "\n样本中没有就诊达到改变的规则，请用 --visits 给出。 "
    "No visit of the sample reaches what changed: give some with --visits."
)
_VISITS = (
    "结果改变的就诊：险种、政策范围内费用、情形、各方支付的增减（元） "
    "Visits that come out otherwise: scheme, cost in scope, case, what each pays more or less (yuan)"
)


def change_text(change: Change) -> str:
    """Write one change: the rule, then in one line for whom, what stood there and what stands there now."""
    zh, en = WORDS[change.what]
    return "\n".join(
        (
            f"{zh} {en}  {change.area} {change.scheme}  [{spans_text(change)}]",
            f"  {change.section_zh}",
            f"  {change.section_en}",
            f"    {change.who_zh} {change.who_en}: {_change_value(change)}",
        )
    )


def _change_value(change: Change) -> str:
    """Write the old and the new value, and their sources, once where both are the same."""
    told = [each for each in (change.old, change.new) if each is not None]
    if len(told) == 1:
        return _told_text(told[0])
    old, new = told
    values = f"{old.zh} → {new.zh}" + (
        f" ({old.en} → {new.en})" if (old.zh, new.zh) != (old.en, new.en) else ""
    )
    sources = list(dict.fromkeys(filter(None, (_source_text(old), _source_text(new)))))
    return f"{values}  [{' → '.join(sources)}]" if sources else values


def _told_text(told: Told) -> str:
    value = told.zh if told.zh == told.en else f"{told.zh} ({told.en})"
    return f"{value}  [{_source_text(told)}]" if told.source else value


def _source_text(told: Told) -> str:
    """Write where a value is from, and the document's date where one is known."""
    return f"{told.source} ({told.dated})" if told.dated[:1].isdigit() else told.source


def signed_yuan(amount_fen: int) -> str:
    """Write a difference in yuan with its sign."""
    return f"{'+' if amount_fen > 0 else ''}{format_yuan(amount_fen)}"


def visit_text(change: VisitChange) -> str:
    """Write one visit (scheme, cost in scope, who and where) and by how much each payer's part differs."""
    visit = change.situation
    asked = (
        ("person", str(visit.person_class)),
        ("level", str(visit.level)),
        ("care", str(visit.care_kind)),
        ("standing", str(visit.standing)),
    )
    zh = "，".join(ANSWERS[name][word][0] for name, word in asked)
    en = ", ".join(ANSWERS[name][word][1] for name, word in asked)
    zh, en = f"{visit.age} 岁{zh}", f"aged {visit.age}, {en}"
    cost = amount_text(change.bill.in_scope_fen)
    bill = f"{visit.scheme}  {cost} 元 yuan "
    if change.old_refused or change.new_refused:
        before, after = (",".join(codes) or "✓" for codes in (change.old_refused, change.new_refused))
        return f"{bill} {zh} ({en}): {before} → {after}"
    moved = [(*FUNDS[fund], fen) for fund, fen in change.funds_fen]
    moved.append(("个人", "person", change.person_fen))
    told = "; ".join(f"{a} {b} {signed_yuan(fen)}" for a, b, fen in moved)
    return f"{bill} {zh} ({en}): {told}"
