# What a developer and CI run. `make setup` leaves .venv/bin/thread; every other target starts with it.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# The first of these that runs, is 3.11 or later and can make a virtual environment. Override: make setup PYTHON=...
PYTHON := python3.13 python3.12 python3.11 python3
# Further Pythons for test-all-pythons; what is not there, or does not run, is left out.
PYTHONS := python3.11 python3.12 python3.13
# Parallel test processes: a number, or auto for one per core.
WORKERS := auto
# Folders of scripts that mypy reads as soon as they hold one.
SCRIPTS = $(foreach folder,benchmarks docs fixtures,$(if $(shell find $(folder) -name '*.py' 2>/dev/null | head -n 1),$(folder)))

.PHONY: help setup demo test lint test-all-pythons soak bench lock fixtures docs transcripts clean

help:
	@echo 'make setup             virtual environment with the locked packages; leaves .venv/bin/thread'
	@echo 'make demo              load the demo plant and serve it'
	@echo 'make test              lint, then every test'
	@echo 'make lint              ruff, mypy, import contracts, no addresses in tracked files'
	@echo 'make test-all-pythons  unit tests on each further Python that is present'
	@echo 'make soak              property and fault tests with many more examples'
	@echo 'make bench             every benchmark'
	@echo 'make lock              write requirements.lock again (UPGRADE=1: to the newest versions)'
	@echo 'make fixtures docs     write the generated files again'
	@echo 'make transcripts       write down again what people type and read in the scenarios'
	@echo 'make clean             remove everything that these targets made'

setup: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    found=; bare=; \
	    for python in $(PYTHON); do \
	        "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	        if "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then found=$$python; break; fi; \
	        bare="$$bare $$python"; \
	    done; \
	    if [ -z "$$found" ] && [ -n "$$bare" ]; then \
	        echo "setup:$$bare cannot make a virtual environment (ensurepip is missing); on Debian: apt-get install python3-venv" >&2; \
	        exit 1; \
	    fi; \
	    if [ -z "$$found" ]; then \
	        echo "setup: none of $(PYTHON) is a working Python 3.11 or later; install one, or name it: make setup PYTHON=/path/to/python" >&2; \
	        exit 1; \
	    fi; \
	    echo "setup: $(VENV) is made with $$found"; \
	    "$$found" -m venv --clear $(VENV) || exit 1; \
	fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/thread demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src api tests .ci/addresses.py $(SCRIPTS)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python .ci/addresses.py

test: lint
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# The lock holds for each of these Pythons; this shows it. Each gets an environment of its own under build/.
test-all-pythons: setup
	@for python in $(PYTHONS); do \
	    if ! "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	        echo "test-all-pythons: $$python is not there, left out"; continue; \
	    fi; \
	    venv=build/$$(basename "$$python"); \
	    echo "test-all-pythons: $$python"; \
	    { [ -x "$$venv/bin/python" ] || "$$python" -m venv "$$venv"; } && \
	    "$$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	    "$$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	    "$$venv/bin/python" -m pytest -q -n $(WORKERS) tests/unit || exit 1; \
	done

soak: setup
	THREAD_HYPOTHESIS=soak $(BIN)/pytest -n $(WORKERS) --timeout 0 tests/properties

bench: setup
	@for benchmark in benchmarks/*.py; do \
	    [ -e "$$benchmark" ] || continue; \
	    grep -q __main__ "$$benchmark" || continue; \
	    echo "bench: $$benchmark"; $(BIN)/python -m "benchmarks.$$(basename "$$benchmark" .py)" || exit 1; \
	done

# One file for every supported Python and platform, with hashes and without addresses.
lock:
	@[ -x build/lock/bin/uv ] || { python3 -m venv build/lock && build/lock/bin/python -m pip install --quiet uv; }
	build/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --quiet $(if $(UPGRADE),--upgrade) --output-file requirements.lock

fixtures: setup
	$(BIN)/python fixtures/make.py

docs: setup
	$(BIN)/python docs/make.py

transcripts: setup
	THREAD_WRITE_TRANSCRIPTS=1 $(BIN)/pytest -q tests/surfaces/test_transcripts_*.py

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src api tests benchmarks docs fixtures .ci -name __pycache__ -type d -prune -exec rm -rf {} +
