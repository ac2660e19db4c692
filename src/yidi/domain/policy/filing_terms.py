"""Reads how an area treats filings, each term a value with its source or unknown with the reason."""

from __future__ import annotations

from yidi.domain.policy.dimensions import CareKind, Standing
from yidi.domain.policy.tables import Tables
from yidi.domain.policy.terms import FilingTerms
from yidi.domain.policy.tree import Node

FILING_CATEGORIES = (
    "resettled_retiree",
    "long_term_resident",
    "stationed_staff",
    "referred",
    "emergency",
    "temporary",
)
"""The six categories of filing (annex of the 2022 notice, articles 7 and 8)."""
FILING_MAY = {
    "self_service": "categories approved at once when the person files alone",
    "no_filing_for": "kinds of care in another province that need no filing",
    "in_province_needs_filing": "yes or no",
    "referral_onward": "yes or no: a long-term filer may be referred on from the filed place",
    "chronic_certified_elsewhere": "yes or no: another province's institution may certify a chronic disease",
}
FILING = {
    "unfiled_settles_directly": "yes or no",
    "same_province_other_city": "unfiled or temporary",
    "dual_treatment_with_papers": "local or referred",
    "dual_treatment_by_commitment": "referred or temporary",
    "change_lock_months": "months, at most 6 in principle",
    "temporary_validity_months": "months, at least 6 in principle",
}


def read_filing(tables: Tables, node: Node | None) -> FilingTerms:
    """Read the area's filing terms, each a value with its source.

    An unknown term counts as the answer that grants least until somebody finds out.
    """
    reader = tables.reader
    given = reader.entries(node, "filing", FILING, tuple(FILING_MAY)) if node is not None else {}
    values: dict[str, Node] = {}
    sources: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for name, entry in given.items():
        if entry.entries is not None and "unknown" in entry.entries:
            reader.entries(entry, f"filing.{name}", {"unknown": "why"}, ("note",))
            unknown[name] = reader.text(entry.entries["unknown"], f"filing.{name}.unknown")
            continue
        asked = FILING.get(name) or FILING_MAY.get(name, "")
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
        dual_treatment_with_papers=standing("dual_treatment_with_papers", Standing.REFERRED, Standing.LOCAL),
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
        unknown=unknown,
    )
