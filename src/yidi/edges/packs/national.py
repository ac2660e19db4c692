"""Reads packs/national: divisions, dictionaries, chronic diseases, columns of the download files."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from yidi.domain.codes.chronic_disease import ChronicDisease, ChronicDiseases
from yidi.domain.codes.dictionary import Dictionaries, Dictionary, Meaning
from yidi.domain.codes.division import Division, DivisionLevel, Divisions
from yidi.edges.packs.location import packs_folder

_FLAG_TITLE = "是否标志"
_FLAG_MEANINGS = {"0": Meaning("0", "否", "no"), "1": Meaning("1", "是", "yes")}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PackError(ValueError):
    """A pack that cannot be read: it names the file and the place in it."""


def read_yaml(path: Path, shape: type[Any]) -> Any:
    """Read a YAML file as a msgspec type. Raises PackError naming the file and the key at fault."""
    try:
        with path.open(encoding="utf-8") as stream:
            return msgspec.convert(yaml.load(stream, _Loader), shape)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as fault:
        raise PackError(f"{path.name}: {fault}") from fault


def read_divisions(packs: Path | None = None) -> Divisions:
    """Read the divisions (GB/T 2260 and the Corps)."""
    path = (packs or packs_folder()) / "national" / "divisions.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return Divisions([_division(row) for row in csv.DictReader(stream)])
    except (OSError, UnicodeDecodeError, KeyError, ValueError) as fault:
        raise PackError(f"{path.name}: {fault}") from fault


def _division(row: dict[str, str]) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        level=DivisionLevel(row["level"]),
        name_en=row["name_en"],
        insuring=row["insuring"] == "1",
        whole=row["whole"] == "1",
        undivided=row["undivided"] == "1",
        current=row["current"] == "1",
    )


class _DictionaryEntry(Struct, forbid_unknown_fields=True):
    title: str
    codes: dict[str, str]
    identifier: str = ""
    title_en: str = ""
    english: dict[str, str] = {}
    regional: dict[str, list[str]] = {}


class _DictionaryFile(Struct, forbid_unknown_fields=True):
    source: str
    looked_up: str
    dictionaries: dict[str, _DictionaryEntry]
    flags: list[str]


def read_dictionaries(packs: Path | None = None) -> Dictionaries:
    """Read all dictionaries, the plain yes/no flags among them."""
    read: _DictionaryFile = read_yaml(
        (packs or packs_folder()) / "national" / "dictionaries.yaml", _DictionaryFile
    )
    found = [_dictionary(key, entry, read.source) for key, entry in read.dictionaries.items()]
    flags = [
        Dictionary(key=key, title_zh=_FLAG_TITLE, source=read.source, meanings=_FLAG_MEANINGS)
        for key in read.flags
        if key not in read.dictionaries
    ]
    return Dictionaries((*found, *flags))


def _dictionary(key: str, entry: _DictionaryEntry, source: str) -> Dictionary:
    region_of = {code: region for region, codes in entry.regional.items() for code in codes}
    return Dictionary(
        key=key,
        title_zh=entry.title,
        identifier=entry.identifier,
        title_en=entry.title_en,
        source=source,
        meanings={
            code: Meaning(code, zh, entry.english.get(code, ""), region_of.get(code, ""))
            for code, zh in entry.codes.items()
        },
    )


class _DiseaseFile(Struct, forbid_unknown_fields=True):
    looked_up: str
    diseases: list[ChronicDisease]
    local_codes: dict[str, str]


def read_chronic_diseases(packs: Path | None = None) -> ChronicDiseases:
    """Read the cross-province diseases with the mapping of local sub-codes."""
    read: _DiseaseFile = read_yaml(
        (packs or packs_folder()) / "national" / "chronic_diseases.yaml", _DiseaseFile
    )
    return ChronicDiseases(read.diseases)


class DownloadFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A national catalogue download file: its columns in order, and which of them (from 1) we read."""

    transaction: str
    title: str
    use: dict[str, int]
    columns: tuple[str, ...]


class _DownloadFiles(Struct, forbid_unknown_fields=True):
    files: dict[str, DownloadFile]


def read_download_files(packs: Path | None = None) -> dict[str, DownloadFile]:
    """Read the columns of the national download files, by kind."""
    path = (packs or packs_folder()) / "national" / "catalogue_files.yaml"
    read: _DownloadFiles = read_yaml(path, _DownloadFiles)
    return read.files


class _ServiceClasses(Struct, forbid_unknown_fields=True):
    looked_up: str
    sure_pct: int
    classes: dict[str, str]


def read_service_classes(packs: Path | None = None) -> dict[str, str]:
    """Read which national expense class a service item belongs to, by the beginning of its code."""
    path = (packs or packs_folder()) / "national" / "service_expense_classes.yaml"
    read: _ServiceClasses = read_yaml(path, _ServiceClasses)
    return read.classes
