"""The pack language: reads a tree into a pack, collecting every fault. Described in docs/concepts."""

from __future__ import annotations

import re

from yidi.domain.dates import FOREVER
from yidi.domain.policy import refusals
from yidi.domain.policy.dimensions import CareKind, PersonClass
from yidi.domain.policy.filing_terms import read_filing
from yidi.domain.policy.layers import figures_of_layer, read_layer, read_order
from yidi.domain.policy.questions import LEVEL_ELSEWHERE, ask
from yidi.domain.policy.tables import CONFIDENCES, Tables
from yidi.domain.policy.terms import (
    Borrowing,
    CareRule,
    Figure,
    Layer,
    Pack,
    Rounding,
    Scheme,
    Source,
)
from yidi.domain.policy.tree import Node, Reader
from yidi.domain.policy.vocabulary import (
    PARTS,
    read_account,
    read_elsewhere,
    read_unknown,
    read_vocabulary,
)

__all__ = ["CONFIDENCES", "PARTS", "canonical", "read_pack", "read_sources"]

ANY_AREA = "any"
"""The area of the pack that stands in where an area has none of its own."""
PACK = {
    "pack": "the pack's stable id",
    "area": "the division code, or any",
    "names": "names in zh and en",
    "confidence": ", ".join(CONFIDENCES),
    "known": "the span of days the pack answers for",
    "sources": "the sources",
    "filing": "how filings are treated",
}
SCHEME = {
    "names": "names in zh and en",
    "persons": "the person classes insured here",
    "year": "when the benefit year starts",
    "rounding": "how shares become whole fen",
    "order": "the order of the payers",
    "account": "which parts the personal account may pay",
    "care": "what holds for each kind of care",
}
SCHEME_MAY = (
    "tiers",
    "groups",
    "facts",
    "amounts",
    "values",
    "marks",
    "classes",
    "hospital_elsewhere",
    "unknown",
    "own_share_first",
    "layers",
    "borrows",
    "note",
)
PACK_MAY = ("completed_for_demonstration", "checked", "schemes", "borrowed_schemes", "note")
SOURCE = {
    "title": "the document's title",
    "date": "its date, or unknown",
    "checked_by": "who checked the figures",
    "checked_on": "the day of the check",
}
SOURCE_MAY = ("url", "confidence", "completes", "note")


def read_pack(root: Node, reader: Reader) -> Pack:
    """Read a whole pack; it is only usable when the reader has no faults afterwards."""
    given = reader.entries(root, "pack", PACK, PACK_MAY)
    sources = read_sources(reader, given.get("sources"), given.get("checked"))
    completed = reader.yes(given.get("completed_for_demonstration"), "completed_for_demonstration")
    tables = Tables(reader, sources, may_complete=completed)
    zh, en = read_names(reader, given.get("names"), "names")
    known = (
        reader.entries(given["known"], "known", {"from": "the first day"}, ("until",))
        if "known" in given
        else {}
    )
    schemes = [
        read_scheme(tables, code, node)
        for code, node in reader.named(given.get("schemes"), "schemes").items()
    ]
    schemes += read_borrowed_schemes(tables, given.get("borrowed_schemes"))
    if not schemes:
        reader.fault(root.line, "schemes", refusals.MISSING_KEY, expected="at least one scheme")
    return Pack(
        id=reader.text(given.get("pack"), "pack"),
        area=_area(reader, given.get("area")),
        zh=zh,
        en=en,
        file=reader.file,
        confidence=reader.word(given.get("confidence"), "confidence", CONFIDENCES),
        start=reader.day(known.get("from"), "known.from", ""),
        end=reader.day(known.get("until"), "known.until", FOREVER),
        completed_for_demonstration=completed,
        sources=sources,
        filing=read_filing(tables, given.get("filing")),
        schemes=tuple(schemes),
        text=canonical(root),
        note=reader.text(given.get("note"), "note"),
    )


def canonical(node: Node) -> str:
    """Write a tree without comments, order of keys or layout, so that equal content has equal text."""
    if node.entries is not None:
        return "{" + ",".join(f"{k}:{canonical(node.entries[k])}" for k in sorted(node.entries)) + "}"
    if node.items is not None:
        return "[" + ",".join(map(canonical, node.items)) + "]"
    return repr(node.text)


def _area(reader: Reader, node: Node | None) -> str:
    area = reader.text(node, "area")
    if node is not None and area != ANY_AREA and not re.fullmatch(r"[1-9]\d{5}", area):
        reader.bad(node, "area", "a six-digit division code, or any")
    return area


def read_names(reader: Reader, node: Node | None, key: str) -> tuple[str, str]:
    """Read a name in Chinese and English."""
    if node is None:
        return "", ""
    given = reader.entries(node, key, {"zh": "the Chinese name", "en": "the English name"})
    return reader.text(given.get("zh"), f"{key}.zh"), reader.text(given.get("en"), f"{key}.en")


def read_sources(reader: Reader, node: Node | None, checked: Node | None = None) -> dict[str, Source]:
    """Read the sources: title, date, who checked it and when (`checked` says so once for all)."""
    once: dict[str, Node] = {}
    if checked is not None:
        parts = reader.entries(checked, "checked", {"by": "who checked the figures", "on": "the day"})
        once = {f"checked_{name}": entry for name, entry in parts.items()}
    required = {name: said for name, said in SOURCE.items() if name not in once}
    sources = {}
    for name, entry in reader.named(node, "sources").items():
        key = f"sources.{name}"
        given = once | reader.entries(entry, key, required, (*once, *SOURCE_MAY))
        texts = {part: reader.text(given.get(part), f"{key}.{part}") for part in (*SOURCE, "url")}
        confidence = reader.word(given.get("confidence"), f"{key}.confidence", CONFIDENCES)
        completes = reader.yes(given.get("completes"), f"{key}.completes")
        reader.day(given.get("checked_on"), f"{key}.checked_on", "")
        sources[name] = Source(id=name, confidence=confidence, completes=completes, **texts)
    return sources


def read_scheme(tables: Tables, code: str, node: Node) -> Scheme:
    """Read one scheme: its words first, then its layers."""
    reader, key = tables.reader, f"schemes.{code}"
    given = reader.entries(node, key, SCHEME, SCHEME_MAY)
    words = read_vocabulary(tables, given, key)
    zh, en = read_names(reader, given.get("names"), f"{key}.names")
    persons = tuple(
        reader.word(item, f"{key}.persons", tuple(PersonClass), PersonClass.WORKING)
        for item in reader.items(given.get("persons"), f"{key}.persons")
    )
    first = given.get("own_share_first")
    first_figure = tables.figure(first, f"{key}.own_share_first", "ratio") if first is not None else None
    account = read_account(tables, given.get("account"), f"{key}.account")
    layers = tuple(
        read_layer(tables, item, f"{key}.layers[{number}]")
        for number, item in enumerate(reader.items(given.get("layers"), f"{key}.layers"))
    )
    elsewhere = read_elsewhere(tables, given.get("hospital_elsewhere"), f"{key}.hospital_elsewhere")
    if elsewhere is None and any(map(depends_on_level, [words.classes, first_figure, *figures_in(layers)])):
        ask(reader, node.line, f"{key}.hospital_elsewhere", LEVEL_ELSEWHERE)
    starts, by = _year(tables, given.get("year"), f"{key}.year")
    return Scheme(
        code=code,
        zh=zh,
        en=en,
        persons=persons,
        tiers=tuple(reader.text(t, f"{key}.tiers") for t in reader.items(given.get("tiers"), f"{key}.tiers")),
        year_starts=starts,
        year_by=by,
        order=read_order(tables, given.get("order"), f"{key}.order"),
        rounding=_rounding(tables, given.get("rounding"), f"{key}.rounding"),
        care=_care(tables, given.get("care"), f"{key}.care"),
        account=account.pays,
        purses=account.purses,
        account_rules=account.rules,
        account_unknown=account.unknown,
        layers=layers,
        line=node.line,
        own_share_first=first_figure,
        borrows=tuple(
            _borrowing(tables, item, f"{key}.borrows")
            for item in reader.items(given.get("borrows"), f"{key}.borrows")
        ),
        sources=tables.sources,
        groups=words.groups,
        facts=words.facts,
        amounts=words.amounts,
        carries=words.carries,
        values=words.values,
        marks=words.marks,
        classes=words.classes,
        class_names=words.class_names,
        note=reader.text(given.get("note"), f"{key}.note"),
        elsewhere=elsewhere,
        unknown=read_unknown(tables, given.get("unknown"), f"{key}.unknown"),
    )


def figures_in(layers: tuple[Layer, ...]) -> list[Figure]:
    """Return every table of the layers."""
    return [figure for layer in layers for figure in figures_of_layer(layer)]


def depends_on_level(figure: Figure | None) -> bool:
    """Say whether a table tells hospitals apart by level, grade or class."""
    if figure is None:
        return False
    written = [*(row.conditions for row in figure.rows), *(each.conditions for each in figure.adjustments)]
    return any(name in ("level", "grade", "class") for conditions in written for name, _ in conditions)


def read_borrowed_schemes(tables: Tables, node: Node | None) -> list[Scheme]:
    """Read schemes that are wholly taken from another pack, for demonstration."""
    reader, found = tables.reader, []
    for item in reader.items(node, "borrowed_schemes"):
        required = {"scheme": "its code", "pack": "the pack", "source": "a completing source"}
        given = reader.entries(item, "borrowed_schemes", required)
        tables.source(given.get("source"), "borrowed_schemes", "", item.line)
        borrowing = Borrowing(reader.text(given.get("pack"), "borrowed_schemes.pack"), (), item.line)
        code = reader.text(given.get("scheme"), "borrowed_schemes.scheme")
        rounding = Rounding("half_up", "tier", "")
        found.append(
            Scheme(code, "", "", (), (), "01-01", (), rounding, {}, (), (), item.line, borrows=(borrowing,))
        )
    return found


def _borrowing(tables: Tables, node: Node, key: str) -> Borrowing:
    reader = tables.reader
    required = {"pack": "the pack", "care": "the kinds of care", "source": "a completing source"}
    given = reader.entries(node, key, required, ("layers",))
    tables.source(given.get("source"), key, "", node.line)
    care = tuple(
        reader.word(item, f"{key}.care", tuple(CareKind))
        for item in reader.items(given.get("care"), f"{key}.care")
    )
    layers = tuple(
        reader.text(item, f"{key}.layers") for item in reader.items(given.get("layers"), f"{key}.layers")
    )
    return Borrowing(reader.text(given.get("pack"), f"{key}.pack"), care, node.line, layers)


def _year(tables: Tables, node: Node | None, key: str) -> tuple[str, str]:
    """Read when the benefit year starts, and by which day a stay belongs to it."""
    if node is None:
        return "01-01", "settlement"
    reader = tables.reader
    required = {"starts": "a month and day such as 01-01", "source": "a source"}
    given = reader.entries(node, key, required, ("by", "note"))
    tables.source(given.get("source"), key, "", node.line)
    starts = reader.text(given.get("starts"), key, "01-01")
    if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|30)", starts):
        reader.bad(given["starts"], f"{key}.starts", "a month and day such as 01-01 or 07-01")
    return starts, reader.word(given.get("by"), f"{key}.by", ("settlement", "discharge"), "settlement")


def _rounding(tables: Tables, node: Node | None, key: str) -> Rounding:
    required = {"how": "half_up, down or up", "each": "tier, layer or total", "source": "a source"}
    given = tables.reader.entries(node, key, required, ("note",)) if node is not None else {}
    return Rounding(
        tables.reader.word(given.get("how"), f"{key}.how", ("half_up", "down", "up"), "half_up"),
        tables.reader.word(given.get("each"), f"{key}.each", ("tier", "layer", "total"), "tier"),
        tables.source(given.get("source"), key, "", node.line) if node is not None else "",
    )


def _care(tables: Tables, node: Node | None, key: str) -> dict[str, CareRule]:
    reader = tables.reader
    given = (
        reader.entries(node, key, dict.fromkeys(CareKind, "covered, as, account_only, unknown, borrowed"))
        if node
        else {}
    )
    rules = {}
    for kind, entry in given.items():
        parts = reader.entries(entry, f"{key}.{kind}", {"rule": "what holds"}, ("detail", "source", "note"))
        words = ("covered", "as", "account_only", "unknown", "borrowed")
        word = reader.word(parts.get("rule"), f"{key}.{kind}.rule", words, "unknown")
        detail = reader.text(parts.get("detail"), f"{key}.{kind}.detail")
        if (word == "as" and detail not in tuple(CareKind)) or (word == "unknown" and not detail):
            expected = "the kind of care it counts as, or why it is unknown"
            reader.fault(entry.line, f"{key}.{kind}.detail", refusals.MISSING_KEY, expected=expected)
        needs_none = word in ("unknown", "borrowed")
        source = "" if needs_none else tables.source(parts.get("source"), f"{key}.{kind}", "", entry.line)
        rules[kind] = CareRule(word, detail, source)
    return rules
