"""Which bank line is which expected payment: by reference and amount, else by amount, party and days.

Nothing is split or joined, and nothing is guessed: where several fit, none is taken.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.finance.commands import Expected
from yidi.processes.finance.records import ImportedLine
from yidi.processes.finance.refusals import AMOUNT_DIFFERS, LINE_AMBIGUOUS, LINE_UNMATCHED

BY_REFERENCE, BY_PARTY = "reference", "party"


class Pair(NamedTuple):
    """A line and the payment it is, and by what they were found."""

    line: ImportedLine
    expected: Expected
    way: str


class Known(NamedTuple):
    """How the bank writes a party: its account numbers and holders."""

    numbers: Collection[str]
    holders: Collection[str]


NOBODY = Known((), ())


class Near(NamedTuple):
    """What makes a line without reference a payment: whose it is, and how many days lie between."""

    parties: Mapping[str, Known]
    window_days: int


class Matched(NamedTuple):
    """The pairs, and why each other line found none."""

    pairs: tuple[Pair, ...]
    open: tuple[tuple[ImportedLine, Refusal], ...]


def match(
    lines: Sequence[ImportedLine],
    expected: Sequence[Expected],
    parties: Mapping[str, Known],
    window_days: int,
) -> Matched:
    """Match lines with payments; each is used once. The order of the input makes no difference.

    Without a reference a line's day lies at most `window_days` from the day its payment is due.
    """
    pairs = _by_reference(lines, expected)
    taken_lines = {pair.line.line_id for pair in pairs}
    taken = {pair.expected.expected_id for pair in pairs}
    rest = [line for line in lines if line.line_id not in taken_lines]
    left = [each for each in expected if each.expected_id not in taken]
    names = {reference for each in left for reference in each.references}
    nameless = [line for line in rest if words_of(line).isdisjoint(names)]
    near = Near(parties, window_days)
    pairs += _by_party(nameless, left, near)
    found = {pair.line.line_id for pair in pairs}
    taken = {pair.expected.expected_id for pair in pairs}
    left = [each for each in left if each.expected_id not in taken]
    open_lines = [(line, why(line, left, near)) for line in lines if line.line_id not in found]
    return Matched(tuple(pairs), tuple(open_lines))


def refers(line: ImportedLine, expected: Expected) -> bool:
    """Say whether a line names a payment: as its reference, or in its remark as a word of its own."""
    return not words_of(line).isdisjoint(expected.references)


def words_of(line: ImportedLine) -> set[str]:
    """Return what a line may name a payment with."""
    words = {line.reference, *line.remark.replace("，", " ").replace(",", " ").split()}
    return words - {""}


def _by_reference(lines: Iterable[ImportedLine], expected: Iterable[Expected]) -> list[Pair]:
    named = defaultdict(list)
    for each in expected:
        for reference in set(each.references):
            named[reference].append(each)
    found = {
        (line.line_id, each.expected_id): Pair(line, each, BY_REFERENCE)
        for line in lines
        for word in words_of(line)
        for each in named.get(word, ())
        if line.amount_fen == each.amount_fen
    }
    return _unique(list(found.values()))


def _by_party(lines: Iterable[ImportedLine], expected: Iterable[Expected], near: Near) -> list[Pair]:
    of_amount = defaultdict(list)
    for each in expected:
        of_amount[each.amount_fen].append(each)
    found = [
        Pair(line, each, BY_PARTY)
        for line in lines
        for each in _fitting(line, of_amount.get(line.amount_fen, ()), near)
    ]
    return _unique(found)


def _fitting(line: ImportedLine, expected: Iterable[Expected], near: Near) -> list[Expected]:
    return [
        each
        for each in expected
        if line.amount_fen == each.amount_fen
        and _is_party(line, near.parties.get(each.counterpart, NOBODY))
        and _days_apart(line.day, each.due_on) <= near.window_days
    ]


def _is_party(line: ImportedLine, party: Known) -> bool:
    return line.counterpart_account in party.numbers or line.counterpart in party.holders


def _days_apart(one: str, other: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _unique(pairs: Sequence[Pair]) -> list[Pair]:
    """Keep the pairs whose line and payment stand in no other pair."""
    lines = Counter(pair.line.line_id for pair in pairs)
    payments = Counter(pair.expected.expected_id for pair in pairs)
    return [
        pair for pair in pairs if lines[pair.line.line_id] == 1 and payments[pair.expected.expected_id] == 1
    ]


def why(line: ImportedLine, expected: Sequence[Expected], near: Near) -> Refusal:
    """Say why a line has found no payment."""
    named = [each for each in expected if refers(line, each)]
    amount = format_yuan(line.amount_fen)
    for each in named:
        if each.amount_fen != line.amount_fen:
            have = format_yuan(each.amount_fen)
            values = {"line_id": line.line_id, "expected_id": each.expected_id}
            return AMOUNT_DIFFERS.because("amount_fen", said=amount, have=have, **values)
    several = named or _fitting(line, expected, near)
    if several:
        candidates = ", ".join(sorted(each.expected_id for each in several))
        return LINE_AMBIGUOUS.because("line_id", line_id=line.line_id, amount=amount, candidates=candidates)
    return LINE_UNMATCHED.because("line_id", line_id=line.line_id, day=line.day, amount=amount)
