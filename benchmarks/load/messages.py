"""Signed requests as raw bytes: what a hospital's client would send."""

from __future__ import annotations

from benchmarks.load.playing import GATEWAY, Played, Scene
from benchmarks.load.state import State
from yidi.edges.clock import system_clock
from yidi.edges.national.client import address_of
from yidi.edges.national.signatures import Scheme, sign

SCHEME = Scheme(GATEWAY)
SETTLING = "2207A"


def signed(scene: Scene, played: Played, number: str, body: bytes) -> bytes:
    """Write one request: request line, signing headers, body."""
    code = played.institution.code
    headers = sign(SCHEME, code, scene.keys[code], number, body, system_clock())
    lines = [
        f"POST {address_of(SCHEME, number)} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}\r\n\r\n")
    return "\r\n".join(lines).encode() + body


def settling_request(state: State, clone: int) -> bytes:
    """Write the request that settles a clone's open visit."""
    played = state.case_of(clone)
    return signed(state.scene, played, SETTLING, played.case.text("bill", clone).encode())
