"""A node under load, to be killed: asks without end and prints each answer once it has it.

Run as `python -m tests.edges.journal.under_load ADDRESS folded|unfolded FIRST COUNT`; COUNT 0: no end.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from tests.edges.journal import toys
from tests.journal_room import HERE, running, schema_with
from yidi.edges.clock import system_clock
from yidi.edges.journal import Codec, Journal, References
from yidi.edges.storage.engines import engine_for

ASKERS = 32
TINS = 500


async def ask_on(journal: Journal, numbers: object) -> None:
    for number in numbers:  # type: ignore[attr-defined]
        reply = await journal.ask(toys.a_pour(f"m{number}", 1, tin=str(number % TINS)))
        assert isinstance(reply, toys.Filled), reply
        sys.stdout.write(f"{number} {reply.coin} {reply.total_fen}\n")
        sys.stdout.flush()


async def main(address: str, fold: bool, numbers: object) -> None:
    engine = engine_for(address, schema_with(toys.RECORDS, toys.VIEWS))
    await engine.open()
    codec = Codec([handler.command for handler in toys.HANDLERS if not handler.about])
    references = References(system_clock)
    journal = Journal(engine, toys.HANDLERS, HERE, system_clock, references, fold=fold, codec=codec)
    async with running(journal):
        await asyncio.gather(*[ask_on(journal, numbers) for _ in range(ASKERS)])
    await engine.close()


if __name__ == "__main__":
    _, where, folding, first, how_many = sys.argv
    wanted = iter(range(int(first), int(first) + int(how_many))) if int(how_many) else count(int(first))
    asyncio.run(main(where, folding == "folded", wanted))
