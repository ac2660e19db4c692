"""Looks the locked releases up in a public register of vulnerabilities.

Status 1 when one is known to be vulnerable, or when the look-up breaks in a way nobody foresaw. Where the
register cannot be reached, as on a machine without internet, it says NOT-AUDITED and ends with status 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

NOT_AUDITED = "NOT-AUDITED"
LOCKS = Path(__file__).parent.parent / "requirements"
UNREACHABLE = (
    "ConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "Max retries exceeded",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "ServiceError",
    "Could not connect",
)


def look_up(locks: list[Path]) -> tuple[str, str]:
    """Return what pip-audit found in lock files, as JSON or nothing, and what it complained of."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "10"]
    command += [word for lock in locks for word in ("--requirement", str(lock))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    return done.stdout, done.stderr


def judge(found: str, complaint: str) -> tuple[int, str]:
    """Return the status and what to say; a release the register did not answer for is named."""
    if not found.strip():
        if any(word in complaint for word in UNREACHABLE):
            return 0, f"{NOT_AUDITED}: the register of vulnerabilities cannot be reached from this machine"
        return 1, f"the audit broke:\n{complaint[-2000:]}"
    releases = json.loads(found)["dependencies"]
    named = []
    for release in releases:
        if numbers := [one["id"] for one in release.get("vulns", ())]:
            named.append(f"VULNERABLE {release['name']} {release['version']}: {', '.join(numbers)}")
    if named:
        return 1, "\n".join(named)
    unanswered = [release["name"] for release in releases if "skip_reason" in release]
    if len(unanswered) == len(releases):
        return 0, f"{NOT_AUDITED}: the register of vulnerabilities answers for no release from this machine"
    said = f"{len(releases) - len(unanswered)} locked releases without a known vulnerability"
    return 0, said + (f"; {NOT_AUDITED}: {', '.join(unanswered)}" if unanswered else "")


def main() -> int:
    """Audit every lock."""
    status, said = judge(*look_up(sorted(LOCKS.glob("*.txt"))))
    print(said)
    return status


if __name__ == "__main__":
    sys.exit(main())
