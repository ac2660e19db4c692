"""Sets the stage: a secret for every sample institution, and sample facts through ordinary commands."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import date

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
