"""The HTTP face of a care place: reads a message with a limit, checks who signed it, answers.

Failures before the business layer are 401 {"code":401,"message":...}, as real gateways answer, with the
refusal beside it; a body over the limit is 413, everything else 200 with infcode 0 or -1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec
from msgspec import Struct
from starlette.datastructures import URLPath
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.types import Receive, Scope, Send

from yidi.domain.catalogue.catalogue import Catalogue
from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.domain.codes.dictionary import Dictionaries
from yidi.domain.codes.division import province_prefix
from yidi.domain.refusal import Refusal
from yidi.edges.access.rates import Rate
from yidi.edges.access.refusals import TOO_OFTEN
from yidi.edges.clock import Clock, system_clock
from yidi.edges.national.answering import Answer, Answering
from yidi.edges.national.envelope import Stamp, millis, write_refusal
from yidi.edges.national.library import Library
from yidi.edges.national.openapi import document
from yidi.edges.national.paths import CALL_ANY, CALL_BY_NUMBER, SERVICES
from yidi.edges.national.refusals import NOT_SIGNED, TOO_LARGE
from yidi.edges.national.signatures import Denied, Gatekeeper, Scheme
from yidi.edges.packs.national import read_download_files, read_yaml
from yidi.edges.telemetry import TURNED_AWAY
from yidi.processes.ports.deciding import Command, Reply

JSON = b"application/json;charset=UTF-8"
FILE = b"application/octet-stream"
ANSWER_NAME = "answer.json"


class Limits(Protocol):
    """The settings the gateway reads."""

    @property
    def body_limit_bytes(self) -> int: ...
    @property
    def clock_window_seconds(self) -> int: ...
    @property
    def counter_timeout_seconds(self) -> float: ...
    @property
    def node(self) -> int: ...


DRAINED_BYTES = 64 * 1024 * 1024
"""How much of a body over the limit is still read before the refusal; whoever sends more is cut off."""


class TooLarge(Exception):
    """A body over the limit; `more` says whether some of it is still to come."""

    def __init__(self, *, more: bool) -> None:
        super().__init__()
        self.more = more


class Gone(Exception):
    """The client went away before its message was whole."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Read a body of at most `limit` bytes. Raises TooLarge as soon as it is known to be larger."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > limit:
            raise TooLarge(more=True)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > limit:
            raise TooLarge(more=False)
        return body
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(more=bool(message.get("more_body")))
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


async def drained(receive: Receive, most: int = DRAINED_BYTES) -> None:
    """Let a client finish what it sends, and keep nothing: most send all before they read an answer."""
    size, more = 0, True
    while more and size < most:
        message = await receive()
        size += len(message.get("body", b""))
        more = message["type"] == "http.request" and bool(message.get("more_body"))


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers by lower-case name; of a repeated one the first."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found


class Gateway:
    """An address messages come to. `numbers` are those that belong to it; empty when it serves all."""

    def __init__(
        self,
        answering: Answering,
        keeper: Gatekeeper,
        clock: Clock,
        body_limit_bytes: int,
        numbers: Collection[str] = (),
        rate: Rate | None = None,
    ) -> None:
        self._answering, self._keeper, self._clock = answering, keeper, clock
        self._limit, self._numbers, self._rate = body_limit_bytes, frozenset(numbers), rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            body = await read_body(scope, receive, self._limit)
        except TooLarge as large:
            if large.more:
                await drained(receive)
            TURNED_AWAY.labels(TOO_LARGE.code).inc()
            await reply(send, 413, self._refusal(TOO_LARGE.because(limit_bytes=self._limit)))
            return
        except Gone:
            return
        wait = 0

        def admits(owner: str) -> bool:
            nonlocal wait
            wait = self._rate.wait(owner) if self._rate is not None else 0
            return not wait

        signed = self._keeper.check(headers_of(scope), body, self._clock(), admits)
        if isinstance(signed, Denied):
            TURNED_AWAY.labels(NOT_SIGNED.code).inc()
            found = [NOT_SIGNED.because(reason=signed.message)]
            said = {"code": 401, "message": signed.message, "refusals": found}
            await reply(send, 401, msgspec.json.encode(said))
            return
        if wait:
            TURNED_AWAY.labels(TOO_OFTEN.code).inc()
            await reply(send, 429, self._refusal(TOO_OFTEN.because(seconds=wait)), retry_after=wait)
            return
        numbers = self._numbers
        named = scope.get("path_params", {}).get("number") or signed.number
        if not numbers and named:
            numbers = frozenset((named,))
        answer = await self._answering.answer(body, signed.owner, numbers)
        await reply(send, 200, answer)

    def _refusal(self, refusal: Refusal) -> bytes:
        now = millis(self._clock())
        return write_refusal(Stamp("", now, now), [refusal])


async def reply(send: Send, status: int, answer: Answer | bytes, retry_after: int = 0) -> None:
    """Send an answer with its length, and in how many seconds to come again where that is known.

    A browser that is led here shows nothing of it (OWASP ASVS 4.0.3, 14.4.2): it is always an attachment.
    """
    content = answer if isinstance(answer, bytes) else answer.content
    name = "" if isinstance(answer, bytes) else answer.file_name
    headers = [
        (b"content-type", FILE if name else JSON),
        (b"content-length", str(len(content)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    kept = "".join(mark for mark in name if mark.isascii() and (mark.isalnum() or mark in "._-"))
    plain = kept or ("file" if name else ANSWER_NAME)
    headers.append((b"content-disposition", f'attachment; filename="{plain}"'.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


class Described:
    """Answers with the interface description made from the message tables."""

    def __init__(self) -> None:
        self._content = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        self._content = self._content or msgspec.json.encode(document())
        await reply(send, 200, self._content)


class Services(BaseRoute):
    """The addresses that serve one transaction each, found in one look instead of pattern by pattern."""

    def __init__(self, gateways: Mapping[str, Gateway]) -> None:
        self._gateways = dict(gateways)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether an address is one of these; a wrong method is answered with 405."""
        if scope["type"] != "http":
            return Match.NONE, {}
        found = self._gateways.get(scope["path"].removeprefix(scope.get("root_path", "")))
        if found is None:
            return Match.NONE, {}
        posted = scope["method"] == "POST"
        return Match.FULL if posted else Match.PARTIAL, {"endpoint": found, "path_params": {}}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the gateway of the address answer."""
        if scope["method"] != "POST":
            await PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})(scope, receive, send)
            return
        await scope["endpoint"](scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """These addresses have no names."""
        raise NoMatchFound(name, path_params)


def gateway_routes(
    answering: Answering,
    keeper: Gatekeeper,
    clock: Clock,
    body_limit_bytes: int,
    rate: Rate | None = None,
) -> list[BaseRoute]:
    """Make the routes of every address a message may come to, and of the interface description."""

    def gateway(*numbers: str) -> Any:
        return Gateway(answering, keeper, clock, body_limit_bytes, numbers, rate)

    everything = gateway()
    return [
        Services({path: gateway(number) for path, number in SERVICES.items()}),
        *(Route(path, everything, methods=["POST"]) for path in (*CALL_BY_NUMBER, *CALL_ANY)),
        Route("/fsi/openapi.json", Described(), methods=["GET"]),
    ]


class Catalogues(Protocol):
    """The catalogues of care places."""

    def of(self, care_place: str) -> Catalogue:
        """Return the catalogue of a division."""
        ...


class Reference(Protocol):
    """The packs, read once."""

    @property
    def packs(self) -> Path: ...
    @property
    def dictionaries(self) -> Dictionaries: ...
    @property
    def diseases(self) -> ChronicDiseases: ...
    @property
    def catalogues(self) -> Catalogues: ...


class Host(Protocol):
    """What the gateway needs of the node it serves."""

    @property
    def settings(self) -> Limits: ...
    @property
    def reference(self) -> Reference: ...
    async def ask(self, command: Command) -> Reply:
        """Have a command decided."""
        ...

    def gateway_of(self, province: str) -> str:
        """Return the signature scheme of a province's gateway."""
        ...


class _Samples(Struct, forbid_unknown_fields=True):
    looked_up: str
    files: dict[str, list[dict[str, str]]]


def library_of(reference: Reference) -> Library:
    """Make the catalogue files of a node's care places."""
    samples: _Samples = read_yaml(reference.packs / "national" / "interface_samples.yaml", _Samples)

    def catalogue_of(care: str) -> Catalogue | None:
        try:
            return reference.catalogues.of(care)
        except KeyError:
            return None

    chronic = [(disease.code, disease.name) for disease in reference.diseases.all()]
    return Library(catalogue_of, read_download_files(reference.packs), samples.files, chronic)


def schemes_of(host: Host, keys: Mapping[str, str]) -> dict[str, Scheme]:
    """Return the signature scheme of every institution that has a key."""
    return {code: Scheme(host.gateway_of(province_prefix(code[1:7]))) for code in keys}


def routes(
    host: Host, keys: Mapping[str, str], clock: Clock = system_clock, rate: Rate | None = None
) -> list[BaseRoute]:
    """Make the routes of a node: `keys` has the secret of every institution by its code, `rate` its limit."""
    settings = host.settings
    answering = Answering(
        host.ask,
        host.reference.dictionaries,
        library_of(host.reference),
        clock,
        node=settings.node,
        patience_seconds=settings.counter_timeout_seconds,
    )
    keeper = Gatekeeper(keys, schemes_of(host, keys), settings.clock_window_seconds)
    return gateway_routes(answering, keeper, clock, settings.body_limit_bytes, rate)
