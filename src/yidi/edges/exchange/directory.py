"""The peers table: under which addresses a jurisdiction is reached, and which keys it has registered.

A TOML file, `[peers.330000]` with `urls` and `keys`. It is read again when it changes, so a province may
move or add a key while its peers run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from yidi.edges.exchange.identity import ALGORITHMS, PublicKey
from yidi.edges.settings import SettingsFault

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Peer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A jurisdiction: the addresses of the processes that serve it, best first, and its public keys."""

    urls: tuple[str, ...]
    keys: tuple[PublicKey, ...]


class _File(Struct, forbid_unknown_fields=True):
    peers: dict[str, Peer]


class Directory:
    """The peers by jurisdiction; from a file, followed by `refresh`, or as given."""

    def __init__(self, peers: Mapping[str, Peer], file: Path | None = None) -> None:
        self._peers, self._file = dict(peers), file
        self._seen = _stamp(file)
        self.trouble = ""

    def __iter__(self) -> Iterable[str]:
        return iter(self._peers)

    @property
    def jurisdictions(self) -> frozenset[str]:
        """Everybody listed."""
        return frozenset(self._peers)

    def urls(self, jurisdiction: str) -> tuple[str, ...]:
        """Return the addresses of a jurisdiction, best first; none when it is not listed."""
        peer = self._peers.get(jurisdiction)
        return peer.urls if peer is not None else ()

    def keys(self, jurisdiction: str) -> tuple[PublicKey, ...] | None:
        """Return the registered keys of a jurisdiction; None when it is not listed."""
        peer = self._peers.get(jurisdiction)
        return peer.keys if peer is not None else None

    def key(self, jurisdiction: str, key_id: str, instant: str) -> PublicKey | None:
        """Return a registered key that is good at an instant."""
        for key in self.keys(jurisdiction) or ():
            if key.id == key_id and key.good_at(instant):
                return key
        return None

    def change(self, peers: Mapping[str, Peer]) -> None:
        """Take other peers."""
        self._peers = dict(peers)

    def refresh(self) -> bool:
        """Read the file again if it has changed; a file that cannot be read leaves what was known."""
        stamp = _stamp(self._file)
        if self._file is None or stamp == self._seen:
            return False
        self._seen = stamp
        try:
            self._peers = read_peers(self._file)
        except SettingsFault as fault:
            self.trouble = "; ".join(fault.findings)
            return False
        self.trouble = ""
        return True


def _stamp(file: Path | None) -> tuple[int, int] | None:
    if file is None or not file.exists():
        return None
    state = file.stat()
    return state.st_mtime_ns, state.st_size


def read_peers(file: Path) -> dict[str, Peer]:
    """Read a peers table. Raises SettingsFault with all findings."""
    if not file.exists():
        raise SettingsFault(
            [
                f"{file}: 没有登记表，请向国家节点的管理员索取（docs/operating/nodes.md）。"
                f" {file}: no such file; every node has the same peers table, ask the nation's node for it"
                " (docs/operating/nodes.md)"
            ]
        )
    try:
        peers = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File).peers
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as fault:
        raise SettingsFault(
            [f"{file}: 不是登记表。 not a peers table as docs/operating/nodes.md shows: {fault}"]
        ) from None
    except OSError as fault:
        raise SettingsFault([f"{file}: 无法读取。 cannot be read: {fault.strerror}"]) from None
    if findings := [f"{file}: {finding}" for finding in findings_of(peers)]:
        raise SettingsFault(findings)
    return peers


def findings_of(peers: Mapping[str, Peer]) -> list[str]:
    """Return what is wrong with a table: codes, addresses without TLS beyond this machine, keys."""
    found: list[str] = []
    for place, peer in peers.items():
        if len(place) != 6 or not place.isdigit():
            found.append(f"{place!r} 不是区划代码。 is not a division code")
        found += [f"{place}: {fault}" for url in peer.urls for fault in url_faults(url)]
        if not peer.keys:
            found.append(
                f"{place}: 未登记公钥，请该省提供。 no key is registered; that place hands in its public key"
            )
        found += [
            f"{place}: key {key.id}: {key.algorithm!r} 不是所列算法。 is not one of {', '.join(ALGORITHMS)}"
            for key in peer.keys
            if key.algorithm not in ALGORITHMS
        ]
        found += [
            f"{place}: key {key.id}: its public part is no key of {key.algorithm};"
            f" 公钥有误，请登记该处 `yidi keys show` 所示；register what `yidi keys show` of {place} prints"
            for key in peer.keys
            if key.algorithm in ALGORITHMS and not key.is_one()
        ]
    return found


def url_faults(url: str) -> Iterable[str]:
    """Yield what is wrong with an address: beyond this machine only TLS will do."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        yield f"{url!r} 不是地址。 is not an address such as https://exchange.example:9443"
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        yield f"{url!r}: 明文 http 仅限本机，请用 https。 plain http is only for this machine; use https"


def write_peers(file: Path, peers: Mapping[str, Peer]) -> None:
    """Write a peers table whole, so that a reader sees the old or the new one."""
    lines: list[str] = []
    for place, peer in sorted(peers.items()):
        urls = ", ".join(f'"{url}"' for url in peer.urls)
        lines += [f"[peers.{place}]", f"urls = [{urls}]"]
        for key in peer.keys:
            lines.append(f"[[peers.{place}.keys]]")
            lines += [f'{name} = "{value}"' for name, value in msgspec.to_builtins(key).items()]
        lines.append("")
    draft = file.with_suffix(".new")
    draft.write_text("\n".join(lines), "utf-8")
    draft.replace(file)
