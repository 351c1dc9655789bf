# `make serve` and `make test` need Python 3.11 or newer, make and a package registry; they set up the rest.

PYTHON ?= python3
VENV   ?= .venv
PORT   ?= 8000

BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# A room that does not exist yet is neither formatted nor linted.
PYTHON_ROOMS := $(wildcard server tests tools benchmarks)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve assets wanted-assets clients build check check-code test bench soak gate-proof eval reference ontology-version lock wheel clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(READY) wanted-assets  ## the environment in .venv, from requirements.lock; the assets

# The environment is made anew when what it is made from has changed. pip checks every digest; the
# project itself is built with the locked back end, so that nothing unlocked takes part.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Foedus needs Python 3.11 or newer, and '$(PYTHON)' is not that. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

serve: $(READY) wanted-assets  ## build the content and serve it on http://127.0.0.1:8000 (PORT=)
	$(BIN)/foedus serve --port $(PORT)

assets: $(READY)  ## query editor and outlines of countries, from npm, checked by digest
	$(BIN)/python tools/assets.py

# Where npm cannot be asked, the site works without them; this says what it then lacks.
wanted-assets: $(READY)
	@$(BIN)/python tools/assets.py --optional

# Clients that nobody here wrote, for the tests alone.
clients: $(READY)
	@$(BIN)/python tools/assets.py --clients --optional

build: $(READY)  ## content to release
	$(BIN)/foedus build

check: $(READY)  ## the gate over the content
	$(BIN)/foedus check

check-code: $(READY)  ## format, lint, types, import layers
	$(BIN)/ruff format --check $(PYTHON_ROOMS)
	$(BIN)/ruff check $(PYTHON_ROOMS)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: check-code wanted-assets clients  ## every test: the code, the tests, the gate (PYTEST= for options of pytest)
	$(BIN)/python -m pytest $(PYTEST)
	$(BIN)/foedus check

bench: $(READY)  ## speed, measured (ARGS="peers --sizes S M")
	@test -e benchmarks/bench.py || { echo "There is no benchmarks/bench.py." >&2; exit 2; }
	$(BIN)/python benchmarks/bench.py $(ARGS)

gate-proof: $(READY)  ## the gate's own figures, kept in docs/gate-proof.md (ARGS="--part shapes --piece 1/4": less)
	PYTHONPATH=tools $(BIN)/python -m gate_proof --write docs/gate-proof.md $(ARGS)

eval: $(READY)  ## the assistant's development score on the five articles (ARGS="--write --calibrate")
	PYTHONPATH=tools $(BIN)/python -m assistant_eval $(ARGS)

soak: $(READY)  ## endurance, measured: ten minutes (MINUTES=2: two)
	@test -e benchmarks/soak.py || { echo "There is no benchmarks/soak.py." >&2; exit 2; }
	$(BIN)/python benchmarks/soak.py $(MINUTES)

reference: $(READY)  ## write data/reference/ again from the crosswalk and CLDR
	$(BIN)/python tools/make_reference.py

ontology-version: $(READY)  ## keep this version of the ontology (ARGS=--again)
	$(BIN)/python tools/ontology_version.py $(ARGS)

# uv is not part of the lock: it makes the lock. It resolves for every Python and system at once
# and writes no registry's address.
lock:  ## pin the newest versions that pyproject.toml allows (uv must be on the path)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-config --no-emit-index-url --no-emit-find-links --no-header --upgrade --quiet \
	  --output-file requirements.lock

wheel: $(READY) assets  ## source distribution and wheel in dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation

clean:  ## remove what was built, the environment too
	rm -rf $(VENV) build dist server/foedus/web/static/vendor .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(PYTHON_ROOMS) -name __pycache__ -type d -prune -exec rm -rf {} +
