"""Takes layers of one pack into another that is completed for demonstration."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from yidi.domain.policy import refusals
from yidi.domain.policy.terms import Borrowing, Group, Layer, Pack, Scheme
from yidi.domain.policy.tree import Fault

Groups = dict[str, tuple[Group, ...]]


def lend(pack: Pack, packs: Mapping[str, Pack], faults: list[Fault]) -> Pack:
    """Return the pack with everything it borrows in place; its text, and so its version, covers the loan."""
    schemes, text = [], pack.text
    for scheme in pack.schemes:
        for borrowing in scheme.borrows:
            lender = packs.get(borrowing.pack)
            lent = next((s for s in lender.schemes if s.code == scheme.code), None) if lender else None
            if lender is None or lent is None or lent.borrows or not _can_lend(lent, borrowing):
                refusal = refusals.NOTHING_TO_BORROW.because(f"schemes.{scheme.code}", value=borrowing.pack)
                faults.append(Fault(pack.file, borrowing.line, f"schemes.{scheme.code}.borrows", refusal))
                continue
            scheme = _with_loan(scheme, lent, borrowing)
            text += lender.text
        schemes.append(replace(scheme, layers=_ordered(scheme)))
    return replace(pack, schemes=tuple(schemes), text=text)


def _can_lend(lent: Scheme, borrowing: Borrowing) -> bool:
    layers = {layer.id for layer in lent.layers}
    return all(lent.care[kind].word != "unknown" for kind in borrowing.care) and layers >= set(
        borrowing.layers
    )


def _with_loan(scheme: Scheme, lent: Scheme, borrowing: Borrowing) -> Scheme:
    """Add the lent layers; a scheme without care of its own is lent whole."""
    if not borrowing.care:
        return replace(lent, line=scheme.line, borrows=())
    layers = list(scheme.layers)
    for layer in lent.layers:
        wanted = not borrowing.layers or layer.id in borrowing.layers
        care = tuple(kind for kind in layer.care if kind in borrowing.care)
        if wanted and care:
            _put(layers, replace(layer, care=care, pack=borrowing.pack))
    rules = {**scheme.care, **{kind: lent.care[kind] for kind in borrowing.care if _is_lent(scheme, kind)}}
    sources = {**lent.sources, **scheme.sources}
    groups = _joined(scheme.groups, lent.groups)
    return replace(
        scheme,
        layers=tuple(layers),
        care=rules,
        sources=sources,
        groups=groups,
        facts={**lent.facts, **scheme.facts},
        amounts={**lent.amounts, **scheme.amounts},
        carries={**lent.carries, **scheme.carries},
        values={**lent.values, **scheme.values},
        marks={**lent.marks, **scheme.marks},
        classes=scheme.classes or lent.classes,
        class_names=scheme.class_names or lent.class_names,
        elsewhere=scheme.elsewhere or lent.elsewhere,
    )


def _is_lent(scheme: Scheme, kind: str) -> bool:
    """Say whether the scheme has no rule of its own for a kind of care."""
    return kind not in scheme.care or scheme.care[kind].word == "borrowed"


def _put(layers: list[Layer], lent: Layer) -> None:
    """Add a lent layer, to the same one lent before if it is there; never under the id of an own layer."""
    for number, layer in enumerate(layers):
        if layer.id == lent.id and layer.pack == lent.pack:
            layers[number] = replace(layer, care=(*layer.care, *lent.care))
            return
    taken = any(layer.id == lent.id for layer in layers)
    layers.append(replace(lent, id=f"{lent.id}-borrowed") if taken else lent)


def _joined(own: Groups, lent: Groups) -> Groups:
    """Add the lender's groups; under the same word the borrower's own meaning stands."""
    joined = dict(own)
    for name, groups in lent.items():
        words = {group.word for group in joined.get(name, ())}
        joined[name] = (*joined.get(name, ()), *(group for group in groups if group.word not in words))
    return joined


def _ordered(scheme: Scheme) -> tuple[Layer, ...]:
    """Put the layers into the area's order of payers; layers of one payer keep the order written."""
    place = {fund: number for number, fund in enumerate(scheme.order)}
    return tuple(sorted(scheme.layers, key=lambda layer: place.get(layer.fund, len(place))))
