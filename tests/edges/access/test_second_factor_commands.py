"""`yidi access second-factor` and `yidi --user`: enrolled by a first code, asked for after the password."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import Result

from tests.edges.access.authenticator import Authenticator
from tests.edges.access.conftest import PASSWORD
from tests.edges.access.test_commands import config, log_of, run
from tests.edges.access.test_gates import AT, HERE, user
from yidi.edges.access.records import SecondFactor
from yidi.edges.access.refusals import CODE_WRONG, FACTOR_UNFIT, FACTOR_WANTED
from yidi.edges.access.roles import Role
from yidi.edges.access.second_factor import offer
from yidi.edges.cli.acting import Secrets, open_access
from yidi.edges.cli.settings import load
from yidi.edges.clock import system_clock
from yidi.edges.secrecy.door import WHOLE_DATABASE

__all__ = ["config"]
LOGIN = "c.one"
SHOW = ("--user", LOGIN, "filing", "show", "--province", HERE, "--person", "P1")
ENROL = ("access", "second-factor", LOGIN)
TYPED = [sys.executable, "-c", "from yidi.wiring import main; main()"]


def with_phone(config: Path) -> Authenticator:
    """Keep a second factor of the user, of which no code was taken yet."""
    made = offer(LOGIN)

    async def keep() -> None:
        async with open_access(load(config), Secrets.KEPT) as access:
            kept = SecondFactor(WHOLE_DATABASE, LOGIN, 1, made.secret, "test", AT)
            await access.factors._keeping.write(kept)

    asyncio.run(keep())
    return Authenticator(made.address)


def show(config: Path, code: str) -> Result:
    """Read as the user, password and code typed."""
    return run(config, *SHOW, typed=f"{PASSWORD}\n{code}\n")


def answered(process: subprocess.Popen[str]) -> tuple[str, Authenticator]:
    """Read what an enrolment prints until its address; answer first wrong, then with the phone's code."""
    assert process.stdout is not None
    address = next(line.strip() for line in process.stdout if line.startswith("otpauth:"))
    phone, now = Authenticator(address), system_clock()
    rest, _ = process.communicate(f"{phone.wrong(now)}\n{phone.code(now)}\n")
    return rest, phone


def test_an_enrolment_prints_its_address_and_is_kept_by_its_first_code(config: Path) -> None:
    user(config, LOGIN, Role.AGENCY_CLERK)
    with subprocess.Popen(
        [*TYPED, *ENROL, "--config", str(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        rest, phone = answered(process)
    assert process.returncode == 0, rest
    assert rest.count(CODE_WRONG.code) == 1
    assert "已登记" in rest
    written = b"".join(file.read_bytes() for file in config.parent.glob("node.sqlite*") if file.is_file())
    assert LOGIN.encode() in written
    assert phone.totp.secret.encode() not in written
    twice = run(config, *ENROL)
    assert twice.exit_code == 1
    assert FACTOR_UNFIT.code in twice.stderr
    assert "otpauth" not in twice.output


def test_without_a_good_first_code_nothing_is_kept(config: Path) -> None:
    user(config, LOGIN, Role.AGENCY_CLERK)
    refused = run(config, *ENROL, typed="no\nno\nno\n")
    assert refused.exit_code == 1
    assert CODE_WRONG.code in refused.stderr
    assert run(config, *ENROL, "--remove").exit_code == 1, "there is none to take away"
    assert run(config, "access", "second-factor", "nobody").exit_code == 1


def test_a_named_user_gives_the_code_after_the_password_and_no_code_twice(config: Path) -> None:
    user(config, LOGIN, Role.AGENCY_CLERK)
    phone = with_phone(config)
    wrong = show(config, phone.wrong(system_clock()))
    assert wrong.exit_code == 1
    assert CODE_WRONG.code in wrong.stderr
    code = phone.code(system_clock())
    assert show(config, code).exit_code == 0
    replayed = show(config, code)
    assert replayed.exit_code == 1
    assert CODE_WRONG.code in replayed.stderr
    assert [row["login"] for row in log_of(config, "--login", LOGIN)] == [LOGIN], "shown once"


def test_a_factor_taken_away_is_asked_for_no_more(config: Path) -> None:
    user(config, LOGIN, Role.AGENCY_CLERK)
    with_phone(config)
    assert run(config, *SHOW, typed=f"{PASSWORD}\n").exit_code == 1
    removed = run(config, *ENROL, "--remove")
    assert removed.exit_code == 0, removed.output
    assert run(config, *SHOW, typed=f"{PASSWORD}\n").exit_code == 0


@pytest.mark.parametrize(("word", "remedy"), [("required", FACTOR_WANTED.code), ("offered", "")])
def test_where_it_is_required_nobody_works_without_one(config: Path, word: str, remedy: str) -> None:
    user(config, LOGIN, Role.AGENCY_CLERK)
    with config.open("a", encoding="utf-8") as file:
        file.write(f'[access]\nsecond_factor = "{word}"\n')
    shown = run(config, *SHOW, typed=f"{PASSWORD}\n")
    assert shown.exit_code == (1 if remedy else 0)
    assert remedy in shown.stderr


def test_a_database_that_is_not_encrypted_keeps_no_secret(config: Path) -> None:
    user(config, LOGIN, Role.AGENCY_CLERK)
    config.write_text(config.read_text("utf-8") + "encrypt = false\n", "utf-8")
    refused = run(config, *ENROL)
    assert refused.exit_code == 1
    assert FACTOR_UNFIT.code in refused.stderr
    assert "encrypt = true" in refused.stderr
