# The targets of cofu_adopt. `make help` prints those with a comment.
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
LOG_LEVEL ?= WARNING
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
TESTS ?=
BENCH ?=
# Compiled once, also where the surroundings say otherwise: the tests start a hundred processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test test-full check bench words clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/run.stamp ## Start the shop with its demo season on http://HOST:PORT (default 127.0.0.1:8000)
	@$(BIN)/python -c 'import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("$(HOST)", $(PORT)))' 2>/dev/null \
		|| { echo "Port $(PORT) of $(HOST) is taken, or not to be had. Try: make run PORT=8001"; exit 1; }
	@LOG_LEVEL=$(LOG_LEVEL) $(FLASK) demo
	@echo; echo "  http://$(HOST):$(PORT)   Ctrl-C stops it"; echo
	@rm -rf instance/metrics/$(PORT); export LOG_LEVEL=$(LOG_LEVEL) PROMETHEUS_MULTIPROC_DIR=instance/metrics/$(PORT); \
	$(FLASK) jobs & clock=$$!; \
	$(BIN)/gunicorn --bind $(HOST):$(PORT) --workers 2 --threads 4 --graceful-timeout 5 --log-level warning wsgi:app & web=$$!; \
	trap 'kill $$web $$clock 2>/dev/null; wait; exit 0' INT TERM; \
	while kill -0 $$web 2>/dev/null && kill -0 $$clock 2>/dev/null; do sleep 1; done; \
	kill -0 $$web 2>/dev/null || echo "The web server has stopped."; \
	kill -0 $$clock 2>/dev/null || echo "The clock (flask jobs) has stopped."; \
	kill $$web $$clock 2>/dev/null; wait; exit 1

test: .venv/dev.stamp ## Run all tests on SQLite and PostgreSQL, and the stories in a real Chromium
	@$(BIN)/python -m tests.machine
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(TESTS)

test-full: .venv/dev.stamp ## Run what is too long for `make test` as well
	@$(BIN)/python -m tests.machine
	@COFU_TEST_FULL=1 $(BIN)/python -m pytest -n 3 --dist worksteal $(TESTS)

check: .venv/dev.stamp ## Check style, types and layers, and that all words are translated
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/dev.stamp ## Measure orders, reads and the import beside a fixed yardstick (BENCH_SECONDS=10 each)
	@$(BIN)/python -m bench $(BENCH)

SLICES := $(notdir $(patsubst %/,%,$(wildcard cofu_adopt/*/)))
WORDS := $(filter-out static templates translations demo_season __pycache__,$(SLICES))
PO := --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date --no-wrap --init-missing -l en -D messages
words: .venv/dev.stamp ## Collect the Chinese words of each slice and compile their English
	@mkdir -p build
	@for slice in . $(WORDS); do \
		if [ $$slice = . ]; then from="cofu_adopt/templates $$(echo cofu_adopt/*.py)"; to=cofu_adopt/translations; \
		else from=cofu_adopt/$$slice; to=cofu_adopt/$$slice/translations; fi; \
		$(BIN)/pybabel -q extract -F pyproject.toml -k _l --no-location --no-wrap --sort-output -o build/words.pot $$from; \
		grep -q '^msgid "[^"]' build/words.pot || continue; \
		mkdir -p $$to; \
		$(BIN)/pybabel -q update $(PO) -i build/words.pot -d $$to && $(BIN)/pybabel -q compile -d $$to || exit 1; \
	done
	@grep -c '^msgstr ""$$' cofu_adopt/translations/en/LC_MESSAGES/messages.po cofu_adopt/*/translations/en/LC_MESSAGES/messages.po | sed 's/^/untranslated + 1: /'

clean: ## Remove what was built, but not the data under instance/
	@rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make $(MAKECMDGOALS) PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No venv: on Debian and Ubuntu, apt install python3-venv first."; exit 1; }

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what the product needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests and checks need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/run.stamp
