"""What cannot be settled is refused with every reason, and its material kept for a claim."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import HOME, OTHER_HOSPITAL, SampleAreas, relation
from tests.processes.settlement.counter import Counter
from tests.world import codes_in, refusals_in
from yidi.domain.policy.policy import Policies
from yidi.domain.policy.refusals import NO_PACK
from yidi.domain.refusal import RefusalKind
from yidi.processes.enrolment.commands import ChangeRelation
from yidi.processes.enrolment.refusals import PERSON_UNKNOWN, RELATION_PAUSED
from yidi.processes.filing.refusals import NOT_FILED
from yidi.processes.ports.areas import FilingRules
from yidi.processes.settlement import refusals as kinds
from yidi.processes.settlement.commands import BookSettlement, ClaimedTotals
from yidi.processes.settlement.records import ClaimMaterial, Settlement, SettlementAnswered, SettlementAsked
from yidi.processes.visit.commands import Flags
from yidi.processes.visit.refusals import (
    EMERGENCY_UNMARKED,
    MARK_UNKNOWN,
    THIRD_PARTY_UNSAID,
    TRAUMA_UNMARKED,
)


def only(counter: Counter, reply: Any, *expected: RefusalKind) -> None:
    """Assert the codes of a refusal, and that nothing was booked."""
    assert codes_in(reply) == {kind.code for kind in expected}
    assert not counter.world.records(Settlement)


def test_totals_that_differ_are_refused_with_both_figures_each() -> None:
    counter = Counter()
    claimed = ClaimedTotals(500_01, full_self_fen=0, over_limit_fen=0, first_self_fen=0, in_scope_fen=499_00)
    reply = counter.settle(counter.charged(500_00), 0, claimed=claimed)
    only(counter, reply, kinds.TOTALS_DIFFER)
    assert [found.field for found in refusals_in(reply)] == ["total_fen", "in_scope_fen"]
    assert "500.01" in refusals_in(reply)[0].cause_zh
    assert "500.00" in refusals_in(reply)[0].cause_en
    assert not counter.world.records(SettlementAsked)


def test_lines_withdrawn_before_settlement_do_not_count() -> None:
    counter = Counter()
    visit_id = counter.charged(400_00, 100_00)
    counter.withdraw(visit_id, "2")
    only(counter, counter.settle(visit_id, 500_00), kinds.TOTALS_DIFFER)
    assert counter.settled_now(visit_id, 400_00).totals.total_fen == 400_00


def test_a_batch_without_lines_is_refused() -> None:
    counter = Counter()
    only(counter, counter.settle(counter.charged(1_00), 1_00, batch="b9"), kinds.NO_LINES)


def test_a_visit_nobody_has_and_anothers_visit_are_the_same() -> None:
    counter = Counter()
    visit_id = counter.charged(1_00)
    only(counter, counter.settle("nowhere", 1_00), kinds.NO_SUCH_VISIT)
    only(counter, counter.settle(visit_id, 1_00, sender=OTHER_HOSPITAL), kinds.NO_SUCH_VISIT)


def test_an_institution_nobody_knows_may_not_settle() -> None:
    counter = Counter()
    reply = counter.settle(counter.charged(1_00), 1_00, sender="H33010299999")
    only(counter, reply, kinds.INSTITUTION_UNKNOWN)


def test_person_scheme_and_kind_of_care_must_be_those_of_the_visit() -> None:
    counter = Counter()
    reply = counter.settle(counter.charged(1_00), 1_00, person_no="P2", scheme="390", inpatient=True)
    assert {kinds.VISIT_OF_ANOTHER.code, kinds.OTHER_SCHEME.code, kinds.OTHER_KIND_OF_CARE.code} <= codes_in(
        reply
    )


def test_a_stay_is_settled_finally_only_after_discharge() -> None:
    counter = Counter()
    visit_id = counter.stay()
    counter.charge(visit_id, 1_00, inpatient=True)
    only(counter, counter.settle(visit_id, 1_00, inpatient=True), kinds.NOT_DISCHARGED)


def test_a_cancelled_visit_is_not_settled() -> None:
    counter = Counter()
    visit_id = counter.visit()
    counter.cancel(visit_id)
    found = codes_in(counter.settle(visit_id, 1_00))
    assert kinds.VISIT_NOT_SETTLEABLE.code in found


def test_an_injury_with_a_liable_third_party_is_not_settled_directly() -> None:
    counter = Counter()
    flags = Flags(trauma="1", third_party="1")
    only(counter, counter.settle(counter.charged(1_00), 1_00, flags=flags), kinds.THIRD_PARTY_LIABLE)


def test_what_is_settled_is_not_settled_again() -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    settled = counter.settled_now(visit_id, 500_00)
    reply = counter.settle(visit_id, 500_00)
    assert codes_in(reply) == {kinds.ALREADY_SETTLED.code}
    assert settled.settlement_id in refusals_in(reply)[0].cause_en


@pytest.mark.parametrize("inpatient", [False, True])
def test_what_is_under_way_is_not_settled_again(inpatient: bool) -> None:
    counter = Counter()
    visit_id = counter.discharged(500_00) if inpatient else counter.charged(500_00)
    counter.hold(BookSettlement)
    counter.world.deliver(counter.settling(visit_id, 500_00, inpatient=inpatient))
    reply = counter.settle(visit_id, 500_00, inpatient=inpatient)
    assert codes_in(reply) == {kinds.SETTLEMENT_UNDER_WAY.code}
    assert refusals_in(reply)[0].heals_with_time


def test_a_paused_person_pays_in_full_and_the_material_is_kept_for_a_claim() -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    pause(counter)
    reply = counter.settle(visit_id, 500_00)
    only(counter, reply, RELATION_PAUSED, kinds.NO_DIRECT_SETTLEMENT)
    assert visit_id in refusals_in(reply)[-1].remedy_en
    kept = counter.world.records(ClaimMaterial)
    assert [(row.visit_id, row.total_fen, row.reason) for row in kept] == [
        (visit_id, 500_00, RELATION_PAUSED.code)
    ]
    assert counter.world.records(SettlementAnswered)[0].outcome == "refused"


def pause(counter: Counter, state: str = "paused") -> None:
    """Pause the person's relation, or restore it."""
    message = ChangeRelation(
        jurisdiction=HOME,
        sender="agency",
        msgid=counter.world.next_msgid(),
        person_no="P1",
        relation=relation(state=state),
    )
    assert not refusals_in(counter.world.ask(message))


def test_after_a_refusal_healed_the_same_batch_is_settled() -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    pause(counter)
    counter.settle(visit_id, 500_00)
    pause(counter, "normal")
    assert counter.settled_now(visit_id, 500_00).fund_fen > 0


def test_where_the_area_wants_a_filing_the_unfiled_are_refused() -> None:
    counter = Counter(rules={"unfiled_settles": False})
    reply = counter.settle(counter.charged(500_00), 500_00)
    only(counter, reply, NOT_FILED, kinds.NO_DIRECT_SETTLEMENT)


def test_a_trial_is_refused_for_the_same_reasons_and_keeps_nothing() -> None:
    counter = Counter(rules={"unfiled_settles": False})
    reply = counter.settle(counter.charged(500_00), 500_00, trial=True)
    only(counter, reply, NOT_FILED)
    assert not counter.world.records(ClaimMaterial)


@pytest.mark.parametrize("shown", [("01", "EV-2"), ("02", "110101199003070000"), ("03", "CARD-9")])
def test_a_credential_of_another_does_not_settle(shown: tuple[str, str]) -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    reply = counter.settle(visit_id, 500_00, credential_kind=shown[0], credential_no=shown[1])
    only(counter, reply, kinds.CREDENTIAL_OF_ANOTHER)


def test_what_a_card_reader_appends_to_a_number_is_no_part_of_it() -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    settled = counter.settled_now(visit_id, 500_00, credential_kind="03", credential_no="CARD-1|abc|def")
    assert settled.fund_fen > 0


def test_a_message_reversed_before_it_came_is_refused() -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    message = counter.settling(visit_id, 500_00, msgid="late")
    counter.reverse("late")
    only(counter, counter.world.ask(message), kinds.REVERSED_BEFORE)


def question_of(counter: Counter, visit_id: str, total_fen: int) -> BookSettlement:
    """Return the question that a settlement sends, as the insured place would see it under another id."""
    counter.hold(BookSettlement)
    counter.world.deliver(counter.settling(visit_id, total_fen))
    question = counter.world.held[0]
    assert isinstance(question, BookSettlement)
    counter.let_go()
    return replace(question, msgid="ask/other/1", origin_msgid="other", settlement_id="S-other")


def test_the_insured_place_books_the_same_charges_once_whatever_the_care_place_asks() -> None:
    counter = Counter()
    question = question_of(counter, counter.charged(500_00), 500_00)
    assert codes_in(counter.insured_place_says(question)) == {kinds.BOOKED_ALREADY.code}
    assert len(counter.world.records(Settlement)) == 1


def test_a_line_paid_for_is_not_paid_for_in_another_batch() -> None:
    counter = Counter()
    question = replace(question_of(counter, counter.charged(500_00), 500_00), batch="b2#1")
    assert codes_in(counter.insured_place_says(question)) == {kinds.BOOKED_ALREADY.code}


def test_a_person_the_insured_place_does_not_know_is_refused() -> None:
    counter = Counter()
    question = replace(question_of(counter, counter.charged(500_00), 500_00), person_no="P9")
    assert codes_in(counter.insured_place_says(question)) == {PERSON_UNKNOWN.code}


class NoRules(SampleAreas):
    """Areas of which nothing is known."""

    def filing(self, area: str, day: str) -> FilingRules | None:
        """Return nothing."""
        return None


def test_without_policy_and_filing_rules_nothing_is_settled() -> None:
    counter = Counter(areas=NoRules(), packs=Policies([]))
    reply = counter.settle(counter.charged(500_00), 500_00)
    only(counter, reply, NO_PACK, kinds.NO_FILING_RULES, kinds.NO_DIRECT_SETTLEMENT)


@pytest.mark.parametrize(
    ("kind", "flags", "missing"),
    [
        ("13", Flags(), EMERGENCY_UNMARKED),
        ("13", Flags(urgent="2"), EMERGENCY_UNMARKED),
        ("9903", Flags(), TRAUMA_UNMARKED),
        ("9903", Flags(trauma="1"), THIRD_PARTY_UNSAID),
        ("11", Flags(trauma="1"), THIRD_PARTY_UNSAID),
        ("11", Flags(urgent="7"), MARK_UNKNOWN),
    ],
)
@pytest.mark.parametrize("trial", [False, True])
def test_an_outpatient_is_not_settled_without_the_marks_of_the_kind_said_when_settling(
    kind: str, flags: Flags, missing: RefusalKind, trial: bool
) -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    reply = counter.settle(visit_id, 900_00, visit_kind=kind, flags=flags, trial=trial)
    assert missing.code in codes_in(reply)
    assert not counter.counters()


@pytest.mark.parametrize(
    ("kind", "flags"), [("13", Flags(urgent="3")), ("9903", Flags(trauma="1", third_party="0"))]
)
def test_marks_that_come_with_the_settling_message_are_enough(kind: str, flags: Flags) -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    assert counter.settled_now(visit_id, 900_00, visit_kind=kind, flags=flags).totals.total_fen == 900_00
