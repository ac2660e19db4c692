"""Insured place: how the law of filing treats a visit when it is settled; late filing included."""

from __future__ import annotations

from typing import NamedTuple

from yidi.domain.policy.dimensions import Standing
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import InsuranceRelation
from yidi.processes.filing.records import FILINGS
from yidi.processes.filing.standing import StandingFound, VisitSought, standing
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import Facts
from yidi.processes.settlement.commands import BookSettlement
from yidi.processes.settlement.refusals import NO_FILING_RULES
from yidi.processes.visit.commands import Flags

_END_OF_DAY = "T15:59:59.999999Z"
"""Midnight in Shanghai, as an instant of the same business day."""


class Stood(NamedTuple):
    """The standing with the filing (and its version) it rests on, or why there is no direct settlement.

    `row` is that of the effective-time table and `reason` says it in Chinese and English.
    """

    standing: Standing = Standing.UNFILED
    filing_id: str = ""
    filing_version: int = 0
    refusals: tuple[Refusal, ...] = ()
    row: int = 0
    reason: tuple[str, str] = ("", "")


def emergency(flags: Flags) -> bool:
    """Say whether the institution marked an emergency, which counts as filed (regulation 2.8)."""
    return flags.admission == "2" or flags.urgent in ("1", "3")


def stood(
    command: BookSettlement,
    relation: InsuranceRelation,
    facts: Facts,
    areas: Areas,
    today: str,
    *,
    claim: bool = False,
) -> Stood:
    """Return the standing of a bill, with every filing known by now.

    A manual claim is never refused for want of a filing; it was paid on the day the visit ended, and what
    was filed after that changes nothing (effective-time table, row 5).
    """
    rules = areas.filing(relation.area, command.ended_on)
    if rules is None:
        missing = NO_FILING_RULES.because("area", area=relation.area, day=command.ended_on)
        return Stood(refusals=(missing,))
    sought = VisitSought(
        insured_area=relation.area,
        care_area=command.care_area,
        institution_code=command.institution_code,
        care_kind=command.care_kind,
        started_on=command.started_on,
        day=command.ended_on if claim else today,
        emergency=emergency(command.flags),
        paid_at=f"{command.ended_on}{_END_OF_DAY}" if claim else "",
    )
    found = standing(
        facts.many(FILINGS, command.jurisdiction, command.person_no), sought, rules, areas.divisions
    )
    if isinstance(found, StandingFound):
        reason = (found.reason_zh, found.reason_en)
        return Stood(found.standing, found.filing_id, found.filing_version, (), found.row, reason)
    return Stood(refusals=found)
