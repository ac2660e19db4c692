"""Forms that pages post: where they come from, what they say, and that twice posted is once done.

A form carries a ticket: a number of its own, sealed with a secret of the running node. The number is the
message id of what is asked, so a form posted twice has one effect; a post from another site is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from yidi.domain.refusal import Refusal
from yidi.edges.portals.refusals import NOT_CHOSEN

FORM = "application/x-www-form-urlencoded"
LARGEST = 16 * 1024
MOST_FIELDS = 60


class Form:
    """The fields of a posted form; what was not filled in is empty."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """Return a field, without the blanks around it."""
        found = self._fields.get(name)
        return found[0].strip()[:200] if found else ""

    def raw(self, name: str) -> str:
        """Return a field as it was typed, blanks and all: a password."""
        found = self._fields.get(name)
        return found[0][:1000] if found else ""

    def several(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that may be ticked more than once."""
        return tuple(value.strip()[:200] for value in self._fields.get(name, ()) if value.strip())

    def unchosen(self, choices: Mapping[str, tuple[str, str]]) -> tuple[Refusal, ...]:
        """Name the fields that were left without a choice; each is given its Chinese and English words."""
        return tuple(
            NOT_CHOSEN.because(name, what_zh=what_zh, what_en=what_en)
            for name, (what_zh, what_en) in choices.items()
            if not self.text(name)
        )


EMPTY = Form({})


class Tickets:
    """Issues and checks the tickets of forms; every process that knows the secret takes them."""

    def __init__(self, secret: bytes = b"") -> None:
        self._secret = secret or secrets.token_bytes(32)

    def issue(self, path: str, holder: str = "") -> str:
        """Return a ticket for the form at a path, in the session of its holder."""
        number = secrets.token_hex(12)
        return f"{number}.{self._seal(path, holder, number)}"

    def number(self, path: str, ticket: str, holder: str = "") -> str:
        """Return the number of a ticket issued for this path and holder; empty when it was not."""
        number, _, seal = ticket.partition(".")
        good = seal.isascii() and hmac.compare_digest(seal, self._seal(path, holder, number))
        return number if good else ""

    def _seal(self, path: str, holder: str, number: str) -> str:
        return hmac.new(self._secret, f"{path}\n{holder}\n{number}".encode(), hashlib.sha256).hexdigest()


def from_this_site(request: Request) -> bool:
    """Say whether a post comes from a page of this node, as browsers tell it."""
    said = request.headers.get("sec-fetch-site")
    if said is not None and said != "same-origin":
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


async def read_form(request: Request) -> Form | None:
    """Read a posted form; None when it is none, says it is something else, is too large, or not UTF-8."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return None
    try:
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return None
    return None if any("\0" in value for values in fields.values() for value in values) else Form(fields)
