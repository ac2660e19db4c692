"""The exchange of one node, put together: sends for the journal, takes for it, and can say how it is."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct

from yidi.domain.dates import write_instant
from yidi.edges.clock import Clock
from yidi.edges.exchange.channel import Channel
from yidi.edges.exchange.circuit import Circuit
from yidi.edges.exchange.directory import Directory, read_peers
from yidi.edges.exchange.identity import Identities, read_identities
from yidi.edges.exchange.inspection import Inspector
from yidi.edges.exchange.keyring import Keyring
from yidi.edges.exchange.line import Line
from yidi.edges.exchange.matters import Matter, Matters
from yidi.edges.exchange.posting import Posting
from yidi.edges.exchange.protocol import Sightings, spoken_with
from yidi.edges.exchange.receiving import Face
from yidi.edges.exchange.revocation import revocations_of
from yidi.edges.exchange.sending import Sender
from yidi.edges.exchange.tracing import sightings_of
from yidi.edges.exchange.transport import check_transport, poster_of
from yidi.edges.journal.codec import Codec
from yidi.edges.journal.journal import Journal
from yidi.edges.settings import ExchangeSettings, Faults, SettingsFault
from yidi.processes.ports.deciding import Command, Reply


class PeerStatus(Struct, frozen=True):
    """How the line to one address is: its circuit, failures in a row, messages in memory, clock ahead (s).

    `version` of the protocol is the one spoken with it.
    """

    url: str
    jurisdictions: tuple[str, ...]
    circuit: str
    failures: int
    held: int
    clock_ahead_seconds: float
    version: str = ""


class NodeStatus(Struct, frozen=True):
    """What a node says of itself and of its lines; `queued` commands wait for its journal."""

    url: str
    jurisdictions: tuple[str, ...]
    at: str
    queued: int
    peers: tuple[PeerStatus, ...]
    clocks_ahead_seconds: dict[str, float]
    directory_trouble: str


class Limits(NamedTuple):
    """What the face of the exchange needs to know."""

    body_limit_bytes: int
    patience_seconds: float


def jitter() -> float:
    """Return a number from 0 to 1 by chance."""
    return secrets.randbelow(1_000_001) / 1_000_000


class Exchange:
    """Everything between this node and the others; `send` is what the journal is given.

    `patience_seconds` is how long a counter waits. `codec` must be the journal's. `chance` shortens
    pauses, from 0 to 1. `versions` of the protocol are those the settings say unless given.
    """

    def __init__(
        self,
        settings: ExchangeSettings,
        identities: Identities,
        directory: Directory,
        codec: Codec,
        clock: Clock,
        *,
        patience_seconds: float,
        chance: Callable[[], float] = jitter,
        versions: tuple[str, ...] = (),
    ) -> None:
        self.settings, self.directory, self.clock = settings, directory, clock
        self.here, self.versions = identities.jurisdictions, versions or spoken_with(settings.speaks)
        self.keyring = Keyring(identities, directory, clock, settings.key_hours)
        self.matters = Matters()
        self.inspector = Inspector(
            self.keyring, self.here, clock, settings.window_seconds, codec, self.versions
        )
        self._patience, self._chance = timedelta(seconds=patience_seconds), chance
        self.revocations = revocations_of(settings)
        self._client: Posting = poster_of(settings, self.revocations)
        self.sender = Sender(
            directory,
            self.matters,
            codec,
            clock,
            self._open_channel,
            answer_to=settings.url.rstrip("/"),
            room=settings.room,
            chance=chance,
        )
        self._journal: Journal | None = None
        self._ask: Callable[[Command], Awaitable[Reply]] | None = None
        self.face = Face(
            self,
            self.inspector,
            self.keyring,
            self.matters,
            codec,
            clock,
            Limits(settings.body_limit_bytes, patience_seconds),
            self.here,
            self.versions,
        )
        self.face.revocations = self.revocations
        self.app = self.face.front()

    def send(self, messages: Sequence[Command]) -> None:
        """Take messages for other nodes."""
        self.sender.send(messages)

    def start(self, journal: Journal, ask: Callable[[Command], Awaitable[Reply]]) -> None:
        """Begin to send what waits, once the journal runs."""
        self._journal, self._ask = journal, ask
        self.sender.start(journal)

    async def close(self) -> None:
        """Stop sending; nothing durable is lost by that."""
        await self.sender.close()
        await self._client.aclose()

    def begin(self, command: Command) -> None:
        """Note until when the asker of a command waits, before it is decided."""
        now = self.clock()
        deadline = write_instant(now + self._patience)
        self.matters.note((command.sender, command.msgid), Matter(deadline), now)

    def _open_channel(self, url: str, sender: Sender) -> Channel:
        line = self.line(url, self.settings.url.rstrip("/"))
        circuit = Circuit(self._chance, self.settings.longest_pause_seconds)
        return Channel(line, circuit, sender.head_of, sender.told, self.settings.body_limit_bytes // 2)

    def line(self, url: str, answer_to: str = "") -> Line:
        """Make a line to an address."""
        scheme, versions = self.settings.scheme, self.versions
        return Line(url, self._client, self.keyring, scheme, answer_to, self.clock, versions)

    def hand_in(self, command: Command, *, first: bool) -> asyncio.Future[None]:
        """Have a message from another node stored."""
        assert self._journal is not None
        return self._journal.hand_in(command, first=first)

    async def ask(self, command: Command) -> Reply:
        """Have a command decided."""
        assert self._ask is not None
        return await self._ask(command)

    async def sightings(self, msgid: str) -> Sightings:
        """Say what this node knows of a message."""
        assert self._journal is not None
        node = self.settings.url
        found = await sightings_of(self._journal.engine, msgid, node, self.directory.jurisdictions)
        return Sightings(node=node, sightings=tuple(found))

    def status(self) -> NodeStatus:
        """Say how the lines to the peers are."""
        peers = tuple(self._peer(url, channel) for url, channel in sorted(self.sender.channels.items()))
        return NodeStatus(
            self.settings.url,
            tuple(sorted(self.here)),
            write_instant(self.clock()),
            self._journal.queued if self._journal is not None else 0,
            peers,
            {place: round(ahead, 3) for place, ahead in sorted(self.inspector.ahead_seconds.items())},
            self.directory.trouble,
        )

    def _peer(self, url: str, channel: Channel) -> PeerStatus:
        served = tuple(
            place for place in sorted(self.directory.jurisdictions) if url in self.directory.urls(place)
        )
        state, ahead = channel.circuit.state.value, round(channel.line.ahead_seconds, 3)
        version = channel.line.version
        return PeerStatus(url, served, state, channel.circuit.failures, channel.held, ahead, version)


def listening(settings: ExchangeSettings) -> tuple[str, int]:
    """Return host and port to listen on: as given, else as the address says."""
    parts = urlsplit(settings.url)
    try:
        port = settings.port or parts.port or 0
    except ValueError:
        port = 0
    if not port:
        raise SettingsFault(
            [
                f"exchange.url = {settings.url!r}: 未写端口，请写明或设 exchange.port。"
                " name the port, or give exchange.port"
            ]
        )
    return settings.host or parts.hostname or "", port


def exchange_of(
    settings: ExchangeSettings, here: frozenset[str], codec: Codec, clock: Clock, patience_seconds: float
) -> Exchange:
    """Put the exchange of a node together from its files. Raises SettingsFault with what is missing."""
    directory, identities = opened_files(settings, here)
    return Exchange(settings, identities, directory, codec, clock, patience_seconds=patience_seconds)


def opened_files(settings: ExchangeSettings, here: Iterable[str]) -> tuple[Directory, Identities]:
    """Read the peers table and the keys, look at the certificates. Raises SettingsFault with everything."""
    faults, file = Faults(), Path(settings.peers)
    peers = faults.of(read_peers, file) if settings.peers else None
    identities = faults.of(read_identities, Path(settings.identity), here) if settings.identity else None
    faults.of(check_transport, settings)
    faults.tell()
    if peers is None or identities is None:
        raise SettingsFault(["exchange.peers, exchange.identity: 必须给出 must be given"])
    return Directory(peers, file), identities
