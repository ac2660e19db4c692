"""How every command tells findings: on standard error, what is wrong and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from yidi.domain.refusal import Refusal


def tell_refusals(refusals: Iterable[Refusal]) -> None:
    """Print findings in both languages: what is wrong, and what to do."""
    for refusal in refusals:
        typer.echo(f"{refusal.code} {refusal.cause_zh}。{refusal.remedy_zh}。", err=True)
        typer.echo(f"    {refusal.cause_en}; {refusal.remedy_en}", err=True)
