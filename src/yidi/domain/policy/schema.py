"""The grammar of policy packs as a JSON Schema, for editors: made from the very keys the reader knows.

It knows form, not meaning: gaps, overlaps, sources that do not exist and open questions are found by
`yidi policy check` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yidi.domain.policy import grammar, layers, tables, vocabulary
from yidi.domain.policy import known as answered
from yidi.domain.policy.answers import CONDITIONS, FIXED_ANSWERS, GROUPED
from yidi.domain.policy.dimensions import CareKind, Fund, PersonClass, Standing
from yidi.domain.policy.filing_terms import FILING, FILING_MAY

Schema = dict[str, object]

TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
YES: Schema = {"enum": ["yes", "no", True, False]}
DAY: Schema = {"type": "string", "pattern": r"^(none|\d{4}-\d{2}-\d{2})$"}
NUMBER: Schema = {"type": ["integer", "string"], "pattern": r"^\d{1,9}$"}
AMOUNT: Schema = {"type": ["number", "string"], "pattern": r"^(none|\d+(\.\d{1,2})?)$", "minimum": 0}
SIGNED: Schema = {"type": ["number", "string"], "pattern": r"^[+-]?\d+(\.\d{1,2})?$"}
RATIO: Schema = {"type": "string", "pattern": r"^\d{1,5}(\.\d{1,2}0*)?%$"}
RANGE: Schema = {"type": ["integer", "string"], "pattern": r"^(\d{1,3}\+?|\d{1,3}-\d{1,3})$"}
NAME: Schema = {"type": "string", "pattern": r"^[a-z][a-z0-9_.-]*$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


def _words(words: Iterable[str]) -> Schema:
    """Allow one of the words; those YAML reads as numbers or truth values are allowed as such."""
    found: list[object] = [str(word) for word in words]
    found += [int(word) for word in found if isinstance(word, str) and word.isdigit()]
    found += [value for word, value in (("yes", True), ("no", False)) if word in found]
    return {"enum": found}


def _object(known: Mapping[str, Schema], required: Iterable[str], optional: Iterable[str]) -> Schema:
    """Describe a mapping of the grammar; a key nobody described here is a bug and raises KeyError."""
    needed = list(required)
    names = list(dict.fromkeys([*needed, *optional]))
    return {
        "type": "object",
        "properties": {name: known[name] for name in names},
        "required": needed,
        "additionalProperties": False,
    }


def _named(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _sourced(value: Schema) -> Schema:
    """Describe `{value: ..., source: S1}` or `{unknown: why}`."""
    given = _object({"value": value, "source": TEXT, "note": TEXT}, ("value", "source"), ("note",))
    unknown = _object({"unknown": TEXT, "note": TEXT}, ("unknown",), ("note",))
    return {"anyOf": [given, unknown]}


def _answers() -> dict[str, Schema]:
    """Describe what each condition may say."""
    found = {name: _one_or_more(_words(answers)) for name, answers in FIXED_ANSWERS.items()}
    found |= {name: _one_or_more(RANGE) for name in ("age", "stay")}
    found |= {name: _one_or_more(TEXT) for name in (*GROUPED, "tier", "class")}
    found["facts"] = _named(_one_or_more(TEXT))
    return {f"is_{name}": found[name] for name in (*CONDITIONS, "facts")}


def _conditions() -> dict[str, Schema]:
    return {name: _ref(f"is_{name}") for name in (*CONDITIONS, "facts")}


def _row(value: str) -> Schema:
    """Describe a row of a table of amounts, ratios or classes."""
    known = {
        **_conditions(),
        "source": TEXT,
        "confidence": _words(tables.CONFIDENCES),
        "from": DAY,
        "until": DAY,
        "note": TEXT,
        "unknown": TEXT,
        "amount": AMOUNT,
        "share": RATIO,
        "times": SIGNED,
        "of": NAME,
        "floor": AMOUNT,
        "ceiling": AMOUNT,
        "not_below": AMOUNT,
        "once_reached": YES,
        "ratio": RATIO,
        "bands": {"type": "array", "minItems": 1, "items": _ref("band")},
    }
    if value == "class":
        known["class"] = TEXT
    more = tables.MORE.get(value, ())
    found = _object(known, (), (*tables.ROW, *tables.VALUES[value], *more))
    found["oneOf"] = [{"required": [name]} for name in (*tables.VALUES[value], "unknown")]
    return found


def _adjustment(value: str) -> Schema:
    bound = RATIO if value == "ratio" else AMOUNT
    known = {
        **_conditions(),
        "points": SIGNED,
        "factor": RATIO,
        "self_factor": RATIO,
        "add": SIGNED,
        "add_amount": NAME,
        "times": NAME,
        "floor": bound,
        "ceiling": bound,
        "ceiling_factor": RATIO,
        "per": NAME,
        "each": NUMBER,
        "over": NUMBER,
        "rounded": _words(("up", "down")),
        "source": TEXT,
        "from": DAY,
        "until": DAY,
        "note": TEXT,
    }
    kinds = tables.ADJUSTMENTS[value]
    own = (*kinds, *tables.REPEATED, "source", "from", "until", "note")
    found = _object(known, (), (*CONDITIONS, "facts", *own))
    found["oneOf"] = [{"required": [name]} for name in kinds] or [{"not": {}}]
    return found


def _table(value: str) -> dict[str, Schema]:
    """Return the keys of a table."""
    adjust: Schema = {"type": "array", "items": _ref(f"{value}_adjustment")}
    rows: Schema = {"type": "array", "items": _ref(f"{value}_row")}
    return {"rows": rows, "source": TEXT, "note": TEXT, "adjust": adjust}


def _figure(value: str) -> Schema:
    return _object(_table(value), ("rows",), ("adjust", "source", "note"))


def _counted(value: str, own: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    """Describe a deductible, a line or a cap."""
    known = {
        **_table(value),
        "counted": _words(layers.PERIODS),
        "counter": NAME,
        "per": _one_or_more(_words(layers.NARROWED)),
        **own,
    }
    return _object(known, ("rows", *required), (*layers.COUNTED, *layers.COUNTED_MAY, *own))


def _layer() -> Schema:
    base: Schema = {"anyOf": [NAME, {"type": "object", "maxProperties": 1, "additionalProperties": RATIO}]}
    parts = _one_or_more(_words(layers.BASE_PARTS))
    total = _counted("amount", {}, ("counter",))
    known: dict[str, Schema] = {
        "id": NAME,
        "fund": _words(Fund),
        "names": _ref("names"),
        "care": _one_or_more(_words(CareKind)),
        "base": _one_or_more(base),
        "ratios": _counted("ratio", {"measured": _words(("above_deductible", "with_deductible"))}, ()),
        "when": _object(_conditions(), (), (*CONDITIONS, "facts")),
        "deductible": _counted("amount", {"yearly_total": total}, ("counted",)),
        "caps": {"type": "array", "items": _ref("cap")},
        "leaves_out": parts,
        "undecided": _object(dict.fromkeys(layers.BASE_PARTS, TEXT), (), layers.BASE_PARTS),
        "guarantee": _object({"of": NAME, "less": _one_or_more(NAME)}, ("of", "less"), ()),
        "only_if": _object(
            {"counter": NAME, "at_least": AMOUNT, "below": AMOUNT}, ("counter",), ("at_least", "below")
        ),
        "lump": _figure("amount"),
        "source": TEXT,
        "note": TEXT,
    }
    return _object(known, layers.LAYER, layers.LAYER_MAY)


def _fact() -> Schema:
    known: dict[str, Schema] = {
        "zh": TEXT,
        "en": TEXT,
        "answers": _one_or_more(TEXT),
        "to": NUMBER,
        "not_said": TEXT,
        "percent": NAME,
        "of": _words(("total", "in_scope")),
        "sum": _named(_words(("1", "+1", "-1")) | {"enum": ["1", "+1", "-1", 1, -1]}),
        "known_from": _words(answered.KNOWN),
        "codes": _one_or_more(TEXT),
        "below": NUMBER,
        "asked_of": _words(answered.ASKED_OF),
        "note": TEXT,
    }
    return _object(known, vocabulary.NAMES, vocabulary.FACT)


def _mark() -> Schema:
    limit = {**_table("amount"), "times": NAME, "excess": _words(vocabulary.EXCESS)}
    known: dict[str, Schema] = {
        "zh": TEXT,
        "en": TEXT,
        "of": _words(vocabulary.BILL_PARTS),
        "apart": YES,
        "first_self": RATIO,
        "full_self": RATIO,
        "limit": _object(limit, ("rows",), vocabulary.LIMIT),
        "known_from": _one_or_more(_words(answered.MARKED)),
        "source": TEXT,
        "note": TEXT,
    }
    return _object(known, vocabulary.NAMES, vocabulary.MARK)


def _account() -> Schema:
    pays = _one_or_more(NAME)
    purse: dict[str, Schema] = {
        "balance": NAME,
        "pays": pays,
        "care": _one_or_more(_words(CareKind)),
        "first": YES,
        "source": TEXT,
        "note": TEXT,
    }
    inflow: dict[str, Schema] = {
        **dict.fromkeys(vocabulary.INFLOW, TEXT),
        "person": _one_or_more(_words(PersonClass)),
        "age": RANGE,
        "amount": AMOUNT,
        "ratio": RATIO,
        "each": _words(("month", "year")),
    }
    known: dict[str, Schema] = {
        "pays": pays,
        "sequence": {
            "type": "array",
            "items": _object(purse, ("balance", "pays"), ("care", "first", "source", "note")),
        },
        "source": TEXT,
        "unknown": TEXT,
        "note": TEXT,
        **dict.fromkeys(vocabulary.MAY_PAY, _one_or_more(TEXT)),
        "inflow": _one_or_more({"anyOf": [TEXT, _object(inflow, (), vocabulary.INFLOW)]}),
    }
    found = _object(known, (), known)
    found["oneOf"] = [{"required": [name]} for name in ("pays", "sequence", "unknown")]
    return found


def _care() -> Schema:
    rule: dict[str, Schema] = {
        "rule": _words(("covered", "as", "account_only", "unknown", "borrowed")),
        "detail": TEXT,
        "source": TEXT,
        "note": TEXT,
    }
    each = _object(rule, ("rule",), ("detail", "source", "note"))
    return _object({str(kind): each for kind in CareKind}, CareKind, ())


def _scheme() -> Schema:
    """Describe a scheme."""
    group = {"codes": _one_or_more(TEXT), "zh": TEXT, "en": TEXT, "source": TEXT, "note": TEXT}
    groups = _named(_object(group, ("codes", "zh", "en", "source"), ("note",)))
    borrow = {
        "pack": TEXT,
        "care": _one_or_more(_words(CareKind)),
        "source": TEXT,
        "layers": _one_or_more(NAME),
    }
    elsewhere = {
        "level": _words(("same", "1", "2", "3")),
        "standing": _one_or_more(_words(Standing)),
        "source": TEXT,
        "unknown": TEXT,
        "note": TEXT,
    }
    year = {"starts": TEXT, "source": TEXT, "by": _words(("settlement", "discharge")), "note": TEXT}
    rounding = {
        "how": _words(("half_up", "down", "up")),
        "each": _words(("tier", "layer", "total")),
        "source": TEXT,
        "note": TEXT,
    }
    left: dict[str, Schema] = {"counter": NAME, "amount": AMOUNT, "source": TEXT, "note": TEXT}
    carry = _object(left, ("counter", "amount", "source"), ("note",))
    order = {"funds": _one_or_more(_words(Fund)), "source": TEXT, "note": TEXT}
    unknown = _object({**_conditions(), "why": TEXT}, ("why",), (*CONDITIONS, "facts"))
    known: dict[str, Schema] = {
        "names": _ref("names"),
        "persons": _one_or_more(_words(PersonClass)),
        "tiers": _one_or_more(TEXT),
        "year": _object(year, ("starts", "source"), ("by", "note")),
        "rounding": _object(rounding, ("how", "each", "source"), ("note",)),
        "order": _object(order, ("funds", "source"), ("note",)),
        "account": _account(),
        "care": _care(),
        "groups": _object(dict.fromkeys(GROUPED, groups), (), GROUPED),
        "facts": _named(_fact()),
        "amounts": _named(
            _object(
                {"zh": TEXT, "en": TEXT, "left_of": carry, "note": TEXT}, ("zh", "en"), ("left_of", "note")
            )
        ),
        "values": _named(_figure("amount")),
        "marks": _named(_mark()),
        "classes": _object(
            {**_table("class"), "names": _named(_ref("names"))}, ("rows",), ("source", "note", "names")
        ),
        "hospital_elsewhere": _object(elsewhere, (), elsewhere),
        "unknown": {"type": "array", "items": unknown},
        "own_share_first": _figure("ratio"),
        "layers": {"type": "array", "items": _ref("layer")},
        "borrows": {"type": "array", "items": _object(borrow, ("pack", "care", "source"), ("layers",))},
        "note": TEXT,
    }
    return _object(known, grammar.SCHEME, grammar.SCHEME_MAY)


def _pack() -> Schema:
    """Describe a pack."""
    source = dict.fromkeys((*grammar.SOURCE, *grammar.SOURCE_MAY), TEXT)
    source |= {"confidence": _words(tables.CONFIDENCES), "completes": YES}
    borrowed = {"scheme": TEXT, "pack": TEXT, "source": TEXT}
    known: dict[str, Schema] = {
        "pack": TEXT,
        "area": {"type": ["string", "integer"], "pattern": r"^(any|[1-9]\d{5})$"},
        "names": _ref("names"),
        "confidence": _words(tables.CONFIDENCES),
        "known": _object({"from": DAY, "until": DAY}, ("from",), ("until",)),
        "sources": _named(_object(source, ("title", "date"), source)),
        "filing": _object(
            {name: _sourced(_one_or_more(TEXT)) for name in (*FILING, *FILING_MAY)}, FILING, FILING_MAY
        ),
        "completed_for_demonstration": YES,
        "checked": _object({"by": TEXT, "on": DAY}, ("by", "on"), ()),
        "schemes": _named(_ref("scheme")),
        "borrowed_schemes": {"type": "array", "items": _object(borrowed, borrowed, ())},
        "note": TEXT,
    }
    return _object(known, grammar.PACK, grammar.PACK_MAY)


def pack_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a pack; the national frame is told apart by its `frame`."""
    names = _object({"zh": TEXT, "en": TEXT}, ("zh", "en"), ())
    band: Schema = {
        "type": "array",
        "prefixItems": [AMOUNT, RATIO],
        "minItems": 2,
        "maxItems": 2,
    }
    defs: dict[str, Schema] = {"names": names, "band": band, **_answers()}
    for value in tables.VALUES:
        defs[f"{value}_row"] = _row(value)
        defs[f"{value}_adjustment"] = _adjustment(value)
    on: dict[str, Schema] = {"on": _words(("payment", "cost"))}
    defs |= {"cap": _counted("amount", on, ("on", "counted")), "layer": _layer(), "scheme": _scheme()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "yidi policy pack",
        "if": {"type": "object", "required": ["frame"]},
        "then": {"type": "object"},
        "else": _pack(),
        "$defs": defs,
    }
