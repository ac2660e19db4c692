"""What sealing writes beside the facts: links, seals, and the heads each seal covers. Append only."""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Record


class ChainLink(NamedTuple):
    """One link of a chain of sealed facts, written in the transaction of its fact.

    `chain` is a keyed hash of a person's number or the name of a family of documents, `number` counts from
    1. `kind` is the fact's table and `fact` its key as JSON. `digest` is the SM3 of the fact, `head` the SM3
    of the head before it and this link; both base64.
    """

    jurisdiction: str
    chain: str
    number: int
    kind: str
    fact: str
    digest: str
    head: str
    linked_at: str


class ChainSeal(NamedTuple):
    """A seal of a jurisdiction over the heads that are new since the seal before it, whose digest it names.

    `covered_until` is the instant up to which links were looked for, `heads` their number, `digest` the SM3
    of the seal's own particulars and all its heads in order, `signature` (base64) of the key `key_name`.
    """

    jurisdiction: str
    number: int
    previous: str
    covered_until: str
    heads: int
    digest: str
    algorithm: str
    key_name: str
    signature: str
    sealed_at: str


class SealedHead(NamedTuple):
    """A head under a seal: link `number` of a chain, whose fact is `kind` and `fact`, had this `head`."""

    jurisdiction: str
    chain: str
    number: int
    seal: int
    kind: str
    fact: str
    head: str


RECORDS: tuple[type[Record], ...] = (ChainLink, ChainSeal, SealedHead)
