"""Plays visits: a signed hospital client sends real messages to the node and keeps what came back."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from yidi.edges.national.counter import Counter, must
from yidi.edges.national.hospital import Exchange, Hospital
from yidi.edges.packs.sample import SamplePerson, SampleVisit
from yidi.processes.settlement.commands import Settled


class Played(Struct, frozen=True):
    """A visit as it was played; `visit_id` is empty when it was refused at registration."""

    visit: SampleVisit
    person: SamplePerson
    exchanges: tuple[Exchange, ...]
    visit_id: str
    claimed: Settled | None = None
    """The statement of a manual claim, where the story has one."""


class StoryFault(Exception):
    """The node answered otherwise than the story tells."""


class Agency(Protocol):
    """What the insured place's agency does in a story, and the person online."""

    async def pause(self, person: SamplePerson) -> None:
        """Pause the person's insurance, as arrears do."""

    async def restore(self, person: SamplePerson) -> None:
        """Restore it."""

    async def claim(self, person: SamplePerson, care: str, visit_id: str) -> Settled:
        """File a manual claim online for a visit paid in full; return its statement."""


async def play(
    hospital: Hospital, visit: SampleVisit, person: SamplePerson, agency: Agency | None = None
) -> Played:
    """Play one visit to its end. Raises CounterFault or StoryFault where it goes otherwise than told."""
    counter = Counter(hospital, visit, person)
    opened = await counter.begin()
    if visit.then == "claim":
        if agency is None:
            raise StoryFault(f"{visit.case}: nobody plays the agency")
        must(hospital.exchanges[-1])
        await counter.treat()
        claimed = await _claim(counter, agency)
        return Played(visit, person, tuple(hospital.exchanges), counter.visit_id, claimed)
    if visit.then == "refused":
        if opened:
            await counter.treat()
            if (await counter.settle()).good:
                raise StoryFault(f"{visit.case}: settled, though it should be refused")
    else:
        must(hospital.exchanges[-1])
        await counter.treat()
        must(await counter.try_out())
        await _end(counter, visit)
    return Played(visit, person, tuple(hospital.exchanges), counter.visit_id)


async def _claim(counter: Counter, agency: Agency) -> Settled:
    """Let direct settlement fail for paused insurance; claim by hand when it is restored."""
    await agency.pause(counter.person)
    if (await counter.settle()).good:
        raise StoryFault(f"{counter.visit.case}: settled, though the insurance is paused")
    await agency.restore(counter.person)
    return await agency.claim(counter.person, counter.hospital.area[:2] + "0000", counter.visit_id)


async def _end(counter: Counter, visit: SampleVisit) -> None:
    """Settle; cancel what was settled, or reverse what was never answered."""
    if visit.then == "reverse":
        lost = await counter.settle(lose_answer=True)
        if lost.answer is not None:
            raise StoryFault(f"{visit.case}: the answer was to be lost")
        must(await counter.reverse(lost))
        return
    settled = must(await counter.settle())
    if visit.then == "cancel":
        must(await counter.cancel(settled))
