"""Who works at the command line: the machine's account, or a user named by `yidi --user LOGIN`.

The machine's account may do what the files and the database let it; what it reads of persons is recorded.
A named user gives the password, and the table of roles and four eyes hold as on a page.
"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import typer
from starlette.applications import Starlette

from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access, access_of
from yidi.edges.access.admission import Looked
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import UserAccount
from yidi.edges.access.roles import Owned, Purpose, Reading, may_read
from yidi.edges.access.sessions import Half, Session
from yidi.edges.cli.settings import load
from yidi.edges.clock import system_clock
from yidi.edges.exchange.exchange import Exchange
from yidi.edges.sealing.guarding import chain_access, guard
from yidi.edges.secrecy.door import WHOLE_DATABASE
from yidi.edges.settings import Settings
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import check_version
from yidi.edges.storage.reading import Rows
from yidi.edges.storage.schema import gathered
from yidi.processes.ports.deciding import NATION, Command, Reply

SYSTEM_ACCOUNT = "system_account"
"""The role of whoever is at the machine and names no user."""
SIGNED = "yidi.signed"
"""Where a command's context keeps the user once the password was good."""
SOURCE = "command line"
PURPOSE = typer.Option(
    "", "--purpose", help=f"查阅用途，记入查阅记录 What for, as recorded: {', '.join(Purpose)}"
)


def machine_account() -> str:
    """Name the account of the operating system."""
    return getpass.getuser()[:60]


class Secrets(Enum):
    """Whether work on users needs the database's keys: not at all, those there are, or first ones made."""

    UNSEEN = "unseen"
    READ = "read"
    KEPT = "kept"


@asynccontextmanager
async def open_access(settings: Settings, secrets: Secrets = Secrets.UNSEEN) -> AsyncIterator[Access]:
    """Open the access of a node's database, beside the node if it runs.

    Raises KeyTrouble when its keys are wanted and missing.
    """
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        await check_version(engine)
        if secrets is not Secrets.UNSEEN:
            here = (WHOLE_DATABASE,) if secrets is Secrets.KEPT and settings.encrypt else ()
            await guard(engine, msgspec.structs.replace(settings, seal=False), system_clock, here=here)
        chain_access(engine, settings, system_clock)
        yield access_of(Keeping(engine), settings, system_clock)
    finally:
        await engine.close()


def refused(refusal: Refusal) -> NoReturn:
    """Tell a refusal and end with status 1."""
    typer.echo(f"{refusal.code} {refusal.cause_zh}。{refusal.remedy_zh}。", err=True)
    typer.echo(f"    {refusal.cause_en}; {refusal.remedy_en}", err=True)
    raise typer.Exit(1)


async def signed(context: typer.Context, access: Access, login: str) -> UserAccount:
    """Ask for a user's password and code, once a command; end with status 1 when they are not good.

    One that is only good to be changed is not good here.
    """
    known = context.meta.get(SIGNED)
    if isinstance(known, UserAccount):
        return known
    password = typer.prompt(f"{login} 密码 password", hide_input=True, err=True)
    user = await access.sessions.begin(login, password, SOURCE)
    if isinstance(user, Half):
        code = typer.prompt("动态码 code", err=True)
        user = await access.sessions.complete(user.token, code, SOURCE)
    if isinstance(user, Refusal):
        refused(user)
    if user.must_change:
        typer.echo("请先在网页上设置自己的密码。 Set a password of your own on the pages first.", err=True)
        raise typer.Exit(1)
    context.meta[SIGNED] = user
    return user


def named_user(context: typer.Context) -> str:
    """Return the user named before the noun; empty when there is none."""
    return str(context.find_root().params.get("user") or "")


def seen(
    context: typer.Context,
    config: Path | None,
    readings: tuple[Reading, ...],
    owners: frozenset[str],
    person_no: str,
    subject: str,
    purpose: str,
    usual: Purpose = Purpose.OPERATION,
    institution_code: str = "",
    *,
    recorded: bool = True,
) -> None:
    """Record what is about to be shown; a named user must be one of whose `readings` one lets him see it.

    What is nobody's data is not `recorded`, but looked at by who may.
    """
    if purpose and purpose not in set(Purpose):
        raise typer.BadParameter(", ".join(Purpose), param_hint="--purpose")
    place = context.command_path[:200]
    looked = Looked(readings[0], Owned(owners, institution_code), person_no, subject, place)

    async def see() -> None:
        login = named_user(context)
        secrets = Secrets.READ if login else Secrets.UNSEEN
        async with open_access(load(config), secrets) as access:
            if login:
                user = await signed(context, access, login)
                fitting = next((one for one in readings if may_read(user, one)), readings[0])
                await _shown_to(access, user, looked._replace(reading=fitting), purpose, recorded=recorded)
            elif recorded:
                owner, chosen = min(owners, default=NATION), purpose or usual.value
                await access.admission.note(owner, machine_account(), SYSTEM_ACCOUNT, looked, chosen)

    asyncio.run(see())


async def _shown_to(
    access: Access, user: UserAccount, looked: Looked, purpose: str, *, recorded: bool
) -> None:
    refusal = await access.admission.read(Session("", user), looked, purpose, recorded=recorded)
    if refusal is not None:
        await access.admission.turned_away(user, looked.reading, looked.subject, looked.place)
        refused(refusal)


class Acting:
    """A running node for one user: what the user has decided, the table of roles must allow."""

    def __init__(self, node: Any, user: UserAccount, access: Access) -> None:
        self._node, self._user, self.access = node, user, access

    @property
    def app(self) -> Starlette:
        """The application to serve."""
        return self._node.app  # type: ignore[no-any-return]

    @property
    def exchange(self) -> Exchange | None:
        """What reaches other nodes."""
        return self._node.exchange  # type: ignore[no-any-return]

    @property
    def rows(self) -> Rows:
        """The narrow door to its facts."""
        return self._node.rows  # type: ignore[no-any-return]

    @property
    def diseases(self) -> tuple[str, ...]:
        """The codes of the cross-province chronic diseases."""
        return self._node.diseases  # type: ignore[no-any-return]

    def gateway_of(self, province: str) -> str:
        """Return the signature scheme of a province's gateway."""
        return self._node.gateway_of(province)  # type: ignore[no-any-return]

    async def ask(self, command: Command) -> Reply:
        """Have a command of the user decided."""
        return await self.access.admission.ask(self._user, command, self._node.ask)


def acting(
    open_node: Callable[..., AbstractAsyncContextManager[Any]], context: typer.Context, login: str
) -> Callable[..., AbstractAsyncContextManager[Any]]:
    """Open nodes for a named user."""

    @asynccontextmanager
    async def opened(*given: Any) -> AsyncIterator[Acting]:
        async with open_node(*given) as node:
            yield Acting(node, await signed(context, node.access, login), node.access)

    return opened
