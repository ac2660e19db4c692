"""Seconds until `yidi demo` has played its visits and serves: `python -m benchmarks.demonstration`."""

from __future__ import annotations

import subprocess
import time

from benchmarks.figures import Figure, show
from benchmarks.load.node import free_port, yidi

THEME = "Start"
TARGET_SECONDS = 5.0
SIGN = "serving at"


def seconds_to_serve() -> float:
    """Start the demonstration, wait for the line that tells its address, and end it."""
    start = time.perf_counter()
    command = yidi("demo", "--port", str(free_port()))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if SIGN in line:
                took = time.perf_counter() - start
                process.terminate()
                process.wait(30)
                return took
    raise RuntimeError(f"the demonstration ended without serving:\n{told[-2000:]}")


def measure() -> list[Figure]:
    """Run it twice and take the second."""
    first, second = seconds_to_serve(), seconds_to_serve()
    note = f"all visits played by then; first run {first:.1f} s"
    return [Figure(THEME, "yidi demo, second run, until it serves", second, "s", TARGET_SECONDS, note=note)]


if __name__ == "__main__":
    show(measure())
