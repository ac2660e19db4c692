"""A built wheel carries the code, every pack and every page, and none of the tests."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house_rules.code_base import PACKAGE, ROOT, demand


def test_a_wheel_carries_every_pack_and_every_file_of_the_package(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    made = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    packs = [path.relative_to(ROOT).as_posix() for path in (ROOT / "packs").rglob("*") if path.is_file()]
    code = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.is_file()]
    wanted = {f"yidi/{place}" for place in [*packs, *code] if "__pycache__" not in place}
    demand(
        (f"{name} is not in the wheel" for name in wanted - names), "see [tool.hatch.build] in pyproject.toml"
    )
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]
