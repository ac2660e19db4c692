"""`yidi` and `yidi --user`: what is shown is recorded; what a role may not is refused, and recorded too."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import Result

from tests.edges.access.conftest import HASH, PASSWORD
from tests.edges.access.test_commands import config, log_of, run
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import UserAccount
from yidi.edges.access.refusals import MACHINE_ONLY, MAY_NOT, NOT_SIGNED_IN, NOT_YOURS
from yidi.edges.access.roles import Role
from yidi.edges.cli.acting import machine_account, open_access
from yidi.edges.cli.settings import load
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.processes.finance.records import PartyAccount
from yidi.processes.ports.deciding import NATION

__all__ = ["config"]
HERE, ELSEWHERE = "330000", "510000"
AT = "2026-11-22T04:00:00.000000Z"
ACCOUNT = ("finance", "account", HERE, "--holder", "Fiscal account", "--number", "3300001", "--bank", "Bank")
BOOK = (*ACCOUNT, "--bank-no", "102331000001", "--province", HERE)


def user(config: Path, login: str, role: str, jurisdiction: str = HERE) -> None:
    """Keep a user whose password is set already."""

    async def keep() -> None:
        engine = engine_for(load(config).database, gathered())
        await engine.open()
        await Keeping(engine).write(
            UserAccount(jurisdiction, login, 1, role, "", HASH, 0, "active", "test", AT)
        )
        await engine.close()

    asyncio.run(keep())


def as_user(config: Path, login: str, *words: str, password: str = PASSWORD) -> Result:
    """Run a command as a user, the password typed once."""
    return run(config, "--user", login, *words, typed=f"{password}\n")


def acts_of(config: Path, login: str) -> list[tuple[str, str]]:
    """Read what a user had decided or was turned away from."""

    async def read() -> list[tuple[str, str]]:
        async with open_access(load(config)) as access:
            return [(act.command, act.outcome) for act in await access.admission.acts({"login": login})]

    return asyncio.run(read())


def accounts(config: Path) -> int:
    """Count the bank accounts that are registered."""

    async def count() -> int:
        async with open_access(load(config)) as access:
            return len(await access.accounts._keeping.rows(PartyAccount, {}))

    return asyncio.run(count())


def test_a_finance_user_has_a_command_of_the_own_province_decided_and_it_is_recorded(config: Path) -> None:
    user(config, "f.one", Role.FINANCE)
    done = as_user(config, "f.one", *BOOK)
    assert done.exit_code == 0, done.output
    assert accounts(config) == 1
    assert sorted(acts_of(config, "f.one")) == [
        ("RegisterBankAccount", "asked"),
        ("RegisterBankAccount", "done"),
    ]


@pytest.mark.parametrize(
    ("role", "place"), [(Role.AGENCY_CLERK, HERE), (Role.REVIEWER, HERE), (Role.FINANCE, ELSEWHERE)]
)
def test_who_has_no_such_duty_there_has_nothing_decided(config: Path, role: str, place: str) -> None:
    user(config, "u.one", role, place)
    refused = as_user(config, "u.one", *BOOK)
    assert refused.exit_code == 1
    assert MAY_NOT.code in refused.stderr
    assert accounts(config) == 0
    assert acts_of(config, "u.one") == [("RegisterBankAccount", "refused")]


def test_without_the_right_password_nothing_is_decided(config: Path) -> None:
    user(config, "f.one", Role.FINANCE)
    refused = as_user(config, "f.one", *BOOK, password="not the password")
    assert refused.exit_code == 1
    assert NOT_SIGNED_IN.code in refused.stderr
    assert accounts(config) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("access", "user", "add", "me", "--role", "administrator"),
        ("audit", "rotate", "--at-once"),
        ("storage", "verify"),
        ("settings", "show"),
        ("serve",),
    ],
)
def test_what_is_for_the_machines_account_is_refused_to_every_named_user(
    config: Path, words: tuple[str, ...]
) -> None:
    user(config, "root.one", Role.ADMINISTRATOR, NATION)
    refused = as_user(config, "root.one", *words)
    assert refused.exit_code == 1
    assert MACHINE_ONLY.code in refused.stderr


SHOWN = {
    ("reconcile", "2026-11-20"): ("money", "2026-11-20", "reconciliation"),
    ("case", "list", "--day", "2026-11-20"): ("money", "2026-11-20", "reconciliation"),
    ("clearing", "disputes", "--month", "2026-10"): ("money", "2026-10", "reconciliation"),
    ("clearing", "adjustments", "--month", "2026-10"): ("money", "2026-10", "reconciliation"),
    ("ledger", "account", "fiscal_account"): ("money", "fiscal_account", "reconciliation"),
    ("finance", "open", "--province", HERE): ("money", "", "payment"),
    ("audit", "verify"): ("log", "", "audit"),
}


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_what_the_machines_account_is_shown_of_single_cases_is_recorded(
    config: Path, words: tuple[str, ...]
) -> None:
    run(config, *words)
    shown = [row for row in log_of(config) if row["place"] != "yidi access log"]
    assert [(row["login"], row["reading"], row["subject"], row["purpose"]) for row in shown] == [
        (machine_account(), *SHOWN[words])
    ]


def test_a_role_reads_at_the_command_line_what_it_reads_on_a_page_and_no_more(config: Path) -> None:
    user(config, "f.one", Role.FINANCE)
    user(config, "h.one", Role.AUDITOR, NATION)
    mine = as_user(config, "f.one", "finance", "open", "--province", HERE)
    assert mine.exit_code == 0, mine.output
    foreign = as_user(config, "f.one", "finance", "open", "--province", ELSEWHERE)
    assert (foreign.exit_code, NOT_YOURS.code in foreign.stderr) == (1, True)
    proof = as_user(config, "f.one", "audit", "verify")
    assert (proof.exit_code, MAY_NOT.code in proof.stderr) == (1, True)
    sums = as_user(config, "h.one", "finance", "open", "--province", HERE)
    assert (sums.exit_code, MAY_NOT.code in sums.stderr) == (1, True)
    shown = json.loads(run(config, "access", "log", "--json", "--login", "f.one").stdout)
    assert [(row["reading"], row["owner"], row["role"]) for row in shown] == [("money", HERE, "finance")]
    assert len(acts_of(config, "f.one")) == 2


def test_sums_are_shown_to_who_may_see_them_without_a_record(config: Path) -> None:
    user(config, "op.one", Role.NATIONAL_OPERATOR, NATION)
    user(config, "a.one", Role.ADMINISTRATOR, NATION)
    sums = as_user(config, "op.one", "ledger", "trial-balance")
    assert sums.exit_code == 0, sums.output
    refused = as_user(config, "a.one", "ledger", "trial-balance")
    assert (refused.exit_code, MAY_NOT.code in refused.stderr) == (1, True)
    assert [row["place"] for row in log_of(config)] == ["yidi access log"]
