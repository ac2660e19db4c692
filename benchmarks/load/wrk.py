"""Drives a node with wrk, one thread, each request of a file once."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.load.client import SHARES, Load

SCRIPT = Path(__file__).with_name("wrk.lua")
HINT = "wrk is not installed (Debian: apt-get install wrk); a slower client in Python takes its place"


def installed() -> bool:
    """Whether wrk is there."""
    return shutil.which("wrk") is not None


def write_requests(file: Path, requests: Sequence[bytes]) -> None:
    """Write requests as the script reads them: a count, then each with its length before it."""
    with file.open("wb") as out:
        out.write(b"%d\n" % len(requests))
        for request in requests:
            out.write(b"%d\n" % len(request))
            out.write(request)


def start(port: int, file: Path, connections: int, seconds: float) -> subprocess.Popen[str]:
    """Start wrk on a request file; `finish` waits for it."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s"]
    command += ["--latency", "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process: subprocess.Popen[str]) -> Load:
    """Wait and read what wrk counted. Raises RuntimeError with its output when it failed."""
    output, _ = process.communicate()
    found = dict(
        line.removeprefix("YIDI ").partition(" ")[::2]
        for line in output.splitlines()
        if line.startswith("YIDI ")
    )
    if process.returncode or "seconds" not in found:
        raise RuntimeError(f"wrk failed:\n{output}")
    return Load(
        float(found["seconds"]),
        int(found["good"]),
        int(found["bad"]),
        {share: float(found[f"p{share:g}"]) for share in SHARES},
        found.get("example", ""),
    )
