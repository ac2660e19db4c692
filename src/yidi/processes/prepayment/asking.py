"""A province hears of warnings, and as care place asks for an emergency top-up (regulation 6.10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import (
    NATION,
    Command,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
    under_way,
)
from yidi.processes.prepayment.commands import RequestTopUp, SubmitTopUp, TellDecision, TellRates
from yidi.processes.prepayment.nation import terms_on
from yidi.processes.prepayment.records import RATES, TOP_UPS_OF_MONTH, Basis, TopUp, UsageRate
from yidi.processes.prepayment.refusals import NOT_RED, TOO_LATE_TO_ASK
from yidi.processes.prepayment.usage import needed_fen
from yidi.processes.prepayment.views import latest_rates
from yidi.processes.prepayment.warning import ASKABLE, top_up_invalid


def nothing(command: Command, facts: Facts) -> Iterable[Key]:
    """Need no facts."""
    return ()


def hear_rates(command: TellRates, facts: Facts, moment: Moment) -> Decision:
    """Keep the own copy of warnings."""
    rows = [row._replace(jurisdiction=command.jurisdiction) for row in command.rates]
    return under_way(*rows, messages=())


def hear_decision(command: TellDecision, facts: Facts, moment: Moment) -> Decision:
    """Keep the own copy of a decision on a request."""
    return under_way(command.decision._replace(jurisdiction=command.jurisdiction), messages=())


class Applicant:
    """Asks for top-ups by dated terms and the calendar of working days."""

    def __init__(self, terms: MoneyTerms, calendar: Calendar) -> None:
        self._terms, self._calendar = terms, calendar

    def needs(self, command: RequestTopUp, facts: Facts) -> Iterable[Key]:
        """Need the own copies of the month's warnings and requests."""
        yield RATES.key(command.jurisdiction, command.month, Basis.CLEARED)
        yield TOP_UPS_OF_MONTH.key(command.jurisdiction, command.month)

    def decide(self, command: RequestTopUp, facts: Facts, moment: Moment) -> Decision:
        """Ask the nation, when the float is red and the time has not passed."""
        here = command.jurisdiction
        rates = latest_rates(facts.many(RATES, here, command.month, Basis.CLEARED))
        wanted = (command.insured, here, command.scheme)
        row = next((row for row in rates if (row.insured, row.care, row.scheme) == wanted), None)
        if row is None or row.colour not in ASKABLE:
            values = {"month": command.month, "insured": command.insured, "scheme": command.scheme}
            return refused(command, NOT_RED.because("month", **values))
        terms = terms_on(self._terms, moment)
        if isinstance(terms, Refusal):
            return refused(command, terms)
        needed = needed_fen(row.used_fen, row.prepaid_fen, terms)
        findings = self._faults(command, facts, row, needed, terms.top_up_request_working_days, moment)
        if findings:
            return refused(command, *findings)
        today = moment.today.isoformat()
        request = TopUp(
            here,
            f"TU-{moment.reference}",
            command.month,
            *wanted,
            command.amount_fen,
            needed,
            command.reason,
            today,
            moment.instant,
        )
        submitted = SubmitTopUp(
            jurisdiction=NATION,
            sender=here,
            msgid=f"top-up/{request.request_no}",
            request=request._replace(jurisdiction=NATION),
        )
        return accepted(command, Done(reference=request.request_no), request, messages=(submitted,))

    def _faults(
        self,
        command: RequestTopUp,
        facts: Facts,
        row: UsageRate,
        needed: int,
        working_days: int,
        moment: Moment,
    ) -> list[Refusal]:
        findings: list[Refusal] = []
        until = self._until(row.signed_on, working_days, moment)
        if isinstance(until, Refusal):
            findings.append(until)
        elif until < moment.today.isoformat():
            values = {"month": command.month, "signed_on": row.signed_on, "until": until}
            findings.append(TOO_LATE_TO_ASK.because("month", **values))
        asked = {
            (past.insured, past.scheme)
            for past in facts.many(TOP_UPS_OF_MONTH, command.jurisdiction, command.month)
        }
        if (command.insured, command.scheme) in asked or not 0 < command.amount_fen <= needed:
            findings.append(top_up_invalid("amount_fen", command.amount_fen, 1, needed))
        return findings

    def _until(self, signed_on: str, working_days: int, moment: Moment) -> str | Refusal:
        """Return the last day to ask. So many working days are at least so many days: within them none is
        counted, so that a year that is not loaded stands against nobody who is surely in time.
        """
        at_least = date.fromisoformat(signed_on) + timedelta(days=working_days)
        if moment.today <= at_least:
            return at_least.isoformat()
        return self._calendar.add_working_days(signed_on, working_days)
