"""A node that cannot start tells everything that is wrong at once, and each fault alone tells itself."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.edges.cli.conftest import typed
from yidi.edges.cli.nation import free_ports
from yidi.edges.clock import system_clock
from yidi.edges.exchange.founding import Wishes, found_nation
from yidi.edges.exchange.identity import ED25519

PROVINCES = ("110000", "330000")


class Files(NamedTuple):
    """A founded nation whose second node is about to start."""

    folder: Path

    @property
    def config(self) -> Path:
        """The settings of the node."""
        return self.folder / "node-2.toml"

    @property
    def peers(self) -> Path:
        """The peers table."""
        return self.folder / "peers.toml"

    @property
    def identity(self) -> Path:
        """The private key of one of its jurisdictions."""
        return self.folder / "identity" / "330000.toml"

    @property
    def secrets(self) -> Path:
        """The secrets of institutions."""
        return self.folder / "institutions.toml"

    def pem(self, name: str) -> Path:
        """A file of TLS that the settings name."""
        found = re.search(f'^{name} = "(.*)"$', self.config.read_text("utf-8"), re.MULTILINE)
        assert found is not None
        return Path(found[1])

    def write(self, old: str, new: str) -> None:
        """Write a line of the settings anew."""
        text, changed = re.subn(old, new, self.config.read_text("utf-8"), flags=re.MULTILINE)
        assert changed == 1
        self.config.write_text(text, "utf-8")

    def told(self, command: str = "node run") -> list[str]:
        """Try to start, and return the findings told."""
        ran = typed(*command.split(), "--config", self.config)
        assert ran.exit_code == 3
        first, *findings = ran.stderr.strip().splitlines()
        assert first == f"设置不可用 The settings cannot be used: {self.config}"
        assert all(finding.startswith("  · ") for finding in findings)
        return [finding.removeprefix("  · ") for finding in findings]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    ports = free_ports(4)
    wishes = Wishes(
        [f"sqlite:{tmp_path / str(n)}.sqlite" for n in range(2)],
        tuple(zip(ports[::2], ports[1::2], strict=True)),
        algorithm=ED25519,
    )
    found_nation(tmp_path, PROVINCES, {"H11010100001": "x" * 32}, wishes, system_clock())
    return Files(tmp_path)


def wrong_setting(files: Files) -> str:
    """Write a word for a number."""
    files.write(r"^node = .*$", 'node = "two"')
    return "node = 'two'"


def unknown_word(files: Files) -> str:
    """Misspell a word of the exchange."""
    files.write(r"^scheme = .*$", 'sceme = "hmac_sm3"')
    return "exchange.sceme"


def no_secrets(files: Files) -> str:
    """Take the secrets of institutions away."""
    files.secrets.unlink()
    return f"{files.secrets}: 没有此文件"


def broken_peers(files: Files) -> str:
    """Cut the peers table off."""
    files.peers.write_text("[peers", "utf-8")
    return f"{files.peers}: 不是登记表"


def no_identity(files: Files) -> str:
    """Take the private key of a jurisdiction away."""
    files.identity.unlink()
    return f"{files.identity}: 没有此区划的私钥"


def seen_identity(files: Files) -> str:
    """Let others read the private key of a jurisdiction."""
    os.chmod(files.identity, 0o644)
    return f"{files.identity}: 他人可读"


def no_certificate(files: Files) -> str:
    """Take the certificate away."""
    files.pem("certificate").unlink()
    return f"{files.pem('certificate')}: 无法读取"


def no_pem(files: Files) -> str:
    """Write something else for the certificate."""
    files.pem("certificate").write_text("nothing", "utf-8")
    return f"{files.pem('certificate')}: 不是 PEM"


def key_of_another(files: Files) -> str:
    """Give the node the key of another node's certificate."""
    mine = files.pem("private_key")
    mine.write_bytes(Path(str(mine).replace("node-2", "node-1")).read_bytes())
    return f"{mine}: 不是证书"


def broken_key(files: Files) -> str:
    """Write something else for the key."""
    files.pem("private_key").write_text("nothing", "utf-8")
    return f"{files.pem('private_key')}: 不是可用的 PEM 私钥"


def broken_authority(files: Files) -> str:
    """Write something else for the authority's certificate."""
    files.pem("authority").write_text("nothing", "utf-8")
    return f"{files.pem('authority')}: 不是 PEM"


def unreadable_list(files: Files) -> str:
    """Name a list of revoked certificates that is none."""
    files.write(r"^\[exchange\]$", f'[exchange]\nrevoked = "{files.peers}"')
    return "exchange.revoked:"


def no_packs(files: Files) -> str:
    """Name a folder of packs that is not there."""
    files.write(r"^port = ", f'packs = "{files.folder / "none"}"\nport = ')
    return f"{files.folder / 'none'}: 没有此文件夹"


FAULTS: tuple[Callable[[Files], str], ...] = (
    wrong_setting, unknown_word, no_secrets, broken_peers, no_identity, seen_identity, no_certificate, no_pem,
    key_of_another, broken_key, broken_authority, unreadable_list, no_packs,
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_alone_tells_itself_by_name_in_both_languages(
    files: Files, fault: Callable[[Files], str]
) -> None:
    begins = fault(files)
    told = files.told()
    assert [finding.startswith(begins) for finding in told] == [True], told
    assert re.search("[\u4e00-\u9fff]", told[0])
    assert re.search("[a-z]{3}", told[0])


def test_what_is_wrong_in_settings_secrets_peers_identity_and_certificates_is_told_in_one_go(
    files: Files,
) -> None:
    begins = [
        fault(files)
        for fault in (wrong_setting, unknown_word, no_secrets, broken_peers, no_identity, no_certificate)
    ]
    told = files.told()
    assert len(told) == len(begins)
    assert all(any(finding.startswith(begin) for finding in told) for begin in begins), told


def test_all_three_files_of_tls_are_told_when_none_is_one(files: Files) -> None:
    names = ("certificate", "private_key", "authority")
    for name in names:
        files.pem(name).write_text("nothing", "utf-8")
    told = files.told()
    assert len(told) == len(names)
    assert all(any(one.startswith(f"{files.pem(name)}: ") for one in told) for name in names), told


def test_serve_tells_as_much_as_node_run(files: Files) -> None:
    begins = [fault(files) for fault in (no_secrets, broken_peers, no_identity)]
    told = files.told("serve")
    assert [finding.startswith(begin) for finding, begin in zip(told, begins, strict=True)] == [True] * 3


def test_a_node_that_must_be_mended_anyway_is_told_of_its_database_and_master_key_too(files: Files) -> None:
    no_secrets(files)
    files.write(r"^database = .*$", 'database = "postgresql://yidi:hunter2@127.0.0.1:1/yidi"')
    keys = files.folder / "held"
    keys.mkdir()
    (keys / "master.key").write_text("no key", "utf-8")
    (keys / "master.key").chmod(0o600)
    files.write(r"^port = ", f'key_folder = "{keys}"\nport = ')
    told = files.told()
    assert len(told) == 3
    assert "主密钥不是 base64" in told[1]
    assert told[2].startswith("database: 数据库不可用")
    assert "hunter2" not in "".join(told)


def test_both_ports_that_other_programs_have_are_told(files: Files) -> None:
    with socket.socket() as first, socket.socket() as second:
        for taken in (first, second):
            taken.bind(("127.0.0.1", 0))
            taken.listen()
        ports = [taken.getsockname()[1] for taken in (first, second)]
        files.write(r"^port = .*$", f"port = {ports[0]}")
        files.write(r"^url = .*$", f'url = "https://127.0.0.1:{ports[1]}"')
        told = files.told()
    assert len(told) == 2
    for port in ports:
        assert sum(f"port {port} of 127.0.0.1 cannot be used" in one for one in told) == 1


def test_message_trace_tells_everything_that_keeps_it_from_asking(files: Files) -> None:
    begins = [fault(files) for fault in (broken_peers, no_identity, no_certificate)]
    ran = typed("message", "trace", "M1", "--config", files.config)
    assert ran.exit_code == 3
    assert all(begin in ran.stderr for begin in begins)
