"""The decisions of prepayment, as one table."""

from __future__ import annotations

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.processes.ports.deciding import Handler
from yidi.processes.prepayment import areas, asking, nation, steps, warning
from yidi.processes.prepayment.commands import (
    AcknowledgePrepayment,
    AreaPaid,
    CallAreas,
    ConfirmPrepaymentReceived,
    CountAreaUse,
    CountUse,
    DecideTopUp,
    DeliverPrepaymentNotice,
    HandPrepaymentOver,
    NotePrepaymentStep,
    PlanYear,
    RateMonth,
    ReportPrepaymentPaid,
    RequestTopUp,
    SubmitTopUp,
    TellDecision,
    TellRates,
)


def handlers(terms: MoneyTerms, calendar: Calendar) -> tuple[Handler, ...]:
    """Return how prepayment decides, by these dated terms and this calendar of working days."""
    planner = nation.YearPlanner(terms, calendar)
    warden = warning.Warden(terms, calendar)
    applicant = asking.Applicant(terms, calendar)
    worked = (steps.needs_of_notice,)
    return (
        Handler(CountUse, (nation.needs_of_count,), nation.count_use),
        Handler(PlanYear, (planner.needs,), planner.decide),
        Handler(RateMonth, (warden.needs_of_rating,), warden.rate),
        Handler(DecideTopUp, (warden.needs_of_decision, warden.needs_of_red), warden.decide_top_up),
        Handler(SubmitTopUp, (warning.nothing,), warning.keep_request),
        Handler(NotePrepaymentStep, (steps.needs_of_noted,), steps.note_step),
        Handler(DeliverPrepaymentNotice, (steps.nothing,), steps.receive_notice),
        Handler(TellRates, (asking.nothing,), asking.hear_rates),
        Handler(TellDecision, (asking.nothing,), asking.hear_decision),
        Handler(RequestTopUp, (applicant.needs,), applicant.decide),
        Handler(AcknowledgePrepayment, worked, steps.acknowledge),
        Handler(HandPrepaymentOver, worked, steps.hand_over),
        Handler(ReportPrepaymentPaid, worked, steps.report_paid),
        Handler(ConfirmPrepaymentReceived, worked, steps.confirm_received),
        Handler(CountAreaUse, (areas.needs_of_count,), areas.count_area_use),
        Handler(CallAreas, (areas.needs_of_call, areas.needs_of_use), areas.call_areas),
        Handler(AreaPaid, (areas.needs_of_payment,), areas.area_paid),
    )
