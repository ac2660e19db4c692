"""Sets the stage: a secret for every sample institution, and sample facts through ordinary commands.

The secrets and the settings are left in the folder of the demonstration, so that a hospital system can
send messages of its own and every command can look at what was played.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from yidi.edges.packs.sample import AGENCY, SampleNation, commands_of
from yidi.processes.filing.commands import Filed, ReviewFiling
from yidi.processes.filing.records import FilingState
from yidi.processes.ports.deciding import Command, Refused, Reply

Asker = Callable[[Command], Awaitable[Reply]]


class StageFault(Exception):
    """A sample fact was refused: the sample pack contradicts the rules."""


def make_keys(nation: SampleNation) -> dict[str, str]:
    """Make a fresh random secret for every sample institution."""
    return {institution.code: secrets.token_hex(16) for institution in nation.institutions}


def leave_settings(folder: Path, keys: dict[str, str], address: str) -> Path:
    """Write `keys.toml` (for its owner only) and `node.toml` beside `demo.sqlite`; return the latter."""
    database, kept, config = (folder.absolute() / name for name in ("demo.sqlite", "keys.toml", "node.toml"))
    kept.touch(mode=0o600)
    kept.chmod(0o600)
    kept.write_text("[keys]\n" + "".join(f'{code} = "{secret}"\n' for code, secret in keys.items()), "utf-8")
    said = {
        "database": f"sqlite:{database}",
        "keys": str(kept),
        "port": urlsplit(address).port,
        "sample": True,
    }
    config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in said.items()), "utf-8")
    return config


async def send(ask: Asker, commands: list[Command]) -> list[Reply]:
    """Send commands together. Raises StageFault on the first refusal."""
    replies = await asyncio.gather(*(ask(command) for command in commands))
    for command, reply in zip(commands, replies, strict=True):
        if isinstance(reply, Refused):
            first = reply.refusals[0]
            raise StageFault(f"{type(command).__name__} {command.msgid}: {first.code} {first.cause_en}")
    return list(replies)


async def set_stage(
    ask: Asker,
    nation: SampleNation,
    today: date,
    diseases: tuple[str, ...],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Send the sample facts, a wave at a time, then let the agency review the filings; return how many."""
    done = 0
    for wave in commands_of(nation, today, diseases):
        replies = await send(ask, wave)
        reviews: list[Command] = [
            ReviewFiling(
                jurisdiction=command.jurisdiction,
                sender=AGENCY,
                msgid=f"{command.msgid}/review",
                filing_id=reply.filing_id,
                approve=True,
            )
            for command, reply in zip(wave, replies, strict=True)
            if isinstance(reply, Filed) and reply.state == FilingState.UNDER_REVIEW
        ]
        await send(ask, reviews)
        done += len(wave)
        progress(len(wave))
    return done
