"""Which function decides which message of settlement."""

from __future__ import annotations

from yidi.domain.policy.policy import Policies
from yidi.processes.enrolment.numbers import following
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.corrected import Corrections
from yidi.processes.ports.deciding import Handler
from yidi.processes.relay.commands import Answered
from yidi.processes.settlement import asking, cancelling, comparing, queries, undoing
from yidi.processes.settlement.answering import hear_booking, needs_asked
from yidi.processes.settlement.booking import Booker
from yidi.processes.settlement.cancelling import Undoing
from yidi.processes.settlement.commands import (
    AskAccumulators,
    AskSettlement,
    BookSettlement,
    CancelSettlement,
    CompareDetails,
    CompareTotals,
    ReverseBooking,
    Settle,
    TryBooking,
    TrySettle,
    UndoBooking,
)
from yidi.processes.settlement.entering import decide_booking
from yidi.processes.settlement.queries import AccumulatorReader


def handlers(policies: Policies, areas: Areas, corrections: Corrections) -> tuple[Handler, ...]:
    """Return the handlers of settlement, for care places and insured places alike."""
    undoing_heard = Undoing(corrections)
    undone = (needs_asked, undoing_heard.needs, undoing_heard.needs_then)
    booker = Booker(policies, areas)
    book, needs = decide_booking(booker), (booker.needs_first, booker.needs_then, booker.needs_numbers)
    ask = (asking.needs_first, asking.needs_then)
    reader = AccumulatorReader(policies)
    return (
        Handler(Settle, ask, asking.ask_settlement),
        Handler(TrySettle, ask, asking.ask_settlement),
        following(Handler(BookSettlement, needs, book)),
        following(Handler(TryBooking, needs, book)),
        Handler(Answered, (needs_asked,), hear_booking, BookSettlement.__name__),
        Handler(CancelSettlement, (cancelling.needs_cancel,), cancelling.cancel),
        following(Handler(UndoBooking, (undoing.needs_first, undoing.needs_then), undoing.undo)),
        Handler(Answered, undone, undoing_heard.cancelled, UndoBooking.__name__),
        following(Handler(ReverseBooking, (undoing.needs_first, undoing.needs_then), undoing.undo)),
        Handler(Answered, undone, undoing_heard.reversed, ReverseBooking.__name__),
        Handler(AskSettlement, (queries.needs_settlement,), queries.find_settlement),
        following(Handler(AskAccumulators, (reader.needs_first, reader.needs_then), reader.decide)),
        Handler(CompareTotals, (comparing.needs_days,), comparing.compare_totals),
        Handler(CompareDetails, (comparing.needs_days,), comparing.compare_details),
    )
