"""How every command tells findings: on standard error, what is wrong and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from yidi.domain.refusal import Refusal


def tell_refusals(refusals: Iterable[Refusal]) -> None:
    """Print findings in both languages: what is wrong, and what to do."""
    for refusal in refusals:
        typer.echo(f"{refusal.code} {_ended(refusal.cause_zh)}{_ended(refusal.remedy_zh)}", err=True)
        cause = refusal.cause_en
        joint = " " if cause.endswith(".") else "; "
        typer.echo(f"    {cause}{joint}{refusal.remedy_en}", err=True)


def _ended(sentence: str) -> str:
    """End a Chinese sentence with its full stop, once."""
    return sentence if sentence.endswith("。") else f"{sentence}。"
