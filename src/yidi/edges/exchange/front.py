"""The way in: reads a request of bounded size and writes its answer, with nothing in between.

A message between nodes costs too little for a framework's layers around it. What goes wrong inside is left
to the server, which answers 500.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from starlette.types import Receive, Scope, Send

JSON, PLAIN = b"application/json", b"text/plain; charset=utf-8"
ATTACHED = b'attachment; filename="answer.json"'
"""No browser shows an answer of the exchange (OWASP ASVS 4.0.3, 14.4.2)."""
CERTIFICATE = "certificate"
"""The key under which a request brings its sender's certificate (DER), where lines are watched."""


class Answer(NamedTuple):
    """What a request is answered with; `retry_after` in seconds, 0 for none."""

    status: int
    content: bytes
    kind: bytes = JSON
    retry_after: int = 0


Answering = Callable[[bytes], Awaitable[Answer]]
"""Answers the body of a request."""
NOT_FOUND, NOT_ALLOWED = Answer(404, b"Not Found", PLAIN), Answer(405, b"Method Not Allowed", PLAIN)


class Front:
    """An ASGI application. `posts` and `gets` answer by path; a body over the limit is `too_large`.

    `not_json` answers a post that does not say it is JSON (OWASP ASVS 4.0.3, 13.2.5), told what it says.
    `turned_away` answers whoever's certificate (DER, empty without TLS) is not let in.
    """

    def __init__(
        self,
        posts: Mapping[str, Answering],
        gets: Mapping[str, Answering],
        limit_bytes: int,
        too_large: Callable[[], Answer],
        not_json: Callable[[str], Answer],
        turned_away: Callable[[bytes], Answer | None] = lambda certificate: None,
    ) -> None:
        self._ways = {"POST": dict(posts), "GET": dict(gets)}
        self._known = frozenset((*posts, *gets))
        self._limit, self._too_large, self._not_json = limit_bytes, too_large, not_json
        self._turned_away = turned_away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one that its sender broke off is answered with nothing."""
        answering = self._ways.get(scope["method"], {}).get(scope["path"])
        turned_away = self._turned_away(scope.get(CERTIFICATE, b""))
        if turned_away is not None:
            answer = turned_away
        elif answering is None:
            answer = NOT_ALLOWED if scope["path"] in self._known else NOT_FOUND
        else:
            body = await self._read(receive)
            if body is None:
                return
            kind = _kind_of(scope) if scope["method"] == "POST" else JSON
            if kind != JSON and not isinstance(body, Answer):
                body = self._not_json(kind.decode("latin-1"))
            answer = body if isinstance(body, Answer) else await answering(body)
        await _write(send, answer)

    async def _read(self, receive: Receive) -> bytes | Answer | None:
        """Return the body, the refusal of one that is too large, or None when nobody waits any more."""
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            part = event.get("body", b"")
            size += len(part)
            if size > self._limit:
                return self._too_large()
            parts.append(part)
            more = event.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _kind_of(scope: Scope) -> bytes:
    """Return what a request says its body is, without parameters."""
    kind: bytes = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return kind if kind == JSON else kind.partition(b";")[0].strip().lower()


async def _write(send: Send, answer: Answer) -> None:
    headers = [
        (b"content-type", answer.kind),
        (b"content-length", b"%d" % len(answer.content)),
        (b"x-content-type-options", b"nosniff"),
        (b"content-disposition", ATTACHED),
    ]
    if answer.retry_after:
        headers.append((b"retry-after", b"%d" % answer.retry_after))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
