"""Uploaded files are looked at by a scanner before they are stored (OWASP ASVS 4.0.3, 12.4.2).

It speaks the protocol of clamd (INSTREAM, clamd(8)): the file in pieces with their lengths, an empty piece,
then one line with what was found. A file it finds something in is refused by name and stored nowhere.
"""

from __future__ import annotations

import asyncio
import binascii
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from prometheus_client import Counter

from yidi.domain.refusal import Refusal
from yidi.edges.national.refusals import FILE_HARMFUL, FILE_NOT_SCANNED
from yidi.edges.settings import Settings
from yidi.edges.telemetry import kind_and_place
from yidi.processes.network.commands import StoreFile

log = structlog.get_logger("yidi.national")

SCANNED = Counter("yidi_files_scanned_total", "Uploaded files by what the scanner said", ["outcome"])
PIECE_BYTES = 64 * 1024
REPLY_BYTES = 4096
CLEAN, FOUND = "OK", "FOUND"


class ScannerTrouble(Exception):
    """The scanner did not answer, or not whether the file is clean; the words say which."""


class Scanner(NamedTuple):
    """A scanner at `tcp://host:port` or `unix:/path`; `required`: what it did not look at is not stored."""

    address: str
    seconds: float
    required: bool

    async def refusal(self, command: StoreFile) -> Refusal | None:
        """Say why a file is not taken; None when it may be stored. What is no base64 is decided elsewhere."""
        try:
            content = binascii.a2b_base64(command.content)
        except ValueError:
            return None
        try:
            async with asyncio.timeout(self.seconds):
                found = await self._found(content)
        except (OSError, ScannerTrouble) as fault:  # TimeoutError is an OSError
            SCANNED.labels("not_scanned").inc()
            log.warning("file_not_scanned", error=kind_and_place(fault), stored=not self.required)
            return FILE_NOT_SCANNED.because("content", name=command.name) if self.required else None
        SCANNED.labels("found" if found else "clean").inc()
        if not found:
            return None
        log.warning("file_harmful", institution=command.sender, found=found)
        return FILE_HARMFUL.because("content", name=command.name, found=found)

    async def _found(self, content: bytes) -> str:
        """Return the name of what was found; empty for a clean file. Raises OSError, ScannerTrouble."""
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE_BYTES):
                piece = content[start : start + PIECE_BYTES]
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
            writer.write(bytes(4))
            said = (await reader.read(REPLY_BYTES)).rstrip(b"\0\n").decode("utf-8", "replace")
        finally:
            writer.close()
        words, _, verdict = said.removeprefix("stream: ").rpartition(" ")
        if verdict == FOUND:
            return words[:100]
        if verdict == CLEAN and not words:
            return ""
        raise ScannerTrouble(said[:200] or "it closed the line")

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.address.startswith("unix:"):
            return await asyncio.open_unix_connection(self.address.removeprefix("unix:"))
        parts = urlsplit(self.address)
        return await asyncio.open_connection(parts.hostname, parts.port)


def scanner_of(settings: Settings) -> Scanner | None:
    """Return the scanner the settings name; None where they name none."""
    if not settings.scanner:
        return None
    return Scanner(settings.scanner, settings.scanner_seconds, settings.unscanned == "refused")
