"""Where the processor time of a settlement goes: `python -m benchmarks.inside`.

One node in this process, no sockets: signed requests go in at the HTTP application and answers come out, on
SQLite, everything else as in operation. A timer of the processor interrupts every millisecond and notes
what the busy thread is at; the part is told by the innermost line of ours.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

import uvloop

from benchmarks.figures import Figure, show
from benchmarks.gauge import gauge_seconds
from benchmarks.load.client import is_good
from benchmarks.load.messages import settling_request
from benchmarks.load.node import workplace
from benchmarks.load.playing import GATEWAY, Scene, play_scene
from benchmarks.load.state import State, everywhere, fill_as
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.sample import read_sample
from yidi.edges.settings import Settings
from yidi.wiring import open_node

THEME = "A settlement inside one process, SQLite, 64 at a time"
TICK_SECONDS = 0.001
PARTS = (
    ("edges/storage/loading", "loading facts"),
    (".load", "loading facts"),
    (".write", "writing facts"),
    ("edges/sealing", "chains and seals"),
    ("edges/secrecy", "encryption"),
    ("edges/journal", "journal: inbox, overlay, folding, answers"),
    ("edges/storage", "transactions and other storage"),
    ("edges/national", "national interface"),
    ("edges/access", "access and rates"),
    ("processes/", "deciding"),
    ("domain/", "deciding: catalogue, policy, benefit, ledger"),
)
"""A mark in `file.function`, and the part of the work it belongs to; the first that fits counts."""
REST = "event loop and framework"


class Request(NamedTuple):
    """A request as the application is given it."""

    path: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


def taken_apart(raw: bytes) -> Request:
    """Read a request that a client would send."""
    head, body = raw.split(b"\r\n\r\n", 1)
    first, *lines = head.split(b"\r\n")
    headers = [(name.lower(), value.strip()) for name, value in (line.split(b":", 1) for line in lines)]
    return Request(first.split(b" ")[1].decode(), headers, body)


def part_of(frame: FrameType | None) -> str:
    """Return the part of the work that a stack is at."""
    while frame is not None:
        name = frame.f_code.co_filename
        if "/yidi/" in name:
            place = f"{name.rpartition('/yidi/')[2]}.{frame.f_code.co_name}"
            for mark, part in PARTS:
                if mark in place:
                    return part
        frame = frame.f_back
    return REST


@contextmanager
def sampled(into: Counter[str]) -> Iterator[None]:
    """Count what the main thread is at, a tick of processor time each."""

    def look(_: int, frame: FrameType | None) -> None:
        into[part_of(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, TICK_SECONDS, TICK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


async def answered(application: Any, request: Request) -> bool:
    """Have the application answer one request; whether it was settled."""
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        parts.append(message.get("body", b""))

    scope = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "root_path": "",
             "path": request.path, "raw_path": request.path.encode(), "query_string": b"",
             "headers": request.headers, "server": ("node", 80), "client": ("127.0.0.1", 1)}  # fmt: skip
    await application(scope, receive, send)
    return is_good(b"".join(parts))


async def play(application: Any, requests: Sequence[Request], at_once: int) -> int:
    """Send all requests, so many at once; return how many were settled."""
    waiting = iter(requests)

    async def clerk() -> int:
        return sum([await answered(application, request) for request in waiting])

    return sum(await asyncio.gather(*[clerk() for _ in range(at_once)]))


async def measure(scene: Scene, count: int, *, guarded: bool = True, at_once: int = 64) -> list[Figure]:
    """Settle `count` visits and tell the processor time of each, and its parts."""
    state = State(scene, people=count, open_visits=count, stored=0)
    with workplace() as folder:
        address = f"sqlite:{folder}/inside.sqlite"
        settings = Settings(database=address, keys="", gateway=GATEWAY, encrypt=guarded, seal=guarded)
        await fill_as(settings, state, everywhere())
        requests = [taken_apart(settling_request(state, clone)) for clone in state.shuffled_visits()]
        seen: Counter[str] = Counter()
        async with open_node(settings, scene.keys) as node:
            gc.collect()
            gc.freeze()
            start, cpu = time.perf_counter(), time.thread_time()
            with sampled(seen):
                good = await play(node.app, requests, at_once)
            spent, wall = time.thread_time() - cpu, time.perf_counter() - start
    return figures(good, spent, wall, seen, gauge_seconds())


def figures(good: int, spent: float, wall: float, seen: Counter[str], gauge: float) -> list[Figure]:
    """Make the lines of the table."""
    each = spent / good
    found = [Figure(THEME, "busy thread, each", each * 1e6, "µs", None, False, each / gauge,
                    f"{good:,} settled, {good / wall:,.0f}/s")]  # fmt: skip
    ticks = sum(seen.values())
    for part, number in seen.most_common():
        found.append(
            Figure(THEME, part, number / ticks * 100, "%", note=f"{each * number / ticks * 1e6:.0f} µs")
        )
    return found


async def run(chosen: argparse.Namespace) -> list[Figure]:
    """Do what the command line says."""
    scene = await play_scene(read_sample(packs_folder()))
    return await measure(scene, chosen.settlements, guarded=not chosen.unguarded)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--settlements", type=int, default=1500)
    parser.add_argument("--unguarded", action="store_true", help="without encryption and seals")
    show(uvloop.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
