"""Certificates that were taken back: the authority's list (CRL, RFC 5280), read again when its file changes.

Looked at with each request and each new line, so that a certificate is refused from the moment the list
names it, on lines that are open already too. A list whose next issue is overdue goes on counting, and a
changed file that cannot be read leaves what was known: a list must not cut a nation's visits off. Both are
logged, and the gauge says when the next issue is due.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from yidi.domain.refusal import Refusal
from yidi.edges.exchange.front import CERTIFICATE
from yidi.edges.exchange.metrics import LIST_DUE, REFUSED
from yidi.edges.exchange.refusals import CERTIFICATE_REVOKED
from yidi.edges.settings import ExchangeSettings, SettingsFault

log = structlog.get_logger("yidi.exchange")

END = b"-----END X509 CRL-----"


class CertificateRevoked(ssl.SSLError):
    """The other side shows a certificate that its authority has taken back."""


class Revocations:
    """The certificates an authority has taken back. `file` is one or more lists in PEM, one after another.

    Raises SettingsFault when the list cannot be read, or none of the authority's certificates signed it.
    """

    def __init__(self, file: Path, authority: Path) -> None:
        self._file, self._authority = file, authority
        self._seen = self._stamp()
        self._serials = self._read()

    def refusal(self, certificate: bytes) -> Refusal | None:
        """Say by name why a certificate (DER) is not let in, and count it; None when it may stay."""
        if not certificate or not self._names(certificate):
            return None
        REFUSED.labels(CERTIFICATE_REVOKED.code).inc()
        name, _, serial = named(certificate)
        log.warning("certificate_revoked", name=name, serial=f"{serial:X}")
        return CERTIFICATE_REVOKED.because(name=name, serial=f"{serial:X}")

    def _names(self, certificate: bytes) -> bool:
        self._refresh()
        return named(certificate)[1:] in self._serials

    def _stamp(self) -> tuple[int, int] | None:
        try:
            state = self._file.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size

    def _refresh(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._serials = self._read()
        except SettingsFault as fault:
            log.warning("revocation_list_unreadable", trouble="; ".join(fault.findings))

    def _read(self) -> frozenset[tuple[bytes, int]]:
        try:
            authorities = x509.load_pem_x509_certificates(self._authority.read_bytes())
            lists = [x509.load_pem_x509_crl(part) for part in _parts(self._file.read_bytes())]
        except (OSError, ValueError) as fault:
            raise SettingsFault(
                [
                    f"exchange.revoked: {self._file}: 不是 PEM 格式的吊销清单，请向签发机构索取。"
                    f" no list in PEM, ask the authority for it: {fault}"
                ]
            ) from None
        if not lists or not all(any(_signed(one, by) for by in authorities) for one in lists):
            raise SettingsFault(
                [
                    f"exchange.revoked: {self._file}: 吊销清单不是 {self._authority} 的机构所签。"
                    f" not signed by exchange.authority ({self._authority})"
                ]
            )
        due = [one.next_update_utc.timestamp() for one in lists if one.next_update_utc is not None]
        LIST_DUE.set(min(due, default=0))
        return frozenset((one.issuer.public_bytes(), row.serial_number) for one in lists for row in one)

    def watch(self, context: ssl.SSLContext) -> None:
        """Have a client refuse, by CertificateRevoked, to speak with who shows a certificate of the list."""
        revocations = self

        class Watched(ssl.SSLObject):
            """The end of a handshake is where the other's certificate is looked up."""

            def do_handshake(self) -> None:
                super().do_handshake()
                refusal = revocations.refusal(self.getpeercert(True) or b"")
                if refusal is not None:
                    raise CertificateRevoked(refusal.cause_en)

        context.sslobject_class = Watched


def revocations_of(settings: ExchangeSettings) -> Revocations | None:
    """Return the list the settings name; None where they name none. Raises SettingsFault."""
    return Revocations(Path(settings.revoked), Path(settings.authority)) if settings.revoked else None


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield each list of a file."""
    return (part + END for part in content.split(END) if part.strip())


def _signed(one: x509.CertificateRevocationList, by: x509.Certificate) -> bool:
    try:
        return one.issuer == by.subject and one.is_signature_valid(by.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


@lru_cache(1_000)
def named(certificate: bytes) -> tuple[str, bytes, int]:
    """Return whose certificate (DER) it is: its common name, its issuer's name (DER) and its number."""
    read = x509.load_der_x509_certificate(certificate)
    names = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else "-", read.issuer.public_bytes(), read.serial_number


def certificate_of(transport: Any) -> bytes:
    """Return the certificate (DER) the other side of a line has shown; nothing where it is not TLS."""
    shown = transport.get_extra_info("ssl_object")
    return (shown.getpeercert(True) or b"") if shown is not None else b""


class Telling:
    """An application that is told with each request which certificate its line has shown."""

    def __init__(self, app: ASGIApp, certificate: bytes) -> None:
        self._app, self._certificate = app, certificate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        scope[CERTIFICATE] = self._certificate
        await self._app(scope, receive, send)


class CertificateProtocol(HttpToolsProtocol):
    """HTTP as it is always served, but requests bring the certificate of their sender."""

    def connection_made(self, transport: Any) -> None:
        """Look at the certificate once a line, after the handshake."""
        super().connection_made(transport)
        self.app = Telling(self.app, certificate_of(transport))
