"""Finds Chinese fonts on this machine. None are shipped: they weigh more than the whole program.

Where a container or a hospital's machine has no Chinese font, Excel and HTML still work and the refusal says
which package to install.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import typst
from msgspec import Struct

from yidi.domain.refusal import Refusal
from yidi.edges.documents.refusals import NO_CHINESE_FONT

SERIF = (
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "FangSong",
    "SimSun",
    "Songti SC",
    "STSong",
    "AR PL UMing CN",
)
SANS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "SimHei",
    "Microsoft YaHei",
    "PingFang SC",
    "Heiti SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)
_RED_HAT_PACKAGE = "google-noto-serif-cjk-fonts"


class Typefaces(Struct, frozen=True):
    """The families to set a page with, best first, and the fonts themselves."""

    serif: tuple[str, ...]
    sans: tuple[str, ...]
    fonts: typst.Fonts


@lru_cache(maxsize=4)
def typefaces(folders: Sequence[Path] = (), system: bool = True) -> Typefaces | Refusal:
    """Find the typefaces of this system and of `folders`; serif and sans stand in for each other."""
    paths = [str(folder) for folder in folders]
    fonts = typst.Fonts(include_system_fonts=system, include_embedded_fonts=False, font_paths=paths)
    there = set(fonts.families())
    serif = tuple(name for name in SERIF if name in there)
    sans = tuple(name for name in SANS if name in there)
    if not (serif or sans):
        return NO_CHINESE_FONT.because("fonts", red_hat=_RED_HAT_PACKAGE)
    return Typefaces(serif or sans, sans or serif, fonts)
