"""Sets the stage: secrets for every sample institution, and the sample facts through the ordinary commands."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import date

from yidi.edges.packs.sample import SampleNation, commands_of
from yidi.processes.ports.deciding import Command, Refused, Reply

Asker = Callable[[Command], Awaitable[Reply]]


class StageFault(Exception):
    """A sample fact was refused: the sample pack contradicts the rules."""


def make_keys(nation: SampleNation) -> dict[str, str]:
    """Make a fresh random secret for every sample institution."""
    return {institution.code: secrets.token_hex(16) for institution in nation.institutions}


async def set_stage(
    ask: Asker,
    nation: SampleNation,
    today: date,
    diseases: tuple[str, ...],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Send the sample facts, a wave at a time; return how many. Raises StageFault on the first refusal."""
    done = 0
    for wave in commands_of(nation, today, diseases):
        replies = await asyncio.gather(*(ask(command) for command in wave))
        for command, reply in zip(wave, replies, strict=True):
            if isinstance(reply, Refused):
                first = reply.refusals[0]
                raise StageFault(f"{type(command).__name__} {command.msgid}: {first.code} {first.cause_en}")
        done += len(wave)
        progress(len(wave))
    return done
