"""What is asked of filing: by persons and relatives, by the agency, by referring institutions."""

from __future__ import annotations

from msgspec import Struct

from yidi.processes.ports.deciding import Ask, Command, Reply


class Agent(Struct, frozen=True):
    """A relative who files for the person (regulation 2.3)."""

    name: str
    relation: str
    certificate_no: str
    phone: str


class FileForCare(Command, frozen=True, kw_only=True):
    """A person, relative or clerk files. Answer: Filed or Refused.

    `channel` is app, mini_program, window, phone ...; `self_service` True is approved at once (2.4),
    False goes to review. `continues` names the filing of the same illness that this simplifies.
    """

    person_no: str
    category: str
    care_area: str
    start: str
    end: str = ""
    channel: str = "app"
    self_service: bool = True
    committed: bool = False
    materials: tuple[str, ...] = ()
    institution_code: str = ""
    referring_institution: str = ""
    form: str = ""
    diagnosis_code: str = ""
    disease_name: str = ""
    agent: Agent | None = None
    continues: str = ""
    reason: str = ""


class Filed(Reply, frozen=True, kw_only=True):
    """The filing as it stands after the command."""

    filing_id: str
    version: int
    state: str
    start: str
    end: str


class ReviewFiling(Command, frozen=True, kw_only=True):
    """The agency approves or returns a filing under review. Answer: Filed."""

    filing_id: str
    approve: bool
    reason: str = ""


class ProveFiling(Command, frozen=True, kw_only=True):
    """Papers supplied later for a filing made by commitment. Answer: Filed."""

    filing_id: str
    materials: tuple[str, ...]


class RevokeCommitment(Command, frozen=True, kw_only=True):
    """The agency suspends a filing whose commitment proved untrue (2.2). Answer: Filed."""

    filing_id: str
    reason: str


class ChangeFiling(Command, frozen=True, kw_only=True):
    """Change where a filing leads; long-term ones only after the area's lock period. Answer: Filed."""

    filing_id: str
    care_area: str
    start: str


class CancelFiling(Command, frozen=True, kw_only=True):
    """Cancel a filing; long-term ones only after the area's lock period. Answer: Filed."""

    filing_id: str
    from_day: str
    reason: str = ""


class Refer(Ask, frozen=True, kw_only=True):
    """A home institution refers a person elsewhere (a filing of category REFERRED). Answer: Filed.

    `scope` is city, province or outside (dictionary refl_type).
    """

    person_no: str
    scheme: str
    scope: str
    care_area: str
    institution_code: str
    institution_name: str
    referring_institution: str
    diagnosis_code: str
    diagnosis_name: str
    start: str
    end: str = ""
    reason: str = ""
    opinion: str = ""
    form: str = "electronic"
    phone: str = ""
    address: str = ""


class WithdrawReferral(Ask, frozen=True, kw_only=True):
    """The home institution withdraws its referral. Answer: Filed."""

    filing_id: str
    person_no: str
    reason: str = ""


class CertifyChronic(Ask, frozen=True, kw_only=True):
    """An institution registers a person's chronic disease. Answer: Filed (id of the certificate)."""

    person_no: str
    scheme: str
    disease_code: str
    disease_name: str
    institution_code: str
    institution_name: str
    start: str
    end: str = ""
    diagnosed_on: str = ""
    doctor_code: str = ""
    phone: str = ""


class WithdrawChronic(Ask, frozen=True, kw_only=True):
    """Withdraw a chronic-disease certificate (`certificate_id` as Filed gave it). Answer: Filed."""

    certificate_id: str
    person_no: str
    reason: str = ""


class SelectInstitution(Ask, frozen=True, kw_only=True):
    """Register a person's selected institution. Answer: Filed."""

    person_no: str
    institution_code: str
    institution_name: str
    business_kind: str
    scheme: str = ""
    start: str = ""
    end: str = ""
    phone: str = ""


class WithdrawSelection(Ask, frozen=True, kw_only=True):
    """Withdraw a selected institution. Answer: Filed."""

    selection_id: str
    person_no: str
    reason: str = ""


class AskChronic(Ask, frozen=True, kw_only=True):
    """Which chronic diseases are certified. Answer: ChronicFound."""

    queries = True
    person_no: str


class ChronicRow(Struct, frozen=True):
    """One certificate."""

    disease_code: str
    disease_name: str
    start: str
    end: str


class ChronicFound(Reply, frozen=True, kw_only=True):
    """The certificates valid today or later."""

    rows: tuple[ChronicRow, ...]


class AskSelections(Ask, frozen=True, kw_only=True):
    """Which institutions a person selected. Answer: SelectionsFound."""

    queries = True
    person_no: str
    business_kind: str = ""


class SelectionRow(Struct, frozen=True):
    """One selection."""

    selection_id: str
    institution_code: str
    scheme: str
    business_kind: str
    start: str
    end: str
    institution_name: str = ""
    """Empty when the insured place does not know the institution."""


class SelectionsFound(Reply, frozen=True, kw_only=True):
    """The selections valid today or later."""

    person_no: str
    rows: tuple[SelectionRow, ...]


class AskFilings(Ask, frozen=True, kw_only=True):
    """Which filings and referrals a person has. Answer: FilingsFound."""

    queries = True
    person_no: str
    since: str = ""
    until: str = ""


class FilingRow(Struct, frozen=True):
    """One filing, in its latest version."""

    filing_id: str
    version: int
    category: str
    state: str
    care_area: str
    institution_code: str
    referring_institution: str
    diagnosis_code: str
    disease_name: str
    start: str
    end: str
    filed_at: str
    reason: str


class FilingsFound(Reply, frozen=True, kw_only=True):
    """The filings, newest last."""

    person_no: str
    person_name: str
    rows: tuple[FilingRow, ...]
    scheme: str = ""
    """The basic scheme the person is in; empty when the relation is not known."""
    certificate_type: str = ""
    certificate_no: str = ""
    gender: str = ""
    born: str = ""
    employer: str = ""
