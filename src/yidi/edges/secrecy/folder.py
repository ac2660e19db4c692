"""Where a node's keys lie: the folder the settings name, else one beside the database or the keys file."""

from __future__ import annotations

from pathlib import Path

from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.settings import Settings

IN_MEMORY = ":memory:"


def key_folder(settings: Settings) -> Path:
    """Return the key folder of a node; it may not exist yet.

    Named by `key_folder`; else `<database>-keys` beside a SQLite file; else `database-keys` beside the file
    of institutions' secrets. Raises KeyTrouble where nothing says.
    """
    if settings.key_folder:
        return Path(settings.key_folder)
    if settings.database.startswith("sqlite:"):
        path = settings.database.removeprefix("sqlite:").removeprefix("//")
        if path != IN_MEMORY:
            return Path(f"{path}-keys")
    if settings.keys:
        return Path(settings.keys).parent / "database-keys"
    raise KeyTrouble(
        "key_folder: 未指定密钥文件夹。 Name the folder of the database's keys in the settings (key_folder)"
    )
