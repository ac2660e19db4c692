"""`yidi audit verify|seal|link|keys|rotate|encrypt|rewrap`: chains of sealed facts, and keys at rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.storage import JSON
from yidi.edges.clock import system_clock
from yidi.edges.sealing.adopting import adopt
from yidi.edges.sealing.chaining import Chains
from yidi.edges.sealing.findings import Finding
from yidi.edges.sealing.guarding import Guard, guard
from yidi.edges.sealing.proving import Counts, Proof
from yidi.edges.sealing.seals import seal_all, witnesses
from yidi.edges.secrecy.door import Door
from yidi.edges.secrecy.keyring import is_encrypted
from yidi.edges.secrecy.master import FILE, VARIABLE, make_master
from yidi.edges.secrecy.rewriting import encrypt_all
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import check_version
from yidi.edges.storage.schema import gathered

app = typer.Typer(no_args_is_help=True, help="审计：封存链与静态加密 Audit: sealed facts and keys at rest")
SINCE = typer.Option("", "--since", help="只查此刻以后 Only from this instant on, e.g. 2026-11-01")
AT_ONCE = typer.Option(False, "--at-once", help="立即启用，须先停节点 In force at once: nodes are stopped")
SHOWN = 1_000
"""Findings printed; all are counted."""
T = TypeVar("T")


@asynccontextmanager
async def _guarded(settings: Settings, *, first: bool = False) -> AsyncIterator[tuple[Engine, Guard]]:
    """Open a database with its keys; `first` lets keys be made that were never there."""
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        await check_version(engine)
        found = await guard(engine, settings, system_clock, here=settings.jurisdictions if first else ())
        if found is None:
            raise KeyTrouble(
                "此数据库从未封存或加密。 This database was never sealed or encrypted: "
                "set seal and encrypt, and start its node once"
            )
        yield engine, found
    finally:
        await engine.close()


def _run(config: Path | None, work: Callable[[Engine, Guard], Awaitable[T]]) -> T:
    async def whole() -> T:
        async with _guarded(load(config)) as (engine, found):
            return await work(engine, found)

    return asyncio.run(whole())


@asynccontextmanager
async def _bar(words: str) -> AsyncIterator[Callable[[int], None]]:
    """Show a count that rises, on a terminal; gives what takes it."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn(words), TextColumn("{task.completed:,}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(words, total=None)
        yield lambda count: progress.update(task, completed=count)


@app.command("verify")
def verify(config: Path | None = CONFIG, since: str = SINCE, as_json: bool = JSON) -> None:
    """核对封存链：逐条指出被改动、删除、换位、链外的事实。 Name every sealed fact that was tampered with."""

    async def work(engine: Engine, found: Guard) -> tuple[Counts, int, list[Finding]]:
        shown: list[Finding] = []
        count = 0
        async with _bar("核对 verifying links") as progress:
            keys = [key.published() for key in found.seal_keys()]
            remembered = () if since else witnesses(found.folder)
            proof = Proof(engine, keys, since=since, witnesses=remembered, progress=progress)
            async for finding in proof.findings():
                count += 1
                if count <= SHOWN:
                    shown.append(finding)
        return proof.counts, count, shown

    counts, count, shown = _run(config, work)
    if as_json:
        told = {"holds": not count, "findings": count, "counts": msgspec.to_builtins(counts)}
        typer.echo(json.dumps(told | {"shown": msgspec.to_builtins(shown)}, ensure_ascii=False))
    else:
        typer.echo("\n".join(finding.text() for finding in shown) or "链与封印完好。 Chains and seals hold.")
        typer.echo(
            f"{counts.links} links, {counts.facts} facts, {counts.seals} seals, {counts.heads} sealed heads;"
            f" {count} findings"
        )
        typer.echo(_unsealed(counts))
    raise typer.Exit(1 if count else 0)


def _unsealed(counts: Counts) -> str:
    """Say how many links no seal covers yet: no finding, but the end of a chain may go unseen."""
    if not counts.unsealed:
        return "全部链环均已封存。 Every link is under a seal."
    return (
        f"{counts.unsealed} 个链环自 {counts.unsealed_since} 起尚未封存，从链尾删去不留痕迹；"
        "立即封存：yidi audit seal。 "
        f"{counts.unsealed} links, the oldest of {counts.unsealed_since}, are under no seal yet: cut off the"
        " end of their chains they would not be missed. `yidi audit seal` seals them now."
    )


@app.command("seal")
def seal(config: Path | None = CONFIG, as_json: bool = JSON) -> None:
    """立即封存：对新链头签名。 Sign what is new of every chain now; a running node does it by itself."""

    async def work(engine: Engine, found: Guard) -> list[dict[str, object]]:
        made = await seal_all(engine, found.signing(), found.clock(), found.folder, whole=True)
        return [one._asdict() for one in made]

    made = _run(config, work)
    if as_json:
        typer.echo(json.dumps({"seals": made}, ensure_ascii=False))
        return
    lines = [f"{one['jurisdiction']} {one['number']}: {one['heads']} heads, {one['digest']}" for one in made]
    typer.echo("\n".join(lines) or "没有新的链头。 Nothing new to seal.")


@app.command("link")
def link(config: Path | None = CONFIG) -> None:
    """为启用封存前的事实补链。 Link facts that were there before sealing was switched on."""

    async def work(engine: Engine, found: Guard) -> int:
        return await adopt(engine, Chains(found.clock, found.person_hash, found.settings.node))

    typer.echo(f"补链 linked: {_run(config, work)}")


@app.command("keys")
def keys(config: Path | None = CONFIG, as_json: bool = JSON) -> None:
    """列出密钥代次（不含密钥）。 List the generations of keys; never a key."""

    async def work(engine: Engine, found: Guard) -> dict[str, object]:
        ring = found.keyring
        owners = {
            owner: {"in_force": ring.active(owner), "generations": list(ring.generations(owner))}
            for owner in ring.owners()
        }
        signing = [{"id": key.id, "algorithm": key.algorithm} for key in found.seal_keys()]
        told = {"folder": str(found.folder), "master": ring.master.fingerprint}
        return {**told, "seal": signing, "data": owners}

    typer.echo(json.dumps(_run(config, work), ensure_ascii=False, indent=None if as_json else 1))


@app.command("rotate")
def rotate(config: Path | None = CONFIG, at_once: bool = AT_ONCE) -> None:
    """新建一代数据密钥。 Make the next generation of data keys; older ones stay readable."""

    async def work(engine: Engine, found: Guard) -> int:
        following = await found.keyring.rotate(engine, found.clock(), at_once=at_once)
        return max(following.values(), default=0)

    typer.echo(f"第 generation {_run(config, work)}")


@app.command("encrypt")
def encrypt(config: Path | None = CONFIG) -> None:
    """把明文和旧代密文改为现行一代。 Bring clear and older values under the generation in force."""

    async def whole(settings: Settings) -> int:
        engine = engine_for(settings.database, gathered())
        await engine.open()
        try:
            await check_version(engine)
            found = await _first_keys(engine, settings)
            engine.door = Door(found.keyring)
            async with _bar("加密 encrypting") as progress:
                done = [0]

                def more(_: str, rows: int) -> None:
                    done[0] += rows
                    progress(done[0])

                return await encrypt_all(engine, found.keyring, more)
        finally:
            await engine.close()

    typer.echo(f"改写 rewritten: {asyncio.run(whole(load(config)))}")


async def _first_keys(engine: Engine, settings: Settings) -> Guard:
    """Open the keys; where facts lie in clear under no data key yet, make the first ones."""
    if not settings.encrypt:
        raise KeyTrouble("encrypt = false: 未启用加密。 Set encrypt = true first")
    if await is_encrypted(engine):
        found = await guard(engine, settings, system_clock)
    else:
        owners = [row[0] for row in await engine.fetch("SELECT DISTINCT jurisdiction FROM received")]
        clear = msgspec.structs.replace(settings, encrypt=False, seal=True)
        found = await guard(engine, clear, system_clock, here=owners)
        assert found is not None, "owners and sealing make keys"
        await found.keyring.provide(engine, owners, system_clock(), data=True)
    assert found is not None, "an encrypted database has keys"
    return found


@app.command("rewrap")
def rewrap(config: Path | None = CONFIG) -> None:
    """更换主密钥。 Wrap the data keys with a new master key and strike the old wrappings."""

    async def work(engine: Engine, found: Guard) -> int:
        name = f"{FILE}.new"
        successor = make_master(found.folder, name)
        count = await found.keyring.change_master(engine, successor)
        old, new = found.folder / FILE, found.folder / name
        if old.exists():
            old.replace(found.folder / f"{FILE}.old")
        new.replace(old)
        return count

    count = _run(config, work)
    typer.echo(f"重新包裹 rewrapped: {count}; {VARIABLE} / {FILE}: restart the nodes with the new master key")
