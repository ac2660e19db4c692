"""Who may say what: a province speaks only for itself, and only the nation relays."""

from __future__ import annotations

from yidi.domain.refusal import Refusal
from yidi.edges.exchange.refusals import NOT_THE_RELAY, SPEAKS_FOR_ANOTHER
from yidi.processes.ports.deciding import NATION, Ask, Command
from yidi.processes.relay.commands import Answered, Forward, Pass, Relay, Return


def link_sender(command: Command) -> str:
    """Return the jurisdiction that puts a message on the wire: the nation, except towards the nation."""
    return command.sender if command.jurisdiction == NATION else NATION


def claimed_by(command: Command) -> tuple[str, ...]:
    """Return every jurisdiction in whose name a command to the nation speaks."""
    match command:
        case Relay(ask=ask):
            return (command.sender, ask.care, ask.sender)
        case Return(insured=insured):
            return (command.sender, insured)
        case Pass(carried=Answered(insured=insured)):
            return (command.sender, insured)
        case Pass(carried=carried):
            return (command.sender, *(claimed_by(carried)))
        case Ask(care=care):
            return (command.sender, care)
        case _:
            return (command.sender,)


def overreach(sender: str, receiver: str, command: Command) -> Refusal | None:
    """Say what is wrong with a jurisdiction sending a command to another; None when it may."""
    if command.jurisdiction != receiver:
        return SPEAKS_FOR_ANOTHER.because(sender=sender, claimed=f"→ {command.jurisdiction}")
    if receiver == NATION:
        foreign = [claimed for claimed in claimed_by(command) if claimed != sender]
        return SPEAKS_FOR_ANOTHER.because(sender=sender, claimed=foreign[0]) if foreign else None
    if sender != NATION:
        return NOT_THE_RELAY.because(sender=sender)
    if command.sender == receiver:
        return SPEAKS_FOR_ANOTHER.because(sender=sender, claimed=receiver)
    return None


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
