"""From the bytes of a signed message to the bytes of its answer."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

import msgspec
import structlog
from prometheus_client import Counter, Histogram

from yidi.domain.codes.dictionary import Dictionaries
from yidi.domain.refusal import Refusal
from yidi.edges.clock import Clock
from yidi.edges.national.call import AskNode, Call, Output, Referenced, Stream, Warned
from yidi.edges.national.envelope import (
    Serials,
    Stamp,
    check_envelope,
    millis,
    read_envelope,
    write_answer,
    write_refusal,
)
from yidi.edges.national.library import Library
from yidi.edges.national.reading import Findings, read_input
from yidi.edges.national.refusals import (
    BROKEN,
    FOREIGN_KEY,
    NOT_SERVED,
    UNANSWERED,
    UNKNOWN_NUMBER,
    WRONG_PATH,
)
from yidi.edges.national.spelling import national
from yidi.edges.national.tables import SERVED
from yidi.edges.national.tables.form import Transaction
from yidi.edges.national.tables.numbers import KNOWN, KNOWN_ENGLISH
from yidi.edges.national.translation import (
    Translation,
    clearing,
    files,
    filings,
    lines,
    mapping,
    persons,
    queries,
    settlement,
    visits,
)
from yidi.edges.telemetry import MESSAGES, SECONDS
from yidi.processes.ports.deciding import Command, Refused, Reply

log = structlog.get_logger("yidi.national")

_ROOMS = (persons, visits, lines, settlement, filings, queries, files, mapping, clearing)
TRANSLATIONS: dict[str, Translation] = {
    number: translation for room in _ROOMS for number, translation in room.TRANSLATIONS.items()
}
"""Number -> how it is translated."""


class Answer(NamedTuple):
    """What goes back: JSON, or the bytes of a file with its name."""

    content: bytes
    file_name: str = ""
    outcome: str = "accepted"
    number: str = ""


class Read(NamedTuple):
    """A message as far as it was read: its number, what is wrong with it, and the call when there is one."""

    number: str
    findings: Findings
    call: Call | None = None


def merged(findings: Findings, more: Sequence[Refusal]) -> Findings:
    """Add findings to others, the same one once."""
    for refusal in more:
        if refusal not in findings:
            findings.add(refusal)
    return findings


async def ask_nobody(command: Command) -> Reply:
    """Answer nothing: for a message that is refused already and only read on for its findings."""
    return Refused(refusals=())


class Answering:
    """Answers messages. `ask` has commands decided; its answer is waited for `patience_seconds` at most."""

    def __init__(
        self,
        ask: AskNode,
        dictionaries: Dictionaries,
        library: Library,
        clock: Clock,
        *,
        node: int = 1,
        patience_seconds: float = 15.0,
    ) -> None:
        self._ask, self._dictionaries, self._library = ask, dictionaries, library
        self._clock, self._patience = clock, patience_seconds
        self._serials = Serials(node, clock())

    async def answer(self, body: bytes, owner: str, numbers: Collection[str] = ()) -> Answer:
        """Answer a message signed with the key of institution `owner`.

        `numbers` are those that belong to the address called; empty when it serves all.
        """
        received = self._clock()
        try:
            read = self._read(body, owner, numbers, received)
            if read.call is None:
                return self._refuse(read.number, owner, received, read.findings)
            if read.findings:
                return self._refuse(read.number, owner, received, await self._more(read.call, read.findings))
            return self._write(read.call, await TRANSLATIONS[read.number](read.call))
        except Exception as error:
            return self._refuse("", owner, received, [broken(error)])

    def _read(self, body: bytes, owner: str, numbers: Collection[str], received: datetime) -> Read:
        """Read a message as far as it can be read; what is wrong with envelope and input is told together."""
        envelope = read_envelope(body)
        if isinstance(envelope, Findings):
            return Read("", envelope)
        number = envelope.infno
        findings = check_number(number, numbers) or check_envelope(envelope)
        if envelope.fixmedins_code not in ("", owner):
            findings.add(FOREIGN_KEY.because("fixmedins_code"))
            return Read(number, findings)
        if number not in SERVED or (numbers and number not in numbers):
            return Read(number, findings)
        transaction = SERVED[number]
        asked = read_input(transaction, bytes(envelope.input))
        if isinstance(asked, Findings):
            return Read(number, merged(findings, asked))
        findings = merged(findings, self._check_codes(transaction, asked))
        digest = hashlib.blake2b(body, digest_size=20).hexdigest()
        call = Call(
            transaction, envelope, asked, digest, received, self._wait, self._dictionaries, self._library
        )
        return Read(number, findings, call)

    async def _more(self, call: Call, findings: Findings) -> Findings:
        """Collect also what the translation finds, without asking anybody anything."""
        output = await TRANSLATIONS[call.transaction.number](msgspec.structs.replace(call, ask=ask_nobody))
        if not isinstance(output, Refused):
            return findings
        return merged(findings, [national(call.transaction, refusal) for refusal in output.refusals])

    async def _wait(self, command: Command) -> Reply:
        try:
            async with asyncio.timeout(self._patience):
                return await self._ask(command)
        except TimeoutError:
            return Refused(refusals=(UNANSWERED.because(),))

    def _check_codes(self, transaction: Transaction, asked: object) -> Findings:
        findings = Findings()
        for node, field in transaction.coded:
            row = getattr(asked, node)
            value = "" if row is None else getattr(row, field.attribute)
            if value and field.dictionary in self._dictionaries:
                found = self._dictionaries[field.dictionary].check(value, field.name)
                if isinstance(found, Refusal):
                    findings.add(found)
        return findings

    def _stamp(self, area: str, received: datetime) -> Stamp:
        now = self._clock()
        return Stamp(self._serials.next(area, received), millis(received), millis(now))

    def _refuse(self, number: str, owner: str, received: datetime, findings: Sequence[Refusal]) -> Answer:
        content = write_refusal(self._stamp(owner[1:7], received), findings)
        MESSAGES.labels(number if number in SERVED else "unknown", "refused").inc()
        return Answer(content, outcome="refused", number=number)

    def _write(self, call: Call, output: Output) -> Answer:
        number = call.transaction.number
        if isinstance(output, Refused):
            findings = [national(call.transaction, refusal) for refusal in output.refusals]
            return self._refuse(number, call.institution, call.at, findings)
        counted, timed = _meters(number)
        counted.inc()
        timed.observe((self._clock() - call.at).total_seconds())
        if isinstance(output, Stream):
            return Answer(output.content, output.name, number=number)
        stamp = self._stamp(call.envelope.mdtrtarea_admvs, call.at)
        if isinstance(output, Referenced):
            stamp = msgspec.structs.replace(stamp, reference=output.reference)
            return Answer(write_answer(stamp, output.output), number=number)
        if isinstance(output, Warned):
            return Answer(write_answer(stamp, output.output, output.warning), number=number)
        return Answer(write_answer(stamp, output), number=number)


@cache
def _meters(number: str) -> tuple[Counter, Histogram]:
    """Return what counts and times the accepted messages of a number."""
    return MESSAGES.labels(number, "accepted"), SECONDS.labels(number)


def broken(error: Exception) -> Refusal:
    """Log a bug by kind and place, never by its words, which may hold personal data; return what is told."""
    trace, place = secrets.token_hex(6), error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    file = place.tb_frame.f_code.co_filename.rpartition("/")[2] if place else ""
    where = f"{file}:{place.tb_lineno}" if place else ""
    log.error("message_broken", trace=trace, error=type(error).__name__, where=where)
    return BROKEN.because(trace=trace)


def check_number(number: str, numbers: Collection[str]) -> Findings:
    """Say clearly why a number is not served: unknown, served elsewhere, or not at this address."""
    findings = Findings()
    if not number:
        return findings
    shown = number[:8]
    if number not in SERVED:
        title = KNOWN.get(number)
        known = title is not None
        findings.add(
            NOT_SERVED.because(
                "infno", number=shown, title_zh=title, title_en=KNOWN_ENGLISH.get(number, shown)
            )
            if known
            else UNKNOWN_NUMBER.because("infno", number=shown)
        )
    elif numbers and number not in numbers:
        findings.add(WRONG_PATH.because("infno", number=shown))
    return findings
