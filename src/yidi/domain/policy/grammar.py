"""The pack language: reads a tree into a pack, collecting every fault. Described in docs/concepts."""

from __future__ import annotations

import re

from yidi.domain.dates import FOREVER
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import GROUPED, NOT_SAID, OTHER
from yidi.domain.policy.dimensions import CareKind, PersonClass, Standing
from yidi.domain.policy.layers import read_layer, read_order
from yidi.domain.policy.tables import Tables
from yidi.domain.policy.terms import (
    Borrowing,
    CareRule,
    Ceilings,
    FilingTerms,
    Group,
    Pack,
    Rounding,
    Scheme,
    Source,
)
from yidi.domain.policy.tree import Node, Reader

CONFIDENCES = ("high", "medium", "low", "mixed")
ANY_AREA = "any"
"""The area of the pack that stands in where an area has none of its own."""
PARTS = ("in_scope", "deductible", "over_cap", "first_bear", "first_self", "over_limit", "full_self")
"""The parts a bill falls into while it is settled, in the order of the kernel's amounts."""
_PACK = {
    "pack": "the pack's stable id",
    "area": "the division code, or any",
    "names": "names in zh and en",
    "confidence": ", ".join(CONFIDENCES),
    "known": "the span of days the pack answers for",
    "sources": "the sources",
    "filing": "how filings are treated",
}
_SCHEME = {
    "names": "names in zh and en",
    "persons": "the person classes insured here",
    "year": "when the benefit year starts",
    "rounding": "how shares become whole fen",
    "order": "the order of the payers",
    "account": "which parts the personal account may pay",
    "care": "what holds for each kind of care",
}
_SCHEME_MAY = ("tiers", "layers", "own_share_first", "borrows", "groups", "note")


def read_pack(root: Node, reader: Reader) -> Pack:
    """Read a whole pack; it is only usable when the reader has no faults afterwards."""
    given = reader.entries(
        root, "pack", _PACK, ("completed_for_demonstration", "schemes", "borrowed_schemes", "note")
    )
    sources = read_sources(reader, given.get("sources"))
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


def read_sources(reader: Reader, node: Node | None) -> dict[str, Source]:
    """Read the sources; one that is no completion must say its title, date, who checked it and when."""
    sources = {}
    for name, entry in reader.named(node, "sources").items():
        key = f"sources.{name}"
        required = {"title": "the document's title", "date": "its date, or unknown"}
        required |= {"checked_by": "who checked the figures", "checked_on": "the day of the check"}
        given = reader.entries(entry, key, required, ("url", "confidence", "completes", "note"))
        texts = {part: reader.text(given.get(part), f"{key}.{part}") for part in (*required, "url")}
        confidence = reader.word(given.get("confidence"), f"{key}.confidence", CONFIDENCES)
        completes = reader.yes(given.get("completes"), f"{key}.completes")
        reader.day(given.get("checked_on"), f"{key}.checked_on", "")
        sources[name] = Source(id=name, confidence=confidence, completes=completes, **texts)
    return sources


FILING_CATEGORIES = (
    "resettled_retiree",
    "long_term_resident",
    "stationed_staff",
    "referred",
    "emergency",
    "temporary",
)
"""The six categories of filing (annex of the 2022 notice, articles 7 and 8)."""
_FILING_MAY = {
    "self_service": "categories approved at once when the person files alone",
    "no_filing_for": "kinds of care in another province that need no filing",
    "in_province_needs_filing": "yes or no",
    "referral_onward": "yes or no: a long-term filer may be referred on from the filed place",
    "chronic_certified_elsewhere": "yes or no: another province's institution may certify a chronic disease",
}


def read_filing(tables: Tables, node: Node | None) -> FilingTerms:
    """Read the area's filing terms, each a value with its source."""
    reader = tables.reader
    keys = {
        "unfiled_settles_directly": "yes or no",
        "same_province_other_city": "unfiled or temporary",
        "dual_treatment_with_papers": "local or referred",
        "dual_treatment_by_commitment": "referred or temporary",
        "change_lock_months": "months, at most 6 in principle",
        "temporary_validity_months": "months, at least 6 in principle",
    }
    given = reader.entries(node, "filing", keys, tuple(_FILING_MAY)) if node is not None else {}
    values: dict[str, Node] = {}
    sources: dict[str, str] = {}
    for name, entry in given.items():
        asked = keys.get(name) or _FILING_MAY.get(name, "")
        parts = reader.entries(entry, f"filing.{name}", {"value": asked, "source": "a source"}, ("note",))
        sources[name] = tables.source(parts.get("source"), f"filing.{name}", "", entry.line)
        if "value" in parts:
            values[name] = parts["value"]

    def standing(name: str, *allowed: Standing) -> Standing:
        return Standing(reader.word(values.get(name), f"filing.{name}", allowed, allowed[0]))

    def words(name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        items = reader.items(values[name], f"filing.{name}") if name in values else ()
        return tuple(reader.word(item, f"filing.{name}", allowed) for item in items)

    def yes(name: str, default: bool) -> bool:
        return reader.yes(values[name], f"filing.{name}") if name in values else default

    return FilingTerms(
        unfiled_settles_directly=reader.yes(values.get("unfiled_settles_directly"), "filing.unfiled"),
        same_province_other_city=standing("same_province_other_city", Standing.UNFILED, Standing.TEMPORARY),
        dual_treatment_with_papers=standing("dual_treatment_with_papers", Standing.LOCAL, Standing.REFERRED),
        dual_treatment_by_commitment=standing(
            "dual_treatment_by_commitment", Standing.TEMPORARY, Standing.REFERRED
        ),
        change_lock_months=reader.number(values.get("change_lock_months"), "filing.change_lock_months"),
        temporary_validity_months=reader.number(
            values.get("temporary_validity_months"), "filing.temporary_validity_months", 6
        ),
        self_service=words("self_service", FILING_CATEGORIES),
        no_filing_for=words("no_filing_for", tuple(CareKind)),
        in_province_needs_filing=yes("in_province_needs_filing", True),
        referral_onward=yes("referral_onward", True),
        chronic_certified_elsewhere=yes("chronic_certified_elsewhere", False),
        sources=sources,
    )


def read_scheme(tables: Tables, code: str, node: Node) -> Scheme:
    """Read one scheme with its layers."""
    reader, key = tables.reader, f"schemes.{code}"
    given = reader.entries(node, key, _SCHEME, _SCHEME_MAY)
    groups = _groups(tables, given.get("groups"), f"{key}.groups")
    zh, en = read_names(reader, given.get("names"), f"{key}.names")
    persons = tuple(
        reader.word(item, f"{key}.persons", tuple(PersonClass), PersonClass.WORKING)
        for item in reader.items(given.get("persons"), f"{key}.persons")
    )
    first = given.get("own_share_first")
    return Scheme(
        code=code,
        zh=zh,
        en=en,
        persons=persons,
        tiers=tuple(reader.text(t, f"{key}.tiers") for t in reader.items(given.get("tiers"), f"{key}.tiers")),
        year_starts=_year(tables, given.get("year"), f"{key}.year"),
        order=read_order(tables, given.get("order"), f"{key}.order"),
        rounding=_rounding(tables, given.get("rounding"), f"{key}.rounding"),
        care=_care(tables, given.get("care"), f"{key}.care"),
        account=_account(tables, given.get("account"), f"{key}.account"),
        layers=tuple(
            read_layer(tables, item, f"{key}.layers[{number}]")
            for number, item in enumerate(reader.items(given.get("layers"), f"{key}.layers"))
        ),
        line=node.line,
        own_share_first=tables.figure(first, f"{key}.own_share_first", "ratio")
        if first is not None
        else None,
        borrows=tuple(
            _borrowing(tables, item, f"{key}.borrows")
            for item in reader.items(given.get("borrows"), f"{key}.borrows")
        ),
        sources=tables.sources,
        groups=groups,
    )


def _groups(tables: Tables, node: Node | None, key: str) -> dict[str, tuple[Group, ...]]:
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
            Scheme(code, "", "", (), (), "01-01", (), rounding, {}, (), (), item.line, None, (borrowing,))
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


def _year(tables: Tables, node: Node | None, key: str) -> str:
    if node is None:
        return "01-01"
    given = tables.reader.entries(
        node, key, {"starts": "a month and day such as 01-01", "source": "a source"}
    )
    tables.source(given.get("source"), key, "", node.line)
    starts = tables.reader.text(given.get("starts"), key, "01-01")
    if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|30)", starts):
        tables.reader.bad(given["starts"], f"{key}.starts", "a month and day such as 01-01 or 07-01")
    return starts


def _rounding(tables: Tables, node: Node | None, key: str) -> Rounding:
    required = {"how": "half_up, down or up", "each": "tier or layer", "source": "a source"}
    given = tables.reader.entries(node, key, required) if node is not None else {}
    return Rounding(
        tables.reader.word(given.get("how"), f"{key}.how", ("half_up", "down", "up"), "half_up"),
        tables.reader.word(given.get("each"), f"{key}.each", ("tier", "layer"), "tier"),
        tables.source(given.get("source"), key, "", node.line) if node is not None else "",
    )


def _account(tables: Tables, node: Node | None, key: str) -> tuple[str, ...]:
    reader = tables.reader
    given = (
        reader.entries(node, key, {"pays": ", ".join(PARTS), "source": "a source"})
        if node is not None
        else {}
    )
    if node is not None:
        tables.source(given.get("source"), key, "", node.line)
    return tuple(
        reader.word(item, f"{key}.pays", PARTS) for item in reader.items(given.get("pays"), f"{key}.pays")
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
        parts = reader.entries(entry, f"{key}.{kind}", {"rule": "what holds"}, ("detail", "source"))
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


def read_frame(root: Node, reader: Reader) -> Ceilings | None:
    """Read the national frame; None when it has faults."""
    required = {"frame": "the frame's id", "sources": "the sources", "ceilings": "the ceilings"}
    given = reader.entries(root, "frame", required, ("names", "note"))
    sources = read_sources(reader, given.get("sources"))
    if "ceilings" not in given:
        return None
    keys = {"referred_or_emergency": "points", "other_temporary": "points", "source": "a source"}
    parts = reader.entries(given["ceilings"], "ceilings", keys)
    name = Tables(reader, sources, may_complete=False).source(
        parts.get("source"), "ceilings", "", given["ceilings"].line
    )
    if reader.faults:
        return None
    return Ceilings(
        referred_bp=reader.points_bp(parts["referred_or_emergency"], "ceilings.referred_or_emergency"),
        temporary_bp=reader.points_bp(parts["other_temporary"], "ceilings.other_temporary"),
        source=sources[name],
    )
