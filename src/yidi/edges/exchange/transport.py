"""TLS between nodes: both sides show a certificate of the same authority."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

from yidi.edges.exchange.posting import Poster
from yidi.edges.exchange.revocation import CertificateProtocol, Revocations, revocations_of
from yidi.edges.settings import ExchangeSettings, SettingsFault

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
        raise SettingsFault([f"exchange: the certificates cannot be used: {fault}"]) from None
    if revocations is not None:
        revocations.watch(context)
    return context


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
