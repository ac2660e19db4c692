"""The documents of a clearing of 32 provinces, sealed and written: `python -m benchmarks.documents`.

Every ordered pair of provinces has settlements of both schemes; regulation fact 7.3 says which papers there
are. Each is written as Excel, as tagged PDF and as the sealed data; what was made before is written again,
byte by byte the same.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.figures import Figure, show
from yidi.edges.clearing.papers import (
    AGENCY,
    SCHEMES,
    Month,
    account_of,
    by_counterpart,
    national_table,
    notice_lines,
    province_tables,
    service_rows,
    write_papers,
)
from yidi.edges.documents.papers import (
    DeductionList,
    DeductionRow,
    Direction,
    Issue,
    Paper,
    Party,
    Purpose,
    SchemeDetail,
    TransferNotice,
)
from yidi.edges.packs.national import read_divisions
from yidi.processes.clearing.lines import LineKind, TableLine
from yidi.processes.clearing.records import ClearingNoticeLine, ClearingPublished
from yidi.processes.ports.deciding import NATION

THEME = "Documents"
MONTH, ISSUED, PAY_BY = "2026-10", "2026-11-12T02:00:00.000000Z", "2026-12-03"
LARGEST_SECONDS = 30.0
DEDUCTED_PAIRS, DEDUCTED_ROWS = 64, 12
FORMS = (".pdf", ".xlsx", ".json")
SERVICES = ("inpatient", "outpatient", "chronic", "pharmacy")


def month() -> Month:
    """Make the national table: every ordered pair, both schemes, settled, undone and deducted."""
    places = {place.code: place for place in read_divisions().provinces()}
    lines = []
    for at, (care, insured) in enumerate(permutations(places, 2)):
        for scheme in SCHEMES:
            count = 40 + (at * 7919) % 9_000
            fund_fen = count * 61_803 + at
            lines += [
                TableLine(care, insured, scheme, LineKind.SETTLED, count, fund_fen * 2, fund_fen, 1_000),
                TableLine(care, insured, scheme, LineKind.UNDONE, 1, -90_000, -50_000, 0),
            ]
            if at < DEDUCTED_PAIRS:
                lines.append(TableLine(care, insured, scheme, LineKind.DEDUCTION, 0, 0, -12_345, 0))
    parties = {code: Party(code, place.name, place.name_en) for code, place in places.items()}
    published = ClearingPublished(NATION, MONTH, 1, "QS-202610-V1", 2 * len(places), ISSUED)
    return Month(MONTH, NATION, published, tuple(sorted(lines)), parties)


def papers_of(found: Month) -> Iterator[Paper]:
    """Make every paper of the month."""
    yield national_table(found)
    for province in found.parties:
        yield from province_tables(found, province)
        for direction in Direction:
            yield from _details(found, province, direction)
            yield _notice(found, province, direction)
    for care, insured in list(permutations(found.parties, 2))[:DEDUCTED_PAIRS]:
        yield _deductions(found, care, insured)


def _details(found: Month, province: str, direction: Direction) -> Iterator[SchemeDetail]:
    for code, scheme in SCHEMES.items():
        sums = {}
        for other, lines in by_counterpart(found, province, direction).items():
            own = [row for row in lines if row.scheme == code]
            cells = {name: [row.settlements, row.due_fen] for name, row in zip(SERVICES, own, strict=False)}
            sums[direction, code, other] = cells
        number = found.issue(found.number(direction, province, code))
        rows = service_rows(found, province, direction, code, sums)
        yield SchemeDetail(number, found.month, direction, scheme, found.party(province), rows)


def _notice(found: Month, province: str, direction: Direction) -> TransferNotice:
    lines = [
        ClearingNoticeLine(NATION, "", other, code, sum(row.due_fen for row in rows if row.scheme == code))
        for other, rows in by_counterpart(found, province, direction).items()
        for code in SCHEMES
    ]
    party = found.party(province)
    return TransferNotice(
        Issue(found.number("TZ", direction, province), AGENCY, ISSUED[:10]),
        direction,
        Purpose.CLEARING,
        found.month,
        party,
        account_of(party, {}),
        notice_lines(found, lines, {}),
        PAY_BY,
        found.published.basis,
    )


def _deductions(found: Month, care: str, insured: str) -> DeductionList:
    rows = tuple(
        DeductionRow(
            f"S{care}{at:013}", f"H{care}00001", "2026-08", scheme, 987_654, -12_345, "超限用药", f"SH-{at}"
        )
        for at in range(DEDUCTED_ROWS)
        for scheme in SCHEMES.values()
    )
    number = found.issue(found.number("KJ", care, insured))
    return DeductionList(number, found.month, found.party(care), found.party(insured), rows)


def seconds_to_write(found: Month, key: Ed25519PrivateKey, folder: Path) -> tuple[float, list[Path]]:
    """Make, seal and write every paper; return the seconds and the files."""
    begun = time.perf_counter()
    written = write_papers(papers_of(found), folder, key)
    assert isinstance(written, list), written
    return time.perf_counter() - begun, written


def measure() -> list[Figure]:
    """Write all papers twice, compare the bytes, and tell the quicker time."""
    found, key = month(), Ed25519PrivateKey.from_private_bytes(bytes(32))
    with tempfile.TemporaryDirectory(prefix="yidi-papers-") as folder:
        once, files = seconds_to_write(found, key, Path(folder, "once"))
        begun = time.process_time()
        again, others = seconds_to_write(found, key, Path(folder, "again"))
        processor = time.process_time() - begun
        for file, other in zip(files, others, strict=True):
            assert file.read_bytes() == other.read_bytes(), f"{file.name} written again differs"
        size = sum(file.stat().st_size for file in files) / 2**20
    forms = [f"{sum(file.suffix == form for file in files)} {form[1:]}" for form in FORMS]
    note = f"{', '.join(forms)}, {size:.0f} MiB; same bytes again; {processor:.1f} s of processor time"
    name = f"documents of a month, {len(found.parties)} provinces, sealed"
    return [Figure(THEME, name, min(once, again), "s", LARGEST_SECONDS, note=note)]


if __name__ == "__main__":
    show(measure())
