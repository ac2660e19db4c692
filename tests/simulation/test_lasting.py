"""What is committed and not synced yet is told to nobody, whichever way it is read."""

from __future__ import annotations

import asyncio

import msgspec

from yidi.edges.simulation.disk import Medium
from yidi.edges.simulation.loop import run_virtually
from yidi.edges.simulation.network import Network
from yidi.edges.simulation.node import WATCH_SECONDS, Node, Surroundings
from yidi.edges.simulation.stage import BUILT_AT, Stage, designated
from yidi.processes.ports.deciding import Reply

SYNC_SECONDS = 2.5 * WATCH_SECONDS
"""So slow that the journal looks twice at what is stored while it waits for the disk."""


def died(number: int, error: BaseException) -> None:
    """Nobody dies here."""
    raise AssertionError from error


def test_a_stored_answer_that_is_not_synced_yet_answers_nobody(stage: Stage) -> None:
    async def ask() -> tuple[Reply, float, bool]:
        loop = asyncio.get_running_loop()
        around = Surroundings(loop, Network(loop, 0, 1), stage.codec, stage.engine, BUILT_AT, 0, True, died)
        node = Node(0, stage.places, stage.rules[0], around, Medium(stage.templates[1][0]))
        node.medium.commit_seconds = SYNC_SECONDS
        node.start()
        command = msgspec.structs.replace(designated(stage.places[1]), msgid="again")
        reply = await node.journal.ask(command)
        lasts = not node.medium.connection.in_transaction
        answered_at = loop.time()
        node.crash()
        return reply, answered_at, lasts

    _, answered_at, lasts = run_virtually(ask())
    assert answered_at >= SYNC_SECONDS
    assert lasts
