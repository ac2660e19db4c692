"""A peer down for a simulated day: `python -m benchmarks.peer_day`.

The real exchange, journal and storage under the simulator's clock, a node a place. From the second hour on
one province is away for a day, while visits of its insured go on elsewhere. Every hour it is looked how many
messages the nation's node holds in memory for it, and how many lie in its outbox, on disk. Then it returns,
and the simulator's auditor proves every settlement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.figures import Figure, show
from yidi.edges.simulation.plan import HOUR_MS, PERSONS, PROVINCES, Case, Fault, FaultKind, Story
from yidi.edges.simulation.playing import Play
from yidi.edges.simulation.stage import built, insured_at
from yidi.edges.simulation.voice import Street
from yidi.wiring import rules

THEME = "Memory of a node"
DAY, BEFORE, AWAY = 24, 1, PROVINCES
ROOM, VISITS_AN_HOUR, PATIENCE_MS = 40, 6, HOUR_MS


class Hour(NamedTuple):
    """What the nation's node holds at the end of a simulated hour."""

    hour: int
    held: int
    outbox: int
    matters: int


class Day(Play):
    """A run in which the nation's node is looked at every hour."""

    seen: list[Hour]

    async def _until_quiet(self, stories: list[asyncio.Task[None]]) -> None:
        self.seen = []
        watching = asyncio.create_task(self._watch())
        await super()._until_quiet(stories)
        watching.cancel()

    async def _play(self, number: int, street: Street) -> None:
        """Let a hospital ask on for as long as the peer is away, and longer."""
        await super()._play(number, street._replace(gives_up=2.0 * DAY * 3_600))

    async def _watch(self) -> None:
        nation = self.nodes[0]
        assert nation.exchange is not None
        nation.exchange.sender._room = ROOM  # less than comes, so that the bound is met
        for hour in range(1, BEFORE + DAY + 1):
            await asyncio.sleep(3_600)
            rows = nation.medium.connection.execute("SELECT COUNT(*) FROM outbox").fetchone()[0]
            held = max((channel.held for channel in nation.exchange.sender.channels.values()), default=0)
            self.seen.append(Hour(hour, held, rows, len(nation.exchange.matters)))


def the_case() -> Case:
    """Make the run: visits all day of persons whose insured place is away, at the hospitals of the others."""
    people = [number for number in range(PERSONS) if insured_at(number) == AWAY]
    stories = tuple(
        Story(
            at_ms=number * HOUR_MS // VISITS_AN_HOUR,
            person=people[number % len(people)],
            care=1 + number % (PROVINCES - 1),
            charges=(10_000 + number,),
            patience_ms=PATIENCE_MS,
        )
        for number in range((BEFORE + DAY) * VISITS_AN_HOUR)
    )
    away = Fault(FaultKind.CRASH, at_ms=BEFORE * HOUR_MS, for_ms=DAY * HOUR_MS, node=AWAY)
    lasts = (BEFORE + DAY) * HOUR_MS
    return Case(1, "2026-03-10T01:00:00Z", lasts, stories, (away,), sealed=True, exchange=True)


def measure() -> Sequence[Figure]:
    """Run the day; every settlement must have come through, and no more been held than there is room."""
    play = Day(the_case(), built(rules))
    outcome = play.run()
    over = len(play.case.stories) - outcome.settlements
    found = [f"{finding.kind}: {finding.text}" for finding in outcome.findings]
    found += [f"{over} visits were not settled"] if over else []
    held, last = max(one.held for one in play.seen), play.seen[-1]
    note = f"after {last.hour} h {last.outbox} lay in the outbox and {last.matters} matters were open; "
    note += f"{outcome.settlements} settled in the end; "
    note += "; ".join(found[:3]) or "the auditor found nothing"
    name = "a peer down for a simulated day: most messages held in memory for it"
    return [
        Figure(THEME, name, held, "messages", ROOM, note=note),
        Figure(THEME, "a peer down for a simulated day: lost, doubled or wrong", len(found), "findings", 0.0),
    ]


if __name__ == "__main__":
    show(measure())
