"""One transaction of the journal: see, decide, overlay, fold; then write, all or nothing.

Nothing is written before every decision is taken, so a decision that fails leaves no trace and takes no
other along. Facts are loaded set-wise, a round a folded hop. What a decision records is applied at once
to what is loaded (`facts`), or kept until its place is loaded (`pending`), so the second command of a
batch sees what the first recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from yidi.domain.dates import write_instant
from yidi.edges.journal.codec import Codec
from yidi.edges.journal.references import References
from yidi.edges.journal.waiting import Identity, Item, Waiting, other_content
from yidi.edges.storage.engine import Collision, Engine, Outgoing
from yidi.edges.storage.loading import overlay
from yidi.processes.ports.deciding import (
    Answering,
    Command,
    Decision,
    Facts,
    Handler,
    Key,
    Moment,
    Record,
    Refused,
    Reply,
)
from yidi.processes.relay.commands import Answered
from yidi.processes.relay.records import RECEIVED, REPLIED, Received, Replied
from yidi.processes.relay.refusals import NOT_KNOWN, NOT_SERVED_HERE, NOT_UNDERSTOOD

SUBJECT_FIELDS = ("person_no", "visit_id", "filing_id", "claim_id")
"""Fields of commands that say whom and what they are about."""
Dispatch = Mapping[object, Handler]


class Unserved(Exception):
    """A message goes to a jurisdiction that nobody is known to serve."""


class Unhandled(Exception):
    """No process decides this kind of command."""


class Plan:
    """A command about to be decided: its handler and the keys it needs."""

    __slots__ = ("handler", "item", "keys")

    def __init__(self, item: Item, handler: Handler) -> None:
        self.item, self.handler = item, handler
        self.keys: dict[Key, None] = {}


class Surroundings(NamedTuple):
    """What a transaction needs of its journal."""

    engine: Engine
    dispatch: Dispatch
    here: frozenset[str]
    reaches_others: bool
    codec: Codec
    references: References
    waiting: Waiting


def dispatch_of(handlers: Iterable[Handler]) -> Dispatch:
    """Index handlers by command, and those of answers by what they answer.

    Raises ValueError when two handlers want the same command.
    """
    found: dict[object, Handler] = {}
    for handler in handlers:
        key = (handler.command, handler.about) if handler.about else handler.command
        if key in found:
            raise ValueError(f"two handlers for {key}")
        found[key] = handler
    return found


def case_of(command: Command) -> str:
    """Return the case a command belongs to; empty when it names none."""
    case = getattr(command, "case", None)
    if case is None:
        case = getattr(getattr(command, "ask", None), "case", "")
    return str(case)


def subjects_of(command: Command) -> Iterable[str]:
    """Name whom and what a durable command is about: nodes on one database take turns on each."""
    if command.durable:
        for field in SUBJECT_FIELDS:
            if value := getattr(command, field, ""):
                yield f"{command.jurisdiction}/{field}/{value}"


class Batch:
    """The work of one transaction. `careful` also looks up the inbox for messages minted in it."""

    def __init__(self, around: Surroundings, now: datetime, *, fold: bool, careful: bool = False) -> None:
        self.around, self.now, self.fold, self.careful = around, now, fold, careful
        self.instant = write_instant(now)
        self.facts: dict[Key, Any] = {}
        self.pending: dict[Key, list[Record]] = {}
        self.changed: set[Key] = set()
        self.locked: set[str] = set()
        self.records: dict[type[Record], list[Record]] = {}
        self.outgoing: list[Command] = []
        self.passing: list[Command] = []
        self.replies: list[tuple[Identity, Reply]] = []
        self.answers: list[tuple[Item, Reply]] = []
        self.done: list[Item] = []
        self.failed: list[tuple[Item, Exception]] = []
        self.troubled: dict[Identity, Exception] = {}

    async def work(self, items: Sequence[Item]) -> None:
        """Decide the items and, folded, what follows from them on this node."""
        while items:
            plans = self._plans(items)
            await self._see(plans)
            follow: list[Item] = []
            for plan in plans:
                try:
                    await self._step(plan, follow)
                except Collision:
                    raise
                except Exception as error:  # a bug in one decision must not take others along
                    self._fail(plan.item, error)
            items = follow

    async def write(self) -> None:
        """Write what was decided; the caller commits."""
        engine = self.around.engine
        if self.records:
            await engine.write(self.records)
        if self.outgoing:
            await engine.put_outbox([self._row(command) for command in self.outgoing])
        if labels := [item.identity for item in self.done if item.stored]:
            await engine.drop_outbox(labels)

    def _row(self, command: Command) -> Outgoing:
        text = self.around.codec.write(command)
        return Outgoing(command.jurisdiction, command.sender, command.msgid, text, self.instant)

    def _fail(self, item: Item, error: Exception) -> None:
        """A follow-up goes to the outbox and is retried alone: a bug in it does not undo its cause."""
        if not item.minted:
            self.failed.append((item, error))
        elif item.command.durable:
            self.outgoing.append(item.command)
            self.troubled[item.identity] = error
        else:
            self.failed.append((item, error))

    def _plans(self, items: Sequence[Item]) -> list[Plan]:
        plans = []
        for item in items:
            item.taken = False
            command = item.command
            handler = None
            if isinstance(command, Answered):
                handler = self.around.dispatch.get((Answered, command.about))
            handler = handler or self.around.dispatch.get(type(command))
            if handler is None:
                self._fail(item, Unhandled(type(command).__name__))
            else:
                plans.append(Plan(item, handler))
        return plans

    async def _see(self, plans: list[Plan]) -> None:
        """Load what the plans need, phase by phase; a plan whose needs fail is taken out."""
        self.changed.clear()
        subjects = {subject for plan in plans for subject in subjects_of(plan.item.command)}
        if subjects - self.locked:
            await self.around.engine.lock(sorted(subjects - self.locked))
            self.locked |= subjects
        phases = max((len(plan.handler.needs) for plan in plans), default=0)
        for phase in range(max(phases, 2)):
            missing: dict[Key, None] = {}
            for plan in tuple(plans):
                try:
                    keys = self._phase(plan, phase)
                except Exception as error:
                    self._fail(plan.item, error)
                    plans.remove(plan)
                    continue
                plan.keys.update(keys)
                missing.update((key, None) for key in keys if key not in self.facts)
            if missing:
                await self._load(missing)

    def _phase(self, plan: Plan, phase: int) -> dict[Key, None]:
        """Name the keys of one phase; the inbox is looked at first, the stored reply only for a repeat."""
        command, keys = plan.item.command, dict[Key, None]()
        if command.durable and phase == 0:
            received = (RECEIVED.name, *plan.item.identity)
            if plan.item.minted and not self.careful and received not in self.pending:
                self.facts.setdefault(received, None)  # its primary key is the guard
            keys[received] = None
        elif command.durable and phase == 1 and self.facts[(RECEIVED.name, *plan.item.identity)] is not None:
            keys[(REPLIED.name, *plan.item.identity)] = None
        if phase < len(plan.handler.needs):
            for key in plan.handler.needs[phase](command, Facts(self.facts)):
                if key[1] != command.jurisdiction:
                    raise AssertionError(f"{type(command).__name__} asks for facts of {key[1]}: {key[0]}")
                keys[key] = None
        return keys

    async def _load(self, keys: Mapping[Key, None]) -> None:
        await self.around.engine.load(keys, self.facts)
        views = self.around.engine.schema.views
        for key in keys:
            for record in self.pending.pop(key, ()):
                overlay(views[key[0]], key, record, self.facts)

    async def _step(self, plan: Plan, follow: list[Item]) -> None:
        """Decide one command, unless its id was seen before."""
        item, command = plan.item, plan.item.command
        if self.changed and not self.changed.isdisjoint(plan.keys):
            await self._look_again(plan)
        if self._repeats(item):
            return
        seen = Facts({key: self.facts[key] for key in plan.keys})
        moment = Moment(self.now, self.around.references.following(self.now))
        decision = plan.handler.decide(command, seen, moment)
        self._uphold_the_law(command, decision)
        self._take(item, decision, follow)

    async def _look_again(self, plan: Plan) -> None:
        """Name the needs anew: what an earlier decision of this round recorded may lead elsewhere."""
        plan.keys = {}
        for phase in range(max(len(plan.handler.needs), 2)):
            keys = self._phase(plan, phase)
            plan.keys.update(keys)
            if missing := {key: None for key in keys if key not in self.facts}:
                await self._load(missing)

    def _repeats(self, item: Item) -> bool:
        """Handle an id that was seen before: the stored answer, or wait for it, or refuse other content."""
        command = item.command
        if not command.durable:
            other = self.around.waiting.under_way(item)
            if other is not None:
                self._join(item, other.command.digest)
            return other is not None
        known: Received | None = self.facts[(RECEIVED.name, *item.identity)]
        if known is None:
            return False
        self._join(item, known.digest)
        stored: Replied | None = self.facts[(REPLIED.name, *item.identity)] if item.taken else None
        if stored is not None:
            self.answers.append((item, self.around.codec.reply(stored.reply)))
        return True

    def _join(self, item: Item, digest: str) -> None:
        if item.command.digest == digest:
            item.taken = True
        else:
            self.answers.append((item, other_content(item.command)))
        self.done.append(item)

    def _uphold_the_law(self, command: Command, decision: Decision) -> None:
        """Nobody writes for another; a query leaves no trace; what must last causes only what lasts."""
        for record in decision.records:
            if record[0] != command.jurisdiction:
                raise AssertionError(
                    f"{type(command).__name__} writes a {type(record).__name__} of {record[0]}"
                )
        if not command.durable and decision.records:
            raise AssertionError(f"{type(command).__name__} only asks but records something")
        for message in decision.messages:
            if message.durable != command.durable:
                raise AssertionError(
                    f"{type(command).__name__} and its {type(message).__name__} are not alike durable"
                )
            if message.jurisdiction not in self.around.here and not self.around.reaches_others:
                raise Unserved(message.jurisdiction)

    def _take(self, item: Item, decision: Decision, follow: list[Item]) -> None:
        """Accept a decision: records, messages and replies together."""
        command = item.command
        records = decision.records
        if command.durable:
            name = type(command).__name__
            received = Received(*item.identity, command.digest, name, case_of(command), self.instant)
            records = (received, *records, *[self._replied(command, reply) for reply in decision.replies])
        self._apply(records)
        item.taken = True
        self.done.append(item)
        self.replies += [((command.jurisdiction, a.sender, a.msgid), a.reply) for a in decision.replies]
        for message in decision.messages:
            if self.fold and message.jurisdiction in self.around.here:
                follow.append(Item(message, minted=True))
            elif message.durable:
                self.outgoing.append(message)
            else:
                self.passing.append(message)

    def _replied(self, command: Command, answering: Answering) -> Replied:
        text = self.around.codec.write(answering.reply)
        return Replied(command.jurisdiction, answering.sender, answering.msgid, text, self.instant)

    def _apply(self, records: Sequence[Record]) -> None:
        touched = self.around.engine.schema.touched
        for record in records:
            kind = type(record)
            for view, key_of in touched[kind]:
                key = key_of(record)
                if key in self.facts:
                    overlay(view, key, record, self.facts)
                    self.changed.add(key)
                else:
                    self.pending.setdefault(key, []).append(record)
            self.records.setdefault(kind, []).append(record)


def refusal_for(command: Command, error: Exception) -> Refused:
    """Return what an asker is told when the decision itself failed."""
    if isinstance(error, Unserved):
        return Refused(refusals=(NOT_SERVED_HERE.because("jurisdiction", jurisdiction=error.args[0]),))
    if isinstance(error, Unhandled):
        return Refused(refusals=(NOT_UNDERSTOOD.because(command=error.args[0]),))
    return Refused(refusals=(NOT_KNOWN.because("msgid", msgid=command.msgid),))
