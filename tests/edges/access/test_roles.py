"""The table of roles and four eyes, on either engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from yidi.edges.access.admission import Admission
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import UserAccount, UserAct
from yidi.edges.access.refusals import MAY_NOT, SAME_EYES
from yidi.edges.access.roles import DUTIES, FOUR_EYES, Owned, Reading, Role, may_command, within
from yidi.edges.clock import system_clock
from yidi.edges.journal.codec import Codec
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered
from yidi.processes.clearing.commands import PayNotice
from yidi.processes.clearing.records import ClearingNotice
from yidi.processes.payment.commands import PayInstitution
from yidi.processes.ports.deciding import NATION, Command, Done, Refused, Reply


def user(role: Role, jurisdiction: str = "330000", institution: str = "") -> UserAccount:
    return UserAccount(jurisdiction, "u", 1, role, institution, "", 0, "active", "", "")


def commands() -> set[str]:
    """Name every command there is."""
    assert Codec()
    found: list[type[Command]] = [Command]
    for kind in found:
        found += kind.__subclasses__()
    return {kind.__name__ for kind in found}


def test_every_role_has_a_duty_and_every_command_in_the_table_exists() -> None:
    assert set(DUTIES) == set(Role)
    named = {name for duty in DUTIES.values() for name in duty.commands}
    named |= {name for rule in FOUR_EYES for name in (rule.command, *rule.before)}
    assert named - commands() == set()


def test_nobody_both_prepares_and_pays_and_only_the_auditor_reads_the_record() -> None:
    paying = {"PayNotice", "PayInstitution", "MakeOrders"}
    for role, duty in DUTIES.items():
        assert not (duty.commands & paying) or role is Role.FINANCE
        assert (Reading.LOG in duty.reads) == (role is Role.AUDITOR)
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPERVISOR):
        assert DUTIES[role].commands == frozenset()


def test_a_user_has_only_the_own_jurisdiction_and_institution_decide() -> None:
    clerk = user(Role.AGENCY_CLERK)
    assert may_command(clerk, "FileForCare", "330000", "agency")
    assert not may_command(clerk, "FileForCare", "310000", "agency")
    assert not may_command(clerk, "PayNotice", "330000", "agency")
    operator = user(Role.HOSPITAL_OPERATOR, institution="H1")
    assert may_command(operator, "DeclareMonth", "330000", "H1")
    assert not may_command(operator, "DeclareMonth", "330000", "H2")
    assert not may_command(user(Role.HOSPITAL_OPERATOR), "DeclareMonth", "330000", "")


def test_an_extent_ends_at_the_institution_the_jurisdiction_or_the_nation() -> None:
    here, there = Owned(frozenset({"330000"}), "H1"), Owned(frozenset({"310000"}), "")
    assert within(user(Role.HOSPITAL_OPERATOR, institution="H1"), here)
    assert not within(user(Role.HOSPITAL_OPERATOR, institution="H2"), here)
    assert not within(user(Role.HOSPITAL_OPERATOR), there)
    for role in (Role.AGENCY_CLERK, Role.AUDITOR):
        assert within(user(role), here)
        assert not within(user(role), there)
    assert within(user(Role.AUDITOR, NATION), there)
    assert not within(user(Role.AGENCY_CLERK, NATION), there)
    assert not within(user(Role.NATIONAL_OPERATOR), here)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'node.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


@pytest_asyncio.fixture
async def engine(address: str) -> AsyncIterator[Engine]:
    """The database with its tables."""
    opened = engine_for(address, gathered())
    await opened.open()
    await migrate(opened)
    yield opened
    await opened.close()


async def done(command: Command) -> Reply:
    return Done()


async def test_who_made_the_clearing_may_not_pay_it_and_who_accepted_may_not_pay_out(engine: Engine) -> None:
    keeping = Keeping(engine)
    admission, finance = Admission(keeping, system_clock), user(Role.FINANCE)
    await keeping.write(
        ClearingNotice("330000", "N1", "2026-10", "pay", "330000", 1, "", "2026-11-02", "", "", "x"),
        UserAct("330000", "1", "u", "agency_clerk", "CheckClearing", "month=2026-10", "m", "done", "x"),
        UserAct("330000", "2", "u", "reviewer", "AcceptDeclaration", "declaration_id=D2", "m", "done", "x"),
        UserAct(
            "330000", "3", "u", "reviewer", "AcceptDeclaration", "declaration_id=D3", "m", "refused", "x"
        ),
    )
    pay = PayNotice(
        jurisdiction="330000",
        sender="f",
        msgid="1",
        number="N1",
        counterpart="310000",
        amount_fen=1,
        reference="r",
    )
    out = [
        PayInstitution(jurisdiction="330000", sender="f", msgid=str(number), declarations=declarations)
        for number, declarations in enumerate((("D1", "D2"), ("D1", "D3")), 2)
    ]
    for command in (pay, out[0]):
        reply = await admission.ask(finance, command, done)
        assert isinstance(reply, Refused)
        assert [refusal.code for refusal in reply.refusals] == [SAME_EYES.code]
    assert isinstance(await admission.ask(finance, out[1], done), Done)
    assert isinstance(await admission.ask(finance._replace(login="v"), pay, done), Done)
    refused = await admission.ask(user(Role.AUDITOR), pay, done)
    assert isinstance(refused, Refused)
    assert refused.refusals[0].code == MAY_NOT.code
    outcomes = [act.outcome for act in await admission.acts({"login": "v"})]
    assert sorted(outcomes) == ["asked", "done"]


async def test_the_record_can_only_grow(engine: Engine) -> None:
    keeping = Keeping(engine)
    await keeping.write(UserAct("330000", "1", "u", "finance", "PayNotice", "", "m", "done", "x"))
    for text in ("UPDATE user_act SET login = 'v'", "DELETE FROM user_act"):
        await engine.begin()
        with pytest.raises(Exception, match="append only"):
            await engine.execute(text)
        await engine.rollback()
    assert len(await keeping.rows(UserAct, {"login": "u"})) == 1
