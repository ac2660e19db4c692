"""Whom a page or a command lets through: the table of roles, four eyes, and the record of what was seen.

What is read is recorded before it is shown, what is done before it is decided: no record, no view.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from yidi.domain.dates import write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import PersonalReading, SignInAttempt, UserAccount, UserAct
from yidi.edges.access.refusals import NOT_YOURS, SAME_EYES, may_not
from yidi.edges.access.roles import FOUR_EYES, Owned, Reading, may_command, may_read, purpose_of, within
from yidi.edges.access.sessions import Session
from yidi.edges.clock import Clock
from yidi.processes.clearing.commands import PayNotice
from yidi.processes.clearing.records import ClearingNotice
from yidi.processes.ports.deciding import NATION, Command, Refused, Reply

ASKED, DONE, REFUSED = "asked", "done", "refused"
SUBJECTS = ("filing_id", "declaration_id", "month", "settlement_id", "case_id", "person_no")


class Looked(NamedTuple):
    """What somebody looks at: what it is, whose, the number looked up, and the page or command."""

    reading: Reading
    owned: Owned
    person_no: str
    subject: str
    place: str


class Admission:
    """Decides who is let through, and keeps the record."""

    def __init__(self, keeping: Keeping, clock: Clock) -> None:
        self._keeping, self._clock = keeping, clock

    async def read(
        self, session: Session, looked: Looked, purpose: str = "", *, recorded: bool = True
    ) -> Refusal | None:
        """Let a user look: None when he may, and then it is recorded unless it is nobody's data."""
        user = session.user
        if not may_read(user, looked.reading):
            return may_not(user.role, looked.reading.value)
        if not within(user, looked.owned):
            return NOT_YOURS.because()
        if not recorded:
            return None
        chosen = purpose_of(user, purpose)
        await self.note(user.jurisdiction, user.login, user.role, looked, chosen, session.session)
        return None

    async def note(
        self, jurisdiction: str, login: str, role: str, looked: Looked, purpose: str, session: str = ""
    ) -> None:
        """Record that somebody is shown personal data."""
        owner = min(looked.owned.jurisdictions, default=NATION)
        await self._keeping.write(
            PersonalReading(
                jurisdiction,
                secrets.token_hex(12),
                login,
                role,
                looked.reading.value,
                jurisdiction if jurisdiction in looked.owned.jurisdictions else owner,
                looked.person_no,
                looked.subject[:100],
                looked.place[:200],
                purpose,
                session,
                write_instant(self._clock()),
            )
        )

    async def turned_away(self, user: UserAccount, reading: Reading, subject: str, place: str) -> None:
        """Record that a user tried to read what he may not."""
        now = write_instant(self._clock())
        act = f"read {reading.value} {place}"[:200]
        await self._keeping.write(
            UserAct(
                user.jurisdiction,
                secrets.token_hex(12),
                user.login,
                user.role,
                act,
                subject[:100],
                "",
                REFUSED,
                now,
            )
        )

    async def ask(
        self, user: UserAccount, command: Command, decide: Callable[[Command], Awaitable[Reply]]
    ) -> Reply:
        """Have a user's command decided when he may; record that he asked, and what came of it."""
        name = type(command).__name__
        if not may_command(user, name, command.jurisdiction, command.sender):
            await self._acted(user, command, REFUSED, subjects_of(command))
            return Refused(refusals=(may_not(user.role, name),))
        subjects = subjects_of(command)
        same = await self._same_eyes(user, name, command)
        if same is not None:
            await self._acted(user, command, REFUSED, subjects)
            return Refused(refusals=(same,))
        await self._acted(user, command, ASKED, subjects)
        reply = await decide(command)
        outcome = REFUSED if isinstance(reply, Refused) else DONE
        await self._acted(user, command, outcome, subjects | subjects_of(reply))
        return reply

    async def _acted(
        self, user: UserAccount, command: Command, outcome: str, subjects: frozenset[str]
    ) -> None:
        name, now = type(command).__name__, write_instant(self._clock())
        await self._keeping.write(
            *(
                UserAct(
                    user.jurisdiction,
                    secrets.token_hex(12),
                    user.login,
                    user.role,
                    name,
                    subject,
                    command.msgid,
                    outcome,
                    now,
                )
                for subject in sorted(subjects) or [""]
            )
        )

    async def _same_eyes(self, user: UserAccount, name: str, command: Command) -> Refusal | None:
        """Say when the user himself did what this command is to check or to pay."""
        for rule in FOUR_EYES:
            if rule.command != name:
                continue
            for subject in sorted(await self._subjects(command, rule.field)):
                where = {"login": user.login, "subject": f"{rule.field}={subject}"}
                for act in await self._keeping.rows(UserAct, where):
                    if act.command in rule.before and act.outcome != REFUSED:
                        return SAME_EYES.because(subject=subject, before=act.command, what=name)
        return None

    async def _subjects(self, command: Command, field: str) -> frozenset[str]:
        """Return what a rule's command is about; a payment names its notice, and the notice the month."""
        if isinstance(command, PayNotice) and field == "month":
            notices = await self._keeping.rows(ClearingNotice, {"number": command.number})
            return frozenset(notice.month for notice in notices)
        return _values(command, field)

    async def readings(self, where: dict[str, str | int], limit: int = 200) -> Sequence[PersonalReading]:
        """Return recorded readings, newest first."""
        order = ("at", "reading_id")
        return await self._keeping.rows(PersonalReading, where, order, limit, newest_first=True)

    async def acts(self, where: dict[str, str | int], limit: int = 200) -> Sequence[UserAct]:
        """Return recorded acts, newest first."""
        return await self._keeping.rows(UserAct, where, ("at", "act_id"), limit, newest_first=True)

    async def sign_ins(self, where: dict[str, str | int], limit: int = 200) -> Sequence[SignInAttempt]:
        """Return recorded sign-ins, good and failed, newest first."""
        order = ("at", "attempt_id")
        return await self._keeping.rows(SignInAttempt, where, order, limit, newest_first=True)


def _values(told: object, field: str) -> frozenset[str]:
    """Return the subjects of a kind that a command or answer names: one, or several declarations."""
    found = getattr(told, field, "")
    several = getattr(told, "declarations", ()) if field == "declaration_id" else ()
    texts = (found, *(several if isinstance(several, tuple) else ()))
    return frozenset(text for text in texts if isinstance(text, str) and text)


def subjects_of(told: object) -> frozenset[str]:
    """Return what a command or its answer is about, as field=value."""
    return frozenset(f"{field}={value}" for field in SUBJECTS for value in _values(told, field))
