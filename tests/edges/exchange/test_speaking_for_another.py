"""A province with a good key tries to speak for another, in every kind of message: nothing comes of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from importlib import import_module
from typing import Any

import msgspec
import pytest

from tests.edges.exchange.test_bad_messages import Room, refused, room
from tests.edges.journal.toys import Pour
from tests.edges.sealing.chained import made as row_of
from tests.house_rules.code_base import ROOT, demand
from yidi.edges.exchange.authority import FROM_THE_NATION, PASSED_ON, TO_THE_NATION, overreach
from yidi.edges.exchange.refusals import NOT_BETWEEN, SPEAKS_FOR_ANOTHER
from yidi.processes.claim import commands as claim
from yidi.processes.claim.deciding import Deciding
from yidi.processes.claim.records import CLAIM, Claim
from yidi.processes.clearing import commands as clearing
from yidi.processes.clearing.records import DISPUTES_OF_SETTLEMENT
from yidi.processes.clearing.resolving import hear_dispute
from yidi.processes.enrolment.commands import EnrolPerson, RegisterCredential, TakeNumber
from yidi.processes.ports.deciding import NATION, Ask, Command, Decision, Done, Facts, Key, Moment, Record
from yidi.processes.prepayment import commands as prepayment
from yidi.processes.prepayment.records import NOTICE, PrepaymentNotice, PrepaymentStep, TopUp
from yidi.processes.prepayment.steps import note_step
from yidi.processes.reconciliation.commands import AnswerAgain, KeepCopy
from yidi.processes.relay.commands import Answered, Pass, Relay, Return
from yidi.processes.relay.records import RETURNED, Returned
from yidi.processes.reversal.admission import hear_undone
from yidi.processes.settlement.answering import hear_booking
from yidi.processes.settlement.cancelling import Undoing
from yidi.processes.settlement.commands import BookSettlement
from yidi.processes.settlement.records import ASKED_OF_MESSAGE, SettlementAsked
from yidi.processes.visit.changes import take_noted
from yidi.processes.visit.records import VISIT, VISIT_CHANGES, Visit
from yidi.processes.visit.registration import take_answer

__all__ = ["room"]
import_module("yidi.wiring")  # so that every kind of command is known
THIEF, VICTIM, THIRD = "110000", "510000", "440000"
NOW = Moment(datetime(2026, 11, 22, 4, tzinfo=timezone.utc), "r")


def said(kind: type[Command], sender: str, receiver: str = NATION, **fields: Any) -> Command:
    """Make a command whose other fields are empty."""
    empty = dict.fromkeys(kind.__struct_fields__, "")
    return kind(**empty | {"jurisdiction": receiver, "sender": sender, "msgid": "1"} | fields)


def asking(care: str) -> Command:
    return said(BookSettlement, care, VICTIM, care=care, insured=VICTIM)


def top_up(care: str) -> Record:
    return row_of(TopUp, jurisdiction=care, care=care)


IN_WHOSE_NAME: dict[type[Command], Callable[[str], Command]] = {
    Relay: lambda name: said(Relay, THIEF, ask=msgspec.structs.replace(asking(name), sender=THIEF)),
    Return: lambda name: said(Return, THIEF, insured=name),
    RegisterCredential: lambda name: said(RegisterCredential, THIEF, insured=name),
    clearing.AdjustmentReported: lambda name: said(clearing.AdjustmentReported, THIEF, care=name),
    prepayment.SubmitTopUp: lambda name: said(prepayment.SubmitTopUp, THIEF, request=top_up(name)),
    Answered: lambda name: on(said(Answered, THIEF, VICTIM, insured=name)),
    AnswerAgain: lambda name: on(said(AnswerAgain, THIEF, VICTIM, care=name)),
    claim.SendMaterial: lambda name: on(said(claim.SendMaterial, THIEF, VICTIM, insured=name)),
    claim.MaterialSent: lambda name: on(said(claim.MaterialSent, THIEF, VICTIM, care=name, bill=None)),
}
"""Kind -> a message the thief sends, in which a field beside the sender says who speaks."""
BY_SENDER = {
    KeepCopy: said(KeepCopy, VICTIM),
    clearing.DisputeRaised: said(clearing.DisputeRaised, VICTIM),
    clearing.SignatureSent: said(clearing.SignatureSent, VICTIM),
    prepayment.NotePrepaymentStep: said(prepayment.NotePrepaymentStep, VICTIM),
    claim.ClaimEnded: said(claim.ClaimEnded, VICTIM, THIRD),
    TakeNumber: said(TakeNumber, VICTIM, THIRD),
}
"""Kind -> a message in which the sender alone says who speaks: here another's name."""


def on(carried: Command) -> Command:
    """Have the nation hand a command on."""
    return Pass(jurisdiction=NATION, sender=THIEF, msgid="1", carried=carried)


def code(command: Command, sender: str = THIEF, receiver: str = NATION) -> str:
    """Return what a message is refused with; nothing when it is taken."""
    found = overreach(sender, receiver, command)
    return found.code if found is not None else ""


@pytest.mark.parametrize("kind", IN_WHOSE_NAME, ids=lambda kind: kind.__name__)
def test_a_province_says_for_itself_what_it_cannot_say_in_the_name_of_another(kind: type[Command]) -> None:
    assert code(IN_WHOSE_NAME[kind](THIEF)) == ""
    assert code(IN_WHOSE_NAME[kind](VICTIM)) == SPEAKS_FOR_ANOTHER.code


@pytest.mark.parametrize("kind", BY_SENDER, ids=lambda kind: kind.__name__)
def test_a_province_cannot_put_anothers_name_under_what_it_sends(kind: type[Command]) -> None:
    command = BY_SENDER[kind]
    assert code(command if command.jurisdiction == NATION else on(command)) == SPEAKS_FOR_ANOTHER.code


@pytest.mark.parametrize(
    ("step", "payer", "payee"),
    [("paid", VICTIM, THIEF), ("handed", VICTIM, ""), ("received", THIEF, VICTIM), ("paid", VICTIM, THIRD)],
)
def test_a_province_cannot_say_that_another_paid_handed_over_or_received(
    step: str, payer: str, payee: str
) -> None:
    kind = clearing.Step(step)
    told = said(clearing.StepTaken, THIEF, payer=payer, payee=payee, step=kind)
    assert code(told) == SPEAKS_FOR_ANOTHER.code
    own = (THIEF, payee) if kind is not clearing.Step.RECEIVED else (payer, THIEF)
    assert code(msgspec.structs.replace(told, payer=own[0], payee=own[1])) == ""


def test_a_claims_material_with_a_bill_of_another_care_place_is_refused() -> None:
    bill = said(BookSettlement, VICTIM, THIRD, care=VICTIM)
    sent = said(claim.MaterialSent, THIEF, THIRD, care=THIEF, bill=bill)
    assert code(on(sent)) == SPEAKS_FOR_ANOTHER.code


def kinds(root: type[Any]) -> Iterator[type[Any]]:
    """Yield every kind of command of the program, not of the tests."""
    for kind in root.__subclasses__():
        if kind.__module__.startswith("yidi."):
            yield kind
        yield from kinds(kind)


TRAVELLING = {*TO_THE_NATION, *PASSED_ON, *FROM_THE_NATION}
AT_HOME = sorted(
    {kind for kind in kinds(Command) if not issubclass(kind, Ask)} - TRAVELLING,
    key=lambda kind: kind.__name__,
)
"""What agencies, institutions and a jurisdiction's own decisions have decided: nobody else sends it."""


@pytest.mark.parametrize("kind", AT_HOME, ids=lambda kind: kind.__name__)
def test_what_a_jurisdiction_has_decided_by_its_own_nobody_else_can_send_it(kind: type[Command]) -> None:
    """Neither a province to the nation, nor to another through the nation, nor the nation to a province."""
    assert code(said(kind, THIEF)) == NOT_BETWEEN.code
    assert code(on(said(kind, THIEF, VICTIM))) == NOT_BETWEEN.code
    assert code(said(kind, THIEF, VICTIM), NATION, VICTIM) == NOT_BETWEEN.code
    assert code(said(kind, NATION, VICTIM), NATION, VICTIM) == NOT_BETWEEN.code


@pytest.mark.parametrize(
    "kind",
    sorted(FROM_THE_NATION - set(PASSED_ON), key=lambda kind: kind.__name__),
    ids=lambda kind: kind.__name__,
)
def test_what_only_the_nation_tells_a_province_cannot_have_handed_on(kind: type[Command]) -> None:
    fields = {"payer": THIEF, "care": THIEF, "step": clearing.Step.PAID}
    given = {name: value for name, value in fields.items() if name in kind.__struct_fields__}
    assert code(on(said(kind, THIEF, VICTIM, **given))) == NOT_BETWEEN.code
    assert code(said(kind, NATION, VICTIM), NATION, VICTIM) == ""


def test_a_message_handed_on_within_another_is_refused() -> None:
    assert code(on(on(said(claim.ClaimEnded, THIEF, VICTIM)))) == NOT_BETWEEN.code


async def test_over_the_wire_a_province_cannot_have_the_nation_decide_as_its_agency(room: Room) -> None:
    from tests.edges.journal.toys import CARE

    command = Pour(jurisdiction=NATION, sender=CARE, msgid="9", tin="t", amount_fen=1)
    await refused(room, room.message(command), NOT_BETWEEN.code)
    carried = Pour(jurisdiction=VICTIM, sender=CARE, msgid="9", tin="t", amount_fen=1)
    passing = Pass(jurisdiction=NATION, sender=CARE, msgid="9", carried=carried)
    await refused(room, room.message(passing), NOT_BETWEEN.code)


def test_an_agencys_command_is_among_them() -> None:
    assert {EnrolPerson, prepayment.DecideTopUp, clearing.ResolveDispute} <= set(AT_HOME)


def test_whatever_a_decision_sends_elsewhere_is_in_the_tables() -> None:
    """Read the processes: a kind addressed to another jurisdiction than its sender must travel."""
    known = {kind.__name__: kind for kind in kinds(Command) if not issubclass(kind, Ask)}
    sent = set()
    for file in (ROOT / "src" / "yidi" / "processes").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
                said_ = {word.arg: ast.unparse(word.value) for word in node.keywords}
                away = said_.get("jurisdiction") != said_.get("sender") != "'agency'"
                if "jurisdiction" in said_ and away:
                    sent.add(known[node.func.id])
    assert len(sent) > 15
    gone = [kind.__name__ for kind in sent - TRAVELLING]
    demand(gone, "add it to a table of src/yidi/edges/exchange/authority.py")


# What passes the gate is looked at once more by the decision: is who speaks a party?

VISIT_ROW = row_of(Visit, jurisdiction=THIRD, visit_id="v", insured=VICTIM)
ASKED_ROW = row_of(
    SettlementAsked, jurisdiction=THIRD, settlement_id="s", insured=VICTIM, institution_code="H"
)
ABOUT_THE_VISIT: dict[Key, Any] = {VISIT.key(THIRD, "v"): VISIT_ROW, VISIT_CHANGES.key(THIRD, "v"): []}
ABOUT_THE_BILL: dict[Key, Any] = {ASKED_OF_MESSAGE.key(THIRD, "H", "1"): [ASKED_ROW]}
HEARING: dict[str, tuple[Callable[..., Decision], dict[Key, Any]]] = {
    "a booking": (hear_booking, ABOUT_THE_BILL),
    "a cancellation": (Undoing(None).cancelled, ABOUT_THE_BILL),  # type: ignore[arg-type]
    "a reversal": (Undoing(None).reversed, ABOUT_THE_BILL),  # type: ignore[arg-type]
    "a registration": (take_answer, ABOUT_THE_VISIT),
    "a change of a stay": (take_noted, ABOUT_THE_VISIT),
    "a forgotten stay": (hear_undone, ABOUT_THE_VISIT),
}


@pytest.mark.parametrize("about", HEARING)
def test_an_answer_of_a_place_that_was_not_asked_has_no_effect(about: str) -> None:
    hear, facts = HEARING[about]
    assert hear(answered_by(THIEF), Facts(facts), NOW) == Decision()


def answered_by(insured: str) -> Answered:
    """Make an answer to the question that ABOUT_THE_VISIT and ABOUT_THE_BILL know, or nobody."""
    return Answered(
        jurisdiction=THIRD,
        sender=NATION,
        msgid="reply/1",
        insured=insured,
        about="x",
        case="v",
        origin_sender="H",
        origin_msgid="1",
        reply=Done(),
    )


@pytest.mark.parametrize("about", HEARING)
def test_an_answer_to_what_nobody_asked_has_no_effect_and_stops_nothing(about: str) -> None:
    """Made up by a province, it is decided as nothing: an error would have it tried again, and kept."""
    hear, facts = HEARING[about]
    nobody = Facts({key: [] if isinstance(value, list) else None for key, value in facts.items()})
    assert hear(answered_by(THIEF), nobody, NOW) == Decision()


def test_an_undoing_that_nobody_asked_needs_no_facts() -> None:
    undoing, nobody = Undoing(None), Facts({key: [] for key in ABOUT_THE_BILL})  # type: ignore[arg-type]
    assert not [*undoing.needs(answered_by(THIEF), nobody), *undoing.needs_then(answered_by(THIEF), nobody)]


def test_a_province_that_is_no_party_disputes_nothing() -> None:
    copy = row_of(Returned, jurisdiction=NATION, case_id="c", settlement_id="s", care=THIRD, insured=VICTIM)
    facts = Facts({DISPUTES_OF_SETTLEMENT.key(NATION, "s"): [], RETURNED.key(NATION, "c"): [copy]})
    told = said(clearing.DisputeRaised, THIEF, settlement_id="s", case_id="c")
    assert isinstance(told, clearing.DisputeRaised)
    assert hear_dispute(told, facts, NOW) == Decision()
    assert hear_dispute(msgspec.structs.replace(told, sender=VICTIM), facts, NOW).records


def test_a_step_on_anothers_notice_is_not_kept() -> None:
    notice = row_of(PrepaymentNotice, jurisdiction=NATION, notice_no="n", province=VICTIM)
    facts = Facts({NOTICE.key(NATION, "n"): notice})
    step = row_of(PrepaymentStep, notice_no="n", step="paid")
    told = said(prepayment.NotePrepaymentStep, THIEF, step=step)
    assert isinstance(told, prepayment.NotePrepaymentStep)
    assert note_step(told, facts, NOW) == Decision()
    assert note_step(msgspec.structs.replace(told, sender=VICTIM), facts, NOW).records


def test_material_of_a_care_place_that_was_not_asked_pays_no_claim() -> None:
    row = row_of(Claim, jurisdiction=VICTIM, claim_id="k", care=THIRD, state="asked")
    facts = Facts({CLAIM.key(VICTIM, "k"): [row]})
    told = said(claim.MaterialSent, THIEF, VICTIM, claim_id="k", care=THIEF, bill=None, refusals=())
    assert isinstance(told, claim.MaterialSent)
    deciding = Deciding(None)  # type: ignore[arg-type]
    assert deciding.decide(told, facts, NOW) == Decision()
    assert deciding.decide(msgspec.structs.replace(told, care=THIRD), facts, NOW).records
