"""The counter at which settlements are tried: the stage of visits, with settlement, reversal and claims.

Messages of a kind can be held on their way (`hold`) and let go later: the schedules of separate nodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.builders import (
    AWAY_CITY,
    DISEASES,
    HOME,
    HOME_CITY,
    HOME_HOSPITAL,
    HOSPITAL,
    OTHER_HOSPITAL,
    SampleAreas,
    designate,
    enrol,
)
from tests.processes.visit.stage import DRUG, NOW, SERVICE, OneCatalogue, Stage, line
from tests.world import World
from yidi.domain.policy.policy import Policies
from yidi.edges.packs.policy import read_policies
from yidi.processes.claim.commands import FileClaim
from yidi.processes.claim.decide import handlers as claim
from yidi.processes.clearing.withdrawing import Corrections
from yidi.processes.enrolment.decide import handlers as enrolment
from yidi.processes.enrolment.records import AccountEntry
from yidi.processes.network.decide import HANDLERS as NETWORK
from yidi.processes.ports.catalogues import Catalogues
from yidi.processes.ports.deciding import Ask, Command, Handler, Record, Reply
from yidi.processes.relay.commands import Return
from yidi.processes.relay.decide import HANDLERS as RELAY
from yidi.processes.reversal.commands import Reverse
from yidi.processes.reversal.decide import handlers as reversal
from yidi.processes.settlement.cancelling import ask_to_reverse
from yidi.processes.settlement.commands import (
    CancelSettlement,
    ClaimedTotals,
    Settle,
    Settled,
    TrySettle,
)
from yidi.processes.settlement.decide import handlers as settlement
from yidi.processes.settlement.desk import Desk
from yidi.processes.settlement.records import AccumulatorEntry, Posting
from yidi.processes.settlement.views import SettledLines
from yidi.processes.visit.commands import RegisterVisit
from yidi.processes.visit.decide import handlers as visit

PACKS = Path(__file__).parents[3] / "packs"


@cache
def policies() -> Policies:
    """The policies that ship."""
    return read_policies(PACKS / "policy")


def all_handlers(
    areas: SampleAreas | None = None, packs: Policies | None = None, catalogues: Catalogues | None = None
) -> tuple[Handler, ...]:
    """The handlers of every process that a settlement needs."""
    areas = areas or SampleAreas()
    packs = policies() if packs is None else packs
    return (
        *settlement(packs, areas, Corrections()),
        *reversal(ask_to_reverse, SettledLines()),
        *claim(Desk(packs, areas)),
        *visit(catalogues or OneCatalogue(), SettledLines(), areas),
        *enrolment(DISEASES),
        *NETWORK,
        *RELAY,
    )


class HoldingWorld(World):
    """A world whose post can be stopped: commands of the held kinds wait until they are let go."""

    held_kinds: tuple[type[Command], ...] = ()
    held: deque[Command]

    def all_records(self) -> dict[type[Record], Sequence[Record]]:
        """Return every fact by its kind."""
        return {kind: list(rows) for kind, rows in self._records.items()}

    def _decide(self, command: Command) -> Sequence[Command]:
        if type(command) in self.held_kinds:
            self.held.append(command)
            return ()
        return super()._decide(command)


class Counter(Stage):
    """A stage on which visits are also settled; every method sends one message and returns its answer."""

    def __init__(
        self,
        hospital: str = HOSPITAL,
        rules: dict[str, Any] | None = None,
        areas: SampleAreas | None = None,
        packs: Policies | None = None,
        catalogues: Catalogues | None = None,
        **person: Any,
    ) -> None:
        areas = areas or SampleAreas(**(rules or {}))
        self.world: HoldingWorld = HoldingWorld(all_handlers(areas, packs, catalogues))
        self.world.held = deque()
        self.hospital, self.care = hospital, f"{hospital[1:3]}0000"
        for code in (HOSPITAL, OTHER_HOSPITAL, HOME_HOSPITAL):
            self.world.ask(designate(code))
        self.world.ask(enrol(**person))

    def charged(self, *totals_fen: int, batch: str = "b1", first: int = 1, **given: Any) -> str:
        """Register an outpatient with one line a total of class A items, and return the visit's number."""
        visit_id = self.visit(**given)
        self.charge(visit_id, *totals_fen, batch=batch, first=first)
        return visit_id

    def charge(
        self, visit_id: str, *totals_fen: int, batch: str = "b1", first: int = 1, inpatient: bool = False
    ) -> None:
        """Upload one line a total."""
        lines = [
            line(
                visit_id,
                str(number),
                item_code=SERVICE,
                price=total_fen * 10_000,
                batch="" if inpatient else batch,
            )
            for number, total_fen in enumerate(totals_fen, first)
        ]
        reply = self.upload(visit_id, *lines, inpatient=inpatient)
        assert type(reply).__name__ == "LinesPriced", reply

    def discharged(self, *totals_fen: int, **given: Any) -> str:
        """Admit, charge and discharge an inpatient, and return the visit's number."""
        visit_id = self.stay(**given)
        self.charge(visit_id, *totals_fen, inpatient=True)
        self.discharge(visit_id, sender=given.get("sender", self.hospital))
        return visit_id

    def settle(self, visit_id: str, total_fen: int, **given: Any) -> Reply:
        """Settle an outpatient's batch; `trial=True` only tries, `inpatient=True` settles a stay."""
        return self.world.ask(self.settling(visit_id, total_fen, **given))

    def settling(self, visit_id: str, total_fen: int, *, trial: bool = False, **given: Any) -> Settle:
        """Make the message that settles."""
        usual = self._on(visit_id, given) | {
            "scheme": "310",
            "credential_kind": "01",
            "credential_no": "EV-1",
            "claimed": ClaimedTotals(total_fen),
            "use_account": False,
            "inpatient": False,
            "batch": "" if given.get("inpatient") else "b1",
            "visit_kind": "21" if given.get("inpatient") else "11",
        }
        return (TrySettle if trial else Settle)(**usual | given)

    def settled_now(self, visit_id: str, total_fen: int, **given: Any) -> Settled:
        """Settle, and insist that it is booked."""
        reply = self.settle(visit_id, total_fen, **given)
        assert isinstance(reply, Settled), reply
        return reply

    def refund(self, settled: Settled, **given: Any) -> Reply:
        """Cancel a settlement."""
        return self.refund_of(settled.visit_id, settled.settlement_id, **given)

    def refund_of(self, visit_id: str, settlement_id: str, **given: Any) -> Reply:
        """Cancel a settlement by its number."""
        usual = self._on(visit_id, given) | {"settlement_id": settlement_id}
        return self.world.ask(CancelSettlement(**usual | given))

    def registering(self, **given: Any) -> RegisterVisit:
        """Make the message that registers a visit."""
        usual = self._named(given) | {"insured": HOME, "insured_area": HOME_CITY, "care_area": AWAY_CITY}
        usual |= {"person_no": "P1", "scheme": "310", "care_kind": "outpatient", "visit_kind": "11"}
        usual |= {"own_number": "own", "started_at": NOW, "credential_kind": "01", "credential_no": "EV-1"}
        return RegisterVisit(**usual | given)

    def reverse(self, original_msgid: str, kind: str = "settlement", **given: Any) -> Reply:
        """Reverse a message."""
        return self.world.ask(self.reversing(original_msgid, kind, **given))

    def reversing(self, original_msgid: str, kind: str = "settlement", **given: Any) -> Reverse:
        """Make the message that reverses."""
        usual = self._named(given) | {"person_no": "P1"}
        return Reverse(**usual | {"original_msgid": original_msgid, "original_kind": kind} | given)

    def claiming(self, visit_id: str, **given: Any) -> FileClaim:
        """Make the message that claims a visit by hand."""
        usual = {"jurisdiction": HOME, "sender": "portal", "msgid": self.world.next_msgid()}
        usual |= {"person_no": "P1", "care": self.care, "visit_id": visit_id}
        return FileClaim(**usual | given)

    def claim(self, visit_id: str, **given: Any) -> Reply:
        """Claim a visit by hand."""
        return self.world.ask(self.claiming(visit_id, **given))

    def hold(self, *kinds: type[Command]) -> None:
        """Stop messages of these kinds on their way."""
        self.world.held_kinds = kinds

    def let_go(self) -> None:
        """Let what was stopped arrive, in order."""
        self.world.held_kinds = ()
        held, self.world.held = list(self.world.held), deque()
        self.world.deliver(*held)

    def insured_place_says(self, question: Ask) -> Reply:
        """Put a question to the insured place and return its answer, which goes no further."""
        kinds, self.world.held_kinds = self.world.held_kinds, (Return,)
        self.world.deliver(question)
        answer, self.world.held_kinds = self.world.held.pop(), kinds
        assert isinstance(answer, Return)
        return answer.reply

    def answer_to(self, command: Command) -> Reply | None:
        """Return what the sender of a command was answered, None when nothing came yet."""
        return self.world._replies.get((command.sender, command.msgid))

    def answered(self, command: Command) -> Reply:
        """Return what the sender of a command was answered, and insist that it was."""
        reply = self.answer_to(command)
        assert reply is not None
        return reply

    def counters(self) -> dict[str, int]:
        """The person's counters, those that are not zero."""
        found: dict[str, int] = {}
        for row in self.world.records(AccumulatorEntry):
            found[row.counter] = found.get(row.counter, 0) + row.amount
        return {name: amount for name, amount in found.items() if amount}

    @property
    def account_fen(self) -> int:
        """The balance of the personal account."""
        return sum(row.amount_fen for row in self.world.records(AccountEntry))

    def ledger(self, jurisdiction: str) -> dict[str, int]:
        """The balances of a province's accounts, those that are not even."""
        found: dict[str, int] = {}
        for row in self.world.records(Posting):
            if row.jurisdiction == jurisdiction:
                found[row.account] = found.get(row.account, 0) + row.amount_fen
        return {account: amount for account, amount in found.items() if amount}


__all__ = ["DRUG", "SERVICE", "Counter", "policies"]
