"""Who may say what: a province speaks only for itself, and only the nation relays.

Between jurisdictions only the kinds named here are taken, each in its direction: what an agency has its own
jurisdiction decide is nobody else's to send. Beyond that each decision looks whether who speaks is a party.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yidi.domain.refusal import Refusal
from yidi.edges.exchange.refusals import NOT_BETWEEN, NOT_THE_RELAY, SPEAKS_FOR_ANOTHER
from yidi.processes.claim.commands import ClaimEnded, MaterialSent, SendMaterial
from yidi.processes.clearing.commands import (
    AdjustmentReported,
    ClearingProposed,
    DisputeRaised,
    DisputeResolved,
    NoticesIssued,
    SignatureSent,
    Step,
    StepTaken,
    UrgedToAct,
)
from yidi.processes.enrolment.commands import RegisterCredential, TakeNumber
from yidi.processes.ports.deciding import NATION, Ask, Command
from yidi.processes.prepayment.commands import (
    DeliverPrepaymentNotice,
    NotePrepaymentStep,
    SubmitTopUp,
    TellDecision,
    TellRates,
)
from yidi.processes.reconciliation.commands import AnswerAgain, AskAgain, KeepCopy
from yidi.processes.relay.commands import Answered, Forward, Pass, Relay, Return

Claims = Callable[[Any], tuple[str, ...]]


def _nobody_else(command: Command) -> tuple[str, ...]:
    return ()


def _step(command: StepTaken) -> tuple[str, ...]:
    """Who paid says so, and who received."""
    return (command.payee,) if command.step is Step.RECEIVED else (command.payer,)


def _material(command: MaterialSent) -> tuple[str, ...]:
    bill = command.bill
    return (command.care,) if bill is None else (command.care, bill.care)


TO_THE_NATION: Mapping[type[Command], Claims] = {
    Relay: lambda command: (command.ask.care, command.ask.sender),
    Return: lambda command: (command.insured,),
    Pass: lambda command: claimed_by(command.carried),
    RegisterCredential: lambda command: (command.insured,),
    KeepCopy: _nobody_else,
    DisputeRaised: _nobody_else,
    SignatureSent: _nobody_else,
    StepTaken: _step,
    AdjustmentReported: lambda command: (command.care,),
    SubmitTopUp: lambda command: (command.request.care,),
    NotePrepaymentStep: _nobody_else,
}
"""What a province may tell the nation -> in whose names it speaks beside its sender's."""
PASSED_ON: Mapping[type[Command], Claims] = {
    Answered: lambda command: (command.insured,),
    AnswerAgain: lambda command: (command.care,),
    SendMaterial: lambda command: (command.insured,),
    MaterialSent: _material,
    ClaimEnded: _nobody_else,
    TakeNumber: _nobody_else,
}
"""What a province may tell another; the nation hands it on."""
FROM_THE_NATION = frozenset(
    {
        Answered,
        AskAgain,
        AnswerAgain,
        ClearingProposed,
        DeliverPrepaymentNotice,
        DisputeResolved,
        NoticesIssued,
        StepTaken,
        AdjustmentReported,
        TellDecision,
        TellRates,
        UrgedToAct,
    }
)
"""What the nation tells a province in its own name."""


def link_sender(command: Command) -> str:
    """Return the jurisdiction that puts a message on the wire: the nation, except towards the nation."""
    return command.sender if command.jurisdiction == NATION else NATION


def claimed_by(command: Command) -> tuple[str, ...]:
    """Return every jurisdiction in whose name a province's command speaks, its sender first."""
    if isinstance(command, Ask):
        return (command.sender, command.care)
    claims = TO_THE_NATION.get(type(command)) or PASSED_ON.get(type(command), _nobody_else)
    return (command.sender, *claims(command))


def overreach(sender: str, receiver: str, command: Command) -> Refusal | None:
    """Say what is wrong with a jurisdiction sending a command to another; None when it may."""
    if command.jurisdiction != receiver:
        return SPEAKS_FOR_ANOTHER.because(sender=sender, claimed=f"→ {command.jurisdiction}")
    if receiver == NATION:
        foreign = [claimed for claimed in claimed_by(command) if claimed != sender]
        if foreign:
            return SPEAKS_FOR_ANOTHER.because(sender=sender, claimed=foreign[0])
    elif sender != NATION:
        return NOT_THE_RELAY.because(sender=sender)
    elif command.sender == receiver:
        return SPEAKS_FOR_ANOTHER.because(sender=sender, claimed=receiver)
    if not travels(command):
        kind = type(command.carried if isinstance(command, Pass) else command).__name__
        return NOT_BETWEEN.because(kind=kind, sender=command.sender, receiver=receiver)
    return None


def travels(command: Command) -> bool:
    """Whether a command is one that jurisdictions send each other, in its direction."""
    if isinstance(command, Pass):
        return _passes(command.carried)
    if isinstance(command, Ask):
        return True  # to the nation itself only where it answers from its own directory
    if command.jurisdiction == NATION:
        return type(command) in TO_THE_NATION
    return type(command) in FROM_THE_NATION if command.sender == NATION else _passes(command)


def _passes(command: Command) -> bool:
    return command.jurisdiction != NATION and (isinstance(command, Ask) or type(command) in PASSED_ON)


def origin_of(command: Command) -> tuple[str, str]:
    """Return the institution's message that a command belongs to; itself when it names none."""
    match command:
        case Pass(carried=carried):
            return origin_of(carried)
        case Relay(ask=ask) | Forward(ask=ask):
            return ask.origin_sender, ask.origin_msgid
        case Ask() | Return() | Answered():
            return command.origin_sender, command.origin_msgid
        case _:
            return command.sender, command.msgid


def question_of(command: Command) -> Ask | None:
    """Return the question a command carries or is; None when it is none."""
    match command:
        case Relay(ask=ask):
            return ask
        case Ask():
            return command
        case _:
            return None
