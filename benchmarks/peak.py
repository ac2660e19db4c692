"""The national peak, held: 100 settlements/s and 800 messages/s at planned instants, on one node.

Visits begin, seven messages each, and questions about persons are asked, at drawn instants: a fiftieth more
of them than is to be held, for drawn instants fall short of their mean now and then. Latency of a message
counts from when it could be sent; of the first of a visit, from its planned instant.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from benchmarks.figures import Figure
from benchmarks.gauge import gauge_seconds
from benchmarks.load.client import Connection, Load, Tally, connect, is_good
from benchmarks.load.ground import ground
from benchmarks.load.messages import signed
from benchmarks.load.node import free_port, served
from benchmarks.load.playing import SETTLEMENT_MARK, VISIT_MARK, WHOLE_VISIT, Scene
from benchmarks.load.state import State
from benchmarks.settlement import NAMES, proof_figure
from benchmarks.visits import OPENING, SETTLING, found_settlement, found_visit

THEME = "The national peak on one node: 100 settlements/s and 800 messages/s"
SETTLEMENTS_TARGET, MESSAGES_TARGET, P99_TARGET_MS = 100.0, 800.0, 1_000.0
VISITS_A_SECOND, QUESTIONS_A_SECOND = 102.0, 102.0
IDENTIFYING = "1101"
CONNECTIONS = 128


class Peak:
    """Plays visits and asks questions at planned instants over a pool of connections."""

    def __init__(self, state: State) -> None:
        self.state, self.messages, self.visits = state, Tally(), 0
        self.free: asyncio.Queue[Connection] = asyncio.Queue()

    async def open(self, port: int) -> None:
        """Open the connections."""
        for _ in range(CONNECTIONS):
            self.free.put_nowait(await connect(port))

    def close(self) -> None:
        """Close them."""
        while not self.free.empty():
            self.free.get_nowait().transport.close()

    async def say(self, clone: int, number: str, text: str, since: float) -> bytes:
        """Send one message of a clone and count it."""
        connection = await self.free.get()
        played = self.state.case_of(clone)
        body = await connection.send(signed(self.state.scene, played, number, text.encode()))
        self.messages.add(body, time.perf_counter() - since)
        self.free.put_nowait(connection)
        return body

    async def visit(self, clone: int, planned: float) -> None:
        """Play one visit; it ends at a message that is refused."""
        case = self.state.case_of(clone).case
        made = case.numbers.of_clone(clone)
        visit_id = settlement_id = ""
        for number in WHOLE_VISIT:
            text = case.text_of(number, made)
            text = text.replace(VISIT_MARK, visit_id).replace(SETTLEMENT_MARK, settlement_id)
            body = await self.say(clone, number, text, planned)
            if not is_good(body):
                return
            if number == OPENING:
                visit_id = found_visit(body)
            elif number == SETTLING:
                settlement_id = found_settlement(body)
                self.visits += 1
            planned = time.perf_counter()

    async def question(self, clone: int, planned: float) -> None:
        """Ask who somebody is."""
        case = self.state.case_of(clone).case
        await self.say(clone, IDENTIFYING, case.text(IDENTIFYING, clone), planned)


async def at_instants(
    rate: float, seconds: float, people: int, one: Callable[[int, float], Awaitable[None]], seed: int
) -> None:
    """Begin something a clone at drawn instants (Poisson), however slow the answers are."""
    chance, tasks = random.Random(seed), set[asyncio.Future[None]]()
    start = planned = time.perf_counter()
    for clone in range(people):
        planned += chance.expovariate(rate)
        if planned > start + seconds:
            break
        await asyncio.sleep(max(0.0, planned - time.perf_counter()))
        task = asyncio.ensure_future(one(clone, planned))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


async def held(peak: Peak, seconds: float) -> Load:
    """Hold the peak for so many seconds."""
    people, start = peak.state.people, time.perf_counter()
    await asyncio.gather(
        at_instants(VISITS_A_SECOND, seconds, people, peak.visit, 1),
        at_instants(QUESTIONS_A_SECOND, seconds, people, peak.question, 2),
    )
    return peak.messages.load(time.perf_counter() - start)


async def measure(scene: Scene, seconds: float, engine: str = "postgresql") -> list[Figure]:
    """Hold the peak on one node beside the client, and prove what was booked."""
    state = State(scene, int(VISITS_A_SECOND * seconds * 1.1) + 200, 0, 0)
    async with ground(engine, state) as made:
        port, peak = free_port(), Peak(state)
        with served(made.settings(port, 1), port):
            await peak.open(port)
            seen = await held(peak, seconds)
            peak.close()
        made.answered = peak.visits
        findings = await made.check()
    name = f"{NAMES[engine]}, {seconds / 60:g} minutes"
    rate, bad = peak.visits / seen.seconds, f", {seen.bad} NOT GOOD: {seen.example[:160]}" if seen.bad else ""
    note = f"p50 {seen.p50:.1f} ms, longest {seen.percentiles[100.0]:.0f} ms{bad}"
    cost = 1 / seen.rate / gauge_seconds() if seen.rate else None
    return [
        Figure(THEME, f"{name}: settlements", rate, "/s", SETTLEMENTS_TARGET, True),
        Figure(THEME, f"{name}: messages", seen.rate, "/s", MESSAGES_TARGET, True, cost, note),
        Figure(THEME, f"{name}: p99 of a message", seen.p99, "ms", P99_TARGET_MS),
        proof_figure(name, made.answered, findings)._replace(theme=THEME),
    ]
