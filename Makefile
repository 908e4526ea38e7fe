# What a checkout can do. Each target works on a fresh clone and makes what it needs; `make` alone lists them.

VENV := .venv/bin
# A Python that can make the virtual environment: the one in it, or what is found. Choose by PYTHON=/path/to/python
FIND = for p in $(PYTHON) $(VENV)/python python3 python3.13 python3.12 python3.11 python; do \
	  "$$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	  && exec "$$p" bin/setup $(1); done; \
	  echo 'Rondo needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian: apt install python3-venv).' >&2; exit 1
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-test run test faults bench check format texts pictures lock vendor

help: ## list what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | while read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

setup:
	@$(call FIND,)

setup-dev:
	@$(call FIND,--dev)

setup-test:
	@$(call FIND,--dev --system)

run: setup ## set up, migrate, and start web and worker on http://127.0.0.1:8000
	@exec $(VENV)/python bin/run

# Bytecode is kept whatever the shell says: else each of the processes compiles all tests anew.
test: setup-test ## every test; choose with ARGS="tests/threads -k vote"
	@unset PYTHONDONTWRITEBYTECODE; $(VENV)/python -m pytest -n auto --dist worksteal $(ARGS)

faults: setup-test ## what breaks, broken as often as it takes to be sure; choose with ARGS="-k telling"
	@RONDO_FAULTS=full $(VENV)/python -m pytest -n 0 -s tests/faults $(ARGS)

bench: setup-dev ## what a request costs, as a multiple of a hello-world; DB=postgres, SIZES="100000 1000000"
	@$(VENV)/python -m bench --db $(or $(DB),sqlite) $(addprefix --posts ,$(or $(SIZES),100000))
	@$(VENV)/python -m bench.fanout --db $(or $(DB),sqlite)
	@$(VENV)/python -m bench.letters --db $(or $(DB),sqlite)

check: setup-dev ## format, lint, types, templates, locks, migrations, translations
	@$(VENV)/python bin/check

format: setup-dev ## bring the code into the form that `make check` wants
	@$(VENV)/ruff check --fix --exit-zero --quiet . && $(VENV)/ruff format .

texts: setup-dev ## texts in the code -> portal/translations; then translate what is empty
	@$(VENV)/python bin/texts

pictures: setup-dev ## take the pictures of the documents anew, from the running program
	@$(VENV)/python bin/pictures

lock: setup-dev ## requirements*.in -> requirements*.txt; UPGRADE=1 takes the newest that fits
	@$(VENV)/python bin/lock $(if $(UPGRADE),--upgrade)

vendor: setup-dev ## fetch what the browser gets from npm, at the versions in bin/vendor
	@$(VENV)/python bin/vendor
