"""The catalogue files an institution downloads: TXT with TAB columns, zipped, made from the care place's own.

The request names its highest version; the answer the number, name and rows of the file, which then comes
through the file download. A version is the hash of the content, so it changes when the content does.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache

from msgspec import Struct

from yidi.domain.catalogue.catalogue import Catalogue
from yidi.domain.catalogue.item import Item
from yidi.domain.codes.item import ItemKind
from yidi.edges.national.amounts import last_day
from yidi.edges.packs.national import DownloadFile

KINDS = {
    "1301": (ItemKind.DRUG, ItemKind.PATENT),
    "1302": (ItemKind.HERBAL,),
    "1305": (ItemKind.SERVICE,),
    "1306": (ItemKind.CONSUMABLE,),
}
"""Which items of the catalogue a download holds."""
_CHRONIC = "1309"
_EMPTY = "null"
_CLASSES = {"A": "甲", "B": "乙", "C": "丙"}
_MADE = (1980, 1, 1, 0, 0, 0)


class CatalogueFile(Struct, frozen=True):
    """A download: its number for fetching, its name, how many rows, and the zipped content."""

    file_no: str
    name: str
    rows: int
    content: bytes


class Library:
    """Makes the files of each care place when they are first asked for.

    `catalogue_of` gives the catalogue of a province; `files` the columns of each file; `samples` rows by
    column title for files that no catalogue fills; `chronic` code and name of the chronic diseases.
    """

    def __init__(
        self,
        catalogue_of: Callable[[str], Catalogue | None],
        files: Mapping[str, DownloadFile],
        samples: Mapping[str, list[dict[str, str]]],
        chronic: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._catalogue_of, self._samples = catalogue_of, samples
        self._files = {file.transaction: file for file in files.values()}
        self._chronic = tuple(chronic)
        self._made = lru_cache(maxsize=512)(self._make)

    def file(self, number: str, care: str, on: date) -> CatalogueFile:
        """Return the file of a download transaction at a care place on a day."""
        return self._made(number, care, on.isoformat())

    def fetch(self, file_no: str, care: str, on: date) -> CatalogueFile | None:
        """Return the file with a number; None when there is none (any more)."""
        number = file_no.partition("-")[0]
        if number not in self._files:
            return None
        found = self._made(number, care, on.isoformat())
        return found if found.file_no == file_no else None

    def _make(self, number: str, care: str, on: str) -> CatalogueFile:
        file = self._files.get(number)
        rows = [] if file is None else list(self._rows(file, care, on))
        text = "".join("\t".join(row) + "\n" for row in rows)
        version = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
        name = f"{number}_{version}.txt"
        return CatalogueFile(f"{number}-{version}", f"{name}.zip", len(rows), zipped(name, text))

    def _rows(self, file: DownloadFile, care: str, on: str) -> Iterable[list[str]]:
        if file.transaction in KINDS:
            catalogue = self._catalogue_of(care)
            for item in () if catalogue is None else catalogue.items(on):
                if item.kind in KINDS[file.transaction]:
                    yield item_row(file, item)
        elif file.transaction == _CHRONIC:
            for code, name in self._chronic:
                yield placed(file, {1: code, 15: name, 3: name, 6: "1"})
        for row in self._samples.get(file.transaction, []):
            yield placed(file, {file.columns.index(title) + 1: value for title, value in row.items()})


def placed(file: DownloadFile, values: Mapping[int, str]) -> list[str]:
    """Put values at their columns (from 1); an empty column is the word null."""
    row = [_EMPTY] * len(file.columns)
    for column, value in values.items():
        row[column - 1] = " ".join(value.split()) or _EMPTY
    return row


def item_row(file: DownloadFile, item: Item) -> list[str]:
    """Write an item in the columns the file has for it."""
    values = {
        "code": item.code,
        "name": item.name,
        "patent": "1" if item.kind is ItemKind.PATENT else "2",
        "start": item.start,
        "end": last_day(item.end) or "",
        "restriction": item.restriction,
        "restricted": str(int(item.restricted)),
        "essential": str(int(item.essential)),
        "negotiated": str(int(item.negotiated)),
        "child": str(int(item.child)),
        "valid": "1",
        "item_class": _CLASSES[item.item_class.value],
    }
    return placed(file, {column: values[use] for use, column in file.use.items() if use in values})


def zipped(name: str, text: str) -> bytes:
    """Pack a text as the only file of a zip; the same text gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, _MADE), text.encode(), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unzipped(content: bytes, limit: int) -> str:
    """Read the text of the first file of a zip, or of the bytes themselves when they are no zip.

    Raises ValueError when it cannot be read or grows beyond `limit` bytes.
    """
    if content[:2] != b"PK":
        return _decode(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(archive.namelist()[0]) as file:
            text = file.read(limit + 1)
    except (zipfile.BadZipFile, IndexError, NotImplementedError, RuntimeError, OSError, EOFError) as fault:
        raise ValueError("not a readable zip") from fault
    if len(text) > limit:
        raise ValueError("larger than allowed")
    return _decode(text)


def _decode(content: bytes) -> str:
    return content.decode("utf-8-sig")
