"""What institutions ask about settlements, and what care place and insured place say to each other."""

from __future__ import annotations

from msgspec import Struct

from yidi.processes.ports.deciding import Ask, Command, Copied, Reply
from yidi.processes.visit.commands import Flags


class Totals(Struct, frozen=True, gc=False):
    """The bill in fen; total = full self + over limit + first self + in scope."""

    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int


class ClassTotals(Struct, frozen=True, gc=False):
    """One of the 14 national expense classes of an inpatient bill, in fen."""

    expense_class: str
    totals: Totals


class ItemTotals(Struct, frozen=True, gc=False):
    """One outpatient line, divided item by item, in fen."""

    line_id: str
    item_code: str
    item_class: str
    expense_class: str
    disease_code: str
    totals: Totals


class MarkTotals(Struct, frozen=True, gc=False):
    """Lines of a kind that the care place's catalogue tells apart (`known.MARKED`), in fen."""

    mark: str
    totals: Totals


class ClaimedTotals(Struct, frozen=True, gc=False):
    """What the institution says the bill is; None where it says nothing. Fen."""

    total_fen: int
    full_self_fen: int | None = None
    over_limit_fen: int | None = None
    first_self_fen: int | None = None
    in_scope_fen: int | None = None


class Settle(Command, frozen=True, kw_only=True):
    """An institution settles a visit, or one charge batch of it. Answer: Settled or Refused.

    With `trial` nothing is booked and the command may be repeated: send `TrySettle` for that.
    """

    visit_id: str
    person_no: str
    scheme: str
    credential_kind: str
    credential_no: str
    claimed: ClaimedTotals
    use_account: bool
    inpatient: bool
    batch: str = ""
    mid_stay: bool = False
    visit_kind: str = ""
    invoice_no: str = ""
    discharged_on: str = ""
    flags: Flags = Flags()
    certificate_type: str = ""
    certificate_no: str = ""
    person_name: str = ""


class TrySettle(Settle, frozen=True, kw_only=True):
    """The same as a trial: the answer is what a settlement would give now; nothing is kept."""

    queries = True


class BookSettlement(Ask, frozen=True, kw_only=True):
    """To the insured place: compute and book. Only this of the bill travels. Answer: Settled.

    `level` is the national level 1 to 3 and `grade` its letter A, B, C or empty; `ended_on` is the day of
    the benefit: of discharge, or of an outpatient settlement.
    """

    settlement_id: str
    visit_id: str
    person_no: str
    scheme: str
    area: str
    care_area: str
    institution_code: str
    institution_name: str
    institution_character: str
    level: int
    grade: str
    care_kind: str
    visit_kind: str
    disease_code: str
    flags: Flags
    started_on: str
    ended_on: str
    totals: Totals
    classes: tuple[ClassTotals, ...]
    items: tuple[ItemTotals, ...]
    use_account: bool
    credential_kind: str
    credential_no: str
    certificate_no: str = ""
    person_name: str = ""
    batch: str = ""
    """Names the charges within the visit: the same batch is never booked twice."""
    mid_stay: bool = False
    settled_on: str = ""
    """The day the institution settles, by which an area may count the benefit year; empty for a claim."""
    marked: tuple[MarkTotals, ...] = ()
    """What the expense classes do not show: the care place decides the mark, the insured place uses it."""
    traits: tuple[str, ...] = ()
    """What the care place has on record of the institution beside its level (`known.TRAITS`)."""


class TryBooking(BookSettlement, frozen=True, kw_only=True):
    """The same, computed only. Answer: Settled with an empty settlement number."""

    queries = True


class FundShare(Struct, frozen=True, gc=False):
    """What one fund pays: `fund` of the benefit domain; base and room (what the cap still allowed) in fen."""

    fund: str
    paid_fen: int
    base_fen: int
    room_fen: int


class StepShown(Struct, frozen=True, gc=False):
    """One step of the explanation, in words, with its source."""

    rule: str
    text_zh: str
    text_en: str
    source: str
    input_fen: int
    result_fen: int


class PersonShown(Struct, frozen=True, gc=False):
    """The person as the statement names them."""

    person_no: str
    name: str
    certificate_type: str
    certificate_no: str
    gender: str
    ethnicity: str
    born: str
    age: int
    person_type: str
    civil_servant: bool


class Settled(Reply, frozen=True, kw_only=True):
    """The statement: every fund's and the person's share with its explanation. All amounts fen.

    total = fund + person + hospital; person = account + cash; negative throughout when it undoes another.
    `settlement_id` is empty for a trial. `completed_for_demonstration` says that the policy pack fills
    gaps of its sources with sample figures.
    """

    settlement_id: str
    visit_id: str
    undoes: str
    person: PersonShown
    scheme: str
    area: str
    care_kind: str
    visit_kind: str
    standing: str
    filing_id: str
    totals: Totals
    deductible_fen: int
    shares: tuple[FundShare, ...]
    fund_fen: int
    person_fen: int
    account_fen: int
    mutual_aid_fen: int
    cash_fen: int
    hospital_fen: int
    balance_fen: int
    year: str
    settled_at: str
    business_day: str
    pack_id: str
    pack_hash: str
    completed_for_demonstration: bool
    steps: tuple[StepShown, ...]

    def copied(self) -> Copied:
        """Return what the nation keeps of this statement."""
        return Copied(
            self.settlement_id,
            self.undoes,
            self.area,
            self.scheme,
            self.business_day,
            self.totals.total_fen,
            self.fund_fen,
            self.account_fen,
            self.person_fen,
        )


class CancelSettlement(Command, frozen=True, kw_only=True):
    """Cancel a settlement: a negative record, all or nothing, latest first. Answer: Settled (negative)."""

    visit_id: str
    settlement_id: str
    person_no: str


class UndoBooking(Ask, frozen=True, kw_only=True):
    """To the insured place: book the negative of a settlement. Answer: Settled (negative) or Refused.

    `because` is cancel or reverse; `settlement_id` is the number of the negative record. A reversal
    (`ReverseBooking`) of what was never booked leaves a tombstone and is answered with UndoneNothing.
    """

    settlement_id: str
    undoes: str
    visit_id: str
    person_no: str
    because: str


class ReverseBooking(UndoBooking, frozen=True, kw_only=True):
    """The same, asked for by a reversal: what was never booked is barred for ever by a tombstone."""


class Reversed(Reply, frozen=True, kw_only=True):
    """The message has no effect now and never will. `found` says whether there was anything to undo."""

    original_msgid: str
    found: bool
    settlement_id: str = ""


class UndoneNothing(Reply, frozen=True, kw_only=True):
    """Nothing had been booked, and from now on cannot be: a tombstone stands."""

    undoes: str


class AskSettlement(Command, frozen=True, kw_only=True):
    """One of the sender's settlements as it stands, statement included. Answer: SettlementFound.

    By its number, else by the id of the settling message, else the latest of the visit.
    An unanswered one is asked about at the insured place by the exchange; here it shows as unknown.
    """

    queries = True
    visit_id: str
    person_no: str
    settlement_id: str = ""
    original_msgid: str = ""


class SettlementFound(Reply, frozen=True, kw_only=True):
    """The settlement: `state` is booked, undone, refused or unknown; `msgid` the settling message."""

    state: str
    msgid: str
    settled: Settled | None
    started_on: str
    ended_on: str
    institution_code: str
    institution_name: str
    grade: str
    disease_code: str
    disease_name: str
    invoice_no: str
    credential_kind: str


class AskAccumulators(Ask, frozen=True, kw_only=True):
    """A person's counters of the benefit year. Answer: AccumulatorsFound."""

    queries = True
    person_no: str
    month: str = ""


class AccumulatorShown(Struct, frozen=True):
    """One counter, in fen (or pieces for stays)."""

    scheme: str
    year: str
    counter: str
    amount: int


class AccumulatorsFound(Reply, frozen=True, kw_only=True):
    """The counters of the year."""

    person_no: str
    rows: tuple[AccumulatorShown, ...]


class CompareTotals(Command, frozen=True, kw_only=True):
    """An institution compares its totals of days with the care place's. Answer: TotalsCompared. Fen."""

    queries = True
    scheme: str
    clearing_kind: str
    since: str
    until: str
    total_fen: int
    fund_fen: int
    account_fen: int
    count: int
    refunds: bool = False


class TotalsCompared(Reply, frozen=True, kw_only=True):
    """Whether the totals agree, and the care place's own figures (fen)."""

    agrees: bool
    total_fen: int
    fund_fen: int
    account_fen: int
    count: int


class ComparedLine(Struct, frozen=True):
    """One settlement in an institution's list. Fen."""

    settlement_id: str
    visit_id: str
    person_no: str
    total_fen: int
    fund_fen: int
    account_fen: int
    refund: bool


class CompareDetails(Command, frozen=True, kw_only=True):
    """An institution compares settlement by settlement. Answer: DetailsCompared."""

    queries = True
    since: str
    until: str
    clearing_kind: str
    lines: tuple[ComparedLine, ...]


class DetailDifference(Struct, frozen=True):
    """One settlement and whether both sides agree on it; `note` says what differs."""

    line: ComparedLine
    msgid: str
    agrees: bool
    note_zh: str
    note_en: str


class DetailsCompared(Reply, frozen=True, kw_only=True):
    """Every settlement of either side."""

    lines: tuple[DetailDifference, ...]
