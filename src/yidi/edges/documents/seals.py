"""Seals papers and checks seals: Ed25519 (RFC 8032) over the SHA-256 of a paper's data.

The seal is of the data, not of a file: PDF, Excel and HTML of one paper carry the same seal, and whoever
has the attached data and the issuer's public key can check it without this program.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from yidi.domain.refusal import Refusal
from yidi.edges.documents.papers import Paper
from yidi.edges.documents.refusals import NOT_A_PAPER, NOT_SEALED, WRONG_SEAL

ALGORITHM = "Ed25519"
_PURPOSE = b"yidi document seal 1\n"


class Seal(Struct, frozen=True):
    """The signature of issue: key's name, instant (UTC text), SHA-256 (hex), signature (base64)."""

    key_name: str
    sealed_at: str
    digest: str
    signature: str
    algorithm: str = ALGORITHM


class Sealed(Struct, frozen=True):
    """A paper with its seal; without one it is a draft and looks like one."""

    paper: Paper
    seal: Seal | None = None


def paper_digest(paper: Paper) -> str:
    """Return the SHA-256 (hex) of a paper's data, written as JSON with sorted keys."""
    return hashlib.sha256(msgspec.json.encode(paper, order="deterministic")).hexdigest()


def seal_paper(paper: Paper, key: Ed25519PrivateKey, key_name: str, sealed_at: str) -> Sealed:
    """Issue a paper: sign its digest, the key's name and the instant."""
    digest = paper_digest(paper)
    signature = base64.b64encode(key.sign(_signed(digest, key_name, sealed_at))).decode()
    return Sealed(paper, Seal(key_name, sealed_at, digest, signature))


def check_seal(sealed: Sealed, keys: Mapping[str, Ed25519PublicKey]) -> list[Refusal]:
    """List why a seal does not hold. `keys` are the issuers' public keys, by issuer code and key name.

    The name of a key is `code/name`, so that nobody can issue in another's name.
    """
    number, seal = sealed.paper.issue.number, sealed.seal
    if seal is None:
        return [NOT_SEALED.because("seal", number=number)]
    key = keys.get(f"{sealed.paper.issue.issuer.code}/{seal.key_name}")
    if key is None or seal.algorithm != ALGORITHM:
        return [_wrong(number, "签发机构没有登记此密钥", "its issuer has registered no such key")]
    if seal.digest != paper_digest(sealed.paper):
        return [_wrong(number, "内容与签发时不同", "the content is not what was sealed")]
    try:
        signature = base64.b64decode(seal.signature, validate=True)
        key.verify(signature, _signed(seal.digest, seal.key_name, seal.sealed_at))
    except (InvalidSignature, binascii.Error):
        return [_wrong(number, "签名不符", "the signature does not fit")]
    return []


def write_sealed(sealed: Sealed) -> bytes:
    """Write paper and seal as the JSON that every PDF carries as attachment."""
    return msgspec.json.encode(sealed, order="deterministic")


def read_sealed(data: bytes) -> Sealed | Refusal:
    """Read what `write_sealed` wrote, as it comes back from a recipient."""
    try:
        return msgspec.json.decode(data, type=Sealed)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        return NOT_A_PAPER.because("data", why=str(fault))


def _signed(digest: str, key_name: str, sealed_at: str) -> bytes:
    return _PURPOSE + "\n".join((digest, key_name, sealed_at)).encode()


def _wrong(number: str, why_zh: str, why_en: str) -> Refusal:
    return WRONG_SEAL.because("seal", number=number, why_zh=why_zh, why_en=why_en)
