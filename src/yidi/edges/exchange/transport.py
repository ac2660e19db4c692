"""TLS between nodes: both sides show a certificate of the same authority."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from yidi.edges.exchange.posting import Poster
from yidi.edges.exchange.revocation import CertificateProtocol, Revocations, revocations_of
from yidi.edges.settings import ExchangeSettings, Faults, SettingsFault

CONNECTIONS = 32


def client_of(settings: ExchangeSettings) -> httpx.AsyncClient:
    """Make the client that reaches other nodes. Raises SettingsFault when a certificate cannot be used."""
    timeout = httpx.Timeout(settings.hop_seconds * 10, connect=settings.hop_seconds)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS, keepalive_expiry=60)
    return httpx.AsyncClient(
        verify=client_context(settings, revocations_of(settings)),
        timeout=timeout,
        limits=limits,
        trust_env=False,
        follow_redirects=False,
    )


def poster_of(settings: ExchangeSettings, revocations: Revocations | None = None) -> Poster:
    """Make what posts messages to other nodes. Raises SettingsFault as `client_of` does."""
    context = client_context(settings, revocations)
    return Poster(
        context if isinstance(context, ssl.SSLContext) else None,
        connect_seconds=settings.hop_seconds,
        answer_seconds=settings.hop_seconds,
        most_bytes=settings.body_limit_bytes,
        revocations=revocations,
    )


def client_context(
    settings: ExchangeSettings, revocations: Revocations | None = None
) -> ssl.SSLContext | bool:
    """Trust the authority but for what it revoked, show the own certificate; plain http needs neither."""
    if not settings.certificate:
        return True
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=settings.authority)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(settings.certificate, settings.private_key)
    except (OSError, ssl.SSLError) as fault:
        raise SettingsFault(
            list(certificate_findings(settings))
            or [
                f"{settings.certificate}: 证书不能使用。"
                f" the certificates of [exchange] cannot be used: {fault}"
            ]
        ) from None
    if revocations is not None:
        revocations.watch(context)
    return context


def certificate_findings(settings: ExchangeSettings) -> Iterator[str]:
    """Yield what is wrong with each of the three files of TLS, with its name, its cause and its remedy."""
    unread = False
    for name in ("certificate", "private_key", "authority"):
        file = Path(getattr(settings, name))
        try:
            file.read_bytes()
        except OSError as fault:
            unread = unread or name != "authority"
            yield (
                f"{file}: 无法读取；请节点管理员放置此文件，或改正 exchange.{name}。 cannot be read"
                f" ({fault.strerror}): the node's administrator puts it there, or corrects exchange.{name}"
            )
            continue
        if name == "authority" and not _trustable(file):
            yield (
                f"{file}: 不是 PEM 格式的签发机构证书，请向签发机构索取（exchange.authority）。"
                " no certificate of an authority in PEM: ask the authority for it (exchange.authority)"
            )
    if not unread:
        yield from _own_findings(Path(settings.certificate), Path(settings.private_key))


def _trustable(authority: Path) -> bool:
    try:
        ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(authority))
    except (OSError, ssl.SSLError):
        return False
    return True


def _own_findings(certificate: Path, private_key: Path) -> Iterator[str]:
    """Yield what is wrong with a certificate and its key, both of which can be read."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, private_key)
    except ssl.SSLError as fault:
        if fault.reason == "KEY_VALUES_MISMATCH":
            yield (
                f"{private_key}: 不是证书 {certificate} 的私钥（exchange.private_key）。"
                f" not the key of the certificate {certificate}: name its own in exchange.private_key"
            )
            return
        try:
            x509.load_pem_x509_certificate(certificate.read_bytes())
        except ValueError:
            yield (
                f"{certificate}: 不是 PEM 格式的证书，请向签发机构索取（exchange.certificate）。"
                " no certificate in PEM: ask the authority for it (exchange.certificate)"
            )
            if _is_key(private_key):
                return
        yield (
            f"{private_key}: 不是可用的 PEM 私钥（exchange.private_key）。"
            f" no private key in PEM that can be used (exchange.private_key): {fault.reason}"
        )


def _is_key(file: Path) -> bool:
    """Whether a file holds a private key in PEM, be it under a password."""
    try:
        load_pem_private_key(file.read_bytes(), None)
    except TypeError:
        return True
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def check_transport(settings: ExchangeSettings) -> None:
    """Raise SettingsFault with everything wrong with the files of TLS; the list of revoked ones included."""
    if not settings.certificate or not settings.authority:
        return
    faults = Faults(list(certificate_findings(settings)) if settings.private_key else None)
    if not any(finding.startswith(f"{settings.authority}:") for finding in faults.found):
        faults.of(revocations_of, settings)
    faults.tell()


def server_options(settings: ExchangeSettings) -> dict[str, Any]:
    """Return what the server needs to demand a client's certificate; nothing for plain http."""
    if not settings.url.startswith("https://"):
        return {}
    return {
        "ssl_certfile": settings.certificate,
        "ssl_keyfile": settings.private_key,
        "ssl_ca_certs": settings.authority,
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
        **({"http": CertificateProtocol} if settings.revoked else {}),
    }
