"""Which answers of a column mean the same to a policy, so that a few thousand plans serve every visit.

Two words are alike to a policy when it puts them into the same class (age, disease group), or when none of
its rules asks about the column at all and both are answers it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from yidi.domain.benefit.planned import STAYS
from yidi.domain.policy.answers import FACT, NOT_SAID, OTHER, Sets
from yidi.domain.policy.dimensions import CareKind
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.resolve import Resolver
from yidi.edges.batch.policy.visits import FACTS

NAME = {
    "person_class": "person",
    "care_kind": "care",
    "institution_kind": "kind",
    "level_grade": "grade",
    "chronic_code": "chronic",
    "assistance_category": "category",
    "plan_tier": "tier",
    "contracted_primary": "contracted",
}
"""Columns that the language calls otherwise."""
SILENCE, TOLD, KNOWN, UNKNOWN = "", "!", "*", "?"
"""A fact nobody tells; one told that nobody declares; any answer where no rule asks; an impossible level,
which an area that gives hospitals elsewhere a level of its own may never look at."""
Value = str | int


def dimension_of(column: str) -> str:
    """Return what the language calls a column of the file."""
    return FACT + column.removeprefix(FACTS) if column.startswith(FACTS) else NAME.get(column, column)


def asked_names(policy: Policy, care: str) -> frozenset[str]:
    """Return every dimension that a rule may look at for one kind of care.

    What the layers of other kinds of care ask, and rows that are for other kinds only, does not count. A
    fact of a layer that such a row asks for must still be told: `Classes` keeps what nobody tells apart.
    """
    rule = policy.terms.care[CareKind(care)]
    kind = rule.detail if rule.word == "as" else str(care)
    names = {"care", *policy.answers.class_names}
    figures = [*policy.limits.values(), *([policy.first] if policy.first is not None else [])]
    for ready in policy.layers:
        if kind in ready.layer.care:
            names |= {name for name, _ in ready.when}
            figures += ready.resolvers()
    for figure in figures:
        names |= _looked_at(figure, kind)
    names |= {name for sets, _ in policy.answers.unknown if _reaches(sets, kind) for name, _ in sets}
    fixed = policy.terms.elsewhere
    if fixed is not None and (fixed.level != "same" or fixed.unknown or fixed.standings):
        names |= {"place", "standing", "level", "grade"}
    if names & {"place", "standing"}:
        names |= {"place", "standing"}
    return frozenset(names)


def _reaches(sets: Sets, kind: str) -> bool:
    """Say whether conditions can be met by a kind of care."""
    return all(kind in answers for name, answers in sets if name == "care")


def _looked_at(figure: Resolver, kind: str) -> set[str]:
    """Return the dimensions that a figure's rows and adjustments look at for a kind of care."""
    names = {n for _, sets in (*figure.rows, *figure.adjustments) if _reaches(sets, kind) for n, _ in sets}
    names |= {each.per for each, sets in figure.adjustments if each.per and _reaches(sets, kind)}
    for row, _ in figure.rows:
        if row.formula is not None and row.formula.of in figure.values:
            names |= _looked_at(figure.values[row.formula.of], kind)
    return names


class Classes:
    """The classes of one column under one policy: codes of the file into class numbers.

    Where no rule asks about the column, all answers are one class, but a fact of the policy that nobody
    tells stays one of its own and so does an impossible level.
    """

    def __init__(self, policy: Policy, column: str, asked: bool) -> None:
        self.policy, self.column, self.asked = policy, column, asked
        self.name = dimension_of(column)
        self.fact = column.removeprefix(FACTS) if column.startswith(FACTS) else ""
        self.domain = frozenset(
            CareKind if self.name == "care" else policy.answers.domains.get(self.name, ())
        )
        self.lenient = self.name == "level" and policy.terms.elsewhere is not None
        kept = (self.lenient, bool(self.fact) and self.fact in policy.terms.facts)
        self.most = len(self.domain) + len((SILENCE, UNKNOWN)) if asked else 1 + sum(kept)
        self.numbers: dict[str, int] = {}

    def number(self, value: Value) -> int:
        """Return the number of a value's class, below `most`; -1: such a visit is refused whatever else."""
        answer = self._of_fact(str(value)) if self.fact else self._answer(value)
        silent = bool(self.fact) and answer == SILENCE
        if answer not in self.domain and not silent:
            if not self.lenient:
                return -1
            answer = UNKNOWN
        answer = answer if self.asked or answer in (SILENCE, UNKNOWN) else KNOWN
        return self.numbers.setdefault(answer, len(self.numbers))

    def _answer(self, value: Value) -> str:
        """Return the answer the policy takes a value for, as `plan.answers_of` does."""
        answers = self.policy.answers
        match self.name:
            case "age":
                age = int(value)
                return answers.ages[age] if 0 <= age < len(answers.ages) else str(age)
            case "chronic" | "category":
                return answers.group_of[self.name].get(str(value), OTHER)
            case "grade":
                return str(value) or NOT_SAID
            case "tier":
                return str(value) or answers.domains["tier"][0]
            case "contracted" | "civil_servant":
                return "yes" if value else "no"
            case _:
                return str(value)

    def _of_fact(self, value: str) -> str:
        """Return a fact's class: by its number where it has one, untold and told where nobody declares it."""
        fact = self.policy.terms.facts.get(self.fact)
        if fact is None:
            return TOLD if value else SILENCE
        said = value or fact.not_said
        if fact.greatest and said.isascii() and said.isdigit():
            said = self.policy.answers.number_class(FACT + self.fact, int(said))
        return said


def classes_of(policy: Policy, columns: Sequence[str]) -> dict[str, list[Classes]]:
    """Return the classes of every column under a policy, by kind of care.

    Kinds of care that treat a column alike share its classes; area and scheme have chosen the policy.
    """
    made: dict[tuple[str, bool], Classes] = {}
    found: dict[str, list[Classes]] = {}
    for care in CareKind:
        asked = asked_names(policy, care)
        keys = [(column, dimension_of(column) in asked) for column in columns]
        for key in keys:
            if key not in made:
                made[key] = Classes(policy, *key)
        found[care] = [made[key] for key in keys]
    return found


class Entry(NamedTuple):
    """A policy as a province uses it: the counters of a province are a person's own, by name."""

    policy: Policy
    book: int
    classes: dict[str, list[Classes]]
    keyed: bool


class Book:
    """The counters of a person in one province and benefit year: a slot for each name. Slot 0: stays."""

    def __init__(self) -> None:
        self.slots = {STAYS: 0}

    def slot(self, name: str) -> int:
        """Return the slot of a counter."""
        return self.slots.setdefault(name, len(self.slots))
