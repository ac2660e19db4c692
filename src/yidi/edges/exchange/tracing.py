"""Where a message is: what one node knows of it, from its inbox, its stored answers and its outbox.

The ids of one matter follow from the institution's: `M` of institution `H` causes the question `ask/H/M`
and its answer `reply/H/M` at every jurisdiction on the way. Ids, times and codes, nothing about a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct

from yidi.edges.exchange.protocol import Sighting
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.storage.engine import Engine, shown
from yidi.processes.ports.deciding import NATION, Refused
from yidi.processes.relay.records import Replied

INSTITUTION_LENGTH = 12
AGENCIES = ("agency", "online")
"""Senders of messages that begin at a jurisdiction itself."""


def ids_of(msgid: str) -> tuple[str, ...]:
    """Return the ids a message and what it caused can have, the institution's own first."""
    word, _, rest = msgid.partition("/")
    if word in ("ask", "reply") and "/" in rest:
        institution, _, own = rest.partition("/")
    else:
        institution, own = msgid[:INSTITUTION_LENGTH], msgid
    return tuple(dict.fromkeys((msgid, own, f"ask/{institution}/{own}", f"reply/{institution}/{own}")))


def senders_of(msgid: str, jurisdictions: Iterable[str]) -> tuple[str, ...]:
    """Return who may have sent messages with these ids."""
    word, _, rest = msgid.partition("/")
    institution = rest.partition("/")[0] if word in ("ask", "reply") else msgid[:INSTITUTION_LENGTH]
    return tuple(dict.fromkeys((institution, *AGENCIES, *jurisdictions)))


async def sightings_of(
    engine: Engine, msgid: str, node: str, jurisdictions: Collection[str]
) -> Sequence[Sighting]:
    """Return every trace of a message in a node's database, oldest first."""
    ids, senders = ids_of(msgid), senders_of(msgid, sorted(jurisdictions))
    named = f"sender IN ({_marks(1, senders)}) AND msgid IN ({_marks(1 + len(senders), ids)})"
    received = await engine.fetch(
        f"SELECT jurisdiction, sender, msgid, command, received_at, case_id FROM received WHERE {named}",
        *senders,
        *ids,
    )
    replied = await engine.fetch(
        f"SELECT jurisdiction, sender, msgid, reply, replied_at FROM replied WHERE {named}", *senders, *ids
    )
    waiting = await engine.fetch(
        "SELECT destination, sender, msgid, message, queued_at, attempts, parked_at, trouble FROM outbox"
        f" WHERE msgid IN ({_marks(1, ids)})",
        *ids,
    )
    returned = await _returned(engine, {row[5] for row in received if row[0] == NATION and row[5]})
    found = [
        Sighting(
            node=node,
            jurisdiction=row[0],
            what="received",
            sender=row[1],
            msgid=row[2],
            kind=row[3],
            at=row[4],
            outcome=returned.get((row[0], row[2]), ""),
        )
        for row in received
    ]
    found += [_answered(engine, node, row) for row in replied]
    found += [_waiting(engine, node, row) for row in waiting]
    return sorted(found, key=in_time)


async def _returned(engine: Engine, cases: Collection[str]) -> dict[tuple[str, str], str]:
    """Return what became of the questions of cases, by the nation's copies of their answers."""
    if not cases:
        return {}
    wanted = tuple(sorted(cases))
    rows = await engine.fetch(
        "SELECT jurisdiction, msgid, outcome FROM returned"
        f" WHERE case_id IN ({_marks(1, wanted)}) AND jurisdiction = ${1 + len(wanted)}",
        *wanted,
        NATION,
    )
    return {(place, msgid): outcome for place, msgid, outcome in rows}


class _Code(Struct):
    code: str


class _Answer(Struct):
    """Of an answer: its type and, where it is a refusal, the codes. Nothing else of it is read."""

    type: str
    refusals: tuple[_Code, ...] = ()


class _Carrying(Struct):
    """Of a message under way: its type and, where it carries an answer, that."""

    type: str
    reply: _Answer | None = None


def _told(answer: _Answer | None) -> tuple[str, tuple[str, ...]]:
    """Return outcome and codes of an answer."""
    if answer is None:
        return "", ()
    if answer.type != Refused.__name__:
        return "accepted", ()
    return "refused", tuple(dict.fromkeys(refusal.code for refusal in answer.refusals))


def _answered(engine: Engine, node: str, row: Sequence[Any]) -> Sighting:
    """Make the sighting of a stored answer; one whose key is missing is told without its outcome."""
    outcome, codes = _told(None)
    with suppress(KeyTrouble, msgspec.DecodeError):
        (opened,) = engine.door.opened(Replied, [row])
        outcome, codes = _told(msgspec.json.decode(Replied._make(opened).reply, type=_Answer))
    return Sighting(
        node=node,
        jurisdiction=row[0],
        what="answered",
        sender=row[1],
        msgid=row[2],
        at=row[4],
        outcome=outcome,
        codes=codes,
    )


def _waiting(engine: Engine, node: str, row: Sequence[Any]) -> Sighting:
    """Make the sighting of a message under way, which may carry an answer."""
    kind, (outcome, codes) = "", _told(None)
    with suppress(KeyTrouble, msgspec.DecodeError):
        carrying = msgspec.json.decode(shown(engine.door, row).message, type=_Carrying)
        kind, (outcome, codes) = carrying.type, _told(carrying.reply)
    return Sighting(
        node=node,
        jurisdiction=row[1],
        what="waiting",
        sender=row[1],
        msgid=row[2],
        at=row[4],
        kind=kind,
        towards=row[0],
        attempts=row[5],
        trouble=row[7],
        outcome=outcome,
        codes=codes,
    )


def in_time(sighting: Sighting) -> tuple[str, int, str]:
    """Order sightings: by instant, what was received before what it caused."""
    return sighting.at, ("received", "answered", "waiting").index(sighting.what), sighting.msgid


def holder_of(sightings: Iterable[Sighting]) -> str:
    """Say who holds a matter now, in one bilingual sentence."""
    ordered = sorted(sightings, key=in_time)
    if not ordered:
        return "各节点均未见过此报文 no node has seen this message"
    waiting = [one for one in ordered if one.what == "waiting"]
    if waiting:
        last = waiting[-1]
        return f"在{last.node}等待送往{last.towards} waits at {last.node} for {last.towards}, since {last.at}"
    answered = [one for one in ordered if one.what == "answered"]
    last = answered[-1] if answered else ordered[-1]
    zh, en = outcome_of(last)
    done_zh, done_en = ("答复", "answered at") if answered else ("收到", "last received by")
    by = "已在" if answered else "最后由"
    told = f"{by}{last.node}{done_zh}{zh and '：'}{zh} {done_en} {last.node}, {last.at}"
    return f"{told}: {en}" if en else told


def outcome_of(sighting: Sighting) -> tuple[str, str]:
    """Say what the answer was, in Chinese and English; both empty where it is not known."""
    zh, en = {"accepted": ("受理", "accepted"), "refused": ("拒绝", "refused")}.get(
        sighting.outcome, ("", "")
    )
    return zh, " ".join((en, *sighting.codes))


def _marks(first: int, values: Sequence[str]) -> str:
    return ", ".join(f"${first + n}" for n in range(len(values)))
