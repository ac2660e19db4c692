"""The agency of an insured place as the stories need it: it pauses, restores, and takes claims online."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from yidi.edges.demonstration.play import StoryFault
from yidi.edges.demonstration.stage import Asker
from yidi.edges.packs.sample import AGENCY, SamplePerson
from yidi.processes.claim.commands import ClaimDecided, FileClaim
from yidi.processes.enrolment.commands import ChangeRelation, NewRelation
from yidi.processes.enrolment.records import InsuranceState
from yidi.processes.ports.deciding import Refused
from yidi.processes.settlement.commands import Settled

ONLINE = "online"
"""The sender of what a person does online."""


@dataclass(frozen=True)
class StoryAgency:
    """Sends the agency's ordinary commands to the node; `run` tells one run's messages from another's."""

    ask: Asker
    run: str
    serial: count[int]

    async def pause(self, person: SamplePerson) -> None:
        """Pause the person's insurance, as arrears do."""
        await self._change(person, InsuranceState.PAUSED)

    async def restore(self, person: SamplePerson) -> None:
        """Restore it."""
        await self._change(person, InsuranceState.NORMAL)

    async def claim(self, person: SamplePerson, care: str, visit_id: str) -> Settled:
        """File a manual claim online; raises StoryFault when it is refused."""
        reply = await self.ask(
            FileClaim(
                jurisdiction=person.insured,
                sender=ONLINE,
                msgid=self._msgid(),
                person_no=person.person_no,
                care=care,
                visit_id=visit_id,
            )
        )
        if not isinstance(reply, ClaimDecided):
            raise StoryFault(f"the claim of visit {visit_id}: {reply}")
        return reply.settled

    def _msgid(self) -> str:
        return f"story/{self.run}/{next(self.serial)}"

    async def _change(self, person: SamplePerson, state: InsuranceState) -> None:
        held = person.relations[0]
        relation = NewRelation(held.scheme, held.area, held.person_type, held.start, state.value)
        reply = await self.ask(
            ChangeRelation(
                jurisdiction=person.insured,
                sender=AGENCY,
                msgid=self._msgid(),
                person_no=person.person_no,
                relation=relation,
            )
        )
        if isinstance(reply, Refused):
            raise StoryFault(f"{person.name}: {reply.refusals[0].cause_en}")
