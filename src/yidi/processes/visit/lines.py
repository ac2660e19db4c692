"""Fee lines: uploaded whole or not at all, priced once by the care place's catalogue of the day; withdrawn.

Checks follow failure class 7 of the interface; refunds as it defines them (a negative line that names the
line it takes back); one disease a charge batch (regulation 5.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from yidi.domain.catalogue.item import PriceLevel
from yidi.domain.catalogue.pricing import PricedLine, price_line
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import INSTITUTION
from yidi.processes.network.views import current, level_of
from yidi.processes.ports.catalogues import Catalogues
from yidi.processes.ports.deciding import (
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
)
from yidi.processes.ports.settled import Coverage, SettledLines
from yidi.processes.visit.access import holding, meant_otherwise, needs_of_visit, not_standing, own_visit
from yidi.processes.visit.changes import lines_of, needs_of_lines
from yidi.processes.visit.commands import LineGiven, LinesPriced, UploadLines, WithdrawLines
from yidi.processes.visit.line_checks import Upload, batch_faults, line_faults
from yidi.processes.visit.prices import domain_line, line_record, line_shown
from yidi.processes.visit.records import LINES, FeeLine, LineWithdrawal
from yidi.processes.visit.refunds import Refunds
from yidi.processes.visit.refusals import (
    BATCH_UNKNOWN,
    CLAIMED,
    LINE_REFUNDED,
    LINE_SETTLED,
    LINE_UNKNOWN,
    NO_LINES,
    NOT_A_STAY,
    NOT_OUTPATIENT,
)
from yidi.processes.visit.views import VisitNow, VisitState, uncovered


class Scene(NamedTuple):
    """The visit as the upload finds it."""

    now: VisitNow
    live: tuple[FeeLine, ...]
    coverage: Coverage


class FeeLines:
    """Decides uploads and withdrawals."""

    def __init__(self, catalogues: Catalogues, settled: SettledLines) -> None:
        self._catalogues, self._settled = catalogues, settled

    def needs_of_upload(self, command: UploadLines, facts: Facts) -> Iterable[Key]:
        """Need the visit, its lines and settlements, and the institution's level."""
        yield from needs_of_visit(command, facts)
        yield from needs_of_lines(command.jurisdiction, command.visit_id, self._settled)
        yield INSTITUTION.key(command.jurisdiction, command.sender)

    def upload(self, command: UploadLines, facts: Facts, moment: Moment) -> Decision:
        """Price all lines and keep them, or refuse with every finding of every line."""
        now = own_visit(command, facts)
        if isinstance(now, Refusal):
            return refused(command, now)
        scene = self._scene(command, facts, now)
        against = tuple(_against_upload(command, scene))
        if against:
            return refused(command, *against)
        return self._priced(command, facts, moment, scene)

    def _scene(self, command: UploadLines | WithdrawLines, facts: Facts, now: VisitNow) -> Scene:
        place, visit_id = command.jurisdiction, command.visit_id
        live = lines_of(facts, place, visit_id)
        return Scene(now, live, self._settled.coverage(facts, place, visit_id, live))

    def _priced(self, command: UploadLines, facts: Facts, moment: Moment, scene: Scene) -> Decision:
        place = command.jurisdiction
        institution = current(facts.many(INSTITUTION, place, command.sender))
        area = scene.now.visit.care_area if institution is None else institution.area
        level = PriceLevel(level_of("" if institution is None else institution.grade).level)
        find = self._catalogues.of(area or place).find
        upload = Upload(scene.now, scene.live, scene.coverage, moment.today.isoformat())
        refunds = Refunds(scene.live, command.lines, scene.coverage)
        findings: list[Refusal] = []
        priced: list[tuple[LineGiven, PricedLine]] = []
        for index, line in enumerate(command.lines):
            faults = line_faults(upload, line, index)
            refunded, refund_faults = refunds.check(line)
            findings += faults
            findings += refund_faults
            result = price_line(find(*_item_and_day(line, refunded)), domain_line(line, refunded), level)
            if isinstance(result, Refusal):
                findings.append(result)
            else:
                priced.append((line, result))
        findings += () if command.inpatient else batch_faults(upload, command.lines)
        if findings:
            return refused(command, *findings)
        first, at = len(facts.many(LINES, place, command.visit_id)), moment.instant
        records = [
            line_record(command, line, result, first + offset, at)
            for offset, (line, result) in enumerate(priced)
        ]
        shown = tuple([line_shown(result, line.quantity, line.price) for line, result in priced])
        return accepted(command, LinesPriced(lines=shown), *records)

    def needs_of_withdrawal(self, command: WithdrawLines, facts: Facts) -> Iterable[Key]:
        """Need the visit, its lines and settlements."""
        yield from needs_of_visit(command, facts)
        yield from needs_of_lines(command.jurisdiction, command.visit_id, self._settled)

    def withdraw(self, command: WithdrawLines, facts: Facts, moment: Moment) -> Decision:
        """Withdraw lines that no settlement holds: those named, those of a batch, or all."""
        now = own_visit(command, facts, command.person_no)
        if isinstance(now, Refusal):
            return refused(command, now)
        scene = self._scene(command, facts, now)
        chosen = _chosen(command, scene)
        findings = (
            *meant_otherwise(now, command.inpatient),
            *not_standing(now),
            *_against_withdrawal(command, scene, chosen),
        )
        if findings:
            return refused(command, *findings)
        place, visit_id = command.jurisdiction, command.visit_id
        rows = [
            LineWithdrawal(place, visit_id, line.line_id, line.msgid, command.msgid, moment.instant)
            for line in chosen
        ]
        return accepted(command, Done(reference=visit_id), *rows)


def _item_and_day(line: LineGiven, refunded: FeeLine | LineGiven | None) -> tuple[str, str]:
    """A refund is priced as what it takes back was: by the catalogue of that day."""
    return line.item_code.strip(), (line if refunded is None else refunded).occurred_at[:10]


def _against_upload(command: UploadLines, scene: Scene) -> Iterator[Refusal]:
    now, visit_id = scene.now, command.visit_id
    if command.inpatient and not now.inpatient:
        yield NOT_A_STAY.because("visit_id", visit_id=visit_id)
    elif now.inpatient and not command.inpatient:
        yield NOT_OUTPATIENT.because("visit_id", visit_id=visit_id)
    yield from not_standing(now)
    if not command.lines:
        yield NO_LINES.because("lines")
    coverage = scene.coverage
    if coverage.claimed:
        yield CLAIMED.because("visit_id", visit_id=visit_id)
    elif now.state is VisitState.DISCHARGED and not uncovered(scene.live, coverage.settlement_of):
        yield from holding(visit_id, coverage)


def _chosen(command: WithdrawLines, scene: Scene) -> Sequence[FeeLine]:
    """Named lines whatever their state; of a batch or of all, those that no settlement holds."""
    if command.line_ids:
        named = set(command.line_ids)
        return [line for line in scene.live if line.line_id in named]
    free = uncovered(scene.live, scene.coverage.settlement_of)
    return [line for line in free if command.batch in ("", line.batch)]


def _against_withdrawal(command: WithdrawLines, scene: Scene, chosen: Sequence[FeeLine]) -> Iterator[Refusal]:
    if scene.coverage.claimed:
        yield CLAIMED.because("visit_id", visit_id=command.visit_id)
    ids = {line.line_id for line in chosen}
    for line_id in dict.fromkeys(command.line_ids):
        settlement_id = scene.coverage.settlement_of.get(line_id, "")
        if line_id not in ids:
            yield LINE_UNKNOWN.because("line_ids", visit_id=command.visit_id, line=line_id[:40])
        elif settlement_id:
            yield LINE_SETTLED.because("line_ids", line=line_id[:40], settlement_id=settlement_id)
    if not command.line_ids and not chosen:
        yield from _nothing_chosen(command, scene)
    for line in scene.live:
        if line.refunds in ids and line.line_id not in ids:
            yield LINE_REFUNDED.because("line_ids", line=line.refunds, refund=line.line_id)


def _nothing_chosen(command: WithdrawLines, scene: Scene) -> Iterator[Refusal]:
    """Everything may be withdrawn twice; a batch that is not there is a mistake, a settled one a refusal."""
    batch = command.batch
    held = [line for line in scene.live if batch in ("", line.batch)]
    if held:
        for line in held[:1]:
            settlement_id = scene.coverage.settlement_of.get(line.line_id, "")
            yield LINE_SETTLED.because("batch", line=line.line_id[:40], settlement_id=settlement_id)
    elif batch:
        yield BATCH_UNKNOWN.because("batch", visit_id=command.visit_id, batch=batch[:40])
