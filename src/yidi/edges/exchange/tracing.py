"""Where a message is: what one node knows of it, from its inbox, its stored answers and its outbox.

The ids of one matter follow from the institution's: `M` of institution `H` causes the question `ask/H/M`
and its answer `reply/H/M` at every jurisdiction on the way. Ids and times only, nothing about a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from yidi.edges.exchange.protocol import Sighting
from yidi.edges.storage.engine import Engine

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
        f"SELECT jurisdiction, sender, msgid, command, received_at FROM received WHERE {named}",
        *senders,
        *ids,
    )
    replied = await engine.fetch(
        f"SELECT jurisdiction, sender, msgid, replied_at FROM replied WHERE {named}", *senders, *ids
    )
    waiting = await engine.fetch(
        "SELECT destination, sender, msgid, queued_at, attempts, trouble FROM outbox"
        f" WHERE msgid IN ({_marks(1, ids)})",
        *ids,
    )
    found = [
        Sighting(
            node=node,
            jurisdiction=row[0],
            what="received",
            sender=row[1],
            msgid=row[2],
            kind=row[3],
            at=row[4],
        )
        for row in received
    ]
    found += [
        Sighting(node=node, jurisdiction=row[0], what="answered", sender=row[1], msgid=row[2], at=row[3])
        for row in replied
    ]
    found += [
        Sighting(
            node=node,
            jurisdiction=row[1],
            what="waiting",
            sender=row[1],
            msgid=row[2],
            at=row[3],
            towards=row[0],
            attempts=row[4],
            trouble=row[5],
        )
        for row in waiting
    ]
    return sorted(found, key=in_time)


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
    if answered:
        return f"已在{answered[-1].node}答复 answered at {answered[-1].node}, {answered[-1].at}"
    return f"最后由{ordered[-1].node}收到 last received by {ordered[-1].node}, {ordered[-1].at}"


def _marks(first: int, values: Sequence[str]) -> str:
    return ", ".join(f"${first + n}" for n in range(len(values)))
