"""How commands put papers into a folder: sealed with a key, or as drafts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import typer

from yidi.domain.refusal import Refusal
from yidi.edges.cli.telling import end_refused, on_facts
from yidi.edges.documents.papers import Paper
from yidi.edges.storage.reading import Rows

OUT = typer.Option(..., "--out", help="文件夹 Folder to write into")
KEY = typer.Option(None, "--key", help="签章私钥（PEM） Private key to seal with")


def put_papers(
    context: typer.Context,
    config: Path | None,
    look: Callable[[Rows], Awaitable[Sequence[Paper]]],
    out: Path,
    key: Path | None,
    none_zh_en: str,
) -> None:
    """Make papers of the facts, write them and name the files; status 1, with a word, when there are none.

    Wrong use is a key file that holds no Ed25519 key.
    """
    from yidi.edges.clearing.papers import read_key, write_papers

    sealing = read_key(key) if key else None
    if key and sealing is None:
        raise typer.BadParameter("Ed25519, PEM", param_hint="--key")
    papers = on_facts(context, config, look)
    if not papers:
        typer.echo(none_zh_en, err=True)
        raise typer.Exit(1)
    written = write_papers(papers, out, sealing)
    if isinstance(written, Refusal):
        end_refused([written])
    for path in written:
        typer.echo(str(path))
