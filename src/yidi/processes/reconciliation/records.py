"""Facts of the daily reconciliation, all of them the nation's: runs, what each side had, differences, cases.

Source: regulation 5.2, step 13 (three-party match of care province, nation and insured province).
"""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many


class ReconciliationRun(NamedTuple):
    """A day compared. A further version exists only where the inputs or the result differ from the last.

    `inputs_digest` is the SHA-256 of the extracts, `result_digest` of sides and findings, in hexadecimal.
    """

    jurisdiction: str
    day: str
    version: int
    inputs_digest: str
    result_digest: str
    settlements: int
    findings: int
    recorded_at: str


class ComparedSide(NamedTuple):
    """What one party had of a day when a run compared it: `side` is care, nation or insured. Fen."""

    jurisdiction: str
    day: str
    side: str
    province: str
    version: int
    settlements: int
    total_fen: int
    fund_fen: int
    account_fen: int
    recorded_at: str


class Difference(NamedTuple):
    """A settlement of which the three copies do not say the same, in versions.

    `state` is open (repairable), case (somebody must act), repaired (`proof` names the run that no longer
    has it) or settled (`proof` is the reason with which its case was closed). `odd_side` is the side that
    stands alone. The copies' states are empty and the amounts None where a side has no copy. `owner` is the
    jurisdiction that must act, until `due_on`.
    """

    jurisdiction: str
    difference_id: str
    version: int
    day: str
    kind: str
    settlement_id: str
    undoes: str
    case_id: str
    care: str
    insured: str
    scheme: str
    odd_side: str
    care_state: str
    care_total_fen: int | None
    care_fund_fen: int | None
    care_account_fen: int | None
    nation_state: str
    nation_total_fen: int | None
    nation_fund_fen: int | None
    nation_account_fen: int | None
    insured_state: str
    insured_total_fen: int | None
    insured_fund_fen: int | None
    insured_account_fen: int | None
    repair: str
    cause_zh: str
    cause_en: str
    owner: str
    due_on: str
    state: str
    proof: str
    recorded_at: str


class RepairSent(NamedTuple):
    """A repair of a difference set out on its way, once for every version of the difference."""

    jurisdiction: str
    difference_id: str
    version: int
    day: str
    repair: str
    recipient: str
    recorded_at: str


class ReconciliationCase(NamedTuple):
    """What nobody can repair by a message: opened, taken by a clerk of the owner, closed with a reason."""

    jurisdiction: str
    case_no: str
    version: int
    difference_id: str
    day: str
    owner: str
    due_on: str
    state: str
    taken_by: str
    reason: str
    recorded_at: str


RUNS_OF_DAY = Many("reconciliation_runs_of_day", ReconciliationRun, ("jurisdiction", "day"), ("version",))
SIDES_OF_DAY = Many(
    "compared_sides_of_day", ComparedSide, ("jurisdiction", "day"), ("version", "side", "province")
)
DIFFERENCES_OF_DAY = Many(
    "differences_of_day", Difference, ("jurisdiction", "day"), ("difference_id", "version")
)
REPAIRS_OF_DAY = Many("repairs_of_day", RepairSent, ("jurisdiction", "day"), ("difference_id", "version"))
CASES_OF_DAY = Many(
    "reconciliation_cases_of_day", ReconciliationCase, ("jurisdiction", "day"), ("case_no", "version")
)
CASE_VERSIONS = Many(
    "reconciliation_case_versions", ReconciliationCase, ("jurisdiction", "case_no"), ("version",)
)

RECORDS = (ReconciliationRun, ComparedSide, Difference, RepairSent, ReconciliationCase)
VIEWS = (RUNS_OF_DAY, SIDES_OF_DAY, DIFFERENCES_OF_DAY, REPAIRS_OF_DAY, CASES_OF_DAY, CASE_VERSIONS)
