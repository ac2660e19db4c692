"""What the pages read: rows of facts, through one narrow door, and the view models made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from yidi.edges.portals.words import VISIT_EVENTS
from yidi.edges.storage.reading import Rows
from yidi.processes.enrolment.records import InsuranceRelation, Person
from yidi.processes.filing.records import Filing
from yidi.processes.network.records import Institution
from yidi.processes.relay.records import Relayed, Returned
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import (
    DirectClosing,
    Settlement,
    SettlementAnswered,
    SettlementAsked,
)
from yidi.processes.settlement.views import closing_claim
from yidi.processes.visit.records import FeeLine, LineWithdrawal, Visit, VisitChange

R = TypeVar("R", bound=tuple[object, ...])


class SettlementLine(Struct, frozen=True):
    """One settlement in a list. Amounts fen; `state` booked, undone, undoing, refused or unknown."""

    settlement_id: str
    care: str
    insured: str
    person_no: str
    person_name: str
    institution_name: str
    care_kind: str
    state: str
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    asked_at: str


class PersonLine(Struct, frozen=True):
    """One person in a list: the relation and the filing that hold, how many visits and settlements."""

    jurisdiction: str
    person_no: str
    name: str
    born: str
    scheme: str
    area: str
    state: str
    filing: str
    filing_area: str
    visits: int
    settlements: int

    @property
    def busy(self) -> bool:
        """Say whether anything has happened to this person."""
        return bool(self.filing or self.visits or self.settlements)


class VisitLine(Struct, frozen=True):
    """One visit in a list; `event` is the last thing that happened to it, empty while it is asked for.

    `claimable` says that nothing of it was settled or claimed and a manual claim may be filed.
    """

    visit_id: str
    care: str
    institution_name: str
    care_kind: str
    disease_name: str
    started_at: str
    event: str
    claimable: bool


class Hop(Struct, frozen=True):
    """One link of a settlement's path: who, what it did, when."""

    number: int
    who_zh: str
    who_en: str
    what_zh: str
    what_en: str
    at: str


class SettlementPage(Struct, frozen=True):
    """Everything about one settlement."""

    asked: SettlementAsked
    answered: SettlementAnswered | None
    booked: Settlement | None
    settled: Settled | None
    person_name: str
    institution_name: str
    lines: tuple[FeeLine, ...]
    hops: tuple[Hop, ...]
    state: str
    refusals: tuple[dict[str, str], ...]
    undone_by: str = ""

    @property
    def at_once(self) -> bool:
        """Say whether one commit wrote every copy, so that all times are the same."""
        return len(self.hops) > 1 and len({hop.at for hop in self.hops}) == 1


def latest(rows: Sequence[R], key: str) -> dict[str, R]:
    """Keep the last row of each `key` (rows come oldest first)."""
    return {str(getattr(row, key)): row for row in rows}


async def people(rows: Rows, limit: int = 200) -> list[PersonLine]:
    """List the sample people, those with filings or visits first."""
    persons = await rows(Person, {"sample": 1, "stands_for": ""}, ("recorded_at", "person_no"), limit)
    relations = latest(await rows(InsuranceRelation, {}, ("person_no", "version"), 5000), "person_no")
    filings = latest(await rows(Filing, {}, ("recorded_at", "version"), 5000), "person_no")
    booked = Counter(row.person_no for row in await rows(Settlement, {}, ("booked_at",), 5000))
    seen = Counter(row.person_no for row in await rows(Visit, {}, ("started_at",), 5000))
    found = []
    for person in persons:
        relation, filing = relations.get(person.person_no), filings.get(person.person_no)
        found.append(
            PersonLine(
                person.jurisdiction,
                person.person_no,
                person.name,
                person.born,
                relation.scheme if relation else "",
                relation.area if relation else "",
                relation.state if relation else "",
                filing.category if filing else "",
                filing.care_area if filing else "",
                seen[person.person_no],
                booked[person.person_no],
            )
        )
    return sorted(found, key=lambda line: (-line.settlements, not line.filing, -line.visits))


async def visits(rows: Rows, person_no: str) -> list[VisitLine]:
    """List a person's visits, newest first."""
    places = {row.institution_code: row.name for row in await rows(Institution, {}, ("version",), 5000)}
    found = []
    for visit in await rows(Visit, {"person_no": person_no}, ("started_at", "visit_id"), 50, True):
        where = {"jurisdiction": visit.jurisdiction, "visit_id": visit.visit_id}
        changes = await rows(VisitChange, where, ("sequence",), 1000)
        kinds = [change.care_kind for change in changes if change.care_kind]
        diseases = [change.disease_name for change in changes if change.disease_name]
        event = next((c.event for c in reversed(changes) if c.event in VISIT_EVENTS), "")
        found.append(
            VisitLine(
                visit.visit_id,
                visit.jurisdiction,
                places.get(visit.institution_code, visit.institution_code),
                (kinds or [visit.care_kind])[-1],
                (diseases or [visit.disease_name])[-1],
                visit.started_at,
                event,
                event not in _NOT_CLAIMABLE and not await _paid(rows, visit),
            )
        )
    return found


_NOT_CLAIMABLE = ("", "refused", "cancelled")


async def _paid(rows: Rows, visit: Visit) -> bool:
    """Say whether something of a visit is settled or claimed, as far as this node knows."""
    where = {"jurisdiction": visit.jurisdiction, "visit_id": visit.visit_id}
    answers = await rows(SettlementAnswered, where, (), 200)
    undone = {row.undoes for row in answers if row.undoes and row.outcome == "booked"}
    if any(row.outcome == "booked" and not row.undoes and row.settlement_id not in undone for row in answers):
        return True
    closings = await rows(DirectClosing, where, ("recorded_at",), 200)
    return closing_claim(closings) != ""


def state_of(asked: SettlementAsked, answered: SettlementAnswered | None, undone: set[str]) -> str:
    """Say how a settlement stands, in one word."""
    if answered is None:
        return "unknown"
    if answered.outcome != "booked":
        return "refused"
    if asked.undoes:
        return "undoing"
    return "undone" if asked.settlement_id in undone else "booked"


async def settlements(rows: Rows, where: Mapping[str, str | int], limit: int = 100) -> list[SettlementLine]:
    """List settlements, newest first."""
    asked_rows = await rows(SettlementAsked, where, ("asked_at", "settlement_id"), limit, True)
    answers = {row.settlement_id: row for row in await rows(SettlementAnswered, where, (), 5000)}
    names = {row.person_no: row.name for row in await rows(Person, {"sample": 1}, (), 5000)}
    places = {row.institution_code: row.name for row in await rows(Institution, {}, ("version",), 5000)}
    undone = {row.undoes for row in answers.values() if row.undoes and row.outcome == "booked"}
    found = []
    for asked in asked_rows:
        answer = answers.get(asked.settlement_id)
        found.append(
            SettlementLine(
                asked.settlement_id,
                asked.jurisdiction,
                asked.insured,
                asked.person_no,
                names.get(asked.person_no, ""),
                places.get(asked.institution_code, asked.institution_code),
                asked.care_kind,
                state_of(asked, answer, undone),
                answer.total_fen if answer and answer.outcome == "booked" else asked.total_fen,
                answer.fund_fen if answer else 0,
                answer.account_fen if answer else 0,
                answer.cash_fen if answer else 0,
                asked.asked_at,
            )
        )
    return found


async def path_of(
    rows: Rows, asked: SettlementAsked, booked: Settlement | None, answer: str
) -> tuple[Hop, ...]:
    """Follow the messages of one settlement over the links, with times."""
    message = {"origin_sender": asked.institution_code, "origin_msgid": asked.msgid}
    relayed = await rows(Relayed, message, ("relayed_at",), 5)
    returned = [
        row
        for one in relayed
        for row in await rows(Returned, {"msgid": "reply" + one.msgid[3:]}, ("returned_at",), 5)
    ]
    hops = [("就医省", "Care province", "收到并核对，转出", "checked and asked", asked.asked_at)]
    hops += [("国家平台", "Nation", "转发", "relayed", row.relayed_at) for row in relayed[:1]]
    if booked is not None:
        hops.append(("参保省", "Insured province", "计算并入账", "computed and booked", booked.booked_at))
    hops += [("国家平台", "Nation", "回传", "relayed back", row.returned_at) for row in returned[:1]]
    if answer:
        hops.append(("就医省", "Care province", "答复医院", "answered the hospital", answer))
    return tuple(Hop(number + 1, *hop) for number, hop in enumerate(hops))


def read_statement(text: str) -> tuple[Settled | None, tuple[dict[str, str], ...]]:
    """Read the stored answer of a settlement: a statement, or the refusals."""
    if not text:
        return None, ()
    kind = msgspec.json.decode(text).get("type", "")
    if kind == "Settled":
        return msgspec.json.decode(text, type=Settled), ()
    return None, tuple(msgspec.json.decode(text).get("refusals", ()))


async def settlement(rows: Rows, settlement_id: str) -> SettlementPage | None:
    """Gather everything about one settlement."""
    found = await rows(SettlementAsked, {"settlement_id": settlement_id}, (), 1)
    if not found:
        return None
    asked = found[0]
    answered = next(iter(await rows(SettlementAnswered, {"settlement_id": settlement_id}, (), 1)), None)
    booked = next(iter(await rows(Settlement, {"settlement_id": settlement_id}, (), 1)), None)
    where = {"jurisdiction": asked.jurisdiction, "visit_id": asked.visit_id}
    insured = {"jurisdiction": asked.insured, "person_no": asked.person_no}
    person = await rows(Person, insured, (), 1)
    place = await rows(Institution, {"institution_code": asked.institution_code}, ("version",), 1, True)
    withdrawn = {(w.line_id, w.upload_msgid) for w in await rows(LineWithdrawal, where, (), 5000)}
    lines = await rows(FeeLine, where, ("recorded_at", "position"), 5000)
    settled, refusals = read_statement(answered.statement if answered else "")
    undone = {
        row.undoes: row.settlement_id
        for row in await rows(SettlementAnswered, where, (), 100)
        if row.undoes and row.outcome == "booked"
    }
    return SettlementPage(
        asked,
        answered,
        booked,
        settled,
        person[0].name if person else asked.person_no,
        place[0].name if place else asked.institution_code,
        tuple(
            line
            for line in lines
            if (line.line_id, line.msgid) not in withdrawn and (not asked.batch or line.batch == asked.batch)
        ),
        await path_of(rows, asked, booked, answered.answered_at if answered else ""),
        state_of(asked, answered, set(undone)),
        refusals,
        undone.get(settlement_id, ""),
    )
