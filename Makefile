# Everything installs itself: Python 3.11 or later and make are all that must be there.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := $(PIP) install --no-deps --require-hashes
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
          --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(UPGRADE)
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test bench simulate faults lint types contracts lock wheel clean

help: ## Show what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## Install everything into .venv, from the lock files
	@echo "ready: $(BIN)/yidi"

demo: $(VENV)/.project ## Run a nation on one node and keep serving (ARGS="--once" ends instead)
	@$(BIN)/yidi demo $(ARGS)

test: $(VENV)/.dev ## Run all tests, on SQLite and PostgreSQL (ARGS="tests/domain" for some)
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 $(ARGS)

bench: $(VENV)/.peers ## Measure speed and size, and print a table
	@$(BIN)/python -m benchmarks $(ARGS)

simulate: $(VENV)/.project ## Run 1,000 seeds of an hour under faults (ARGS="--seeds 1-20" for less)
	@$(BIN)/yidi simulate --seeds 1-1000 --hours 1 $(ARGS)

faults: $(VENV)/.dev ## Kill, cut off and starve a nation of four nodes under load (ARGS="--kills 10" for less)
	@$(BIN)/python -m tests.journeys.trouble $(ARGS)

lint: $(VENV)/.dev ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check types, strictly
	@$(BIN)/mypy

contracts: $(VENV)/.dev ## Check that the rings import one way
	@$(BIN)/lint-imports

wheel: $(VENV)/.dev ## Build the wheel and try it in an empty environment
	@scripts/check_wheel.sh

lock: $(VENV)/.dev ## Write the lock files anew (UPGRADE=--upgrade takes newer releases)
	$(COMPILE) --group build --output-file requirements/runtime.txt
	$(COMPILE) --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
	$(COMPILE) --group build --extra peers --constraint requirements/dev.txt --output-file requirements/peers.txt
	$(COMPILE) --group build --extra batch --constraint requirements/dev.txt --output-file requirements/batch.txt

clean: ## Remove what setup and tests have made
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Each stamp is newer than what it was made from, so a second run does nothing.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "yidi needs Python 3.11 or later; say which: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) \
	  || { echo "Python cannot make an environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements/runtime.txt
	@echo "installing what yidi needs to run ..."
	@$(LOCKED) --requirement requirements/runtime.txt
	@touch $@

$(VENV)/.project: $(VENV)/.runtime pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.project requirements/dev.txt
	@echo "installing what development needs ..."
	@$(LOCKED) --requirement requirements/dev.txt
	@touch $@

$(VENV)/.peers: $(VENV)/.dev requirements/peers.txt
	@echo "installing the engines to compare with ..."
	@$(LOCKED) --requirement requirements/peers.txt
	@touch $@
