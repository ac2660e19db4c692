"""Visits asked one by one at the counter: what the compiled walk leaves over, and the check on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from msgspec.structs import replace

from yidi.domain.benefit.plan import STAYS
from yidi.domain.benefit.settle import benefit
from yidi.domain.benefit.situation import Benefit, Bill, Fund, Situation
from yidi.domain.policy.policy import Policies, Policy, year_of
from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy.compiled import LATER, REFUSED, SETTLED, Answered, bill_state, room_for
from yidi.edges.batch.policy.visits import NUMBERS, Lexicon, Visits, day_text, situation_of

FUND_AT = {fund: number for number, fund in enumerate(Fund)}
KEPT_SITUATIONS = 10_000
Array = np.ndarray[Any, np.dtype[Any]]


def persons_left(visits: Visits, answered: Answered) -> Iterable[int]:
    """Return the persons that the compiled walk left to the counter."""
    return (int(each) for each in np.flatnonzero(answered.state[visits.starts[:-1]] == LATER))


def ask_persons(
    policies: Policies, visits: Visits, lexicon: Lexicon, persons: Iterable[int], answered: Answered
) -> None:
    """Settle every visit of these persons in order, with the counter's own function and counters by name.

    As at the counter, counters belong to a person, a province and a benefit year.
    """
    known: dict[bytes, Situation] = {}
    for person in persons:
        years: dict[tuple[str, str], dict[str, int]] = {}
        for row in range(int(visits.starts[person]), int(visits.starts[person + 1])):
            _ask(policies, _situation(visits, lexicon, row, known), visits, lexicon, row, years, answered)


def refusals_of(policies: Policies, visits: Visits, lexicon: Lexicon, row: int) -> tuple[Refusal, ...]:
    """Return why a visit is refused: its person's visits are asked again up to it."""
    person = int(np.searchsorted(visits.starts, row, side="right")) - 1
    known: dict[bytes, Situation] = {}
    years: dict[tuple[str, str], dict[str, int]] = {}
    aside = room_for(visits.rows, len(Fund))
    found: tuple[Refusal, ...] = ()
    for each in range(int(visits.starts[person]), row + 1):
        found = _ask(policies, _situation(visits, lexicon, each, known), visits, lexicon, each, years, aside)
    return found


def _situation(visits: Visits, lexicon: Lexicon, row: int, known: dict[bytes, Situation]) -> Situation:
    """Put a visit into the words of the counter; visits that tell the same differ in day and place only."""
    if visits.told[row] or any((name, row) in visits.strange for name in NUMBERS):
        return situation_of(visits, lexicon, row)
    key = visits.codes[:, row].tobytes()
    found = known.get(key)
    if found is None:
        if len(known) >= KEPT_SITUATIONS:
            known.clear()
        found = known[key] = situation_of(visits, lexicon, row)
    place = lexicon.words["institution"][int(visits.institution[row])]
    return replace(found, on=day_text(int(visits.day[row])), institution=place)


def _ask(
    policies: Policies,
    situation: Situation,
    visits: Visits,
    lexicon: Lexicon,
    row: int,
    years: dict[tuple[str, str], dict[str, int]],
    answered: Answered,
) -> tuple[Refusal, ...]:
    """Settle one visit with the counter's function; returns why it is refused, nothing where it is not."""
    area = lexicon.words["area"][int(visits.codes[0, row])]
    policy = policies.find(area, situation.scheme, situation.on)
    answered.state[row] = REFUSED
    answered.paid[row] = answered.person[row] = answered.account[row] = 0
    if not isinstance(policy, Policy):
        return policy
    total, full_self, over_limit, first_self, in_scope = (int(fen) for fen in visits.heads[:, row])
    bill = (total, full_self, over_limit, first_self, in_scope)
    state = bill_state(bill)
    if state != SETTLED:
        answered.state[row] = state
        return Bill(*bill).check() if state == REFUSED else ()
    year = years.setdefault((area[:2], year_of(policy, situation.on)), {})
    situation = replace(situation, stay_number=year.get(STAYS, 0) + 1)
    balance = int(visits.balance[row])
    found = benefit(policy, situation, Bill(*bill), year, balance, balance > 0)
    if not isinstance(found, Benefit):
        return found
    for name, amount in found.counters:
        year[name] = year.get(name, 0) + amount
    answered.state[row] = SETTLED
    for share in found.shares:
        answered.paid[row, FUND_AT[share.fund]] += share.paid_fen
    answered.paid[row, FUND_AT[Fund.HOSPITAL]] += found.hospital_fen
    answered.person[row] = found.person_total_fen
    answered.account[row] = found.account_fen
    return ()
