"""Asks nodes over the exchange: a jurisdiction its own node, as its agency does; where a message is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from yidi.edges.clock import Clock
from yidi.edges.exchange.directory import Directory, read_peers
from yidi.edges.exchange.exchange import NodeStatus
from yidi.edges.exchange.identity import Identities, file_of, read_identities
from yidi.edges.exchange.keyring import Keyring, NoKey, bare_head
from yidi.edges.exchange.line import Line, Unsent, Unsigned
from yidi.edges.exchange.protocol import (
    QUESTIONS,
    STATUS,
    TRACE,
    Sighting,
    Sightings,
    Trace,
    encode,
    spoken_with,
)
from yidi.edges.exchange.tracing import in_time
from yidi.edges.exchange.transport import check_transport, client_of
from yidi.edges.journal.codec import Codec
from yidi.edges.settings import ExchangeSettings, Faults, SettingsFault
from yidi.processes.ports.deciding import Command, Reply

PATIENCE_SECONDS = 30.0


class Traced(NamedTuple):
    """What all nodes know of a message, oldest first, and the addresses that did not answer."""

    sightings: tuple[Sighting, ...]
    silent: tuple[str, ...]


class Asker:
    """Asks as the jurisdictions whose private keys it holds; close it after use."""

    def __init__(
        self, settings: ExchangeSettings, identities: Identities, directory: Directory, clock: Clock
    ) -> None:
        self._identities, self._directory, self._clock, self._codec = identities, directory, clock, Codec()
        self._client: httpx.AsyncClient = client_of(settings)
        self._client.timeout = httpx.Timeout(PATIENCE_SECONDS)
        self._keyring = Keyring(identities, directory, clock, settings.key_hours)
        self._scheme, self._versions = settings.scheme, spoken_with(settings.speaks)
        self._lines: dict[str, Line] = {}

    def _line(self, url: str) -> Line:
        if url not in self._lines:
            self._lines[url] = Line(
                url, self._client, self._keyring, self._scheme, "", self._clock, self._versions
            )
        return self._lines[url]

    async def ask(self, command: Command) -> Reply:
        """Have a command decided by the node that serves its jurisdiction. Raises Unsent."""
        place = command.jurisdiction
        urls = self._directory.urls(place)
        if not urls:
            raise Unsent(f"{place} is not in the peers table")
        kind = type(command).__name__
        head = bare_head(place, place, kind, self._clock(), id=command.msgid)
        body = self._codec.write(command).encode()
        return self._codec.reply(await self._line(urls[0]).ask(QUESTIONS, Unsigned(head, body)))

    async def trace(self, msgid: str) -> Traced:
        """Ask every node what it knows of a message."""
        mine = min(self._identities.jurisdictions)
        served = {
            url.rstrip("/"): place
            for place in sorted(self._directory.jurisdictions)
            for url in self._directory.urls(place)
        }
        answers = await asyncio.gather(*[self._trace(url, mine, served[url], msgid) for url in served])
        found = [one for answer in answers if answer is not None for one in answer.sightings]
        silent = tuple(url for url, answer in zip(served, answers, strict=True) if answer is None)
        return Traced(tuple(sorted(found, key=in_time)), silent)

    async def _trace(self, url: str, mine: str, theirs: str, msgid: str) -> Sightings | None:
        head = bare_head(mine, theirs, TRACE, self._clock())
        with suppress(Unsent, NoKey, msgspec.DecodeError):
            answer = await self._line(url).ask(QUESTIONS, Unsigned(head, encode(Trace(msgid=msgid))))
            return msgspec.json.decode(answer, type=Sightings)
        return None

    async def status(self, url: str) -> NodeStatus:
        """Ask a node how its lines are. Raises Unsent."""
        try:
            answer = await self._client.get(url.rstrip("/") + STATUS)
            return msgspec.json.decode(answer.content, type=NodeStatus)
        except (httpx.HTTPError, OSError, msgspec.DecodeError) as fault:
            raise Unsent(f"{url}: {type(fault).__name__}") from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def asker_of(settings: ExchangeSettings, jurisdictions: Iterable[str], clock: Clock) -> Asker:
    """Make an asker for those of the jurisdictions whose keys lie in the folder. Raises SettingsFault."""
    folder, peers = Path(settings.identity), Path(settings.peers)
    faults = Faults()
    listed = faults.of(read_peers, peers)
    wanted = list(jurisdictions) or [place for place in listed or () if file_of(folder, place).exists()]
    identities = faults.of(read_identities, folder, wanted)
    faults.of(check_transport, settings)
    if listed is None or identities is None or faults.found:
        raise SettingsFault(faults.found)
    return Asker(settings, identities, Directory(listed, peers), clock)
