"""The door: what goes in is encrypted and bound to its place, what comes out is what went in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.edges.sealing.chained import AWAY, HOME, Chained, made, open_chained
from yidi.edges.secrecy.door import Door
from yidi.edges.secrecy.keyring import IN_FORCE_AFTER, Keyring
from yidi.edges.secrecy.master import Master, make_master, read_master
from yidi.edges.secrecy.rewriting import encrypt_all
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.storage.engine import Outgoing
from yidi.edges.storage.reading import count, row, rows
from yidi.processes.enrolment.records import CREDENTIAL, PERSON, PERSON_OF_CERTIFICATE, Credential, Person
from yidi.processes.filing.records import FILING, Filing
from yidi.processes.ports.deciding import Key

CERTIFICATE, NAME = "51160019560312101X", "示例赵安"


@pytest.fixture(params=("sqlite", "postgresql"))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'facts.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


def person(number: str = "p1", **given: Any) -> Any:
    values = {"certificate_type": "01", "certificate_no": CERTIFICATE, "name": NAME, "born": "1956-03-12"}
    return made(Person, jurisdiction=HOME, person_no=number, **(values | given))


def card(number: str = CERTIFICATE) -> Any:
    return made(Credential, jurisdiction=HOME, kind="02", number=number, person_no="p1")


async def loaded(chained: Chained, *keys: Key) -> list[Any]:
    facts: dict[Key, Any] = {}
    await chained.engine.begin()
    await chained.engine.load(keys, facts)
    await chained.engine.rollback()
    return [facts[key] for key in keys]


async def stored(chained: Chained) -> str:
    """Return everything the tables of persons hold, as text."""
    found = [
        await chained.engine.fetch(f"SELECT * FROM {name}") for name in ("person", "credential", "filing")
    ]
    return str(found)


async def test_personal_values_are_encrypted_in_the_tables_and_clear_in_memory(
    address: str, tmp_path: Path
) -> None:
    filing = made(Filing, jurisdiction=HOME, filing_id="f", person_no="p1", agent_phone="13900001111")
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(person(), card(), filing)
        keys = [
            PERSON.key(HOME, "p1"),
            PERSON_OF_CERTIFICATE.key(HOME, "01", CERTIFICATE),
            CREDENTIAL.key(HOME, "02", CERTIFICATE),
            FILING.key(HOME, "f"),
            CREDENTIAL.key(HOME, "02", "another"),
        ]
        assert await loaded(chained, *keys) == [person(), [person()], card(), [filing], None]
        seen = await stored(chained)
        assert not [word for word in (CERTIFICATE, NAME, "1956-03-12", "13900001111") if word in seen]
        assert "enc:1:" in seen


async def test_one_credential_twice_is_still_a_collision(address: str, tmp_path: Path) -> None:
    from yidi.edges.storage.engine import Collision

    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(card())
        with pytest.raises(Collision):
            await chained.write(card())


async def test_reading_by_a_hashed_column_needs_the_jurisdiction(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(person())
        assert await row(chained.engine, Person, jurisdiction=HOME, certificate_no=CERTIFICATE) == person()
        assert await row(chained.engine, Person, jurisdiction=AWAY, certificate_no=CERTIFICATE) is None
        assert await count(chained.engine, Person, jurisdiction=HOME, certificate_no=CERTIFICATE) == 1
        with pytest.raises(KeyError, match="jurisdiction"):
            await rows(chained.engine, Person, certificate_no=CERTIFICATE)
        with pytest.raises(KeyError, match="encrypted"):
            await rows(chained.engine, Person, jurisdiction=HOME, name=NAME)


async def test_messages_under_way_are_encrypted_and_come_back_clear(address: str, tmp_path: Path) -> None:
    message = Outgoing(AWAY, HOME, "m1", f'{{"name":"{NAME}"}}', "2026-11-22T04:00:00.000000Z")
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.engine.begin()
        await chained.engine.put_outbox([message])
        await chained.engine.commit()
        assert NAME not in str(await chained.engine.fetch("SELECT * FROM outbox"))
        assert await chained.engine.undelivered("9999") == [message]


async def test_after_a_rotation_old_values_stay_readable_and_can_be_brought_over(
    address: str, tmp_path: Path
) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        ring, key = chained.guard.keyring, PERSON_OF_CERTIFICATE.key(HOME, "01", CERTIFICATE)
        await chained.write(person(), card())
        await ring.rotate(chained.engine, chained.clock())
        await chained.write(person("p2"))
        assert "enc:2:" not in await stored(chained), "a generation waits until every node knows it"
        chained.clock.advance(seconds=IN_FORCE_AFTER.total_seconds())
        await ring.refresh(chained.engine, chained.clock())
        await chained.write(person("p3"))
        assert "enc:2:" in await stored(chained)
        assert await loaded(chained, key) == [[person(), person("p2"), person("p3")]]
        assert await encrypt_all(chained.engine, ring) == 3
        assert await encrypt_all(chained.engine, ring) == 0
        assert "enc:1:" not in await stored(chained)
        assert await loaded(chained, key) == [[person(), person("p2"), person("p3")]]
        with pytest.raises(Exception, match="append only"):
            await chained.engine.execute("DELETE FROM person")


async def test_clear_facts_are_encrypted_by_the_command_and_refused_before(
    address: str, tmp_path: Path
) -> None:
    async with open_chained(address, tmp_path / "keys", encrypt=False) as chained:
        await chained.write(person(), card())
        assert CERTIFICATE in await stored(chained)
    with pytest.raises(KeyTrouble, match="yidi audit encrypt"):
        async with open_chained(address, tmp_path / "keys"):
            pass
    async with open_chained(address, tmp_path / "keys", encrypt=False) as chained:
        ring = chained.guard.keyring
        await ring.provide(chained.engine, (HOME, AWAY), chained.clock(), data=True)
        assert await encrypt_all(chained.engine, ring) == 2
        assert CERTIFICATE not in await stored(chained)
    async with open_chained(address, tmp_path / "keys") as chained:
        assert await loaded(chained, CREDENTIAL.key(HOME, "02", CERTIFICATE)) == [card()]
    with pytest.raises(KeyTrouble, match="encrypt = true"):
        async with open_chained(address, tmp_path / "keys", encrypt=False):
            pass


async def test_a_new_master_key_opens_what_the_old_one_no_longer_does(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(person())
        old = chained.guard.keyring.master
        successor = make_master(tmp_path / "other")
        await chained.guard.keyring.change_master(chained.engine, successor)
        with pytest.raises(KeyTrouble, match="master key is not that"):
            await Keyring(old).refresh(chained.engine, chained.clock())
        fresh = Keyring(successor)
        assert await fresh.refresh(chained.engine, chained.clock())
        chained.engine.door = Door(fresh)
        assert await loaded(chained, PERSON.key(HOME, "p1")) == [person()]


async def test_without_its_master_key_a_database_stays_shut(address: str, tmp_path: Path) -> None:
    async with open_chained(address, tmp_path / "keys") as chained:
        await chained.write(person())
        chained.engine.door = Door()
        with pytest.raises(KeyTrouble, match="no keys were given"):
            await loaded(chained, PERSON.key(HOME, "p1"))
    (tmp_path / "keys" / "master.key").unlink()
    with pytest.raises(KeyTrouble, match="missing"):
        async with open_chained(address, tmp_path / "keys"):
            pass
    with pytest.raises(KeyTrouble, match="missing"):
        async with open_chained(address, tmp_path / "elsewhere"):
            pass


class FixedKeys(Keyring):
    """A keyring of one jurisdiction without a database."""

    def __init__(self) -> None:
        super().__init__(Master(bytes(32)))
        made_keys = [self._made(HOME, purpose, 1, "2026") for purpose in ("data", "search")]
        self._take(made_keys, "2027")


def test_a_value_moved_to_another_column_or_jurisdiction_does_not_open() -> None:
    door = Door(FixedKeys())
    hidden = door.hide(HOME, "Person.name", NAME)
    assert door.show(HOME, "Person.name", hidden) == NAME
    with pytest.raises(KeyTrouble, match="altered or moved"):
        door.show(HOME, "Visit.person_name", hidden)
    with pytest.raises(KeyTrouble, match="generation 1"):
        door.show(AWAY, "Person.name", hidden)
    with pytest.raises(KeyTrouble, match="altered or moved"):
        door.show(HOME, "Person.name", hidden[:-6] + "AAAA==")


def test_the_same_value_never_looks_the_same_twice_but_is_found_by_the_same_hash() -> None:
    door = Door(FixedKeys())
    assert door.hide(HOME, "x", NAME) != door.hide(HOME, "x", NAME)
    assert door.token(HOME, "x", NAME) == door.token(HOME, "x", NAME)
    assert door.token(HOME, "x", NAME) != door.token(HOME, "y", NAME)
    assert Door(FixedKeys()).token(HOME, "x", NAME) != door.token(HOME, "x", NAME)


def test_a_clear_value_that_looks_encrypted_comes_back_as_it_was() -> None:
    for door in (Door(), Door(FixedKeys())):
        for value in ("enc:1:AAAA", "enc:0:x", "enc:", ""):
            assert door.show(HOME, "x", door.hide(HOME, "x", value)) == value


@pytest.mark.parametrize("text", ["", "no base64!", "AAAA"])
def test_a_master_key_that_is_none_is_refused_without_being_repeated(text: str, tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text(text)
    (tmp_path / "master.key").chmod(0o600)
    with pytest.raises(KeyTrouble) as trouble:
        read_master(tmp_path, {})
    assert not text or text not in str(trouble.value)


def test_a_master_key_others_may_read_is_refused_and_the_environment_goes_first(tmp_path: Path) -> None:
    made_key = make_master(tmp_path)
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    assert make_master(tmp_path).fingerprint == made_key.fingerprint, "one there already is read"
    given = {"YIDI_MASTER_KEY": "A" * 43 + "="}
    assert read_master(tmp_path, given) is not None
    assert read_master(tmp_path, given).fingerprint == Master(bytes(32)).fingerprint  # type: ignore[union-attr]
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(KeyTrouble, match="chmod 600"):
        read_master(tmp_path, {})
