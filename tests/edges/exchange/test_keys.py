"""Keys: replaced without a gap, agreed anew after a restart, and TLS that lets nobody in without one."""

from __future__ import annotations

import asyncio
import json
import ssl
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.edges.cli.conftest import typed
from tests.edges.exchange.nodes import CODEC, Registered, line_of, settings_of, toy_nation, toy_node
from tests.edges.exchange.test_bad_messages import Room, relayed
from tests.edges.journal.toys import CARE, INSURED, a_look, a_pour, code_of
from tests.journal_room import until
from yidi.domain.dates import write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.clock import SettableClock, system_clock
from yidi.edges.exchange import sending
from yidi.edges.exchange.certificates import make_authority, write_authority, write_certificate
from yidi.edges.exchange.directory import Directory, Peer, read_peers, write_peers
from yidi.edges.exchange.identity import (
    ED25519,
    SM2,
    Identities,
    make_key,
    read_identities,
    read_key_file,
    write_keys,
)
from yidi.edges.exchange.keyring import Keyring, bare_head
from yidi.edges.exchange.line import JSON, Line, Unsent, Unsigned
from yidi.edges.exchange.protocol import OFFERS, STATUS, encode, read_receipts
from yidi.edges.exchange.refusals import KEY_UNKNOWN
from yidi.edges.exchange.transport import client_of
from yidi.edges.settings import SettingsFault
from yidi.edges.storage.reading import count
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.records import Received


@pytest.mark.parametrize("algorithm", [SM2, ED25519])
def test_a_signature_fits_its_content_and_its_key_only(algorithm: str) -> None:
    key, other = make_key(algorithm), make_key(algorithm)
    signed = key.sign(b"content")
    assert key.published().verifies(b"content", signed)
    assert not key.published().verifies(b"Content", signed)
    assert not other.published().verifies(b"content", signed)
    assert not key.published().verifies(b"content", "no hex")
    assert not key.published().verifies(b"content", "00")


def test_private_keys_are_read_by_their_owner_only_and_never_shown(tmp_path: Path) -> None:
    key = make_key(ED25519)
    file = write_keys(tmp_path, CARE, [key])
    assert read_key_file(file) == (key,)
    assert key.secret not in repr(key)
    file.chmod(0o644)
    with pytest.raises(SettingsFault, match="chmod 600"):
        read_identities(tmp_path, [CARE, NATION])


async def test_agreed_keys_are_renewed_while_messages_pass_and_old_ones_overlap() -> None:
    clock = SettableClock(datetime.fromisoformat("2026-11-22T02:00:00+00:00"))
    registered = Registered()
    async with (
        toy_node(registered, NATION, clock=clock) as nation,
        line_of(registered, CARE, NATION, clock) as line,
    ):

        async def say(msgid: str) -> bool:
            command = relayed(msgid)
            head = bare_head(CARE, NATION, "Relay", clock(), id=command.msgid)
            (receipt,) = await line.post([Unsigned(head, CODEC.write(command).encode())])
            return receipt.stored

        assert await say("1")
        old = await line.signer(CARE, NATION)
        clock.advance(hours=13)
        assert await say("2")  # signed with the old key while the new one is agreed

        async def renewed() -> bool:
            return await line.signer(CARE, NATION) != old

        await until(renewed)
        assert await say("3")
        accepted = nation.exchange.keyring.accepted
        assert accepted(NATION, CARE, old.key_id) is not None  # type: ignore[union-attr]
        clock.advance(hours=12)
        assert accepted(NATION, CARE, old.key_id) is None  # type: ignore[union-attr]
        assert await say("4")


async def test_a_node_that_forgot_its_keys_is_agreed_with_anew_and_nothing_is_lost() -> None:
    async with toy_nation(Registered()) as nodes:
        assert code_of(await nodes[CARE].ask(a_pour("1", 1))) == "accepted"
        nodes[NATION].exchange.keyring._accepted.clear()
        assert code_of(await asyncio.wait_for(nodes[CARE].ask(a_look("2")), 60)) == "accepted"
        nodes[NATION].exchange.keyring._accepted.clear()
        assert code_of(await asyncio.wait_for(nodes[CARE].ask(a_pour("3", 1)), 60)) == "accepted"


async def test_a_node_that_was_away_for_long_gets_what_waited_though_it_forgot_its_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A message tried in vain many times once lay for another minute when its key was refused at last."""
    monkeypatch.setattr(sending, "AGAIN_SECONDS", 10_000.0)
    monkeypatch.setattr(sending, "LONGEST_AGAIN_SECONDS", 10_000.0)
    registered = Registered()
    async with toy_nation(registered) as nodes:
        assert code_of(await asyncio.wait_for(nodes[CARE].ask(a_pour("1", 1)), 60)) == "accepted"
        await nodes[INSURED].hang_up()
        nodes[INSURED].exchange.keyring._accepted.clear()
        asked = asyncio.create_task(nodes[CARE].ask(a_pour("2", 1)))

        async def tried_in_vain() -> bool:
            channel = nodes[NATION].exchange.sender.channels[registered.urls[INSURED]]
            return channel.circuit.failures > 4

        await until(tried_in_vain)
        await nodes[INSURED].serve()
        assert code_of(await asyncio.wait_for(asked, 60)) == "accepted"


async def test_a_long_lived_key_is_replaced_without_a_gap(tmp_path: Path) -> None:
    """The new key is registered first and signs later; in between both are taken."""
    registered = Registered()
    peers = tmp_path / "peers.toml"
    write_peers(
        peers,
        {
            place: Peer(urls=(url,), keys=(registered.keys[place].published(),))
            for place, url in registered.urls.items()
        },
    )
    write_keys(tmp_path, CARE, [registered.keys[CARE]])
    said = typed("keys", "rotate", CARE, "--identity", tmp_path, "--peers", peers, "--algorithm", ED25519)
    assert said.exit_code == 0, said.output
    old, new = read_key_file(tmp_path / f"{CARE}.toml")
    assert json.loads(said.stdout)["id"] == new.id
    now = system_clock()
    later = (now + timedelta(hours=25)).isoformat().replace("+00:00", "Z")
    held = Identities({CARE: [old, new]})
    assert held.signing(CARE, now.isoformat()) == old
    assert held.signing(CARE, later) == new
    directory = Directory(read_peers(peers), peers)
    assert {key.id for key in directory.keys(CARE) or () if key.good_at(later)} == {old.id, new.id}
    over = (now + timedelta(hours=60)).isoformat().replace("+00:00", "Z")
    assert [key.id for key in directory.keys(CARE) or () if key.good_at(over)] == [new.id]
    shown = typed("keys", "show", CARE, "--identity", tmp_path, "--json")
    assert [key["id"] for key in json.loads(shown.stdout)] == [old.id, new.id]
    assert old.secret not in shown.stdout


@pytest.mark.parametrize("ended", [{"until": -1}, {"since": 1}], ids=["after its end", "before its time"])
async def test_a_key_out_of_its_time_signs_nothing(ended: dict[str, int]) -> None:
    registered = Registered()
    async with (
        toy_node(registered, NATION) as nation,
        httpx.AsyncClient(trust_env=False, timeout=60, headers=JSON) as client,
    ):
        room, key = Room(nation, registered, client), registered.keys[CARE].published()
        span = {name: write_instant(system_clock() + timedelta(seconds=n)) for name, n in ended.items()}
        directory = nation.exchange.keyring.directory
        own = Peer(urls=(registered.urls[CARE],), keys=(msgspec.structs.replace(key, **span),))
        directory.change({**registered.peers(), CARE: own})
        assert await room.code(room.message()) == KEY_UNKNOWN.code
        offered = Keyring(registered.identities(CARE), registered.directory(), system_clock, 1)
        offer = encode(offered.offer(CARE, NATION, "").message)
        answer = await client.post(room.url + OFFERS, content=offer)
        assert read_receipts(answer.content).refusals[0].code == KEY_UNKNOWN.code
        assert await count(nation.journal.engine, Received) == 0
        directory.change(registered.peers())
        assert await room.code(room.message()) == "stored"


def test_a_key_is_not_made_over_another(tmp_path: Path) -> None:
    assert typed("keys", "make", CARE, "--identity", tmp_path).exit_code == 0
    kept = read_key_file(tmp_path / f"{CARE}.toml")
    assert typed("keys", "make", CARE, "--identity", tmp_path).exit_code == 1
    assert read_key_file(tmp_path / f"{CARE}.toml") == kept


def test_a_changed_peers_table_is_read_again_and_a_broken_one_is_not(tmp_path: Path) -> None:
    file, key = tmp_path / "peers.toml", make_key(ED25519).published()
    write_peers(file, {CARE: Peer(urls=("https://a.example:1",), keys=(key,))})
    directory = Directory(read_peers(file), file)
    assert not directory.refresh()
    write_peers(file, {CARE: Peer(urls=("https://moved.example:12",), keys=(key,))})
    assert directory.refresh()
    assert directory.urls(CARE) == ("https://moved.example:12",)
    file.write_text("[peers", "utf-8")
    assert not directory.refresh()
    assert directory.urls(CARE) == ("https://moved.example:12",)
    assert directory.trouble


def test_a_peers_table_without_tls_beyond_this_machine_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "peers.toml"
    file.write_text(
        '[peers.110000]\nurls = ["http://far.example:80", "ftp://x"]\nkeys = []\n'
        "[peers.x]\nurls = []\nkeys = []\n",
        "utf-8",
    )
    with pytest.raises(SettingsFault) as fault:
        read_peers(file)
    assert len(fault.value.findings) == 5


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, dict[str, str]]:
    """Files of two nodes of one authority, and of a stranger with an authority of its own."""
    now = system_clock()
    found: dict[str, dict[str, str]] = {}
    for folder, names in (("ours", ("a", "b")), ("theirs", ("stranger",))):
        authority = make_authority(folder, now)
        trusted = write_authority(authority, tmp_path / folder)
        for name in names:
            certificate, key = write_certificate(authority, tmp_path / folder, name, ("127.0.0.1",), now)
            assert key.stat().st_mode & 0o077 == 0
            found[name] = {
                "certificate": str(certificate),
                "private_key": str(key),
                "authority": str(trusted),
            }
    return found


async def test_only_who_shows_a_certificate_of_the_authority_is_let_in(
    certificates: dict[str, dict[str, str]],
) -> None:
    registered = Registered(tls=True)
    async with toy_node(registered, NATION, **certificates["a"]):
        command = relayed()
        head = bare_head(CARE, NATION, "Relay", system_clock(), id=command.msgid)
        unsigned = Unsigned(head, CODEC.write(command).encode())
        async with line_of(registered, CARE, NATION, **certificates["b"]) as line:
            (receipt,) = await line.post([unsigned])
            assert receipt.stored
        async with line_of(registered, CARE, NATION, **certificates["stranger"]) as line:
            with pytest.raises(Unsent):
                await line.post([unsigned])
        mixed = certificates["stranger"] | {"authority": certificates["a"]["authority"]}
        async with line_of(registered, CARE, NATION, **mixed) as line:
            with pytest.raises(Unsent):
                await line.post([unsigned])
        trusting = ssl.create_default_context(cafile=certificates["a"]["authority"])
        async with httpx.AsyncClient(verify=trusting, trust_env=False, timeout=60) as nobody:
            with pytest.raises(httpx.TransportError):
                await nobody.get(registered.urls[NATION] + STATUS)


async def test_an_acceptance_signed_with_a_key_that_is_not_registered_is_refused_by_the_keys_name() -> None:
    registered = Registered()
    known = registered.peers()
    stale = Directory({**known, NATION: Peer(urls=known[NATION].urls, keys=(make_key(SM2).published(),))})
    keyring = Keyring(registered.identities(CARE), stale, system_clock, 1)
    async with toy_node(registered, NATION), client_of(settings_of(registered.urls[NATION])) as client:
        line = Line(registered.urls[NATION], client, keyring, "hmac_sm3", "", system_clock)
        refused = await line.signer(CARE, NATION)
    assert isinstance(refused, Refusal)
    assert refused.code == KEY_UNKNOWN.code
    assert known[NATION].keys[0].id in refused.cause_en
