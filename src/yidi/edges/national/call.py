"""One message on its way to a command and back: who asks, of whom, and the values it carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from yidi.domain.codes.dictionary import Dictionaries
from yidi.domain.codes.division import province_prefix
from yidi.domain.dates import SHANGHAI
from yidi.domain.refusal import Refusal, RefusalKind
from yidi.edges.national.amounts import NotANumber, OutOfRange, parse_number, read_time
from yidi.edges.national.envelope import Envelope
from yidi.edges.national.library import Library
from yidi.edges.national.reading import WORDS_FOR_NOTHING, Findings
from yidi.edges.national.refusals import (
    MISSING,
    NEGATIVE,
    NOT_A_NUMBER,
    NOT_A_TIME,
    OUT_OF_RANGE,
    named,
)
from yidi.edges.national.tables.form import NOTHING, Field, Node, Transaction
from yidi.processes.ports.deciding import Ask, Command, Refused, Reply
from yidi.processes.relay.commands import Forward, ask_id
from yidi.processes.visit.commands import Flags

AskNode: TypeAlias = Callable[[Command], Awaitable[Reply]]
Output: TypeAlias = Any
"""The output node of a good answer: an object, a list or None; or Refused; or Stream."""
C = TypeVar("C", bound=Command)
R = TypeVar("R", bound=Reply)


class Stream(Struct, frozen=True):
    """An answer that is the bytes of a file."""

    name: str
    content: bytes


class Referenced(Struct, frozen=True):
    """A good answer whose id is given: the asker names it later to undo what was done."""

    output: Any
    reference: str


class Warned(Struct, frozen=True):
    """A good answer with something to be told beside it."""

    output: Any
    warning: str


class Call(Struct, frozen=True):
    """A message that was read, with everything needed to handle it.

    `care` and `insured` are provinces, the areas the divisions as sent; an empty insured area means local.
    """

    transaction: Transaction
    envelope: Envelope
    asked: Any
    digest: str
    at: datetime
    ask: AskNode
    dictionaries: Dictionaries
    library: Library

    @property
    def institution(self) -> str:
        """The asking institution."""
        return self.envelope.fixmedins_code

    @property
    def care(self) -> str:
        """The province of the institution."""
        return province_prefix(self.envelope.fixmedins_code[1:7])

    @property
    def insured_area(self) -> str:
        """The insured division; the care area when none is given."""
        return self.envelope.insuplc_admdvs or self.envelope.mdtrtarea_admvs

    @property
    def insured(self) -> str:
        """The insured province."""
        return province_prefix(self.insured_area)

    def values(self, node: int = 0) -> Values:
        """Return the values of a node that is one object."""
        part = self.transaction.asks[node]
        return Values(part, getattr(self.asked, part.name))

    def rows(self, node: int = 0) -> list[Any]:
        """Return the rows of a node that is an array."""
        rows: list[Any] = getattr(self.asked, self.transaction.asks[node].name) or []
        return rows

    def command(self, kind: type[C], **fields: Any) -> C:
        """Make a command to the care place."""
        return kind(
            jurisdiction=self.care,
            sender=self.institution,
            msgid=self.envelope.msgid,
            digest=self.digest,
            **fields,
        )

    def question(self, kind: type[Ask], insured: str = "", /, **fields: Any) -> Forward:
        """Make a question that the care place only passes on to the insured place."""
        whom, msgid = insured or self.insured, self.envelope.msgid
        named = ask_id(self.institution, msgid)
        question = kind(
            jurisdiction=whom,
            sender=self.care,
            msgid=named,
            digest=self.digest,
            care=self.care,
            insured=whom,
            origin_sender=self.institution,
            origin_msgid=msgid,
            case=named,
            **fields,
        )
        return self.command(Forward, ask=question)

    async def tell(
        self, values: Values, command: Command, kind: type[R], write: Callable[[R], Output]
    ) -> Output:
        """Send a command unless the values are wrong, and write its answer."""
        if values.findings:
            return Refused(refusals=tuple(values.findings))
        reply = await self.ask(command)
        return write(reply) if isinstance(reply, kind) else only_refused(reply)


def only_refused(reply: Reply) -> Refused:
    """Return a refusal as the answer; any other reply is a bug."""
    if not isinstance(reply, Refused):
        raise TypeError(f"unexpected answer {type(reply).__name__}")
    return reply


def nothing(reply: Reply) -> Output:
    """Write the answer of a transaction that has none."""
    return None


class Values:
    """The values of one row, read as what the domain calls them; findings are collected."""

    def __init__(self, node: Node, row: Any, findings: Findings | None = None, place: str = "") -> None:
        self.node, self.row, self.place = node, row, place
        self.findings = Findings() if findings is None else findings

    def find(self, name: str) -> tuple[Field, Any]:
        """Return a field and its value."""
        field = self.node.by_name[name]
        return field, getattr(self.row, field.attribute)

    def refuse(self, kind: RefusalKind, field: Field, **values: object) -> None:
        """Keep a finding about a field."""
        name = f"{self.place}.{field.name}" if self.place else field.name
        self.findings.add(named(kind, name, field.title, **values))

    def add(self, refusals: Iterable[Refusal]) -> None:
        """Keep findings made elsewhere."""
        for refusal in refusals:
            self.findings.add(refusal)

    def text(self, name: str) -> str:
        """Return a text; empty when there is none."""
        value: str = self.find(name)[1]
        return "" if value in WORDS_FOR_NOTHING else value

    def time(self, name: str) -> str:
        """Return a time as `2026-11-22 10:00:00`; empty when there is none."""
        field, value = self.find(name)
        if not value:
            return ""
        found = read_time(value)
        if found is None:
            self.refuse(NOT_A_TIME, field)
        return found or ""

    def day(self, name: str) -> str:
        """Return a day as `2026-11-22`; empty when there is none."""
        return self.time(name)[:10]

    def number(self, name: str, places: int) -> int | None:
        """Return a number as an integer of 10^-places; None when it is absent or wrong."""
        field, value = self.find(name)
        try:
            number = parse_number(bytes(value), places)
        except NotANumber:
            self.refuse(NOT_A_NUMBER, field)
            return None
        except OutOfRange:
            self.refuse(OUT_OF_RANGE, field, whole=16 - places, places=places)
            return None
        if number is None and field.needed:
            self.refuse(MISSING, field)
        return number

    def amount(self, name: str, *, negative: bool = False) -> int:
        """Return a needed amount in fen; 0 with a finding when it is wrong."""
        number = self.number(name, 2)
        if number is not None and number < 0 and not negative:
            self.refuse(NEGATIVE, self.node.by_name[name])
        return number or 0

    def claimed(self, name: str) -> int | None:
        """Return an amount in fen that may be absent."""
        number = self.number(name, 2)
        if number is not None and number < 0:
            self.refuse(NEGATIVE, self.node.by_name[name])
        return number

    def extension(self, name: str = "exp_content") -> dict[str, Any]:
        """Return the extension as an object, whether it was sent as text or as an object."""
        given = getattr(self.row, name, None)
        if isinstance(given, str):
            try:
                given = msgspec.json.decode(given)
            except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
                given = None
        return given if isinstance(given, dict) else {}

    def flags(self) -> Flags:
        """Return the marks of the cross-province rules of 2023 that travel in the extension."""
        marks = {name.upper(): _mark(value) for name, value in self.extension().items()}
        return Flags(
            admission=marks.get("IPT_TYPE", ""),
            urgent=marks.get("OTP_ER_REFL_FLAG", ""),
            trauma=marks.get("TRUM_FLAG", ""),
            third_party=marks.get("REL_TTP_FLAG", ""),
            pledged=marks.get("TTP_PLEDGE_FLAG", "") == "1",
        )

    def particulars(self, *used: str) -> str:
        """Return as JSON what was sent beyond the fields used."""
        names, pick = _beyond(self.node, used)
        kept: dict[str, Any] = {}
        for name, value in zip(names, pick(self.row), strict=True):
            if value is None or value is NOTHING or value == "":
                continue
            text = value if type(value) is str else kept_value(value)
            if text:
                kept[name] = text
        return msgspec.json.encode(kept).decode()


@cache
def _beyond(node: Node, used: tuple[str, ...]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of the other fields of a node, and what picks their values from a row."""
    fields = [field for field in node.fields if field.name not in used]
    names, attributes = tuple(f.name for f in fields), tuple(f.attribute for f in fields)
    if len(attributes) > 1:
        return names, attrgetter(*attributes)
    return names, lambda row: tuple(getattr(row, attribute) for attribute in attributes)


def kept_value(value: Any) -> Any:
    """Return a value as particulars keep it: numbers as the text they came as, floats as text too."""
    if isinstance(value, str):
        return value
    if isinstance(value, msgspec.Raw):
        return "" if value is NOTHING else bytes(value).decode("utf-8", "replace").strip('"')
    if isinstance(value, dict | list):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return "" if value is None else str(value)


def _mark(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()[:6]


def local_time(instant: str) -> str | None:
    """Write a UTC instant of a record as local time of the interface; null when there is none."""
    if not instant:
        return None
    if "T" not in instant:
        return instant if len(instant) > 10 else f"{instant} 00:00:00"
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).isoformat(" ", "seconds")[:19]
