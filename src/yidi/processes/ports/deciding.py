"""Load, decide, write: the shape of every decision.

A `Command` is addressed to one jurisdiction. Its `Handler` names the facts it must see (`needs`) and
decides on them (`decide`): pure, with the instant and a fresh reference as arguments. What comes out is
a `Decision`: records to add, messages to other jurisdictions, replies to whoever asked.

A record is a NamedTuple whose fields are the columns of its table; the first is `jurisdiction`.
A `View` says how records are found again: one, many or a sum, by which columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct

from yidi.domain.dates import day_of, write_instant
from yidi.domain.refusal import Refusal

NATION = "000000"
"""The division code of the nation, the relay between provinces."""

Record: TypeAlias = tuple[Any, ...]
"""Any fact: a NamedTuple of columns. Typed as a tuple because NamedTuples share no other base."""

R = TypeVar("R", bound=Record)
Key: TypeAlias = tuple[str, ...]
"""Name of a view, jurisdiction, further parts: what is loaded, and where an overlay finds it."""


class View(Generic[R]):
    """How records of one kind are found: `by` columns, the first being the jurisdiction.

    `found` is the class of what is found: the record's, unless only a part of its columns is read.
    """

    __slots__ = ("_indexes", "by", "found", "name", "order", "record")

    def __init__(self, name: str, record: type[R], by: tuple[str, ...], order: tuple[str, ...] = ()) -> None:
        fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
        if by[0] != "jurisdiction" or fields[0] != "jurisdiction":
            raise ValueError(f"view {name}: the first column is the jurisdiction")
        self.name, self.record, self.by, self.order = name, record, by, order
        self.found: type[Record] = record
        self._indexes = tuple(fields.index(column) for column in by)

    def key(self, *parts: str) -> Key:
        """Make the key of these parts, in the order of `by`."""
        return (self.name, *parts)

    def key_of(self, record: R) -> Key:
        """Make the key under which this record is found."""
        return (self.name, *[record[i] for i in self._indexes])


class One(View[R]):
    """At most one record: `by` is unique in the table."""

    __slots__ = ()


class Many(View[R]):
    """All records with this key, oldest first by `order`."""

    __slots__ = ()


class ManyParts(Many[R]):
    """As Many, but of each record only the columns that the NamedTuple `part` has: there is less to read.

    `part` has the columns of `by` and `order`; a record with encrypted columns has no parts.
    """

    __slots__ = ("_make", "_taken")

    def __init__(
        self, name: str, record: type[Record], by: tuple[str, ...], order: tuple[str, ...], part: type[R]
    ) -> None:
        super().__init__(name, record, by, order)  # type: ignore[arg-type]
        columns: tuple[str, ...] = part._fields  # type: ignore[attr-defined]
        fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
        if missing := {*by, *order} - set(columns):
            raise ValueError(f"view {name}: its part lacks {sorted(missing)}")
        make: Callable[..., R] = part
        self.found, self._make, self._taken = part, make, tuple(fields.index(column) for column in columns)

    def part_of(self, record: Record) -> R:
        """Return the part of a record."""
        return self._make(*[record[i] for i in self._taken])


class Sum(View[R]):
    """Sums of the integer column `of` per value of the text column `per`."""

    __slots__ = ("of", "of_index", "per", "per_index")

    def __init__(self, name: str, record: type[R], by: tuple[str, ...], *, of: str, per: str) -> None:
        super().__init__(name, record, by)
        fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
        self.of, self.per = of, per
        self.of_index, self.per_index = fields.index(of), fields.index(per)


class Facts:
    """What has been loaded for a decision. Asking for what was not named in `needs` is a bug."""

    __slots__ = ("loaded",)

    def __init__(self, loaded: Mapping[Key, Any]) -> None:
        self.loaded = loaded

    def one(self, view: One[R], *parts: str) -> R | None:
        """Return the record with this key, or None."""
        found: R | None = self.loaded[(view.name, *parts)]
        return found

    def many(self, view: Many[R], *parts: str) -> Sequence[R]:
        """Return the records with this key, oldest first."""
        found: Sequence[R] = self.loaded[(view.name, *parts)]
        return found

    def sums(self, view: Sum[R], *parts: str) -> Mapping[str, int]:
        """Return the sums with this key."""
        found: Mapping[str, int] = self.loaded[(view.name, *parts)]
        return found


class Command(Struct, frozen=True, kw_only=True, tag=True):
    """Something asked of a jurisdiction.

    `sender` is an institution code, a jurisdiction or the name of a portal; (`jurisdiction`, `sender`,
    `msgid`) is answered once and for ever the same. `digest` is the hash of what was sent, so that the
    same id with other content is refused.
    """

    jurisdiction: str
    sender: str
    msgid: str
    digest: str = ""

    queries: ClassVar[bool] = False
    """A command that only asks: it leaves no trace and is answered afresh each time."""

    @property
    def durable(self) -> bool:
        """Whether the command leaves an inbox row."""
        return not self.queries

    def turns(self) -> tuple[str, ...]:
        """Name the matters, beside person and visit, on which nodes that share a database take turns.

        Where a decision rests on a sum or on the absence of a fact, no unique key would notice a second one.
        """
        return ()


class Ask(Command, frozen=True, kw_only=True):
    """A question of a care place to an insured place, on behalf of an institution's message.

    `care` and `insured` are jurisdictions, `case` ties all messages of one matter together.
    """

    care: str
    insured: str
    origin_sender: str
    origin_msgid: str
    case: str = ""
    total_fen: int = 0
    """What the matter is about, in fen, for the nation's copy; 0 where no money is concerned."""


class Copied(NamedTuple):
    """What the nation keeps of an answer about money, in fen; empty where no settlement is answered."""

    settlement_id: str = ""
    undoes: str = ""
    area: str = ""
    scheme: str = ""
    business_day: str = ""
    total_fen: int = 0
    fund_fen: int = 0
    account_fen: int = 0
    person_fen: int = 0


NOTHING_COPIED = Copied()


class Reply(Struct, frozen=True, kw_only=True, tag=True):
    """What a decision answers. Every subclass is one answer a screen or a message can show."""

    def copied(self) -> Copied:
        """Return what the nation keeps of this answer."""
        return NOTHING_COPIED


class Refused(Reply, frozen=True, kw_only=True):
    """The answer when something is wrong: all findings of the input."""

    refusals: tuple[Refusal, ...]


class Done(Reply, frozen=True, kw_only=True):
    """The answer to a command that has nothing to tell but that it holds; `reference` may name the fact."""

    reference: str = ""


class Moment(NamedTuple):
    """The clock and the source of references, as arguments: `now` in UTC, `reference` unique and rising."""

    now: datetime
    reference: str

    @property
    def today(self) -> date:
        """The business date in Asia/Shanghai."""
        return day_of(self.now)

    @property
    def instant(self) -> str:
        """`now` as a record writes it."""
        return write_instant(self.now)


class Answering(NamedTuple):
    """A reply and the message it answers."""

    sender: str
    msgid: str
    reply: Reply


class Decision(NamedTuple):
    """What a decision adds to the world, all of it in one commit."""

    records: tuple[Record, ...] = ()
    messages: tuple[Command, ...] = ()
    replies: tuple[Answering, ...] = ()


C = TypeVar("C", bound=Command)
Needs: TypeAlias = Callable[[C, Facts], Iterable[Key]]
Decide: TypeAlias = Callable[[C, Facts, Moment], Decision]


class Handler(NamedTuple):
    """How one kind of command is decided.

    `needs` is a sequence of phases: each is called with what the phases before it loaded. `about` is set
    for answers that came back to a care place: the name of the question they answer. `turns` names, from
    what the first phase loaded, what else a command proves to be about, as `Command.turns` does.
    """

    command: type[Command]
    needs: tuple[Needs[Any], ...]
    decide: Decide[Any]
    about: str = ""
    turns: Callable[[Any, Facts], Iterable[str]] | None = None


def accepted(command: Command, reply: Reply, *records: Record, messages: Sequence[Command] = ()) -> Decision:
    """Decide with an answer to the sender."""
    return Decision(records, tuple(messages), (Answering(command.sender, command.msgid, reply),))


def refused(command: Command, *refusals: Refusal) -> Decision:
    """Decide that nothing happens, and say why."""
    return accepted(command, Refused(refusals=refusals))


def under_way(*records: Record, messages: Sequence[Command]) -> Decision:
    """Decide to ask elsewhere first; the answer comes with a later command."""
    return Decision(records, tuple(messages), ())
