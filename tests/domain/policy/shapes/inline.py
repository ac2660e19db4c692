"""A policy written inside another document, such as a case: the pack language without a file of its own."""

from __future__ import annotations

from collections.abc import Mapping

from yidi.domain.policy.assemble import assemble
from yidi.domain.policy.grammar import read_pack
from yidi.domain.policy.policy import Policies
from yidi.domain.policy.tree import Fault, Node, Reader

AREA = "990000"
"""The area of an inline policy that names none."""
_SOURCE = "CASE"
_FRAME: dict[str, object] = {
    "pack": "inline",
    "area": AREA,
    "names": {"zh": "文中政策", "en": "Policy of the text"},
    "confidence": "mixed",
    "known": {"from": "1990-01-01"},
    "filing": {
        "unfiled_settles_directly": {"value": "yes", "source": _SOURCE},
        "same_province_other_city": {"value": "unfiled", "source": _SOURCE},
        "dual_treatment_with_papers": {"value": "referred", "source": _SOURCE},
        "dual_treatment_by_commitment": {"value": "temporary", "source": _SOURCE},
        "change_lock_months": {"value": "0", "source": _SOURCE},
        "temporary_validity_months": {"value": "6", "source": _SOURCE},
    },
}
_SCHEME: dict[str, object] = {
    "names": {"zh": "文中险种", "en": "Scheme of the text"},
    "year": {"starts": "01-01", "source": _SOURCE},
    "rounding": {"how": "half_up", "each": "tier", "source": _SOURCE},
    "account": {
        "pays": ["in_scope", "deductible", "over_cap", "first_bear", "first_self"],
        "source": _SOURCE,
    },
}
_PERSONS = {"310": ["working", "retired"]}
_RESIDENTS = ["resident", "child", "student"]


def tree_of(value: object, line: int = 1) -> Node:
    """Turn a mapping, list or scalar into nodes; truth values become yes and no, as packs write them.

    Nothing becomes `none`. Lines are not known: all nodes have the line given.
    """
    if isinstance(value, Mapping):
        return Node(line, entries={str(name): tree_of(entry, line) for name, entry in value.items()})
    if isinstance(value, list | tuple):
        return Node(line, items=tuple(tree_of(item, line) for item in value))
    if isinstance(value, bool):
        return Node(line, text="yes" if value else "no")
    return Node(line, text="none" if value is None else str(value))


def completed(pack: Mapping[str, object], title: str) -> dict[str, object]:
    """Fill in what says nothing about the benefit: id, area, span, filing terms, care, order of payers.

    Figures and the questions that must be decided are never filled in. `title` names the source of rows
    that state none; it stands under CASE.
    """
    source = {"title": title, "date": "unknown", "checked_by": "-", "checked_on": "2026-01-01"}
    given = pack.get("sources")
    sources = {_SOURCE: source, **(given if isinstance(given, Mapping) else {})}
    schemes = pack.get("schemes")
    filled = {
        str(code): _scheme(str(code), scheme) if isinstance(scheme, Mapping) else scheme
        for code, scheme in (schemes.items() if isinstance(schemes, Mapping) else ())
    }
    return {**_FRAME, **pack, "sources": sources, "schemes": filled}


def _scheme(code: str, scheme: Mapping[str, object]) -> dict[str, object]:
    found = {**_SCHEME, "persons": _PERSONS.get(code, _RESIDENTS), **scheme}
    layers = scheme.get("layers")
    listed = [each for each in layers if isinstance(each, Mapping)] if isinstance(layers, list) else []
    care = {kind for each in listed for kind in _list(each.get("care"))}
    kinds = ("inpatient", "outpatient", "emergency_outpatient", "chronic", "pharmacy")
    silent = {"rule": "unknown", "detail": "the text says nothing of it"}
    covered = {"rule": "covered", "source": _SOURCE}
    found.setdefault("care", {kind: covered if kind in care else silent for kind in kinds})
    funds = list(dict.fromkeys(str(each.get("fund")) for each in listed))
    found.setdefault("order", {"funds": funds, "source": _SOURCE})
    if isinstance(layers, list):
        found["layers"] = [
            {"source": _SOURCE, **each} if isinstance(each, Mapping) else each for each in layers
        ]
    return found


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def inline_policies(
    pack: Mapping[str, object], name: str, *, fill: bool = True
) -> tuple[Policies, list[Fault]]:
    """Read one pack from a mapping: its policies and every finding, named by `name` instead of a file.

    With `fill` the pack may be terse (see `completed`). When a finding is no warning, nothing is usable.
    """
    reader = Reader(name)
    read = read_pack(tree_of(completed(pack, name) if fill else pack), reader)
    if reader.faults:
        return Policies(()), reader.faults
    policies, faults = assemble([read], None)
    return policies, faults
