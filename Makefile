# make serve and make test do all the set-up; they need Python 3.11 with venv, nothing else.

PYTHON ?= python3
PORT ?= 8000
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet
# The locks carry the hash of every package; our own code is then added without any.
OURSELVES = $(PIP) --no-deps --no-build-isolation --editable .
LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-header

.PHONY: help setup serve test check bench chaos fuzz interop lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/run  ## create .venv and install the service

serve: setup  ## pages, feeds and the worker on http://127.0.0.1:$(PORT)
	$(BIN)/calendar-service serve --port $(PORT)

test: $(VENV)/test  ## run every test
	$(BIN)/python -m pytest

check: $(VENV)/check test  ## tests, linters and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/calendar-service registry validate events.yaml

bench: $(VENV)/test  ## measure against the limits, a quarter of an hour; WRITE=--write puts it in docs/benchmarks.md
	$(BIN)/python tools/bench.py $(WRITE)
	$(BIN)/python tools/bench_serving.py $(WRITE)
	$(BIN)/python tools/bench_ledger.py $(WRITE)

chaos: $(VENV)/test  ## kill workers while they send; fails when a mail is lost or doubled
	$(BIN)/python tools/chaos.py

fuzz: $(VENV)/fuzz  ## put 100,000 made-up requests to the API, half an hour; fails when an answer breaks its description
	$(BIN)/python tools/fuzz_api.py

interop: setup  ## read all feeds in other calendar programs; tools/check_feed.py says what it needs
	$(BIN)/python tools/check_feed.py

lock: $(BIN)/python  ## resolve the versions anew
	$(PIP) uv
	$(LOCK) --extra build -o requirements/run.txt
	$(LOCK) --extra test -c requirements/run.txt -o requirements/test.txt
	$(LOCK) --extra test --extra check -c requirements/test.txt -o requirements/check.txt
	$(LOCK) --extra fuzz -c requirements/check.txt -o requirements/fuzz.txt

clean:  ## remove .venv and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("calendar_service needs Python 3.11 or newer; set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: $(BIN)/python requirements/run.txt pyproject.toml
	$(PIP) --require-hashes -r requirements/run.txt
	$(OURSELVES)
	touch $@

$(VENV)/test: $(VENV)/run requirements/test.txt
	$(PIP) --require-hashes -r requirements/test.txt
	touch $@

$(VENV)/check: $(VENV)/test requirements/check.txt
	$(PIP) --require-hashes -r requirements/check.txt
	touch $@

$(VENV)/fuzz: $(VENV)/run requirements/fuzz.txt
	$(PIP) --require-hashes -r requirements/fuzz.txt
	touch $@
