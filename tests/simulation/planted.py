"""Faults planted into the real code, one at a time, to see that the simulator finds them.

Each is a context manager that replaces a piece of the product while a case is played; nothing in `src` knows
of them. The `seeds` are how many seeds are allowed until it must be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

import msgspec

from yidi.edges.journal import Journal
from yidi.edges.journal.batch import Batch
from yidi.edges.journal.remembered import Remembered
from yidi.edges.sealing.chaining import Chains
from yidi.edges.simulation.node import Node, Parcel
from yidi.edges.simulation.stage import Stage
from yidi.edges.storage.engine import Label
from yidi.processes.ports.deciding import Decision, Handler
from yidi.processes.relay.commands import Answered, Relay, Return
from yidi.processes.relay.records import Received, Relayed, Replied, Tombstone
from yidi.processes.settlement import booking
from yidi.processes.settlement.commands import BookSettlement, ReverseBooking, Settled, UndoBooking
from yidi.processes.settlement.records import AccumulatorEntry, Posting

Planting = Callable[[Stage], AbstractContextManager[Stage]]


class Planted(NamedTuple):
    """A planted fault: what is wrong, how it is planted, and within how many seeds it must be found."""

    name: str
    plant: Planting
    seeds: int
    hours: float = 0.2


@contextmanager
def replaced(owner: Any, name: str, made: Callable[[Any], Any]) -> Iterator[None]:
    """Put `made(original)` in the place of an attribute for a while."""
    original = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
    setattr(owner, name, made(original))
    try:
        yield
    finally:
        setattr(owner, name, original)


def in_code(owner: Any, name: str, made: Callable[[Any], Any]) -> Planting:
    """Plant by replacing an attribute of a class or module."""

    @contextmanager
    def plant(stage: Stage) -> Iterator[Stage]:
        with replaced(owner, name, made):
            yield stage

    return plant


def in_decision(
    command: type[Any], changed: Callable[[Any, Decision], Decision], about: str = ""
) -> Planting:
    """Plant by changing what the handlers of a command decide."""

    def worse(handler: Handler) -> Handler:
        if handler.command is not command or handler.about != about:
            return handler

        def decide(given: Any, facts: Any, moment: Any) -> Decision:
            return changed(given, handler.decide(given, facts, moment))

        return handler._replace(decide=decide)

    @contextmanager
    def plant(stage: Stage) -> Iterator[Stage]:
        first, later = ([worse(handler) for handler in rules] for rules in stage.rules)
        yield stage._replace(rules=(tuple(first), tuple(later)))

    return plant


def without(kind: type[Any], chosen: Callable[[Any], bool] = lambda row: True) -> Callable[..., Decision]:
    """Change a decision so that it forgets the records of a kind."""

    def changed(given: Any, decision: Decision) -> Decision:
        kept = tuple(row for row in decision.records if not (isinstance(row, kind) and chosen(row)))
        return decision._replace(records=kept)

    return changed


def in_needs(command: type[Any], view: str, blank: Callable[[], Any]) -> Planting:
    """Plant by hiding what is stored under a view from the decisions of a command."""

    def worse(handler: Handler) -> Handler:
        if handler.command is not command:
            return handler

        def decide(given: Any, facts: Any, moment: Any) -> Decision:
            hidden = {key: blank() if key[0] == view else value for key, value in facts.loaded.items()}
            return handler.decide(given, type(facts)(hidden), moment)

        return handler._replace(decide=decide)

    @contextmanager
    def plant(stage: Stage) -> Iterator[Stage]:
        first, later = ([worse(handler) for handler in rules] for rules in stage.rules)
        yield stage._replace(rules=(tuple(first), tuple(later)))

    return plant


# --- the journal -------------------------------------------------------------------------------------


def _no_inbox_check(original: Any) -> Any:
    """Decide every message as if its id were new; the inbox row gets another id."""

    def repeats(batch: Batch, plan: Any) -> bool:
        if plan.received is None or batch.facts[plan.received] is None:
            return bool(original(batch, plan))
        batch.facts[plan.received] = None
        batch.facts["replied", *plan.item.identity] = None
        return False

    return repeats


def _remembers_nothing(original: Any) -> Any:
    """Have nobody remember what the inbox holds."""
    return lambda remembered, command: None


def _received_again(original: Any) -> Any:
    """Write the inbox row of an id that is there already no second time."""

    def write(batch: Batch, *given: Any) -> Any:
        for kind in (Received, Replied):
            rows = {row[:3]: row for row in batch.records.get(kind, ())}
            if rows:
                batch.records[kind] = [row for key, row in rows.items() if not _stored(batch, kind, key)]
        return original(batch, *given)

    return write


def _stored(batch: Batch, kind: type[Any], key: tuple[str, ...]) -> bool:
    connection = batch.around.engine._writer  # type: ignore[attr-defined]
    same = "jurisdiction = ? AND sender = ? AND msgid = ?"
    return bool(connection.execute(f"SELECT 1 FROM {kind.__name__.lower()} WHERE {same}", key).fetchall())


@contextmanager
def without_inbox(stage: Stage) -> Iterator[Stage]:
    """Drop the inbox check: a doubled message is decided twice."""
    with (
        replaced(Batch, "_repeats", _no_inbox_check),
        replaced(Batch, "write", _received_again),
        replaced(Remembered, "fate_of", _remembers_nothing),
    ):
        yield stage


def _answers_first(original: Any) -> Any:
    """Answer and confirm before the commit."""

    async def write(batch: Batch, *given: Any) -> None:
        waiting = batch.around.waiting
        for identity, reply in batch.replies:
            waiting.resolve(identity, reply)
        for item in batch.done:
            item.confirm()
        await original(batch, *given)

    return write


def _tells_before_the_sync(original: Any) -> Any:
    """Tell what is committed when it is, and sync afterwards."""

    async def settle(journal: Journal) -> None:
        while True:
            await journal._lasting.wait()
            journal._lasting.clear()
            while journal._committed:
                journal._settle(journal._committed.popleft())
            journal._wake.set()
            await journal.engine.sync()

    return settle


def _acknowledges_first(original: Any) -> Any:
    """Acknowledge a message when it arrives, not when it is stored."""

    def receive(node: Node, parcel: Parcel, acknowledge: Callable[[Sequence[Label]], None]) -> None:
        if node.up:
            acknowledge([message.label for message in parcel])
        original(node, parcel, lambda labels: None)

    return receive


def _forgets_when_sent(original: Any) -> Any:
    """Drop the outbox row when the message is sent, before anybody has said that it arrived."""

    def send(node: Node, commands: Any) -> None:
        commands = list(commands)
        original(node, commands)
        for command in commands:
            if command.durable:
                node.pending.pop((command.jurisdiction, command.sender, command.msgid), None)
                node.journal.acknowledged((command.jurisdiction, command.sender, command.msgid))

    return send


def _no_overlay(original: Any) -> Any:
    """Decide every command of a batch on what was stored before it: a cap is checked a batch."""

    def apply(batch: Batch, records: Sequence[Any]) -> None:
        for record in records:
            if isinstance(record, AccumulatorEntry):
                batch.records.setdefault(AccumulatorEntry, []).append(record)
        original(batch, [record for record in records if not isinstance(record, AccumulatorEntry)])

    return apply


def _forgets_outbox(original: Any) -> Any:
    """Keep what is under way in memory only."""

    async def write(batch: Batch, *given: Any) -> None:
        kept, batch.outgoing = batch.outgoing, []
        await original(batch, *given)
        batch.outgoing = kept

    return write


def _one_link_less(original: Any) -> Any:
    """Link all facts of a batch but the last one."""

    async def links(chains: Chains, engine: Any, facts: Sequence[Any]) -> Sequence[Any]:
        return list(await original(chains, engine, facts))[:-1] if len(facts) > 2 else []

    return links


# --- decisions ---------------------------------------------------------------------------------------


def _wrong_amount(given: Return, decision: Decision) -> Decision:
    """The nation relays a statement with a fen more for the person."""
    messages = []
    for message in decision.messages:
        if isinstance(message, Answered) and isinstance(message.reply, Settled) and message.reply.fund_fen:
            reply = msgspec.structs.replace(message.reply, person_fen=message.reply.person_fen + 1)
            message = msgspec.structs.replace(message, reply=reply)
        messages.append(message)
    return decision._replace(messages=tuple(messages))


def _posted_twice(given: Any, decision: Decision) -> Decision:
    """Post every entry of a booking twice."""
    again = tuple(row._replace(line=row.line + 10) for row in decision.records if isinstance(row, Posting))
    return decision._replace(records=(*decision.records, *again))


def _deductible_twice(given: Any, decision: Decision) -> Decision:
    """Count what is used of the deductible twice."""
    records = tuple(
        row._replace(amount=2 * row.amount)
        if isinstance(row, AccumulatorEntry) and row.counter.endswith("deductible")
        else row
        for row in decision.records
    )
    return decision._replace(records=records)


def _nobody_bars(given: Any, decision: Decision) -> Decision:
    """Answer a reversal that found nothing, and bar nothing."""
    return without(Tombstone)(given, decision)


PLANTED: tuple[Planted, ...] = (
    Planted("the inbox is not looked at", without_inbox, 6, hours=0.05),
    Planted("answers come before the commit", in_code(Batch, "write", _answers_first), 6),
    Planted(
        "what is committed is told before it is synced",
        in_code(Journal, "_settle_what_lasts", _tells_before_the_sync),
        2,
    ),
    Planted("a message is acknowledged when it arrives", in_code(Node, "receive", _acknowledges_first), 3),
    Planted("the outbox forgets what is sent", in_code(Node, "_send", _forgets_when_sent), 3),
    Planted("the outbox is memory only", in_code(Batch, "write", _forgets_outbox), 3),
    Planted("caps are checked a batch", in_code(Batch, "_apply", _no_overlay), 6),
    Planted("a reversal leaves no tombstone", in_decision(ReverseBooking, _nobody_bars), 6),
    Planted("tombstones are ignored", in_needs(BookSettlement, "tombstone", lambda: None), 6),
    Planted("the nation alters an amount", in_decision(Return, _wrong_amount), 3),
    Planted("the nation keeps no copy", in_decision(Relay, without(Relayed)), 3),
    Planted("a reversal restores no counter", in_decision(ReverseBooking, without(AccumulatorEntry)), 3),
    Planted("a cancellation restores no counter", in_decision(UndoBooking, without(AccumulatorEntry)), 3),
    Planted("a booking is posted twice", in_decision(BookSettlement, _posted_twice), 3),
    Planted("the deductible counts twice", in_decision(BookSettlement, _deductible_twice), 3),
    Planted("a fact is left out of its chain", in_code(Chains, "links", _one_link_less), 12),
    Planted("what is booked may be booked again", in_code(booking, "guards", lambda made: _no_faults), 6),
)


def _no_faults(*given: Any) -> Iterator[Any]:
    return iter(())


PLANTED_BY_NAME = {planted.name: planted for planted in PLANTED}
