"""Access of one node, put together: its users, their sessions, whom it admits, and how often."""

from __future__ import annotations

from typing import NamedTuple

from yidi.edges.access.accounts import Accounts
from yidi.edges.access.admission import Admission
from yidi.edges.access.history import History
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.passwords import Verifier
from yidi.edges.access.rates import Rate
from yidi.edges.access.second_factor import Factors
from yidi.edges.access.sessions import Sessions
from yidi.edges.clock import Clock
from yidi.edges.settings import AccessSettings, Settings


class Access(NamedTuple):
    """What pages and commands need to let somebody in; `form_secret` seals forms for all processes alike."""

    settings: AccessSettings
    accounts: Accounts
    factors: Factors
    sessions: Sessions
    admission: Admission
    readers: Rate
    history: History
    form_secret: bytes


def access_of(keeping: Keeping, settings: Settings, clock: Clock) -> Access:
    """Put the access of a node together."""
    terms, verifier = settings.access, Verifier(keeping.keys)
    accounts = Accounts(keeping, clock, verifier)
    factors = Factors(keeping, clock, terms.second_factor)
    return Access(
        terms,
        accounts,
        factors,
        Sessions(keeping, accounts, factors, verifier, terms, clock),
        Admission(keeping, clock),
        Rate("page", terms.reader_per_second, terms.reader_burst, clock),
        History(keeping, clock, terms.absolute_hours),
        keeping.shared_secret("form tickets"),
    )


def institutions_rate(settings: Settings, clock: Clock) -> Rate:
    """Make the limit of the national interface; a node of sample data has none."""
    per_second = 0.0 if settings.sample else settings.access.institution_per_second
    return Rate("institution", per_second, settings.access.institution_burst, clock)


def peers_rate(settings: Settings, clock: Clock) -> Rate:
    """Make the limit of the exchange; a node of sample data has none."""
    per_second = 0.0 if settings.sample else settings.access.peer_per_second
    return Rate("peer", per_second, settings.access.peer_burst, clock)
