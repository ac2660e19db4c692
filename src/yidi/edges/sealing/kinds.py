"""Which facts are sealed, how each is named, and which chain it belongs to.

Settlements: at the insured place and at the care place a chain a person; the nation knows no person, its
copies are chained by pair of provinces. Results of reconciliation are chained by day, documents of
clearing by month, of prepayment by notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from yidi.edges.storage.schema import table_name
from yidi.processes.clearing import records as clearing
from yidi.processes.ports.deciding import Record
from yidi.processes.prepayment import records as prepayment
from yidi.processes.reconciliation import records as reconciliation
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import AccumulatorEntry, Settlement, SettlementAnswered


class Kind(NamedTuple):
    """A kind of sealed fact: its record, the indexes of its key, and what names its chain.

    `person` is the index of the person's number where the chain is a person's, else -1; `family` writes
    the chain's name otherwise. `by_node` gives every node a chain of its own, where many facts of many
    persons would otherwise contend for one. `where` is a column that must not be empty, if any.
    """

    name: str
    record: type[Record]
    key: tuple[int, ...]
    person: int = -1
    family: Callable[[Any], str] = str
    by_node: bool = False
    where: str = ""

    def seals(self, row: Record) -> bool:
        """Whether a fact of this kind is sealed."""
        return not self.where or getattr(row, self.where) != ""

    @property
    def condition(self) -> str:
        """The SQL condition of what is sealed, on rows `f`."""
        return f"f.{self.where} <> ''" if self.where else "1 = 1"

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The names of the key's columns."""
        fields: tuple[str, ...] = self.record._fields  # type: ignore[attr-defined]
        return tuple(fields[index] for index in self.key)

    def fact(self, row: Record) -> str:
        """Write the key of a fact as JSON."""
        return msgspec.json.encode([row[index] for index in self.key]).decode()


def _kind(record: type[Record], key: str, family: Callable[[Any], str], *, by_node: bool = False) -> Kind:
    fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
    indexes = tuple(fields.index(field) for field in key.split())
    return Kind(table_name(record), record, indexes, family=family, by_node=by_node)


def _of_person(record: type[Record], key: str) -> Kind:
    fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
    return _kind(record, key, str)._replace(person=fields.index("person_no"))


def _pair(row: Returned) -> str:
    return f"returned/{row.insured}/{row.care}"


def _month(row: Any) -> str:
    return f"clearing/{row.month}"


def _day(row: Any) -> str:
    return f"reconciliation/{row.day}"


def _notice(row: Any) -> str:
    return f"prepayment/{row.notice_no}"


_KINDS = (
    _of_person(Settlement, "settlement_id"),
    _of_person(SettlementAnswered, "settlement_id"),
    _of_person(AccumulatorEntry, "settlement_id counter"),
    _kind(Returned, "case_id msgid", _pair, by_node=True)._replace(where="settlement_id"),
    _kind(reconciliation.ReconciliationRun, "day version", _day),
    _kind(reconciliation.ComparedSide, "day version side province", _day),
    _kind(reconciliation.Difference, "difference_id version", _day),
    _kind(reconciliation.ReconciliationCase, "case_no version", _day),
    _kind(clearing.ClearingRun, "month version", _month),
    _kind(clearing.ClearingLine, "month table_version care insured scheme kind", _month),
    _kind(clearing.ClearingItem, "month table_version way settlement_id cause", _month),
    _kind(clearing.ClearingCheck, "month recorded_at", _month),
    _kind(clearing.ClearingSignature, "month province lines_digest", _month),
    _kind(clearing.ClearingDispute, "settlement_id version", _month),
    _kind(clearing.ClearingNotice, "number", _month),
    _kind(
        clearing.ClearingNoticeLine, "number counterpart scheme", lambda row: f"clearing/notice/{row.number}"
    ),
    _kind(clearing.ClearingPublished, "month version", _month),
    _kind(clearing.ClearingStep, "month payer payee step", _month),
    _kind(clearing.ClearingAdjustment, "adjustment_id", _month),
    _kind(clearing.ClearingYear, "year", lambda row: f"clearing/{row.year}"),
    _kind(prepayment.PrepaymentNotice, "notice_no", _notice),
    _kind(prepayment.PrepaymentNoticeLine, "notice_no line", _notice),
    _kind(prepayment.PrepaymentStep, "notice_no step line", _notice),
)
KINDS: Mapping[type[Record], Kind] = {kind.record: kind for kind in _KINDS}
KIND_OF_TABLE: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
