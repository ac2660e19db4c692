"""The page that leads a hospital system to its first message is true, on a running demonstration."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "start" / "first-message.md"
YIDI = (sys.executable, "-c", "from yidi.wiring import main; main()")
PATIENCE_SECONDS = 300


class Running(NamedTuple):
    """A demonstration that serves: its address, the files it left, and what it printed."""

    address: str
    folder: Path
    printed: str


def ran(*words: object) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    typed = [str(word) for word in words]
    return subprocess.run(typed, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`yidi demo --data FOLDER`, until it has said everything."""
    folder = tmp_path_factory.mktemp("demo")
    command = (*YIDI, "demo", "--port", "0", "--data", str(folder))
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "100"}
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if str(folder / "keys.toml") in line:
            break
    address = re.search(r"serving at (http://\S+)", printed)
    assert address, printed
    yield Running(address[1], folder, printed)
    process.terminate()  # who starts programs in the background may have them ignore Ctrl-C
    process.communicate(timeout=PATIENCE_SECONDS)


def script(folder: Path, old: str = "", new: str = "") -> Path:
    """Save the script of the page, with one thing said otherwise."""
    found = re.search(r"<!-- run: first\.py -->\n```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    assert old in found[1]
    (folder / "first.py").write_text(found[1].replace(old, new) if old else found[1], "utf-8")
    return folder / "first.py"


def test_the_script_of_the_page_is_answered_as_the_page_says(running: Running, tmp_path: Path) -> None:
    told = ran(sys.executable, script(tmp_path), running.address, running.folder / "keys.toml")
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["infcode"] == 0
    base = answer["output"]["baseinfo"]
    assert (base["psn_name"], base["psn_no"]) == ("示例钱宁", "14020019750821000102")
    assert base["psn_no"] in PAGE.read_text("utf-8")


def test_a_wrong_secret_and_a_missing_number_are_answered_as_the_page_says(
    running: Running, tmp_path: Path
) -> None:
    keys = running.folder / "keys.toml"
    forged = ran(
        sys.executable, script(tmp_path, "{stamp}{secret}", "{stamp}x{secret}"), running.address, keys
    )
    assert "HTTP Error 401" in forged.stderr
    # a message id names one message: the second script may run in the same second as the first
    lacking = script(tmp_path, ', "mdtrt_cert_no": "140200SAMPLE0000000102"', "")
    lacking.write_text(lacking.read_text("utf-8").replace('"0001"', '"0002"'), "utf-8")
    answer = json.loads(ran(sys.executable, lacking, running.address, keys).stdout)
    assert answer["infcode"] == -1
    assert all(found["cause_zh"] and found["cause_en"] for found in answer["refusals"])


def test_what_the_demonstration_leaves_opens_it_to_every_command(running: Running) -> None:
    number = re.search(r"/settlement/(\d+)", running.printed)
    assert number
    config = running.folder / "node.toml"
    told = ran(*YIDI, "settlement", "explain", number[1], "--config", config)
    assert told.returncode == 0, told.stderr
    assert "本人现金 You pay in cash" in told.stdout
    assert (running.folder / "keys.toml").stat().st_mode & 0o077 == 0
