"""The manifest of an extract: its files, of which side and day, from whom, their sums and SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from pyarrow import compute, parquet

from yidi.edges.batch.form import AMOUNTS, Sums

NAME = "manifest.json"
_CHUNK = 1 << 22


class ExtractFile(Struct, frozen=True):
    """One Parquet file: name in the folder, side, business day, jurisdictions in it, sums in fen.

    `largest_fen` is the largest amount in it, regardless of sign.
    """

    name: str
    side: str
    day: str
    jurisdictions: tuple[str, ...]
    rows: int
    total_fen: int
    fund_fen: int
    account_fen: int
    largest_fen: int
    sha256: str

    @property
    def sums(self) -> Sums:
        """What the file adds up to."""
        return Sums(self.rows, self.total_fen, self.fund_fen, self.account_fen)


class Manifest(Struct, frozen=True):
    """An extract: business days from `since` up to, not including, `until`, and its files in order."""

    since: str
    until: str
    files: tuple[ExtractFile, ...]

    def sums(self) -> dict[str, Sums]:
        """Return what each side adds up to."""
        found: dict[str, Sums] = {}
        for file in self.files:
            found[file.side] = found.get(file.side, Sums()) + file.sums
        return found


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def described(path: Path, side: str, day: str, jurisdictions: tuple[str, ...]) -> ExtractFile:
    """Read a file that was written and say what is in it."""
    table = parquet.read_table(path, columns=list(AMOUNTS))
    sums, largest = [], 0
    for name in AMOUNTS:
        column = table.column(name)
        sums.append(compute.sum(column, min_count=0).as_py())
        extremes = compute.min_max(column).as_py()
        largest = max(largest, -(extremes["min"] or 0), extremes["max"] or 0)
    name = f"{side}/{path.name}"
    total, fund, account = sums
    rows = table.num_rows
    return ExtractFile(name, side, day, jurisdictions, rows, total, fund, account, largest, digest_of(path))


def write_manifest(folder: Path, since: str, until: str, files: Iterable[ExtractFile]) -> Manifest:
    """Write the manifest beside its files, last of all: a folder without one is no extract."""
    ordered: Sequence[ExtractFile] = sorted(files, key=lambda file: (file.side, file.day))
    manifest = Manifest(since, until, tuple(ordered))
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    (folder / NAME).write_bytes(text + b"\n")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest. FileNotFoundError when there is none, msgspec.DecodeError when it is none."""
    return msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
