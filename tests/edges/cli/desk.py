"""A desk: a node whose database holds given facts, a day of its own, and somebody who types at it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from tests.edges.cli.conftest import Kept
from tests.journeys.nation import TickingClock
from yidi.domain.dates import SHANGHAI
from yidi.domain.refusal import RefusalKind
from yidi.edges.cli.main import app
from yidi.edges.cli.storage import make_tables
from yidi.edges.clock import system_clock
from yidi.edges.sealing.guarding import guard
from yidi.edges.settings import read_settings
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.processes.ports.deciding import NATION, Record
from yidi.wiring import PARTS, Node, open_node


async def fill(kept: Kept, records: Iterable[Record]) -> None:
    """Put facts into a fresh database, encrypted and chained as a node writes them."""
    settings = read_settings(kept.config)
    await make_tables(settings)
    engine = engine_for(kept.database, gathered())
    await engine.open()
    by_kind: dict[type[Record], list[Record]] = {}
    for record in records:
        by_kind.setdefault(type(record), []).append(record)
    here = {NATION, *(row.jurisdiction for rows in by_kind.values() for row in rows)}
    await guard(engine, settings, system_clock, here=here)
    await engine.begin()
    await engine.write(by_kind)
    await engine.commit()
    await engine.close()


def node_with(folder: Path, records: Iterable[Record]) -> Kept:
    """Settings of a node whose database holds these facts."""
    kept = Kept(folder)
    asyncio.run(fill(kept, records))
    return kept


class Desk:
    """Somebody who types at a node on a day; every command is a program of its own, as with a shell."""

    def __init__(self, folder: Path, records: Iterable[Record], day: str) -> None:
        self.folder, self.kept = folder, node_with(folder, records)
        self.clock = TickingClock()
        self.go_to(day)

    def go_to(self, day: str) -> None:
        """Let it be ten o'clock of a day."""
        self.clock.now = datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=SHANGHAI)

    def types(self, *words: object) -> Result:
        """Type a command on a wide screen."""
        parts = PARTS._replace(open_node=self._opened)
        typed = [*(str(word) for word in words), "--config", str(self.kept.config)]
        return CliRunner().invoke(app, typed, obj=parts, env={"COLUMNS": "220"})

    def _opened(self, settings: Any, keys: Any) -> AbstractAsyncContextManager[Node]:
        return open_node(settings, keys, self.clock)

    def does(self, *words: object) -> str:
        """Type a command that does what it says; return what it tells people."""
        result = self.types(*words)
        assert result.exit_code == 0, (words, result.output)
        return result.output

    def told(self, *words: object, exit_code: int = 0) -> Any:
        """Type a command and read its JSON."""
        result = self.types(*words, "--json")
        assert result.exit_code == exit_code, (words, result.output)
        return json.loads(result.stdout)

    def refused(self, kind: RefusalKind, *words: object) -> str:
        """Type a command that is refused by name, in both languages."""
        result = self.types(*words)
        assert result.exit_code == 1, (words, result.output)
        assert kind.code in result.output
        assert len([line for line in result.output.splitlines() if line.strip()]) >= 2
        return result.output
