"""Operators sign in and out; an institution's question to an insured place is passed on."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.network.commands import OperatorSignsIn, OperatorSignsOut, SignedIn, SignedOut
from yidi.processes.network.records import INSTITUTION, SIGN_IN, SIGN_OUT, Institution, SignIn, SignOut
from yidi.processes.network.refusals import ALREADY_SIGNED_OUT, FORWARDED_FOR_ANOTHER, NOT_SIGNED_IN
from yidi.processes.network.views import may_act
from yidi.processes.ports.deciding import (
    Command,
    Decision,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
    under_way,
)
from yidi.processes.relay.commands import Forward, outward


def needs_of_sender(command: Command, facts: Facts) -> Iterable[Key]:
    """Need the institution that sends."""
    yield INSTITUTION.key(command.jurisdiction, command.sender)


def sign_in(command: OperatorSignsIn, facts: Facts, moment: Moment) -> Decision:
    """Give an operator of an institution in good standing a sign number."""
    place, sender = command.jurisdiction, command.sender
    found = may_act(facts.many(INSTITUTION, place, sender), sender, moment.today.isoformat())
    if not isinstance(found, Institution):
        return refused(command, *found)
    row = SignIn(place, moment.reference, sender, command.operator, moment.instant)
    return accepted(command, SignedIn(sign_no=row.sign_no, at=row.signed_in_at), row)


def needs_of_sign_out(command: OperatorSignsOut, facts: Facts) -> Iterable[Key]:
    """Need the sign-in and whether it is already over."""
    yield SIGN_IN.key(command.jurisdiction, command.sign_no)
    yield SIGN_OUT.key(command.jurisdiction, command.sign_no)


def sign_out(command: OperatorSignsOut, facts: Facts, moment: Moment) -> Decision:
    """End the operator's own sign-in; a suspended institution may still sign out."""
    place, sign_no = command.jurisdiction, command.sign_no
    held = facts.one(SIGN_IN, place, sign_no)
    if held is None or (held.institution_code, held.operator) != (command.sender, command.operator):
        texts = {"sign_no": sign_no, "operator": command.operator}
        return refused(command, NOT_SIGNED_IN.because("sign_no", **texts))
    if facts.one(SIGN_OUT, place, sign_no) is not None:
        return refused(command, ALREADY_SIGNED_OUT.because("sign_no", sign_no=sign_no))
    row = SignOut(place, sign_no, command.sender, command.operator, moment.instant)
    return accepted(command, SignedOut(at=row.signed_out_at), row)


def forward(command: Forward, facts: Facts, moment: Moment) -> Decision:
    """Pass on the question of an institution in good standing, and only its own."""
    sender, ask = command.sender, command.ask
    found = may_act(facts.many(INSTITUTION, command.jurisdiction, sender), sender, moment.today.isoformat())
    if not isinstance(found, Institution):
        return refused(command, *found)
    if (ask.origin_sender, ask.care) != (sender, command.jurisdiction):
        finding = FORWARDED_FOR_ANOTHER.because("origin_sender", sender=sender, origin=ask.origin_sender)
        return refused(command, finding)
    return under_way(messages=(outward(ask),))
