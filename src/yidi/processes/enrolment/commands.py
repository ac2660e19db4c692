"""What is asked of enrolment, by the agency, by institutions (through their care place), by the nation."""

from __future__ import annotations

from msgspec import Struct

from yidi.processes.ports.deciding import Ask, Command, Reply


class Shown(Struct, frozen=True):
    """The credential a person shows at the counter, and the certificate behind it."""

    kind: str
    number: str
    card_serial: str = ""
    certificate_type: str = ""
    certificate_no: str = ""
    name: str = ""


class NewCredential(Struct, frozen=True):
    """A credential to issue."""

    kind: str
    number: str
    start: str
    end: str = "9999-12-31"


class NewRelation(Struct, frozen=True):
    """An insurance relation to open. `state` is an InsuranceState."""

    scheme: str
    area: str
    person_type: str
    start: str
    state: str = "normal"
    end: str = "9999-12-31"
    civil_servant: bool = False
    plan_tier: str = ""
    employer: str = ""


class NewMark(Struct, frozen=True):
    """A special identity to note."""

    identity_type: str
    start: str
    level: str = ""
    end: str = "9999-12-31"


class EnrolPerson(Command, frozen=True, kw_only=True):
    """The agency enrols a person; the nation's directory learns of every credential.

    Answer: Done(person_no). An ID card is a credential without being named: the certificate of a resident.
    """

    person_no: str
    certificate_type: str
    certificate_no: str
    name: str
    gender: str
    ethnicity: str
    born: str
    sample: bool
    credentials: tuple[NewCredential, ...] = ()
    relations: tuple[NewRelation, ...] = ()
    marks: tuple[NewMark, ...] = ()
    contracts: tuple[str, ...] = ()
    """Institution codes of family-doctor contracts, from today."""
    account_fen: int = 0


class ChangeRelation(Command, frozen=True, kw_only=True):
    """The agency opens, pauses, ends, locks or restores a relation (next version). Answer: Done."""

    person_no: str
    relation: NewRelation


class ReplaceNumber(Command, frozen=True, kw_only=True):
    """The agency gives a person another number, as when an area changes systems (regulation 4.5).

    Everything of the person is found under either number from then on. Answer: Done(new_no).
    """

    person_no: str
    new_no: str


class NumberReplaced(Command, frozen=True, kw_only=True):
    """The insured place to itself: tell the hospitals of the person's stays. No answer."""

    person_no: str
    new_no: str


class TakeNumber(Command, frozen=True, kw_only=True):
    """Insured place to care place, through the nation: the person of a stay has a further number.

    No answer. The visit is known under either number from then on (regulation 4.5).
    """

    visit_id: str
    new_no: str


class MoveAccount(Command, frozen=True, kw_only=True):
    """The agency credits (positive) or corrects (negative) a personal account. Answer: Done."""

    person_no: str
    entry_id: str
    reason: str
    amount_fen: int


class RegisterCredential(Command, frozen=True, kw_only=True):
    """An insured place tells the nation's directory that it answers for a credential. Answer: Done."""

    kind: str
    number: str
    insured: str
    active: bool
    start: str = "0001-01-01"
    end: str = "9999-12-31"


class FindInsured(Ask, frozen=True, kw_only=True):
    """Ask the nation which province answers for a credential. Answer: InsuredFound or Refused.

    A question like any other between provinces, with the nation as the one that is asked (`insured`).
    """

    queries = True
    kind: str
    number: str


class InsuredFound(Reply, frozen=True, kw_only=True):
    """The one province whose active entitlement answers for the credential."""

    insured: str


class FindPerson(Ask, frozen=True, kw_only=True):
    """Who is this person and how insured: the first question at the counter.

    Answer: PersonFound or Refused.
    """

    queries = True
    shown: Shown
    since: str = ""
    """A day: relations that ended before it are left out; empty means only what holds today."""


class RelationShown(Struct, frozen=True):
    """One relation as institutions see it; `balance_fen` of the personal account."""

    scheme: str
    area: str
    person_type: str
    state: str
    start: str
    paused_on: str
    civil_servant: bool
    employer: str
    balance_fen: int
    answers: bool
    """Whether this is the one active entitlement that answers (regulation 4.9)."""


class MarkShown(Struct, frozen=True):
    """One special identity as institutions see it."""

    identity_type: str
    level: str
    start: str
    end: str


class PersonFound(Reply, frozen=True, kw_only=True):
    """The person with all relations; `age` in whole years on the day asked."""

    person_no: str
    certificate_type: str
    certificate_no: str
    name: str
    gender: str
    ethnicity: str
    born: str
    age: int
    relations: tuple[RelationShown, ...]
    marks: tuple[MarkShown, ...]


class CheckEntitlement(Ask, frozen=True, kw_only=True):
    """Which funds may pay for such a visit. Answer: Entitlement or Refused."""

    queries = True
    person_no: str
    scheme: str
    institution_code: str
    visit_kind: str
    start: str
    disease_code: str = ""


class FundEntitled(Struct, frozen=True):
    """Whether one fund (code of fund_pay_type) may pay, and why not."""

    fund_type: str
    entitled: bool
    start: str
    end: str
    reason_zh: str = ""
    reason_en: str = ""


class Entitlement(Reply, frozen=True, kw_only=True):
    """The answer to CheckEntitlement: one row a fund."""

    person_no: str
    funds: tuple[FundEntitled, ...]
