"""Reads the words a scheme brings along: its own facts, amounts, values, marks and hospital classes.

Thresholds and distinctions are data: what a region asks of a visit beyond the usual is declared here and
told with the visit (`Situation.facts`, `.amounts`, `.marks`).
"""

from __future__ import annotations

import re

from msgspec import Struct

from yidi.domain.policy import refusals
from yidi.domain.policy.answers import CONDITIONS, GROUPED, NOT_SAID, OTHER, parse_range
from yidi.domain.policy.dimensions import CareKind, PersonClass, Standing
from yidi.domain.policy.known import ASKED_OF, CODED, IDENTITY, KNOWN, MARKED, NUMBERS, TRAIT, TRAITS
from yidi.domain.policy.phrases import amount_text, conditions_phrase, ratio_text, spoken
from yidi.domain.policy.tables import Tables
from yidi.domain.policy.terms import Carry, Elsewhere, Fact, Figure, Group, Mark, Purse, Unknown
from yidi.domain.policy.tree import Node, Reader

BILL_PARTS = ("in_scope", "first_self", "over_limit", "full_self")
"""Heads of a bill a mark may lie in."""
PARTS = ("in_scope", "deductible", "over_cap", "first_bear", "first_self", "over_limit", "full_self")
"""The parts a bill falls into while it is settled, in the order of the kernel's amounts."""
EXCESS = ("over_limit", "full_self", "hospital")
NAMES = {"zh": "Chinese", "en": "English"}
KNOWN_WORDS = ("known_from", "codes", "below", "asked_of")
FACT = ("answers", "to", "not_said", "percent", "of", "sum", "note", *KNOWN_WORDS)
MARK = ("of", "apart", "first_self", "full_self", "limit", "known_from", "source", "note")
LIMIT = ("times", "excess", "adjust", "source", "note")
MAY_PAY = ("inflow", "may_pay", "never")
"""What a pack tells of the personal account for reading only; the counter does not compute it."""
INFLOW = ("person", "age", "what", "amount", "ratio", "of", "each", "source", "note")
"""The words of an inflow that is not a plain text: for whom, what or how much, of what, how often."""


class Vocabulary(Struct, frozen=True):
    """What a scheme declares before its layers."""

    groups: dict[str, tuple[Group, ...]]
    facts: dict[str, Fact]
    amounts: dict[str, tuple[str, str]]
    carries: dict[str, Carry]
    values: dict[str, Figure]
    marks: dict[str, Mark]
    classes: Figure | None
    class_names: tuple[Group, ...]


def read_vocabulary(tables: Tables, given: dict[str, Node], key: str) -> Vocabulary:
    """Read the declarations; later ones may use earlier ones, and the layers use all."""
    tables.facts, tables.amounts, tables.parts, tables.classes = {}, set(), set(), set()
    groups = read_groups(tables, given.get("groups"), f"{key}.groups")
    facts = _facts(tables, given.get("facts"), f"{key}.facts")
    own = _own(tables.reader, given.get("amounts"), f"{key}.amounts")
    amounts = {
        name: _named(tables.reader, node, f"{key}.amounts.{name}", ("left_of",)) for name, node in own.items()
    }
    carries = {
        name: _carry(tables, (node.entries or {})["left_of"], f"{key}.amounts.{name}.left_of")
        for name, node in own.items()
        if "left_of" in (node.entries or {})
    }
    tables.amounts |= set(amounts)
    values = {
        name: tables.figure(node, f"{key}.values.{name}", "amount")
        for name, node in _own(tables.reader, given.get("values"), f"{key}.values").items()
    }
    tables.amounts |= set(values)
    marks = {
        name: _mark(tables, name, node, f"{key}.marks.{name}")
        for name, node in _own(tables.reader, given.get("marks"), f"{key}.marks").items()
    }
    tables.parts = {name for name, mark in marks.items() if mark.apart}
    classes, class_names = _classes(tables, given.get("classes"), f"{key}.classes")
    return Vocabulary(groups, facts, amounts, carries, values, marks, classes, class_names)


def _own(reader: Reader, node: Node | None, key: str) -> dict[str, Node]:
    """Read a mapping whose keys the author chose; they must look like names and not be taken."""
    found = reader.named(node, key)
    for name, entry in found.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in (*PARTS, "total", "age"):
            reader.fault(entry.line, f"{key}.{name}", refusals.BAD_VALUE, value=name, expected="a free name")
    return found


def _carry(tables: Tables, node: Node, key: str) -> Carry:
    """Read of what amount, less which counter of last year, an amount is what is left."""
    required = {"counter": "a yearly counter", "amount": "the amount of a year", "source": "a source"}
    given = tables.reader.entries(node, key, required, ("note",))
    amount = tables.reader.yuan(given["amount"], f"{key}.amount") if "amount" in given else 0
    source = tables.source(given.get("source"), key, "", node.line)
    return Carry(tables.reader.text(given.get("counter"), f"{key}.counter"), amount or 0, source)


def _named(reader: Reader, node: Node, key: str, may: tuple[str, ...] = ()) -> tuple[str, str]:
    given = reader.entries(node, key, NAMES, ("note", *may))
    return reader.text(given.get("zh"), f"{key}.zh"), reader.text(given.get("en"), f"{key}.en")


def _facts(tables: Tables, node: Node | None, key: str) -> dict[str, Fact]:
    """Read facts one by one, so that a sum may name the numbers before it."""
    for name, entry in _own(tables.reader, node, key).items():
        tables.facts[name] = _fact(tables, name, entry, f"{key}.{name}")
    return dict(tables.facts)


def _fact(tables: Tables, name: str, node: Node, key: str) -> Fact:
    reader = tables.reader
    given = reader.entries(node, key, NAMES, FACT)
    answers = tuple(reader.text(i, f"{key}.answers") for i in reader.items(given.get("answers"), key))
    greatest = reader.number(given.get("to"), f"{key}.to", 100 if "percent" in given else 0)
    if bool(answers) == bool(greatest) or greatest > 999:
        expected = "either answers, or a whole number with its greatest value `to` (at most 999)"
        reader.fault(node.line, key, refusals.MISSING_KEY, expected=expected)
    said = reader.text(given.get("not_said"), f"{key}.not_said")
    if said and (said not in answers if answers else not said.isdigit()):
        reader.bad(given["not_said"], f"{key}.not_said", ", ".join(answers) or "a whole number")
    adds = []
    for other, sign in reader.named(given.get("sum"), f"{key}.sum").items():
        if other != "age" and (other not in tables.facts or not tables.facts[other].greatest):
            reader.bad(sign, f"{key}.sum.{other}", "a number declared above")
        word = reader.word(sign, f"{key}.sum.{other}", ("1", "+1", "-1"), "1")
        adds.append((other, int(word)))
    zh, en = reader.text(given.get("zh"), f"{key}.zh"), reader.text(given.get("en"), f"{key}.en")
    of = reader.word(given.get("of"), f"{key}.of", ("total", "in_scope"), "in_scope")
    percent = reader.text(given.get("percent"), f"{key}.percent")
    known = _known(reader, given, key, answers, node.line)
    return Fact(name, zh, en, answers, greatest, said, percent, of, tuple(adds), *known)


def _known(
    reader: Reader, given: dict[str, Node], key: str, answers: tuple[str, ...], line: int
) -> tuple[str, tuple[str, ...], int, str]:
    """Read what a fact is known from, when it is yes, and who is asked for it."""
    source = reader.word(given.get("known_from"), f"{key}.known_from", ("", *KNOWN), "")
    codes = tuple(
        reader.word(each, f"{key}.codes", tuple(TRAITS))
        if source == TRAIT
        else reader.text(each, f"{key}.codes")
        for each in reader.items(given.get("codes"), f"{key}.codes")
    )
    below = reader.number(given.get("below"), f"{key}.below", 0)
    wanted = {
        "codes": source in CODED,
        "below": source in NUMBERS and bool(answers),
        "answers": source != ""
        and (source not in NUMBERS or below > 0)
        and (source != IDENTITY or bool(answers)),
    }
    for word in ("codes", "below"):
        if wanted[word] != (word in given):
            expected = f"codes with {', '.join(CODED)}; below with a number asked as yes or no"
            reader.fault(line, f"{key}.{word}", refusals.MISSING_KEY, expected=expected)
    if wanted["answers"] and not {"yes", "no"} <= set(answers):
        reader.bad(
            given["known_from"], f"{key}.known_from", "a number, or a fact with the answers yes and no"
        )
    asked = reader.word(given.get("asked_of"), f"{key}.asked_of", ("", *ASKED_OF), "")
    return source, codes, below, asked


def _mark(tables: Tables, name: str, node: Node, key: str) -> Mark:
    reader = tables.reader
    given = reader.entries(node, key, NAMES, MARK)
    of = reader.word(given.get("of"), f"{key}.of", BILL_PARTS, "in_scope")
    shares = [
        (part, reader.ratio_bp(given[part], f"{key}.{part}"))
        for part in ("first_self", "full_self")
        if part in given
    ]
    limit, times, excess = None, "", "over_limit"
    if "limit" in given:
        inner = reader.entries(given["limit"], f"{key}.limit", {"rows": "the rows"}, LIMIT)
        table = {k: v for k, v in inner.items() if k in ("rows", "adjust", "source")}
        source = reader.text(given.get("source"), f"{key}.source")
        limit = tables.figure(Node(node.line, entries=table), f"{key}.limit", "amount", source)
        times = tables.number_name(inner.get("times"), f"{key}.limit.times")
        excess = reader.word(inner.get("excess"), f"{key}.limit.excess", EXCESS, excess)
    named = tables.source(given.get("source"), key, "", node.line) if shares else ""
    zh, en = reader.text(given.get("zh"), f"{key}.zh"), reader.text(given.get("en"), f"{key}.en")
    apart = reader.yes(given.get("apart"), f"{key}.apart")
    known = tuple(
        reader.word(item, f"{key}.known_from", tuple(MARKED))
        for item in reader.items(given.get("known_from"), f"{key}.known_from")
    )
    return Mark(name, zh, en, of, apart, tuple(shares), limit, times, excess, named, known)


def _classes(tables: Tables, node: Node | None, key: str) -> tuple[Figure | None, tuple[Group, ...]]:
    """Read the region's own hospital classes: a table of words over level, grade, kind, place, facts.

    `names` gives the words in Chinese and English.
    """
    if node is None:
        return None, ()
    entries = dict(node.entries or {})
    named = entries.pop("names", None)
    figure = tables.figure(Node(node.line, node.text, node.items, entries), key, "class")
    tables.classes = {row.word for row in figure.rows if row.word}
    names = []
    for word, entry in tables.reader.named(named, f"{key}.names").items():
        if word not in tables.classes:
            tables.reader.bad(entry, f"{key}.names.{word}", ", ".join(sorted(tables.classes)))
        names.append(Group(word, (), *_named(tables.reader, entry, f"{key}.names.{word}"), ""))
    return figure, tuple(names)


def read_groups(tables: Tables, node: Node | None, key: str) -> dict[str, tuple[Group, ...]]:
    """Read the pack's own words for codes it treats alike."""
    reader = tables.reader
    found: dict[str, tuple[Group, ...]] = {}
    for name, entry in (reader.entries(node, key, {}, GROUPED) if node is not None else {}).items():
        groups = []
        for word, item in reader.named(entry, f"{key}.{name}").items():
            place = f"{key}.{name}.{word}"
            required = {"codes": "the codes", "zh": "Chinese", "en": "English", "source": "a source"}
            given = reader.entries(item, place, required, ("note",))
            codes = tuple(reader.text(c, place) for c in reader.items(given.get("codes"), place))
            zh, en = reader.text(given.get("zh"), place), reader.text(given.get("en"), place)
            source = tables.source(given.get("source"), place, "", item.line)
            groups.append(Group(word, codes, zh, en, source))
            tables.group_words.setdefault(name, {NOT_SAID, OTHER}).add(word)
        found[name] = tuple(groups)
    return found


def read_unknown(tables: Tables, node: Node | None, key: str) -> tuple[Unknown, ...]:
    """Read the situations for which no source gives the rules."""
    found = []
    for number, item in enumerate(tables.reader.items(node, key)):
        place = f"{key}[{number}]"
        given = tables.reader.entries(item, place, {"why": "the reason"}, UNKNOWN)
        why = tables.reader.text(given.get("why"), f"{place}.why")
        conditions = tables.conditions({k: v for k, v in given.items() if k != "why"}, place)
        found.append(Unknown(conditions, why, item.line))
    return tuple(found)


UNKNOWN = (*CONDITIONS, "facts")


def read_elsewhere(tables: Tables, node: Node | None, key: str) -> Elsewhere | None:
    """Read which level a hospital elsewhere has under this area's own rules."""
    if node is None:
        return None
    reader = tables.reader
    given = reader.entries(node, key, {}, ("level", "standing", "source", "unknown", "note"))
    unknown = reader.text(given.get("unknown"), f"{key}.unknown")
    if ("level" in given) == bool(unknown):
        expected = "either level with its source, or unknown"
        reader.fault(node.line, key, refusals.MISSING_KEY, expected=expected)
    level = reader.word(given.get("level"), f"{key}.level", ("same", "1", "2", "3"), "same")
    standings = tuple(
        reader.word(item, f"{key}.standing", tuple(Standing), Standing.UNFILED)
        for item in reader.items(given.get("standing"), f"{key}.standing")
    )
    source = "" if unknown else tables.source(given.get("source"), key, "", node.line)
    return Elsewhere(level, source, standings, unknown)


class Account(Struct, frozen=True):
    """What the personal account pays, in which order, and what is told of it for reading."""

    pays: tuple[str, ...] = ()
    purses: tuple[Purse, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    unknown: str = ""


def read_account(tables: Tables, node: Node | None, key: str) -> Account:
    """Read `pays` (one balance for all parts), or a `sequence` of balances each with its parts."""
    if node is None:
        return Account()
    reader = tables.reader
    given = reader.entries(node, key, {}, ("pays", "sequence", "source", "unknown", "note", *MAY_PAY))
    unknown = reader.text(given.get("unknown"), f"{key}.unknown")
    if sum(name in given for name in ("pays", "sequence", "unknown")) != 1:
        expected = f"exactly one of pays ({', '.join(PARTS)}), sequence, unknown"
        reader.fault(node.line, f"{key}.pays", refusals.MISSING_KEY, expected=expected)
    source = "" if unknown else tables.source(given.get("source"), key, "", node.line)
    pays = _parts(reader, given.get("pays"), f"{key}.pays", tables.parts)
    purses = tuple(
        _purse(tables, item, f"{key}.sequence[{number}]", source)
        for number, item in enumerate(reader.items(given.get("sequence"), f"{key}.sequence"))
    )
    rules = [(name, said) for name in MAY_PAY for said in _told(tables, given.get(name), f"{key}.{name}")]
    return Account(pays, purses, tuple(rules), unknown)


def _parts(reader: Reader, node: Node | None, key: str, own: set[str]) -> tuple[str, ...]:
    allowed = (*PARTS, *sorted(own))
    return tuple(reader.word(item, key, allowed, PARTS[0]) for item in reader.items(node, key))


def _purse(tables: Tables, node: Node, key: str, source: str) -> Purse:
    reader = tables.reader
    required = {"balance": "own, or a name told with the visit", "pays": "the parts it pays"}
    given = reader.entries(node, key, required, ("care", "first", "source", "note"))
    care = tuple(
        reader.word(item, f"{key}.care", tuple(CareKind), CareKind.INPATIENT)
        for item in reader.items(given.get("care"), f"{key}.care")
    )
    return Purse(
        reader.text(given.get("balance"), f"{key}.balance"),
        _parts(reader, given.get("pays"), f"{key}.pays", tables.parts),
        care,
        reader.yes(given.get("first"), f"{key}.first"),
        tables.source(given.get("source"), key, source, node.line),
    )


def _told(tables: Tables, node: Node | None, key: str) -> list[str]:
    """Read rules that are only shown: texts, or what flows in (`INFLOW`) written out word by word."""
    reader, found = tables.reader, []
    may = INFLOW if key.endswith("inflow") else ()
    for item in reader.items(node, key):
        if item.entries is None or not may:
            found.append(reader.text(item, key))
            continue
        given = reader.entries(item, key, {}, may)
        found.append(_inflow(tables, given, key))
    return found


def _inflow(tables: Tables, given: dict[str, Node], key: str) -> str:
    """Read an inflow as one text in both languages: `退休：每年 10 元 (retired: 10 yuan a year)`."""
    reader = tables.reader
    persons = tuple(
        reader.word(item, f"{key}.person", tuple(PersonClass), PersonClass.WORKING)
        for item in reader.items(given.get("person"), f"{key}.person")
    )
    age = reader.text(given.get("age"), f"{key}.age")
    if "age" in given and parse_range(age) is None:
        reader.bad(given["age"], f"{key}.age", "a number, 60+ or 0-14")
        age = ""
    who = [("person", persons)] if persons else []
    who_zh, who_en = conditions_phrase((*who, *([("age", (age,))] if age else ())), {})
    what_zh, what_en = spoken(reader.text(given.get("what"), f"{key}.what"))
    of_zh, of_en = spoken(reader.text(given.get("of"), f"{key}.of"))
    amount = amount_text(reader.yuan(given["amount"], f"{key}.amount") or 0) if "amount" in given else ""
    ratio = ratio_text(reader.ratio_bp(given["ratio"], f"{key}.ratio")) if "ratio" in given else ""
    often_zh, often_en = _OFTEN[reader.word(given.get("each"), f"{key}.each", tuple(_OFTEN))]
    reader.text(given.get("note"), f"{key}.note")
    if "source" in given:
        tables.source(given["source"], key, "", given["source"].line)
    zh = "，".join(
        filter(None, (what_zh, f"{of_zh}{'的 ' * bool(of_zh)}{ratio}", f"{amount} 元" * bool(amount)))
    )
    en = ", ".join(
        filter(None, (what_en, f"{ratio}{' of ' * bool(of_en)}{of_en}", f"{amount} yuan" * bool(amount)))
    )
    return f"{who_zh}：{often_zh}{zh} ({who_en}: {en}{often_en})"


_OFTEN = {"": ("", ""), "month": ("每月 ", " a month"), "year": ("每年 ", " a year")}
"""How often an inflow comes."""
