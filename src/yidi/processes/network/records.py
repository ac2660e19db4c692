"""Facts of the care place about its designated institutions."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yidi.processes.ports.deciding import Many, One


class Service(StrEnum):
    """What an institution may be open for, each separately (regulation 1.7)."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    CHRONIC = "chronic"
    PHARMACY = "pharmacy"


class Institution(NamedTuple):
    """One version of a designated institution; the highest version holds. `grade` is a code of hosp_lv.

    `traits` are words of `domain/policy/known.py`, joined by commas: what it is beside its level.
    """

    jurisdiction: str
    institution_code: str
    version: int
    name: str
    kind: str
    grade: str
    character: str
    area: str
    credit_code: str
    state: str
    start: str
    end: str
    recorded_at: str
    traits: str = ""


class ServiceOpening(NamedTuple):
    """One version of an opening of a service; for CHRONIC one a disease code."""

    jurisdiction: str
    institution_code: str
    service: str
    disease_code: str
    version: int
    state: str
    start: str
    end: str
    recorded_at: str


class SignIn(NamedTuple):
    """An operator's sign-in; `ended_at` of the sign-out comes as a SignOut."""

    jurisdiction: str
    sign_no: str
    institution_code: str
    operator: str
    signed_in_at: str


class SignOut(NamedTuple):
    """An operator's sign-out."""

    jurisdiction: str
    sign_no: str
    institution_code: str
    operator: str
    signed_out_at: str


class StoredFile(NamedTuple):
    """A file an institution uploaded; `content` is base64."""

    jurisdiction: str
    file_no: str
    institution_code: str
    name: str
    content: str
    size_bytes: int
    recorded_at: str


class ItemMapping(NamedTuple):
    """One version of an institution's own item mapped to the national code; `state` mapped or withdrawn."""

    jurisdiction: str
    institution_code: str
    own_code: str
    item_code: str
    version: int
    own_name: str
    list_type: str
    state: str
    start: str
    end: str
    recorded_at: str


INSTITUTION = Many("institution", Institution, ("jurisdiction", "institution_code"), ("version",))
INSTITUTIONS_OF_NAME = Many(
    "institutions_of_name", Institution, ("jurisdiction", "name"), ("institution_code", "version")
)
OPENINGS = Many(
    "openings",
    ServiceOpening,
    ("jurisdiction", "institution_code"),
    ("service", "disease_code", "version"),
)
SIGN_IN = One("sign_in", SignIn, ("jurisdiction", "sign_no"))
SIGN_OUT = One("sign_out", SignOut, ("jurisdiction", "sign_no"))
STORED_FILE = One("stored_file", StoredFile, ("jurisdiction", "file_no"))
MAPPING = Many(
    "mapping", ItemMapping, ("jurisdiction", "institution_code", "own_code"), ("item_code", "version")
)

RECORDS = (Institution, ServiceOpening, SignIn, SignOut, StoredFile, ItemMapping)
VIEWS = (INSTITUTION, INSTITUTIONS_OF_NAME, OPENINGS, SIGN_IN, SIGN_OUT, STORED_FILE, MAPPING)
