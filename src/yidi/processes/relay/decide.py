"""How the nation relays, and how a care place hands an answer that needs no further thought to its asker."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.ports.deciding import (
    NATION,
    Answering,
    Command,
    Decision,
    Facts,
    Handler,
    Key,
    Moment,
    Refused,
)
from yidi.processes.relay.commands import Answered, Pass, Relay, Return
from yidi.processes.relay.records import Relayed, Returned


def nothing(command: Command, facts: Facts) -> Iterable[Key]:
    """Need no facts."""
    return ()


def relay(command: Relay, facts: Facts, moment: Moment) -> Decision:
    """Keep the nation's copy of a question and pass it on."""
    ask = command.ask
    if not ask.durable:
        return Decision(messages=(ask,))
    copy = Relayed(
        NATION,
        ask.msgid,
        ask.case,
        type(ask).__name__,
        ask.care,
        ask.insured,
        ask.origin_sender,
        ask.origin_msgid,
        ask.total_fen,
        moment.instant,
    )
    return Decision((copy,), (ask,))


def give_back(command: Return, facts: Facts, moment: Moment) -> Decision:
    """Keep the nation's copy of an answer and pass it back."""
    answered = Answered(
        jurisdiction=command.care,
        sender=NATION,
        msgid=command.msgid,
        insured=command.insured,
        about=command.about,
        case=command.case,
        origin_sender=command.origin_sender,
        origin_msgid=command.origin_msgid,
        reply=command.reply,
        lasting=command.lasting,
    )
    if not command.lasting:
        return Decision(messages=(answered,))
    outcome = "refused" if isinstance(command.reply, Refused) else "accepted"
    copy = Returned(
        NATION,
        command.msgid,
        command.case,
        command.about,
        command.care,
        command.insured,
        outcome,
        *command.reply.copied(),
        moment.instant,
    )
    return Decision((copy,), (answered,))


def pass_on(command: Pass, facts: Facts, moment: Moment) -> Decision:
    """Hand a command to the province it is addressed to."""
    return Decision(messages=(command.carried,))


def hand_over(command: Answered, facts: Facts, moment: Moment) -> Decision:
    """Give the answer to the institution that asked, as it came."""
    return Decision(replies=(Answering(command.origin_sender, command.origin_msgid, command.reply),))


HANDLERS = (
    Handler(Relay, (nothing,), relay),
    Handler(Return, (nothing,), give_back),
    Handler(Pass, (nothing,), pass_on),
    Handler(Answered, (nothing,), hand_over),
)
"""`hand_over` is the default for answers; a process that must act on an answer registers `about`."""
