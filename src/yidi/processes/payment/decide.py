"""The decisions about paying institutions, as one table; `Deduct` is decided in clearing."""

from __future__ import annotations

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.processes.payment import agreeing, confirming, declaring, paying, views
from yidi.processes.payment.commands import (
    AcceptDeclaration,
    AgreePayment,
    AskDeclarations,
    AskRetention,
    ConfirmDetails,
    DeclareMonth,
    FetchDetails,
    PayInstitution,
    ReleaseRetention,
    ReturnDeclaration,
    UndoConfirmation,
    WithdrawDeclaration,
)
from yidi.processes.ports.deciding import Handler


def handlers(terms: MoneyTerms, calendar: Calendar) -> tuple[Handler, ...]:
    """Return how payment is decided: national terms of the day, and working days."""
    return (*_of_institutions(terms), *_of_agency(terms, calendar))


def _of_institutions(terms: MoneyTerms) -> tuple[Handler, ...]:
    declared = declaring.Declaring(terms)
    return (
        Handler(DeclareMonth, (declaring.needs_declared, declaring.needs_agreed), declared.declare),
        Handler(WithdrawDeclaration, (declaring.needs_declaration,), declaring.withdraw),
        Handler(FetchDetails, (confirming.needs_details,), confirming.fetch),
        Handler(ConfirmDetails, (confirming.needs_details,), confirming.confirm),
        Handler(UndoConfirmation, (confirming.needs_details,), confirming.undo),
    )


def _of_agency(terms: MoneyTerms, calendar: Calendar) -> tuple[Handler, ...]:
    accepting, paid = paying.Accepting(terms, calendar), paying.Paying(terms)
    return (
        Handler(AgreePayment, (agreeing.no_needs,), agreeing.agree),
        Handler(
            AcceptDeclaration,
            (paying.needs_one, paying.needs_its_area, paying.needs_its_agreements),
            accepting.accept,
        ),
        Handler(ReturnDeclaration, (paying.needs_one,), paying.send_back),
        Handler(
            PayInstitution,
            (paying.needs_payment, paying.needs_payees_area, paying.needs_payees_agreements),
            paid.pay,
        ),
        Handler(ReleaseRetention, (views.needs_retention,), paying.release),
        Handler(AskDeclarations, (views.needs_all,), views.show),
        Handler(AskRetention, (views.needs_retention,), views.Retention(terms).show),
    )
