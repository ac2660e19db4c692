"""Founds a nation in a folder: keys, certificates, the peers table and one settings file a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from yidi.domain.dates import write_instant
from yidi.edges.exchange.certificates import make_authority, write_authority, write_certificate
from yidi.edges.exchange.directory import Peer, write_peers
from yidi.edges.exchange.identity import SM2, make_key, write_keys
from yidi.edges.settings import ExchangeSettings
from yidi.processes.ports.deciding import NATION

HOST = "127.0.0.1"
HOSTS = (HOST, "localhost")
OPERATOR = "operator"


class NodePlan(NamedTuple):
    """One node of a nation: where its settings lie, what it serves, and under which addresses."""

    name: str
    config: Path
    database: str
    jurisdictions: tuple[str, ...]
    address: str
    exchange: str


class Founded(NamedTuple):
    """A founded nation: its nodes, and how somebody who holds every key reaches them."""

    nodes: tuple[NodePlan, ...]
    operator: ExchangeSettings

    def serving(self, jurisdiction: str) -> NodePlan:
        """Return the node that serves a jurisdiction."""
        return next(node for node in self.nodes if jurisdiction in node.jurisdictions)


class Wishes(NamedTuple):
    """What a nation is founded with: ports two a node, one database a node, how to sign."""

    databases: Sequence[str]
    ports: Sequence[tuple[int, int]]
    algorithm: str = SM2
    scheme: str = "hmac_sm3"
    tls: bool = True
    settings: Mapping[str, str] = {}


def shares(provinces: Sequence[str], nodes: int) -> tuple[tuple[str, ...], ...]:
    """Share out the jurisdictions: the nation has the first node for itself when there are several."""
    if nodes == 1:
        return ((NATION, *provinces),)
    others = nodes - 1
    return ((NATION,), *(tuple(provinces[place::others]) for place in range(others)))


def found_nation(
    folder: Path, provinces: Sequence[str], institutions: Mapping[str, str], wishes: Wishes, now: datetime
) -> Founded:
    """Make everything a nation needs. `institutions` has the secret of every institution by its code."""
    folder.mkdir(parents=True, exist_ok=True)
    served = shares(provinces, len(wishes.databases))
    scheme = "https" if wishes.tls else "http"
    urls = [f"{scheme}://{HOST}:{exchange}" for _, exchange in wishes.ports]
    peers: dict[str, Peer] = {}
    for places, url in zip(served, urls, strict=True):
        for place in places:
            key = make_key(wishes.algorithm, write_instant(now))
            write_keys(folder / "identity", place, [key])
            peers[place] = Peer(urls=(url,), keys=(key.published(),))
    write_peers(folder / "peers.toml", peers)
    _write_institutions(folder / "institutions.toml", institutions)
    names = [f"node-{number}" for number in range(1, len(served) + 1)]
    files = _certificates(folder, [*names, OPERATOR], now) if wishes.tls else {}
    nodes = tuple(
        _write_node(folder, number, name, served[number], urls[number], wishes, files.get(name, {}))
        for number, name in enumerate(names)
    )
    operator = ExchangeSettings(
        url=f"{scheme}://{HOST}:0",
        peers=str(folder / "peers.toml"),
        identity=str(folder / "identity"),
        scheme=wishes.scheme,
    )
    operator = msgspec.structs.replace(operator, **files.get(OPERATOR, {}))
    return Founded(nodes, operator)


def _certificates(folder: Path, names: Sequence[str], now: datetime) -> dict[str, dict[str, str]]:
    authority = make_authority("yidi exchange", now)
    place = folder / "certificates"
    trusted = str(write_authority(authority, place))
    found: dict[str, dict[str, str]] = {}
    for name in names:
        certificate, key = write_certificate(authority, place, name, HOSTS, now)
        found[name] = {"certificate": str(certificate), "private_key": str(key), "authority": trusted}
    return found


def _write_institutions(file: Path, secrets: Mapping[str, str]) -> None:
    text = "[keys]\n" + "".join(f'"{code}" = "{secret}"\n' for code, secret in secrets.items())
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")


def _write_node(
    folder: Path,
    number: int,
    name: str,
    places: tuple[str, ...],
    url: str,
    wishes: Wishes,
    files: Mapping[str, str],
) -> NodePlan:
    port, database = wishes.ports[number][0], wishes.databases[number]
    plain = {
        "database": f'"{database}"',
        "keys": f'"{folder / "institutions.toml"}"',
        "port": str(port),
        "node": str(number + 1),
        "jurisdictions": "[" + ", ".join(f'"{place}"' for place in places) + "]",
        "sample": "true",
        **({} if database.startswith("sqlite:") else {"key_folder": f'"{folder / name}-database-keys"'}),
        **wishes.settings,
    }
    exchange = {
        "url": url,
        "peers": str(folder / "peers.toml"),
        "identity": str(folder / "identity"),
        "scheme": wishes.scheme,
        **files,
    }
    lines = [f"{key} = {value}" for key, value in plain.items()]
    lines += ["", "[exchange]", *(f'{key} = "{value}"' for key, value in exchange.items()), ""]
    config = folder / f"{name}.toml"
    config.touch(mode=0o600)
    config.write_text("\n".join(lines), "utf-8")
    return NodePlan(name, config, database, places, f"http://{HOST}:{port}/", url)
