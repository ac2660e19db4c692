"""Emergency, trauma and third-party marks (cross-province rules of 2023; regulation 1.9, 2.8, 2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.processes.visit.commands import Flags
from yidi.processes.visit.refusals import (
    EMERGENCY_UNMARKED,
    MARK_UNKNOWN,
    THIRD_PARTY_UNSAID,
    TRAUMA_UNMARKED,
)
from yidi.processes.visit.views import VisitNow

EMERGENCY_KIND = "13"
"""The kind of visit (dictionary of medical categories) that is an emergency."""
TRAUMA_KINDS = ("22", "9903")
"""The kinds that are a trauma: of a stay, and of an outpatient visit."""
URGENT_EMERGENCIES, EMERGENCY_ADMISSION = ("1", "3"), "2"
_EXPECTED = {
    "admission": ("1", "2", "3"),
    "urgent": ("1", "2", "3", "0"),
    "trauma": ("0", "1"),
    "third_party": ("0", "1"),
}


class Marked(NamedTuple):
    """A visit as far as its marks matter."""

    care_kind: str
    visit_kind: str
    admission: str
    urgent: str
    trauma: str
    third_party: str


def is_emergency(flags: Flags) -> bool:
    """Say whether the marks say emergency, which counts as filed (regulation 2.8)."""
    return flags.admission == EMERGENCY_ADMISSION or flags.urgent in URGENT_EMERGENCIES


def unknown_marks(flags: Flags) -> Iterator[Refusal]:
    """Find marks whose code does not exist."""
    for field, expected in _EXPECTED.items():
        value: str = getattr(flags, field)
        if value and value not in expected:
            yield MARK_UNKNOWN.because(field, value=value[:20], expected=", ".join(expected))


def missing_marks(marked: Marked) -> Iterator[Refusal]:
    """Find marks that the kind of visit asks for; the rules hold for persons of another province."""
    if marked.visit_kind == EMERGENCY_KIND:
        if marked.care_kind == CareKind.INPATIENT and marked.admission != EMERGENCY_ADMISSION:
            yield EMERGENCY_UNMARKED.because("admission")
        elif marked.care_kind != CareKind.INPATIENT and marked.urgent not in URGENT_EMERGENCIES:
            yield EMERGENCY_UNMARKED.because("urgent")
    if marked.visit_kind in TRAUMA_KINDS and marked.trauma != "1":
        yield TRAUMA_UNMARKED.because("trauma")
    if marked.trauma == "1" and not marked.third_party:
        yield THIRD_PARTY_UNSAID.because("third_party")


def marked_by(care_kind: str, visit_kind: str, flags: Flags, now: VisitNow | None = None) -> Marked:
    """Fold marks as sent onto those the visit has: what is not said stays as it was."""
    if now is None:
        return Marked(care_kind, visit_kind, flags.admission, flags.urgent, flags.trauma, flags.third_party)
    return Marked(
        care_kind or now.care_kind,
        visit_kind or now.visit_kind,
        flags.admission or now.admission,
        flags.urgent or now.urgent,
        flags.trauma or now.trauma,
        flags.third_party or now.third_party,
    )
