"""How facts of settlement are read: what became of each settlement, and which lines it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from yidi.domain.ledger.entry import Entry
from yidi.domain.policy.dimensions import CareKind
from yidi.processes.enrolment.records import Person
from yidi.processes.ports.deciding import Facts, Key, Record
from yidi.processes.ports.settled import Chargeable, Coverage
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.person import shown
from yidi.processes.settlement.records import (
    ANSWERED_OF_VISIT,
    ASKED_OF_VISIT,
    CLOSINGS,
    DirectClosing,
    Posting,
    Settlement,
    SettlementAnswered,
    SettlementAsked,
)
from yidi.processes.settlement.statement import stated


class Outcome(StrEnum):
    """What the insured place answered. VOID: nothing was booked and never will be (a reversal's answer)."""

    BOOKED = "booked"
    REFUSED = "refused"
    VOID = "void"


class State(StrEnum):
    """Where a settlement stands at the care place. UNDOING: it is asked to be undone, no answer yet."""

    BOOKED = "booked"
    UNDONE = "undone"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNDOING = "undoing"


HOLDING = frozenset({State.BOOKED, State.UNKNOWN, State.UNDOING})
"""States in which the lines of a settlement may not be touched."""


_STAYS = frozenset({CareKind.INPATIENT.value})
_PHARMACY = frozenset({CareKind.PHARMACY.value})
_OUTPATIENT = frozenset(
    {CareKind.OUTPATIENT.value, CareKind.EMERGENCY_OUTPATIENT.value, CareKind.CHRONIC.value}
)
CARE_KINDS = {
    "11": _OUTPATIENT,
    "13": frozenset({CareKind.EMERGENCY_OUTPATIENT.value}),
    "14": frozenset({CareKind.CHRONIC.value}),
    "21": _STAYS,
    "41": _PHARMACY,
    "9902": _OUTPATIENT,
    "99963": _OUTPATIENT,
    "99968": _STAYS,
    "99987": frozenset({CareKind.CHRONIC.value}),
    "9974": _PHARMACY,
    "99952": _OUTPATIENT | _STAYS | _PHARMACY,
}
"""Care kinds by code of the dictionary of clearing kinds, as far as settlements from elsewhere have them."""


class Held(NamedTuple):
    """A settlement as the care place sees it. `undone_by` is the negative record, asked or booked."""

    asked: SettlementAsked
    state: State
    answered: SettlementAnswered | None
    undone_by: str


def settlements_of(
    asked: Iterable[SettlementAsked], answered: Iterable[SettlementAnswered]
) -> tuple[Held, ...]:
    """Return the settlements of a visit, oldest first, with what became of each."""
    answers = {row.settlement_id: row for row in answered}
    undoings: dict[str, SettlementAsked] = {}
    rows: list[SettlementAsked] = []
    for row in asked:
        if not row.undoes:
            rows.append(row)
            continue
        answer = answers.get(row.settlement_id)
        if answer is None or answer.outcome != Outcome.REFUSED:
            undoings[row.undoes] = row
    return tuple([_held(row, answers, undoings.get(row.settlement_id)) for row in rows])


def _held(
    asked: SettlementAsked, answers: dict[str, SettlementAnswered], undoing: SettlementAsked | None
) -> Held:
    answer = answers.get(asked.settlement_id)
    if undoing is not None and undoing.settlement_id in answers:
        return Held(asked, State.UNDONE, answer, undoing.settlement_id)
    if answer is not None and answer.outcome == Outcome.REFUSED:
        return Held(asked, State.REFUSED, answer, "")
    if undoing is not None:
        return Held(asked, State.UNDOING, answer, undoing.settlement_id)
    return Held(asked, State.UNKNOWN if answer is None else State.BOOKED, answer, "")


class Booked(NamedTuple):
    """A statement with the facts that make it true."""

    settled: Settled
    records: tuple[Record, ...]


def closing_claim(closings: Iterable[DirectClosing]) -> str:
    """Return the claim that closes direct settlement of a visit now, empty when none does."""
    closed: dict[str, bool] = {}
    for row in closings:
        closed[row.claim_id] = row.event == "closed"
    return next((claim_id for claim_id, holds in closed.items() if holds), "")


def live_settlements(rows: Iterable[Settlement]) -> tuple[Settlement, ...]:
    """Return the booked settlements (insured place) that no negative record undoes, oldest first."""
    rows = tuple(rows)
    if not rows:
        return ()
    gone = {row.undoes for row in rows if row.undoes}
    return tuple([row for row in rows if not row.undoes and row.settlement_id not in gone])


class SettledLines:
    """The answer to `ports.settled.SettledLines`, from the facts of the care place."""

    def needs(self, jurisdiction: str, visit_id: str) -> Iterable[Key]:
        """Name the facts the answer is made from."""
        return (
            ASKED_OF_VISIT.key(jurisdiction, visit_id),
            ANSWERED_OF_VISIT.key(jurisdiction, visit_id),
            CLOSINGS.key(jurisdiction, visit_id),
        )

    def coverage(
        self, facts: Facts, jurisdiction: str, visit_id: str, live: Sequence[Chargeable]
    ) -> Coverage:
        """Answer for a visit whose live lines, in the order sent, are `live`."""
        asked = facts.many(ASKED_OF_VISIT, jurisdiction, visit_id)
        claimed = bool(closing_claim(facts.many(CLOSINGS, jurisdiction, visit_id)))
        if not asked:
            return Coverage(claimed=claimed)
        answered = facts.many(ANSWERED_OF_VISIT, jurisdiction, visit_id)
        return coverage_of(settlements_of(asked, answered), live, claimed=claimed)


def coverage_of(
    settlements: Iterable[Held], live: Sequence[Chargeable], *, claimed: bool = False
) -> Coverage:
    """Say which of the live lines, in the order sent, are held by which settlement.

    A settlement holds the first `covers` lines of its batch (a stay has one batch, the empty one) as far
    as no earlier one holds them.
    """
    held = [row for row in settlements if row.state in HOLDING]
    settlement_of: dict[str, str] = {}
    for row in sorted(held, key=lambda row: row.asked.covers):
        asked = row.asked
        lines = [line for line in live if line.batch == asked.batch]
        for line in lines[: asked.covers]:
            settlement_of.setdefault(line.line_id, asked.settlement_id)
    return Coverage(
        settlement_of=settlement_of,
        standing=tuple([row.asked.settlement_id for row in held if row.state is State.BOOKED]),
        under_way=tuple([row.asked.settlement_id for row in held if row.state is not State.BOOKED]),
        claimed=claimed,
    )


def restated(row: Settlement, person: Person) -> Settled:
    """Make the statement of a stored settlement again (insured place); the balance is not known any more."""
    return stated(row, shown(person, None, row.business_day), 0)


def postings(jurisdiction: str, entry: Entry, day: str, at: str) -> list[Posting]:
    """Turn a balanced entry into its records."""
    return [
        Posting(jurisdiction, entry.entry_id, number, *line, day, at)
        for number, line in enumerate(entry.lines)
    ]
