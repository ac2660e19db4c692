"""Plays a case from its first second until quiet has returned and nothing is under way any more."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from yidi.edges.sealing.proving import Proof
from yidi.edges.sealing.seals import MOST_HEADS, seal_some
from yidi.edges.simulation.auditor import Copies, audit
from yidi.edges.simulation.counter import Counter
from yidi.edges.simulation.disk import Medium, PowerLost
from yidi.edges.simulation.exchanging import Registry, exchange_for
from yidi.edges.simulation.judging import Finding, Heard
from yidi.edges.simulation.loop import Stillness, run_virtually
from yidi.edges.simulation.month import money_of
from yidi.edges.simulation.network import Network
from yidi.edges.simulation.node import SEALED_SECONDS, WATCH_SECONDS, Node, Surroundings, remembering
from yidi.edges.simulation.plan import WEATHER, Case, Fault, FaultKind
from yidi.edges.simulation.stage import SEAL_KEY, Stage, places_of, unlogged
from yidi.edges.simulation.voice import Street
from yidi.processes.ports.deciding import Reply

QUIET_SECONDS = 6 * 3600
"""How long after the last fault everything must have come to rest."""
LOOK_SECONDS = 5.0
SELDOM_SECONDS, SEALED_SELDOM_SECONDS, MONTHS_SECONDS = 900.0, 86_400.0, 120 * 86_400
"""Where weeks pass, journals look around and seal more seldom, and the end may be months away."""
OF_NETWORK = WEATHER | {FaultKind.PARTITION, FaultKind.SLOW}


class Outcome(NamedTuple):
    """How a run ended. `settlements` counts what insured places booked, undoings too."""

    seed: int
    settlements: int
    messages: int
    faults: Tally[str]
    findings: tuple[Finding, ...]
    trace: tuple[str, ...]


class Play:
    """One run of one case."""

    def __init__(self, case: Case, stage: Stage, *, traced: bool = False) -> None:
        self.case, self.stage, self.traced = case, stage, traced
        self.findings: list[Finding] = []
        self.trace: list[str] = []
        self.faults: Tally[str] = Tally()
        self.heard: list[Heard] = []

    def run(self) -> Outcome:
        """Run it, and audit what is left."""
        try:
            with unlogged():
                run_virtually(self._run())
        except Stillness:
            self.findings.append(Finding("stands_still", "somebody waits for what can never come"))
        except (Exception, PowerLost) as error:  # the seed has failed, not the seeds after it
            self.findings.append(Finding("bug", f"the run broke: {type(error).__name__}: {error}"))
        copies = Copies(self.stage.places, tuple(node.medium.connection for node in self.nodes))
        self.findings += audit(copies, self.heard, cleared=self.case.closes_days)
        self.faults.update(self.network.hits)
        settlements = copies.count("settlement")
        messages = copies.count("received")
        for node in self.nodes:
            node.medium.close()
        return Outcome(
            self.case.seed, settlements, messages, self.faults, tuple(self.findings), tuple(self.trace)
        )

    async def _run(self) -> None:
        loop = self.loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._unheard)
        self.network = Network(loop, self.case.seed, self.case.nodes)
        begins = datetime.fromisoformat(self.case.begins)
        lives: dict[tuple[int, int], set[asyncio.Task[Any]]] = {}
        self.registry = Registry(self.stage.places) if self.case.exchange else None
        assert not self.case.exchange or self.case.nodes == len(self.stage.places), "a key for every node"
        if self.case.exchange:
            loop.set_task_factory(remembering(lives))
        around = Surroundings(
            loop,
            self.network,
            self.stage.codec,
            self.stage.engine,
            begins,
            self.case.seed,
            self.case.fold,
            self._died,
            self._tell if self.traced else None,
            SELDOM_SECONDS if self.case.closes_days else WATCH_SECONDS,
            SEALED_SELDOM_SECONDS if self.case.closes_days else SEALED_SECONDS,
            SEAL_KEY if self.case.sealed else None,
            partial(exchange_for, self.registry, self.stage.codec) if self.registry else None,
            lives,
            self.findings.append,
            self.case.parcels,
        )
        self.nodes = [self._node(number, around) for number in range(self.case.nodes)]
        for node in self.nodes:
            node.routes = {place: other for other in self.nodes for place in other.places}
            node.start()
        said: dict[tuple[str, str, str], Reply] = {}
        street = Street(
            self.network,
            self.stage.codec,
            self.stage.places,
            self.nodes,
            begins,
            self.case.seed,
            self.heard,
            said,
            self.findings.append,
            self._tell,
            86_400.0 if self.case.closes_days else 4 * 3600.0,
        )
        for fault in self.case.faults:
            loop.call_later(fault.at_ms / 1000, self._strike, fault)
        stories = [loop.create_task(self._play(number, street)) for number in range(len(self.case.stories))]
        if self.case.closes_days:
            stories.append(loop.create_task(money_of(self.case, street)))
        await self._until_quiet(stories)
        if self.case.sealed:
            await self._prove_chains()

    async def _prove_chains(self) -> None:
        """Seal the last heads, and have the product prove that its chains hold."""
        for node in self.nodes:
            node.medium.mend()
            if not node.up:
                continue
            for place in node.places:
                await seal_all_of(node, place)
            proof = Proof(node.disk, [SEAL_KEY.published()])
            async for finding in proof.findings():
                self.findings.append(Finding("audit_chain", finding.text()))
            booked = node.medium.connection.execute("SELECT COUNT(*) FROM settlement").fetchone()[0]
            if proof.counts.unsealed or (booked and not proof.counts.links):
                text = f"{node.name}: {proof.counts.unsealed} of {proof.counts.links} links are unsealed"
                self.findings.append(Finding("audit_chain", text))

    async def _play(self, number: int, street: Street) -> None:
        story = self.case.stories[number]
        await asyncio.sleep(story.at_ms / 1000)
        await Counter(number, story, street).play()

    def _node(self, number: int, around: Surroundings) -> Node:
        templates = self.stage.templates[self.case.nodes]
        places = places_of(number, self.case.nodes, self.stage.places)
        medium = Medium(templates[number])
        medium.turn_seconds = self.case.turn_ms / 1000
        return Node(number, places, self.stage.rules[0], around, medium)

    async def _until_quiet(self, stories: list[asyncio.Task[None]]) -> None:
        """Wait until all stories are over and no node has anything under way."""
        over = [fault.at_ms + fault.for_ms for fault in self.case.faults]
        latest = max([*over, *(story.at_ms for story in self.case.stories), 0]) / 1000 + QUIET_SECONDS
        latest += MONTHS_SECONDS if self.case.closes_days else 0
        calm_after, playing = max([*over, 0]) / 1000, len(stories)
        while self.loop.time() < latest:
            await asyncio.sleep(SELDOM_SECONDS if self.case.closes_days else LOOK_SECONDS)
            if any(finding.kind == "two_answers" for finding in self.findings):
                return  # nothing that follows from this could heal it
            while playing and stories[playing - 1].done():
                playing -= 1
            calm = not playing and self.loop.time() > calm_after
            if calm and not any(self._busy(node) for node in self.nodes):
                break
        else:
            waiting = [str(number) for number, task in enumerate(stories) if not task.done()]
            self.findings.append(Finding("not_quiet", f"still under way: stories {waiting}"))
        for task in stories:
            if task.done() and not task.cancelled() and (error := task.exception()):
                self.findings.append(Finding("bug", f"{type(error).__name__}: {error}"))

    def _busy(self, node: Node) -> bool:
        if not node.up or node.pending or node.journal.queued or node.disk.at_work:
            return True
        rows = node.medium.connection.execute("SELECT COUNT(*) FROM outbox").fetchone()
        return bool(rows[0]) and not self._all_parked(node)

    def _all_parked(self, node: Node) -> bool:
        sql = "SELECT COUNT(*) FROM outbox WHERE parked_at = ''"
        return not node.medium.connection.execute(sql).fetchone()[0]

    def _strike(self, fault: Fault) -> None:
        if fault.kind is FaultKind.KEY_ROTATION and self.registry is None:
            return  # these nodes have no keys
        self.faults[fault.kind] += 1
        self._tell(f"fault {fault.kind} node {fault.node} peer {fault.peer} amount {fault.amount}")
        node = self.nodes[fault.node % len(self.nodes)]
        if fault.kind in OF_NETWORK:
            self.network.strike(fault)
            self.loop.call_later(fault.for_ms / 1000, self.network.lift, fault)
        elif fault.kind is FaultKind.CRASH:
            self._crash(node, fault)
        elif fault.kind is FaultKind.DISK_FULL:
            node.medium.full = True
            self.loop.call_later(fault.for_ms / 1000, self._make_room, node)
        elif fault.kind is FaultKind.SLOW_DISK:
            self._slow_down(node.medium, fault)
        elif fault.kind is FaultKind.COMMIT_UNSURE:
            node.medium.unsure += fault.amount
        elif fault.kind is FaultKind.CLOCK_JUMP:
            node.skew += timedelta(seconds=fault.amount)
        elif fault.kind is FaultKind.KEY_ROTATION:
            assert self.registry is not None
            self.registry.rotate(node)
        elif fault.kind is FaultKind.POLICY_CHANGE:
            self._change_policy()

    def _change_policy(self) -> None:
        """Give every node the later rules and start it again, whatever is under way."""
        for each in self.nodes:
            each.handlers = self.stage.rules[1]
            each.crash()
            self.loop.call_later(1.0, self._restart, each)

    def _crash(self, node: Node, fault: Fault) -> None:
        """Take the power away, at once or some statements later, and bring it back."""
        if fault.amount and node.up:
            node.medium.crash_in = fault.amount
        else:
            node.crash()
        self.loop.call_later(fault.for_ms / 1000, self._restart, node)

    def _restart(self, node: Node) -> None:
        if node.up:
            node.medium.crash_in = 0
            return
        self._tell(f"{node.name} starts again on what its disk holds")
        node.start()

    def _slow_down(self, medium: Medium, fault: Fault) -> None:
        """Have a disk take longer for everything, for a while."""
        medium.slow_seconds = fault.amount / 1000

        def lift() -> None:
            medium.slow_seconds = 0.0

        self.loop.call_later(fault.for_ms / 1000, lift)

    def _make_room(self, node: Node) -> None:
        node.medium.full = False

    def _died(self, number: int, error: BaseException) -> None:
        self.findings.append(Finding("node_died", f"node {number}: {type(error).__name__}: {error}"))

    def _unheard(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Errors of tasks are looked at where they matter; a task cut down by a crash matters to nobody."""

    def _tell(self, text: str) -> None:
        if self.traced:
            self.trace.append(f"{self.loop.time():10.3f} {text}")


async def seal_all_of(node: Node, place: str) -> None:
    """Seal until nothing is new."""
    while (seal := await seal_some(node.disk, place, SEAL_KEY, node.clock())) is not None:
        if seal.heads < MOST_HEADS:
            return


def play(case: Case, stage: Stage, *, traced: bool = False) -> Outcome:
    """Run a case."""
    return Play(case, stage, traced=traced).run()
