"""A day is closed by the nation: what is recorded, what stays the same, who must act until when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import AWAY, HOME
from tests.processes.reconciliation.compared import (
    DAY,
    after_the_day,
    close,
    closed,
    copy,
    extract,
    finding,
    three_parties,
)
from tests.world import START, codes_in
from yidi.domain.calendar.refusals import YEAR_NOT_LOADED
from yidi.processes.ports.deciding import NATION
from yidi.processes.reconciliation.commands import CloseCase, CloseDay, Kind, RepairDay, Side, TakeCase
from yidi.processes.reconciliation.records import (
    ComparedSide,
    Difference,
    ReconciliationCase,
    ReconciliationRun,
)
from yidi.processes.reconciliation.refusals import (
    CASE_ENDED,
    CASE_OF_ANOTHER,
    DAY_NOT_COMPARED,
    DAY_NOT_OVER,
    EXTRACT_OF_ANOTHER_DAY,
    EXTRACT_TWICE,
    NO_SUCH_CASE,
    NOT_A_BUSINESS_DAY,
    PARTY_WITHOUT_EXTRACT,
    REASON_MISSING,
    RULES_NOT_SET,
)


def test_a_clean_day_is_a_run_with_what_each_party_had_and_no_difference() -> None:
    world = after_the_day()
    reply = closed(world)
    assert (reply.version, reply.open, reply.cases, reply.repaired) == (1, 0, 0, 0)
    assert [run.settlements for run in world.records(ReconciliationRun)] == [1]
    assert {row.fund_fen for row in world.records(ComparedSide)} == {450_00}
    assert len(world.records(ComparedSide)) == 5
    assert world.records(Difference) == []


def test_the_same_day_compared_again_records_nothing_and_has_the_same_digest() -> None:
    world = after_the_day()
    wrong = finding(Kind.AMOUNT, care_copy=copy(fund_fen=450_01))
    first = closed(world, wrong, finding(Kind.MISSING_AT_CARE, "S2", care_copy=None))
    before = {kind: world.records(kind) for kind in (ReconciliationRun, ComparedSide, Difference)}
    world.passes(days=3)
    again = closed(
        world,
        finding(Kind.MISSING_AT_CARE, "S2", care_copy=None),
        wrong,
        extracts=tuple(reversed(three_parties())),
    )
    assert again.repeated
    assert (again.version, again.result_digest) == (first.version, first.result_digest)
    assert {kind: world.records(kind) for kind in before} == before


def test_other_inputs_make_the_next_version_of_the_run() -> None:
    world = after_the_day()
    first = closed(world)
    second = closed(world, inputs_digest="1" * 64)
    assert (first.version, second.version) == (1, 2)
    assert first.result_digest != second.result_digest


@pytest.mark.parametrize(
    ("kind", "copies", "odd", "owner"),
    [
        (Kind.MISSING_AT_CARE, {"care_copy": None}, "care", AWAY),
        (Kind.MISSING_AT_NATION, {"nation_copy": None}, "nation", NATION),
        (Kind.MISSING_AT_INSURED, {"insured_copy": None}, "insured", HOME),
        (Kind.AMOUNT, {"nation_copy": copy(fund_fen=1)}, "nation", NATION),
        (Kind.AMOUNT, {"care_copy": copy(fund_fen=1), "nation_copy": copy(fund_fen=2)}, "", HOME),
        (Kind.DUPLICATE, {"odd_side": "care"}, "care", AWAY),
        (Kind.STATE, {"care_copy": copy(state="refused")}, "care", AWAY),
        (Kind.LATE, {"insured_copy": copy(day="2026-03-03")}, "insured", HOME),
        (Kind.ATTRIBUTION, {"odd_side": "insured"}, "insured", HOME),
        (Kind.REVERSED_AT_ONE_ONLY, {"care_copy": None, "undoes": "S0"}, "care", AWAY),
    ],
)
def test_every_class_has_an_owner_a_cause_and_a_deadline(
    kind: Kind, copies: dict[str, Any], odd: str, owner: str
) -> None:
    world = after_the_day()
    closed(world, finding(kind, **copies))
    (row,) = world.records(Difference)
    assert (row.kind, row.odd_side, row.owner) == (kind, odd, owner)
    assert row.cause_zh
    assert row.cause_en
    assert DAY < row.due_on <= "2026-03-09"


def test_a_deadline_counts_working_days_from_the_business_day() -> None:
    world = after_the_day()
    world.passes(days=30)
    friday = "2026-03-06"
    extracts = tuple([extract(row.side, row.province, day=friday) for row in three_parties()])
    closed(world, finding(Kind.STATE, care_copy=copy(state="refused")), day=friday, extracts=extracts)
    assert [row.due_on for row in world.records(Difference)] == ["2026-03-10"]


def test_a_deadline_in_a_year_without_a_calendar_is_refused_and_nothing_is_recorded() -> None:
    world = after_the_day()
    world.passes(days=365)
    extracts = tuple([extract(row.side, row.province, day="2026-12-31") for row in three_parties()])
    given: dict[str, Any] = {"day": "2026-12-31", "extracts": extracts}
    reply = close(world, finding(Kind.AMOUNT, care_copy=copy(fund_fen=1)), **given)
    assert codes_in(reply) == {YEAR_NOT_LOADED.code}
    assert world.records(ReconciliationRun) == []


def test_what_no_message_can_repair_opens_a_case_for_its_owner() -> None:
    world = after_the_day()
    reply = closed(world, finding(Kind.AMOUNT, care_copy=copy(fund_fen=1)))
    assert (reply.open, reply.cases) == (0, 1)
    (case,) = world.records(ReconciliationCase)
    assert (case.state, case.owner, case.due_on) == ("open", AWAY, "2026-03-09")


def test_a_case_is_taken_and_closed_by_its_owner_with_a_reason() -> None:
    world = after_the_day()
    closed(world, finding(Kind.AMOUNT, care_copy=copy(fund_fen=1)))
    (case,) = world.records(ReconciliationCase)
    assert not codes_in(world.ask(take(case.case_no)))
    assert not codes_in(world.ask(end(case.case_no, "the care place corrected its copy")))
    states = [(row.state, row.taken_by, row.reason) for row in world.records(ReconciliationCase)]
    assert states[1:] == [
        ("taken", "clerk 7", ""),
        ("closed", "clerk 7", "the care place corrected its copy"),
    ]


def test_a_difference_whose_case_is_closed_stands_in_nobodys_way_until_it_changes() -> None:
    world = after_the_day()
    wrong = finding(Kind.AMOUNT, care_copy=copy(fund_fen=1))
    closed(world, wrong)
    world.ask(end(world.records(ReconciliationCase)[0].case_no, "paid by hand"))
    last = world.records(Difference)[-1]
    assert (last.version, last.state, last.proof) == (2, "settled", "paid by hand")
    again = closed(world, wrong)
    assert (again.repeated, again.cases, again.settled) == (True, 0, 1)
    assert len(world.records(Difference)) == 2
    other = closed(world, finding(Kind.AMOUNT, care_copy=copy(fund_fen=2)), inputs_digest="1" * 64)
    assert (other.cases, other.settled) == (1, 0)
    assert [row.state for row in world.records(ReconciliationCase)] == ["open", "closed", "open"]


def test_a_case_is_not_acted_on_by_another_nor_twice_nor_without_a_reason() -> None:
    world = after_the_day()
    closed(world, finding(Kind.AMOUNT, care_copy=copy(fund_fen=1)))
    number = world.records(ReconciliationCase)[0].case_no
    assert codes_in(world.ask(take("C0"))) == {NO_SUCH_CASE.code}
    assert codes_in(world.ask(take(number, owner=HOME))) == {CASE_OF_ANOTHER.code}
    assert codes_in(world.ask(end(number, "  "))) == {REASON_MISSING.code}
    assert not codes_in(world.ask(end(number, "paid")))
    assert codes_in(world.ask(end(number, "paid"))) == {CASE_ENDED.code}
    assert len(world.records(ReconciliationCase)) == 2


def test_what_the_day_no_longer_has_is_repaired_its_proof_the_run_and_its_case_closed() -> None:
    world = after_the_day()
    closed(world, finding(Kind.AMOUNT, care_copy=copy(fund_fen=1)))
    reply = closed(world, inputs_digest="1" * 64)
    assert (reply.version, reply.cases, reply.repaired) == (2, 0, 1)
    last = world.records(Difference)[-1]
    assert (last.version, last.state, last.proof) == (2, "repaired", f"2/{reply.result_digest}")
    case = world.records(ReconciliationCase)[-1]
    assert (case.state, case.reason) == ("closed", last.proof)


def test_what_comes_again_after_its_repair_is_open_again() -> None:
    world = after_the_day()
    wrong = finding(Kind.AMOUNT, care_copy=copy(fund_fen=1))
    closed(world, wrong)
    closed(world)
    reply = closed(world, wrong, inputs_digest="1" * 64)
    assert (reply.cases, reply.repaired) == (1, 0)
    assert [row.state for row in world.records(Difference)] == ["case", "repaired", "case"]
    assert [row.state for row in world.records(ReconciliationCase)] == ["open", "closed", "open"]


def test_a_day_that_is_not_over_is_refused_until_its_cut_off() -> None:
    world = after_the_day()
    world.now = START.replace(hour=23)
    early = close(world)
    assert codes_in(early) == {DAY_NOT_OVER.code}
    world.passes(hours=3)
    assert closed(world).version == 1


def test_a_day_that_is_none_or_before_every_rule_is_refused() -> None:
    world = after_the_day()
    assert codes_in(close(world, day="2026-3-2")) == {NOT_A_BUSINESS_DAY.code}
    extracts = tuple([extract(row.side, row.province, day="2001-01-01") for row in three_parties()])
    assert codes_in(close(world, day="2001-01-01", extracts=extracts)) == {RULES_NOT_SET.code}


def test_extracts_of_another_month_twice_or_missing_are_refused_together_and_nothing_is_recorded() -> None:
    world = after_the_day()
    nation, away_care, *rest = three_parties()
    other_month = extract(Side.CARE, AWAY, day="2026-02-02")
    reply = close(world, extracts=(nation, nation, other_month, *rest))
    assert codes_in(reply) == {EXTRACT_TWICE.code, EXTRACT_OF_ANOTHER_DAY.code}
    assert codes_in(close(world, extracts=(nation, *rest))) == {PARTY_WITHOUT_EXTRACT.code}
    assert codes_in(close(world, extracts=(away_care, *rest))) == {PARTY_WITHOUT_EXTRACT.code}
    assert world.records(ReconciliationRun) == []


def test_a_finding_about_a_province_without_extracts_is_refused() -> None:
    world = after_the_day()
    reply = close(world, finding(Kind.MISSING_AT_INSURED, insured="320000", insured_copy=None))
    assert codes_in(reply) == {PARTY_WITHOUT_EXTRACT.code}


def test_a_day_never_compared_has_nothing_to_repair() -> None:
    world = after_the_day()
    command = RepairDay(jurisdiction=NATION, sender="agency", msgid=world.next_msgid(), day=DAY)
    assert codes_in(world.ask(command)) == {DAY_NOT_COMPARED.code}


def test_the_order_of_findings_does_not_matter_and_the_same_message_is_answered_the_same() -> None:
    world = after_the_day()
    one, other = finding(Kind.AMOUNT, "S1", odd_side="care"), finding(Kind.LATE, "S2", odd_side="care")
    message = CloseDay(
        jurisdiction=NATION,
        sender="agency",
        msgid="m",
        day=DAY,
        inputs_digest="2",
        extracts=three_parties(),
        findings=(one, other),
    )
    assert world.ask(message) == world.ask(message)
    turned = closed(after_the_day(), other, one, inputs_digest="2")
    assert turned.result_digest == world.records(ReconciliationRun)[0].result_digest


_numbers = iter(range(1000))


def take(case_no: str, owner: str = AWAY) -> TakeCase:
    """A clerk of the owner takes the case."""
    msgid = f"take-{next(_numbers)}"
    return TakeCase(
        jurisdiction=NATION, sender=owner, msgid=msgid, case_no=case_no, owner=owner, taken_by="clerk 7"
    )


def end(case_no: str, reason: str, owner: str = AWAY) -> CloseCase:
    """The owner closes the case."""
    msgid = f"end-{next(_numbers)}"
    return CloseCase(
        jurisdiction=NATION, sender=owner, msgid=msgid, case_no=case_no, owner=owner, reason=reason
    )
