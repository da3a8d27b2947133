# Two commands do all the set-up: `make demo` and `make test`. Python 3.11 or newer is all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help demo chat serve sandbox test evals mutations chaos guard spanish-time check coverage format format-check lint types contracts lock clean

help:  ## what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

demo: $(STAMP)  ## the service with sandbox and offline model; no key needed
	@$(BIN)/python -m citas.main demo

chat: $(STAMP)  ## talk with the demo in the terminal
	@$(BIN)/python -m citas.main chat

serve: $(STAMP)  ## the service as configured by the environment and .env
	@$(BIN)/python -m citas.main

sandbox: $(STAMP)  ## the stand-in for the back end alone, on a port
	@$(BIN)/python -m citas.main sandbox

test: $(DEV_STAMP)  ## the whole test suite, on every core
	@$(BIN)/python -m pytest -n auto

evals: $(DEV_STAMP)  ## conversations graded by the calendar they end in, in a minute; ARGS="--suite repair --repeats 4"
	@$(BIN)/python -m evals $(ARGS)

mutations: $(DEV_STAMP)  ## break the product on purpose and see which conversations notice (15 to 20 minutes; ARGS="--watched": two)
	@$(BIN)/python -m evals mutations $(ARGS)

chaos: $(DEV_STAMP)  ## ten thousand bookings under faults, a hundred kills, and a checker (10 to 15 minutes)
	@$(BIN)/python -m tests.chaos

guard: $(DEV_STAMP)  ## how many false claims the guard lets through, how many honest replies it alters
	@$(BIN)/python -m tests.agent.labelled

spanish-time: $(DEV_STAMP)  ## how well Spanish times are read, beside dateparser, and how fast
	@$(BIN)/python -m tests.scheduling.compare

check: format-check lint types contracts evals coverage  ## everything: format, lint, types, contracts, evals, tests

coverage: $(DEV_STAMP)  ## the whole test suite, and how much of the code it runs
	@$(BIN)/python -m pytest -n auto --cov --cov-report=term-missing:skip-covered

format-check: $(DEV_STAMP)  ## whether the code is in our format
	@$(BIN)/ruff format --check .

format: $(DEV_STAMP)  ## rewrite the code in our format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: $(DEV_STAMP)  ## ruff
	@$(BIN)/ruff check .

types: $(DEV_STAMP)  ## strict typing over code, tests and evals
	@$(BIN)/mypy

contracts: $(DEV_STAMP)  ## who may import whom
	@$(BIN)/lint-imports

lock: $(DEV_STAMP)  ## resolve the exact versions anew
	@$(BIN)/pip-compile -q --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --no-header -o requirements.lock pyproject.toml
	@$(BIN)/pip-compile -q --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --no-header --allow-unsafe --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:  ## forget the environment, the demo's files and the tools' caches
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage

# The environment is made when it is missing and brought up to date when a lock file is newer.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the exact versions of requirements.lock (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(STAMP)
	@echo "Installing the development tools of requirements-dev.lock (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
