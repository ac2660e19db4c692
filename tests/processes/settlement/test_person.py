"""Who a person is to the benefit rules: codes of the dictionaries become the rules' own words."""

from __future__ import annotations

import pytest

from tests.processes.settlement.counter import policies
from yidi.domain.benefit.situation import PersonClass
from yidi.domain.policy.policy import Policy
from yidi.processes.enrolment.records import IdentityMark
from yidi.processes.settlement.person import age_on, assistance_category, person_class


def policy(scheme: str) -> Policy:
    """The demonstration policy."""
    found = policies().find("610100", scheme, "2026-03-02")
    assert isinstance(found, Policy)
    return found


@pytest.mark.parametrize(
    ("scheme", "person_type", "expected"),
    [
        ("310", "11", "working"),
        ("310", "1105", "working"),
        ("310", "12", "retired"),
        ("310", "1112", "retired"),
        ("310", "13", "retired"),
        ("390", "15", "resident"),
        ("390", "1402", "child"),
        ("390", "1404", "student"),
    ],
)
def test_a_person_type_is_a_class_of_the_rules_where_they_tell_it_apart(
    scheme: str, person_type: str, expected: str
) -> None:
    known = policy(scheme)
    told_apart = expected in known.terms.persons
    found = person_class(scheme, person_type, known)
    assert found == (PersonClass(expected) if told_apart else PersonClass.RESIDENT)


def test_of_several_identities_the_pack_names_the_neediest_first() -> None:
    def mark(identity: str, end: str = "9999-12-31") -> IdentityMark:
        return IdentityMark("610000", "P1", identity, 1, "", "2026-01-01", end, "")

    known = policy("310")
    assert assistance_category([mark("2303"), mark("2304")], "2026-03-02", known) == "2304"
    assert assistance_category([mark("2303"), mark("2304", "2026-02-01")], "2026-03-02", known) == "2303"
    assert assistance_category([mark("31")], "2026-03-02", known) == ""


def test_age_is_counted_in_completed_years() -> None:
    assert (age_on("1960-03-03", "2026-03-02"), age_on("1960-03-02", "2026-03-02")) == (65, 66)
