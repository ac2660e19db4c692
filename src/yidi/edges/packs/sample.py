"""Reads the sample nation: institutions of every province, made persons, and the visits to play."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from yidi.domain.money import parse_yuan
from yidi.processes.enrolment.commands import EnrolPerson, NewCredential, NewMark, NewRelation
from yidi.processes.filing.commands import CertifyChronic, FileForCare, Refer
from yidi.processes.network.commands import DesignateInstitution, Opening
from yidi.processes.ports.deciding import Command
from yidi.processes.relay.commands import Forward, ask_id

AGENCY = "agency"
"""The sender of what a province's own agency does."""


class SampleInstitution(Struct, frozen=True):
    """One made institution; `services` open to people from elsewhere."""

    code: str
    name: str
    kind: str
    grade: str
    character: str
    area: str
    services: tuple[str, ...]
    traits: tuple[str, ...] = ()

    @property
    def province(self) -> str:
        """The jurisdiction it belongs to."""
        return self.area[:2] + "0000"


class SampleFiling(Struct, frozen=True, forbid_unknown_fields=True):
    """A filing made so many days before the demonstration."""

    category: str
    care_area: str
    days_ago: int
    committed: bool = False
    materials: tuple[str, ...] = ()
    channel: str = "app"
    referring: str = ""
    form: str = ""
    diagnosis_code: str = ""
    disease_name: str = ""


class SampleChronic(Struct, frozen=True, forbid_unknown_fields=True):
    """A certified chronic disease."""

    disease_code: str
    disease_name: str
    start: str


class SamplePerson(Struct, frozen=True, forbid_unknown_fields=True):
    """One made person. `story` says which visit of the demonstration is theirs."""

    name: str
    story: str
    insured: str
    person_no: str
    certificate_no: str
    gender: str
    born: str
    voucher: str
    card: str
    account_yuan: str
    relations: tuple[NewRelation, ...]
    marks: tuple[NewMark, ...] = ()
    contracts: tuple[str, ...] = ()
    filings: tuple[SampleFiling, ...] = ()
    chronic: tuple[SampleChronic, ...] = ()


class SampleLine(Struct, frozen=True, forbid_unknown_fields=True):
    """A fee line of a visit: item code, quantity and unit price as decimal text."""

    code: str
    quantity: str
    price: str


class SampleVisit(Struct, frozen=True, forbid_unknown_fields=True):
    """A visit to play. `then` is settle, cancel, reverse, claim or refused; `kind` a code of med_type."""

    case: str
    title_zh: str
    title_en: str
    person: str
    institution: str
    inpatient: bool
    kind: str
    disease_code: str
    disease_name: str
    lines: tuple[SampleLine, ...]
    then: str = "settle"
    marks: dict[str, str] = {}


class SampleNation(Struct, frozen=True):
    """Everything made."""

    institutions: tuple[SampleInstitution, ...]
    persons: tuple[SamplePerson, ...]
    visits: tuple[SampleVisit, ...]


def read_yaml(file: Path) -> object:
    """Read a YAML file with the fast safe loader where the C library is there."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text("utf-8"), Loader=loader)


def read_sample(packs: Path) -> SampleNation:
    """Read `packs/sample`. Raises msgspec.ValidationError where a file does not hold what it should."""
    folder = packs / "sample"
    with (folder / "institutions.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    institutions = [
        {**row, "services": row["services"].split(), "traits": (row.get("traits") or "").split()}
        for row in rows
    ]
    persons, visits = read_yaml(folder / "persons.yaml"), read_yaml(folder / "visits.yaml")
    assert isinstance(persons, dict)
    assert isinstance(visits, dict)
    return SampleNation(
        msgspec.convert(institutions, tuple[SampleInstitution, ...]),
        msgspec.convert(persons["persons"], tuple[SamplePerson, ...]),
        msgspec.convert(visits["visits"], tuple[SampleVisit, ...]),
    )


def openings_of(institution: SampleInstitution, diseases: tuple[str, ...]) -> Iterator[Opening]:
    """Open an institution's services; the chronic service once a disease."""
    for service in institution.services:
        if service == "chronic":
            yield from (Opening("chronic", disease) for disease in diseases)
        else:
            yield Opening(service)


def designate(institution: SampleInstitution, diseases: tuple[str, ...]) -> Command:
    """Designate a sample institution."""
    return DesignateInstitution(
        jurisdiction=institution.province,
        sender=AGENCY,
        msgid=f"sample/{institution.code}",
        institution_code=institution.code,
        name=institution.name,
        kind=institution.kind,
        grade=institution.grade,
        character=institution.character,
        area=institution.area,
        start="2023-01-01",
        openings=tuple(openings_of(institution, diseases)),
        traits=institution.traits,
    )


def enrol(person: SamplePerson) -> Command:
    """Enrol a sample person with the three credentials."""
    return EnrolPerson(
        jurisdiction=person.insured,
        sender=AGENCY,
        msgid=f"sample/{person.person_no}",
        person_no=person.person_no,
        certificate_type="01",
        certificate_no=person.certificate_no,
        name=person.name,
        gender=person.gender,
        ethnicity="01",
        born=person.born,
        sample=True,
        credentials=(
            NewCredential("01", person.voucher, "2020-01-01"),
            NewCredential("02", person.certificate_no, "2020-01-01"),
            NewCredential("03", person.card, "2020-01-01"),
        ),
        relations=person.relations,
        marks=person.marks,
        contracts=person.contracts,
        account_fen=parse_yuan(person.account_yuan) or 0,
    )


def file(person: SamplePerson, filing: SampleFiling, number: int, today: date) -> Command:
    """File for a sample person, as many days ago as the sample says."""
    start = (today - timedelta(days=filing.days_ago)).isoformat()
    msgid = f"sample/{person.person_no}/{number}"
    if filing.referring:
        return Forward(
            jurisdiction=person.insured,
            sender=filing.referring,
            msgid=msgid,
            ask=Refer(
                jurisdiction=person.insured,
                sender=person.insured,
                msgid=ask_id(filing.referring, msgid),
                care=person.insured,
                insured=person.insured,
                origin_sender=filing.referring,
                origin_msgid=msgid,
                person_no=person.person_no,
                scheme=person.relations[0].scheme,
                scope="outside",
                care_area=filing.care_area,
                institution_code="",
                institution_name="",
                referring_institution=filing.referring,
                diagnosis_code=filing.diagnosis_code,
                diagnosis_name=filing.disease_name,
                start=start,
                form=filing.form,
            ),
        )
    return FileForCare(
        jurisdiction=person.insured,
        sender=AGENCY,
        msgid=msgid,
        person_no=person.person_no,
        category=filing.category,
        care_area=filing.care_area,
        start=start,
        channel=filing.channel,
        committed=filing.committed,
        materials=filing.materials,
    )


def certify(person: SamplePerson, chronic: SampleChronic, institution: SampleInstitution) -> Command:
    """Certify a chronic disease at an institution of the person's own province."""
    msgid = f"sample/{person.person_no}/{chronic.disease_code}"
    return Forward(
        jurisdiction=person.insured,
        sender=institution.code,
        msgid=msgid,
        ask=CertifyChronic(
            jurisdiction=person.insured,
            sender=person.insured,
            msgid=ask_id(institution.code, msgid),
            care=person.insured,
            insured=person.insured,
            origin_sender=institution.code,
            origin_msgid=msgid,
            person_no=person.person_no,
            scheme=person.relations[0].scheme,
            disease_code=chronic.disease_code,
            disease_name=chronic.disease_name,
            institution_code=institution.code,
            institution_name=institution.name,
            start=chronic.start,
        ),
    )


def commands_of(nation: SampleNation, today: date, diseases: tuple[str, ...]) -> list[list[Command]]:
    """Return the commands that seed the nation, in waves: what a wave needs, the wave before has done."""
    home = {institution.province: institution for institution in nation.institutions}
    persons = nation.persons
    filings = [file(p, f, n, today) for p in persons for n, f in enumerate(p.filings)]
    certificates = [certify(p, c, home[p.insured]) for p in persons for c in p.chronic if p.insured in home]
    return [
        [designate(institution, diseases) for institution in nation.institutions],
        [enrol(person) for person in persons],
        filings + certificates,
    ]
