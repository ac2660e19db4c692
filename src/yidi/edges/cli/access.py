"""`yidi access user add|role|passwd|close|list`, `yidi access second-factor` and `yidi access log`.

Users are managed by whoever may open the database at this machine; each change says who made it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access
from yidi.edges.access.passwords import one_time
from yidi.edges.access.records import SecondFactor, UserAccount
from yidi.edges.access.refusals import CODE_WRONG
from yidi.edges.access.roles import Purpose, Reading, Role
from yidi.edges.access.second_factor import offer
from yidi.edges.cli.acting import PURPOSE, Secrets, machine_account, open_access, refused, seen
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.portals import words
from yidi.processes.ports.deciding import NATION

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="访问 Access: users, roles, who was shown what")
users = typer.Typer(no_args_is_help=True, help="用户 Users")
app.add_typer(users, name="user")
LOGIN = typer.Argument(..., help="用户名 Login")
JSON = typer.Option(False, "--json")
ROLE = typer.Option(..., "--role", help=", ".join(Role))
PLACE = typer.Option(NATION, "--jurisdiction", help="辖区区划代码 Division code of the jurisdiction")
INSTITUTION = typer.Option(
    "", "--institution", help="机构编码，医院操作员用 Institution of a hospital operator"
)
PROMPT = typer.Option(False, "--prompt", help="自己输入一次性密码 Type the one-time password")
PERSON = typer.Option("", "--person", help="只看一人 Only this person's data")
ONE_LOGIN = typer.Option("", "--login", help="只看一个用户 Only this user")
ACTS = typer.Option(False, "--acts", help="看办理和被拒 What users had decided, and what was turned away")
SIGN_INS = typer.Option(False, "--sign-ins", help="看登录和失败的登录 Sign-ins, good and failed")
REMOVE = typer.Option(False, "--remove", help="解除 Take it away, for a phone that is lost")
TRIES = 3
LIMIT = typer.Option(100, "--limit", min=1, max=10_000)


def on_access(
    config: Path | None, work: Callable[[Access], Awaitable[T]], secrets: Secrets = Secrets.UNSEEN
) -> T:
    """Open the access of a node's database, work on it, close it."""

    async def run() -> T:
        async with open_access(load(config), secrets) as access:
            return await work(access)

    return asyncio.run(run())


def first_password(*, prompt: bool) -> str:
    """Return a one-time password: typed twice, or made by chance."""
    if not prompt:
        return one_time()
    return str(typer.prompt("一次性密码 one-time password", hide_input=True, confirmation_prompt=True))


async def _known(access: Access, login: str) -> UserAccount:
    user = await access.accounts.find(login)
    if user is None:
        typer.echo(f"{login}: 没有这个用户。 No such user.", err=True)
        raise typer.Exit(1)
    return user


def told(changed: Refusal | UserAccount, password: str = "") -> None:
    """Tell how a user stands now, with a one-time password this once."""
    if isinstance(changed, Refusal):
        refused(changed)
    place = changed.institution_code or changed.jurisdiction
    typer.echo(f"{changed.login}  {changed.role}  {place}  {changed.state}")
    if password:
        typer.echo(f"一次性密码 one-time password: {password}")


@users.command("add")
def add(
    login: str = LOGIN,
    role: str = ROLE,
    jurisdiction: str = PLACE,
    institution: str = INSTITUTION,
    prompt: bool = PROMPT,
    config: Path | None = CONFIG,
) -> None:
    """增加用户；一次性密码只显示这一次。 Add a user; the one-time password is shown this once."""
    password = first_password(prompt=prompt)
    by = machine_account()
    added = on_access(
        config, lambda access: access.accounts.add(login, role, jurisdiction, institution, password, by)
    )
    told(added, "" if prompt else password)


@users.command("role")
def role(
    login: str = LOGIN,
    role: str = typer.Argument(..., help=", ".join(Role)),
    institution: str = INSTITUTION,
    config: Path | None = CONFIG,
) -> None:
    """改变角色；已登录的会话随之失效。 Give a user another role; sessions end by that."""

    async def work(access: Access) -> Refusal | UserAccount:
        user = await _known(access, login)
        return await access.accounts.change_role(user, role, institution, machine_account())

    told(on_access(config, work))


@users.command("passwd")
def passwd(login: str = LOGIN, prompt: bool = PROMPT, config: Path | None = CONFIG) -> None:
    """发一次性密码，解除停用。 Issue a one-time password; it reopens a closed user."""
    password = first_password(prompt=prompt)

    async def work(access: Access) -> Refusal | UserAccount:
        user = await _known(access, login)
        return await access.accounts.set_password(user, password, machine_account(), must_change=True)

    told(on_access(config, work), "" if prompt else password)


@users.command("close")
def close(login: str = LOGIN, config: Path | None = CONFIG) -> None:
    """停用用户。 Let a user in no more."""

    async def work(access: Access) -> UserAccount:
        return await access.accounts.close(await _known(access, login), machine_account())

    told(on_access(config, work))


@users.command("list")
def list_users(config: Path | None = CONFIG, as_json: bool = JSON) -> None:
    """列出用户，不含密码。 List users, without anything of their passwords."""
    found = on_access(config, lambda access: access.accounts.all())
    if as_json:
        shown = [{**user._asdict(), "password_hash": "***"} for user in found]
        typer.echo(msgspec.json.encode(shown).decode())
        return
    table = Table("用户 login", "角色 role", "辖区或机构 of", "状态 state", "改于 changed", "由 by")
    for user in found:
        place = user.institution_code or user.jurisdiction
        table.add_row(user.login, user.role, place, user.state, user.changed_at, user.changed_by)
    Console().print(table)


@app.command("second-factor")
def second_factor(login: str = LOGIN, remove: bool = REMOVE, config: Path | None = CONFIG) -> None:
    """登记或解除第二因素（动态码）。 Enrol a user's second factor by its first code, or take it away."""

    async def work(access: Access) -> Refusal | SecondFactor | bool:
        user = await _known(access, login)
        by = machine_account()
        return await (access.factors.remove(user, by) if remove else _enrolled(access, user, by))

    done = on_access(config, work, Secrets.READ if remove else Secrets.KEPT)
    if isinstance(done, SecondFactor):
        typer.echo(
            f"{login}: 已登记，下次登录起须输入动态码。 Enrolled: signing in asks for a code from now on."
        )
    elif isinstance(done, Refusal):
        refused(done)
    else:
        typer.echo(f"{login}: {'已解除。 Taken away.' if done else '没有第二因素。 There was none.'}")
        raise typer.Exit(0 if done else 1)


async def _enrolled(access: Access, user: UserAccount, by: str) -> Refusal | SecondFactor:
    """Show the address of a new secret, this once, and keep it when a code proves that a phone has it."""
    trouble = await access.factors.unfit(user.login)
    if trouble is not None:
        return trouble
    made = offer(user.login)
    typer.echo(
        "请在手机验证程序中添加，地址只显示这一次。 Add it to an authenticator; it is shown this once:"
    )
    typer.echo(made.address)
    found: Refusal | SecondFactor = CODE_WRONG.because("code")
    for _ in range(TRIES):
        code = typer.prompt("首个动态码 first code", err=True)
        found = await access.factors.enrol(user, made.secret, code, by)
        if not isinstance(found, Refusal) or found.code != CODE_WRONG.code:
            return found
        typer.echo(f"{found.code} {found.cause_zh}。 {found.cause_en}", err=True)
    return found


@app.command("log")
def log(
    context: typer.Context,
    person: str = PERSON,
    login: str = ONE_LOGIN,
    acts: bool = ACTS,
    sign_ins: bool = SIGN_INS,
    limit: int = LIMIT,
    purpose: str = PURPOSE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """谁在何时看了谁的什么、为什么。 Who was shown whose data, when and what for; newest first."""
    where: dict[str, str | int] = {"login": login} if login else {}
    if person and not acts and not sign_ins:
        where["person_no"] = person
    seen(context, config, (Reading.LOG,), frozenset({NATION}), person, login, purpose, Purpose.AUDIT)

    async def record(access: Access) -> list[dict[str, str]]:
        if sign_ins:
            return [row._asdict() for row in await access.admission.sign_ins(where, limit)]
        if acts:
            return [row._asdict() for row in await access.admission.acts(where, limit)]
        return [row._asdict() for row in await access.admission.readings(where, limit)]

    rows = on_access(config, record)
    if as_json:
        typer.echo(msgspec.json.encode(rows).decode())
        return
    for row in rows:
        typer.echo(line_of(row))


def line_of(row: dict[str, str]) -> str:
    """Write one line of the record."""
    if "attempt_id" in row:
        told = f"{words.zh(words.EVENTS, row['outcome'])} {words.en(words.EVENTS, row['outcome'])}"
        return f"{row['at']}  {row['login'] or '-'}  {told}  {row['source']}"
    who = f"{row['at']}  {row['login']} ({words.en(words.ROLES, row['role'])})"
    if "command" in row:
        return f"{who}  {row['command']}  {row['subject']}  {row['outcome']}"
    whose = f"{row['owner']} {row['person_no']}".strip()
    what = f"{words.zh(words.READINGS, row['reading'])} {words.en(words.READINGS, row['reading'])}"
    return f"{who}  {what} {row['subject']}  {whose}  {row['purpose']}  {row['place']}"
