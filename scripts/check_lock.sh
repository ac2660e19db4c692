#!/usr/bin/env bash
# Says whether the lock files still hold what pyproject.toml asks for; takes no newer releases.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r pyproject.toml Makefile requirements "$place/"
ln -s "$PWD/.venv" "$place/.venv"
make --silent --directory "$place" --old-file .venv/.dev lock
diff -r requirements "$place/requirements" \
  || { echo "the lock files are older than pyproject.toml: run make lock and commit requirements/" >&2; exit 1; }
