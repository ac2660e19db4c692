"""A world in memory: commands go through the real handlers of all jurisdictions, records stay in lists.

It loads what `needs` names, decides, keeps the records and delivers the messages until none is left; a
durable command is answered once and for ever the same. No storage, no clock: time is set by the test.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import yidi.processes
from yidi.domain.dates import SHANGHAI
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import (
    Ask,
    Command,
    Decision,
    Facts,
    Handler,
    Key,
    Moment,
    One,
    Record,
    Refused,
    Reply,
    Sum,
    View,
)
from yidi.processes.relay.commands import Answered

R = TypeVar("R")
START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
"""A Monday morning on which worlds begin."""


def all_views() -> dict[str, View[Any]]:
    """Collect the views of every process by their name."""
    found: dict[str, View[Any]] = {}
    for process in pkgutil.iter_modules(yidi.processes.__path__):
        name = f"yidi.processes.{process.name}.records"
        if importlib.util.find_spec(name) is not None:
            for view in importlib.import_module(name).VIEWS:
                assert view.name not in found, f"two views are called {view.name}"
                found[view.name] = view
    return found


class World:
    """All jurisdictions on one desk. `handlers` are those of the processes under test, and the relay's."""

    def __init__(self, handlers: Iterable[Handler], now: datetime = START) -> None:
        self.now = now.astimezone(timezone.utc)
        self.views = all_views()
        self._handlers: dict[tuple[type[Command], str], Handler] = {}
        for handler in handlers:
            assert (handler.command, handler.about) not in self._handlers, f"two handlers: {handler}"
            self._handlers[handler.command, handler.about] = handler
        self._found: dict[Key, list[Record]] = {}
        self._records: dict[type[Any], list[Any]] = {}
        self._inbox: set[tuple[str, str, str]] = set()
        self._replies: dict[tuple[str, str], Reply] = {}
        self._versions: set[tuple[Any, ...]] = set()
        self._references = 0
        self._messages = 0
        self.decided: list[Command] = []

    def ask(self, command: Command) -> Reply:
        """Send a command, let every message arrive, and return what its sender is answered.

        A question that skips its care place is answered to the institution it names as its origin.
        """
        key = (command.sender, command.msgid)
        if isinstance(command, Ask):
            key = (command.origin_sender, command.origin_msgid)
        if key not in self._replies or not command.durable:
            self._replies.pop(key, None)
            self.deliver(command)
        assert key in self._replies, f"{type(command).__name__} was not answered"
        return self._replies[key]

    def deliver(self, *commands: Command) -> None:
        """Let these commands and all that follow from them arrive, in order."""
        queue = deque(commands)
        while queue:
            queue.extend(self._decide(queue.popleft()))

    def records(self, kind: type[R]) -> list[R]:
        """Return all records of a kind, oldest first."""
        return list(self._records.get(kind, []))

    def everything(self) -> list[Record]:
        """Return all facts there are."""
        return [record for rows in self._records.values() for record in rows]

    def add(self, *records: Record) -> None:
        """Put facts into the world as they are."""
        for record in records:
            self._claim(record)
            self._records.setdefault(type(record), []).append(record)
            for view in self.views.values():
                if view.record is type(record):
                    self._file(view, record)

    def passes(self, **span: float) -> None:
        """Let time pass, in the words of `timedelta`: days=3."""
        self.now += timedelta(**span)

    @property
    def today(self) -> str:
        """The business date."""
        return Moment(self.now, "").today.isoformat()

    def day(self, days: int) -> str:
        """The business date so many days from now."""
        return (Moment(self.now, "").today + timedelta(days=days)).isoformat()

    def next_msgid(self) -> str:
        """A message id that was not used yet."""
        self._messages += 1
        return f"m{self._messages:06d}"

    def _file(self, view: View[Any], record: Record) -> None:
        rows = self._found.setdefault(view.key_of(record), [])
        assert not (isinstance(view, One) and rows), f"{view.name} holds {view.key_of(record)} twice"
        rows.append(record)

    def _claim(self, record: Any) -> None:
        if "version" in record._fields:
            named = (type(record), *record[: record._fields.index("version") + 1])
            assert named not in self._versions, f"{record} is a version that is there already"
            self._versions.add(named)

    def _decide(self, command: Command) -> Sequence[Command]:
        received = (command.jurisdiction, command.sender, command.msgid)
        if command.durable:
            if received in self._inbox:
                return ()
            self._inbox.add(received)
        self.decided.append(command)
        handler = self._handler(command)
        self._references += 1
        moment = Moment(self.now, f"r{self._references:08d}")
        self.now += timedelta(microseconds=1)
        decision = handler.decide(command, Facts(self._load(handler, command)), moment)
        return self._write(command, decision)

    def _handler(self, command: Command) -> Handler:
        about = command.about if isinstance(command, Answered) else ""
        found = self._handlers.get((type(command), about)) or self._handlers.get((type(command), ""))
        assert found is not None, f"nobody decides {type(command).__name__} {about}"
        return found

    def _load(self, handler: Handler, command: Command) -> Mapping[Key, Any]:
        loaded: dict[Key, Any] = {}
        for phase in handler.needs:
            for key in phase(command, Facts(loaded)):
                assert key[1] == command.jurisdiction, f"{key} is not of {command.jurisdiction}"
                loaded[key] = self._value(key)
        return loaded

    def _value(self, key: Key) -> Any:
        view, rows = self.views[key[0]], self._found.get(key, [])
        assert len(key) == len(view.by) + 1, f"{view.name} is found by {view.by}"
        if isinstance(view, One):
            return rows[0] if rows else None
        if isinstance(view, Sum):
            return dict(_sums(view, rows))
        fields = view.record._fields
        order = [fields.index(column) for column in view.order]
        return sorted(rows, key=lambda row: tuple(row[i] for i in order))

    def _write(self, command: Command, decision: Decision) -> Sequence[Command]:
        for record in decision.records:
            assert record[0] == command.jurisdiction, f"{record} written by {command.jurisdiction}"
        assert command.durable or not decision.records, f"the question {command} left a trace"
        self.add(*decision.records)
        for answer in decision.replies:
            self._replies[answer.sender, answer.msgid] = answer.reply
        return decision.messages


def _sums(view: Sum[Any], rows: Iterable[Record]) -> Iterator[tuple[str, int]]:
    totals: dict[str, int] = {}
    for row in rows:
        totals[row[view.per_index]] = totals.get(row[view.per_index], 0) + row[view.of_index]
    yield from totals.items()


def refusals_in(reply: Reply) -> tuple[Refusal, ...]:
    """Return what a reply refuses; nothing when it does not."""
    return reply.refusals if isinstance(reply, Refused) else ()


def codes_in(reply: Reply) -> set[str]:
    """Return the codes of what a reply refuses."""
    return {refusal.code for refusal in refusals_in(reply)}
