"""What is said in a reconciliation: a day is closed and repaired, and what repairs send between places."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from yidi.processes.ports.deciding import Command, Reply


class Kind(StrEnum):
    """What may be wrong with the three copies of a settlement."""

    MISSING_AT_CARE = "missing_at_care"
    MISSING_AT_NATION = "missing_at_nation"
    MISSING_AT_INSURED = "missing_at_insured"
    AMOUNT = "amount"
    DUPLICATE = "duplicate"
    REVERSED_AT_ONE_ONLY = "reversed_at_one_only"
    STATE = "state"
    ATTRIBUTION = "attribution"
    LATE = "late"


class Side(StrEnum):
    """The three parties of a settlement."""

    CARE = "care"
    NATION = "nation"
    INSURED = "insured"


class Extract(Struct, frozen=True):
    """One party's copy of a day, as it was compared: how many settlements and their sums in fen."""

    side: Side
    province: str
    day: str
    settlements: int
    total_fen: int
    fund_fen: int
    account_fen: int


class Copy(Struct, frozen=True):
    """One side's copy of a settlement; `state` is booked, refused or open; fen."""

    state: str
    day: str
    total_fen: int
    fund_fen: int
    account_fen: int


class Finding(Struct, frozen=True):
    """A settlement whose copies differ. `odd_side` is the side that stands alone, empty when none does."""

    kind: Kind
    settlement_id: str
    undoes: str
    case_id: str
    care: str
    insured: str
    scheme: str
    odd_side: str = ""
    care_copy: Copy | None = None
    nation_copy: Copy | None = None
    insured_copy: Copy | None = None

    @property
    def copies(self) -> tuple[tuple[Side, Copy | None], ...]:
        """The three copies by side."""
        return (
            (Side.CARE, self.care_copy),
            (Side.NATION, self.nation_copy),
            (Side.INSURED, self.insured_copy),
        )


class CloseDay(Command, frozen=True, kw_only=True):
    """To the nation: a day was compared, this came out. Answer: DayClosed or Refused.

    `inputs_digest` is the SHA-256 of the extracts in hexadecimal. The same inputs and findings again record
    nothing; others make a further version of the run.
    """

    day: str
    inputs_digest: str
    extracts: tuple[Extract, ...]
    findings: tuple[Finding, ...]


class DayClosed(Reply, frozen=True, kw_only=True):
    """How the day stands: `version` of the run, whether it was `repeated`, differences by state."""

    day: str
    version: int
    repeated: bool
    result_digest: str
    open: int
    cases: int
    repaired: int
    settled: int


class RepairDay(Command, frozen=True, kw_only=True):
    """To the nation: set out every repair of the day's open differences. Answer: RepairsSet."""

    day: str


class RepairsSet(Reply, frozen=True, kw_only=True):
    """How many repairs set out; whether they worked shows when the day is compared again."""

    day: str
    repairs: int


class Repair(StrEnum):
    """What can be repaired by ordinary messages.

    ASK_AGAIN: the insured place's stored answer is sent home once more. COPY_AGAIN: the nation is given its
    copy. UNDO_AGAIN: the question to undo, which never arrived, is asked again under its own id.
    """

    ASK_AGAIN = "ask_again"
    COPY_AGAIN = "copy_again"
    UNDO_AGAIN = "undo_again"


class AskAgain(Command, frozen=True, kw_only=True):
    """Nation to care place: ask once more about this settlement. `copied`: the nation has its copy."""

    settlement_id: str
    repair: Repair
    copied: bool


class AnswerAgain(Command, frozen=True, kw_only=True):
    """Care place to insured place: send the stored answer to my question once more.

    `about` is the question's type name, `ask_msgid` its id. With COPY_AGAIN only the nation needs it;
    `copied` says that the nation has its copy already.
    """

    care: str
    settlement_id: str
    about: str
    ask_msgid: str
    case: str
    origin_sender: str
    origin_msgid: str
    repair: Repair
    copied: bool


class KeepCopy(Command, frozen=True, kw_only=True):
    """Insured place to nation: the copy of a settlement the nation lacks; it goes no further. Fen."""

    reply_msgid: str
    case: str
    about: str
    care: str
    settlement_id: str
    undoes: str
    area: str
    scheme: str
    business_day: str
    total_fen: int
    fund_fen: int
    account_fen: int
    person_fen: int


class TakeCase(Command, frozen=True, kw_only=True):
    """To the nation: a clerk of the owner takes a case. Answer: CaseStands or Refused."""

    case_no: str
    owner: str
    taken_by: str


class CloseCase(Command, frozen=True, kw_only=True):
    """To the nation: the case is settled otherwise, and why. Answer: CaseStands or Refused."""

    case_no: str
    owner: str
    reason: str


class CaseStands(Reply, frozen=True, kw_only=True):
    """A case as it stands now: open, taken or closed."""

    case_no: str
    state: str
    due_on: str
