"""The three ways gateways sign, and how each is checked. Which province uses which is a setting.

Source: interface specification V1.1.27, section 4.5.4 (header list), and public clients of other provinces.
Secrets are compared in constant time; a message older or newer than the window is refused; where the
scheme has a nonce, the same nonce is refused while its time stamp could still be valid.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC


class Scheme(StrEnum):
    """How a gateway wants messages signed."""

    HEADER_LIST_SHA1 = "header_list_sha1"
    TIMESTAMP_NONCE_SHA256 = "timestamp_nonce_sha256"
    BODY_HMAC_SM3 = "body_hmac_sm3"


KEY_HEADERS = {
    Scheme.BODY_HMAC_SM3: "x-ca-key",
    Scheme.TIMESTAMP_NONCE_SHA256: "x-tif-paasid",
    Scheme.HEADER_LIST_SHA1: "_api_access_key",
}
"""The header that names the key; a key is an institution's code."""
_LISTED = ("_api_access_key", "_api_name", "_api_timestamp", "_api_version")

LONGEST_NONCE = 64
PIECES = 8

MISSING_HEADERS = "签名请求头不完整 signature headers are missing"
EXPIRED = "时间戳已过期或无效 time stamp expired or invalid"
UNKNOWN_KEY = "访问密钥不存在 unknown key"
WRONG_SIGNATURE = "签名不一致 signature differs"
REPLAYED = "随机数已使用 nonce was used before"


class Signed(NamedTuple):
    """A checked message: whose key it was and the number its headers name, if any."""

    owner: str
    number: str


class Denied(NamedTuple):
    """Why a message did not pass the gateway (401, before the business layer)."""

    message: str


def sm3_hex(secret: bytes, content: bytes) -> str:
    """Return the upper-case hex HMAC-SM3 of content (GB/T 32905)."""
    mac = HMAC(secret, hashes.SM3())
    mac.update(content)
    return mac.finalize().hex().upper()


def header_list_signature(secret: str, headers: Mapping[str, str]) -> str:
    """Return base64 HMAC-SHA1 over the sorted signing headers, joined as name=value with &."""
    listed = "&".join(f"{name}={headers[name]}" for name in sorted(_LISTED))
    return base64.b64encode(hmac.digest(secret.encode(), listed.encode(), "sha1")).decode()


def timestamp_nonce_signature(secret: str, timestamp: str, nonce: str) -> str:
    """Return lower-case hex SHA-256 of timestamp + secret + nonce + timestamp."""
    return hashlib.sha256(f"{timestamp}{secret}{nonce}{timestamp}".encode()).hexdigest()


def body_signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return timestamp, colon, upper-case hex HMAC-SM3 of timestamp LF body."""
    signed = timestamp.encode() + b"\n" + body
    return f"{timestamp}:{sm3_hex(secret.encode(), signed)}"


def sign(scheme: Scheme, key: str, secret: str, number: str, body: bytes, now: datetime) -> dict[str, str]:
    """Make the headers that sign a message."""
    match scheme:
        case Scheme.HEADER_LIST_SHA1:
            headers = {
                "_api_access_key": key,
                "_api_name": number,
                "_api_timestamp": str(int(now.timestamp() * 1000)),
                "_api_version": "1.0.0",
            }
            return headers | {"_api_signature": header_list_signature(secret, headers)}
        case Scheme.TIMESTAMP_NONCE_SHA256:
            stamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
            return {
                "x-tif-paasid": key,
                "x-tif-timestamp": stamp,
                "x-tif-nonce": nonce,
                "x-tif-signature": timestamp_nonce_signature(secret, stamp, nonce),
            }
        case Scheme.BODY_HMAC_SM3:
            signature = body_signature(secret, str(int(now.timestamp())), body)
            return {"x-ca-key": key, "x-ca-signature": signature}


class Nonces:
    """Remembers nonces for as long as their time stamp can be valid, two windows, and an eighth of it more.

    Kept are their hashes, under this process's secret: millions lie in memory where much is sent. Two nonces
    of one hash (once in some million hours) are a message refused that its sender signs anew. One takes some
    85 bytes; those of messages over their sender's rate are not kept, so the rate bounds the memory.
    """

    def __init__(self, window_seconds: int) -> None:
        self._span = 2 * window_seconds
        self._pieces: deque[tuple[float, set[int]]] = deque()

    def fresh(self, nonce: str, now: float) -> bool:
        """Say whether a nonce is new; `remember` it where its message is taken."""
        number = hash(nonce)
        while self._pieces and self._pieces[0][0] + self._span <= now:
            self._pieces.popleft()
        return not any(number in seen for _, seen in self._pieces)

    def first(self, nonce: str, now: float) -> bool:
        """Say whether a nonce is new, and take it for used."""
        if not self.fresh(nonce, now):
            return False
        self.remember(nonce, now)
        return True

    def remember(self, nonce: str, now: float) -> None:
        """Take a nonce for used from now on."""
        if not self._pieces or now >= self._pieces[-1][0]:
            self._pieces.append((now + self._span / PIECES, set()))
        self._pieces[-1][1].add(hash(nonce))

    def __len__(self) -> int:
        """Count what is remembered."""
        return sum(len(seen) for _, seen in self._pieces)


class Claim(NamedTuple):
    """A signature as given and as it should be; time stamps are seconds, or milliseconds of 13 digits."""

    given: str
    expected: str
    stamp: str
    nonce: str = ""


def _header_list(secret: str, headers: Mapping[str, str], body: bytes) -> Claim | None:
    given = headers.get("_api_signature", "")
    if not given or any(not headers.get(name) for name in _LISTED):
        return None
    return Claim(given, header_list_signature(secret, headers), headers["_api_timestamp"])


def _timestamp_nonce(secret: str, headers: Mapping[str, str], body: bytes) -> Claim | None:
    given, stamp, nonce = (headers.get(f"x-tif-{part}", "") for part in ("signature", "timestamp", "nonce"))
    if not given or not stamp or not 0 < len(nonce) <= LONGEST_NONCE:
        return None
    return Claim(given.lower(), timestamp_nonce_signature(secret, stamp, nonce), stamp, nonce)


def _body(secret: str, headers: Mapping[str, str], body: bytes) -> Claim | None:
    given = headers.get("x-ca-signature", "")
    stamp, colon, _ = given.partition(":")
    return Claim(given, body_signature(secret, stamp, body), stamp) if colon else None


_CLAIMS: dict[Scheme, Callable[[str, Mapping[str, str], bytes], Claim | None]] = {
    Scheme.HEADER_LIST_SHA1: _header_list,
    Scheme.TIMESTAMP_NONCE_SHA256: _timestamp_nonce,
    Scheme.BODY_HMAC_SM3: _body,
}


class Gatekeeper:
    """Checks who signed a message. `schemes` says which scheme the province of an institution uses."""

    def __init__(self, keys: Mapping[str, str], scheme_of: Mapping[str, Scheme], window_seconds: int) -> None:
        self._keys, self._scheme_of, self._window = dict(keys), dict(scheme_of), window_seconds
        self.nonces = Nonces(window_seconds)

    def check(
        self,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
        admits: Callable[[str], bool] = lambda key: True,
    ) -> Signed | Denied:
        """Check the signature of a message; `headers` have lower-case names.

        `admits` says of who has signed it, and is no replay, whether its message is taken: only then is its
        nonce used up.
        """
        scheme, key = next(
            ((scheme, headers[name]) for scheme, name in KEY_HEADERS.items() if headers.get(name)), (None, "")
        )
        if scheme is None:
            return Denied(MISSING_HEADERS)
        secret = self._keys.get(key)
        if secret is None:
            return Denied(UNKNOWN_KEY)
        if self._scheme_of.get(key) is not scheme:
            return Denied(MISSING_HEADERS)
        denied = self._signature(scheme, key, secret, headers, body, now, admits)
        return denied or Signed(key, headers.get("_api_name", ""))

    def _signature(
        self,
        scheme: Scheme,
        key: str,
        secret: str,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
        admits: Callable[[str], bool],
    ) -> Denied | None:
        claim = _CLAIMS[scheme](secret, headers, body)
        if claim is None:
            return Denied(MISSING_HEADERS)
        if not self._timely(claim, now):
            return Denied(EXPIRED)
        if not hmac.compare_digest(claim.given.encode(), claim.expected.encode()):
            return Denied(WRONG_SIGNATURE)
        nonce, at = f"{key}/{claim.nonce}", now.timestamp()
        if claim.nonce and not self.nonces.fresh(nonce, at):
            return Denied(REPLAYED)
        if admits(key) and claim.nonce:
            self.nonces.remember(nonce, at)
        return None

    def _timely(self, claim: Claim, now: datetime) -> bool:
        stamp = claim.stamp
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 15:
            return False
        seconds = int(stamp) // 1000 if len(stamp) > 11 else int(stamp)
        return abs(seconds - int(now.timestamp())) <= self._window
