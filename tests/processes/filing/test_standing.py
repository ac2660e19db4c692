"""The effective-time table of filing, row by row (regulation section 2)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.builders import (
    AWAY_CITY,
    DIVISIONS,
    HOME_CITY,
    HOSPITAL,
    OTHER_AWAY_CITY,
    OTHER_HOME_CITY,
    OTHER_HOSPITAL,
    WHOLE,
    filing,
)
from yidi.domain.benefit.situation import Standing
from yidi.processes.filing.records import Category, Filing, FilingState
from yidi.processes.filing.refusals import (
    FILED_ELSEWHERE,
    FILING_NOT_APPROVED,
    FILING_NOT_YET_IN_FORCE,
    FILING_RAN_OUT,
    NOT_FILED,
    TERM_UNKNOWN,
)
from yidi.processes.filing.standing import StandingFound, VisitSought, standing
from yidi.processes.ports.areas import FilingRules

STRICT = FilingRules(unfiled_settles=False)


def visit(**given: Any) -> VisitSought:
    """An ordinary stay in the away city: admitted on 10 March 2026, settled on the 20th."""
    usual: dict[str, Any] = {
        "insured_area": HOME_CITY,
        "care_area": "330102",
        "institution_code": HOSPITAL,
        "care_kind": "inpatient",
        "started_on": "2026-03-10",
        "day": "2026-03-20",
    }
    return VisitSought(**usual | given)


def counts(*filings: Filing, rules: FilingRules | None = None, **given: Any) -> StandingFound:
    """As what the visit counts; fails when it is refused."""
    found = standing(filings, visit(**given), rules or FilingRules(), DIVISIONS)
    assert isinstance(found, StandingFound), found
    return found


def brief(*filings: Filing, rules: FilingRules | None = None, **given: Any) -> tuple[int, str, str]:
    """Row, standing and filing."""
    found = counts(*filings, rules=rules, **given)
    return found.row, found.standing.value, found.filing_id


def codes(*filings: Filing, rules: FilingRules = STRICT, **given: Any) -> set[str]:
    """The codes with which the visit is refused; empty when it is not."""
    found = standing(filings, visit(**given), rules, DIVISIONS)
    return set() if isinstance(found, StandingFound) else {refusal.code for refusal in found}


def temporary(filing_id: str = "T1", **given: Any) -> Filing:
    """A temporary filing for the away city over the spring."""
    return filing(
        filing_id, **{"category": Category.TEMPORARY, "start": "2026-03-01", "end": "2026-09-01"} | given
    )


def referred(filing_id: str = "R1", institution_code: str = HOSPITAL, **given: Any) -> Filing:
    """A referral to a hospital of the away city."""
    return temporary(filing_id, category=Category.REFERRED, institution_code=institution_code, **given)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (Category.RESETTLED_RETIREE, "long_term"),
        (Category.LONG_TERM_RESIDENT, "long_term"),
        (Category.STATIONED_STAFF, "long_term"),
        (Category.REFERRED, "referred"),
        (Category.EMERGENCY, "emergency"),
        (Category.TEMPORARY, "temporary"),
    ],
)
def test_row_1_a_valid_filing_for_the_right_place_gives_its_category(category: str, expected: str) -> None:
    assert brief(filing(category=category)) == (1, expected, "F1")


def test_row_1_counts_from_the_first_day_of_the_filing_to_the_day_before_its_end() -> None:
    assert brief(temporary(start="2026-03-10"))[0] == 1
    assert brief(temporary(end="2026-03-11"), day="2026-03-10")[0] == 1
    assert brief(temporary(end="2026-03-10"))[0] == 7


def test_row_2_a_filing_that_expires_during_the_stay_covers_all_of_it() -> None:
    assert brief(temporary(end="2026-03-15")) == (2, "temporary", "T1")


def test_row_2_a_filing_cancelled_during_the_stay_covers_all_of_it() -> None:
    cancelled = filing(version=2, state=FilingState.CANCELLED, end="2026-03-12")
    found = counts(filing(), cancelled)
    assert (found.row, found.standing, found.filing_version) == (2, Standing.LONG_TERM, 2)


def test_row_2_a_filing_cancelled_before_the_stay_covers_nothing_of_it() -> None:
    cancelled = filing(version=2, state=FilingState.CANCELLED, end="2026-03-10")
    assert brief(filing(), cancelled) == (7, "unfiled", "")
    assert codes(filing(), cancelled) == {NOT_FILED.code, FILING_RAN_OUT.code}


def test_row_2_a_filing_changed_to_another_city_during_the_stay_still_covers_it() -> None:
    closed = filing(version=2, state=FilingState.CHANGED, end="2026-03-12")
    moved = filing(version=3, care_area=OTHER_AWAY_CITY, start="2026-03-12")
    assert brief(filing(), closed, moved) == (2, "long_term", "F1")
    assert brief(filing(), closed, moved, care_area=OTHER_AWAY_CITY, started_on="2026-03-12")[0] == 1


def test_row_2_a_commitment_revoked_during_the_stay_leaves_it_covered_and_later_ones_not() -> None:
    suspended = filing(version=2, state=FilingState.SUSPENDED, end="2026-03-12")
    assert brief(filing(), suspended) == (2, "long_term", "F1")
    assert codes(filing(), suspended, started_on="2026-03-13") == {NOT_FILED.code, FILING_NOT_APPROVED.code}


def test_row_3_a_filing_made_before_the_settlement_covers_the_whole_stay() -> None:
    late = filing(start="2026-03-20")
    assert brief(late, day="2026-03-20") == (3, "long_term", "F1")


def test_row_3_is_seen_at_settlement_though_registration_found_nothing() -> None:
    assert brief(day="2026-03-10") == (7, "unfiled", "")
    assert brief(filing(start="2026-03-15"), day="2026-03-20") == (3, "long_term", "F1")


def test_row_3_a_filing_dated_back_during_the_stay_is_a_late_one() -> None:
    assert brief(filing(start="2026-03-01", filed_at="2026-03-15T01:00:00.000000Z"))[0] == 3


def test_row_4_an_emergency_counts_as_filed() -> None:
    assert brief(emergency=True) == (4, "emergency", "")
    assert brief(emergency=True, rules=STRICT) == (4, "emergency", "")


def test_row_5_a_filing_that_starts_after_the_settlement_changes_nothing() -> None:
    later = filing(start="2026-03-21")
    assert brief(later) == (5, "unfiled", "F1")
    assert codes(later) == {NOT_FILED.code, FILING_NOT_YET_IN_FORCE.code}


def test_row_5_a_filing_made_after_the_payment_changes_nothing_for_a_claim_by_hand() -> None:
    paid_at = "2026-03-20T08:00:00.000000Z"
    after = filing(start="2026-03-01", filed_at="2026-03-20T08:00:01.000000Z")
    before = filing(start="2026-03-01", filed_at="2026-03-20T07:59:59.000000Z")
    assert brief(after, paid_at=paid_at, day="2026-04-30", rules=STRICT) == (5, "unfiled", "F1")
    assert brief(before, paid_at=paid_at, day="2026-04-30", rules=STRICT) == (3, "long_term", "F1")


def test_row_6_a_filing_for_another_city_of_the_province_counts_as_the_area_says() -> None:
    other = filing(care_area=OTHER_AWAY_CITY)
    mild = FilingRules(other_city_counts_as=Standing.TEMPORARY, unfiled_settles=False)
    assert brief(other) == (6, "unfiled", "F1")
    assert brief(other, rules=mild) == (6, "temporary", "F1")
    assert codes(other) == {NOT_FILED.code, FILED_ELSEWHERE.code}


def test_row_6_a_filing_for_another_province_does_not_help() -> None:
    assert brief(filing(care_area="320100")) == (7, "unfiled", "")


def test_row_7_an_unfiled_visitor_settles_or_is_refused_as_the_area_says() -> None:
    assert brief() == (7, "unfiled", "")
    assert codes() == {NOT_FILED.code}


def test_row_7_never_refuses_a_claim_by_hand() -> None:
    assert brief(rules=STRICT, paid_at="2026-03-20T08:00:00.000000Z") == (7, "unfiled", "")


def test_row_8_a_referral_wins_for_the_hospital_it_names_and_the_choice_is_logged() -> None:
    found = counts(filing(), referred())
    assert (found.row, found.standing, found.filing_id) == (8, Standing.REFERRED, "R1")
    assert found.passed_over == ("F1",)


def test_row_8_a_long_term_filing_wins_at_any_other_hospital() -> None:
    assert brief(filing(), referred(), institution_code=OTHER_HOSPITAL) == (8, "long_term", "F1")


def test_row_8_a_referral_to_another_city_does_not_compete() -> None:
    assert brief(filing(), referred(care_area=OTHER_AWAY_CITY)) == (1, "long_term", "F1")


def test_row_8_an_emergency_is_not_worse_off_for_a_temporary_filing() -> None:
    assert brief(temporary(), emergency=True) == (8, "emergency", "")
    assert brief(filing(), emergency=True) == (1, "long_term", "F1")


def test_row_8_of_two_alike_the_later_start_wins() -> None:
    assert brief(temporary("T1"), temporary("T2", start="2026-03-05")) == (8, "temporary", "T2")


@pytest.mark.parametrize(
    ("given", "rules", "expected"),
    [
        ({}, FilingRules(), "referred"),
        ({}, FilingRules(dual_treatment=Standing.LOCAL), "local"),
        ({"committed": 1, "proven": 0}, FilingRules(dual_treatment=Standing.LOCAL), "temporary"),
        ({"committed": 1, "proven": 1}, FilingRules(), "referred"),
    ],
)
def test_row_9_a_long_term_filer_at_home_gets_dual_treatment(
    given: dict[str, Any], rules: FilingRules, expected: str
) -> None:
    assert brief(filing(**given), rules=rules, care_area="610104") == (9, expected, "F1")


def test_row_9_is_for_long_term_filers_only_and_only_while_the_filing_holds() -> None:
    assert brief(temporary(), care_area=HOME_CITY) == (10, "local", "")
    assert brief(filing(end="2026-03-10"), care_area=HOME_CITY) == (10, "local", "")


def test_care_at_home_needs_no_filing() -> None:
    assert brief(care_area="610104", rules=STRICT) == (10, "local", "")


def test_care_elsewhere_in_the_province_needs_a_filing_only_where_the_area_says() -> None:
    free = FilingRules(in_province_needs_filing=False, unfiled_settles=False)
    assert brief(care_area=OTHER_HOME_CITY, rules=free) == (0, "long_term", "")
    assert codes(care_area=OTHER_HOME_CITY) == {NOT_FILED.code}
    assert codes(rules=free) == {NOT_FILED.code}


def test_some_care_needs_no_filing_in_another_province_where_the_area_says() -> None:
    free = FilingRules(no_filing_for=frozenset({"outpatient", "pharmacy"}), unfiled_settles=False)
    assert brief(care_kind="outpatient", rules=free) == (0, "long_term", "")
    assert codes(rules=free) == {NOT_FILED.code}


def test_a_filing_for_a_city_covers_all_its_districts_and_not_the_next_city() -> None:
    assert brief(filing(), care_area="330110")[0] == 1
    assert brief(filing(), care_area="330203")[0] == 6


def test_a_province_pooled_as_a_whole_is_filed_to_as_a_whole() -> None:
    whole = filing(care_area=WHOLE)
    assert brief(whole, care_area="460200") == (1, "long_term", "F1")
    assert brief(filing(care_area="460100"), care_area="460200") == (1, "long_term", "F1")
    assert brief(care_area="460200", insured_area="460100") == (10, "local", "")


@pytest.mark.parametrize("state", [FilingState.UNDER_REVIEW, FilingState.RETURNED])
def test_a_filing_that_was_not_approved_covers_nothing(state: FilingState) -> None:
    assert codes(filing(state=state)) == {NOT_FILED.code, FILING_NOT_APPROVED.code}


def test_an_approval_during_the_stay_counts_from_the_day_it_was_filed() -> None:
    approved = filing(version=2, recorded_at="2026-03-19T01:00:00.000000Z")
    assert brief(filing(state=FilingState.UNDER_REVIEW), approved) == (1, "long_term", "F1")


def test_papers_supplied_after_a_suspension_restore_the_filing() -> None:
    suspended = filing(version=2, state=FilingState.SUSPENDED, end="2026-02-01")
    assert brief(filing(), suspended, filing(version=3)) == (1, "long_term", "F1")


def test_all_reasons_are_told_at_once() -> None:
    filings = (
        temporary("T1", end="2026-03-02"),
        filing("F2", care_area="320100"),
        filing("F3", start="2026-05-01"),
        filing("F4", state=FilingState.UNDER_REVIEW),
    )
    expected = {NOT_FILED, FILING_RAN_OUT, FILED_ELSEWHERE, FILING_NOT_YET_IN_FORCE, FILING_NOT_APPROVED}
    assert codes(*filings) == {kind.code for kind in expected}


def test_every_answer_says_why_in_both_languages() -> None:
    found = counts(filing())
    assert found.reason_zh != found.reason_en
    assert found.reason_en == "a filing for this place holds on the day of admission"


@for_all(
    start=st.integers(1, 28),
    length=st.integers(0, 30),
    category=st.sampled_from(list(Category)),
    emergency=st.booleans(),
    care_area=st.sampled_from([AWAY_CITY, OTHER_AWAY_CITY, HOME_CITY, OTHER_HOME_CITY, WHOLE, "320100"]),
)
def test_a_filing_never_makes_a_visit_worse_off(
    start: int, length: int, category: Category, emergency: bool, care_area: str
) -> None:
    order = list(Standing)
    bare = counts(emergency=emergency)
    row = (
        filing(
            category=category,
            start=f"2026-03-{start:02d}",
            end=f"2026-04-{length + 1:02d}",
            care_area=care_area,
        )
        if length < 30
        else filing(category=category)
    )
    assert order.index(counts(row, emergency=emergency).standing) <= order.index(bare.standing)


UNSAID = "the source is silent"


@pytest.mark.parametrize(
    ("term", "filings", "where"),
    [
        ("unfiled_settles_directly", (), {}),
        ("no_filing_for", (), {}),
        ("in_province_needs_filing", (), {"care_area": OTHER_HOME_CITY}),
        ("same_province_other_city", (Category.TEMPORARY,), {"care_area": OTHER_AWAY_CITY}),
        ("dual_treatment_with_papers", (Category.RESETTLED_RETIREE,), {"care_area": HOME_CITY}),
    ],
)
def test_a_term_nobody_knows_is_refused_where_the_visit_needs_it_and_nowhere_else(
    term: str, filings: tuple[Category, ...], where: dict[str, Any]
) -> None:
    rules = FilingRules(unknown={term: UNSAID})
    held = [filing(category=each) for each in filings]
    refused = standing(held, visit(**where), rules, DIVISIONS)
    assert isinstance(refused, tuple), refused
    assert [(each.code, UNSAID in each.cause_en) for each in refused] == [(TERM_UNKNOWN.code, True)]
    emergency = standing(held, visit(**where, emergency=True), rules, DIVISIONS)
    assert isinstance(emergency, StandingFound) or term.startswith("dual")
    by_hand = standing(held, visit(**where, paid_at="2026-03-20T03:00:00.000000Z"), rules, DIVISIONS)
    assert isinstance(by_hand, StandingFound)
    filed = filing(category=Category.TEMPORARY)
    assert isinstance(standing([filed], visit(), rules, DIVISIONS), StandingFound)
