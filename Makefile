# Two commands matter: make run, make test. `make` lists the others.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q
SPREAD := -n 2 --dist worksteal
export LITELLM_LOCAL_MODEL_COST_MAP := True

.PHONY: help run test prepare lint format types imports front unit integration semantics security e2e meta contracts lock bench soak clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## install, build and run everything; PORT=8001 for another port
	@$(PYTHON) .ci/prepare.py run
	@$(BIN)/python manage.py up --port $(PORT)

test: ## everything that CI runs
	@$(PYTHON) .ci/prepare.py test
	@$(PYTHON) .ci/test.py

prepare: ## install and build what the tests need, without running them
	@$(PYTHON) .ci/prepare.py test

lint: ## ruff on all Python
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: ## let ruff write the layout
	@$(BIN)/ruff check --fix-only -q .
	@$(BIN)/ruff format -q .

types: ## mypy, strict
	@$(BIN)/mypy graphapp editor runs tests manage.py

imports: ## who may import whom
	@$(BIN)/lint-imports

front: ## the front end: eslint, tsc, vitest
	@$(PYTHON) .ci/prepare.py npm run --silent check

unit: ## unit and house tests, and the examples in the cores
	@$(PYTEST) $(SPREAD) tests/unit tests/meta editor/graph runs/engine runs/knowledge/fusion.py runs/knowledge/splitting.py graphapp/logs.py --doctest-modules

integration: ## services, API, worker and sockets on real PostgreSQL and Redis
	@$(PYTEST) $(SPREAD) tests/integration

semantics: ## the corpus of run semantics: on the engine, then its events folded by the browser's reducer
	@rm -rf test-results/semantics
	@SEMANTICS_EVENTS_DIR=$(CURDIR)/test-results/semantics $(PYTEST) tests/semantics
	@SEMANTICS_EVENTS_DIR=$(CURDIR)/test-results/semantics $(PYTHON) .ci/prepare.py npm exec -- vitest run src/runs/corpus.test.ts

security: ## one test per class of attack
	@$(PYTEST) $(SPREAD) tests/security

e2e: ## the product through a browser
	@$(PYTEST) $(SPREAD) tests/e2e

meta: ## the house rules
	@$(PYTEST) tests/meta

contracts: ## write the files that the front end is generated from, and docs/nodes.md
	@$(BIN)/python manage.py export_contracts
	@$(BIN)/python manage.py export_docs
	@$(PYTHON) .ci/prepare.py npm run --silent contracts

lock: ## pin what requirements*.in ask for
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

bench: ## measure the engine, the runs and the canvas
	@for file in tests/bench/bench_*.py; do echo "==> $$file"; $(BIN)/python -m tests.bench.$$(basename $$file .py) || exit 1; done

soak: ## search for counter-examples at random, twenty times as long as make test does, and do a thousand times what kills workers
	@HYPOTHESIS_PROFILE=explore $(PYTEST) -n 2 --timeout 3600 tests/unit/runs/engine tests/unit/editor/graph
	@KILLS=1000 FAULTS=10 $(PYTEST) -s tests/integration/runs/test_kills.py tests/integration/runs/test_faults.py tests/integration/runs/test_faults_of_stores.py

clean: ## remove what was built and the test leftovers; data and packages stay
	@rm -rf frontend_static/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results screenshots
	@find . -name __pycache__ -not -path './.venv/*' -not -path './frontend_static/node_modules/*' -prune -exec rm -rf {} +
