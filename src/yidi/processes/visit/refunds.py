"""Refund lines: a negative line names the live line it takes back, and never takes back more than it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from yidi.domain.catalogue.amounts import QUANTITY_PLACES, format_decimal
from yidi.domain.codes.shape import shown
from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.ports.settled import Coverage
from yidi.processes.visit.commands import LineGiven
from yidi.processes.visit.records import FeeLine
from yidi.processes.visit.refusals import (
    REFUND_NAMES_NO_LINE,
    REFUND_NOT_NEGATIVE,
    REFUND_OF_ANOTHER_ITEM,
    REFUND_OF_SETTLED,
    REFUND_TOO_LARGE,
)

Original = FeeLine | LineGiven


class Refunds:
    """Knows the lines that may be taken back, and how much of each is left, while an upload is checked."""

    __slots__ = ("_held", "_left", "_lines")

    def __init__(self, live: Sequence[FeeLine], given: Sequence[LineGiven], coverage: Coverage) -> None:
        self._held: Mapping[str, str] = coverage.settlement_of
        self._lines: dict[str, Original] = {}
        self._left: dict[str, tuple[int, int]] = {}
        if not any(sent.refunds or sent.quantity < 0 or sent.total_fen < 0 for sent in given):
            return
        originals: tuple[Original, ...] = (*live, *given)
        for line in originals:
            if not line.refunds and line.quantity >= 0:
                self._lines.setdefault(line.line_id, line)
        for known in live:
            if known.refunds:
                self._take(known.refunds, known.quantity, known.total_fen)

    def check(self, line: LineGiven) -> tuple[Original | None, Sequence[Refusal]]:
        """Return the line that this one takes back, None when it takes back nothing, and what is wrong."""
        if not line.refunds and line.quantity >= 0 and line.total_fen >= 0:
            return None, ()
        original = self._lines.get(line.refunds)
        faults = tuple(self._faults(line, original))
        if not faults:
            self._take(line.refunds, line.quantity, line.total_fen)
        return original, faults

    def _faults(self, line: LineGiven, original: Original | None) -> Iterator[Refusal]:
        number, refunds = shown(line.line_id), shown(line.refunds)
        if line.refunds and (line.quantity >= 0 or line.total_fen > 0):
            yield REFUND_NOT_NEGATIVE.because("quantity", line=number, refunds=refunds)
            return
        if original is None:
            yield REFUND_NAMES_NO_LINE.because("refunds", line=number, refunds=refunds)
            return
        if line.refunds in self._held:
            yield REFUND_OF_SETTLED.because("refunds", line=number, refunds=refunds)
        if line.item_code.strip() != original.item_code.strip():
            yield REFUND_OF_ANOTHER_ITEM.because(
                "item_code",
                line=number,
                item_code=shown(line.item_code),
                refunds=refunds,
                original=shown(original.item_code),
            )
        quantity, left_fen = self._left_of(line.refunds)
        if quantity + line.quantity < 0 or left_fen + line.total_fen < 0:
            yield REFUND_TOO_LARGE.because(
                "quantity",
                line=number,
                refunds=refunds,
                left_quantity=format_decimal(quantity, QUANTITY_PLACES),
                left=format_yuan(left_fen),
                quantity=format_decimal(-line.quantity, QUANTITY_PLACES),
                given=format_yuan(-line.total_fen),
            )

    def _left_of(self, line_id: str) -> tuple[int, int]:
        original = self._lines[line_id]
        return self._left.get(line_id, (original.quantity, original.total_fen))

    def _take(self, line_id: str, quantity: int, total_fen: int) -> None:
        if line_id in self._lines:
            left, left_fen = self._left_of(line_id)
            self._left[line_id] = (left + quantity, left_fen + total_fen)
