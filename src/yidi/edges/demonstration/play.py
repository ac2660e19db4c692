"""Plays visits: a signed hospital client sends real messages to the node and keeps what came back."""

from __future__ import annotations

from msgspec import Struct

from yidi.edges.national.counter import Counter, must
from yidi.edges.national.hospital import Exchange, Hospital
from yidi.edges.packs.sample import SamplePerson, SampleVisit


class Played(Struct, frozen=True):
    """A visit as it was played; `visit_id` is empty when it was refused at registration."""

    visit: SampleVisit
    person: SamplePerson
    exchanges: tuple[Exchange, ...]
    visit_id: str


class StoryFault(Exception):
    """The node answered otherwise than the story tells."""


async def play(hospital: Hospital, visit: SampleVisit, person: SamplePerson) -> Played:
    """Play one visit to its end. Raises CounterFault or StoryFault where it goes otherwise than told."""
    counter = Counter(hospital, visit, person)
    opened = await counter.begin()
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
