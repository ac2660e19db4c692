"""A case as written becomes a case that can be run: its policy, its visits in order, what came earlier."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from yidi.domain.policy.tree import Node
from yidi.edges.cases.bills import CaseBill, read_bill
from yidi.edges.cases.chinese import in_english
from yidi.edges.cases.expecting import Expected, read_expected
from yidi.edges.cases.figures import FUND_WORDS
from yidi.edges.cases.inline import Wording
from yidi.edges.cases.scan import scan
from yidi.edges.cases.sheet import Sheet, is_endless
from yidi.edges.cases.situations import read_words, situation_words
from yidi.edges.packs.cases import WrittenCase

_TEXTS = ("about", "note", "region", "quality", "use_as", "title", "why", "tags", "description", "comment")
_SOURCE = (
    "title", "url", "date", "quality", "document", "publisher", "author", "number", "page", "note",
    "checked_by", "checked_on", "confidence",
)  # fmt: skip
CASE_WORDS = {
    **{word: word for word in _TEXTS},
    "id": "id",
    "case": "id",
    "source": "source",
    "area": "area",
    "scheme": "scheme",
    "insurance": "scheme",
    "on": "on",
    "policy": "policy",
    "person": "person",
    "earlier": "earlier",
    "visit": "visit",
    "visits": "visits",
    "bill": "bill",
    "account": "account",
    "expect": "expect",
}
USES = ("acceptance", "parameterised", "negative", "supplementary")
SCHEMES = {"employee": "310", "resident": "390", "职工": "310", "居民": "390"}
ENOUGH = 10**14
"""A balance that is always enough, fen."""


class Visit(Struct, frozen=True):
    """One visit: what is said of the situation, the bill, and what is expected of it alone.

    `own_words` are words that only the policy can know: its facts and amounts, by place.
    """

    line: int
    words: dict[str, Any]
    bill: CaseBill
    own_words: dict[str, Node] = {}
    expected: tuple[Expected, ...] = ()
    prepaid_fen: int = 0


class Case(Struct, frozen=True):
    """One case, ready to run. `policy` is the inline policy, None when `area` names a pack.

    `earlier` are the year's counters before everything, `before` the earlier visits, which nothing is
    expected of.
    """

    id: str
    file: str
    line: int
    about: str
    source: dict[str, str]
    use_as: str
    area: str
    scheme: str
    on: str
    policy: Node | None
    account_fen: int
    earlier: dict[str, int]
    before: tuple[Visit, ...]
    visits: tuple[Visit, ...]
    expected: tuple[Expected, ...]

    def wording(self) -> Wording:
        """Say what the case's policy needs to know of the case."""
        every = (*self.before, *self.visits)
        stated = sorted({str(visit.words.get("care_kind", "inpatient")) for visit in every})
        return Wording(
            case=self.id,
            scheme=self.scheme,
            title=self.source.get("title", ""),
            url=self.source.get("url", ""),
            date=self.source.get("date", ""),
            cares=tuple(stated),
            tiers=tuple({v.words["plan_tier"] for v in every if "plan_tier" in v.words}),
            alone=len(every) == 1 and not set(self.earlier) - {"stays"},
            has_first_self=any(visit.bill.bill.first_self_fen for visit in every),
            at_home=all(visit.words.get("place", "local") == "local" for visit in every),
        )


def read_case(written: WrittenCase, number: int, sheet: Sheet) -> Case:
    """Read one case; what cannot be used is in the sheet."""
    for fault in written.faults:
        sheet.problem(fault.key, fault.line, f"{fault.refusal.cause_en} {fault.refusal.remedy_en}")
    node = opened(in_english(written.node))
    scan(node, "", sheet)
    given = sheet.words(node, "", CASE_WORDS)
    case_id = sheet.text(given.get("id"), "id") or f"{written.file}#{number}"
    scheme = sheet.text(given.get("scheme"), "scheme")
    use_as = sheet.text(given.get("use_as"), "use_as")
    if use_as and use_as not in USES:
        sheet.unknown_word(f"use_as: {use_as}")
    policy = given.get("policy")
    if written.faults and not node.entries:
        return _unreadable(written, number)
    if (policy is None) == ("area" not in given) and not written.faults:
        sheet.problem("policy", node.line, "say an area and a date, or an inline policy: one of the two")
    counters, before = _earlier(given.get("earlier"), sheet)
    own: dict[str, Node] = {}
    person, account = _person(given, own, sheet)
    visits = _visits(given, person, own, sheet, node.line)
    earlier_visits = tuple(
        _visit(item, f"earlier.visits[{n}]", person, own, {}, sheet) for n, item in enumerate(before, 1)
    )
    return Case(
        id=case_id,
        file=written.file,
        line=node.line,
        about=sheet.text(given.get("about"), "about"),
        source=_source(given.get("source"), sheet),
        use_as=use_as,
        area=sheet.text(given.get("area"), "area"),
        scheme=_scheme(scheme, policy, sheet),
        on=sheet.day(given["on"], "on", loose=policy is not None) if "on" in given else "",
        policy=policy,
        account_fen=account,
        earlier=counters,
        before=earlier_visits,
        visits=visits,
        expected=tuple(read_expected(given.get("expect"), "expect", sheet)) if "visits" in given else (),
    )


def _unreadable(written: WrittenCase, number: int) -> Case:
    """Return the case of a file that is no YAML: nothing but its name."""
    name = f"{written.file}#{number}"
    return Case(name, written.file, 1, "", {}, "", "", "310", "", None, 0, {}, (), (), ())


def opened(case: Node) -> Node:
    """Let `person` and `visit` stand inside an item of `visits`, too: their words are the item's own."""
    entries = dict(case.entries or {})
    if case.entries is None:
        return case
    if "visits" in entries:
        entries["visits"] = _opened_items(entries["visits"])
    earlier = entries.get("earlier")
    if earlier is not None and "visits" in (earlier.entries or {}):
        inside = dict(earlier.entries or {})
        inside["visits"] = _opened_items(inside["visits"])
        entries["earlier"] = Node(earlier.line, entries=inside)
    return Node(case.line, entries=entries)


def _opened_items(visits: Node) -> Node:
    if visits.items is None:
        return visits
    return Node(visits.line, items=tuple(map(_opened, visits.items)))


def _opened(item: Node) -> Node:
    entries = dict(item.entries or {})
    for word in ("person", "visit"):
        inside = entries.get(word)
        if inside is not None and inside.entries is not None and not set(inside.entries) & set(entries):
            del entries[word]
            entries |= inside.entries
    return item if item.entries is None else Node(item.line, entries=entries)


def _scheme(word: str, policy: Node | None, sheet: Sheet) -> str:
    """Return the scheme's code: as said, else the first of the policy's own, else the employees'."""
    schemes = (policy.entries or {}).get("schemes") if policy is not None else None
    own = tuple(schemes.entries or {}) if schemes is not None else ()
    code = SCHEMES.get(word, word)
    if policy is not None and code and code not in own and not _CODE.fullmatch(code):
        sheet.unknown_word(f"scheme: {word}")
    return code or next(iter(own), "310")


_CODE = re.compile(r"\d{3}", re.ASCII)


def _source(node: Node | None, sheet: Sheet) -> dict[str, str]:
    if node is None:
        return {}
    if node.text is not None:
        return {"url" if "://" in node.text else "title": node.text}
    given = sheet.words(node, "source", {word: word for word in _SOURCE})
    return {name: sheet.text(entry, f"source.{name}") for name, entry in given.items()}


def _earlier(node: Node | None, sheet: Sheet) -> tuple[dict[str, int], tuple[Node, ...]]:
    """Read the year before the first visit: counters (amounts; `stays` a number) and visits."""
    found: dict[str, int] = {}
    visits: tuple[Node, ...] = ()
    if node is not None and node.entries is None:
        sheet.problem("earlier", node.line, "must be a mapping of counters to amounts")
    for name, entry in ((node.entries or {}) if node is not None else {}).items():
        if name == "visits":
            visits = entry.items or ()
        elif name == "counters" and entry.entries is not None:
            found |= {word: _counter(word, each, sheet) for word, each in entry.entries.items()}
        else:
            found[name] = _counter(name, entry, sheet)
    return found, visits


def _counter(name: str, node: Node, sheet: Sheet) -> int:
    place = f"earlier.{name}"
    found = sheet.number(node, place) if name == "stays" else sheet.fen(node, place)
    if found < 0:
        sheet.problem(place, node.line, "cannot be below zero")
    return max(found, 0)


def _visits(
    given: dict[str, Node], person: dict[str, Any], own: dict[str, Node], sheet: Sheet, line: int
) -> tuple[Visit, ...]:
    """Read the single visit or the list of visits; a person's words hold for all of them."""
    if "visits" not in given:
        if "bill" not in given and "bill" not in ((given["visit"].entries or {}) if "visit" in given else {}):
            sheet.problem("bill", line, "the case has no bill")
            return ()
        node = given.get("visit", Node(line, entries={}))
        return (_visit(node, "visit", person, own, given, sheet),)
    for word in ("visit", "bill"):
        if word in given:
            sheet.problem(word, given[word].line, f"with visits, {word} belongs inside each of them")
    items = given["visits"].items or ()
    if not items:
        sheet.problem("visits", line, "must be a list of visits")
    return tuple(
        visit
        for number, item in enumerate(items, 1)
        for visit in _repeated(item, f"visits[{number}]", person, own, sheet)
    )


def _repeated(
    node: Node, place: str, person: dict[str, Any], own: dict[str, Node], sheet: Sheet
) -> list[Visit]:
    """Read a visit that may say `times: 12`; what it expects, it expects of the last one."""
    entries = dict(node.entries or {})
    times = sheet.number(entries.pop("times"), f"{place}.times") if "times" in entries else 1
    if not 1 <= times <= 366:
        sheet.problem(f"{place}.times", node.line, "must be a number from 1 to 366")
        times = 1
    plain = node if node.entries is None else Node(node.line, entries=entries)
    visit = _visit(plain, place, person, own, {}, sheet)
    return [*[replace(visit, expected=())] * (times - 1), visit]


def _person(given: dict[str, Node], own: dict[str, Node], sheet: Sheet) -> tuple[dict[str, Any], int]:
    words = {**situation_words(), "account": "account", "account_balance": "account", "note": "note"}
    node = given.get("person")
    if node is not None and node.text is not None and not is_endless(node.text):
        node = Node(node.line, entries={"class": node})
    said = sheet.words(node, "person", words, own)
    balance = said.pop("account", given.get("account"))
    said.pop("note", None)
    enough = balance is not None and balance.text == "enough"
    account = ENOUGH if enough else sheet.fen(balance, "account")
    if account < 0 and balance is not None:
        sheet.problem("account", balance.line, "cannot be below zero")
    return read_words(said, "person", sheet), account


def _joined(person: dict[str, Any], visit: dict[str, Any]) -> dict[str, Any]:
    """Join what is said of the person and of the visit; facts and amounts of both count."""
    joined: dict[str, Any] = {**person, **visit}
    for name in ("facts", "amounts"):
        if name in person and name in visit:
            joined[name] = (*person[name], *visit[name])
    return joined


_VISIT_WORDS = {"bill": "bill", "expect": "expect", "prepaid": "prepaid", "note": "note"}


def _visit(
    node: Node,
    place: str,
    person: dict[str, Any],
    own: dict[str, Node],
    case: dict[str, Node],
    sheet: Sheet,
) -> Visit:
    """Read one visit; `case` gives the bill and the expectation of a case with a single visit."""
    own = dict(own)
    said = sheet.words(node, place, {**situation_words(), **_VISIT_WORDS}, own)
    said.pop("note", None)
    bill, expect = said.pop("bill", case.get("bill")), said.pop("expect", case.get("expect"))
    prepaid = sheet.fen(said.pop("prepaid", None), f"{place}.prepaid")
    words = _joined(person, read_words(said, place, sheet))
    away = str(words.get("place", "")) in ("in_province", "other_province")
    if away and "standing" not in words:
        sheet.problem(f"{place}.standing", node.line, "care elsewhere: say the standing (how it was filed)")
    if "place" not in words and str(words.get("standing", "local")) != "local":
        sheet.problem(f"{place}.place", node.line, "say the place: in_province, other_province or local")
    level = words.get("level", 3)
    within = "" if place == "visit" else f"{place}."
    read = read_bill(bill, f"{within}bill", level, sheet)
    for fund, _ in read.already_paid:
        if fund not in FUND_WORDS:
            sheet.unknown_word(f"{within}bill.already_paid.{fund}")
    paid = tuple((FUND_WORDS.get(fund, fund), amount) for fund, amount in read.already_paid)
    read = replace(read, already_paid=paid)
    words["marks"] = read.marks
    expected = tuple(read_expected(expect, f"{within}expect", sheet))
    return Visit(node.line, words, read, own, expected, prepaid)
