"""Finds the folder of packs, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_INSIDE_PACKAGE = Path(__file__).parents[2] / "packs"
_IN_CHECKOUT = Path(__file__).parents[4] / "packs"


def packs_folder() -> Path:
    """Return the folder that holds `policy/`, `catalogue/` and `national/`.

    A wheel carries it inside the package; a checkout has it beside `src`. FileNotFoundError when neither.
    """
    for folder in (_INSIDE_PACKAGE, _IN_CHECKOUT):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("no packs: neither inside the package nor beside its sources")
