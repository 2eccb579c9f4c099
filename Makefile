# make run   sets up what is missing and serves the app
# make test  sets up what is missing and runs every test

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?=
PENS ?=
INPUTS ?= 100000
SEED ?=
MINUTES ?= 30
VENV := .venv
BIN := $(VENV)/bin
NODE := $(shell command -v npm)
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: run test check audit format types train notebook bench fuzz soak browser nginx help
.DELETE_ON_ERROR:

run: $(VENV)/.run
	@HOST=$(HOST) PORT=$(PORT) exec $(BIN)/python -m app

test: $(VENV)/.test browser nginx $(if $(NODE),node_modules/.installed)
	$(BIN)/python -m pytest

check: $(VENV)/.check $(if $(NODE),node_modules/.installed)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm run --silent lint
	npm run --silent types
	$(BIN)/python -m app openapi --no-examples > $(VENV)/openapi.json
	npm run --silent generate -- $(VENV)/openapi.json --check

# Known vulnerabilities of the locked versions; fails too if they cannot be looked up.
audit: $(VENV)/.audit
	$(BIN)/python tools/audit.py

format: $(VENV)/.check node_modules/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npm run --silent format

# After a change of the API: writes the types that the front end is checked against.
types: $(VENV)/.run node_modules/.installed
	$(BIN)/python -m app openapi --no-examples > $(VENV)/openapi.json
	npm run --silent generate -- $(VENV)/openapi.json

# make train DATA=folder-with-mnist [PENS=strokes.jsonl.gz]; without DATA it downloads MNIST
train: $(VENV)/.training
	$(BIN)/python -m app.training train $(if $(DATA),--data $(DATA)) $(if $(PENS),--pens $(PENS))

# make notebook DATA=folder-with-mnist; without DATA it learns from the bundled digits
notebook: $(VENV)/.notebook
	$(if $(DATA),CONVLENS_DATA=$(abspath $(DATA))) $(BIN)/jupyter lab notebooks/6_CNN_model.ipynb

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

# make fuzz [INPUTS=100000] [SEED=number]: a server of its own answers or refuses all of them
fuzz: $(VENV)/.test
	$(BIN)/python -m tests.fuzz --inputs $(INPUTS) $(if $(SEED),--seed $(SEED))

# make soak [MINUTES=30]: mixed load on a server of its own, under which nothing may grow
soak: $(VENV)/.test
	$(BIN)/python -m tools.soak --minutes $(MINUTES)

# A browser for the tests: the one there is, else Debian's, else Playwright's own.
browser: $(VENV)/.test
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else $(BIN)/playwright install chromium; fi

# nginx for the tests of several replicas, where it may be installed and is not started at once;
# without it they are skipped.
nginx:
	@if command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || [ -d /run/systemd/system ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light >/dev/null || true; fi

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ConvLens needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) .
	@touch $@

$(VENV)/.training: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[training]'
	@touch $@ $(VENV)/.run

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[test]'
	@touch $@ $(VENV)/.run

$(VENV)/.notebook: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[notebook]'
	@touch $@ $(VENV)/.run

$(VENV)/.check: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[test,check]'
	@touch $@ $(VENV)/.test $(VENV)/.run

$(VENV)/.audit: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[audit]'
	@touch $@ $(VENV)/.run

node_modules/.installed: package.json package-lock.json
	npm ci --silent
	@touch $@
