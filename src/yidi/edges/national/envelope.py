"""The envelope of a message and of its answer (standard, sections 4.1 and 4.2)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from yidi.domain.codes.shape import shown
from yidi.domain.dates import SHANGHAI
from yidi.domain.refusal import Refusal
from yidi.edges.national.reading import WORDS_FOR_NOTHING, Findings, decode_fault
from yidi.edges.national.refusals import (
    MISSING,
    NEWER_INTERFACE,
    NOT_A_DIVISION,
    NOT_JSON,
    OTHER_PROVINCE,
    TOO_LONG,
    named,
)

ERROR_LENGTH = 200
"""err_msg S(200)."""
MORE_LENGTH = 1000
_LIMITS = {
    "infno": ("交易编号", 6),
    "msgid": ("发送方报文ID", 64),
    "fixmedins_code": ("定点医药机构编号", 12),
    "opter": ("经办人", 64),
}
_MOST_SHOWN = 50


class Envelope(Struct, kw_only=True):
    """What of a request's envelope is used; everything else in it is borne and ignored."""

    infno: str = ""
    msgid: str = ""
    mdtrtarea_admvs: str = ""
    insuplc_admdvs: str = ""
    fixmedins_code: str = ""
    fixmedins_name: str = ""
    opter: str = ""
    opter_name: str = ""
    sign_no: str = ""
    inf_time: str = ""
    infver: str = ""
    input: msgspec.Raw = msgspec.Raw(b"")


_STRAIGHT = msgspec.json.Decoder(Envelope)
_PATIENT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)


def read_envelope(body: bytes) -> Envelope | Findings:
    """Read the envelope of a message; Findings when it is none."""
    if body[:3] == b"\xef\xbb\xbf":
        body = body[3:]
    try:
        envelope = _STRAIGHT.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        return _patiently(body)
    if any(value in WORDS_FOR_NOTHING for value in (envelope.insuplc_admdvs, envelope.sign_no)):
        return _patiently(body)
    return envelope


def _patiently(body: bytes) -> Envelope | Findings:
    try:
        given = _PATIENT.decode(body)
        values = {name: _text(given[name]) for name in _TEXTS if name in given}
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError) as fault:
        return Findings([decode_fault(body, fault)])
    return Envelope(**values, input=given.get("input", msgspec.Raw(b"")))


_TEXTS = tuple(name for name in Envelope.__struct_fields__ if name != "input")


def _text(raw: msgspec.Raw) -> str:
    """Read a value of the envelope as text: numbers as they are written, nothing as an empty text."""
    given = bytes(raw)
    if given[:1] != b'"':
        return "" if given in (b"null", b"") or given[:1] in b"[{" else given.decode()
    text = _TEXT.decode(given).strip()
    return "" if text in WORDS_FOR_NOTHING else text


def check_envelope(envelope: Envelope) -> Findings:
    """Check what every message must carry: number, id, institution, the two divisions."""
    findings = Findings()
    for name, (title, limit) in _LIMITS.items():
        value = getattr(envelope, name)
        if not value and name != "opter":
            findings.add(named(MISSING, name, title))
        if len(value) > limit:
            findings.add(named(TOO_LONG, name, title, length=len(value), limit=limit))
        elif not value.isprintable():
            findings.add(NOT_JSON.because(name, position=0))
    for name, title, needed in (
        ("mdtrtarea_admvs", "就医地医保区划", True),
        ("insuplc_admdvs", "参保地医保区划", False),
    ):
        value = getattr(envelope, name)
        if (value or needed) and not (len(value) == 6 and value.isascii() and value.isdigit()):
            findings.add(named(NOT_A_DIVISION, name, title))
    later = _LATER.match(envelope.infver) if envelope.infver not in _USUAL else None
    if later:
        findings.add(NEWER_INTERFACE.because("infver", version=shown(envelope.infver[:16]), ours="1.0"))
    home = envelope.fixmedins_code[1:3]
    if not findings and envelope.mdtrtarea_admvs[:2] != home:
        findings.add(OTHER_PROVINCE.because("mdtrtarea_admvs", area=envelope.mdtrtarea_admvs))
    return findings


_USUAL = frozenset({"", "V1.0", "1.0", "1.0.0", "1"})
_LATER = re.compile(r"[vV]?0*([2-9]|[1-9]\d)")
"""Another major version than the first; what is written otherwise and names none is borne."""


class Serials:
    """Makes the ids of answers: region 6, time 14, serial 10 (node 2, rising 8)."""

    def __init__(self, node: int, start: datetime) -> None:
        self._node = f"{node % 100:02d}"
        self._count = itertools.count(int(start.timestamp() * 1000) % 10**8)

    def next(self, area: str, at: datetime) -> str:
        """Return the next id."""
        region = area if len(area) == 6 else "000000"
        return f"{region}{seconds(at)}{self._node}{next(self._count) % 10**8:08d}"


def seconds(at: datetime) -> str:
    """Write an instant as yyyyMMddHHmmss of the country's time."""
    return _seconds(at.replace(microsecond=0))


@lru_cache(maxsize=16)
def _seconds(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")


def millis(at: datetime) -> str:
    """Write an instant as yyyyMMddHHmmssSSS of the country's time."""
    return f"{seconds(at)}{at.microsecond // 1000:03d}"


def error_text(refusals: Sequence[Refusal]) -> str:
    """Write findings as one text of at most 200 characters: code, field, cause, and the remedy if it fits."""
    first = refusals[0]
    head = f"{first.code} {first.field} " if first.field else f"{first.code} "
    more = f"（另有{len(refusals) - 1}处）" if len(refusals) > 1 else ""
    short, full = f"{head}{first.cause_zh}{more}", f"{head}{first.cause_zh}；{first.remedy_zh}{more}"
    return full if len(full) <= ERROR_LENGTH else short[:ERROR_LENGTH]


def more_text(refusals: Sequence[Refusal]) -> str | None:
    """Write the findings after the first as one text, in short; None when there are none."""
    more = [f"{refusal.code} {refusal.cause_zh}" for refusal in refusals[1:]]
    return "；".join(more)[:MORE_LENGTH] or None


class Stamp(Struct, frozen=True):
    """When a message came and was answered, and the id of the answer."""

    reference: str
    received: str
    answered: str


_ENCODER = msgspec.json.Encoder()


def write_answer(stamp: Stamp, output: Any, warning: str | None = None) -> bytes:
    """Write a good answer."""
    return _ENCODER.encode(_answer(stamp, 0, None, output, warning))


def write_refusal(stamp: Stamp, refusals: Sequence[Refusal]) -> bytes:
    """Write a refusing answer: err_msg as the standard asks, all findings in full in `refusals` beside it.

    What `err_msg` has no room for is told in short in `warn_msg`, which every client shows as text.
    """
    answer = _answer(stamp, -1, error_text(refusals), None, more_text(refusals))
    answer["refusals"] = list(refusals[:_MOST_SHOWN])
    return _ENCODER.encode(answer)


def _answer(stamp: Stamp, code: int, error: str | None, output: Any, warning: str | None) -> dict[str, Any]:
    return {
        "infcode": code,
        "inf_refmsgid": stamp.reference,
        "refmsg_time": stamp.received,
        "respond_time": stamp.answered,
        "err_msg": error,
        "warn_msg": warning,
        "cainfo": "",
        "signtype": "",
        "enctype": "",
        "output": output,
    }
