"""The nation rates a month, warns provinces, and reviews emergency top-ups (regulation 6.9, 6.10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money import format_yuan
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import (
    NATION,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
    under_way,
)
from yidi.processes.prepayment.commands import (
    DecideTopUp,
    MonthRated,
    RateMonth,
    SubmitTopUp,
    TellDecision,
    TellRates,
)
from yidi.processes.prepayment.nation import not_the_nation, standing, terms_on
from yidi.processes.prepayment.notices import deadlines, delivered, kept, write_notices
from yidi.processes.prepayment.planning import Explained, Float
from yidi.processes.prepayment.records import (
    COUNTS_OF_MONTH,
    RATES,
    SCHEMES,
    STANDING,
    TOP_UP,
    TOP_UP_DECISION,
    USE_OF_MONTH,
    Basis,
    Colour,
    PrepaymentChange,
    TopUp,
    TopUpDecision,
    UsageRate,
)
from yidi.processes.prepayment.refusals import (
    MONTH_NOT_COUNTED,
    NOT_RED,
    TOP_UP_INVALID,
    TOP_UP_UNKNOWN,
)
from yidi.processes.prepayment.usage import Usage, rates_of
from yidi.processes.prepayment.views import latest_rates, latest_use

TOP_UP_KIND = "top_up"
ASKABLE = frozenset({Colour.RED, Colour.UNFUNDED})
"""Warnings that let a care province ask for a top-up."""


def needs_of_standing(here: str) -> Iterable[Key]:
    """Need what stands of both schemes."""
    return [STANDING.key(here, scheme) for scheme in SCHEMES]


class Warden:
    """Rates and reviews by dated terms and the calendar of working days."""

    def __init__(self, terms: MoneyTerms, calendar: Calendar) -> None:
        self._terms, self._calendar = terms, calendar

    def needs_of_rating(self, command: RateMonth, facts: Facts) -> Iterable[Key]:
        """Need the month's count, what stands, and earlier ratings."""
        here, month, basis = command.jurisdiction, command.month, command.basis
        yield COUNTS_OF_MONTH.key(here, month, basis)
        yield USE_OF_MONTH.key(here, month, basis)
        yield RATES.key(here, month, basis)
        yield from needs_of_standing(here)

    def rate(self, command: RateMonth, facts: Facts, moment: Moment) -> Decision:
        """Rate every float; of a signed clearing, tell both provinces of every warning."""
        here, month, basis = command.jurisdiction, command.month, command.basis
        counts = facts.many(COUNTS_OF_MONTH, here, month, basis)
        terms = terms_on(self._terms, moment)
        findings = list(not_the_nation(command))
        if not counts:
            findings.append(MONTH_NOT_COUNTED.because("month", month=month, basis=basis.value))
        if isinstance(terms, Refusal):
            findings.append(terms)
        if findings or isinstance(terms, Refusal):
            return refused(command, *findings)
        uses = latest_use(counts, facts.many(USE_OF_MONTH, here, month, basis))
        version = max([row.version for row in facts.many(RATES, here, month, basis)], default=0) + 1
        signed = {signing.care: signing.day for signing in command.signings}
        rated = [
            _rate_row(command, usage, version, signed, moment)
            for usage in rates_of(uses, standing(facts, here), terms)
        ]
        colours = Counter([row.colour for row in rated])
        reply = MonthRated(**{colour.value: colours[colour.value] for colour in Colour})
        told = _told(command, rated, moment) if basis is Basis.CLEARED else ()
        return accepted(command, reply, *rated, messages=told)

    def needs_of_decision(self, command: DecideTopUp, facts: Facts) -> Iterable[Key]:
        """Need the request, and whether it is decided."""
        yield TOP_UP.key(command.jurisdiction, command.request_no)
        yield TOP_UP_DECISION.key(command.jurisdiction, command.request_no)
        yield from needs_of_standing(command.jurisdiction)

    def needs_of_red(self, command: DecideTopUp, facts: Facts) -> Iterable[Key]:
        """Need the nation's own rating of the month that the request names."""
        request = facts.one(TOP_UP, command.jurisdiction, command.request_no)
        if request is not None:
            yield RATES.key(command.jurisdiction, request.month, Basis.CLEARED)

    def decide_top_up(self, command: DecideTopUp, facts: Facts, moment: Moment) -> Decision:
        """Approve or reject; what is approved changes the float and is noticed to both provinces."""
        here = command.jurisdiction
        if elsewhere := not_the_nation(command):
            return refused(command, *elsewhere)
        request = facts.one(TOP_UP, here, command.request_no)
        if request is None or facts.one(TOP_UP_DECISION, here, command.request_no) is not None:
            return refused(command, TOP_UP_UNKNOWN.because("request_no", request_no=command.request_no))
        rates = facts.many(RATES, here, request.month, Basis.CLEARED)
        findings = list(faults_of_approval(command, request, rates))
        terms = terms_on(self._terms, moment)
        if isinstance(terms, Refusal):
            return refused(command, *findings, terms)
        if findings:
            return refused(command, *findings)
        decision = TopUpDecision(
            here,
            request.request_no,
            command.approved_fen,
            command.reason,
            moment.today.isoformat(),
            moment.instant,
        )
        told = TellDecision(
            jurisdiction=request.care,
            sender=NATION,
            msgid=f"decision/{request.request_no}",
            decision=decision._replace(jurisdiction=request.care),
        )
        reply = Done(reference=request.request_no)
        if not command.approved_fen:
            return accepted(command, reply, decision, messages=(told,))
        until = deadlines(moment.today.isoformat(), self._calendar, terms)
        if isinstance(until, Refusal):
            return refused(command, until)
        change = _topped_up(request, command.approved_fen, standing(facts, here), moment)
        year = moment.today.isoformat()[:4]
        written = write_notices(request.request_no, year, (change,), until, moment)
        records = (decision, change, *kept(written))
        return accepted(command, reply, *records, messages=(told, *delivered(written)))


def top_up_invalid(field: str, amount_fen: int, least_fen: int, greatest_fen: int) -> Refusal:
    """Say between which amounts a top-up may be, in yuan."""
    fens = {"amount": amount_fen, "least": least_fen, "greatest": greatest_fen}
    return TOP_UP_INVALID.because(field, **{name: format_yuan(fen) for name, fen in fens.items()})


def faults_of_approval(command: DecideTopUp, request: TopUp, rates: Iterable[UsageRate]) -> Iterable[Refusal]:
    """Find why a top-up cannot be decided so: more than asked, or not red by the nation's own rating."""
    if not 0 <= command.approved_fen <= request.asked_fen:
        yield top_up_invalid("approved_fen", command.approved_fen, 0, request.asked_fen)
    wanted = Float(request.insured, request.care, request.scheme)
    red = {Float(row.insured, row.care, row.scheme) for row in latest_rates(rates) if row.colour in ASKABLE}
    if command.approved_fen and wanted not in red:
        named = {"month": request.month, "insured": request.insured, "scheme": request.scheme}
        yield NOT_RED.because("request_no", **named)


def _rate_row(
    command: RateMonth, usage: Usage, version: int, signed: dict[str, str], moment: Moment
) -> UsageRate:
    return UsageRate(
        NATION,
        command.month,
        command.basis.value,
        *usage.float,
        version,
        usage.used_fen,
        usage.prepaid_fen,
        usage.rate_bp,
        usage.colour.value,
        signed.get(usage.float.care, moment.today.isoformat()),
        moment.instant,
    )


def _told(command: RateMonth, rated: Iterable[UsageRate], moment: Moment) -> tuple[TellRates, ...]:
    by_province: dict[str, list[UsageRate]] = {}
    for row in rated:
        if row.colour != Colour.GREEN:
            for province in (row.insured, row.care):
                by_province.setdefault(province, []).append(row._replace(jurisdiction=province))
    return tuple(
        TellRates(
            jurisdiction=province,
            sender=NATION,
            msgid=f"rates/{command.month}/{moment.reference}",
            rates=tuple(rows),
        )
        for province, rows in sorted(by_province.items())
    )


def _topped_up(
    request: TopUp, approved_fen: int, standing_now: dict[Float, int], moment: Moment
) -> PrepaymentChange:
    key = Float(request.insured, request.care, request.scheme)
    before = standing_now.get(key, 0)
    steps = (
        Explained("现有额度", "what stands", before),
        Explained(f"{request.month}预警后申请", f"asked after {request.month}", request.asked_fen),
        Explained("核定调增", "approved", approved_fen),
    )
    return PrepaymentChange(
        NATION,
        request.request_no,
        TOP_UP_KIND,
        *key,
        key.pair,
        before,
        approved_fen,
        msgspec.json.encode(steps).decode(),
        moment.instant,
    )


def nothing(command: SubmitTopUp, facts: Facts) -> Iterable[Key]:
    """Need no facts."""
    return ()


def keep_request(command: SubmitTopUp, facts: Facts, moment: Moment) -> Decision:
    """Keep the nation's copy of a request until it is reviewed."""
    return under_way(command.request._replace(jurisdiction=command.jurisdiction), messages=())
