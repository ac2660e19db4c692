"""The one table of least privilege: what a role may read, have decided, and on whose data.

Every page asks it, and every command of a named user. What is not written here nobody may.
Regulation: reviews and payments are done by others than those who prepare them (four eyes).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from yidi.edges.access.records import UserAccount
from yidi.processes.ports.deciding import NATION


class Role(StrEnum):
    """What somebody is on this node."""

    HOSPITAL_OPERATOR = "hospital_operator"
    AGENCY_CLERK = "agency_clerk"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    NATIONAL_OPERATOR = "national_operator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Extent(StrEnum):
    """On whose data."""

    OWN_INSTITUTION = "own_institution"
    OWN_JURISDICTION = "own_jurisdiction"
    NATION = "nation"
    BENEATH = "beneath"
    """The own jurisdiction, and at the nation all of the node's."""


class Reading(StrEnum):
    """What can be read."""

    PERSON = "person"
    FILING = "filing"
    SETTLEMENT = "settlement"
    CLAIM = "claim"
    MONEY = "money"
    """Sums between provinces, institutions and accounts: nobody's data."""
    MESSAGE = "message"
    """The path of a message: ids, kinds and times, nobody's data."""
    USERS = "users"
    LOG = "log"
    """The record of readings, and whether the facts are what they were."""


class Purpose(StrEnum):
    """What personal data is read for."""

    SERVICE = "service"
    CLAIM = "claim"
    COMPLAINT = "complaint"
    REVIEW = "review"
    PAYMENT = "payment"
    RECONCILIATION = "reconciliation"
    SUPERVISION = "supervision"
    AUDIT = "audit"
    OPERATION = "operation"


PERSONAL = frozenset({Reading.PERSON, Reading.FILING, Reading.SETTLEMENT, Reading.CLAIM, Reading.LOG})
"""Readings that are recorded."""


class Duty(NamedTuple):
    """What a role has to do: its extent, readings, commands by name, and purposes, the usual one first."""

    extent: Extent
    reads: frozenset[Reading]
    commands: frozenset[str]
    purposes: tuple[Purpose, ...]


def _of(*readings: Reading) -> frozenset[Reading]:
    return frozenset(readings)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DUTIES: Mapping[Role, Duty] = {
    Role.HOSPITAL_OPERATOR: Duty(
        Extent.OWN_INSTITUTION,
        _of(Reading.SETTLEMENT),
        _words("DeclareMonth WithdrawDeclaration ConfirmDetails UndoConfirmation"),
        (Purpose.SERVICE, Purpose.RECONCILIATION, Purpose.COMPLAINT),
    ),
    Role.AGENCY_CLERK: Duty(
        Extent.OWN_JURISDICTION,
        _of(Reading.PERSON, Reading.FILING, Reading.SETTLEMENT, Reading.CLAIM, Reading.MESSAGE),
        _words(
            "EnrolPerson ChangeRelation MoveAccount ReplaceNumber RegisterCredential FileForCare ProveFiling"
            " ChangeFiling CancelFiling FileClaim DesignateInstitution ChangeOpening TakeCase CloseCase"
            " DescribeInstitution AskInstitution"
            " CloseDay RepairDay AskAgain DisputeItem CheckClearing RequestTopUp HandToFinance"
            " HandPrepaymentOver AcknowledgePrepayment CountAreaUse AgreePayment AskDeclarations AskRetention"
        ),
        (Purpose.SERVICE, Purpose.CLAIM, Purpose.COMPLAINT, Purpose.RECONCILIATION),
    ),
    Role.REVIEWER: Duty(
        Extent.OWN_JURISDICTION,
        _of(Reading.PERSON, Reading.FILING, Reading.SETTLEMENT, Reading.CLAIM),
        _words(
            "ReviewFiling RevokeCommitment AcceptDeclaration ReturnDeclaration Deduct SignClearing"
            " AuditDeduction ResolveDispute RefundAfterClearing CallAreas AskDeclarations AskRetention"
        ),
        (Purpose.REVIEW, Purpose.COMPLAINT, Purpose.RECONCILIATION),
    ),
    Role.FINANCE: Duty(
        Extent.OWN_JURISDICTION,
        _of(Reading.MONEY),
        _words(
            "RegisterBankAccount ImportStatement MatchLines ExplainLine OffsetLines MakeOrders PayInstitution"
            " ReleaseRetention PayNotice ConfirmReceipt ReportPrepaymentPaid ConfirmPrepaymentReceived"
            " AreaPaid AskDeclarations AskRetention"
        ),
        (Purpose.PAYMENT,),
    ),
    Role.SUPERVISOR: Duty(
        Extent.OWN_JURISDICTION,
        _of(Reading.PERSON, Reading.SETTLEMENT, Reading.CLAIM, Reading.MONEY, Reading.MESSAGE),
        _words(""),
        (Purpose.SUPERVISION, Purpose.COMPLAINT),
    ),
    Role.NATIONAL_OPERATOR: Duty(
        Extent.NATION,
        _of(Reading.MONEY, Reading.MESSAGE),
        _words(
            "CountUse PlanYear RateMonth DecideTopUp BuildClearing PublishNotices ResolveDispute Urge"
            " CloseYear CloseDay RepairDay TakeCase CloseCase"
        ),
        (Purpose.OPERATION, Purpose.RECONCILIATION),
    ),
    Role.ADMINISTRATOR: Duty(Extent.BENEATH, _of(Reading.USERS), _words(""), (Purpose.OPERATION,)),
    Role.AUDITOR: Duty(Extent.BENEATH, _of(Reading.LOG), _words(""), (Purpose.AUDIT,)),
}


class FourEyes(NamedTuple):
    """Who did one of `before` about a subject may not do `command` about it.

    `field` names the subject in the commands; in an answer where the subject is only made then.
    """

    command: str
    before: frozenset[str]
    field: str


FOUR_EYES = (
    FourEyes("ReviewFiling", _words("FileForCare ProveFiling ChangeFiling"), "filing_id"),
    FourEyes("PayInstitution", _words("AcceptDeclaration Deduct"), "declaration_id"),
    FourEyes("PayNotice", _words("BuildClearing PublishNotices CheckClearing SignClearing"), "month"),
    FourEyes("SignClearing", _words("BuildClearing CheckClearing"), "month"),
)


class Owned(NamedTuple):
    """Whose data something is: the jurisdictions it belongs to, and the institution where there is one."""

    jurisdictions: frozenset[str]
    institution_code: str = ""


def duty_of(user: UserAccount) -> Duty:
    """Return what a user's role has to do."""
    return DUTIES[Role(user.role)]


def may_read(user: UserAccount, reading: Reading) -> bool:
    """Say whether a role reads such things at all."""
    return reading in duty_of(user).reads


def within(user: UserAccount, owned: Owned) -> bool:
    """Say whether data is in the extent of a user."""
    match duty_of(user).extent:
        case Extent.OWN_INSTITUTION:
            return user.institution_code != "" and owned.institution_code == user.institution_code
        case Extent.OWN_JURISDICTION:
            return user.jurisdiction in owned.jurisdictions
        case Extent.NATION:
            return user.jurisdiction == NATION
        case Extent.BENEATH:
            return user.jurisdiction == NATION or user.jurisdiction in owned.jurisdictions


def may_command(user: UserAccount, command: str, jurisdiction: str, sender: str) -> bool:
    """Say whether a user may have a command decided: by the own jurisdiction, as the own institution."""
    if command not in duty_of(user).commands or jurisdiction != user.jurisdiction:
        return False
    ours = duty_of(user).extent is Extent.OWN_INSTITUTION
    return not ours or (user.institution_code != "" and sender == user.institution_code)


def purpose_of(user: UserAccount, chosen: str) -> str:
    """Return the purpose chosen when the role has it, else the role's usual one."""
    purposes = duty_of(user).purposes
    return chosen if chosen in purposes else purposes[0].value
