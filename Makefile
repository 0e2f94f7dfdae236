# The commands, as executable documentation. `make run` and `make test` are all a newcomer needs.

VENV  ?= .venv
FEEDS ?=
ARGS  ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := $(VENV)/bin

.PHONY: run test lint check bench bench-faults bench-alarms bench-wire bench-extraction bench-copies bench-themes bench-polling bench-world bench-floods bench-memory bench-starts prints mutants house lock clean help

help:  ## what there is
	@grep -hE '^[a-z-][a-z -]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

run: $(VENV)/.run  ## the whole system on this machine; FEEDS=config/feeds.world.toml for real feeds
	@$(BIN)/wiredesk run $(if $(FEEDS),--feeds $(FEEDS)) $(ARGS)

test: $(VENV)/.dev  ## every test, in parallel and in random order
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: $(VENV)/.dev  ## format, style, types and the import rule
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint  ## lint, every rule's and theme's own examples, the floors of quality, and each benchmark on tiny input
	@$(BIN)/wiredesk check
	@set -e; for name in wire extraction copies themes; do \
		echo "== floors: $$name"; $(BIN)/python -m benchmarks.$$name --check; done
	@$(BIN)/python -m benchmarks.smoke
	@$(BIN)/python -m benchmarks.mutants --sample 6

bench: $(VENV)/.bench  ## processor time a story through the whole running system, beside its peers
	@$(BIN)/python -m benchmarks.throughput $(ARGS)

bench-faults: $(VENV)/.dev  ## kill things under load, then compare the sink with what was admitted
	@$(BIN)/python -m benchmarks.faults $(ARGS)

bench-starts: $(VENV)/.dev  ## hundreds of starts beside commands, with kills: one Redis, nothing lost, nothing twice
	@$(BIN)/python -m benchmarks.starts $(ARGS)

bench-alarms: $(VENV)/.dev  ## twelve failures staged: seconds until health names each; ARGS="--quiet 60"
	@$(BIN)/python -m benchmarks.alarms $(ARGS)

bench-floods: $(VENV)/.dev  ## documents and pages that repeat one thing without end: no reading is more than linear
	@$(BIN)/python -m benchmarks.floods $(ARGS)

bench-world: $(VENV)/.dev  ## stories, walls, errors and edits over three polls: nothing lost, nothing false
	@$(BIN)/python -m benchmarks.world $(ARGS)

bench-wire bench-extraction bench-copies bench-themes bench-polling: bench-%: $(VENV)/.bench  ## quality and cost of one stage; ARGS="--data DIR"
	@$(BIN)/python -m benchmarks.$* $(ARGS)

bench-memory: $(VENV)/.dev  ## bytes of Redis a story by kind of key: 100,000 stories on the defaults, no pause
	@$(BIN)/python -m benchmarks.memory $(ARGS)

prints: $(VENV)/.dev  ## what the system says, frozen; ARGS="--write FILE", then ARGS="--against FILE"
	@$(BIN)/python -m benchmarks.prints $(ARGS)

mutants: $(VENV)/.dev  ## small faults put into the code: every one must be noticed by a test; ARGS="--room NAME"
	@$(BIN)/python -m benchmarks.mutants $(ARGS)

house: $(VENV)/.dev  ## figures of the code, room by room, and one entry's way through it
	@$(BIN)/python -m benchmarks.house $(ARGS)

lock: $(VENV)/.dev  ## resolve the dependencies again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--extra build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--extra build --extra dev pyproject.toml -o requirements-dev.lock

clean:  ## remove the environment and what tools left; var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info

# Wiredesk's own package is linked in, not built: no build isolation, so that nothing outside the lock is fetched.
define install
	@test -n "$(PYTHON)" || { echo "Wiredesk needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@echo "installing what $(1) says into $(VENV)/ ..."
	@$(BIN)/python install.py $(1)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
endef

$(VENV)/.run: requirements.lock pyproject.toml
	$(call install,requirements.lock)

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.run

$(VENV)/.bench: $(VENV)/.dev
	@echo "installing the benchmarks' peers into $(VENV)/ ..."
	@# pip before 23.3 fails on the peers' doubled extras (lxml[html-clean,html-clean])
	@$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade pip || true
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[bench]' || echo "some peers could not be installed: the benchmarks say which"
	@touch $@
