"""Which columns hold personal identifiers or users' secrets, in one table. A test finds a forgotten one.

KEPT is encrypted only. SEARCHED is looked up by equality as well: its column holds a keyed hash, so that
keys, indexes and joins go on working, and a column of its own beside it holds the encrypted value.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from yidi.edges.access.records import SecondFactor
from yidi.processes.claim.records import Claim
from yidi.processes.enrolment.records import Credential, DirectoryEntry, Person
from yidi.processes.filing.records import Filing
from yidi.processes.finance.records import ImportedLine
from yidi.processes.network.records import StoredFile
from yidi.processes.ports.deciding import Record
from yidi.processes.relay.records import Replied
from yidi.processes.settlement.records import SettlementAnswered
from yidi.processes.visit.records import SettlementList, Visit, VisitChange


class Mark(Enum):
    """How a personal value lies in the database."""

    KEPT = "kept"
    SEARCHED = "searched"


KEPT, SEARCHED = Mark.KEPT, Mark.SEARCHED

MARKS: Mapping[type[Record], Mapping[str, Mark]] = {
    Person: {"certificate_no": SEARCHED, "name": KEPT, "born": KEPT},
    Credential: {"number": SEARCHED},
    DirectoryEntry: {"number": SEARCHED},
    Filing: {"agent_name": KEPT, "agent_certificate_no": KEPT, "agent_phone": KEPT, "reason": KEPT},
    Visit: {"person_name": KEPT, "certificate_no": KEPT, "particulars": KEPT},
    VisitChange: {"particulars": KEPT},
    SettlementList: {"content": KEPT},
    SettlementAnswered: {"statement": KEPT},
    StoredFile: {"name": KEPT, "content": KEPT},
    Claim: {"note": KEPT},
    ImportedLine: {"counterpart": KEPT, "counterpart_account": KEPT, "remark": KEPT},
    Replied: {"reply": KEPT},
    SecondFactor: {"secret": KEPT},
}
"""Record and field -> how it lies there. A text that may hold anything counts as personal."""


def cipher_column(field: str) -> str:
    """Name the column beside a searched one that holds its encrypted value."""
    return f"{field}_cipher"


def searched(record: type[Record]) -> tuple[str, ...]:
    """Return the searched fields of a record, in the order of its columns."""
    return tuple(field for field, mark in MARKS.get(record, {}).items() if mark is SEARCHED)
