"""A place is data in packs: its name stands nowhere in src."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache

from tests.house_rules.code_base import (
    ROOT,
    Source,
    demand,
    identifiers,
    python_files,
    strings,
    text_files,
    words,
)

PROVINCES_PINYIN = set(
    """beijing tianjin hebei shanxi neimenggu mongolia liaoning jilin heilongjiang shanghai jiangsu
    zhejiang anhui fujian jiangxi shandong henan hubei hunan guangdong guangxi hainan chongqing sichuan
    guizhou yunnan xizang tibet shaanxi gansu qinghai ningxia xinjiang datong wuhan ordos guangan""".split()
)
PROVINCES_CHINESE = set(
    """北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西
    山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海
    宁夏 新疆""".split()
)
ALLOWED = {"SHANGHAI": "the time zone of the whole country", "Asia/Shanghai": "its name in the zone database"}
LEVELS = {"province", "prefecture"}
GENERIC = {"全国", "国家"}
OFFICIAL_TIME = "北京时间"
"""The name of the time of the whole country (GB/T 7408), not a place."""
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


@cache
def division_names() -> frozenset[str]:
    """Read the names of provinces and prefectures, long and short, from the packs: 大同市 and 大同.

    Counties are left out: too many are plain words (城区, 矿区).
    """
    with (ROOT / "packs" / "national" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["level"] in LEVELS]
    short = [name.removesuffix("地区").rstrip("市盟") for name in names]
    return frozenset(
        name for name in [*PROVINCES_CHINESE, *names, *short] if len(name) > 1 and name not in GENERIC
    )


def placed_identifiers(source: Source) -> Iterator[str]:
    """Find identifiers with a place name in pinyin."""
    for name, node in identifiers(source):
        if name not in ALLOWED and PROVINCES_PINYIN.intersection(words(name)):
            yield source.at(node, f"`{name}` names a place")


def placed_texts(source: Source) -> Iterator[str]:
    """Find text literals with a Chinese place name."""
    for text, node in strings(source):
        yield from (source.at(node, f"the text names {name}") for name in names_in(text))


def names_in(text: str) -> list[str]:
    """List the division names that occur in a text."""
    if not _HAN.search(text):
        return []
    text = text.replace(OFFICIAL_TIME, "")
    return [name for name in division_names() if name in text]


def test_no_code_names_a_place() -> None:
    sources = python_files("src")
    found = [
        finding for source in sources for finding in [*placed_identifiers(source), *placed_texts(source)]
    ]
    demand(found, "a place is data: read it from packs/ by its division code")


def test_no_page_or_statement_names_a_place() -> None:
    files = [path for path in text_files("src") if path.suffix in {".html", ".sql", ".css"}]
    found = [f"{path.name}: names {name}" for path in files for name in names_in(path.read_text("utf-8"))]
    demand(found, "a place is data: show the name the packs give for the division code")


def test_the_rule_of_places_bites() -> None:
    bad = Source("src/yidi/bad.py", "HENAN_CAP = 1\ndef for_guangdong() -> str:\n    return '在河南就医'\n")
    assert len(list(placed_identifiers(bad))) == 2
    assert len(list(placed_texts(bad))) == 1
    assert not list(
        placed_identifiers(Source("src/yidi/good.py", "from yidi.domain.dates import SHANGHAI\n"))
    )
