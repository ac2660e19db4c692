"""The simulated network: every message is a callback later, sometimes never, sometimes twice.

Nodes are numbers; hospitals and portals are -1. Faults name places, which may share nodes. Weather hits
any message, also those of hospitals.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable

from yidi.edges.simulation.plan import WEATHER, Fault, FaultKind

OUTSIDE = -1
NEAR_MS = (3, 40)
"""How long a message travels in quiet times."""
LATE_MS = (1_000, 90_000)
SHUFFLED_MS = 3_000
Arrival = Callable[[], None]


class Network:
    """Carries messages; `strike` and `lift` begin and end a fault. `hits` counts what was done to whom."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seed: int, nodes: int) -> None:
        self._loop, self._chance, self._nodes = loop, random.Random(f"network {seed}"), nodes
        self._weather: dict[FaultKind, list[Fault]] = {kind: [] for kind in WEATHER}
        self._cut: list[tuple[int, int]] = []
        self._slow: dict[int, list[int]] = {}
        self.hits: Counter[str] = Counter()

    def strike(self, fault: Fault) -> None:
        """Begin a fault of the network."""
        if fault.kind in WEATHER:
            self._weather[fault.kind].append(fault)
        elif fault.kind is FaultKind.PARTITION:
            self._cut.append((fault.node % self._nodes, fault.peer % self._nodes))
        else:
            self._slow.setdefault(fault.node % self._nodes, []).append(fault.amount)

    def lift(self, fault: Fault) -> None:
        """End it."""
        if fault.kind in WEATHER:
            self._weather[fault.kind].remove(fault)
        elif fault.kind is FaultKind.PARTITION:
            self._cut.remove((fault.node % self._nodes, fault.peer % self._nodes))
        else:
            self._slow[fault.node % self._nodes].remove(fault.amount)

    def carry(self, sender: int, receiver: int, arrive: Arrival) -> None:
        """Have `arrive` called at the receiver, as the weather is."""
        if self._cut and self._apart(sender, receiver):
            self.hits[FaultKind.PARTITION] += 1
            return
        if self._hit(FaultKind.DROP):
            return
        self._loop.call_later(self._seconds(sender, receiver), arrive)
        if self._hit(FaultKind.DOUBLE):
            self._loop.call_later(self._seconds(sender, receiver), arrive)

    def _apart(self, one: int, other: int) -> bool:
        return (one, other) in self._cut or (other, one) in self._cut

    def _hit(self, kind: FaultKind) -> bool:
        """Say whether the weather hits this message."""
        for fault in self._weather[kind]:  # mostly none
            if self._chance.random() * 1000 < fault.amount:
                self.hits[kind] += 1
                return True
        return False

    def _seconds(self, sender: int, receiver: int) -> float:
        travels_ms = self._chance.randint(*NEAR_MS)
        if self._hit(FaultKind.DELAY):
            travels_ms += self._chance.randint(*LATE_MS)
        if self._hit(FaultKind.REORDER):
            travels_ms += self._chance.randint(0, SHUFFLED_MS)
        for place in (sender, receiver):
            for slowness_ms in self._slow.get(place, ()):
                self.hits[FaultKind.SLOW] += 1
                travels_ms += slowness_ms
        return travels_ms / 1000
