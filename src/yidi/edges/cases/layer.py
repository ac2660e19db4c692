"""One layer of an inline policy: short forms are opened, and questions that cannot matter are answered.

A question cannot matter when the calculation has one visit and nothing earlier (per stay or per year),
when the ratio is flat or there is no deductible (where bands are measured from), or when a lone layer has
only one part of the bill to look at.
"""

from __future__ import annotations

from msgspec import Struct

from yidi.domain.policy.dimensions import CareKind, Fund
from yidi.domain.policy.layers import PERIODS, UNCOUNTED
from yidi.domain.policy.phrases import FUNDS
from yidi.domain.policy.tree import Node
from yidi.edges.cases.figures import FUND_WORDS
from yidi.edges.cases.sheet import Sheet, amount_fen, is_endless, ratio_text

_BASES = {Fund.POOL: "in_scope", Fund.LARGE_SUM: "over_cap"}
_SHORT = ("ratio", "bands", "measured", "counted", "counter", "adjust", "cap", "payment_cap", "cost_cap")
_PERIODS = frozenset(PERIODS) - frozenset(UNCOUNTED)
_COUNTED = "per visit or per year? Write counted: each, or counted: yearly"


class Setting(Struct, frozen=True):
    """What the case says that decides whether a question can matter."""

    cares: tuple[str, ...]
    alone: bool
    one_part: bool
    source: str


def layer_node(node: Node, place: str, setting: Setting, taken: set[str], sheet: Sheet) -> Node:
    """Return the layer as the pack language wants it."""
    given = dict(node.entries or {})
    if node.entries is None:
        sheet.problem(place, node.line, "must be a layer: a mapping")
    line = node.line
    written = (given.get("fund") or Node(line, text=Fund.POOL)).text or ""
    fund = FUND_WORDS.get(written, written)
    given["fund"] = Node(line, text=fund)
    if "base" in given:
        given["base"] = _base(given["base"])
    name = _id(given, fund, taken)
    zh, en = FUNDS.get(fund, (name, name))
    form = {
        "id": Node(line, text=name),
        "fund": Node(line, text=fund),
        "names": Node(line, entries={"zh": Node(line, text=zh), "en": Node(line, text=en)}),
        "care": Node(line, items=tuple(Node(line, text=care) for care in setting.cares)),
        "source": Node(line, text=setting.source),
    }
    base = _BASES.get(Fund(fund)) if fund in tuple(Fund) else None
    if base is None and setting.one_part:
        base = "in_scope"
    if base is not None:
        form["base"] = Node(line, items=(Node(line, text=base),))
    shorts = {word: given.pop(word) for word in _SHORT if word in given}
    given = {**form, **given}
    if "lump" in given:
        given["lump"] = Node(line, entries=open_table(given["lump"], "amount"))
    if "deductible" in given:
        given["deductible"] = _deductible(given["deductible"], name, setting, sheet, place)
    charges = "deductible" in given and not is_nothing(given["deductible"])
    lump = "lump" in given
    given["ratios"] = _ratios(given.get("ratios"), shorts, name, setting, charges, line, lump)
    caps = _caps(given.get("caps"), shorts, name, setting, sheet, place)
    if caps:
        given["caps"] = Node(line, items=caps)
    return Node(line, entries=given)


def _base(node: Node) -> Node:
    """Write the parts of a base as the pack language does: what a bill calls out of scope is full self."""
    if node.items is not None:
        return Node(node.line, items=tuple(map(_base, node.items)))
    if node.entries is not None:
        return Node(node.line, entries={_PARTS.get(name, name): each for name, each in node.entries.items()})
    return Node(node.line, text=_PARTS.get(node.text or "", node.text))


_PARTS = {"out_of_scope": "full_self"}


def _id(given: dict[str, Node], fund: str, taken: set[str]) -> str:
    """Return the layer's own id, or its fund's word; a second of the same fund gets a number."""
    name = (given["id"].text or "") if "id" in given else fund.replace("_", "-")
    free = name
    number = 1
    while "id" not in given and free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def open_table(node: Node, value: str) -> dict[str, Node]:
    """Open a scalar, a list of rows, or a mapping that is itself the only row, into a table."""
    line = node.line
    if node.text is not None:
        row = Node(line, entries={value: node})
        return {"rows": Node(line, items=(_row(row),))}
    if node.items is not None:
        return {"rows": Node(line, items=tuple(map(_row, node.items)))}
    entries = dict(node.entries or {})
    if "rows" not in entries:
        own = ("counted", "counter", "per", "adjust", "source", "measured", "on", "yearly_total")
        only = {name: entry for name, entry in entries.items() if name not in own}
        entries = {name: entry for name, entry in entries.items() if name in own}
        entries["rows"] = Node(line, items=(Node(line, entries=only),))
    rows = entries["rows"]
    entries["rows"] = Node(
        rows.line, items=tuple(map(_row, rows.items if rows.items is not None else (rows,)))
    )
    return entries


def _row(node: Node) -> Node:
    """Write amounts, ratios and bands of a row as the pack language does."""
    given = dict(node.entries or {})
    if node.entries is None:
        return node
    if "amount" in given:
        given["amount"] = _amount(given["amount"])
    if "ratio" in given:
        given["ratio"] = _ratio(given["ratio"])
    if "bands" in given:
        given["bands"] = bands_node(given["bands"])[0]
    return Node(node.line, entries=given)


def _amount(node: Node) -> Node:
    if is_endless(node.text):
        return Node(node.line, text="none")
    amount = amount_fen(node.text) if node.text is not None else None
    return node if amount is None else Node(node.line, text=f"{amount // 100}.{amount % 100:02d}")


def _ratio(node: Node) -> Node:
    return node if node.text is None else Node(node.line, text=ratio_text(node.text))


def bands_node(node: Node) -> tuple[Node, int]:
    """Return bands as pairs, and the fen at which the first one begins (-1: they do not say).

    Bands may be written [from, to, ratio]; each must begin where the one before it ends.
    """
    pairs, first, last = [], -1, -1
    for number, item in enumerate(node.items or ()):
        cells = _cells(item)
        if len(cells) == 3:
            start = amount_fen(cells[0].text or "")
            end = None if is_endless(cells[1].text) else amount_fen(cells[1].text or "")
            if start is None or (number and start != last):
                return node, -1
            first = start if number == 0 else first
            last = -2 if end is None else end
            cells = cells[1:]
        if len(cells) == 2:
            item = Node(item.line, items=(_amount(cells[0]), _ratio(cells[1])))
        pairs.append(item)
    return Node(node.line, items=tuple(pairs)), first


BAND_WORDS = ("from", "to", "ratio")


def _cells(band: Node) -> tuple[Node, ...]:
    """Return a band's figures in order, also of one written {from: 0, to: 30000, ratio: 50%}."""
    if band.entries is None:
        return band.items or ()
    if not {"to", "ratio"} <= set(band.entries):
        return ()
    return tuple(band.entries[name] for name in BAND_WORDS if name in band.entries)


def is_nothing(deductible: Node) -> bool:
    """Say whether every row of a deductible is zero."""
    rows = (deductible.entries or {}).get("rows")
    amounts = [(row.entries or {}).get("amount") for row in (rows.items or () if rows else ())]
    return all(amount is not None and amount_fen(amount.text or "") == 0 for amount in amounts)


def _deductible(node: Node, name: str, setting: Setting, sheet: Sheet, place: str) -> Node:
    entries = open_table(node, "amount")
    said = _said(entries)
    _counted(entries, f"{name}.deductible", setting, sheet, f"{place}.deductible", node.line)
    if "yearly_total" in entries:
        total = entries["yearly_total"]
        form = {"counter": Node(total.line, text=f"{name}.deductibles")}
        entries["yearly_total"] = Node(total.line, entries={**form, **open_table(total, "amount")})
    if setting.alone and said == "" and set(setting.cares) != {CareKind.INPATIENT}:
        entries["counted"] = Node(node.line, text="visit")
    return Node(node.line, entries=entries)


def _counted(
    entries: dict[str, Node], counter: str, setting: Setting, sheet: Sheet, place: str, line: int
) -> None:
    """Say what is counted per visit or per year, where it cannot matter; name a yearly counter."""
    if "counted" not in entries:
        if not setting.alone and not _zero(entries) and not _by_stay(entries):
            sheet.problem(f"{place}.counted", line, _COUNTED)
        entries["counted"] = Node(line, text="yearly" if "counter" in entries else "each")
    if entries["counted"].text in _PERIODS and "counter" not in entries:
        entries["counter"] = Node(line, text=counter)


def _said(entries: dict[str, Node]) -> str:
    """Return what is said of per visit or per year; empty when nothing is."""
    return (entries["counted"].text or "") if "counted" in entries else "yearly" * ("counter" in entries)


def _by_stay(entries: dict[str, Node]) -> bool:
    """Say whether any row is for a certain stay of the year: such a figure is one of each stay."""
    rows = entries["rows"].items or ()
    return any("stay" in (row.entries or {}) for row in rows)


def _zero(entries: dict[str, Node]) -> bool:
    return is_nothing(Node(1, entries=entries))


def _ratios(
    node: Node | None,
    shorts: dict[str, Node],
    name: str,
    setting: Setting,
    charges: bool,
    line: int,
    lump: bool,
) -> Node:
    """Open what a layer pays; questions that stay open are the pack language's to ask."""
    if node is None:
        row: dict[str, Node] = {word: shorts[word] for word in shorts if word in ("ratio", "bands")}
        if lump and not row:
            row = {"ratio": Node(line, text="100%")}  # the sum is paid, whatever the ratio
        node = Node(line, entries={"rows": Node(line, items=(Node(line, entries=row),))})
    first = _first_band(node, shorts)
    entries = open_table(node, "ratio")
    for word in ("measured", "counted", "counter", "adjust"):
        if word in shorts:
            entries.setdefault(word, shorts[word])
    rows = entries["rows"].items or ()
    flat = all("bands" not in (row.entries or {}) for row in rows)
    if "measured" not in entries and (flat or not charges or first > 0):
        entries["measured"] = Node(line, text="with_deductible" if first > 0 else "above_deductible")
    if "counted" not in entries and (flat or setting.alone):
        entries["counted"] = Node(line, text="each")
    if "counted" in entries and entries["counted"].text in _PERIODS and "counter" not in entries:
        entries["counter"] = Node(line, text=f"{name}.position")
    return Node(node.line, entries=entries)


def _first_band(node: Node, shorts: dict[str, Node]) -> int:
    """Return where three-figure bands begin: above zero only when the deductible lies below them."""
    found = shorts.get("bands") or (node.entries or {}).get("bands")
    return bands_node(found)[1] if found is not None else -1


def _several(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list, a single one, or none."""
    if node is None:
        return ()
    return node.items if node.items is not None else (node,)


def _caps(
    node: Node | None, shorts: dict[str, Node], name: str, setting: Setting, sheet: Sheet, place: str
) -> tuple[Node, ...]:
    items: list[tuple[Node, str]] = [(item, "") for item in _several(node)]
    items += [(shorts[word], on) for word, on in _ON.items() if word in shorts]
    found = []
    for number, (item, on) in enumerate(items):
        entries = open_table(item, "amount")
        if on:
            entries["on"] = Node(item.line, text=on)
        kind = entries["on"].text if "on" in entries else "?"
        if kind not in ("payment", "cost"):
            sheet.problem(
                f"{place}.cap", item.line, "a cap on payment or on cost? Write payment_cap or cost_cap"
            )
            continue
        counter = f"{name}.{'paid' if kind == 'payment' else 'cost'}" + (f"-{number}" if number else "")
        _counted(entries, counter, setting, sheet, f"{place}.{kind}_cap", item.line)
        found.append(Node(item.line, entries=entries))
    return tuple(found)


_ON = {"payment_cap": "payment", "cost_cap": "cost", "cap": ""}
