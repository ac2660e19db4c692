"""What is kept about access, append only: users in versions, sign-ins, sessions, readings, acts.

Readings, acts and sign-ins are chained and sealed like the facts of settlements (edges/sealing/kinds.py).

Instants are UTC texts. `jurisdiction` is always that of the user, not that of the data.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class UserAccount(NamedTuple):
    """A user as of a version; the highest version holds. `must_change` 1: only a new password may be set.

    `state` is active or closed; `institution_code` is empty unless the role works for one institution.
    """

    jurisdiction: str
    login: str
    version: int
    role: str
    institution_code: str
    password_hash: str
    must_change: int
    state: str
    changed_by: str
    changed_at: str


class SignInAttempt(NamedTuple):
    """Somebody tried to sign in, or gave the password again in a session.

    `outcome` good; wrong; locked; half: a good password, the code is due; used: a code that was good before;
    late: a one-time password that is too old. An unknown login is kept as empty text.
    """

    jurisdiction: str
    attempt_id: str
    login: str
    outcome: str
    source: str
    at: str


class SessionOpened(NamedTuple):
    """A session began. `session` is the SHA-256 of its token: who reads this table cannot sign in with it.

    `source` is the address it was opened from.
    """

    jurisdiction: str
    session: str
    login: str
    version: int
    opened_at: str
    source: str


class HalfSignIn(NamedTuple):
    """A password was good and its code is due. `half` is the SHA-256 of what only the browser knows.

    It is over five minutes later, with the user's version, or by a SessionEnded under its name.
    """

    jurisdiction: str
    half: str
    login: str
    version: int
    at: str


class SessionConfirmed(NamedTuple):
    """Somebody gave the password (and code) again in a session; `confirmation` tells two apart."""

    jurisdiction: str
    session: str
    confirmation: str
    at: str


class SessionEnded(NamedTuple):
    """A session ended before its time: `cause` signed_out, password, idle, or by its user from another.

    `completed` ends a sign-in half done: its code was good.
    """

    jurisdiction: str
    session: str
    cause: str
    ended_at: str


class SecondFactor(NamedTuple):
    """A user's second factor as of a version; the highest version holds. An empty `secret` is a removed one.

    `jurisdiction` is here the whole database (`*`), under whose data key the secret lies encrypted: a node
    need not serve the jurisdiction its user belongs to. `secret` is base32, as RFC 6238 programs take it.
    """

    jurisdiction: str
    login: str
    version: int
    secret: str
    changed_by: str
    changed_at: str


class CodeTaken(NamedTuple):
    """A code was taken: `step` counts the spans of 30 s since 1970. Its key makes a code good only once."""

    jurisdiction: str
    login: str
    version: int
    step: int
    at: str


class PersonalReading(NamedTuple):
    """Somebody was shown personal data: who, as what, when, whose, where, what for.

    `owner` is the jurisdiction whose data it is, `person_no` whose (empty for a list), `subject` the number
    looked up, `place` the page or the command, `session` the session's hash, empty at the command line.
    """

    jurisdiction: str
    reading_id: str
    login: str
    role: str
    reading: str
    owner: str
    person_no: str
    subject: str
    place: str
    purpose: str
    session: str
    at: str


class UserAct(NamedTuple):
    """A user had something decided. `outcome` asked, done or refused; `subject` is what it was about."""

    jurisdiction: str
    act_id: str
    login: str
    role: str
    command: str
    subject: str
    msgid: str
    outcome: str
    at: str


RECORDS: tuple[type[tuple[Any, ...]], ...] = (
    UserAccount,
    SignInAttempt,
    SessionOpened,
    HalfSignIn,
    SessionConfirmed,
    SessionEnded,
    SecondFactor,
    CodeTaken,
    PersonalReading,
    UserAct,
)
CHAINED = frozenset({PersonalReading, UserAct, SignInAttempt})
