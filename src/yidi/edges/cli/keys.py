"""`yidi keys make|rotate|show`: the long-lived keys with which jurisdictions agree and sign."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from yidi.domain.dates import write_instant
from yidi.edges.clock import system_clock
from yidi.edges.exchange.directory import Peer, read_peers, write_peers
from yidi.edges.exchange.identity import (
    ALGORITHMS,
    SM2,
    PrivateKey,
    file_of,
    make_key,
    read_key_file,
    write_keys,
)

app = typer.Typer(no_args_is_help=True, help="密钥 Keys of jurisdictions")
FOLDER = typer.Option(..., "--identity", help="私钥文件夹 Folder of private keys")
PEERS = typer.Option(None, "--peers", help="登记表 Peers table to bring up to date")
PLACE = typer.Argument(..., help="区划代码 Division code")
ALGORITHM = typer.Option(SM2, "--algorithm", help="sm2, ed25519")
OVERLAP = typer.Option(24, "--overlap-hours", min=0, help="新旧并用的小时数 Hours until the new key signs")
JSON = typer.Option(False, "--json")


def _known(algorithm: str) -> str:
    if algorithm not in ALGORITHMS:
        raise typer.BadParameter(", ".join(ALGORITHMS), param_hint="--algorithm")
    return algorithm


@app.command("make")
def make(place: str = PLACE, identity: Path = FOLDER, algorithm: str = ALGORITHM) -> None:
    """生成第一把密钥，打印公钥。 Make the first key and print its public part; refuses where one is."""
    if file_of(identity, place).exists():
        typer.echo(f"{file_of(identity, place)}: 已有密钥，请用 rotate there is a key; use rotate", err=True)
        raise typer.Exit(1)
    key = make_key(_known(algorithm), write_instant(system_clock()))
    write_keys(identity, place, [key])
    typer.echo(msgspec.json.encode(key.published()).decode())


@app.command("rotate")
def rotate(
    place: str = PLACE,
    identity: Path = FOLDER,
    peers: Path | None = PEERS,
    algorithm: str = ALGORITHM,
    overlap_hours: int = OVERLAP,
) -> None:
    """换钥：新钥先登记、到时才签，旧钥继续有效。 Add a key that is known at once and signs after the overlap.

    A running node reads its peers table again by itself; it takes up new private keys when it starts.
    """
    held = read_key_file(file_of(identity, place))
    now = system_clock()
    begins = write_instant(now + timedelta(hours=overlap_hours))
    ends = write_instant(now + timedelta(hours=2 * overlap_hours + 1))
    key = make_key(_known(algorithm), begins)
    write_keys(identity, place, [*held, key])
    if peers is not None:
        register(peers, place, key, ends)
    published = msgspec.structs.replace(key.published(), since="")
    typer.echo(msgspec.json.encode(published).decode())


def register(file: Path, place: str, key: PrivateKey, ends: str) -> None:
    """Add a key to the peers table; those before it end, where they have no end yet."""
    table = read_peers(file)
    peer = table[place]
    before = tuple(msgspec.structs.replace(old, until=old.until or ends) for old in peer.keys)
    added = msgspec.structs.replace(key.published(), since="")
    table[place] = Peer(urls=peer.urls, keys=(*before, added))
    write_peers(file, table)


@app.command("show")
def show(place: str = PLACE, identity: Path = FOLDER, as_json: bool = JSON) -> None:
    """列出密钥（不含私钥）。 List the keys of a jurisdiction without their secrets."""
    held = [key.published() for key in read_key_file(file_of(identity, place))]
    if as_json:
        typer.echo(msgspec.json.encode(held).decode())
        return
    table = Table("编号 id", "算法 algorithm", "启用 since", "公钥 public")
    for key in held:
        table.add_row(key.id, key.algorithm, key.since, key.public)
    Console().print(table)
