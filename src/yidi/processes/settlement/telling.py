"""Insured place: a pack's own questions that stored facts answer, so that nobody at the counter is asked.

Only what the pack says is `known_from` them is told (see `domain/policy/known.py`); a question that stays
open is refused by the pack itself (POLICY-05), naming who must supply it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from yidi.domain.benefit.plan import answers_of
from yidi.domain.benefit.situation import CareKind, Situation
from yidi.domain.dates import whole_months
from yidi.domain.policy.answers import NOT_SAID
from yidi.domain.policy.known import (
    AGAIN,
    BEDS,
    CERTIFICATE,
    CONSUMABLES,
    DAYS,
    DIAGNOSIS,
    HERBS,
    IDENTITY,
    INSTITUTION,
    MONTHS,
    PATENT_DRUGS,
    PERSON_TYPE,
    REFERRAL,
    TRAIT,
    TRANSFER,
)
from yidi.domain.policy.policy import Policy, year_of
from yidi.domain.policy.terms import Fact
from yidi.processes.enrolment.records import ChronicCertificate, IdentityMark, InsuranceRelation
from yidi.processes.enrolment.views import covers, latest_certificates, marks_on
from yidi.processes.filing.records import Category, Filing, FilingState
from yidi.processes.settlement.commands import BookSettlement, Totals
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.statement import INPUTS
from yidi.processes.settlement.views import live_settlements

_CLASSES = {"01": BEDS, "08": CONSUMABLES, "10": HERBS, "11": PATENT_DRUGS}
"""The kinds of items that are a national expense class."""


class Stored(NamedTuple):
    """What is known of a person and a visit: the relation that entitles, and the year's settlements.

    `marked` are the sums of the kinds of items the care place told; None where no bill came from one.
    """

    relation: InsuranceRelation
    settlements: Sequence[Settlement] = ()
    visit_id: str = ""
    institution_code: str = ""
    identities: Sequence[IdentityMark] = ()
    filings: Sequence[Filing] = ()
    disease_code: str = ""
    traits: Sequence[str] = ()
    certificates: Sequence[ChronicCertificate] = ()
    last_year: Mapping[str, int] | None = None
    marked: Mapping[str, Sequence[Totals]] | None = None


def marked_by(command: BookSettlement) -> Mapping[str, Sequence[Totals]]:
    """Return what the care place tells of a bill by kind of item: its marks and its expense classes (fen)."""
    found: dict[str, list[Totals]] = {each.mark: [each.totals] for each in command.marked}
    rows = [(row.expense_class, row.totals) for row in command.classes]
    rows += [(row.expense_class, row.totals) for row in command.items]
    for expense_class, totals in rows:
        if expense_class in _CLASSES:
            found.setdefault(_CLASSES[expense_class], []).append(totals)
    return found


def asks_for_stays(policies: Iterable[Policy]) -> bool:
    """Say whether any of these policies asks for what only the year's earlier stays tell."""
    return any(
        fact.known_from in (AGAIN, TRANSFER) for policy in policies for fact in policy.terms.facts.values()
    )


CURRENT_YEAR = "current_year"
"""The balance of the account that flowed in during the benefit year (a balance of a pack's `sequence`)."""
INCOME = "income"
"""How the reason of a movement begins that flows in: alone, or with the benefit year behind an @."""


def this_years(
    policy: Policy, account: Mapping[str, int], counters: Mapping[str, int], year: str
) -> int | None:
    """Return what of an account flowed in this benefit year and is left (fen).

    None where the pack has no such balance, or nothing of this year is on record: the statement then says so.
    What it paid before stands among the year's counters (`paid_counter`).
    """
    flowed = account.get(f"{INCOME}@{year}")
    if flowed is None or not any(purse.balance == CURRENT_YEAR for purse in policy.terms.purses):
        return None
    left = flowed - counters.get(paid_counter(CURRENT_YEAR), 0)
    return min(max(left, 0), max(sum(account.values()), 0))


def paid_counter(balance: str) -> str:
    """Return the name under which a year counts what one balance of the account has paid."""
    return f"account.{balance}"


def asks_for_certificates(policies: Iterable[Policy]) -> bool:
    """Say whether any of these policies asks for a certificate whatever the kind of care."""
    return any(fact.known_from == CERTIFICATE for policy in policies for fact in policy.terms.facts.values())


def told(policy: Policy, situation: Situation, stored: Stored) -> Situation:
    """Return the situation with every fact told that the pack says is known; what it says already stands."""
    said = {name for name, _ in situation.facts}
    facts = tuple(
        (name, answer)
        for name, fact in policy.terms.facts.items()
        if fact.known_from and name not in said and (answer := _answer(policy, fact, situation, stored))
    )
    marks = _marks(policy, situation, stored.marked) if stored.marked is not None else ()
    amounts = _carried(policy, situation, stored) if stored.last_year is not None else ()
    if not (facts or marks or amounts):
        return situation
    return replace(
        situation,
        facts=(*situation.facts, *facts),
        marks=(*situation.marks, *marks),
        amounts=(*situation.amounts, *amounts),
    )


def _carried(policy: Policy, situation: Situation, stored: Stored) -> tuple[tuple[str, int], ...]:
    """Return what last year left of the amounts that carry over (fen); nothing for who was not insured."""
    said = {name for name, _ in situation.amounts}
    before, insured = stored.last_year or {}, stored.relation.start < year_starts(policy, situation.on)
    return tuple(
        (name, max(carry.amount_fen - before.get(carry.counter, 0), 0) if insured else 0)
        for name, carry in policy.terms.carries.items()
        if name not in said
    )


def year_starts(policy: Policy, day: str) -> str:
    """Return the first day of the benefit year that a day lies in."""
    year = year_of(policy, day)
    return f"{year[:4]}-{policy.terms.year_starts}"


def year_before(year: str) -> str:
    """Return the key of the benefit year before one."""
    return f"{int(year[:4]) - 1:04d}{year[4:]}"


def _marks(
    policy: Policy, situation: Situation, marked: Mapping[str, Sequence[Totals]]
) -> tuple[tuple[str, int], ...]:
    """Return the marked parts of the bill: those the pack says are sums of kinds of items."""
    said = {name for name, _ in situation.marks}
    return tuple(
        (
            name,
            sum(
                getattr(totals, f"{mark.of}_fen")
                for kind in mark.known_from
                for totals in marked.get(kind, ())
            ),
        )
        for name, mark in policy.terms.marks.items()
        if mark.known_from and name not in said
    )


def _answer(policy: Policy, fact: Fact, situation: Situation, stored: Stored) -> str:
    """Return the answer to one question; empty where it does not arise."""
    stay = situation.care_kind is CareKind.INPATIENT
    if fact.known_from == MONTHS:
        return _number(fact, whole_months(_day(stored.relation.start), _day(situation.on)))
    if fact.known_from == DAYS and stay and situation.admitted_on:
        return _number(fact, max((_day(situation.on) - _day(situation.admitted_on)).days, 1))
    if fact.known_from == AGAIN and stay:
        return _yes(_stayed_before(policy, situation, stored))
    if fact.known_from == TRANSFER and stay and situation.admitted_on:
        return _yes(_transferred(situation, stored))
    if fact.known_from == PERSON_TYPE:
        return _yes(stored.relation.person_type.startswith(fact.codes))
    if fact.known_from == INSTITUTION:
        return _yes(stored.institution_code.startswith(fact.codes)) if stored.institution_code else ""
    if fact.known_from == IDENTITY:
        return _identity(fact, stored.identities, situation.on)
    if fact.known_from == DIAGNOSIS:
        return _yes(stored.disease_code.startswith(fact.codes)) if stored.disease_code else ""
    if fact.known_from == CERTIFICATE:
        return _yes(
            any(
                row.state == "valid" and covers(row, situation.on)
                for row in latest_certificates(stored.certificates)
            )
        )
    if fact.known_from == TRAIT:
        return _yes(not set(fact.codes).isdisjoint(stored.traits)) if stored.traits else ""
    if fact.known_from == REFERRAL:
        return _yes(True) if _referred(stored.filings, situation) else ""
    return ""


def _identity(fact: Fact, held: Sequence[IdentityMark], day: str) -> str:
    """Answer from a special identity that holds on the day; nothing on record answers nothing."""
    rows = [row for row in marks_on(held, day) if row.identity_type.startswith(fact.codes)]
    if fact.answers:
        return _yes(True) if rows else ""
    levels = [row.level for row in rows if row.level.isascii() and row.level.isdigit()]
    return _number(fact, int(levels[0])) if levels else ""


def _referred(held: Sequence[Filing], situation: Situation) -> bool:
    """Say whether a referral on record holds on the day of admission; none on record says nothing."""
    day = (situation.admitted_on or situation.on)[:10]
    latest = {row.filing_id: row for row in sorted(held, key=lambda row: row.version)}
    return any(
        row.category == Category.REFERRED and row.state == FilingState.ACTIVE and row.start <= day < row.end
        for row in latest.values()
    )


def _number(fact: Fact, number: int) -> str:
    """Write a number; what the pack asks as yes or no is yes below its bound."""
    if fact.answers:
        return _yes(number < fact.below)
    return str(min(max(number, 0), fact.greatest))


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _stayed_before(policy: Policy, situation: Situation, stored: Stored) -> bool:
    """Say whether an earlier stay of the benefit year was at a hospital of the same class or level."""
    here = _class_of(policy, situation)
    return any(
        _class_of(policy, INPUTS.decode(row.inputs).situation) == here
        for row in live_settlements(stored.settlements)
        if row.care_kind == CareKind.INPATIENT and row.visit_id != stored.visit_id
    )


def _transferred(situation: Situation, stored: Stored) -> bool:
    """Say whether an earlier stay of the benefit year ended on the day of admission or the day before."""
    ended = [
        INPUTS.decode(row.inputs).situation.on
        for row in live_settlements(stored.settlements)
        if row.care_kind == CareKind.INPATIENT and row.visit_id != stored.visit_id
    ]
    return any(0 <= (_day(situation.admitted_on) - _day(day)).days <= 1 for day in ended)


def _class_of(policy: Policy, situation: Situation) -> str:
    """Return the region's own class of the hospital, or its level where the region has no classes."""
    answers = answers_of(policy, situation)
    return answers["class"] if answers["class"] != NOT_SAID else answers["level"]
