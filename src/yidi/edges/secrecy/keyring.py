"""The keyring: the data keys of a database, wrapped in its table `data_key`, unwrapped in memory.

A jurisdiction has data keys in generations and one search key; the whole database has besides, in
generations, the second secret of password hashes. A new generation is used from an instant on that lies
ahead, so that every process of the database knows it before the first value needs it; older generations
stay readable for ever.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yidi.domain.dates import write_instant
from yidi.edges.secrecy.door import WHOLE_DATABASE
from yidi.edges.secrecy.master import KEY_BYTES, Master
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.storage.engine import Engine

DATA, SEARCH, PEPPER = "data", "search", "password"
FIRST = 1
IN_FORCE_AFTER = timedelta(seconds=60)
"""How long a new generation waits: running nodes read the keys anew at least three times in it."""
REFRESH_SECONDS = 20.0

_READ = (
    "SELECT jurisdiction, purpose, generation, master, wrapped, in_force_from FROM data_key"
    " ORDER BY jurisdiction, purpose, generation"
)
_PUT = (
    "INSERT INTO data_key (jurisdiction, purpose, generation, master, wrapped, in_force_from)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
)
_IS_ENCRYPTED = "SELECT 1 FROM data_key WHERE purpose = 'data' LIMIT 1"
_STRIKE = "DELETE FROM data_key WHERE master = $1"


class DataKey(NamedTuple):
    """A data key as the database keeps it; `master` is the fingerprint of what unwraps it."""

    jurisdiction: str
    purpose: str
    generation: int
    master: str
    wrapped: str
    in_force_from: str

    @property
    def label(self) -> str:
        """What the wrapping is bound to."""
        return f"{self.jurisdiction}/{self.purpose}/{self.generation}"


class Keyring:
    """The unwrapped keys of one database, and which generation is in force."""

    def __init__(self, master: Master) -> None:
        self.master = master
        self._ciphers: dict[tuple[str, int], AESGCM] = {}
        self._search: dict[str, hmac.HMAC] = {}
        self._in_force: dict[str, int] = {}
        self._peppers: dict[int, hmac.HMAC] = {}
        self._pepper = 0

    def active(self, owner: str) -> int:
        """Return the generation new values are encrypted with; 0 for a jurisdiction without keys."""
        return self._in_force.get(owner, 0)

    def cipher(self, owner: str, generation: int) -> AESGCM:
        """Return the cipher of a generation. Raises KeyTrouble when it is not known."""
        found = self._ciphers.get((owner, generation))
        if found is None:
            raise KeyTrouble(
                f"没有 {owner} 的第 {generation} 代密钥。 No key of {owner}, generation {generation}: "
                "the keys are read anew every few seconds, or restore the table data_key"
            )
        return found

    def search(self, owner: str) -> hmac.HMAC:
        """Return the keyed hash of an owner, to be copied."""
        if owner not in self._search:
            raise KeyTrouble(f"没有 {owner} 的检索密钥。 {owner} has no search key")
        return self._search[owner]

    def peppering(self) -> int:
        """Return the generation of the second secret that new password hashes take; 0 for none."""
        return self._pepper

    def pepper(self, generation: int) -> hmac.HMAC:
        """Return the second secret of password hashes, to be copied. Raises KeyTrouble for an unknown one."""
        if generation not in self._peppers:
            raise KeyTrouble(
                f"没有第 {generation} 代口令密钥。 No second secret of passwords, generation {generation}:"
                " the keys are read anew every few seconds, or restore the table data_key"
            )
        return self._peppers[generation]

    def owners(self) -> Sequence[str]:
        """Return whose keys are known, in order."""
        return sorted({owner for owner, _ in self._ciphers})

    def generations(self, owner: str) -> Sequence[int]:
        """Return the generations known of an owner."""
        return sorted(generation for known, generation in self._ciphers if known == owner)

    async def refresh(self, engine: Engine, now: datetime) -> bool:
        """Read the keys anew; False when there are none. Raises KeyTrouble for keys of another master."""
        rows = [DataKey._make(row) for row in await engine.fetch(_READ)]
        mine = [row for row in rows if row.master == self.master.fingerprint]
        if rows and not mine:
            raise KeyTrouble(
                "主密钥打不开此数据库。 The master key is not that of this database: "
                "give the one it was made with (YIDI_MASTER_KEY or master.key in the key folder)"
            )
        self._take(mine, write_instant(now))
        return bool(mine)

    def _take(self, rows: Iterable[DataKey], instant: str) -> None:
        for row in rows:
            if row.purpose == SEARCH:
                if row.jurisdiction not in self._search:
                    self._search[row.jurisdiction] = self._hash_of(row)
                continue
            if row.purpose == PEPPER:
                if row.generation not in self._peppers:
                    self._peppers[row.generation] = self._hash_of(row)
                if row.in_force_from <= instant:
                    self._pepper = row.generation
                continue
            place = (row.jurisdiction, row.generation)
            if place not in self._ciphers:
                self._ciphers[place] = AESGCM(self.master.unwrap(row.wrapped, row.label))
            if row.in_force_from <= instant:
                self._in_force[row.jurisdiction] = row.generation

    def _hash_of(self, row: DataKey) -> hmac.HMAC:
        return hmac.new(self.master.unwrap(row.wrapped, row.label), digestmod="sm3")

    async def provide(self, engine: Engine, owners: Iterable[str], now: datetime, *, data: bool) -> None:
        """Make first keys for owners that have none: the search key, and with `data` the first data key.

        With `data` the database gets its second secret of passwords too; where other processes may run on it
        already, that comes into force once they know it. In a transaction of its own; afterwards all keys are
        read anew.
        """
        instant, wanted = write_instant(now), dict.fromkeys((*owners, WHOLE_DATABASE))
        made = [self._made(owner, SEARCH, FIRST, instant) for owner in wanted if owner not in self._search]
        if data:
            made += [self._made(owner, DATA, FIRST, instant) for owner in wanted if not self.active(owner)]
        if data and not self._peppers:
            known = write_instant(now + IN_FORCE_AFTER) if self._ciphers else instant
            made.append(self._made(WHOLE_DATABASE, PEPPER, FIRST, known))
        if made:
            await put_keys(engine, made)
        await self.refresh(engine, now)

    def _made(self, owner: str, purpose: str, generation: int, instant: str) -> DataKey:
        key = DataKey(owner, purpose, generation, self.master.fingerprint, "", instant)
        return key._replace(wrapped=self.master.wrap(os.urandom(KEY_BYTES), key.label))

    async def rotate(self, engine: Engine, now: datetime, *, at_once: bool = False) -> Mapping[str, int]:
        """Make the next generation of every owner; return owner -> generation.

        It comes into force after IN_FORCE_AFTER; `at_once` is for a database no node is running on.
        """
        instant = write_instant(now if at_once else now + IN_FORCE_AFTER)
        following = {owner: max(self.generations(owner)) + 1 for owner in self.owners()}
        made = [self._made(owner, DATA, n, instant) for owner, n in following.items()]
        made.append(self._made(WHOLE_DATABASE, PEPPER, max(self._peppers, default=0) + 1, instant))
        await put_keys(engine, made)
        await self.refresh(engine, now)
        return following

    async def change_master(self, engine: Engine, successor: Master) -> int:
        """Wrap every key with another master key and strike the old wrappings; return how many."""
        rows = [DataKey._make(row) for row in await engine.fetch(_READ)]
        mine = [row for row in rows if row.master == self.master.fingerprint]
        wrapped = [
            row._replace(
                master=successor.fingerprint,
                wrapped=successor.wrap(self.master.unwrap(row.wrapped, row.label), row.label),
            )
            for row in mine
        ]
        await put_keys(engine, wrapped, strike=self.master.fingerprint)
        self.master = successor
        return len(wrapped)


async def is_encrypted(engine: Engine) -> bool:
    """Whether this database has data keys: then every personal value written to it is encrypted."""
    return bool(await engine.fetch(_IS_ENCRYPTED))


async def put_keys(engine: Engine, keys: Iterable[DataKey], *, strike: str = "") -> None:
    """Write keys, and strike those of a former master; a key that is there already stays."""
    await engine.begin()
    try:
        for key in keys:
            await engine.execute(_PUT, *key)
        if strike:
            await engine.execute(_STRIKE, strike)
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise
