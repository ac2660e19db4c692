"""Which answers of a column mean the same to a policy, so that a few thousand plans serve every visit.

Two words are alike to a policy when it puts them into the same class (age, disease group), or when none of
its rules asks about the column at all and both are answers it knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from yidi.domain.policy.answers import FACT, NOT_SAID, OTHER, all_conditions, all_figures
from yidi.domain.policy.dimensions import CareKind
from yidi.domain.policy.policy import Policy
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


def asked_names(policy: Policy) -> frozenset[str]:
    """Return every dimension that any rule of the policy may look at."""
    terms = policy.terms
    names = {name for conditions in all_conditions(terms) for name, _ in conditions}
    names |= {each.per for figure in all_figures(terms) for each in figure.adjustments if each.per}
    names |= {name for sets, _, _ in policy.answers.classes for name, _ in sets}
    names |= {"care"}
    fixed = terms.elsewhere
    if fixed is not None and (fixed.level != "same" or fixed.unknown or fixed.standings):
        names |= {"place", "standing", "level", "grade"}
    if names & {"place", "standing"}:
        names |= {"place", "standing"}
    return frozenset(names)


class Classes:
    """The classes of one column under one policy: codes of the file into class numbers."""

    def __init__(self, policy: Policy, column: str, asked: frozenset[str]) -> None:
        self.policy, self.column = policy, column
        self.name = NAME.get(column, column)
        self.fact = column.removeprefix(FACTS) if column.startswith(FACTS) else ""
        self.asked = (FACT + self.fact if self.fact else self.name) in asked
        own = FACT + self.fact if self.fact else self.name
        self.domain = frozenset(CareKind if own == "care" else policy.answers.domains.get(own, ()))
        self.lenient = own == "level" and policy.terms.elsewhere is not None
        self.most = len(self.domain) + len((SILENCE, UNKNOWN)) if self.asked or self.lenient else 1
        self.numbers: dict[str, int] = {}

    def number(self, value: Value) -> int:
        """Return the number of a value's class, below `most`; -1: such a visit is refused whatever else."""
        answer = self._of_fact(str(value)) if self.fact else self._answer(value)
        silent = bool(self.fact) and answer == SILENCE
        if answer not in self.domain and not silent:
            if not self.lenient:
                return -1
            answer = UNKNOWN
        answer = answer if self.asked or answer == UNKNOWN else KNOWN
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


def classes_of(policy: Policy, columns: Sequence[str]) -> list[Classes]:
    """Return the classes of every column under a policy; area and scheme have chosen it already."""
    asked = asked_names(policy)
    return [Classes(policy, column, asked) for column in columns]
