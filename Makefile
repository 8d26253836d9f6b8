# `make run` and `make test` start from a bare machine: Python 3.11 to 3.13 with venv, make, git, the network.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:

VENV := .venv
PY = $(VENV)/bin/python
# Only errors are shown.
PIP = $(PY) -m pip --quiet --quiet --disable-pip-version-check
# Wheels only: what is built from source fetches build tools that no hash of ours covers.
LOCKED = $(PIP) install --require-hashes --only-binary :all: --requirement
# Extra words for pytest: make test ARGS='-k album'
ARGS :=
WORKERS := 2
# Rounds of `make chaos` on each database, each ended by a kill.
ROUNDS := 30
# Percent of lines and branches below which the suite fails; it is raised, never lowered.
COVERAGE := 94
VERSIONS := 3.11 3.12 3.13
# make lock UPGRADE=--upgrade takes the newest versions that pyproject.toml allows.
UPGRADE :=

help:  ## This list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

## ---- using it

run: install  ## Install what is missing and start everything: chat, jobs, store under ./var
	@exec $(VENV)/bin/lvbi run

init: install  ## Create or migrate the store without starting anything
	@$(VENV)/bin/lvbi init

doctor: install  ## Look at settings, store and photos, and say what to do
	@$(VENV)/bin/lvbi doctor

## ---- working on it

test: install-test  ## The whole suite; needs no service, finds its own browser and database
	@$(PY) -m tests.browser
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered \
	  --cov-fail-under=$(COVERAGE) $(ARGS)

test-all:  ## The suite on every Python we support, as far as this machine has them
	@ran=; missing=; \
	for version in $(VERSIONS); do \
	  if ! python=$$(.ci/find-python $$version 2>/dev/null); then missing="$$missing $$version"; continue; fi; \
	  venv=.venv-$$version; \
	  if .venv/bin/python --version 2>/dev/null | grep -q "^Python $$version\."; then venv=.venv; fi; \
	  echo "== Python $$version in $$venv"; \
	  $(MAKE) test VENV=$$venv PYTHON="$$python" || exit 1; \
	  ran="$$ran $$version"; \
	done; \
	echo "Passed on Python:$${ran:- none}"; \
	if [ -n "$$missing" ]; then echo "NOT run, no such Python on PATH or under ~/.pyenv/versions:$$missing"; fi; \
	[ -n "$$ran" ]

check: check-format check-lint check-types check-imports check-words check-house  ## All that is checked without running the product

check-format: install-test
	@$(VENV)/bin/ruff format --check --quiet . || { echo 'Badly formatted: make format'; exit 1; }

check-lint: install-test
	@$(VENV)/bin/ruff check --quiet .

check-types: install-test
	@$(VENV)/bin/mypy --no-error-summary

check-imports: install-test
	@$(VENV)/bin/lint-imports > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }

check-words: install-test
	@$(PY) -m bot.content.catalogues check

check-house: install-test
	@$(PY) -m tests.house_lint

format: install-test  ## Put files into the one format
	@$(VENV)/bin/ruff check --quiet --fix .
	@$(VENV)/bin/ruff format --quiet .

audit: install-test  ## Ask whether a dependency has a known hole; fails on any that could not be asked about
	@report=$$($(VENV)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
	  --requirement requirements/test.txt 2>&1) \
	  && { echo "$$report"; exit 0; }; \
	case "$$report" in \
	  *Traceback*) echo "Not audited: $$(echo "$$report" | tail -n 1)" >&2 ;; \
	  *) echo "$$report" | sed 's/^ERROR:[^:]*:/Not audited: /' >&2 ;; \
	esac; exit 1

chaos: install-test  ## Minutes of kills and trouble at random; says what held (make chaos ROUNDS=9:SEED repeats)
	@LVBI_TEST_CHAOS=$(ROUNDS) $(PY) -m pytest -q -s tests/system/test_chaos.py

bench: install-test  ## Measure, and write bench/results/latest.json
	@$(PY) -m bench

lock:  ## Write requirements/*.txt anew from pyproject.toml
	@python=$$(.ci/find-python) && dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT \
	&& "$$python" -m venv "$$dir" && "$$dir/bin/pip" install --quiet --quiet --disable-pip-version-check uv \
	&& lock="$$dir/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q" \
	&& $$lock $(UPGRADE) pyproject.toml requirements/build.in -o requirements/run.txt \
	&& $$lock $(UPGRADE) --extra test pyproject.toml requirements/build.in -o requirements/test.txt \
	&& if grep -nE '^-|://' requirements/run.txt requirements/test.txt; then \
	  echo 'The lock must not name an index: unset UV_* settings and run it again.' >&2; exit 1; fi

clean:  ## Remove environments and caches; ./var stays
	@rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov dist

## ---- installing: a stamp says which lock an environment has, so that the second time costs nothing

install: $(VENV)/.run-installed  ## What `make run` needs, into .venv
	@:

install-test: $(VENV)/.test-installed  ## The same and what `make test` needs
	@:

$(VENV)/bin/python:
	@python=$$(PYTHON="$(PYTHON)" .ci/find-python) && "$$python" -m venv --clear $(VENV) \
	  || { rm -rf $(VENV); exit 1; }

$(VENV)/.run-installed: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo 'Installing Lvbi into $(VENV), a minute or two the first time …'
	@$(LOCKED) requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test-installed: requirements/test.txt pyproject.toml | $(VENV)/bin/python
	@echo 'Installing Lvbi and its tests into $(VENV), a minute or two the first time …'
	@$(LOCKED) requirements/test.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PIP) check || { echo 'pyproject.toml asks for more than the lock has: make lock'; exit 1; }
	@touch $(VENV)/.run-installed $@

.PHONY: help run init doctor test test-all check check-format check-lint check-types check-imports check-words \
  check-house format audit chaos bench lock clean install install-test
