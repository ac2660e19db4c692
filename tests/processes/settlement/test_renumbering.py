"""A person's number changes in mid-stay and mid-year (regulation 4.5): business goes on, nothing doubles."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    AWAY_CITY,
    HOME,
    HOME_HOSPITAL,
    HOSPITAL,
    OTHER_HOSPITAL,
    SampleAreas,
    asked_by,
    certificate_no,
    enrol,
)
from tests.processes.settlement.counter import SERVICE, Counter
from tests.processes.visit.stage import line
from tests.world import codes_in
from yidi.processes.claim.commands import ClaimDecided
from yidi.processes.enrolment.commands import FindPerson, PersonFound, ReplaceNumber, Shown, TakeNumber
from yidi.processes.enrolment.records import Person
from yidi.processes.enrolment.refusals import ENROLMENT_INVALID, PERSON_NUMBER_TAKEN, PERSON_UNKNOWN
from yidi.processes.filing.commands import (
    AskChronic,
    AskFilings,
    CertifyChronic,
    ChronicFound,
    Filed,
    FileForCare,
    FilingsFound,
)
from yidi.processes.filing.decide import handlers as filing
from yidi.processes.filing.records import Category, Filing
from yidi.processes.ports.deciding import Reply
from yidi.processes.settlement.commands import AccumulatorsFound, AskAccumulators, Settled
from yidi.processes.settlement.records import AccumulatorEntry, Settlement
from yidi.processes.visit.commands import AskStays, Discharge, NoteStay, StaysFound
from yidi.processes.visit.records import VisitChange
from yidi.processes.visit.refusals import IN_HOSPITAL, LINE_OF_ANOTHER_PERSON, VISIT_OF_ANOTHER_PERSON

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


def renumber(counter: Counter, new: str = "P2", old: str = "P1", **given: Any) -> Reply:
    """Have the agency give the person another number."""
    usual: dict[str, Any] = {"jurisdiction": HOME, "sender": "agency", "msgid": counter.world.next_msgid()}
    return counter.world.ask(ReplaceNumber(**usual | {"person_no": old, "new_no": new} | given))


def identified(counter: Counter) -> str:
    """Return the number under which the counter is shown the person."""
    asked = asked_by(HOSPITAL, counter.world.next_msgid())
    found = counter.world.ask(FindPerson(**asked, shown=Shown("01", "EV-1")))
    assert isinstance(found, PersonFound), found
    return found.person_no


def accumulated(counter: Counter, person_no: str) -> set[tuple[str, int]]:
    """Return the counters of the year as the insured place tells them for a number."""
    asked = asked_by(HOSPITAL, counter.world.next_msgid())
    found = counter.world.ask(AskAccumulators(**asked, person_no=person_no))
    assert isinstance(found, AccumulatorsFound), found
    assert found.person_no == person_no
    return {(row.counter, row.amount) for row in found.rows}


def two_stays(counter: Counter, *, renumbered_in: str) -> tuple[Settled, Settled]:
    """Settle two stays of a year; the number changes in the first, between the two, or never."""
    visit_id = counter.stay()
    counter.charge(visit_id, 40_000_00, inpatient=True)
    no = "P1"
    if renumbered_in == "first stay":
        renumber(counter)
        no = "P2"
    second_page = line(visit_id, "2", item_code=SERVICE, price=20_000_00 * 10_000, batch="", person_no=no)
    assert type(counter.upload(visit_id, second_page, inpatient=True)).__name__ == "LinesPriced"
    counter.discharge(visit_id, person_no=no)
    first = counter.settled_now(visit_id, 60_000_00, inpatient=True, person_no=no)
    if renumbered_in == "between":
        renumber(counter)
        no = "P2"
    counter.world.passes(days=3)
    again = counter.stay(person_no=no, started_at=f"{counter.world.today} 09:00:00")
    page = line(
        again,
        "1",
        item_code=SERVICE,
        price=30_000_00 * 10_000,
        batch="",
        person_no=no,
        occurred_at=f"{counter.world.today} 09:00:00",
    )
    assert type(counter.upload(again, page, inpatient=True)).__name__ == "LinesPriced"
    counter.discharge(again, person_no=no)
    return first, counter.settled_now(again, 30_000_00, inpatient=True, person_no=no)


@EVERYWHERE
@pytest.mark.parametrize("when", ["first stay", "between"])
def test_a_number_that_changes_changes_no_amount(hospital: str, when: str) -> None:
    changed, unchanged = Counter(hospital), Counter(hospital)
    told, expected = two_stays(changed, renumbered_in=when), two_stays(unchanged, renumbered_in="never")
    for one, other in zip(told, expected, strict=True):
        assert one.shares == other.shares
        assert (one.deductible_fen, one.fund_fen, one.cash_fen) == (
            other.deductible_fen,
            other.fund_fen,
            other.cash_fen,
        )
    assert changed.counters() == unchanged.counters()
    assert changed.ledger(HOME) == unchanged.ledger(HOME)
    assert accumulated(changed, "P2") == accumulated(changed, "P1") == accumulated(unchanged, "P1")


def test_all_facts_of_a_person_lie_under_one_number_and_the_statement_names_the_one_used() -> None:
    counter = Counter()
    renumber(counter)
    visit_id = counter.charged(900_00)
    again = counter.visit(person_no="P2")
    page = line(again, item_code=SERVICE, price=900_00 * 10_000, person_no="P2")
    assert type(counter.upload(again, page)).__name__ == "LinesPriced"
    assert counter.settled_now(visit_id, 900_00).person.person_no == "P1"
    assert counter.settled_now(again, 900_00, person_no="P2").person.person_no == "P2"
    assert {row.person_no for row in counter.world.records(Settlement)} == {"P1"}
    assert {row.person_no for row in counter.world.records(AccumulatorEntry)} == {"P1"}


def test_the_counter_is_shown_the_latest_number_and_every_earlier_one_still_works() -> None:
    counter = Counter()
    assert identified(counter) == "P1"
    renumber(counter, "P2")
    assert identified(counter) == "P2"
    renumber(counter, "P3", old="P2")
    assert identified(counter) == "P3"
    assert {row.stands_for for row in counter.world.records(Person)} == {"", "P1"}
    assert accumulated(counter, "P1") == accumulated(counter, "P2") == accumulated(counter, "P3")


def test_a_person_in_hospital_under_the_old_number_is_not_admitted_elsewhere_under_the_new_one() -> None:
    counter = Counter()
    visit_id = counter.stay()
    renumber(counter)
    reply = counter.admit(person_no="P2", sender=OTHER_HOSPITAL)
    assert codes_in(reply) == {IN_HOSPITAL.code}
    asked = asked_by(HOSPITAL, counter.world.next_msgid())
    stays = counter.world.ask(AskStays(**asked, person_no="P2", since="", until=""))
    assert isinstance(stays, StaysFound)
    assert (stays.person_no, [stay.visit_id for stay in stays.stays]) == ("P2", [visit_id])


def test_a_settlement_under_the_old_number_is_cancelled_under_the_new_one_and_gives_everything_back() -> None:
    counter = Counter()
    visit_id = counter.discharged(3_000_00)
    settled = counter.settled_now(visit_id, 3_000_00, inpatient=True)
    renumber(counter)
    undone = counter.refund(settled, person_no="P2")
    assert isinstance(undone, Settled), undone
    assert undone.fund_fen == -settled.fund_fen
    assert counter.counters() == {}


def test_a_settling_message_under_the_old_number_is_reversed_under_the_new_one() -> None:
    counter = Counter()
    visit_id = counter.discharged(3_000_00)
    counter.settled_now(visit_id, 3_000_00, inpatient=True, msgid="settling")
    renumber(counter)
    assert type(counter.reverse("settling", person_no="P2")).__name__ == "Reversed"
    assert counter.counters() == {}


def test_an_admission_under_the_old_number_is_reversed_under_the_new_one() -> None:
    counter = Counter()
    counter.stay(msgid="admitting")
    renumber(counter)
    assert type(counter.reverse("admitting", "admission", person_no="P2")).__name__ == "Reversed"
    assert type(counter.admit(person_no="P2")).__name__ == "VisitOpened"


def test_filings_and_certificates_follow_the_person() -> None:
    areas = SampleAreas(self_service=frozenset({Category.LONG_TERM_RESIDENT}))
    counter = Counter(areas=areas)
    for handler in filing(areas):
        counter.world._handlers[handler.command, handler.about] = handler
    named: dict[str, Any] = {
        "jurisdiction": HOME,
        "sender": "agency",
        "category": Category.LONG_TERM_RESIDENT,
    }
    where: dict[str, Any] = {"care_area": AWAY_CITY, "start": counter.world.today, "committed": True}
    filed = counter.world.ask(FileForCare(**named, **where, msgid="f1", person_no="P1"))
    assert isinstance(filed, Filed), filed
    certified: dict[str, Any] = {"scheme": "310", "disease_code": "M03900", "disease_name": "高血压"}
    certified |= {"institution_code": HOME_HOSPITAL, "institution_name": "试验医院", "start": "2026-01-01"}
    asked = asked_by(HOME_HOSPITAL, counter.world.next_msgid())
    assert isinstance(counter.world.ask(CertifyChronic(**asked, **certified, person_no="P1")), Filed)
    visit_id = counter.stay()
    renumber(counter)
    asked = asked_by(HOSPITAL, counter.world.next_msgid())
    diseases = counter.world.ask(AskChronic(**asked, person_no="P2"))
    assert isinstance(diseases, ChronicFound)
    assert [row.disease_code for row in diseases.rows] == ["M03900"]
    chronic = counter.visit(person_no="P2", care_kind="chronic", visit_kind="14", disease_code="M03900")
    assert chronic
    found = counter.world.ask(AskFilings(**asked, person_no="P2"))
    assert isinstance(found, FilingsFound)
    assert [row.filing_id for row in found.rows] == [filed.filing_id]
    again = counter.world.ask(FileForCare(**named, **where, msgid="f2", person_no="P2"))
    assert codes_in(again)
    assert {row.person_no for row in counter.world.records(Filing)} == {"P1"}
    counter.charge(visit_id, 3_000_00, inpatient=True)
    counter.discharge(visit_id)
    assert counter.settled_now(visit_id, 3_000_00, inpatient=True, person_no="P2").standing == "long_term"


def test_a_personal_account_is_one_whatever_the_number() -> None:
    counter = Counter(account_fen=100_00)
    renumber(counter)
    visit_id = counter.visit(person_no="P2")
    page = line(visit_id, item_code=SERVICE, price=900_00 * 10_000, person_no="P2")
    counter.upload(visit_id, page)
    settled = counter.settled_now(visit_id, 900_00, person_no="P2", use_account=True)
    assert settled.account_fen == 100_00
    assert counter.account_fen == 0


@pytest.mark.parametrize(("registered", "claimed"), [("P1", "P2"), ("P2", "P1"), ("P2", "P2")])
def test_a_visit_is_claimed_by_hand_under_either_number_and_once(registered: str, claimed: str) -> None:
    counter = Counter()
    if registered == "P2":
        renumber(counter)
    visit_id = counter.visit(person_no=registered)
    counter.upload(visit_id, line(visit_id, item_code=SERVICE, price=900_00 * 10_000, person_no=registered))
    if registered == "P1":
        renumber(counter)
    decided = counter.claim(visit_id, person_no=claimed)
    assert isinstance(decided, ClaimDecided), decided
    assert decided.settled.fund_fen > 0
    assert codes_in(counter.claim(visit_id, person_no="P1"))
    assert len(counter.world.records(Settlement)) == 1


def test_a_hospital_is_told_of_a_stay_once_and_knows_nobody_elses_number() -> None:
    counter = Counter()
    visit_id = counter.stay()
    renumber(counter)
    renumber(counter)
    told = [row.person_no for row in counter.world.records(VisitChange) if row.event == "renumbered"]
    assert told == ["P2"]
    named: dict[str, Any] = {"jurisdiction": counter.care, "visit_id": visit_id}
    counter.world.deliver(TakeNumber(**named, sender="420000", msgid="forged", new_no="P9"))
    assert codes_in(counter.discharge(visit_id, person_no="P9")) == {VISIT_OF_ANOTHER_PERSON.code}
    stranger = counter.upload(visit_id, line(visit_id, person_no="P9"), inpatient=True)
    assert codes_in(stranger) == {LINE_OF_ANOTHER_PERSON.code}


def test_an_awaited_answer_is_still_awaited_when_the_number_changes() -> None:
    counter = Counter()
    visit_id = counter.stay()
    counter.charge(visit_id, 3_000_00, inpatient=True)
    counter.hold(NoteStay)
    leaving: dict[str, Any] = {"ended_at": f"{counter.world.today} 15:00:00", "leaving": "1"}
    counter.world.deliver(Discharge(**counter._on(visit_id, {}), **leaving))
    renumber(counter)
    counter.let_go()
    assert counter.settled_now(visit_id, 3_000_00, inpatient=True, person_no="P2").fund_fen > 0


def test_a_number_is_given_once_and_only_to_somebody_known() -> None:
    counter = Counter()
    counter.world.ask(enrol("enrol-9", person_no="P9", certificate_no=certificate_no(9), credentials=()))
    assert codes_in(renumber(counter, "P9")) == {PERSON_NUMBER_TAKEN.code}
    assert codes_in(renumber(counter, "P1")) == {PERSON_NUMBER_TAKEN.code}
    assert codes_in(renumber(counter, "P2", old="P8")) == {PERSON_UNKNOWN.code}
    assert (
        codes_in(renumber(counter, " ")) == codes_in(renumber(counter, "9" * 31)) == {ENROLMENT_INVALID.code}
    )
    assert len(counter.world.records(Person)) == 2
