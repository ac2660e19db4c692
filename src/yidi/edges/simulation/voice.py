"""A voice on the street: sends a command again and again under one id until it is answered."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from yidi.domain.refusal import RefusalClass
from yidi.edges.journal import Codec
from yidi.edges.simulation.judging import Finding, Heard
from yidi.edges.simulation.network import OUTSIDE, Network
from yidi.edges.simulation.node import Node
from yidi.processes.ports.deciding import Command, Refused, Reply

LONGEST_PAUSE = 30.0


class Street(NamedTuple):
    """What the counters of a run share. `found` is told of two answers to one message, or of none."""

    network: Network
    codec: Codec
    places: Sequence[str]
    nodes: Sequence[Node]
    begins: datetime
    seed: int
    heard: list[Heard]
    said: dict[tuple[str, str, str], Reply]
    found: Callable[[Finding], None]
    told: Callable[[str], None]
    gives_up: float
    """Seconds after which somebody stops asking: far beyond any fault."""

    def serving(self, place: str) -> Node:
        """Return the node that serves a place."""
        return self.nodes[self.places.index(place) % len(self.nodes)]


class Voice:
    """Somebody outside the nodes who sends commands; waits `patience` seconds for each answer."""

    def __init__(self, name: str, patience: float, street: Street) -> None:
        self.patience, self.street = patience, street
        self.chance = random.Random(f"voice {street.seed} {name}")

    async def say(self, command: Command, node: Node, *, once: bool = False) -> Reply | None:
        """Send a message, again and again under the same id; None when no answer came.

        What is sent under an id never changes here, so the id stands for its digest.
        """
        loop = asyncio.get_running_loop()
        text = self.street.codec.encode(msgspec.structs.replace(command, digest=command.msgid))
        pause, until = 0.5, loop.time() + self.street.gives_up
        while loop.time() < until:
            reply = await self._once(node, command, text)
            if reply is not None and not _to_be_tried_again(reply):
                self._compare(command, reply)
                return reply
            if once:
                return None
            await asyncio.sleep(pause * (1 + self.chance.random()))
            pause = min(LONGEST_PAUSE, pause * 1.3)
        self.street.found(Finding("never_answered", f"{command.sender} {command.msgid}"))
        return None

    async def _once(self, node: Node, command: Command, text: bytes) -> Reply | None:
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def answered(reply: Reply) -> None:
            if not answer.done():
                answer.set_result(reply)

        self.street.told(
            f"{command.sender} sends {type(command).__name__} {command.msgid} to {command.jurisdiction}"
        )
        self.street.network.carry(OUTSIDE, node.number, lambda: node.ask(text, answered))
        try:
            return await asyncio.wait_for(answer, self.patience)
        except TimeoutError:
            return None

    def _compare(self, command: Command, reply: Reply) -> None:
        """The same message always gets the same answer."""
        identity = (command.jurisdiction, command.sender, command.msgid)
        before = self.street.said.setdefault(identity, reply)
        if before != reply:
            text = f"{identity} was answered {before!r}, then {reply!r}"
            self.street.found(Finding("two_answers", text))


def _to_be_tried_again(reply: Reply) -> bool:
    """Say whether a node answered that it could not do it now: such an answer is not the answer."""
    return isinstance(reply, Refused) and all(
        row.refusal_class is RefusalClass.SYSTEM and row.heals_with_time for row in reply.refusals
    )
