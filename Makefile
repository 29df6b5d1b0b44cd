# Two commands matter: `make run` starts Amity, `make test` runs the whole suite. Both need nothing
# but Python 3.11 or later with pip; they make .venv by themselves.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
# mypy refuses a folder without a Python file, so those without one are left out.
SOURCES = $(shell for d in engine adapters plugins tests; do \
	if [ -n "$$(find $$d -name node_modules -prune -o -name '*.py' -print 2>/dev/null | head -n 1)" ]; \
	then echo $$d; fi; done)

.DEFAULT_GOAL := help
.PHONY: help run test check fmt bench soak venv venv-dev clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# exec, so that a signal sent to make's child is a signal sent to Amity.
run: venv ## Start Amity with the web chat; ARGS="..." goes to `amity run`
	@exec $(BIN)/amity run $(ARGS)

# Four at once, also on two processors: most tests wait for programs and platforms most of the time.
test: venv-dev ## Run the whole suite; ARGS="..." goes to pytest
	@rm -f .coverage .coverage.*
	@exec $(BIN)/python -Im pytest -n 4 --cov --cov-report=term --cov-fail-under=92 $(ARGS)

check: venv-dev ## Format, lint, types and imports, changing nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(SOURCES)
	@$(BIN)/lint-imports

fmt: venv-dev ## Format the code and repair what can be repaired
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: venv-dev ## Run the benchmarks, each beside its yardstick; ARGS="name ..." picks some
	@exec $(BIN)/python -m tests.bench $(ARGS)

soak: venv-dev ## Run the long tests that `make test` leaves out
	@exec $(BIN)/python -Im pytest -m soak --override-ini=timeout=3600 $(ARGS)

clean: ## Remove what was installed and built (never the data folder)
	@rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

venv:
	@PYTHON="$(PYTHON)" sh .ci/venv $(VENV) run

venv-dev:
	@PYTHON="$(PYTHON)" sh .ci/venv $(VENV) dev
