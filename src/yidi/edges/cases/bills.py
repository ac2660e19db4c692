"""Reads a case's bill: by its heads, by class, by lines, or only its amount in scope.

Classes and lines are priced by the catalogue's own rule (class A, B, C, first self-pay share, price limit).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from yidi.domain.benefit.situation import Bill
from yidi.domain.catalogue.amounts import PRICE_UNIT, QUANTITY_UNIT, parse_decimal
from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass, PriceLevel
from yidi.domain.catalogue.pricing import Approval, FeeLine, price_line
from yidi.domain.codes.item import ItemKind
from yidi.domain.money import format_yuan
from yidi.domain.policy.tree import Node, Reader
from yidi.domain.refusal import Refusal
from yidi.edges.cases.sheet import Sheet, ratio_text

HEADS = ("full_self", "over_limit", "first_self", "in_scope")
BILL_WORDS = {
    "total": "total",
    "in_scope": "in_scope",
    "out_of_scope": "full_self",
    "full_self": "full_self",
    "over_limit": "over_limit",
    "first_self": "first_self",
    "lines": "lines",
    "classes": "classes",
    "marks": "marks",
    "already_paid": "already_paid",
}
LINE_WORDS = {
    "name": "name",
    "amount": "amount",
    "class": "class",
    "first_self": "first_self",
    "limit": "limit",
    "quantity": "quantity",
    "unit_price": "unit_price",
    "mark": "mark",
    "note": "note",
}
CLASSES = {"甲": "A", "乙": "B", "丙": "C", "自费": "C"}
"""The catalogue's classes as sources name them."""
CLASS_WORDS = {word: word for word in ("amount", "first_self", "limit")}


class BillLine(Struct, frozen=True):
    """A line in its four parts, fen; `mark` names the pack's mark that its amount in scope carries."""

    name: str
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    mark: str = ""

    @property
    def total_fen(self) -> int:
        """The whole line."""
        return self.full_self_fen + self.over_limit_fen + self.first_self_fen + self.in_scope_fen


class CaseBill(Struct, frozen=True):
    """The bill of one visit. `already_paid`: what funds paid by the source, by fund, not to be computed."""

    bill: Bill
    lines: tuple[BillLine, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()
    already_paid: tuple[tuple[str, int], ...] = ()


def read_bill(node: Node | None, place: str, level: int, sheet: Sheet) -> CaseBill:
    """Read the bill of a visit; what cannot be used becomes a problem of the sheet."""
    if node is not None and node.text is not None:
        node = Node(node.line, entries={"in_scope": node})
    given = sheet.words(node, place, BILL_WORDS)
    line = node.line if node is not None else 1
    paid = _named_amounts(given.get("already_paid"), f"{place}.already_paid", sheet)
    marks = _named_amounts(given.get("marks"), f"{place}.marks", sheet)
    heads = {name: sheet.fen(given[name], f"{place}.{name}") for name in ("total", *HEADS) if name in given}
    lines = _lines(given.get("lines"), f"{place}.lines", level, sheet)
    lines += _classes(given.get("classes"), f"{place}.classes", level, sheet)
    if lines:
        return _from_lines(heads, lines, marks, paid, sheet, place, line)
    if not heads:
        sheet.problem(place, line, "says no amount: give in_scope, or total with its parts, classes or lines")
    return CaseBill(_from_heads(heads, sheet, place, line), (), marks, paid)


def _named_amounts(node: Node | None, place: str, sheet: Sheet) -> tuple[tuple[str, int], ...]:
    if node is not None and node.entries is None:
        sheet.problem(place, node.line, "must be a mapping of names to amounts")
        return ()
    entries = (node.entries or {}) if node is not None else {}
    return tuple((name, sheet.fen(entry, f"{place}.{name}")) for name, entry in entries.items())


def _from_heads(heads: dict[str, int], sheet: Sheet, place: str, line: int) -> Bill:
    """Find the one head that is not said: the rest of the total is in scope, else out of scope."""
    total = heads.get("total")
    parts = {name: heads.get(name, 0) for name in HEADS}
    rest = 0 if total is None else total - sum(parts.values())
    missing = next((name for name in ("in_scope", "full_self") if name not in heads), "")
    if rest > 0 and missing:
        parts[missing] += rest
    elif rest:
        how = "more" if rest < 0 else "less"
        text = f"the parts do not add up to the total: they are {format_yuan(abs(rest))} yuan {how}"
        sheet.problem(place, line, text)
    return Bill(sum(parts.values()), *(parts[name] for name in HEADS))


def _from_lines(
    heads: dict[str, int],
    lines: list[BillLine],
    marks: tuple[tuple[str, int], ...],
    paid: tuple[tuple[str, int], ...],
    sheet: Sheet,
    place: str,
    number: int,
) -> CaseBill:
    """Add up the lines; heads stated beside them must agree."""
    bill = added_up(lines)
    for name, stated in heads.items():
        found = getattr(bill, f"{name}_fen")
        if stated != found:
            text = f"{name} is said to be {format_yuan(stated)}, but the lines give {format_yuan(found)} yuan"
            sheet.problem(f"{place}.{name}", number, text)
    return CaseBill(bill, tuple(lines), marked(lines, marks), paid)


def added_up(lines: Sequence[BillLine]) -> Bill:
    """Return the bill of these lines."""
    full, over = sum(e.full_self_fen for e in lines), sum(e.over_limit_fen for e in lines)
    first, scope = sum(e.first_self_fen for e in lines), sum(e.in_scope_fen for e in lines)
    return Bill(full + over + first + scope, full, over, first, scope)


def marked(lines: Sequence[BillLine], marks: tuple[tuple[str, int], ...] = ()) -> tuple[tuple[str, int], ...]:
    """Return the amount in scope under each mark of these lines, added to marks stated by themselves."""
    found = dict(marks)
    for line in lines:
        if line.mark:
            found[line.mark] = found.get(line.mark, 0) + line.in_scope_fen
    return tuple(found.items())


def _classes(node: Node | None, place: str, level: int, sheet: Sheet) -> list[BillLine]:
    """Read `{A: 34000, B: {amount: 18200, first_self: 10%}, C: 2000}`."""
    found = []
    for name, entry in sheet.words(node, place, {word: word for word in ("A", "B", "C")}).items():
        given = {"amount": entry} if entry.text is not None else {}
        given = given or sheet.words(entry, f"{place}.{name}", CLASS_WORDS)
        given["class"] = Node(entry.line, text=name)
        found.append(_line(given, name, f"{place}.{name}", entry.line, level, sheet))
    return found


def _lines(node: Node | None, place: str, level: int, sheet: Sheet) -> list[BillLine]:
    if node is not None and node.items is None:
        sheet.problem(place, node.line, "must be a list of lines")
        return []
    found = []
    for number, item in enumerate((node.items or ()) if node is not None else (), 1):
        given = sheet.words(item, f"{place}[{number}]", LINE_WORDS)
        name = sheet.text(given.get("name"), f"{place}[{number}].name", f"line{number}")
        found.append(_line(given, name, f"{place}[{number}]", item.line, level, sheet))
    return found


def _line(given: dict[str, Node], name: str, place: str, line: int, level: int, sheet: Sheet) -> BillLine:
    """Price one line by the catalogue's rule."""
    said = sheet.text(given.get("class"), f"{place}.class").upper()
    word = CLASSES.get(said.removesuffix("类"), said)
    first = given.get("first_self")
    if not word:
        word = "B" if first is not None else "A"
    if word not in tuple(ItemClass):
        sheet.unknown_word(f"{place}.class: {word}")
        word = "A"
    if word == "B" and first is None:
        sheet.problem(place, line, "a class B line must say its first_self share, such as 10% (or 0%)")
    quantity, price = _quantity(given, place, line, sheet)
    amount = sheet.fen(given["amount"], f"{place}.amount") if "amount" in given else 0
    total = amount or (quantity * price * 100) // (QUANTITY_UNIT * PRICE_UNIT)
    if "amount" in given and "unit_price" not in given:
        price = amount * PRICE_UNIT * QUANTITY_UNIT // (100 * quantity) if quantity else 0
    fixed = sheet.fen(first, f"{place}.first_self") if first is not None and _is_amount(first) else -1
    item = Item(
        code=name,
        name=name,
        kind=ItemKind.SERVICE,
        item_class=ItemClass.A if fixed >= 0 else ItemClass(word),
        expense_class=ExpenseClass.OTHER,
        first_self_bp=_ratio_bp(first, place, sheet) if first is not None and fixed < 0 else 0,
        price_limit_micro=_micro(given.get("limit"), f"{place}.limit", sheet),
    )
    fee = FeeLine(name, name, "2000-01-01", quantity, price, total, Approval.NOT_NEEDED)
    priced = price_line(item, fee, PriceLevel(level if level in (1, 2, 3) else 3))
    if isinstance(priced, Refusal):
        sheet.problem(place, line, f"{priced.cause_en} {priced.remedy_en}")
        return BillLine(name, 0, 0, 0, 0)
    own = max(fixed, 0)
    mark = sheet.text(given.get("mark"), f"{place}.mark")
    return BillLine(
        name,
        priced.full_self_fen,
        priced.over_limit_fen,
        priced.first_self_fen + own,
        priced.in_scope_fen - own,
        mark,
    )


def _is_amount(node: Node) -> bool:
    text = (node.text or "").strip()
    return "%" not in text and ratio_text(text) == text


def _quantity(given: dict[str, Node], place: str, line: int, sheet: Sheet) -> tuple[int, int]:
    """Return quantity in ten-thousandths and unit price in micro-yuan; one piece when nothing is said."""
    quantity = QUANTITY_UNIT
    if "quantity" in given:
        found = parse_decimal(given["quantity"].text or "", 4)
        if found is None or found <= 0:
            sheet.problem(f"{place}.quantity", line, "must be a number above 0, such as 3 or 2.5")
        else:
            quantity = found
    price = _micro(given.get("unit_price"), f"{place}.unit_price", sheet)
    if price is None and "amount" not in given:
        sheet.problem(place, line, "says no amount")
    return quantity, price or 0


def _micro(node: Node | None, place: str, sheet: Sheet) -> int | None:
    if node is None:
        return None
    found = parse_decimal((node.text or "").replace(",", "").removesuffix("元"), 6)
    if found is None or found < 0:
        sheet.problem(place, node.line, "must be an amount in yuan")
        return 0
    return found


def _ratio_bp(node: Node, place: str, sheet: Sheet) -> int:
    reader = Reader("")
    ratio = reader.ratio_bp(Node(node.line, text=ratio_text(node.text or "")), place)
    if reader.faults:
        sheet.problem(f"{place}.first_self", node.line, "must be a share such as 10%")
    return ratio
