"""An inline policy becomes a whole pack: what a case need not say, because it cannot matter, is filled in.

Only form is filled in (names, sources, the kinds of care of the case's own visits, the one part of the
bill a lone layer can look at). What would change an amount is never assumed: it stays open, and the pack
language refuses it with its question.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from yidi.domain.policy.answers import FIXED_ANSWERS, GROUPED, NOT_SAID, OTHER
from yidi.domain.policy.dimensions import CareKind, Fund
from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.layers import DECIDED_PARTS, DECIDING_FUNDS
from yidi.domain.policy.phrases import FUNDS
from yidi.domain.policy.tree import Node
from yidi.edges.cases.figures import FUND_WORDS
from yidi.edges.cases.layer import Setting, is_nothing, layer_node, open_table
from yidi.edges.cases.sheet import Sheet, ratio_text

SOURCE = "CASE"
AREA = "990000"
"""The division code of an inline policy: no place has it."""
_PACK_WORDS = ("pack", "area", "confidence", "known", "sources", "filing", "completed_for_demonstration")
_PERSONS = {"310": ("working", "retired"), "390": ("resident", "child", "student")}
_SOURCED = ("year", "rounding", "order", "account")
_FILING = {
    "unfiled_settles_directly": "yes",
    "same_province_other_city": "unfiled",
    "dual_treatment_with_papers": "referred",
    "dual_treatment_by_commitment": "temporary",
    "change_lock_months": "6",
    "temporary_validity_months": "6",
}


class Wording(Struct, frozen=True):
    """What the case says around its policy, as far as the pack needs it."""

    case: str
    scheme: str
    title: str
    url: str
    date: str
    cares: tuple[str, ...]
    tiers: tuple[str, ...]
    alone: bool
    has_first_self: bool
    at_home: bool


def pack_node(policy: Node, wording: Wording, sheet: Sheet) -> tuple[Node, str]:
    """Return the whole pack of an inline policy and the code of its scheme."""
    policy = plain_node(policy)
    given = policy.entries or {}
    if policy.entries is None:
        sheet.problem("policy", policy.line, "must be a mapping in the pack language")
    if "schemes" not in given:
        inner = {name: entry for name, entry in given.items() if name not in _PACK_WORDS}
        if "layers" not in given:
            beside = {name: entry for name, entry in inner.items() if _beside_a_layer(name, entry)}
            only = {name: entry for name, entry in inner.items() if name not in beside}
            inner = {**beside, "layers": Node(policy.line, items=(Node(policy.line, entries=only),))}
        outer = {name: entry for name, entry in given.items() if name in _PACK_WORDS}
        scheme = Node(policy.line, entries=inner)
        given = {**outer, "schemes": Node(policy.line, entries={wording.scheme: scheme})}
    schemes = given["schemes"].entries or {}
    code = wording.scheme if wording.scheme in schemes else next(iter(schemes), wording.scheme)
    filled = {name: scheme_node(node, name, wording, sheet) for name, node in schemes.items()}
    given = {**_frame(wording, policy.line), **given, "schemes": Node(policy.line, entries=filled)}
    sources = given.get("sources", Node(policy.line, entries={}))
    given["sources"] = Node(
        sources.line, entries={**_source(wording, sources.line), **(sources.entries or {})}
    )
    return Node(policy.line, entries=given), code


def _beside_a_layer(name: str, node: Node) -> bool:
    """Say whether a word of a policy of one layer is the scheme's; kinds of care with rules are, too."""
    return name in _SCHEME_WORDS or (name == "care" and node.entries is not None)


_SCHEME_WORDS = (
    "account", "classes", "facts", "amounts", "values", "marks", "own_share_first", "rounding", "year",
    "groups", "persons", "tiers", "unknown", "hospital_elsewhere", "order",
)  # fmt: skip


def _text(line: int, **values: str) -> Node:
    return Node(line, entries={name: Node(line, text=value) for name, value in values.items()})


def _words(line: int, words: Iterable[str]) -> Node:
    return Node(line, items=tuple(Node(line, text=word) for word in words))


def _source(wording: Wording, line: int) -> dict[str, Node]:
    title = wording.title or f"case {wording.case}"
    date = wording.date or "unknown"
    read = _text(
        line, title=title, url=wording.url, date=date, checked_by="the case", checked_on="2000-01-01"
    )
    return {SOURCE: read}


def _frame(wording: Wording, line: int) -> dict[str, Node]:
    """What a pack must say besides its rules."""
    values = {name: _text(line, value=value, source=SOURCE) for name, value in _FILING.items()}
    return {
        "pack": Node(line, text=f"case-{wording.case}"),
        "area": Node(line, text=AREA),
        "names": _text(line, zh=wording.case, en=wording.case),
        "confidence": Node(line, text="mixed"),
        "known": Node(line, entries={"from": Node(line, text="1900-01-01")}),
        "filing": Node(line, entries=values),
    }


def scheme_node(node: Node, code: str, wording: Wording, sheet: Sheet) -> Node:
    """Fill in a scheme's form."""
    given = dict(node.entries or {})
    line = node.line
    layers = _layers(given.get("layers"), wording, sheet)
    funds = [_one(layer, "fund") for layer in layers]
    cares = [care for layer in layers for care in _many(layer, "care")]
    for name in _SOURCED:
        if name in given:
            given[name] = _sourced(given[name], name)
    form = {
        "names": _text(line, zh=code, en=code),
        "persons": _words(line, _PERSONS.get(code, FIXED_ANSWERS["person"])),
        "year": _text(line, starts="01-01", source=SOURCE),
        "rounding": _text(line, how="half_up", each="tier", source=SOURCE),
        "order": Node(
            line, entries={"funds": _words(line, _order(funds)), "source": Node(line, text=SOURCE)}
        ),
        "account": Node(
            line,
            entries={
                "pays": _words(line, ("in_scope", "deductible", "over_cap", "first_bear", "first_self")),
                "source": Node(line, text=SOURCE),
            },
        ),
    }
    given = {**form, **given, "layers": Node(line, items=tuple(layers))}
    given["care"] = _care(given.get("care"), cares or list(wording.cares), line)
    used: dict[str, set[str]] = {"tier": set(wording.tiers), "category": set(), "chronic": set()}
    _used_words(Node(line, entries={k: v for k, v in given.items() if k != "groups"}), used)
    groups = _groups(given.get("groups"), used, line)
    if groups.entries:
        given["groups"] = groups
    if "tiers" not in given and used["tier"]:
        given["tiers"] = _words(line, sorted(used["tier"]))
    _open_words(given)
    if "hospital_elsewhere" not in given and wording.at_home:
        given["hospital_elsewhere"] = _text(line, level="same", source=SOURCE)
    return Node(line, entries=given)


def _open_words(given: dict[str, Node]) -> None:
    """Open the short forms of facts, amounts, values, marks, classes and the share borne first."""
    for word in ("facts", "amounts", "marks"):
        if word in given:
            opened = {
                name: _declared(name, entry, word) for name, entry in (given[word].entries or {}).items()
            }
            given[word] = Node(given[word].line, entries=opened)
    if "values" in given:
        rows = {
            name: _sourced_table(entry, "amount") for name, entry in (given["values"].entries or {}).items()
        }
        given["values"] = Node(given["values"].line, entries=rows)
    for word, value in (("classes", "class"), ("own_share_first", "ratio")):
        if word in given:
            given[word] = _sourced_table(given[word], value)
    if "hospital_elsewhere" in given:
        node = given["hospital_elsewhere"]
        entries = node.entries if node.entries is not None else {"level": node}
        form = {} if "unknown" in entries else {"source": Node(node.line, text=SOURCE)}
        given["hospital_elsewhere"] = Node(node.line, entries={**form, **entries})


def _declared(name: str, node: Node, word: str) -> Node:
    """Give a word of the policy's own its names; marks with figures also their source."""
    line = node.line
    entries = dict(node.entries or {})
    if node.items is not None and word == "facts":
        entries["answers"] = node
    form = _text(line, zh=name, en=name).entries or {}
    if word == "marks":
        form["source"] = Node(line, text=SOURCE)
        if "limit" in entries:
            limit = entries["limit"]
            more = {k: v for k, v in (limit.entries or {}).items() if k in ("times", "excess")}
            rest = {k: v for k, v in (limit.entries or {}).items() if k not in more}
            table = open_table(limit if limit.entries is None else Node(limit.line, entries=rest), "amount")
            entries["limit"] = Node(limit.line, entries={**table, **more})
    return Node(line, entries={**form, **entries})


def _sourced_table(node: Node, value: str) -> Node:
    return Node(node.line, entries={"source": Node(node.line, text=SOURCE), **open_table(node, value)})


def _layers(node: Node | None, wording: Wording, sheet: Sheet) -> list[Node]:
    """Fill in every layer; a mapping of layers takes its words as ids."""
    if node is None:
        return []
    items = list(node.items or ())
    for name, entry in (node.entries or {}).items():
        words = dict(entry.entries or {})
        if entry.entries is None:  # a word of the scheme or of a layer that stands one level too deep
            sheet.unknown_word(f"policy.layers.{name}")
            continue
        fund = {"fund": Node(entry.line, text=name)} if name in FUND_WORDS else {}
        named = {"id": Node(entry.line, text=name.replace("_", "-")), **fund, **words}
        items.append(Node(entry.line, entries=named))
    setting = Setting(wording.cares, wording.alone, len(items) == 1 and not wording.has_first_self, SOURCE)
    taken: set[str] = set()
    opened = [layer_node(item, f"policy.layers[{n}]", setting, taken, sheet) for n, item in enumerate(items)]
    pools = [layer.entries or {} for layer in opened if _one(layer, "fund") in ("pool", "large_sum")]
    absent = {
        "first_self": not wording.has_first_self,
        "deductible": not any("deductible" in p and not is_nothing(p["deductible"]) for p in pools),
        "over_cap": not any(_bounded(pool["caps"]) for pool in pools if "caps" in pool),
    }
    nothing = tuple(part for part in DECIDED_PARTS if absent[part])
    return [_decided(layer, nothing) for layer in opened]


def _bounded(caps: Node) -> bool:
    """Say whether any cap of a layer may bind: one that says `none` leaves no cost above it."""
    rows = (row for cap in caps.items or () for row in _several(cap, "rows"))
    return any(_one(row, "amount") != "none" for row in rows)


def _several(node: Node, name: str) -> tuple[Node, ...]:
    found = (node.entries or {}).get(name)
    return (found.items or ()) if found is not None else ()


def _decided(layer: Node, nothing: tuple[str, ...]) -> Node:
    """Leave parts out of a base that must be decided where the case cannot have them at all."""
    if _one(layer, "fund") not in DECIDING_FUNDS:
        return layer
    given = dict(layer.entries or {})
    undecided = given.get("undecided")
    said = {
        *_many(layer, "base"),
        *_many(layer, "leaves_out"),
        *((undecided.entries or {}) if undecided else {}),
    }
    out = [*_many(layer, "leaves_out"), *(part for part in nothing if part not in said)]
    given["leaves_out"] = _words(layer.line, out)
    return Node(layer.line, entries=given)


def _one(node: Node, name: str) -> str:
    found = (node.entries or {}).get(name)
    return (found.text or "") if found is not None else ""


def _many(node: Node, name: str) -> list[str]:
    found = (node.entries or {}).get(name)
    if found is None:
        return []
    return [item.text or "" for item in found.items] if found.items is not None else [found.text or ""]


def _order(funds: list[str]) -> list[str]:
    known = [fund for fund in dict.fromkeys(funds) if fund in FUNDS]
    return [*known, *(fund for fund in tuple(Fund) if fund not in known)]


def _sourced(node: Node, name: str) -> Node:
    """Give a figure of the scheme the case as its source, unless it names one; short forms are opened."""
    short = {"year": "starts", "rounding": "how", "order": "funds", "account": "pays"}[name]
    entries = node.entries if node.entries is not None else {short: node}
    form = {"each": Node(node.line, text="tier")} if name == "rounding" else {}
    return Node(
        node.line, entries={**form, **entries, "source": entries.get("source", Node(node.line, text=SOURCE))}
    )


def _care(node: Node | None, cares: list[str], line: int) -> Node:
    """Say of every kind of care what holds: covered where a layer pays, else not part of the case."""
    given = (node.entries or {}) if node is not None else {}
    rules: dict[str, Node] = {}
    for kind in CareKind:
        if kind in given:
            entries = given[kind].entries or {"rule": given[kind]}
            rules[kind] = Node(given[kind].line, entries={"source": Node(line, text=SOURCE), **entries})
        elif kind in cares:
            rules[kind] = _text(line, rule="covered", source=SOURCE)
        else:
            rules[kind] = _text(line, rule="unknown", detail="not part of this case")
    rest = {name: entry for name, entry in given.items() if name not in rules}
    return Node(line, entries={**rules, **rest})


def _used_words(node: Node, found: dict[str, set[str]]) -> None:
    """Collect the words that rows use for the pack's own groups and tiers."""
    for name, entry in (node.entries or {}).items():
        if name in found:
            items = entry.items if entry.items is not None else (entry,)
            found[name] |= {item.text for item in items if item.text is not None}
        _used_words(entry, found)
    for item in node.items or ():
        _used_words(item, found)


def _groups(node: Node | None, used: dict[str, set[str]], line: int) -> Node:
    """Let a group be a word with its codes alone; a word that rows use is a group of its own."""
    written = (node.entries or {}) if node is not None else {}
    found = {name: entry for name, entry in written.items() if name not in GROUPED}
    for name in GROUPED:
        own = (written[name].entries or {}) if name in written else {}
        more = {w: Node(line, entries={}) for w in sorted(used[name] - {NOT_SAID, OTHER, *own})}
        opened = {}
        for word, group in {**own, **more}.items():
            entries = group.entries if group.entries is not None else {"codes": group}
            form = _text(group.line, zh=word, en=word, source=SOURCE).entries or {}
            opened[word] = Node(group.line, entries={**form, "codes": _words(group.line, [word]), **entries})
        if opened:
            found[name] = Node(line, entries=opened)
    return Node(line, entries=found)


def plain_node(node: Node) -> Node:
    """Write YAML's true, false and null, and ratios as fractions, as the pack language does."""
    if node.entries is not None:
        entries = {name: plain_node(entry) for name, entry in node.entries.items()}
        for name in _RATIOS & set(entries):
            text = entries[name].text
            if text is not None:
                entries[name] = Node(entries[name].line, text=ratio_text(text))
        return Node(node.line, entries=entries)
    if node.items is not None:
        return Node(node.line, items=tuple(map(plain_node, node.items)))
    return Node(node.line, text=_PLAIN.get(node.text or "", node.text))


_RATIOS = frozenset({"ratio", "share", "factor", "self_factor", "ceiling_factor", *PARTS})
_PLAIN = {"true": "yes", "True": "yes", "false": "no", "False": "no", "null": "none", "~": "none"}


def layer_ids(policy: Node) -> tuple[str, ...]:
    """Return the ids that layers of a policy as written may have, readable or not."""
    found: list[str] = []
    for name, entry in (policy.entries or {}).items():
        if name in ("id", "fund") and entry.text is not None:
            found.append(entry.text.replace("_", "-"))
        if name == "layers":
            found += [word.replace("_", "-") for word in (entry.entries or {})]
        found += layer_ids(entry)
    for item in policy.items or ():
        found += layer_ids(item)
    return tuple(dict.fromkeys(found))


def declared_words(policy: Node) -> frozenset[str]:
    """Return the facts, amounts and balances a policy as written declares, readable or not."""
    found: set[str] = {"prescriptions"}
    for name, entry in (policy.entries or {}).items():
        if name in ("facts", "amounts"):
            found |= set(entry.entries or {})
        if name == "balance" and entry.text is not None:
            found.add(entry.text)
        found |= declared_words(entry)
    for item in policy.items or ():
        found |= declared_words(item)
    return frozenset(found)


def counter_words(policy: Node, layers: tuple[str, ...]) -> frozenset[str]:
    """Return the counters a policy as written may have: those it names, and those named after layers."""
    found = {f"{layer}.{what}" for layer in (*layers, "pool") for what in _COUNTERS}
    for name, entry in (policy.entries or {}).items():
        if name == "counter" and entry.text is not None:
            found.add(entry.text)
        found |= counter_words(entry, layers)
    for item in policy.items or ():
        found |= counter_words(item, layers)
    return frozenset(found)


_COUNTERS = ("deductible", "deductibles", "position", "paid", "cost")
