"""How filings are read for people: each in its latest version."""

from __future__ import annotations

from msgspec import Struct

from yidi.edges.storage.reading import Rows
from yidi.processes.filing.records import Filing


class FilingLine(Struct, frozen=True):
    """One filing as it stands; `end` is the day after the last."""

    filing_id: str
    version: int
    category: str
    state: str
    care_area: str
    institution_code: str
    diagnosis_code: str
    disease_name: str
    start: str
    end: str
    committed: bool
    agent_name: str
    filed_at: str


async def filings(rows: Rows, province: str, person_no: str, limit: int = 100) -> list[FilingLine]:
    """List a person's filings, newest first."""
    where = {"jurisdiction": province, "person_no": person_no}
    latest: dict[str, Filing] = {}
    for row in await rows(Filing, where, ("filing_id", "version"), 10 * limit):
        latest[row.filing_id] = row
    newest = sorted(latest.values(), key=lambda row: (row.filed_at, row.filing_id), reverse=True)
    return [line_of(row) for row in newest[:limit]]


def line_of(row: Filing) -> FilingLine:
    """Show one filing."""
    return FilingLine(
        row.filing_id,
        row.version,
        row.category,
        row.state,
        row.care_area,
        row.institution_code,
        row.diagnosis_code,
        row.disease_name,
        row.start,
        row.end,
        bool(row.committed),
        row.agent_name,
        row.filed_at,
    )
