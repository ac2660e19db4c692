"""Four nodes over HTTP, the national peak, what guarding costs, memory: `python -m benchmarks.nation`.

The nodes are processes with a PostgreSQL database each, TLS and signing on; hospital, nation and insured
place are three different nodes. `--minutes` is how long the peak is held: 10 in the long form.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence

import uvloop

from benchmarks import memory, peak, settlement
from benchmarks.figures import Figure, show
from benchmarks.gauge import gauge_seconds
from benchmarks.load.client import closed_loop, together
from benchmarks.load.ground import fleet, ground, state_for
from benchmarks.load.nation import NationGround, links_of, memory_of, nation_ground
from benchmarks.load.playing import Scene
from yidi.edges.cli.settings import load
from yidi.wiring import engine_of

THEME = "Four nodes over HTTP, TLS and signatures on, a database each"
GUARDING = "Encryption, sealing and audit trail of one node"
RATE_TARGET, P99_TARGET_MS, KEPT_TARGET = 400.0, 100.0, 75.0
CONNECTIONS, MOST_A_SECOND, ROOM = 63, 700, 200
DRAIN_SECONDS = 120
ENGINES = ("postgresql", "sqlite")
PARTS = ("nodes", "guarding", "peak", "memory")


async def measure_nodes(scene: Scene, seconds: float, engine: str = "postgresql") -> list[Figure]:
    """Measure settlements a second, then the latency at half of that, and prove what was booked.

    The targets are those of PostgreSQL, which `yidi nation up` starts; SQLite is told beside it.
    """
    async with nation_ground(scene, int(MOST_A_SECOND * seconds * 2), engine=engine) as made:
        seen, cost = await made.closed(CONNECTIONS, seconds, MOST_A_SECOND)
        gauge = gauge_seconds()
        planned = await made.planned(seen.rate / 2, seconds)
        findings = await made.check()
    each, good = 1 / seen.rate if seen.rate else 0.0, max(1, seen.good)
    note = f"p50 {seen.p50:.0f} ms, p99 {seen.p99:.0f} ms; nodes {cost.nodes / good * 1e3:.2f} ms CPU each, "
    note += f"databases {cost.databases / good * 1e3:.2f} ms; {os.getloadavg()[0]:.1f} processes busy"
    note += f", {seen.bad} NOT GOOD: {seen.example[:120]}" if seen.bad else ""
    on, aimed = settlement.NAMES[engine], engine == ENGINES[0]
    rate_target, p99_target = (RATE_TARGET, P99_TARGET_MS) if aimed else (None, None)
    proof = settlement.proof_figure(f"four nodes, {on}", made.answered, findings)
    half = f"p50 {planned.p50:.1f} ms" + (f", {planned.bad} NOT GOOD" if planned.bad else "")
    return [
        Figure(
            *(THEME, f"{on}, {CONNECTIONS} connections", seen.rate, "settlements/s", rate_target, True),
            *(each / gauge, note),
        ),
        Figure(
            *(THEME, f"{on}, open loop at {seen.rate / 2:.0f}/s: p99", planned.p99, "ms", p99_target),
            note=half,
        ),
        proof._replace(theme=THEME),
    ]


async def measure_guarding(scene: Scene, seconds: float, engine: str = "sqlite") -> list[Figure]:
    """Compare a guarded node with a bare one; in turns, since machines drift."""
    costs: dict[bool, list[float]] = {False: [], True: []}
    rates: dict[bool, list[float]] = {False: [], True: []}
    findings: list[str] = []
    most = settlement.MOST_A_SECOND[64]
    for guarded in (False, True, False, True):
        async with ground(engine, state_for(scene, int(most * seconds) + 1_000), guarded=guarded) as made:
            async with fleet(made) as running:
                run = await running.closed(64, seconds, most)
            findings += await made.check()
        costs[guarded].append(run.cpu)
        rates[guarded].append(run.load.rate)
    kept = 100 * sum(rates[True]) / sum(rates[False])
    cpu = 100 * sum(costs[False]) / sum(costs[True])
    note = f"{' '.join(f'{rate:,.0f}' for rate in rates[True])} against "
    note += f"{' '.join(f'{rate:,.0f}' for rate in rates[False])} settlements/s; by CPU time {cpu:.0f} %"
    name = f"{settlement.NAMES[engine]}, of its settlements/s a guarded node keeps"
    proof = settlement.proof_figure("guarded and not", 0, findings)
    return [
        Figure(GUARDING, name, kept, "%", KEPT_TARGET, True, note=note),
        *([proof._replace(theme=GUARDING)] if findings else []),
    ]


async def measure_peer_down(scene: Scene) -> list[Figure]:
    """Let a peer be down while ten times as much comes for it as may wait in memory; then let it return."""
    settings = {"counter_timeout_seconds": "0.3"}
    async with nation_ground(scene, ROOM * 40, settings=settings, room=ROOM) as made:
        away, nation = made.processes[-1], made.processes[0]
        await away.end(signal.SIGKILL)
        sizes, lost = [], 0
        for count in (2 * ROOM, 8 * ROOM):
            parts = made.towards(made.founded.nodes[-1], count)
            seen = together([await closed_loop(p, r, 64, 1e9) for p, r in parts.items() if r])
            lost += seen.bad + seen.good
            sizes.append(memory_of(nation.pid))
        await away.start()
        findings = await healed(made, lost)
    growth = 100 * (sizes[1] / sizes[0] - 1)
    note = f"room for {ROOM}; {sizes[0]:.0f} MiB after {2 * ROOM}, {sizes[1]:.0f} MiB after {lost} messages; "
    note += "; ".join(findings) or "all were delivered once when it came back"
    found = Figure(
        memory.THEME, "growth of the nation's node, a peer down", growth, "%", memory.GROWTH_TARGET, note=note
    )
    return [
        found,
        Figure(memory.THEME, "a peer down: messages lost or doubled", len(findings), "findings", 0.0),
    ]


async def healed(made: NationGround, unanswered: int) -> list[str]:
    """Wait until nothing is under way; say what was lost or doubled."""
    for _ in range(DRAIN_SECONDS):
        await asyncio.sleep(1)
        if not any([await under_way(plan.config) for plan in made.founded.nodes]):
            break
    else:
        return [f"messages are still under way after {DRAIN_SECONDS} s"]
    made.answered += unanswered
    links = await links_of(made.founded)
    found = await made.check()
    if len({links.asked, links.booked, links.answered}) != 1:
        found.append(f"asked {links.asked}, booked {links.booked}, answered {links.answered}")
    return found


async def under_way(config: os.PathLike[str]) -> int:
    """Return how many messages lie in a node's outbox."""
    from pathlib import Path

    engine = engine_of(load(Path(config)))
    await engine.open()
    try:
        return int((await engine.fetch("SELECT COUNT(*) FROM outbox"))[0][0])
    finally:
        await engine.close()


def measure(
    parts: Sequence[str] = PARTS,
    seconds: float = 5.0,
    minutes: float = 0.5,
    settlements: int = 10_000,
    engines: Sequence[str] = ENGINES,
) -> list[Figure]:
    """Measure what is asked for; the four nodes on each of the engines."""

    async def all_parts() -> list[Figure]:
        scene = await settlement.make_scene()
        found: list[Figure] = []
        if "nodes" in parts:
            for engine in engines:
                found += await measure_nodes(scene, seconds, engine)
        if "guarding" in parts:
            found += await measure_guarding(scene, seconds)
        if "peak" in parts:
            found += await peak.measure(scene, minutes * 60)
        if "memory" in parts:
            found += [*await memory.measure(scene, settlements), *await measure_peer_down(scene)]
        return found

    return uvloop.run(all_parts())


def main() -> None:
    """Measure as the command line says, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nation", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--minutes", type=float, default=0.5, help="how long the national peak is held")
    parser.add_argument("--settlements", type=int, default=10_000, help="for the memory of a node")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES, help="of the four nodes")
    chosen = parser.parse_args()
    show(measure(chosen.only, chosen.seconds, chosen.minutes, chosen.settlements, chosen.engines))


if __name__ == "__main__":
    main()
