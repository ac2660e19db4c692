"""Uploaded files pass a scanner that speaks as clamd does; a small server of its protocol stands in."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.edges.national.room import HOSPITAL, MORNING, SECRET, client_of, real_node
from yidi.edges.clock import SettableClock
from yidi.edges.national.refusals import FILE_HARMFUL, FILE_NOT_SCANNED
from yidi.edges.national.scanning import PIECE_BYTES, Scanner
from yidi.edges.settings import Settings, findings_of
from yidi.processes.network.commands import StoreFile
from yidi.processes.network.records import StoredFile

TRIAL = "".join(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*")).encode()
"""The file every scanner finds, put together here so that no scanner finds this source."""
SILENT = "it says nothing"


class Daemon:
    """Speaks the server's side of INSTREAM; `answer` replaces the verdict, or is SILENT."""

    def __init__(self, answer: str = "") -> None:
        self.answer, self.seen, self.address = answer, list[bytes](), ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one file and say what is in it."""
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            assert size <= PIECE_BYTES
            content += await reader.readexactly(size)
        self.seen.append(content)
        if self.answer != SILENT:
            verdict = "stream: Eicar-Signature FOUND" if TRIAL in content else "stream: OK"
            writer.write((self.answer or verdict).encode() + b"\0")
            await writer.drain()
        else:
            await reader.read()
        writer.close()


@asynccontextmanager
async def scanning(folder: Path, answer: str = "", *, tcp: bool = True) -> AsyncIterator[Daemon]:
    """Run a scanner on a port the system chooses, or on a socket file."""
    daemon = Daemon(answer)
    if tcp:
        server = await asyncio.start_server(daemon.serve, "127.0.0.1", 0)
        daemon.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server = await asyncio.start_unix_server(daemon.serve, folder / "clamd.sock")
        daemon.address = f"unix:{folder / 'clamd.sock'}"
    async with server:
        yield daemon


def upload(content: bytes) -> StoreFile:
    """Upload a file."""
    return StoreFile(
        jurisdiction="330000",
        sender=HOSPITAL,
        msgid="upload-1",
        name="list.zip",
        content=base64.b64encode(content).decode(),
        size_bytes=len(content),
    )


async def codes(scanner: Scanner, content: bytes) -> Sequence[str]:
    """Return what a file is refused with."""
    refusal = await scanner.refusal(upload(content))
    return [] if refusal is None else [refusal.code]


@pytest.mark.parametrize("tcp", [True, False], ids=["tcp", "unix"])
async def test_a_harmful_file_is_refused_by_name_and_a_clean_one_passes_whole(
    tmp_path: Path, tcp: bool
) -> None:
    clean = bytes(range(256)) * 1000
    async with scanning(tmp_path, tcp=tcp) as daemon:
        scanner = Scanner(daemon.address, 60.0, required=True)
        assert await codes(scanner, clean) == []
        refusal = await scanner.refusal(upload(clean + TRIAL))
        assert daemon.seen == [clean, clean + TRIAL]
    assert refusal is not None
    assert refusal.code == FILE_HARMFUL.code
    assert "Eicar-Signature" in refusal.cause_en


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "stream: ", "OK OK", "NOT OK"])
async def test_what_is_no_verdict_is_not_taken_for_clean(tmp_path: Path, answer: str) -> None:
    async with scanning(tmp_path, answer) as daemon:
        assert await codes(Scanner(daemon.address, 60.0, required=True), b"a file") == [FILE_NOT_SCANNED.code]
        assert await codes(Scanner(daemon.address, 60.0, required=False), b"a file") == []


async def test_a_scanner_that_hangs_or_is_not_there_refuses_where_it_is_required(tmp_path: Path) -> None:
    async with scanning(tmp_path, SILENT, tcp=False) as daemon:
        for required, told in ((True, [FILE_NOT_SCANNED.code]), (False, [])):
            assert await codes(Scanner(daemon.address, 0.2, required=required), b"a file") == told
    nowhere = Scanner(f"unix:{tmp_path / 'nobody.sock'}", 60.0, required=True)
    assert await codes(nowhere, b"a file") == [FILE_NOT_SCANNED.code]


async def test_a_hospitals_harmful_file_is_answered_and_stored_nowhere(tmp_path: Path) -> None:
    clock = SettableClock(MORNING)
    async with (
        scanning(tmp_path) as daemon,
        real_node(tmp_path, {HOSPITAL: SECRET}, clock, scanner=daemon.address, scanner_seconds=60.0) as room,
    ):
        node, app = room
        client = client_of(app, clock)
        content = {"fsUploadIn": {"in": base64.b64encode(TRIAL).decode(), "filename": "list.zip"}}
        answer: dict[str, Any] = (await client.exchange("9101", content)).answer or {}
        assert FILE_HARMFUL.code in answer["err_msg"]
        assert await node.rows(StoredFile) == []


def test_an_address_that_is_none_is_a_finding() -> None:
    def found(**more: Any) -> Sequence[str]:
        return findings_of(Settings(database="sqlite:none", keys="", **more))

    for good in ("", "tcp://127.0.0.1:3310", "unix:/run/clamd.sock"):
        assert found(scanner=good) == []
    for bad in ("127.0.0.1:3310", "tcp://127.0.0.1", "tcp://host:none", "unix:clamd.sock"):
        assert len(found(scanner=bad)) == 1, bad
    assert found(scanner_seconds=0) == ["scanner_seconds: 必须大于零 must be above zero"]
