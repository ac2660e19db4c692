"""What can be wrong with fee lines apart from their price: numbers, times, batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from yidi.domain.codes.shape import shown
from yidi.domain.dates import parse_day
from yidi.domain.refusal import Refusal
from yidi.processes.ports.settled import Coverage
from yidi.processes.visit.commands import LineGiven
from yidi.processes.visit.records import FeeLine
from yidi.processes.visit.refusals import (
    APPROVAL_UNKNOWN,
    BATCH_OF_SEVERAL_DISEASES,
    BATCH_SETTLED,
    DUPLICATE_LINE,
    FEE_DAY_TOO_LATE,
    FEE_DAY_UNREADABLE,
    LINE_NUMBER_MISSING,
    LINE_OF_ANOTHER_PERSON,
    LINE_OF_ANOTHER_VISIT,
)
from yidi.processes.visit.views import VisitNow

APPROVALS = ("", "0", "1", "2")


class Upload:
    """What an upload is checked against. `last_day` is the discharge of a stay, else today."""

    __slots__ = ("days", "last_day", "live", "numbers", "person_nos", "settled_batches", "visit_id")

    def __init__(self, now: VisitNow, live: Sequence[FeeLine], coverage: Coverage, today: str) -> None:
        self.visit_id, self.person_nos = now.visit.visit_id, (now.visit.person_no, *now.later_numbers)
        self.live = live
        self.numbers = {line.line_id for line in live}
        self.last_day = min(today, now.ended_on or today)
        held = coverage.settlement_of
        self.settled_batches = {line.batch for line in live if line.batch and line.line_id in held}
        self.days: dict[str, bool] = {}

    def takes(self, line_id: str) -> bool:
        """Take a line's number; False when it is taken already."""
        if line_id in self.numbers:
            return False
        self.numbers.add(line_id)
        return True

    def readable(self, day: str) -> bool:
        """Say whether a text is a day; the lines of a page share few of them."""
        known = self.days.get(day)
        if known is None:
            known = self.days[day] = parse_day(day) is not None and len(day) == 10
        return known


def line_faults(upload: Upload, line: LineGiven, index: int) -> list[Refusal]:
    """Find what is wrong with one line: `index` is its place in the upload, from 0."""
    day = line.occurred_at[:10]
    if (
        line.line_id
        and line.visit_id == upload.visit_id
        and line.person_no in upload.person_nos
        and upload.readable(day)
        and day <= upload.last_day
        and line.approval in APPROVALS
        and upload.takes(line.line_id)
    ):
        return []
    return list(_faults(upload, line, index, day))


def _faults(upload: Upload, line: LineGiven, index: int, day: str) -> Iterator[Refusal]:
    number = shown(line.line_id)
    if not line.line_id:
        yield LINE_NUMBER_MISSING.because("line_id", position=index + 1)
    if line.visit_id != upload.visit_id:
        yield LINE_OF_ANOTHER_VISIT.because(
            "visit_id", line=number, given=shown(line.visit_id), visit_id=upload.visit_id
        )
    if line.person_no not in upload.person_nos:
        yield LINE_OF_ANOTHER_PERSON.because("person_no", line=number, given=shown(line.person_no))
    if not upload.readable(day):
        yield FEE_DAY_UNREADABLE.because("occurred_at", line=number, value=shown(line.occurred_at))
    elif day > upload.last_day:
        yield FEE_DAY_TOO_LATE.because("occurred_at", line=number, day=day, last=upload.last_day)
    if line.approval not in APPROVALS:
        yield APPROVAL_UNKNOWN.because("approval", line=number, value=shown(line.approval))
    if line.line_id and not upload.takes(line.line_id):
        yield DUPLICATE_LINE.because("line_id", line=number)


def batch_faults(upload: Upload, lines: Iterable[LineGiven]) -> Iterator[Refusal]:
    """Find charge batches of more than one disease, and batches that a settlement holds."""
    diseases: dict[str, set[str]] = {}
    for line in lines:
        if line.batch:
            diseases.setdefault(line.batch, set()).add(line.disease_code)
    for known in upload.live:
        if known.batch in diseases:
            diseases[known.batch].add(known.disease_code)
    for batch, codes in diseases.items():
        if len(codes) > 1:
            named = ", ".join(sorted(code or "-" for code in codes))
            yield BATCH_OF_SEVERAL_DISEASES.because("disease_code", batch=shown(batch), diseases=shown(named))
        if batch in upload.settled_batches:
            yield BATCH_SETTLED.because("batch", batch=shown(batch))
