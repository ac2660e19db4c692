"""A plan for a person who is stored: what is on record fills in what is not said. Reads, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from yidi.domain.benefit.plan import STAYS
from yidi.domain.codes.division import province_prefix
from yidi.domain.money import format_yuan
from yidi.domain.policy.policy import Policies, Policy, year_of
from yidi.domain.refusal import Refusal
from yidi.edges.estimate.reading import Asked
from yidi.edges.portals.numbers import first_of
from yidi.edges.storage.reading import Rows
from yidi.processes.enrolment.records import AccountEntry, IdentityMark, InsuranceRelation, Person
from yidi.processes.enrolment.views import Entitled, entitlement
from yidi.processes.filing.records import Filing
from yidi.processes.settlement.estimating import Held
from yidi.processes.settlement.person import age_on, assistance_category, person_class
from yidi.processes.settlement.records import AccumulatorEntry, Settlement
from yidi.processes.settlement.telling import CURRENT_YEAR, Stored, this_years, year_before

_MOST = 10_000


class OnRecord(NamedTuple):
    """What an insured place has stored of a person that a benefit may depend on."""

    person: Person
    relations: Sequence[InsuranceRelation]
    marks: Sequence[IdentityMark]
    filings: Sequence[Filing]
    entries: Sequence[AccumulatorEntry]
    account: Sequence[AccountEntry]
    settlements: Sequence[Settlement]


class Filled(NamedTuple):
    """A plan with what is on record filled in, and what the computation needs beside it."""

    asked: Asked
    held: Held


async def on_record(rows: Rows, person_no: str, area: str = "") -> OnRecord | None:
    """Read a person by number; `area` says of which province where several have the number. None: nobody."""
    where: dict[str, str | int] = {"person_no": person_no}
    if area:
        where["jurisdiction"] = province_prefix(area)
    found = await rows(Person, where, ("jurisdiction",), 1)
    if not found:
        return None
    person = await first_of(rows, found[0])
    own: dict[str, str | int] = {"jurisdiction": person.jurisdiction, "person_no": person.person_no}
    return OnRecord(
        person,
        await rows(InsuranceRelation, own, ("scheme", "area", "version"), _MOST),
        await rows(IdentityMark, own, ("identity_type", "version"), _MOST),
        await rows(Filing, own, ("filing_id", "version"), _MOST),
        await rows(AccumulatorEntry, own, ("recorded_at",), _MOST),
        await rows(AccountEntry, own, ("recorded_at",), _MOST),
        await rows(Settlement, own, ("booked_at",), _MOST),
    )


def filled(asked: Asked, record: OnRecord, policies: Policies) -> Filled | tuple[Refusal, ...]:
    """Fill a plan in from what is on record; what was said stands. Refused when nothing entitles that day."""
    entitled = entitlement(record.relations, asked.scheme, asked.on)
    if not isinstance(entitled, Entitled):
        return entitled
    relation = entitled.relation
    policy = policies.find(relation.area, relation.scheme, asked.on)
    if not isinstance(policy, Policy):
        return policy
    year = year_of(policy, asked.on)
    spent = _sums(record.entries, year)
    account: dict[str, int] = {}
    for entry in record.account:
        account[entry.reason] = account.get(entry.reason, 0) + entry.amount_fen
    new = this_years(policy, account, spent, year)
    balance = sum(account.values()) - (new or 0)
    counters = [f"{name}={format_yuan(fen)}" for name, fen in spent.items() if fen and name != STAYS]
    said = {each.partition("=")[0] for each in asked.spent}
    found = asked._replace(
        area=relation.area,
        scheme=relation.scheme,
        person=asked.person or person_class(relation.scheme, relation.person_type, policy).value,
        age=asked.age or str(age_on(record.person.born, asked.on)),
        tier=asked.tier or relation.plan_tier,
        civil_servant=asked.civil_servant or bool(relation.civil_servant),
        category=asked.category or assistance_category(record.marks, asked.on, policy),
        account=asked.account or (format_yuan(balance) if balance > 0 else ""),
        amounts=[
            *asked.amounts,
            *([f"{CURRENT_YEAR}={format_yuan(new)}"] if new is not None and not asked.account else []),
        ],
        stay=asked.stay or str(spent.get(STAYS, 0) + 1),
        spent=[*asked.spent, *(each for each in counters if each.partition("=")[0] not in said)],
    )
    settled = [row for row in record.settlements if row.year == year]
    last_year = _sums(record.entries, year_before(year))
    stored = Stored(relation, settled, identities=record.marks, filings=record.filings, last_year=last_year)
    return Filled(found, Held(record.filings, stored))


def _sums(entries: Sequence[AccumulatorEntry], year: str) -> dict[str, int]:
    """Add up a year's counters, as the settlement does."""
    found: dict[str, int] = {}
    for entry in entries:
        if entry.year == year:
            found[entry.counter] = found.get(entry.counter, 0) + entry.amount
    return found
