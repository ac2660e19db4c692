"""One transaction of the journal: see, decide, overlay, fold; then write, all or nothing.

Nothing is written before every decision is taken, so a decision that fails leaves no trace and takes no
other along. Facts are loaded set-wise, a round a folded hop. What a decision records is applied at once
to what is loaded, or when its place is loaded later, so the second command of a batch sees what the first
recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from yidi.domain.dates import write_instant
from yidi.edges.journal.codec import Codec
from yidi.edges.journal.references import References
from yidi.edges.journal.waiting import Identity, Item, Waiting, other_content
from yidi.edges.storage.engine import Collision, Engine, Label, Outgoing
from yidi.edges.storage.loading import overlay
from yidi.edges.storage.schema import key_maker
from yidi.processes.ports.deciding import (
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

    __slots__ = ("handler", "item", "keys", "received")

    def __init__(self, item: Item, handler: Handler) -> None:
        self.item, self.handler = item, handler
        self.keys: dict[Key, None] = {}
        self.received: Key | None = (RECEIVED.name, *item.identity) if item.command.durable else None


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
        for matter in command.turns():
            yield f"{command.jurisdiction}/{matter}"


class Batch:
    """The work of one transaction. `careful` also looks up the inbox for messages that are probably new."""

    def __init__(self, around: Surroundings, now: datetime, *, fold: bool, careful: bool = False) -> None:
        self.around, self.now, self.fold, self.careful = around, now, fold, careful
        self.instant, self.microsecond = write_instant(now), around.references.microsecond(now)
        self.facts: dict[Key, Any] = {}
        self.everything, self.touched = Facts(self.facts), around.engine.schema.touched
        self.opened: set[str] = {RECEIVED.name}
        self.indexes: dict[str, tuple[dict[Key, list[Record]], int]] = {}
        self.changed: set[Key] = set()
        self.locked: set[str] = set()
        self.records: dict[type[Record], list[Record]] = {}
        self.outgoing: list[Command] = []
        self.passing: list[Command] = []
        self.received: list[tuple[Identity, str]] = []
        self.replies: list[tuple[Identity, Reply]] = []
        self.stored: list[tuple[Identity, Reply]] = []
        self.answers: list[tuple[Item, Reply]] = []
        self.done: list[Item] = []
        self.failed: list[tuple[Item, Exception]] = []
        self.troubled: list[tuple[Command, Exception]] = []

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

    async def write(self, arrived: Iterable[Label] = ()) -> None:
        """Write what was decided, the facts last: an engine may tell the outbox with the same statement.

        `arrived` were stored by other nodes. The caller commits.
        """
        engine = self.around.engine
        if under_way := [*self.outgoing, *[command for command, _ in self.troubled]]:
            await engine.put_outbox([self._row(command) for command in under_way])
        if labels := [*arrived, *[item.identity for item in self.done if item.stored]]:
            await engine.drop_outbox(labels)
        if self.records:
            await engine.write(self.records)

    def _row(self, command: Command) -> Outgoing:
        text = self.around.codec.keep(command)
        return Outgoing(command.jurisdiction, command.sender, command.msgid, text, self.instant)

    def _fail(self, item: Item, error: Exception) -> None:
        """A follow-up goes to the outbox and is retried alone: a bug in it does not undo its cause."""
        if not item.minted:
            self.failed.append((item, error))
        elif item.command.durable:
            self.troubled.append((item.command, error))
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
        if self.around.engine.takes_turns:
            await self._lock(plans)
        for phase in range(max([2, *[len(plan.handler.needs) for plan in plans]])):
            missing: dict[Key, None] = {}
            for plan in tuple(plans):
                try:
                    self._name(plan, phase, missing)
                except Exception as error:
                    self._fail(plan.item, error)
                    plans.remove(plan)
            if missing:
                await self._load(missing)
            if phase == 0 and self.around.engine.takes_turns:
                await self._take_turns({turn for plan in plans for turn in self._found_turns(plan)})

    async def _lock(self, plans: Iterable[Plan]) -> None:
        """Keep other nodes off whom and what this round is about."""
        await self._take_turns({subject for plan in plans for subject in subjects_of(plan.item.command)})

    def _found_turns(self, plan: Plan) -> Iterable[str]:
        """Name what a durable command proves to be about once the first phase was loaded."""
        command, turns = plan.item.command, plan.handler.turns
        if turns is None or not command.durable:
            return ()
        return [f"{command.jurisdiction}/{turn}" for turn in turns(command, self.everything)]

    async def _take_turns(self, subjects: set[str]) -> None:
        """Wait for other nodes' transactions on subjects that this one has not locked yet."""
        if wanted := subjects - self.locked:
            await self.around.engine.lock(sorted(wanted))
            self.locked |= wanted

    def _name(self, plan: Plan, phase: int, missing: dict[Key, None]) -> None:
        """Name the keys of one phase, first of all the inbox, and those of them not loaded yet."""
        facts, handler, jurisdiction = self.facts, plan.handler, plan.item.command.jurisdiction
        if plan.received is not None and phase < 2:
            self._name_inbox(plan, plan.received, phase, missing)
        if phase < len(handler.needs):
            needed = plan.keys
            for key in handler.needs[phase](plan.item.command, self.everything):
                if key[1] != jurisdiction:
                    raise AssertionError(
                        f"{type(plan.item.command).__name__} asks for facts of {key[1]}: {key[0]}"
                    )
                needed[key] = None
                if key not in facts:
                    missing[key] = None

    def _name_inbox(self, plan: Plan, received: Key, phase: int, missing: dict[Key, None]) -> None:
        """Name the inbox row; in the second phase, when it is there, the stored reply."""
        if phase == 0:
            key = received
            if (plan.item.minted or plan.item.first) and not self.careful:
                self.facts.setdefault(received, None)  # its primary key is the guard
        elif self.facts[received] is not None:
            key = (REPLIED.name, *received[1:])
        else:
            return
        plan.keys[key] = None
        if key not in self.facts:
            missing[key] = None

    async def _load(self, keys: Mapping[Key, None]) -> None:
        """Load places, and apply to them what was recorded before they were."""
        await self.around.engine.load(keys, self.facts)
        names = {key[0] for key in keys}
        self.opened |= names
        if not self.records:
            return
        views = self.around.engine.schema.views
        recorded = {name: self._recorded(name) for name in names}
        for key in keys:
            for record in recorded[key[0]].get(key, ()):
                overlay(views[key[0]], key, record, self.facts)

    async def _step(self, plan: Plan, follow: list[Item]) -> None:
        """Decide one command, unless its id was seen before."""
        item, command, facts = plan.item, plan.item.command, self.facts
        if self.changed and not self.changed.isdisjoint(plan.keys):
            await self._look_again(plan)
        if self._repeats(plan):
            return
        seen = Facts({key: facts[key] for key in plan.keys})
        moment = Moment(self.now, self.around.references.following(self.microsecond))
        decision = plan.handler.decide(command, seen, moment)
        self._uphold_the_law(command, decision)
        self._take(item, decision, follow)

    async def _look_again(self, plan: Plan) -> None:
        """Name the needs anew: what an earlier decision of this round recorded may lead elsewhere."""
        plan.keys = {}
        for phase in range(max(len(plan.handler.needs), 2)):
            missing: dict[Key, None] = {}
            self._name(plan, phase, missing)
            if missing:
                await self._load(missing)

    def _repeats(self, plan: Plan) -> bool:
        """Handle an id that was seen before: the stored answer, or wait for it, or refuse other content."""
        item = plan.item
        if plan.received is None:
            other = self.around.waiting.under_way(item)
            if other is not None:
                self._join(item, other.command.digest)
            return other is not None
        known: Received | None = self.facts[plan.received]
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
        jurisdiction, lasting, declared = (
            command.jurisdiction,
            command.durable,
            self.around.engine.schema.tables,
        )
        for record in decision.records:
            if record[0] != jurisdiction or not lasting or type(record) not in declared:
                raise AssertionError(
                    f"{type(command).__name__} may not write {type(record).__name__} of {record[0]}"
                )
        for message in decision.messages:
            if message.durable != lasting:
                raise AssertionError(
                    f"{type(command).__name__} and its {type(message).__name__} are not alike durable"
                )
            if message.jurisdiction not in self.around.here and not self.around.reaches_others:
                raise Unserved(message.jurisdiction)

    def _take(self, item: Item, decision: Decision, follow: list[Item]) -> None:
        """Accept a decision: records, messages and replies together."""
        command, identity, records = item.command, item.identity, decision.records
        replies = [((command.jurisdiction, a.sender, a.msgid), a.reply) for a in decision.replies]
        if command.durable:
            name, case = type(command).__name__, case_of(command)
            received = Received(*identity, command.digest, name, case, self.instant)
            self.received.append((identity, command.digest))
            records = (received, *records, *[self._replied(to, reply) for to, reply in replies])
            self.stored += replies  # a question that leaves no trace may go under the id of a message
        self._apply(records)
        item.taken = True
        self.done.append(item)
        self.replies += replies
        for message in decision.messages:
            if self.fold and message.jurisdiction in self.around.here:
                follow.append(Item(message, minted=True))
            elif message.durable:
                self.outgoing.append(message)
            else:
                self.passing.append(message)

    def _replied(self, to: Identity, reply: Reply) -> Replied:
        return Replied(*to, self.around.codec.write(reply), self.instant)

    def _apply(self, records: Sequence[Record]) -> None:
        """Keep records to be written, and apply each to the places that are loaded."""
        touched, facts, opened, kept = self.touched, self.facts, self.opened, self.records
        for record in records:
            kind = type(record)
            for view, key_of in touched[kind]:
                if view.name in opened:
                    key = key_of(record)
                    if key in facts:
                        overlay(view, key, record, facts)
                        self.changed.add(key)
            if kind in kept:
                kept[kind].append(record)
            else:
                kept[kind] = [record]

    def _recorded(self, name: str) -> Mapping[Key, Sequence[Record]]:
        """Return what this transaction has recorded so far under each key of a view."""
        view = self.around.engine.schema.views[name]
        index, known = self.indexes.get(name, ({}, 0))
        records, key_of = self.records.get(view.record, ()), key_maker(view)
        for record in records[known:]:
            index.setdefault(key_of(record), []).append(record)
        self.indexes[name] = (index, len(records))
        return index


def refusal_for(command: Command, error: Exception) -> Refused:
    """Return what an asker is told when the decision itself failed."""
    if isinstance(error, Unserved):
        return Refused(refusals=(NOT_SERVED_HERE.because("jurisdiction", jurisdiction=error.args[0]),))
    if isinstance(error, Unhandled):
        return Refused(refusals=(NOT_UNDERSTOOD.because(command=error.args[0]),))
    return Refused(refusals=(NOT_KNOWN.because("msgid", msgid=command.msgid),))
