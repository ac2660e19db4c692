"""A hospital's counter: asks until it is answered, sends twice, gives up, reverses, cancels, claims.

What it was told is its own record, the first of the four links that the auditor compares.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from yidi.domain.dates import SHANGHAI
from yidi.edges.simulation.judging import Heard
from yidi.edges.simulation.plan import Ending, Story
from yidi.edges.simulation.stage import COSTLY, PLAIN, SCHEME, area_of, hospital_of, insured_at, person_no
from yidi.edges.simulation.voice import Street, Voice
from yidi.processes.claim.commands import ClaimDecided, FileClaim
from yidi.processes.ports.deciding import Command, Refused, Reply
from yidi.processes.reversal.commands import Reverse
from yidi.processes.settlement.commands import (
    CancelSettlement,
    ClaimedTotals,
    Reversed,
    Settle,
    Settled,
)
from yidi.processes.visit.commands import LineGiven, RegisterVisit, UploadLines, VisitOpened

PORTAL = "portal"


class Counter:
    """Plays one story."""

    def __init__(self, number: int, story: Story, street: Street) -> None:
        self.number, self.story, self.street = number, story, street
        self.here, self.home = street.places[story.care], street.places[insured_at(story.person)]
        self.hospital = hospital_of(self.here)
        self._messages = 0
        self._voice = Voice(str(number), story.patience_ms / 1000, street)

    async def play(self) -> None:
        """Play the story to its end."""
        opened = await self.say(self._registering())
        if not isinstance(opened, VisitOpened):
            return
        self.visit_id = opened.visit_id
        if isinstance(await self.say(self._uploading()), Refused):
            return
        ending = self.story.ending
        if ending is Ending.CLAIM:
            await self.claim()
            return
        if ending is Ending.CLAIM_RACE:
            await asyncio.gather(self.claim(), *(self.settle(n) for n in range(len(self.story.charges))))
            return
        if self.story.together:
            await asyncio.gather(*(self.settle(n) for n in range(len(self.story.charges))))
        else:
            for number in range(len(self.story.charges)):
                await self.settle(number)

    async def settle(self, number: int) -> None:
        """Settle one charge, and do with it what the story says."""
        command, ending = self._settling(number), self.story.ending
        if ending is Ending.IMPATIENT:
            await self._impatiently(command)
        elif ending is Ending.RACE:
            pause = self._voice.chance.random() / 5
            _, reply = await asyncio.gather(self.reverse(command, pause), self.say(command))
            self._hear("settle", command, reply)
        elif ending is Ending.DOUBLE:
            replies = await asyncio.gather(self.say(command), self.say(command))
            self._hear("settle", command, replies[0])
        else:
            reply = await self.say(command)
            self._hear("settle", command, reply)
            if isinstance(reply, Settled) and ending is Ending.CANCEL:
                await self.cancel(reply)
            elif isinstance(reply, Settled) and ending is Ending.REVERSE and number == 0:
                await self.reverse(command)

    async def _impatiently(self, command: Settle) -> None:
        """Ask once; without an answer in time reverse, and let the late original come again."""
        reply = await self.say(command, once=True)
        if reply is not None:
            self._hear("settle", command, reply)
            return
        await self.reverse(command)
        self._hear("settle", command, await self.say(command))

    async def cancel(self, settled: Settled) -> None:
        """Cancel a settlement."""
        command = CancelSettlement(
            **self._named("c"),
            visit_id=self.visit_id,
            settlement_id=settled.settlement_id,
            person_no=person_no(self.story.person),
        )
        self._hear("cancel", command, await self.say(command), settled.settlement_id)

    async def reverse(self, original: Settle, pause: float = 0.0) -> None:
        """Reverse a settling message, whatever became of it."""
        await asyncio.sleep(pause)
        for _ in range(20):
            command = Reverse(
                **self._named("r"),
                person_no=original.person_no,
                original_msgid=original.msgid,
                original_kind="settlement",
            )
            reply = await self.say(command)
            self._hear("reverse", command, reply, original.msgid)
            if not isinstance(reply, Refused) or not reply.refusals[0].heals_with_time:
                return
            await asyncio.sleep(5)

    async def claim(self) -> None:
        """The person claims the visit at home."""
        command = FileClaim(
            jurisdiction=self.home,
            sender=PORTAL,
            msgid=f"{self.number}-claim",
            person_no=person_no(self.story.person),
            care=self.here,
            visit_id=self.visit_id,
        )
        self._hear("claim", command, await self.say(command))

    async def say(self, command: Command, *, once: bool = False) -> Reply | None:
        """Send a message to the place it is for: the hospital's province, or the person's."""
        return await self._voice.say(command, self.street.serving(command.jurisdiction), once=once)

    def _hear(self, asked: str, command: Any, reply: Reply | None, about: str = "") -> None:
        said, settled, codes = "silence", None, ""
        match reply:
            case Settled():
                said, settled = ("undone" if reply.undoes else "booked"), reply
            case ClaimDecided():
                said, settled = "booked", reply.settled
            case Reversed():
                said = "undone" if reply.found else "nothing"
            case Refused():
                said, codes = "refused", ",".join(row.code for row in reply.refusals)
            case _:
                pass
        amounts = (0, 0, 0, 0)
        if settled is not None:
            amounts = settled.totals.total_fen, settled.fund_fen, settled.person_fen, settled.account_fen
        row = Heard(
            asked,
            said,
            command.jurisdiction,
            command.sender,
            command.msgid,
            about,
            person_no(self.story.person),
            getattr(reply, "settlement_id", "") if settled is None else settled.settlement_id,
            "" if settled is None else settled.undoes,
            *amounts,
            codes,
        )
        self.street.heard.append(row)
        words = " ".join(word for word in (asked, command.msgid, about) if word)
        paid = "" if settled is None else f" total {amounts[0]} fund {amounts[1]} person {amounts[2]} fen"
        self.street.told(f"{command.sender} was told of {words}: {said} {codes}{paid}".rstrip())

    def _named(self, mark: str) -> dict[str, Any]:
        self._messages += 1
        msgid = f"{self.number}-{mark}{self._messages}"
        return {"jurisdiction": self.here, "sender": self.hospital, "msgid": msgid}

    def _now(self) -> str:
        """Write the local time by the hospital's own clock, which is right."""
        passed = timedelta(seconds=asyncio.get_running_loop().time())
        return (self.street.begins + passed).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")

    def _registering(self) -> RegisterVisit:
        self.started_at = self._now()
        return RegisterVisit(
            **self._named("v"),
            insured=self.home,
            insured_area=area_of(self.home),
            care_area=area_of(self.here),
            person_no=person_no(self.story.person),
            scheme=SCHEME,
            care_kind="outpatient",
            visit_kind="11",
            own_number=f"own-{self.number}",
            started_at=self.started_at,
            credential_kind="01",
            credential_no=f"V{self.story.person}",
        )

    def _uploading(self) -> UploadLines:
        lines = tuple(
            LineGiven(
                line_id=f"{self.number}-{n}",
                visit_id=self.visit_id,
                person_no=person_no(self.story.person),
                item_code=COSTLY if self.story.dear else PLAIN,
                own_code="own",
                quantity=10_000,
                price=fen * 10_000,
                total_fen=fen,
                occurred_at=self.started_at,
                batch=f"b{n}",
                approval="0",
            )
            for n, fen in enumerate(self.story.charges)
        )
        return UploadLines(**self._named("u"), visit_id=self.visit_id, inpatient=False, lines=lines)

    def _settling(self, number: int) -> Settle:
        return Settle(
            **self._named("s"),
            visit_id=self.visit_id,
            person_no=person_no(self.story.person),
            scheme=SCHEME,
            credential_kind="01",
            credential_no=f"V{self.story.person}",
            claimed=ClaimedTotals(self.story.charges[number]),
            use_account=self.story.use_account,
            inpatient=False,
            batch=f"b{number}",
            visit_kind="11",
        )
