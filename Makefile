# PyQuiz needs Python 3.11 or later and make; everything else is installed into .venv from locked, hashed requirements.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test lint bench topics slack-sandbox discord-sandbox compose-trial clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-15s %s\n' "$$name" "$$what"; done

run: $(READY) ## PyQuiz: the bot where tokens are set, else the playground in this terminal
	@$(BIN)/pyquiz run || { code=$$?; test $$code -eq 130 || exit $$code; }

test: $(READY_DEV) lint ## every check and test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

lint: $(READY_DEV) ## style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY_DEV) ## speed, as ratios against floors measured in the same run; one subject: ONLY=herd
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(ARGS)

slack-sandbox: $(READY_DEV) ## a stand-in Slack in this terminal, to try the bot on without an account
	@$(BIN)/python -m tests.standins.slack

discord-sandbox: $(READY_DEV) ## a stand-in Discord in this terminal, to try the bot on without an account
	@$(BIN)/python -m tests.standins.discord

compose-trial: $(READY_DEV) ## days of PyQuiz in containers that are stopped and killed; wants an engine; ARGS="bot --replicas 2", ARGS=sqlite
	$(BIN)/python -m tests.container.trial $(ARGS)

topics: $(READY) ## the page of topics in docs, made anew
	@$(BIN)/python -m cli.catalogue > docs/topics.md

clean: ## remove what was installed and cached; answers and settings stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "PyQuiz needs Python 3.11 or later. Install it, or say where it is: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "PyQuiz needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(READY): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing PyQuiz into $(VENV), once …" >&2
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q adapters bot cli content scheduler
	@touch $@

$(READY_DEV): requirements-dev.lock $(READY)
	@echo "Installing what tests need …" >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
