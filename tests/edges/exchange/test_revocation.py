"""A certificate its authority has taken back: refused by name on open lines and new ones, both ways round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from prometheus_client import REGISTRY

from tests.edges.exchange.nodes import CODEC, Registered, line_of, settings_of, toy_node
from tests.edges.exchange.test_bad_messages import relayed
from tests.edges.journal.toys import CARE
from yidi.edges.clock import system_clock
from yidi.edges.exchange.certificates import Authority, make_authority, write_authority, write_certificate
from yidi.edges.exchange.keyring import bare_head
from yidi.edges.exchange.line import Line, Unsent, Unsigned
from yidi.edges.exchange.protocol import STATUS, Receipts
from yidi.edges.exchange.refusals import CERTIFICATE_REVOKED
from yidi.edges.exchange.revocation import CertificateRevoked, Revocations
from yidi.edges.exchange.transport import client_of, poster_of
from yidi.edges.settings import SettingsFault
from yidi.processes.ports.deciding import NATION


class Closed:
    """An authority, certificates of two nodes, and its list."""

    def __init__(self, folder: Path) -> None:
        now = system_clock()
        self.authority = make_authority("trial authority", now)
        self.trusted, self.list = write_authority(self.authority, folder), folder / "revoked.pem"
        self.files = {
            name: write_certificate(self.authority, folder, name, ("127.0.0.1",), now)
            for name in ("nation", "province")
        }
        self.revoke()

    def revoke(self, *names: str, by: Authority | None = None) -> None:
        """Write the authority's list anew."""
        self.list.write_bytes(list_of(by or self.authority, [self.serial(name) for name in names]))

    def serial(self, name: str) -> int:
        """Return the number of a certificate."""
        return x509.load_pem_x509_certificate(self.files[name][0].read_bytes()).serial_number

    def settings(self, name: str, *, watched: bool = True) -> dict[str, Any]:
        """Return the settings of a node that waits long enough on a busy machine."""
        certificate, key = map(str, self.files[name])
        found: dict[str, Any] = {"certificate": certificate, "private_key": key, "hop_seconds": 60.0}
        found["authority"] = str(self.trusted)
        return found | ({"revoked": str(self.list)} if watched else {})


def list_of(authority: Authority, serials: Sequence[int]) -> bytes:
    """Make an authority's list, in PEM."""
    now = system_clock()
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(now).next_update(now + timedelta(days=1))
    for serial in serials:
        row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        builder = builder.add_revoked_certificate(row)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def counted() -> float:
    """Return how often a revoked certificate was refused."""
    name, code = "yidi_exchange_refused_total", CERTIFICATE_REVOKED.code
    return REGISTRY.get_sample_value(name, {"code": code}) or 0.0


@pytest.fixture
def closed(tmp_path: Path) -> Closed:
    return Closed(tmp_path)


def unsigned() -> Unsigned:
    """Make a message for the nation."""
    command = relayed()
    head = bare_head(CARE, NATION, "Relay", system_clock(), id=command.msgid)
    return Unsigned(head, CODEC.write(command).encode())


async def told(line: Line) -> Sequence[str]:
    """Send a message on a line; the codes it is refused with, none when it is stored."""
    (receipt,) = await line.post([unsigned()])
    return [refusal.code for refusal in receipt.refusals]


async def test_a_revoked_certificate_is_refused_by_name_on_open_lines_and_new_ones(closed: Closed) -> None:
    registered = Registered(tls=True)
    async with (
        toy_node(registered, NATION, **closed.settings("nation")),
        line_of(registered, CARE, NATION, **closed.settings("province", watched=False)) as open_line,
        line_of(registered, CARE, NATION, **closed.settings("province", watched=False)) as new_line,
    ):
        assert await told(open_line) == []
        before = counted()
        closed.revoke("province")
        assert await told(open_line) == [CERTIFICATE_REVOKED.code]
        with pytest.raises(Unsent, match=CERTIFICATE_REVOKED.code):
            await new_line.ask(STATUS, unsigned())
        assert counted() >= before + 2
        closed.revoke()
        assert await told(open_line) == []


async def test_the_refusal_names_the_certificate_and_its_number(closed: Closed) -> None:
    registered = Registered(tls=True)
    closed.revoke("province")
    settings = settings_of(registered.urls[NATION], **closed.settings("province", watched=False))
    async with toy_node(registered, NATION, **closed.settings("nation")), client_of(settings) as client:
        answer = await client.get(registered.urls[NATION] + STATUS)
    (refusal,) = msgspec.json.decode(answer.content, type=Receipts).refusals
    assert answer.status_code == 403
    assert answer.headers["content-disposition"].startswith("attachment")
    assert refusal.cause_en == (
        f"the certificate of province (number {closed.serial('province'):X}) was revoked by its authority"
    )


async def test_who_calls_speaks_with_no_node_whose_certificate_is_revoked(closed: Closed) -> None:
    registered = Registered(tls=True)
    url = registered.urls[NATION]
    settings = settings_of(url, **closed.settings("province"))
    revocations = Revocations(closed.list, closed.trusted)
    poster = poster_of(settings, revocations)
    async with toy_node(registered, NATION, **closed.settings("nation", watched=False)):
        try:
            assert (await poster.post(url + STATUS, content=b"", headers={})).status_code == 405
            before = counted()
            closed.revoke("nation")
            with pytest.raises(CertificateRevoked, match="certificate of nation"):
                await poster.post(url + STATUS, content=b"", headers={})
            assert counted() > before
            async with client_of(settings) as client:
                with pytest.raises(httpx.ConnectError, match="certificate of nation"):
                    await client.get(url + STATUS)
        finally:
            await poster.aclose()


def test_a_list_that_is_no_list_or_anothers_is_refused_at_the_start(closed: Closed) -> None:
    closed.list.write_bytes(list_of(make_authority("trial authority", system_clock()), []))
    with pytest.raises(SettingsFault, match="not signed by"):
        Revocations(closed.list, closed.trusted)
    closed.list.write_text("no list", "utf-8")
    with pytest.raises(SettingsFault, match="no list in PEM"):
        Revocations(closed.list, closed.trusted)
    closed.list.unlink()
    with pytest.raises(SettingsFault, match="no list in PEM"):
        Revocations(closed.list, closed.trusted)


def test_a_changed_list_that_cannot_be_read_leaves_what_was_known(closed: Closed) -> None:
    closed.revoke("province")
    revocations = Revocations(closed.list, closed.trusted)
    shown = x509.load_pem_x509_certificate(closed.files["province"][0].read_bytes())
    certificate = shown.public_bytes(serialization.Encoding.DER)
    for broken in (b"no list", b""):
        closed.list.write_bytes(broken)
        assert revocations.refusal(certificate) is not None
    closed.list.write_bytes(list_of(closed.authority, []) + list_of(closed.authority, [1]))
    assert revocations.refusal(certificate) is None
