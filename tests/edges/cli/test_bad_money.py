"""Bad input of a clearing, typed: each is refused by name, says what to do, and changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import Result

from tests.edges.cli.conftest import MONTH, Kept, typed
from yidi.domain.money import format_yuan
from yidi.domain.refusal import RefusalKind
from yidi.edges.cli.demo import database_of
from yidi.edges.documents.excel import write_excel
from yidi.edges.documents.pdf import write_pdf
from yidi.edges.documents.refusals import NOT_A_PAPER, NOT_SEALED, WRONG_SEAL
from yidi.edges.documents.seals import Sealed, read_sealed
from yidi.processes.clearing import refusals as kinds


class Played(Kept):
    """A copy of the played month that a test may type at."""

    def __init__(self, folder: Path, kept: Path) -> None:
        super().__init__(folder)
        shutil.copy(kept / database_of(MONTH), folder / "demo.sqlite")
        shutil.copytree(kept / f"{database_of(MONTH)}-keys", folder / "demo.sqlite-keys")
        (folder / "keys.toml").write_text("[keys]\n", "utf-8")
        self.papers, self.key = kept / "papers", kept / "seal.public.pem"

    def types(self, *words: object) -> Result:
        """Type a command at the month."""
        return typed(*words, "--config", self.config)

    def shown(self, *words: object) -> Any:
        """Type a command and read its JSON."""
        result = self.types(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def stands(self) -> list[Any]:
        """All that a step of money could change: the table, notices and steps, corrections, ledgers."""
        said = (
            ("clearing", "show", MONTH),
            ("clearing", "notices", MONTH),
            ("clearing", "disputes"),
            ("clearing", "adjustments"),
            ("ledger", "trial-balance"),
        )
        return [self.shown(*words) for words in said]


@pytest.fixture
def month(tmp_path: Path, played: tuple[Path, Result]) -> Played:
    """The played month, to be typed at."""
    return Played(tmp_path, played[0])


def refused(month: Played, kind: RefusalKind, *words: object) -> str:
    """Type a bad command: it is refused by name with a remedy, and nothing has changed."""
    before = month.stands()
    result = month.types(*words)
    assert result.exit_code == 1, result.output
    assert kind.code in result.output
    assert month.stands() == before
    return result.output


def a_settlement(month: Played) -> dict[str, Any]:
    """A correction of the month, which names a cleared settlement."""
    found: dict[str, Any] = month.shown("clearing", "adjustments")[0]
    return found


def test_a_dispute_after_signing_is_refused_and_points_to_a_deduction(month: Played) -> None:
    row = a_settlement(month)
    said = ("--province", row["insured"], "--reason", "疑义")
    told = refused(
        month, kinds.DISPUTE_AFTER_SIGNING, "clearing", "dispute", "2026-08", row["settlement_id"], *said
    )
    assert "审核扣减" in told


def test_a_payment_of_another_amount_is_refused_with_the_amount_of_the_notice(month: Played) -> None:
    notice = month.shown("clearing", "notices", MONTH)["notices"][0]
    line = notice["lines"][0]
    said = ("--province", notice["province"], "--counterpart", line["counterpart"])
    money = ("--amount", "0.01", "--reference", "B1")
    told = refused(month, kinds.WRONG_AMOUNT, "clearing", "pay", notice["number"], *said, *money)
    named_fen = sum(row["amount_fen"] for row in notice["lines"] if row["counterpart"] == line["counterpart"])
    assert f"{format_yuan(named_fen)}元，不是0.01元" in told


def test_a_month_with_a_hole_is_refused(month: Played) -> None:
    assert "2025-03" in refused(month, kinds.MONTH_HAS_A_HOLE, "clearing", "build", "2025-03")


def test_a_digest_that_was_not_checked_is_not_signed(month: Played) -> None:
    said = ("--province", "510000", "--digest", "0" * 64, "--by", "seal")
    refused(month, kinds.WRONG_DIGEST, "clearing", "sign", MONTH, *said)


def test_more_than_was_cleared_is_not_deducted_and_the_same_finding_counts_once(month: Played) -> None:
    row = a_settlement(month)
    way = "refund" if row["way"] == "refund" else "deduct"
    number = "--reference" if way == "refund" else "--finding"
    said = ("clearing", way, row["settlement_id"], "--province", row["care"], "--reason", "超限")
    refused(month, kinds.MORE_THAN_CLEARED, *said, number, "N9", "--amount", "99999999")
    before = month.stands()
    again = month.types(*said, number, row["finding"], "--amount", f"{row['amount_fen'] / 100:.2f}")
    assert (again.exit_code, row["adjustment_id"] in again.output) == (0, True)
    assert month.stands() == before


def spoiled(month: Played) -> Iterator[tuple[RefusalKind, bytes]]:
    """Papers as they come back from where they should not: another amount, no seal, another file."""
    (first, *_) = sorted(month.papers.glob(f"QS-{MONTH.replace('-', '')}-FK-*.json"))
    paper = json.loads(first.read_bytes())
    yield NOT_SEALED, json.dumps(paper | {"seal": None}).encode()
    yield NOT_A_PAPER, b"PK\x03\x04"
    paper["paper"]["lines"][0]["employee_fen"] += 1
    yield WRONG_SEAL, json.dumps(paper).encode()
    forged = read_sealed(json.dumps(paper).encode())
    assert isinstance(forged, Sealed)
    yield WRONG_SEAL, write_excel(forged)
    pdf = write_pdf(forged)
    assert isinstance(pdf, bytes)
    yield WRONG_SEAL, pdf


@pytest.mark.parametrize("form", [".pdf", ".xlsx", ".json"])
def test_a_paper_is_verified_in_the_form_one_has_it_and_its_amount_is_told(month: Played, form: str) -> None:
    (first, *_) = sorted(month.papers.glob(f"QS-{MONTH.replace('-', '')}-FK-*{form}"))
    result = typed("clearing", "verify-paper", first, "--key", month.key)
    assert result.exit_code == 0, result.output
    notices = {row["number"]: row for row in month.shown("clearing", "notices", MONTH)["notices"]}
    amount_fen = sum(line["amount_fen"] for line in notices[first.stem]["lines"])
    assert f"¥{format_yuan(amount_fen, thousands=True)}" in result.output


def test_a_paper_that_was_changed_or_is_none_has_no_good_seal(month: Played) -> None:
    for kind, content in spoiled(month):
        file = month.folder / "paper.json"
        file.write_bytes(content)
        result = typed("clearing", "verify-paper", file, "--key", month.key)
        assert (result.exit_code, kind.code in result.output) == (1, True), result.output


def test_a_paper_under_another_key_or_another_issuer_has_a_wrong_seal(month: Played) -> None:
    (first, *_) = sorted(month.papers.glob("*.json"))
    other = month.folder / "other.pem"
    public = Ed25519PrivateKey.generate().public_key()
    other.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for words in (("--key", other), ("--key", month.key, "--issuer", "510000/clearing")):
        result = typed("clearing", "verify-paper", first, *words)
        assert (result.exit_code, WRONG_SEAL.code in result.output) == (1, True)
