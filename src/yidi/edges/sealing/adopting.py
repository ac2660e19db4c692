"""Links facts that were there before sealing was switched on, so that they are guarded from now on."""

from __future__ import annotations

from collections.abc import Callable

from yidi.edges.sealing.chaining import Chains
from yidi.edges.sealing.kinds import KINDS, Kind
from yidi.edges.sealing.proving import unlinked
from yidi.edges.sealing.records import ChainLink
from yidi.edges.storage.engine import Engine
from yidi.processes.ports.deciding import Record

PAGE = 500
Progress = Callable[[str, int], None]


async def adopt(engine: Engine, chains: Chains, progress: Progress = lambda *_: None) -> int:
    """Link every sealed fact that no link names, a page a transaction; return how many.

    What was changed before this moment cannot be known: it vouches for the facts as it finds them.
    """
    total = 0
    for kind in KINDS.values():
        while some := await _some(engine, kind):
            await _write(engine, chains, kind, some)
            total += len(some)
            progress(kind.name, len(some))
    return total


async def _some(engine: Engine, kind: Kind) -> list[Record]:
    found: list[Record] = []
    async for row in unlinked(engine, kind):
        (clear,) = engine.door.opened(kind.record, [row])
        found.append(kind.record._make(clear))  # type: ignore[attr-defined]
        if len(found) == PAGE:
            break
    return found


async def _write(engine: Engine, chains: Chains, kind: Kind, facts: list[Record]) -> None:
    await engine.begin()
    try:
        links = await chains.links(engine, [(kind, fact) for fact in facts])
        await engine.write({ChainLink: links})
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise
