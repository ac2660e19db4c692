#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment from the run-time lock, and runs the demo there.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

echo "== wheel: build"
.venv/bin/uv build --quiet --offline --no-build-isolation --python .venv/bin/python --out-dir "$place/dist" .
wheel=$(ls "$place"/dist/yidi-*.whl)

echo "== wheel: install $(basename "$wheel") into an empty environment"
.venv/bin/python -m venv "$place/venv"
"$place/venv/bin/python" -m pip --disable-pip-version-check --quiet install \
  --no-deps --require-hashes --requirement requirements/runtime.txt
"$place/venv/bin/python" -m pip --disable-pip-version-check --quiet install --no-deps "$wheel"

echo "== wheel: yidi demo --once"
test -x "$place/venv/bin/yidi" || { echo "the wheel installs no program called yidi" >&2; exit 1; }
cd "$place"  # away from the checkout, so that nothing is found there
"$place/venv/bin/yidi" demo --once >"$place/demo.txt" 2>&1 </dev/null \
  || { tail -40 "$place/demo.txt" >&2; echo "yidi demo --once failed in an empty environment" >&2; exit 1; }
test -s "$place/demo.txt" || { echo "yidi demo --once printed nothing" >&2; exit 1; }
tail -5 "$place/demo.txt"
echo "== wheel: good"
