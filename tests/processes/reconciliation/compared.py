"""What tests of the reconciliation say to the nation: extracts, findings and a day in the national world."""

from __future__ import annotations

from typing import Any

from tests.builders import AWAY, DISEASES, HOME
from tests.world import World
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.reconciliation import read_reconciliation_rules
from yidi.processes.enrolment.decide import handlers as enrolment
from yidi.processes.ports.deciding import NATION, Handler, Reply
from yidi.processes.reconciliation.commands import CloseDay, Copy, DayClosed, Extract, Finding, Kind, Side
from yidi.processes.reconciliation.decide import handlers
from yidi.processes.relay.decide import HANDLERS as RELAY

DAY = "2026-03-02"
"""A Monday; worlds begin in its morning."""
INPUTS = "0" * 64


def reconciliation() -> tuple[Handler, ...]:
    """The handlers of the reconciliation, with the rules and the calendar that ship."""
    return handlers(read_reconciliation_rules(), read_calendar())


def after_the_day() -> World:
    """A world on the next morning, past the cut-off, without any settlement."""
    world = World((*reconciliation(), *enrolment(DISEASES), *RELAY))
    world.passes(days=1)
    return world


def extract(side: Side, province: str, **given: Any) -> Extract:
    """One party's copy of the day: one settlement of 900 yuan, 450 of them from the funds."""
    usual = {"day": DAY, "settlements": 1, "total_fen": 900_00, "fund_fen": 450_00, "account_fen": 0}
    return Extract(side, province, **usual | given)


def three_parties() -> tuple[Extract, ...]:
    """The extracts of the nation and two provinces, each of which is a care and an insured place."""
    provinces = [(side, code) for code in (AWAY, HOME) for side in (Side.CARE, Side.INSURED)]
    return tuple([extract(side, code) for side, code in ((Side.NATION, NATION), *provinces)])


def copy(**given: Any) -> Copy:
    """A booked copy of that settlement."""
    usual = {"state": "booked", "day": DAY, "total_fen": 900_00, "fund_fen": 450_00, "account_fen": 0}
    return Copy(**usual | given)


def finding(kind: Kind, settlement_id: str = "S1", **given: Any) -> Finding:
    """A settlement that differs: all three copies are there and agree unless said otherwise."""
    usual: dict[str, Any] = {"undoes": "", "case_id": "V1", "care": AWAY, "insured": HOME, "scheme": "310"}
    copies = {"care_copy": copy(), "nation_copy": copy(), "insured_copy": copy()}
    return Finding(kind, settlement_id, **usual | copies | given)


def closing(world: World, *findings: Finding, **given: Any) -> CloseDay:
    """Make the message that closes the day."""
    usual: dict[str, Any] = {"jurisdiction": NATION, "sender": "agency", "msgid": world.next_msgid()}
    usual |= {"day": DAY, "inputs_digest": INPUTS, "extracts": three_parties(), "findings": findings}
    return CloseDay(**usual | given)


def close(world: World, *findings: Finding, **given: Any) -> Reply:
    """Close the day."""
    return world.ask(closing(world, *findings, **given))


def closed(world: World, *findings: Finding, **given: Any) -> DayClosed:
    """Close the day, and insist that it is."""
    reply = close(world, *findings, **given)
    assert isinstance(reply, DayClosed), reply
    return reply
