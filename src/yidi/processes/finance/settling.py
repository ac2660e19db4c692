"""What becomes of bank lines: matched, interest, or in suspense until somebody or a later run explains them.

A matched line posts nothing: its payment is in the books already, or will be when it is reported. What
matches nothing is money all the same, so it is posted against suspense, and taken back when explained.
Interest belongs to the care place (regulation 6.12); a fee is never charged to the fund (6.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from yidi.domain.ledger.accounts import FISCAL_ACCOUNT, SUSPENSE, of_a_fund
from yidi.domain.ledger.entry import Entry
from yidi.domain.ledger.movement import (
    entry_of_bank_fee,
    entry_of_interest,
    entry_of_receipt_explained,
    entry_of_unknown_receipt,
)
from yidi.domain.money_terms.terms import FinanceTerms, MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.finance.commands import Expected, ExplainLine, LinesMatched, MatchLines, OffsetLines
from yidi.processes.finance.matching import Known, Pair, match
from yidi.processes.finance.records import (
    FATES,
    FATES_OF_EXPECTED,
    LINE,
    LINES_OF_MONTH,
    ORDER,
    PARTY_ACCOUNTS,
    Fate,
    ImportedLine,
    LineFate,
)
from yidi.processes.finance.refusals import EXPLANATION_NOT_SOUND, LINE_NOT_OPEN, LINES_NOT_OPPOSITE
from yidi.processes.finance.reporting import reports
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, Record, accepted, refused
from yidi.processes.settlement.views import postings


def needs_lines(command: MatchLines, facts: Facts) -> Iterable[Key]:
    """Name the lines of the months, what became of the payments, and how their parties are written."""
    here = command.jurisdiction
    for month in command.months:
        yield LINES_OF_MONTH.key(here, month)
    for each in command.expected:
        yield FATES_OF_EXPECTED.key(here, each.expected_id)
        yield ORDER.key(here, each.expected_id)
    for party in {each.counterpart for each in command.expected}:
        yield PARTY_ACCOUNTS.key(here, party)


def needs_fates(command: MatchLines, facts: Facts) -> Iterable[Key]:
    """Name what became of the lines."""
    here = command.jurisdiction
    for line in all_lines(command, facts):
        yield FATES.key(here, line.line_id)


def all_lines(command: MatchLines, facts: Facts) -> list[ImportedLine]:
    """Return the lines of the months, by day."""
    return [
        line for month in dict.fromkeys(command.months)
        for line in facts.many(LINES_OF_MONTH, command.jurisdiction, month)
    ]  # fmt: skip


class Matching:
    """Matches lines by dated terms: days between, and the words of interest and fees."""

    def __init__(self, terms: MoneyTerms) -> None:
        self._terms = terms

    def match_lines(self, command: MatchLines, facts: Facts, moment: Moment) -> Decision:
        """Match what is open, post interest, put the rest in suspense; findings are told again each time.

        With `report`, what has moved and is not in the books yet is reported to the process that knows it:
        now, and again in a later run when that refused it.
        """
        terms = self._terms.on(moment.today.isoformat())
        if isinstance(terms, Refusal):
            return refused(command, terms)
        words, here = terms.finance, command.jurisdiction
        every = all_lines(command, facts)
        lines = [line for line in every if fate_of(facts, line) in (None, Fate.SUSPENDED)]
        own = {line.line_id for line in lines if says(line, words.says_interest) and line.amount_fen > 0}
        rest, wanted = [line for line in lines if line.line_id not in own], expected_open(command, facts)
        found = match(rest, wanted, parties(command, facts), words.match_window_days)
        records: list[Record] = []
        for pair in found.pairs:
            records += matched(pair, facts, moment)
        for line in lines:
            if line.line_id in own:
                records += interest(line, facts, moment)
        suspended = [line for line, _ in found.open if fate_of(facts, line) is None]
        for line in suspended:
            records += suspense(line, facts, moment)
        moved = [*matched_before(command, every, facts), *found.pairs]
        to_book = [pair for pair in moved if not pair.expected.booked]
        reply = LinesMatched(
            matched=len(found.pairs),
            interest=len(own),
            suspended=len(suspended),
            findings=tuple([fee_or(here, line, why, words) for line, why in found.open]),
            to_book=tuple([pair.expected.expected_id for pair in to_book]),
        )
        return accepted(command, reply, *records, messages=reports(command, to_book, moment))


def matched_before(command: MatchLines, lines: Iterable[ImportedLine], facts: Facts) -> Iterator[Pair]:
    """Yield the payments that a line has shown in an earlier run."""
    by_id = {line.line_id: line for line in lines}
    for each in {one.expected_id: one for one in command.expected}.values():
        for fate in facts.many(FATES_OF_EXPECTED, command.jurisdiction, each.expected_id):
            if fate.fate == Fate.MATCHED and fate.line_id in by_id:
                yield Pair(by_id[fate.line_id], each, fate.way)


def fate_of(facts: Facts, line: ImportedLine) -> str | None:
    """Return what became of a line, None when nothing yet."""
    versions = facts.many(FATES, line.jurisdiction, line.line_id)
    return versions[-1].fate if versions else None


def expected_open(command: MatchLines, facts: Facts) -> list[Expected]:
    """Return the payments no line has matched, each with the number of its order as a reference."""
    found = []
    for each in {one.expected_id: one for one in command.expected}.values():
        if facts.many(FATES_OF_EXPECTED, command.jurisdiction, each.expected_id):
            continue
        order = facts.one(ORDER, command.jurisdiction, each.expected_id)
        number = (order.order_no,) if order is not None else ()
        found.append(structs.replace(each, references=(*each.references, *number)))
    return found


def parties(command: MatchLines, facts: Facts) -> dict[str, Known]:
    """Return how the bank writes each party."""
    found = {}
    for party in {each.counterpart for each in command.expected}:
        rows = facts.many(PARTY_ACCOUNTS, command.jurisdiction, party)
        found[party] = Known({row.number for row in rows}, {row.holder for row in rows})
    return found


def says(line: ImportedLine, words: Sequence[str]) -> bool:
    """Say whether the bank's text on a line has one of these words."""
    text = f"{line.remark} {line.reference}".lower()
    return any(word in text for word in words)


def fee_or(here: str, line: ImportedLine, why: Refusal, words: FinanceTerms) -> Refusal:
    """Name a fee on the fund's account as what it is: refused, to be returned by the bank."""
    if line.amount_fen < 0 and says(line, words.says_fee):
        fee = entry_of_bank_fee(line.line_id, here, FISCAL_ACCOUNT, -line.amount_fen)
        return fee if isinstance(fee, Refusal) else why
    return why


def next_fate(
    line: ImportedLine, fate: Fate, facts: Facts, moment: Moment, *, expected: str = "", way: str = "",
    note: str = "",
) -> LineFate:  # fmt: skip
    """Write the next version of what became of a line."""
    version = len(facts.many(FATES, line.jurisdiction, line.line_id)) + 1
    return LineFate(line.jurisdiction, line.line_id, version, fate.value, expected, way, note, moment.instant)


def posted(line: ImportedLine, entry: Entry, day: str, moment: Moment) -> list[Record]:
    """Turn an entry about a line into its records."""
    return list(postings(line.jurisdiction, entry, day, moment.instant))


def suspense_entry(line: ImportedLine) -> Entry:
    """Post a line against suspense; going out is the same backwards."""
    return entry_of_unknown_receipt(f"{line.line_id}.in", line.line_id, line.amount_fen)


def matched(pair: Pair, facts: Facts, moment: Moment) -> list[Record]:
    """Keep a match; what had waited in suspense is taken out of it again."""
    line = pair.line
    records: list[Record] = [
        next_fate(line, Fate.MATCHED, facts, moment, expected=pair.expected.expected_id, way=pair.way)
    ]
    return records + taken_back(line, facts, moment)


def taken_back(line: ImportedLine, facts: Facts, moment: Moment) -> list[Record]:
    """Undo the suspense of a line that had one."""
    if fate_of(facts, line) != Fate.SUSPENDED:
        return []
    entry = suspense_entry(line).negated(f"{line.line_id}.out")
    return posted(line, entry, moment.today.isoformat(), moment)


def interest(line: ImportedLine, facts: Facts, moment: Moment) -> list[Record]:
    """Post interest: it belongs to this place."""
    entry = entry_of_interest(f"{line.line_id}.interest", line.counterpart or "bank", line.amount_fen)
    fate = next_fate(line, Fate.INTEREST, facts, moment)
    return [fate, *posted(line, entry, line.day, moment), *taken_back(line, facts, moment)]


def suspense(line: ImportedLine, facts: Facts, moment: Moment) -> list[Record]:
    """Put a line into suspense on the day the bank moved it."""
    fate = next_fate(line, Fate.SUSPENDED, facts, moment)
    return [fate, *posted(line, suspense_entry(line), line.day, moment)]


def needs_line(command: ExplainLine, facts: Facts) -> Iterable[Key]:
    """Name the line and what became of it."""
    return (LINE.key(command.jurisdiction, command.line_id), FATES.key(command.jurisdiction, command.line_id))


def suspended_line(here: str, line_id: str, facts: Facts) -> ImportedLine | Refusal:
    """Return a line that waits in suspense, else why it does not."""
    line = facts.one(LINE, here, line_id)
    if line is None or fate_of(facts, line) != Fate.SUSPENDED:
        return LINE_NOT_OPEN.because("line_id", line_id=line_id)
    return line


def explain(command: ExplainLine, facts: Facts, moment: Moment) -> Decision:
    """Book a suspended line to what it is for: an account of a fund, but the fiscal one and suspense."""
    line = suspended_line(command.jurisdiction, command.line_id, facts)
    if isinstance(line, Refusal):
        return refused(command, line)
    if not of_a_fund(command.account) or command.account in (FISCAL_ACCOUNT, SUSPENSE):
        return refused(
            command,
            EXPLANATION_NOT_SOUND.because("account", line_id=line.line_id, account=command.account[:40]),
        )
    entry = entry_of_receipt_explained(
        f"{line.line_id}.out", line.line_id, command.account, command.counterpart, command.scheme,
        line.amount_fen,
    )  # fmt: skip
    fate = next_fate(line, Fate.EXPLAINED, facts, moment, way=command.account, note=command.reason)
    records = posted(line, entry, moment.today.isoformat(), moment)
    return accepted(command, Done(reference=line.line_id), fate, *records)


def needs_two(command: OffsetLines, facts: Facts) -> Iterable[Key]:
    """Name both lines and what became of them."""
    for line_id in dict.fromkeys((command.line_id, command.against)):
        yield LINE.key(command.jurisdiction, line_id)
        yield FATES.key(command.jurisdiction, line_id)


def offset(command: OffsetLines, facts: Facts, moment: Moment) -> Decision:
    """Let two suspended lines of opposite amounts cancel each other."""
    here = command.jurisdiction
    both = [suspended_line(here, line_id, facts) for line_id in (command.line_id, command.against)]
    found = [each for each in both if isinstance(each, Refusal)]
    lines = [each for each in both if not isinstance(each, Refusal)]
    if not found and sum(line.amount_fen for line in lines) != 0:
        values = {"line_id": command.line_id, "against": command.against}
        found = [LINES_NOT_OPPOSITE.because("against", **values)]
    if found:
        return refused(command, *found)
    one, other = lines
    entry = entry_of_receipt_explained(
        f"{one.line_id}.out", one.line_id, SUSPENSE, other.line_id, "", one.amount_fen
    )
    fates = [
        next_fate(line, Fate.OFFSET, facts, moment, way=against.line_id, note=command.reason)
        for line, against in ((one, other), (other, one))
    ]
    records = posted(one, entry, moment.today.isoformat(), moment)
    return accepted(command, Done(reference=one.line_id), *fates, *records)
