"""What a node is told before it starts: every fault of its settings, its files and its ports, in one go.

Nothing is opened for good here; what is looked at is opened again where it is used.
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import NoReturn

import asyncpg
import typer
from rich.console import Console

from yidi.edges.cli.serving import bound
from yidi.edges.cli.settings import NO_FILE
from yidi.edges.exchange.exchange import listening, opened_files
from yidi.edges.institution_keys import read_keys
from yidi.edges.secrecy.folder import key_folder
from yidi.edges.secrecy.master import read_master
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.settings import ExchangeSettings, Faults, Settings, SettingsFault, examined

DATABASE_PATIENCE_SECONDS = 10.0
NO_EXCHANGE = (
    "[exchange]: 没有此表，见 docs/operating/nodes.md。"
    " [exchange]: this table is missing; see docs/operating/nodes.md"
)


def load_to_start(config: Path | None, *, exchange: bool = False) -> tuple[Settings, dict[str, str]]:
    """Return the settings and the secrets of institutions, or tell every fault and end with status 3.

    `exchange` says that a table [exchange] must be there and that its port must be free.
    """
    try:
        settings, findings = examined(config)
    except SettingsFault as fault:
        end_told(fault.findings, config)
    faults = Faults(findings)
    keys = faults.of(read_keys, Path(settings.keys)) if settings.keys else None
    check_folder(settings.packs, "packs", faults)
    if settings.exchange is not None:
        faults.of(opened_files, settings.exchange, settings.jurisdictions)
    elif exchange and not any(finding.startswith("exchange") for finding in findings):
        faults.found.append(NO_EXCHANGE)
    check_ports(settings, settings.exchange if exchange else None, faults)
    if faults.found or keys is None:
        end_told([*faults.found, *troubles_behind(settings)], config)
    return settings, keys


def end_told(findings: list[str], config: Path | None) -> NoReturn:
    """Tell findings, a line each, under the name of the settings file, and end with status 3."""
    console = Console(stderr=True, soft_wrap=True)
    named = f": {config}" if config is not None else ""
    console.print(
        f"设置不可用 The settings cannot be used{named}", style="bold red", highlight=False, markup=False
    )
    for finding in findings:
        console.print(f"  · {finding}", highlight=False, markup=False)
    if config is None:
        console.print(NO_FILE, highlight=False)
    raise typer.Exit(3)


def check_folder(folder: str, name: str, faults: Faults) -> None:
    """Find a folder that the settings name and that is not there."""
    if folder and not Path(folder).is_dir():
        faults.found.append(
            f"{folder}: 没有此文件夹，请改正 {name}。 no such folder; correct the setting {name}"
        )


def check_ports(settings: Settings, exchange: ExchangeSettings | None, faults: Faults) -> None:
    """Find ports that another program has; those a setting's own fault is told of are left out."""
    ports = {(settings.host, settings.port)} if 0 < settings.port < 65536 else set()
    if exchange is not None and exchange.url.startswith(("https://", "http://")):
        there = faults.of(listening, exchange)
        if there in ports:
            faults.found.append(
                f"exchange.url = {exchange.url!r}: 端口与 port 相同。"
                " its port is that of hospitals (port): name another"
            )
        ports |= {there} if there is not None else set()
    for host, port in sorted(ports):
        if (opened := faults.of(bound, host, port)) is not None:
            opened.close()


def troubles_behind(settings: Settings) -> list[str]:
    """Say what else would stop a node whose settings must be mended anyway: its master key, its database."""
    found: list[str] = []
    if settings.database:
        try:
            read_master(key_folder(settings))
        except KeyTrouble as trouble:
            found.append(str(trouble))
        except OSError as fault:
            found.append(f"主密钥无法读取。 The master key cannot be read: {fault}")
    try:
        reach(settings.database)
    except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as fault:
        found.append(
            f"database: 数据库不可用，请数据库管理员处理。"
            f" the database cannot be reached: {fault or type(fault).__name__}"
        )
    return found


def reach(database: str) -> None:
    """Reach a database and leave it as it is. Raises what the engines raise."""
    if database.startswith("sqlite:"):
        folder = Path(database.removeprefix("sqlite:")).parent
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder}: 没有此文件夹 no such folder")
    elif database.startswith(("postgresql://", "postgres://")):
        asyncio.run(_connected(database))


async def _connected(database: str) -> None:
    connection = await asyncpg.connect(database, timeout=DATABASE_PATIENCE_SECONDS)
    await connection.close()
