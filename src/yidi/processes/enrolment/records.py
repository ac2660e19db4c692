"""Facts of the insured place about its persons. Nothing is edited: a change is the next version."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yidi.processes.ports.deciding import Many, One, Sum


class InsuranceState(StrEnum):
    """State of an insurance relation (regulation 4.6). The first four carry the national codes 1 to 4."""

    NORMAL = "normal"
    PAUSED = "paused"
    ENDED = "ended"
    WAITING = "waiting"
    LOCKED = "locked"


class Person(NamedTuple):
    """A person known to an insured province. `person_no` is opaque and local to it.

    A later number of the same person (regulation 4.5) is a row of its own that `stands_for` the first one,
    under which all facts of the person lie; empty for the first.
    """

    jurisdiction: str
    person_no: str
    certificate_type: str
    certificate_no: str
    name: str
    gender: str
    ethnicity: str
    born: str
    sample: int
    recorded_at: str
    stands_for: str = ""


class Credential(NamedTuple):
    """What a person shows: e-voucher 01, ID card 02, social card 03 (dictionary mdtrt_cert_type)."""

    jurisdiction: str
    kind: str
    number: str
    person_no: str
    start: str
    end: str
    recorded_at: str


class InsuranceRelation(NamedTuple):
    """One version of a person's relation to a scheme in a pooling area; the highest version holds."""

    jurisdiction: str
    person_no: str
    scheme: str
    area: str
    version: int
    person_type: str
    state: str
    start: str
    end: str
    paused_on: str
    civil_servant: int
    plan_tier: str
    employer: str
    recorded_at: str


class IdentityMark(NamedTuple):
    """A person's special identity (psn_idet_type), e.g. needy categories of medical assistance."""

    jurisdiction: str
    person_no: str
    identity_type: str
    version: int
    level: str
    start: str
    end: str
    recorded_at: str


class ChronicCertificate(NamedTuple):
    """Approval of a chronic or special disease 门诊慢特病; `state` is valid or cancelled."""

    jurisdiction: str
    person_no: str
    disease_code: str
    version: int
    disease_name: str
    institution_code: str
    state: str
    start: str
    end: str
    recorded_at: str


class FamilyDoctorContract(NamedTuple):
    """A contract with a primary institution 家庭医生签约."""

    jurisdiction: str
    person_no: str
    institution_code: str
    start: str
    end: str
    recorded_at: str


class AccountEntry(NamedTuple):
    """A movement of a personal account 个人账户: income positive, payment negative."""

    jurisdiction: str
    person_no: str
    entry_id: str
    reason: str
    amount_fen: int
    recorded_at: str


class DirectoryEntry(NamedTuple):
    """The nation's directory: which province answers for a credential; its latest entry holds.

    `start` and `end` bound the days for which that province has a relation: a person who moves is enrolled
    at the new place weeks before it answers.
    """

    jurisdiction: str
    kind: str
    number: str
    version: str
    insured: str
    active: int
    start: str
    end: str
    recorded_at: str


PERSON = One("person", Person, ("jurisdiction", "person_no"))
PERSON_OF_CERTIFICATE = Many(
    "person_of_certificate", Person, ("jurisdiction", "certificate_type", "certificate_no"), ("person_no",)
)
CREDENTIAL = One("credential", Credential, ("jurisdiction", "kind", "number"))
CREDENTIALS_OF_PERSON = Many(
    "credentials_of_person", Credential, ("jurisdiction", "person_no"), ("kind", "number")
)
RELATIONS = Many("relations", InsuranceRelation, ("jurisdiction", "person_no"), ("scheme", "area", "version"))
IDENTITY_MARKS = Many(
    "identity_marks", IdentityMark, ("jurisdiction", "person_no"), ("identity_type", "version")
)
CERTIFICATES = Many(
    "certificates", ChronicCertificate, ("jurisdiction", "person_no"), ("disease_code", "version")
)
CONTRACTS = Many("contracts", FamilyDoctorContract, ("jurisdiction", "person_no"), ("start",))
ACCOUNT = Sum("account", AccountEntry, ("jurisdiction", "person_no"), of="amount_fen", per="reason")
ACCOUNT_ENTRY = One("account_entry", AccountEntry, ("jurisdiction", "person_no", "entry_id"))
DIRECTORY = Many("directory", DirectoryEntry, ("jurisdiction", "kind", "number"), ("version",))

RECORDS = (
    Person,
    Credential,
    InsuranceRelation,
    IdentityMark,
    ChronicCertificate,
    FamilyDoctorContract,
    AccountEntry,
    DirectoryEntry,
)
VIEWS = (
    PERSON,
    PERSON_OF_CERTIFICATE,
    CREDENTIAL,
    CREDENTIALS_OF_PERSON,
    RELATIONS,
    IDENTITY_MARKS,
    CERTIFICATES,
    CONTRACTS,
    ACCOUNT,
    ACCOUNT_ENTRY,
    DIRECTORY,
)
