"""The questions a rule may depend on, and the words for their answers.

A pack row states some of them (`level: 3`, `person: retired`) and is silent about the rest, which then
do not matter. Every dimension has a closed set of answers for a given pack, so that gaps and overlaps
can be found by walking all combinations.
"""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A string enumeration that hashes as fast as its text: the counter looks plans up by such words."""

    __hash__ = str.__hash__


class CareKind(Word):
    """The kind of care that is settled."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    EMERGENCY_OUTPATIENT = "emergency_outpatient"
    CHRONIC = "chronic"
    PHARMACY = "pharmacy"


class Place(Word):
    """Where care happened, seen from the insured area."""

    LOCAL = "local"
    IN_PROVINCE = "in_province"
    OTHER_PROVINCE = "other_province"


class Standing(Word):
    """How the filing rules treat this visit (regulation, effective-time table)."""

    LOCAL = "local"
    LONG_TERM = "long_term"
    REFERRED = "referred"
    EMERGENCY = "emergency"
    TEMPORARY = "temporary"
    UNFILED = "unfiled"


class PersonClass(Word):
    """What kind of insured person this is."""

    WORKING = "working"
    RETIRED = "retired"
    RESIDENT = "resident"
    CHILD = "child"
    STUDENT = "student"


class InstitutionKind(Word):
    """What kind of institution gives the care."""

    HOSPITAL = "hospital"
    PRIMARY = "primary"
    TCM = "tcm"
    PHARMACY = "pharmacy"


class Fund(Word):
    """Who pays a share that the person does not pay."""

    POOL = "pool"
    LARGE_SUM = "large_sum"
    SERIOUS_ILLNESS = "serious_illness"
    CIVIL_SERVANT = "civil_servant"
    EMPLOYER_SUPPLEMENT = "employer_supplement"
    ASSISTANCE = "assistance"
    DISABLED_SOLDIER = "disabled_soldier"
    OTHER = "other"
    HOSPITAL = "hospital"
    """No fund: what the hospital bears itself, such as the excess over a limited price."""
