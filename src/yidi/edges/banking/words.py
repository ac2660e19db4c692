"""What readers of bank files share: how a finding is said, how amounts are read."""

from __future__ import annotations

from decimal import Decimal

from yidi.domain.money import GREATEST_FEN
from yidi.domain.refusal import Refusal
from yidi.edges.banking.refusals import FILE_TOO_LARGE, NOT_A_STATEMENT

GREATEST_FILE_BYTES = 16 * 1024 * 1024
"""Some sixteen thousand movements as camt.053: more than a fiscal account has in a month."""
CURRENCY = "CNY"
_FEN_OF_YUAN = 100


def not_a_statement(why_zh: str, why_en: str) -> Refusal:
    """Say that a file as a whole cannot be read."""
    return NOT_A_STATEMENT.because("file", why_zh=why_zh, why_en=why_en)


def too_large(data: bytes, limit: int = GREATEST_FILE_BYTES) -> list[Refusal]:
    """Refuse a file beyond the limit, before anything looks inside."""
    return [FILE_TOO_LARGE.because("file", size=len(data), limit=limit)] if len(data) > limit else []


def whole_fen(yuan: Decimal) -> int | None:
    """Turn yuan into fen; None when it is no whole number of fen or beyond the greatest amount."""
    if not yuan.is_finite() or abs(yuan) > GREATEST_FEN // _FEN_OF_YUAN:
        return None
    fen = yuan * _FEN_OF_YUAN
    return int(fen) if fen == fen.to_integral_value() else None
