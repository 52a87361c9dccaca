# Each target works from a bare checkout: it makes .venv and installs what it needs, once.
#
#   make run                          the dashboard on http://127.0.0.1:8501
#   make run PORT=8600                on another port
#   make run PYTHON=/usr/bin/python3.12
#   make run REQUIREMENTS=requirements-cuda.txt
#   make run TORCH_INDEX=URL          take PyTorch from another index, such as that of its CPU builds
#   make run CLUSTER=tcp://host:8786  measure on the workers of a dask scheduler, see docs/cluster.md
#   make test TESTS=tests/so3         a part of the tests (WORKERS=4: as many at once)
#   make bench ARGS="--l-max 1-8 --batch 1,1000,100000 --channels 1,32,128 --write benchmarks/README.md"
#   make bench BENCH=pages ARGS="--write benchmarks/pages.md"   what readers wait for with a million results
#   make bench BENCH=record ARGS=NAME   the set that a first visitor sees, measured on this machine

PORT ?= 8501
ADDRESS ?= 127.0.0.1
PYTHON ?=
REQUIREMENTS ?= requirements.txt
TORCH_INDEX ?=
TESTS ?=
WORKERS ?= 4
BENCH ?= peers
ARGS ?=

python := .venv/bin/python
pip := $(python) -m pip install --disable-pip-version-check
# A stamp names the content that was installed: a changed pin installs again, a touched file does not.
content := $(shell cat $(REQUIREMENTS) requirements.txt constraints.txt | cksum | cut -d' ' -f1)
content_test := $(shell cat requirements-test.txt requirements-cluster.txt | cksum | cut -d' ' -f1)
installed := .venv/installed-$(content)
installed_test := .venv/installed-$(content)-test-$(content_test)

.PHONY: run test test-slow check bench help clean
.DEFAULT_GOAL := help

run: $(installed)  ## start the dashboard (PORT=8501)
	@ADDRESS=$(ADDRESS) PORT=$(PORT) exec $(python) -m backend.server

test: $(installed_test)  ## run every test, those in a browser too (TESTS=path)
	@sh tests/browser/get_chromium.sh $(python) || true   # the rest of the tests is worth having
	$(python) -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

test-slow: $(installed_test)  ## the certificates that take long, up to L = 6 (an hour and more)
	$(python) -m pytest -n $(WORKERS) -m slow $(TESTS)

check: $(installed_test)  ## lint and compile every file
	$(python) -m ruff check .
	$(python) -m compileall -q app.py backend results_db pages tests benchmarks

bench: $(installed)  ## measure against other libraries (minutes; ARGS="--l-max 1-8"; BENCH=store, pages, authors, record, overhead, cost_model)
	@$(python) benchmarks/$(BENCH).py $(ARGS)

clean:  ## remove .venv and what tools left behind; the history of measurements stays
	rm -rf .venv .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## show this
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

# Reuses .venv if it is whole and of a Python that the pins are for, else makes it anew.
$(installed):
	@suits() { "$$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }; \
	suits $(python) && $(python) -m pip --version >/dev/null 2>&1 && exit 0; \
	for candidate in $(or $(PYTHON),python3 python3.12 python3.11); do \
	    if suits $$candidate; then exec $$candidate -m venv --clear .venv; fi; \
	done; \
	echo "Python must be 3.11 or 3.12, got $$($(or $(PYTHON),python3) --version 2>&1 | head -1):" \
	    "install one, or name it with PYTHON=/path/to/python3.12." >&2; exit 1
	@echo "Installing the packages of $(REQUIREMENTS) into .venv, once"
	@$(pip) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r $(REQUIREMENTS)
	@rm -f .venv/installed-* && touch $@

$(installed_test): $(installed)
	@$(pip) -r requirements-test.txt
	@touch $@
