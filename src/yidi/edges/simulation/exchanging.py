"""The real exchange between simulated nodes: signed parcels, agreed keys, circuits, over simulated wires.

Only the wire is simulated: what the exchange posts over HTTP travels through the simulated network to the
application of the other node, and its answer travels back, or does not.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

from yidi.domain.dates import write_instant
from yidi.edges.exchange.directory import Directory, Peer
from yidi.edges.exchange.exchange import Exchange
from yidi.edges.exchange.identity import ED25519, Identities, PrivateKey, make_key
from yidi.edges.exchange.posting import Answered
from yidi.edges.journal import Codec
from yidi.edges.settings import ExchangeSettings
from yidi.edges.simulation.node import Node

ANSWER_SECONDS = 10.0
KEY_HOURS = 0.2
"""Agreed keys live twelve minutes, so that they are renewed many times in an hour."""
WINDOW_SECONDS = 3_600
"""Clocks jump by minutes in these runs: further than a real node would be let."""
SWEEP_SECONDS = 10.0
"""How often what was not acknowledged is looked for in the outbox."""
HOST = "http://127.0.0.1:"


def url_of(place: str) -> str:
    """Return the address of a place's node; nothing listens there."""
    return HOST + place


class Registry:
    """The long-lived keys of all places, and the directory every node has a copy of."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self.keys: dict[str, tuple[PrivateKey, ...]] = {place: (make_key(ED25519),) for place in places}
        self.directories: list[Directory] = []

    def peers(self) -> Mapping[str, Peer]:
        """Return the peers table as it stands."""
        return {
            place: Peer(urls=(url_of(place),), keys=tuple(key.published() for key in keys))
            for place, keys in self.keys.items()
        }

    def identities(self, place: str) -> Identities:
        """Return the private keys of one place."""
        return Identities({place: self.keys[place]})

    def rotate(self, node: Node) -> None:
        """Give a place a new key beside the old one, and register it everywhere; it signs from now on."""
        place = node.places[0]
        self.keys[place] += (make_key(ED25519, write_instant(node.clock())),)
        for directory in self.directories:
            directory.change(self.peers())
        if node.exchange is not None:
            node.exchange.keyring.identities = self.identities(place)


class Wire:
    """Posts for one life of a node; what belongs to a life that is over goes nowhere."""

    def __init__(self, node: Node) -> None:
        self._node, self._life = node, node.lives

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> Answered:
        """Take a request to the node of its address. Raises TimeoutError when no answer comes."""
        node, network = self._node, self._node.around.network
        place, _, rest = url.removeprefix(HOST).partition("/")
        other, path = node.routes[place], f"/{rest}"
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()

        def answered(status: int, body: bytes) -> None:
            if not answer.done():
                answer.set_result(Answered(status, body))

        def back(status: int, body: bytes) -> None:
            network.carry(other.number, node.number, lambda: answered(status, body))

        if node.up and node.lives == self._life:
            if node.around.told is not None:
                node.around.told(f"{node.name} posts {len(content)} bytes to {other.name}{path}")
            network.carry(node.number, other.number, lambda: other.serve(path, content, back))
        return await asyncio.wait_for(answer, ANSWER_SECONDS)

    async def aclose(self) -> None:
        """Let go of nothing."""


def exchange_for(registry: Registry, codec: Codec, node: Node) -> Exchange:
    """Put together the exchange of one life of a node."""
    place = node.places[0]
    directory = Directory(registry.peers())
    registry.directories.append(directory)
    settings = ExchangeSettings(
        url=url_of(place),
        peers="",
        identity="",
        window_seconds=WINDOW_SECONDS,
        key_hours=KEY_HOURS,
        room=200,
    )
    chance = random.Random(f"exchange {place} {node.lives} {node.around.seed}")
    made = Exchange(
        settings,
        registry.identities(place),
        directory,
        codec,
        node.clock,
        patience_seconds=15.0,
        chance=chance.random,
    )
    made._client = Wire(node)
    made.sender.sweep_seconds = SWEEP_SECONDS
    return made
