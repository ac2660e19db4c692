"""A nation is founded whole: every jurisdiction served once, every file there, no secret for others."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.edges.exchange.nodes import Registered, toy_node
from yidi.edges.cli.nation import databases, free_ports, server_of
from yidi.edges.cli.node import exchange_server, serve_until_told
from yidi.edges.clock import system_clock
from yidi.edges.exchange.directory import read_peers
from yidi.edges.exchange.exchange import listening
from yidi.edges.exchange.founding import Wishes, found_nation, shares
from yidi.edges.exchange.identity import ED25519, read_identities
from yidi.edges.exchange.transport import client_context
from yidi.edges.secrecy.folder import key_folder
from yidi.edges.settings import ExchangeSettings, SettingsFault, read_settings
from yidi.processes.ports.deciding import NATION

PROVINCES = ("110000", "140000", "330000", "430000", "510000")


@pytest.mark.parametrize("nodes", [1, 2, 4, 6])
def test_every_jurisdiction_is_served_by_exactly_one_node(nodes: int) -> None:
    served = shares(PROVINCES, nodes)
    assert len(served) == nodes
    assert sorted(place for places in served for place in places) == sorted((NATION, *PROVINCES))


def test_the_files_of_a_founded_nation_can_be_started_from_as_they_are(tmp_path: Path) -> None:
    ports = free_ports(6)
    wishes = Wishes(
        [f"sqlite:{tmp_path / str(n)}" for n in range(3)],
        tuple(zip(ports[::2], ports[1::2], strict=True)),
        algorithm=ED25519,
    )
    founded = found_nation(tmp_path, PROVINCES, {"H11010100001": "x" * 32}, wishes, system_clock())
    assert len(set(ports)) == 6
    peers = read_peers(tmp_path / "peers.toml")
    for plan in founded.nodes:
        settings = read_settings(plan.config, {})
        assert settings.exchange is not None
        assert listening(settings.exchange) == ("127.0.0.1", int(plan.exchange.rpartition(":")[2]))
        held = read_identities(Path(settings.exchange.identity), settings.jurisdictions)
        for place in settings.jurisdictions:
            assert peers[place].urls == (plan.exchange,)
            assert peers[place].keys[0].public == held.of(place)[0].public
        assert client_context(settings.exchange) is not True
    private = [file for file in tmp_path.rglob("*") if "key" in file.name or file.parent.name == "identity"]
    assert len(private) == 4 + 6
    secret = [*private, *(plan.config for plan in founded.nodes), tmp_path / "institutions.toml"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in secret)


@pytest.mark.parametrize("database", ["postgresql://yidi@db.example/yidi_{}", "sqlite:{}.sqlite"])
def test_every_node_of_a_founded_nation_has_a_folder_of_its_own_for_the_keys_of_its_database(
    tmp_path: Path, database: str
) -> None:
    """The folder remembers seals: in one for all, every node missed those of the others."""
    wishes = Wishes([database.format(n) for n in range(3)], ((1, 2), (3, 4), (5, 6)), algorithm=ED25519)
    founded = found_nation(tmp_path, PROVINCES, {}, wishes, system_clock())
    assert len({key_folder(read_settings(plan.config, {})) for plan in founded.nodes}) == 3


def test_the_settings_of_the_exchange_tell_every_fault_at_once(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text(
        'database = "sqlite:x"\nkeys = "k"\n[exchange]\nurl = "https://a:1"\npeers = "p"\nidentity = "i"\n'
        'scheme = "rot13"\nroom = 0\n',
        "utf-8",
    )
    with pytest.raises(SettingsFault) as fault:
        read_settings(file, {})
    told = "\n".join(fault.value.findings)
    for word in ("certificate", "rot13", "exchange.room", "jurisdictions"):
        assert word in told
    assert len(fault.value.findings) == 4


def test_an_unknown_word_in_the_table_of_the_exchange_is_told_without_the_rest_of_the_table(
    tmp_path: Path,
) -> None:
    file = tmp_path / "node.toml"
    file.write_text('database = "sqlite:x"\nkeys = "k"\n[exchange]\nurl = "u"\nwindow = 5\n', "utf-8")
    with pytest.raises(SettingsFault) as fault:
        read_settings(file, {})
    told = [finding for finding in fault.value.findings if finding.startswith("exchange.window:")]
    assert len(told) == 1
    assert "exchange.window: no such setting; known are url, peers" in told[0]
    assert "window = 5" not in str(fault.value)


async def test_a_port_of_the_exchange_that_another_program_has_is_told_by_its_number() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with toy_node(Registered(), NATION, url=f"http://127.0.0.1:{port}", serve=False) as node:
            with pytest.raises(SettingsFault, match=f"port {port} of 127.0.0.1 cannot be used"):
                await serve_until_told(exchange_server(node.exchange))


def test_an_exchange_without_peers_or_identity_has_no_default(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text('database = "sqlite:x"\nkeys = "k"\n[exchange]\nurl = "https://a:1"\n', "utf-8")
    with pytest.raises(SettingsFault, match="peers"):
        read_settings(file, {})


def test_an_address_without_a_port_needs_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="port"):
        listening(ExchangeSettings(url="https://a", peers="", identity=""))
    assert listening(ExchangeSettings(url="https://a", peers="", identity="", port=5, host="b")) == ("b", 5)


def test_databases_come_from_the_template_or_are_files(tmp_path: Path) -> None:
    with databases("sqlite", 2, tmp_path) as found:
        assert found == tuple(f"sqlite:{tmp_path / f'node-{n}.sqlite'}" for n in (1, 2))
    assert server_of("postgresql://u:p@h:1/yidi_1") == ("postgresql://u:p@h:1/postgres", "yidi_1")
    assert server_of("postgresql://u@/yidi_2?host=/run/pg") == (
        "postgresql://u@/postgres?host=/run/pg",
        "yidi_2",
    )
