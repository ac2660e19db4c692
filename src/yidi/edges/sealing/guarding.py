"""Gives an engine what guards its facts: the keys of its personal columns and the chains of its sealed facts.

Everything that opens a database to read or write facts calls `guard` once, after the migrations.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from yidi.domain.dates import write_instant
from yidi.edges.clock import Clock
from yidi.edges.exchange.identity import PrivateKey, make_key, read_key_file, write_keys
from yidi.edges.sealing.chaining import Chains, nobody
from yidi.edges.sealing.seals import seal_all
from yidi.edges.secrecy.door import Door
from yidi.edges.secrecy.folder import key_folder
from yidi.edges.secrecy.keyring import REFRESH_SECONDS, Keyring, is_encrypted
from yidi.edges.secrecy.marks import MARKS
from yidi.edges.secrecy.master import FILE, VARIABLE, Master, make_master, put_in_place, read_master
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Collision, Engine
from yidi.edges.storage.schema import table_name
from yidi.edges.telemetry import kind_and_place

log = structlog.get_logger("yidi.sealing")

SEAL_KEYS = "seal"
_ANY_KEYS = "SELECT 1 FROM data_key LIMIT 1"


class Guard:
    """What guards one database: its folder, keyring and clock."""

    def __init__(self, settings: Settings, folder: Path, keyring: Keyring, clock: Clock) -> None:
        self.settings, self.folder, self.keyring, self.clock = settings, folder, keyring, clock

    def person_hash(self, jurisdiction: str, person_no: str) -> bytes:
        """Return the keyed hash that names a person's chain."""
        mac = self.keyring.search(jurisdiction).copy()
        mac.update(f"chain\n{person_no}".encode())
        return mac.digest()

    def seal_keys(self) -> tuple[PrivateKey, ...]:
        """Return the keys that sign seals, oldest first; makes the first."""
        file = self.folder / f"{SEAL_KEYS}.toml"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=self.folder) as aside:
                draft = write_keys(Path(aside), SEAL_KEYS, [make_key(self.settings.seal_algorithm)])
                if put_in_place(draft, file):
                    log.warning(
                        "seal_key_made", file=file.as_posix(), remedy="keep a copy apart from the database"
                    )
        return read_key_file(file)

    def signing(self) -> PrivateKey:
        """Return the newest key of the algorithm the settings name, made where there is none."""
        keys = self.seal_keys()
        fitting = [key for key in keys if key.algorithm == self.settings.seal_algorithm]
        if not fitting:
            fitting = [make_key(self.settings.seal_algorithm, write_instant(self.clock()))]
            write_keys(self.folder, SEAL_KEYS, [*keys, *fitting])
        return fitting[-1]


async def guard(
    engine: Engine, settings: Settings, clock: Clock, *, here: Iterable[str] = ()
) -> Guard | None:
    """Give an engine its keys and chains; None where the settings want neither and the database has none.

    `here` are the jurisdictions that may be given first keys: none by a reader. Raises KeyTrouble when the
    master key is missing or another's, or when clear facts would have to become encrypted ones first.
    """
    there, encrypted = bool(await engine.fetch(_ANY_KEYS)), await is_encrypted(engine)
    if not there and (not here or not (settings.encrypt or settings.seal)):
        return None
    if encrypted and not settings.encrypt:
        raise KeyTrouble(
            "此数据库已加密，不能改为明文。 This database is encrypted and stays so: set encrypt = true"
        )
    folder = key_folder(settings)
    keyring = Keyring(_master(folder, there=there))
    await keyring.refresh(engine, clock())
    if here:
        if settings.encrypt and not encrypted and await holds_personal(engine):
            raise KeyTrouble(
                "此数据库尚有明文。 Facts lie in clear here: stop its nodes and run `yidi audit encrypt` once"
            )
        await keyring.provide(engine, here, clock(), data=settings.encrypt)
    return _given(engine, Guard(settings, folder, keyring, clock))


def _given(engine: Engine, found: Guard) -> Guard:
    if found.settings.encrypt:
        engine.door = Door(found.keyring)
    if found.settings.seal:
        engine.chaining = Chains(found.clock, found.person_hash, found.settings.node)
    return found


def chain_access(engine: Engine, settings: Settings, clock: Clock) -> None:
    """Let an engine that writes only the record of access chain it; no key is needed for that."""
    if settings.seal:
        engine.chaining = Chains(clock, nobody, settings.node)


def _master(folder: Path, *, there: bool) -> Master:
    master = read_master(folder)
    if master is None and there:
        raise KeyTrouble(
            f"{folder}: 缺少此数据库的主密钥。 The master key of this database is missing: "
            f"put it into {folder / FILE} or into {VARIABLE};"
            " a copied database needs its key folder copied too"
        )
    return master or make_master(folder)


async def holds_personal(engine: Engine) -> bool:
    """Whether any table with personal columns has a row."""
    for record in MARKS:
        if await engine.fetch(f"SELECT 1 FROM {table_name(record)} LIMIT 1"):
            return True
    return False


@asynccontextmanager
async def attended(found: Guard | None, engine: Engine, another: Callable[[], Engine]) -> AsyncIterator[None]:
    """Seal and read the keys anew, now and then, while the block runs; at its end seal what is left.

    Where an engine's transactions take turns among themselves it is shared with the journal, else
    `another` makes one on the same database.
    """
    if found is None:
        yield
        return
    own = another() if engine.takes_turns else engine
    if own is not engine:
        await own.open()
    task = asyncio.create_task(_attend(found, own))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await _turn(found, own, sealing=found.settings.seal)
        if own is not engine:
            await own.close()


async def _attend(found: Guard, engine: Engine) -> None:
    pause = min(REFRESH_SECONDS, found.settings.seal_seconds)
    waited = 0.0
    while True:
        await asyncio.sleep(pause)
        waited += pause
        due = waited >= found.settings.seal_seconds
        await _turn(found, engine, sealing=due and found.settings.seal)
        waited = 0.0 if due else waited


async def _turn(found: Guard, engine: Engine, *, sealing: bool) -> None:
    """Read the keys anew and seal. A trouble is logged: facts are never held up by their seals."""
    try:
        await found.keyring.refresh(engine, found.clock())
        if sealing:
            await seal_all(engine, found.signing(), found.clock(), found.folder)
    except Collision:
        log.info("seal_made_elsewhere")
    except Exception as error:
        log.warning("sealing_failed", error=kind_and_place(error))
