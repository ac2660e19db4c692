"""Seals: they hold for what was sealed and for nothing else."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.edges.documents.samples import KEY, KEY_NAME, KEYS, SEALED_AT, every_paper, notice
from yidi.domain.refusal import Refusal
from yidi.edges.documents.papers import Paper
from yidi.edges.documents.refusals import NOT_A_PAPER, NOT_SEALED, WRONG_SEAL
from yidi.edges.documents.seals import Seal, Sealed, check_seal, read_sealed, seal_paper, write_sealed

NOTICE = notice(lines=2)
SEALED = seal_paper(NOTICE, KEY, KEY_NAME, SEALED_AT)


def seal() -> Seal:
    assert SEALED.seal is not None
    return SEALED.seal


@pytest.mark.parametrize(
    "paper", every_paper(), ids=lambda paper: f"{type(paper).__name__}-{paper.issue.number}"
)
def test_a_sealed_paper_comes_back_with_a_seal_that_holds(paper: Paper) -> None:
    sealed = seal_paper(paper, KEY, KEY_NAME, SEALED_AT)
    back = read_sealed(write_sealed(sealed))
    assert back == sealed
    assert check_seal(sealed, KEYS) == []


def test_a_changed_amount_breaks_the_seal() -> None:
    line = msgspec.structs.replace(NOTICE.lines[0], employee_fen=NOTICE.lines[0].employee_fen + 1)
    changed = Sealed(msgspec.structs.replace(NOTICE, lines=(line, NOTICE.lines[1])), SEALED.seal)
    found = check_seal(changed, KEYS)
    assert [refusal.code for refusal in found] == [WRONG_SEAL.code]
    assert "内容" in found[0].cause_zh


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"sealed_at": "2026-11-26T02:00:00.000000Z"}, "signature"),
        ({"signature": "AAAA"}, "signature"),
        ({"signature": "no base64!"}, "signature"),
        ({"digest": "0" * 64}, "content"),
        ({"key_name": "issue-2"}, "key"),
        ({"algorithm": "none"}, "key"),
    ],
)
def test_a_changed_seal_does_not_hold(change: dict[str, str], word: str) -> None:
    changed = Sealed(NOTICE, msgspec.structs.replace(seal(), **change))
    found = check_seal(changed, KEYS)
    assert [refusal.code for refusal in found] == [WRONG_SEAL.code]
    assert word in found[0].cause_en


def test_nobody_issues_in_anothers_name() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = seal_paper(NOTICE, other, KEY_NAME, SEALED_AT)
    assert [refusal.code for refusal in check_seal(forged, KEYS)] == [WRONG_SEAL.code]
    own_key_only = {f"110000/{KEY_NAME}": KEY.public_key()}
    assert [refusal.code for refusal in check_seal(SEALED, own_key_only)] == [WRONG_SEAL.code]


def test_a_draft_has_no_seal_to_hold() -> None:
    found = check_seal(Sealed(NOTICE), KEYS)
    assert [(refusal.code, refusal.heals_with_time) for refusal in found] == [(NOT_SEALED.code, True)]


@pytest.mark.parametrize("data", [b"", b"{}", b'{"paper": {"type": "cheque"}}', b"\xff"])
def test_what_is_no_paper_is_refused(data: bytes) -> None:
    found = read_sealed(data)
    assert isinstance(found, Refusal)
    assert found.code == NOT_A_PAPER.code


def test_the_amount_of_a_notice_is_the_sum_of_its_lines() -> None:
    assert NOTICE.amount_fen == 2 * (123_456_789_01 + 98_765_432_10)
