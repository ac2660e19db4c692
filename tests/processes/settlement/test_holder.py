"""Who the person is, is looked at again when the visit is settled: papers, name, and the number itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import HOME_HOSPITAL, HOSPITAL, enrol, relation
from tests.processes.settlement.counter import Counter
from tests.processes.settlement.test_refusing import pause
from tests.world import codes_in, refusals_in
from yidi.processes.enrolment.refusals import RELATION_PAUSED
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.refusals import (
    HOLDER_DIFFERS,
    NO_DIRECT_SETTLEMENT,
    NUMBER_CHANGED,
)

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])
WRONG: list[dict[str, Any]] = [{"certificate_no": "990000196005010025"}, {"person_name": "某乙"}]


@EVERYWHERE
@pytest.mark.parametrize("trial", [False, True])
@pytest.mark.parametrize("wrong", WRONG, ids=["certificate", "name"])
def test_anothers_certificate_or_name_settles_nothing(
    hospital: str, wrong: dict[str, Any], trial: bool
) -> None:
    counter = Counter(hospital)
    visit_id = counter.charged(900_00)
    reply = counter.settle(visit_id, 900_00, trial=trial, **wrong)
    assert codes_in(reply) - {NO_DIRECT_SETTLEMENT.code} == {HOLDER_DIFFERS.code}
    assert not counter.world.records(Settlement)


def test_the_persons_own_papers_settle_in_either_spelling() -> None:
    counter, own = Counter(), enrol()
    visit_id = counter.charged(900_00)
    settled = counter.settled_now(
        visit_id, 900_00, certificate_no=own.certificate_no.lower(), person_name=own.name
    )
    assert settled.fund_fen > 0


def renumbered(counter: Counter) -> None:
    """Let the area change systems: the old number ends, the new one begins with the same certificate."""
    pause(counter, "ended")
    started = relation(area="610200", start=counter.world.today)
    counter.world.ask(enrol("enrol-2", person_no="P2", relations=(started,), credentials=()))


@pytest.mark.parametrize("trial", [False, True])
def test_a_number_that_was_replaced_during_the_stay_is_refused_by_the_name_of_the_new_one(
    trial: bool,
) -> None:
    counter = Counter()
    visit_id = counter.discharged(3_000_00)
    renumbered(counter)
    reply = counter.settle(visit_id, 3_000_00, inpatient=True, trial=trial)
    assert codes_in(reply) - {NO_DIRECT_SETTLEMENT.code} == {NUMBER_CHANGED.code}
    assert "P2" in refusals_in(reply)[0].cause_zh
    assert "P2" in refusals_in(reply)[0].cause_en


def test_a_number_without_a_successor_is_refused_for_its_own_reasons() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    pause(counter)
    assert RELATION_PAUSED.code in codes_in(counter.settle(visit_id, 900_00))
