"""A served sample nation with its visits played, and a real browser to look at it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.nation import VISITS, Nation, open_nation
from yidi.edges.demonstration.play import play
from yidi.processes.settlement.records import Settlement

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Shown(NamedTuple):
    """Where the pages are, and the number of the settlement of each case."""

    address: str
    numbers: dict[str, str]


class Serving(threading.Thread):
    """Serves a nation on a loop of its own, so that a browser may be driven without one."""

    def __init__(self, database: str, cases: tuple[str, ...], *, sample: bool = True) -> None:
        super().__init__(daemon=True)
        self.database, self.cases, self.sample = database, cases, sample
        self.shown = Shown("", {})
        self.fault: BaseException | None = None
        self.ready, self.loop, self.over = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    def run(self) -> None:
        """Serve until it is over."""
        try:
            self.loop.run_until_complete(self._serve())
        except BaseException as fault:
            self.fault = fault
        finally:
            self.ready.set()

    async def _serve(self) -> None:
        async with open_nation(self.database, sample=self.sample) as nation:
            numbers = {case: await self._play(nation, case) for case in self.cases}
            self.shown = Shown(nation.address, numbers)
            self.ready.set()
            await self.over.wait()

    async def _play(self, nation: Nation, case: str) -> str:
        counter = nation.counter(case)
        await play(counter.hospital, counter.visit, counter.person)
        booked = await nation.node.rows(Settlement, {"person_no": counter.person.person_no}, ("booked_at",))
        return booked[0].settlement_id if booked else ""

    def __enter__(self) -> Shown:
        self.start()
        self.ready.wait(60)
        if self.fault is not None:
            raise self.fault
        return self.shown

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.over.set)
        self.join(120)


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The sample nation with all visits played."""
    database = f"sqlite:{tmp_path_factory.mktemp('pages') / 'nation.sqlite'}"
    with Serving(database, tuple(VISITS)) as shown:
        yield shown


@pytest.fixture(scope="session")
def unnamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The same facts on a node that is not for show."""
    database = f"sqlite:{tmp_path_factory.mktemp('unnamed') / 'node.sqlite'}"
    with Serving(database, ("referred_inpatient",), sample=False) as shown:
        yield shown


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real headless Chromium; a machine without it fails here and says so.

    Never of the session: while it is open this thread has a running loop, and `asyncio.run` refuses.
    """
    assert CHROMIUM.exists(), f"{CHROMIUM} is missing: install the package chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield opened
        opened.close()
