"""What funds paid by the source is not computed: their layers make way for ones that pay just that."""

from __future__ import annotations

from msgspec.structs import replace

from yidi.domain.money import format_yuan
from yidi.domain.policy.dimensions import Fund
from yidi.domain.policy.grammar import read_pack
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import Pack
from yidi.domain.policy.tree import Node, Reader
from yidi.edges.cases.inline import Wording, pack_node
from yidi.edges.cases.sheet import Sheet
from yidi.edges.cases.walk import GIVEN

_BASE = ("in_scope", "first_self", "over_limit")


def with_given(policy: Policy, pack: Pack, paid: tuple[tuple[str, int], ...], care: str) -> Policy:
    """Return the policy whose layers of some funds pay what the source says (`paid`: fund and fen).

    A given payment is a layer of its own, at 100 % up to the amount; it leaves what the person still
    bears where it was, so that the layers after it find it as cost in scope.
    """
    rule = policy.terms.care.get(care)
    if rule is not None and rule.word == "as":
        care = rule.detail
    funds = {fund for fund, _ in paid}
    items = tuple(_layer(fund, fen, care) for fund, fen in paid)
    node = Node(1, entries={"layers": Node(1, items=items)})
    wording = Wording("already-paid", policy.scheme, "", "", "", (care,), (), True, False, True)
    reader = Reader("")
    whole, _ = pack_node(node, wording, Sheet())
    scheme = read_pack(whole, reader).schemes[0]
    assert not reader.faults, reader.faults
    kept = (layer for layer in policy.terms.layers if layer.fund not in funds)
    terms = replace(
        policy.terms,
        layers=(*scheme.layers, *kept),
        sources={**policy.terms.sources, **scheme.sources},
    )
    return Policy(pack, terms, policy.start, policy.end)


def _layer(fund: str, fen: int, care: str) -> Node:
    texts = {"id": f"{GIVEN}{fund}", "fund": Fund.OTHER, "care": care, "ratio": "100%"}
    entries = {name: Node(1, text=text) for name, text in texts.items()}
    entries["base"] = Node(1, items=tuple(Node(1, text=part) for part in _BASE))
    entries["payment_cap"] = Node(1, text=format_yuan(fen))
    return Node(1, entries=entries)
