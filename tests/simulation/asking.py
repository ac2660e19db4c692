"""A process that asks: one of several on one database, all let go at the same moment.

Run as `python -m tests.simulation.asking ADDRESS NODE INSTANT folded|hops`. It reads commands as JSON, a
line each, until an empty line; says `ready`; waits for a further line; asks all of them at once; and writes
what the funds pay for each.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from tests.builders import AWAY, HOME
from tests.journal_room import running
from tests.processes.settlement.counter import all_handlers
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Codec, Journal, References
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.processes.claim.commands import ClaimDecided
from yidi.processes.ports.deciding import NATION, Reply
from yidi.processes.settlement.commands import Settled

PLACES = (NATION, HOME, AWAY)


def paid_in(reply: Reply) -> str:
    """Write what the funds pay by an answer, or why there is none."""
    if isinstance(reply, ClaimDecided):
        reply = reply.settled
    return str(reply.fund_fen) if isinstance(reply, Settled) else f"refused {reply}"


async def main(address: str, node: int, instant: str, fold: bool) -> None:
    """Ask what standard input says."""
    handlers = all_handlers()
    codec = Codec()
    commands = [codec.command(line) for line in iter(sys.stdin.readline, "\n")]
    engine = engine_for(address, gathered())
    await engine.open()
    clock = SettableClock(datetime.fromisoformat(instant))
    references = References(clock, node)
    journal = Journal(engine, handlers, PLACES, clock, references, fold=fold, codec=codec, watch_seconds=0.1)
    async with running(journal):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        replies = await asyncio.gather(*[journal.ask(command) for command in commands])
    await engine.close()
    sys.stdout.write("\n".join(map(paid_in, replies)) + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] == "folded"))
