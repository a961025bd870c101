# Zhucun. `make run` starts everything on 127.0.0.1:8000; see README.md.
# The recipes need nothing but make, a POSIX shell and Python 3.11 or newer.

HOST ?= 127.0.0.1
PORT ?= 8000
# Demo accounts have public passwords; they open only because `make run` says so.
ZHUCUN_DEMO ?= 1

VENV := .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
TOOLS := $(VENV)/tools
TOOLS_STAMP := $(VENV)/.tools-stamp
PIP := $(PY) -m pip --disable-pip-version-check --no-input -q

.DEFAULT_GOAL := help
.PHONY: help setup run test test-deps fuzz lint audit lock bench

help:
	@echo "make run        site on http://$(HOST):$(PORT) with worker, scheduler and demo data"
	@echo "make test       tests; also on PostgreSQL, Redis and Chromium where they are found"
	@echo "make test-deps  install (apt) what the full suite needs"
	@echo "make fuzz       damaged workbooks, then every page as everybody; FUZZ_SEED=…, FUZZ_ROUNDS=…, LEAK_SEEDS=… for others"
	@echo "make lint       style, import contracts, migrations"
	@echo "make audit      known weaknesses of what we depend on; pins and licences"
	@echo "make lock       the lock files anew, after a change of requirements*.txt"
	@echo "make bench      one JSON line per claim"
	@echo "make setup      virtual environment only"

# The newest suitable interpreter wins; PYTHON=/path/to/python overrides.
$(PY):
	@python=""; \
	for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3" >&2; exit 1; fi; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "The venv module is incomplete. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# From the lock files: the versions that were tested, and only the very files that were published under them.
$(RUN_STAMP): requirements.lock | $(PY)
	@echo "installing packages into $(VENV) …" >&2
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements.lock requirements-dev.lock | $(PY)
	@echo "installing packages for development into $(VENV) …" >&2
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $(RUN_STAMP) $@

setup: $(DEV_STAMP)

run: $(RUN_STAMP)
	@ZHUCUN_DEMO=$(ZHUCUN_DEMO) exec $(PY) manage.py serve --host $(HOST) --port $(PORT) --demo

test: $(DEV_STAMP)
	@exec $(PY) tests/run.py $(ARGS)

test-deps: $(DEV_STAMP)
	@exec sh .ci/test-deps

FUZZ_ROUNDS ?= 100
FUZZ_SEED ?= $(shell date +%s)
LEAK_SEEDS ?= 1,2,$(FUZZ_SEED)
fuzz: $(DEV_STAMP)
	@echo "FUZZ_SEED=$(FUZZ_SEED)" >&2
	@FUZZ_ROUNDS=$(FUZZ_ROUNDS) FUZZ_SEED=$(FUZZ_SEED) $(PY) -m pytest tests/cadres/test_fuzz_workbooks.py -q -x
	@LEAK_SEEDS=$(LEAK_SEEDS) exec $(PY) -m pytest tests/leaks -q -n auto

lint: $(DEV_STAMP)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(VENV)/bin/djlint templates --lint --quiet
	@$(VENV)/bin/lint-imports
	@$(PY) manage.py check --fail-level WARNING
	@$(PY) manage.py makemigrations --check --dry-run

# An environment of their own: the tools must not be among what they look at.
$(TOOLS_STAMP): requirements-tools.lock | $(PY)
	@$(PY) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --no-input -q install --require-hashes -r requirements-tools.lock
	@touch $@

# A finding fails; a service that does not answer is said loudly. ARGS=--strict makes that a failure too.
audit: $(DEV_STAMP) $(TOOLS_STAMP)
	@$(PY) .ci/audit.py $(ARGS)

LOCK := $(TOOLS)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q
lock: $(TOOLS_STAMP)
	@$(LOCK) requirements.txt -o requirements.lock
	@$(LOCK) requirements-dev.txt -c requirements.lock -o requirements-dev.lock
	@$(LOCK) requirements-tools.txt -o requirements-tools.lock

bench: $(DEV_STAMP)
	@exec $(PY) bench/run.py
