"""The journal of one node: a bounded queue in front, one transaction at a time behind.

Whatever waits when a transaction ends goes into the next one, up to `width`: no timer, so an idle node
adds no delay and a busy one commits many at once. Answers are given after COMMIT, never before.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import structlog

from yidi.domain.dates import write_instant
from yidi.edges.clock import Clock
from yidi.edges.journal.batch import Batch, Surroundings, case_of, dispatch_of, refusal_for
from yidi.edges.journal.codec import Codec
from yidi.edges.journal.references import References
from yidi.edges.journal.remembered import Remembered
from yidi.edges.journal.troubles import BACKOFF_SECONDS, Note, Troubles
from yidi.edges.journal.waiting import Item, Waiting, identity_of
from yidi.edges.journal.watch import WATCH_SECONDS, Watch, stored_answers
from yidi.edges.storage.engine import Collision, Engine, Label
from yidi.edges.telemetry import kind_and_place
from yidi.processes.ports.deciding import Command, Handler, Refused, Reply
from yidi.processes.relay.refusals import ENDING, NOT_SERVED_HERE, QUEUE_FULL

log = structlog.get_logger("yidi.journal")

RACES = 3
"""How often a command that lost a race is decided again before it counts as failed."""
LATEST = datetime(9999, 1, 1, tzinfo=UTC)

Send = Callable[[Sequence[Command]], None]
"""Takes messages to other nodes; the durable ones until `acknowledged` is called with their label."""


class Busy(Exception):
    """The queue is full, or the journal is ending. Carries the refusal to answer with."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.refusals[0].cause_en)
        self.refused = refused


class Journal:
    """Decides commands addressed to the jurisdictions `here`.

    `fold` decides a message to a neighbour in the transaction of its cause; without it every hop is a
    transaction of its own, as between separate nodes. `send` takes messages to other nodes; without it
    there are none. `backoff` are the pauses (seconds) after each failure of a message under way. With
    `resends` the journal gives `send` again what lies in the outbox; without, `send` looks there itself.
    """

    def __init__(
        self,
        engine: Engine,
        handlers: Iterable[Handler],
        here: Iterable[str],
        clock: Clock,
        references: References,
        *,
        fold: bool = True,
        width: int = 256,
        room: int = 20_000,
        send: Send | None = None,
        codec: Codec | None = None,
        backoff: Sequence[float] = BACKOFF_SECONDS,
        watch_seconds: float = WATCH_SECONDS,
        resends: bool = True,
    ) -> None:
        self.engine, self.here, self.clock = engine, frozenset(here), clock
        self.fold, self.width, self.room = fold, width, room
        self.codec = codec if codec is not None else Codec()
        self.commits = self.decided = self.collisions = 0
        self._send, self._resends = send, resends
        self._watch = Watch(clock, watch_seconds, self._find_answers, self._resume)
        self._queue: deque[Item] = deque()
        self._waiting, self._remembered = Waiting(), Remembered()
        self._carried: set[Label] = set()
        self._wake = asyncio.Event()
        self._ending = False
        self._troubles = Troubles(clock, backoff)
        self._committed: deque[Batch] = deque()
        self._lasting = asyncio.Event()
        self._distrusted: Exception | None = None
        self._around = Surroundings(
            engine, dispatch_of(handlers), self.here, send is not None, self.codec, references, self._waiting
        )

    @property
    def queued(self) -> int:
        """How many commands wait to be decided."""
        return len(self._queue)

    async def ask(self, command: Command) -> Reply:
        """Have a command decided and return its answer, after it is stored.

        The answer may come from another jurisdiction, so it may take as long as the caller waits: cancel
        to stop waiting (the matter goes on). Raises Busy when the queue is full.
        """
        if command.jurisdiction not in self.here:
            refusal = NOT_SERVED_HERE.because("jurisdiction", jurisdiction=command.jurisdiction)
            return Refused(refusals=(refusal,))
        fate = self._remembered.fate_of(command)
        if fate is not None and (known := fate.answer_to(command)) is not None:
            return known
        self._admit(command)
        item = Item(command, asker=asyncio.get_running_loop().create_future())
        self._waiting.add(item)
        if fate is None:
            self._enqueue(item)
        else:
            item.taken = True  # it is stored: its answer is still to come
        assert item.asker is not None
        try:
            return await item.asker
        finally:
            self._waiting.remove(item)

    async def deliver(self, command: Command) -> None:
        """Take a message from another node; return when it is stored, so that it may be acknowledged.

        Raises as `hand_in`.
        """
        await self.hand_in(command)

    def hand_in(self, command: Command, *, first: bool = False) -> asyncio.Future[None]:
        """Take a message from another node; done when it is stored.

        With `first` the inbox is not searched for it before: should it be there, its key collides and it is
        decided again with care. Raises Busy when the queue is full, KeyError when the jurisdiction is not
        served here.
        """
        if command.jurisdiction not in self.here:
            raise KeyError(command.jurisdiction)
        receipt: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._remembered.fate_of(command) is not None:
            receipt.set_result(None)
            return receipt
        self._admit(command)
        item = Item(command, receipt=receipt, first=first)
        self._enqueue(item)
        return receipt

    def acknowledged(self, label: Label) -> None:
        """Learn that another node has stored a message: its outbox row goes with a commit soon."""
        self._troubles.arrival(label, self._wake.set)

    def not_taken(self, label: Label, attempts: int, trouble: str) -> None:
        """Learn that another node refuses a message: written on its outbox row with the next commit."""
        self._troubles.notes.append(Note(label, attempts, "", trouble))
        self._wake.set()

    def tell_origin(self, command: Command, reply: Reply) -> None:
        """Answer whoever waits here at the beginning of a matter that goes no further."""
        self._waiting.resolve_origin(command, "care", reply)

    def _admit(self, command: Command) -> None:
        if self._ending:
            raise Busy(Refused(refusals=(ENDING.because(msgid=command.msgid),)))
        if len(self._queue) >= self.room:
            raise Busy(Refused(refusals=(QUEUE_FULL.because(room=self.room),)))

    def _enqueue(self, *items: Item) -> None:
        self._queue.extend(items)
        self._wake.set()

    async def run(self) -> None:
        """Work until `stop`; first take up what was under way when the node last ended."""
        await self._be_heard()
        await self._resume(LATEST)
        beside = [asyncio.create_task(self._watch.run()), asyncio.create_task(self._settle_what_lasts())]
        try:
            while not self._ending or self._queue or self._troubles.to_write or self._committed:
                await self._wake.wait()
                self._wake.clear()
                while self._queue or self._troubles.to_write:
                    await self._transact(self._take())
        finally:
            for task in beside:
                task.cancel()
            self._troubles.forget()
            for item in self._waiting.everyone():
                item.answer(Refused(refusals=(ENDING.because(msgid=item.command.msgid),)))

    async def _be_heard(self) -> None:
        """Take a place among the processes of this database before anybody waits for it."""
        try:
            await self.engine.lock(())
        except Exception as error:  # the first transaction tries again
            log.warning("no_turn_yet", error=kind_and_place(error))

    def stop(self) -> None:
        """Take no more; `run` returns when the queue is empty. What waits elsewhere is told so."""
        self._ending = self._troubles.due = True
        self._wake.set()

    def _take(self) -> list[Item]:
        count = min(self.width, len(self._queue))
        return [self._queue.popleft() for _ in range(count)]

    async def _resume(self, before: datetime, parked: bool = True) -> None:
        """Take up what is under way in the outbox and not already carried by this node."""
        whom = () if self._resends else (tuple(sorted(self.here)),)
        found = await self.engine.undelivered(write_instant(before), *whom)
        if found:
            await self.engine.sync()  # what is seen may not last yet
        for row in found:
            label = (row.destination, row.sender, row.msgid)
            if label not in self._carried and (parked or not row.parked_at):
                self._carry([self.codec.command(row.message)])

    def _carry(self, messages: Iterable[Command]) -> None:
        """See stored messages to their destination: into the own queue, or to another node."""
        remote: list[Command] = []
        local: list[Item] = []
        for message in messages:
            away = message.jurisdiction not in self.here
            if away:
                remote.append(message)
            else:
                local.append(Item(message, stored=True))
            if self._resends or not away:
                self._carried.add(identity_of(message))
        if local:
            self._queue.extendleft(reversed(local))
            self._wake.set()
        if remote and self._send is not None:
            self._send(remote)

    async def _transact(self, items: list[Item]) -> None:
        """Decide items in one transaction; if that fails, each alone."""
        try:
            batch = await self._commit(items, fold=self.fold)
        except Exception as error:
            self._count(error)
            log.info("batch_split", size=len(items), error=kind_and_place(error))
            if not items:  # only the outbox was to be tidied, and the database is away
                await asyncio.sleep(self._watch.seconds)
            for item in items:
                await self._alone(item)
            return
        self._keep(batch)

    def _count(self, error: Exception) -> None:
        if isinstance(error, Collision):
            self.collisions += 1
        else:
            self._watch.doubt()

    async def _alone(self, item: Item) -> None:
        """Decide one command by itself: again while it loses races, at last without its follow-ups."""
        races, fold = RACES, self.fold
        while True:
            try:
                batch = await self._commit([item], fold=fold, careful=True)
            except Exception as error:
                self._count(error)
                races = races - 1 if isinstance(error, Collision) else 0
                if races <= 0 and not fold:
                    self._fail(item, error)
                    return
                fold = fold and races > 0
                continue
            self._keep(batch)
            return

    async def _commit(self, items: Sequence[Item], *, fold: bool, careful: bool = False) -> Batch:
        batch = Batch(self._around, self.clock(), fold=fold, careful=careful)
        await self.engine.begin()
        try:
            await batch.work(items)
            tidied = await self._troubles.write(self.engine)
            await batch.write(self._troubles.arrived[: tidied[0]])
            await self.engine.commit_early()
        except BaseException:
            self._remembered.doubt()
            await self.engine.rollback()
            raise
        self._carried.difference_update(self._troubles.written(tidied))
        self.commits += 1
        self.decided += len(batch.done)
        return batch

    def _keep(self, batch: Batch) -> None:
        """After COMMIT: have it settled as soon as it lasts, while the next transaction begins."""
        self._committed.append(batch)
        self._lasting.set()
        if self._distrusted is not None:
            self._give_up(self._distrusted)

    async def _settle_what_lasts(self) -> None:
        """Settle committed batches in their order, each after a sync that began after its COMMIT."""
        while True:
            await self._lasting.wait()
            self._lasting.clear()
            count = len(self._committed)
            try:
                await self.engine.sync()
            except Exception as error:
                self._distrust(error)
                return
            for _ in range(count):
                self._settle(self._committed.popleft())
            if self._ending or self._queue or self._troubles.to_write:
                self._wake.set()

    def _distrust(self, error: Exception) -> None:
        """End: after a failed sync nobody can say what the disk holds; a restart reads what it does hold."""
        log.critical("sync_failed", error=kind_and_place(error), remedy="mend the disk, start the node again")
        self._distrusted = error
        self.stop()
        self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Tell everybody whose matter is committed, but perhaps not for good, that its outcome is unknown."""
        while self._committed:
            for item in self._committed.popleft().done:
                item.answer(refusal_for(item.command, error))
                if item.receipt is not None and not item.receipt.done():
                    item.receipt.set_exception(error)

    def _settle(self, batch: Batch) -> None:
        """When it lasts: answer, confirm, and send on what is under way."""
        self._remembered.lasts(batch.received, batch.stored)
        for identity, reply in batch.replies:
            self._waiting.resolve(identity, reply)
        for item, reply in batch.answers:
            item.answer(reply)
        for item in batch.done:
            item.confirm()
            if item.stored:
                self._carried.discard(item.identity)
        self._carry(batch.outgoing)
        if batch.passing:
            self._pass_on(batch.passing)
        for command, error in batch.troubled:
            self._carried.add(identity_of(command))
            self._fail(Item(command, stored=True), error)
        for item, failure in batch.failed:
            self._fail(item, failure)

    def _pass_on(self, messages: Sequence[Command]) -> None:
        """Send on questions that leave no trace."""
        self._queue.extendleft(Item(m) for m in reversed(messages) if m.jurisdiction in self.here)
        self._wake.set()
        remote = [message for message in messages if message.jurisdiction not in self.here]
        if remote and self._send is not None:
            self._send(remote)

    def _fail(self, item: Item, error: Exception) -> None:
        """Tell the asker; a stored message is tried again later, at last parked for somebody to look at."""
        command = item.command
        log.warning(
            "decision_failed",
            message_id=command.msgid,
            case_id=case_of(command),
            command=type(command).__name__,
            attempts=item.attempts + 1,
            error=kind_and_place(error),
        )
        if item.receipt is not None and not item.receipt.done():
            item.receipt.set_exception(error)
        elif not item.stored or self._troubles.later(item, error, self._enqueue):
            if item.stored:
                self._carried.discard(item.identity)
            item.answer(refusal_for(command, error))
            self._tell_origin(command, error)

    def _tell_origin(self, command: Command, error: Exception) -> None:
        """Tell whoever waits at the beginning of the matter, if that is on this node."""
        for place in ("care", "insured"):
            self._waiting.resolve_origin(getattr(command, "ask", command), place, refusal_for(command, error))

    async def _find_answers(self) -> None:
        """Answer those who wait long from what another node has stored meanwhile."""
        late = self._waiting.unanswered(asyncio.get_running_loop().time() - self._watch.seconds)
        answers = await stored_answers(self.engine, self.codec, late)
        self._remembered.lasts((), answers)
        for identity, reply in answers:
            self._waiting.resolve(identity, reply)
