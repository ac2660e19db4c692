"""A toy process: tins with room for so many fen, filled from another province."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind
from yidi.processes.ports.deciding import (
    NATION,
    Answering,
    Ask,
    Command,
    Decision,
    Facts,
    Handler,
    Key,
    Many,
    Moment,
    One,
    Refused,
    Reply,
    Sum,
    accepted,
    refused,
    under_way,
)
from yidi.processes.relay import decide as relay
from yidi.processes.relay.commands import Answered, ask_id, homeward, outward

CARE, INSURED = "110000", "140000"
ROOM_FEN = 100

FULL = RefusalKind(
    code="FUNDS-99",
    refusal_class=RefusalClass.FUNDS,
    actor=Actor.PERSON,
    cause_zh="剩余 {left_fen} 分",
    cause_en="{left_fen} fen are left",
    remedy_zh="少放一些",
    remedy_en="put less",
)


class Poured(NamedTuple):
    """Fen poured into a tin; the coin number is unique in its province."""

    jurisdiction: str
    tin: str
    coin: str
    colour: str
    amount_fen: int
    note: str | None
    poured_at: str


class Thanked(NamedTuple):
    """The care place saw the answer to a pour."""

    jurisdiction: str
    coin: str
    total_fen: int


COIN = One("coin", Poured, ("jurisdiction", "coin"))
COINS = Many("coins", Poured, ("jurisdiction", "tin"), ("poured_at", "coin"))
FILLED = Sum("filled", Poured, ("jurisdiction", "tin"), of="amount_fen", per="colour")
THANKED = Many("thanked", Thanked, ("jurisdiction", "coin"))
RECORDS = (Poured, Thanked)
VIEWS = (COIN, COINS, FILLED, THANKED)
UNIQUE = ("poured (jurisdiction, coin)",)


class Pour(Command, frozen=True, kw_only=True):
    """An institution pours fen into a tin at home, by way of the insured place."""

    tin: str
    amount_fen: int
    insured: str = INSURED
    coin: str = ""


class PourIn(Ask, frozen=True, kw_only=True):
    """The care place's question to the insured place."""

    tin: str
    amount_fen: int
    coin: str = ""

    @property
    def person_no(self) -> str:
        """Whom it is about: here the tin."""
        return self.tin


class Look(Command, frozen=True, kw_only=True):
    """An institution looks into a tin."""

    queries = True
    tin: str
    insured: str = INSURED


class LookIn(Ask, frozen=True, kw_only=True):
    """The care place's look at the insured place."""

    queries = True
    tin: str


class Break(Command, frozen=True, kw_only=True):
    """A command with a bug: in `needs`, `decide`, by a wrong record, or at the insured place."""

    where: str


class BreakIn(Ask, frozen=True, kw_only=True):
    """A follow-up with a bug while `broken` holds anything."""


class Filled(Reply, frozen=True, kw_only=True):
    """How full a tin is, in fen."""

    coin: str
    total_fen: int


broken: set[str] = set()
"""Holding anything, `BreakIn` fails: a bug that a new version mends."""


def nothing(command: Command, facts: Facts) -> Iterable[Key]:
    return ()


def pour(command: Pour, facts: Facts, moment: Moment) -> Decision:
    ask = PourIn(
        **origin(command, command.insured), tin=command.tin, amount_fen=command.amount_fen, coin=command.coin
    )
    return under_way(messages=(outward(ask),))


def origin(command: Command, insured: str) -> dict[str, str]:
    return {
        "jurisdiction": insured,
        "sender": command.jurisdiction,
        "msgid": ask_id(command.sender, command.msgid),
        "care": command.jurisdiction,
        "insured": insured,
        "origin_sender": command.sender,
        "origin_msgid": command.msgid,
    }


def pour_in_needs(command: PourIn, facts: Facts) -> Iterable[Key]:
    yield FILLED.key(command.jurisdiction, command.tin)


def pour_in_needs_more(command: PourIn, facts: Facts) -> Iterable[Key]:
    facts.sums(FILLED, command.jurisdiction, command.tin)  # a later phase sees what earlier ones loaded
    yield COINS.key(command.jurisdiction, command.tin)


def pour_in(command: PourIn, facts: Facts, moment: Moment) -> Decision:
    total = sum(facts.sums(FILLED, command.jurisdiction, command.tin).values())
    coins = facts.many(COINS, command.jurisdiction, command.tin)
    assert total == sum(coin.amount_fen for coin in coins)
    assert [coin.coin for coin in coins] == sorted(coin.coin for coin in coins)
    if total + command.amount_fen > ROOM_FEN:
        return Decision(
            (),
            (homeward(command, refused(command, FULL.because(left_fen=ROOM_FEN - total)).replies[0].reply),),
        )
    number = command.coin or moment.reference
    poured = Poured(
        command.jurisdiction, command.tin, number, "red", command.amount_fen, None, moment.instant
    )
    reply = Filled(coin=number, total_fen=total + command.amount_fen)
    return Decision((poured,), (homeward(command, reply),))


def thank(command: Answered, facts: Facts, moment: Moment) -> Decision:
    reply = command.reply
    answer = Answering(command.origin_sender, command.origin_msgid, reply)
    if not isinstance(reply, Filled):
        return Decision(replies=(answer,))
    return Decision((Thanked(command.jurisdiction, reply.coin, reply.total_fen),), (), (answer,))


def look(command: Look, facts: Facts, moment: Moment) -> Decision:
    return Decision(messages=(outward(LookIn(**origin(command, command.insured), tin=command.tin)),))


def look_in_needs(command: LookIn, facts: Facts) -> Iterable[Key]:
    yield FILLED.key(command.jurisdiction, command.tin)


def look_in(command: LookIn, facts: Facts, moment: Moment) -> Decision:
    total = sum(facts.sums(FILLED, command.jurisdiction, command.tin).values())
    return Decision(messages=(homeward(command, Filled(coin="", total_fen=total)),))


def break_needs(command: Break, facts: Facts) -> Iterable[Key]:
    if command.where == "needs":
        raise ZeroDivisionError
    return (FILLED.key(INSURED, "1"),) if command.where == "foreign key" else ()


def break_it(command: Break, facts: Facts, moment: Moment) -> Decision:
    if command.where == "decide":
        raise ZeroDivisionError
    if command.where == "unnamed need":
        facts.sums(FILLED, command.jurisdiction, "1")
    if command.where == "foreign record":
        return accepted(command, Filled(coin="", total_fen=0), Thanked(NATION, "1", 1))
    if command.where == "null":
        return accepted(command, Filled(coin="", total_fen=0), Thanked(command.jurisdiction, None, 1))  # type: ignore[arg-type]
    if command.where == "elsewhere":
        return under_way(messages=(outward(BreakIn(**origin(command, "990000"))),))
    return under_way(messages=(outward(BreakIn(**origin(command, INSURED))),))


def break_in(command: BreakIn, facts: Facts, moment: Moment) -> Decision:
    if broken:
        raise ZeroDivisionError
    return Decision((), (homeward(command, Filled(coin="mended", total_fen=0)),))


HANDLERS = (
    *relay.HANDLERS,
    Handler(Pour, (nothing,), pour),
    Handler(PourIn, (pour_in_needs, pour_in_needs_more), pour_in),
    Handler(Answered, (nothing,), thank, about="PourIn"),
    Handler(Look, (nothing,), look),
    Handler(LookIn, (look_in_needs,), look_in),
    Handler(Break, (break_needs,), break_it),
    Handler(BreakIn, (nothing,), break_in),
)
HOSPITAL = "H11010100001"


def a_pour(msgid: str, amount_fen: int = 10, tin: str = "t", **more: Any) -> Pour:
    more.setdefault("digest", f"{amount_fen}/{tin}")
    return Pour(jurisdiction=CARE, sender=HOSPITAL, msgid=msgid, tin=tin, amount_fen=amount_fen, **more)


def a_look(msgid: str, tin: str = "t", insured: str = INSURED) -> Look:
    return Look(jurisdiction=CARE, sender=HOSPITAL, msgid=msgid, tin=tin, insured=insured, digest=tin)


def a_break(msgid: str, where: str) -> Break:
    return Break(jurisdiction=CARE, sender=HOSPITAL, msgid=msgid, where=where)


def code_of(reply: object) -> str:
    return reply.refusals[0].code if isinstance(reply, Refused) else "accepted"


TOYS: dict[str, Any] = {"handlers": HANDLERS, "records": RECORDS, "views": VIEWS, "unique": UNIQUE}
