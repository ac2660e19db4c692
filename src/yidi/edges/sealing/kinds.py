"""Which facts are sealed, how each is named, and which chain it belongs to.

Settlements: at the insured place and at the care place a chain a person; the nation knows no person, its
copies are chained by pair of provinces. Results of reconciliation are chained by day, documents of
clearing by month, of prepayment by notice, of paying institutions and of the bank by what they belong to.
Postings are chained by month, except those that follow from a settlement: deriving.py proves them. The
record of access, above all who was shown whose data, is chained by day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from yidi.edges.access.records import CHAINED, PersonalReading, SignInAttempt, UserAct
from yidi.edges.storage.schema import table_name
from yidi.processes.clearing import records as clearing
from yidi.processes.enrolment.records import AccountEntry
from yidi.processes.finance import records as finance
from yidi.processes.payment import records as payment
from yidi.processes.ports.deciding import Record
from yidi.processes.prepayment import records as prepayment
from yidi.processes.reconciliation import records as reconciliation
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import AccumulatorEntry, Posting, Settlement, SettlementAnswered

OF_SETTLEMENTS = ("A", "B")
"""What the ids of entries begin with that follow from a settlement: A of its answer, B of its booking."""


def _every(row: Record) -> bool:
    return True


class Kind(NamedTuple):
    """A kind of sealed fact: its record, the indexes of its key, and what names its chain.

    `person` is the index of the person's number where the chain is a person's, else -1; `family` writes
    the chain's name otherwise. `by_node` gives every node a chain of its own, where many facts of many
    persons would otherwise contend for one. `seals` says whether a fact of this kind is sealed, and
    `condition` the same in SQL, on rows `f`.
    """

    name: str
    record: type[Record]
    key: tuple[int, ...]
    person: int = -1
    family: Callable[[Any], str] = str
    by_node: bool = False
    seals: Callable[[Any], bool] = _every
    condition: str = "1 = 1"

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


def _payment(row: Any) -> str:
    return f"payment/{row.payment_id}"


def _recorded(row: Any) -> str:
    """Name the chain of what belongs to no month of its own by the month it was recorded in."""
    return f"payment/{row.recorded_at[:7]}"


def _ledger(row: Posting) -> str:
    return f"ledger/{row.business_day[:7]}"


def _returned() -> Kind:
    kind = _kind(Returned, "case_id msgid", _pair, by_node=True)
    return kind._replace(seals=lambda row: row.settlement_id != "", condition="f.settlement_id <> ''")


def _account_entry() -> Kind:
    kind = _of_person(AccountEntry, "person_no entry_id")
    return kind._replace(seals=lambda row: row.reason != "settlement", condition="f.reason <> 'settlement'")


def _posting() -> Kind:
    marks = ", ".join(f"'{mark}'" for mark in OF_SETTLEMENTS)
    return _kind(Posting, "entry_id line", _ledger)._replace(
        seals=lambda row: not row.entry_id.startswith(OF_SETTLEMENTS),
        condition=f"SUBSTR(f.entry_id, 1, 1) NOT IN ({marks})",
    )


def _access(record: type[Record], key: str) -> Kind:
    """Chain a record of access by the day it was made, a chain a node.

    What was recorded before such records were chained has no link, and is not looked for.
    """
    kind = _kind(record, key, lambda row: f"access/{row.at[:10]}", by_node=True)
    first = f"SELECT COALESCE(MIN(linked_at), '9') FROM chain_link WHERE kind = '{kind.name}'"
    return kind._replace(condition=f"f.at >= ({first})")


_KINDS = (
    _of_person(Settlement, "settlement_id"),
    _of_person(SettlementAnswered, "settlement_id"),
    _of_person(AccumulatorEntry, "settlement_id counter"),
    _account_entry(),
    _returned(),
    _posting(),
    _kind(reconciliation.ReconciliationRun, "day version", _day),
    _kind(reconciliation.ComparedSide, "day version side province", _day),
    _kind(reconciliation.Difference, "difference_id version", _day),
    _kind(reconciliation.RepairSent, "difference_id version", _day),
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
    _kind(prepayment.YearPlan, "year", lambda row: f"prepayment/{row.year}"),
    _kind(
        prepayment.PrepaymentChange, "cause insured care scheme", lambda row: f"prepayment/change/{row.cause}"
    ),
    _kind(prepayment.PrepaymentNotice, "notice_no", _notice),
    _kind(prepayment.PrepaymentNoticeLine, "notice_no line", _notice),
    _kind(prepayment.PrepaymentStep, "notice_no step line", _notice),
    _kind(prepayment.AreaPayment, "notice_no area scheme", _notice),
    _kind(prepayment.TopUp, "request_no", lambda row: f"prepayment/{row.month}"),
    _kind(prepayment.TopUpDecision, "request_no", lambda row: f"prepayment/{row.decided_on[:7]}"),
    _kind(payment.Declaration, "declaration_id version", lambda row: f"payment/{row.month}"),
    _kind(payment.DeclarationDeduction, "deduction_id", _recorded),
    _kind(payment.DeductionTaken, "deduction_id", _payment),
    _kind(payment.InstitutionPayment, "payment_id", _payment),
    _kind(payment.InstitutionPaymentLine, "payment_id scheme", _payment),
    _kind(payment.RetentionRelease, "institution_code year release_id scheme", _recorded),
    _kind(finance.PartyAccount, "party version", lambda row: f"finance/account/{row.party}"),
    _kind(finance.ImportedStatement, "account statement_no", lambda row: f"finance/{row.account}"),
    _kind(finance.ImportedLine, "line_id", lambda row: f"finance/statement/{row.statement_id}"),
    _kind(finance.LineFate, "line_id version", lambda row: f"finance/{row.recorded_at[:7]}"),
    _kind(finance.OrderBatch, "batch_no", lambda row: f"finance/order/{row.batch_no}"),
    _kind(finance.PaymentOrdered, "expected_id", lambda row: f"finance/order/{row.batch_no}"),
    _access(PersonalReading, "reading_id"),
    _access(UserAct, "act_id"),
    _access(SignInAttempt, "attempt_id"),
)
KINDS: Mapping[type[Record], Kind] = {kind.record: kind for kind in _KINDS}
KIND_OF_TABLE: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
OF_ACCESS = frozenset(KINDS[record].name for record in CHAINED)
"""The kinds of the record of access."""
