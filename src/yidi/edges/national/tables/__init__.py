"""The message tables: every transaction served here, and the names of all others."""

from __future__ import annotations

from yidi.edges.national.tables import (
    basics,
    clearing,
    filings,
    inpatient,
    outpatient,
    queries,
    reconciliation,
    settlement,
)
from yidi.edges.national.tables.form import Transaction

_ROOMS = (basics, outpatient, inpatient, settlement, filings, reconciliation, clearing, queries)
SERVED: dict[str, Transaction] = {
    transaction.number: transaction for room in _ROOMS for transaction in room.TRANSACTIONS
}
"""Number -> table of every transaction served here."""
