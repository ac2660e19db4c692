"""Messages between jurisdictions: a question goes out, is relayed by the nation, and its answer returns.

In one province (care and insured place the same jurisdiction's business) the nation is left out:
`outward` and `homeward` choose the way, so no process needs to know it.
"""

from __future__ import annotations

from yidi.processes.ports.deciding import NATION, Ask, Command, Decision, Record, Reply


class Forward(Command, frozen=True, kw_only=True):
    """An institution's question that the care place only passes on: it checks the institution, no more."""

    ask: Ask

    @property
    def durable(self) -> bool:
        """As durable as the question it carries."""
        return self.ask.durable


class Relay(Command, frozen=True, kw_only=True):
    """To the nation: pass this question to the insured place."""

    ask: Ask

    @property
    def durable(self) -> bool:
        """As durable as the question it carries."""
        return self.ask.durable


class Return(Command, frozen=True, kw_only=True):
    """To the nation: pass this answer back to the care place."""

    care: str
    insured: str
    about: str
    case: str
    origin_sender: str
    origin_msgid: str
    reply: Reply
    lasting: bool = True

    @property
    def durable(self) -> bool:
        """As durable as the question it answers."""
        return self.lasting


class Pass(Command, frozen=True, kw_only=True):
    """To the nation: hand this command to the province it is addressed to, and keep nothing of it."""

    carried: Command

    @property
    def durable(self) -> bool:
        """As durable as the command it carries."""
        return self.carried.durable


class Answered(Command, frozen=True, kw_only=True):
    """To the care place: the answer to its question `about` (the question's type name)."""

    insured: str
    about: str
    case: str
    origin_sender: str
    origin_msgid: str
    reply: Reply
    lasting: bool = True

    @property
    def durable(self) -> bool:
        """As durable as the question it answers."""
        return self.lasting

    def turns(self) -> tuple[str, ...]:
        """What undoes a settlement takes turns with what corrects it."""
        undoes: str = getattr(self.reply, "undoes", "")
        return (f"settlement/{undoes}",) if undoes else ()


def ask_id(origin_sender: str, origin_msgid: str) -> str:
    """The id of the question that an institution's message causes: the same message, the same id."""
    return f"ask/{origin_sender}/{origin_msgid}"


def outward(ask: Ask) -> Command:
    """Address a question: directly within a province, else through the nation."""
    if ask.care == ask.insured:
        return ask
    return Relay(jurisdiction=NATION, sender=ask.care, msgid=ask.msgid, ask=ask)


def passed(command: Command) -> Command:
    """Address a command of its sender, a province, to another: directly at home, else through the nation."""
    if command.sender == command.jurisdiction:
        return command
    return Pass(jurisdiction=NATION, sender=command.sender, msgid=command.msgid, carried=command)


def homeward(ask: Ask, reply: Reply) -> Command:
    """Address the answer to a question: directly within a province, else through the nation."""
    name, msgid, lasting = type(ask).__name__, "reply" + ask.msgid[3:], ask.durable
    if ask.care == ask.insured:
        return Answered(
            jurisdiction=ask.care,
            sender=ask.insured,
            msgid=msgid,
            insured=ask.insured,
            about=name,
            case=ask.case,
            origin_sender=ask.origin_sender,
            origin_msgid=ask.origin_msgid,
            reply=reply,
            lasting=lasting,
        )
    return Return(
        jurisdiction=NATION,
        sender=ask.insured,
        msgid=msgid,
        care=ask.care,
        insured=ask.insured,
        about=name,
        case=ask.case,
        origin_sender=ask.origin_sender,
        origin_msgid=ask.origin_msgid,
        reply=reply,
        lasting=lasting,
    )


def answered_home(ask: Ask, reply: Reply, *records: Record) -> Decision:
    """Decide with an answer that travels home to the institution that asked."""
    return Decision(records, (homeward(ask, reply),))
