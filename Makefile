# Two commands are all the set-up there is: `make run` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help run setup test test-js test-slow test-crash lint lint-js format bench bench-attribution bench-data bench-evaluate bench-label bench-live bench-score bench-suspects bench-train bench-quality clean

PORT ?= 8501
GPU ?=
VENV := .venv
PYTHON := $(VENV)/bin/python
REQUIREMENTS := $(if $(GPU),requirements-gpu.txt,requirements.txt)
INSTALLED := $(VENV)/installed$(if $(GPU),-gpu)
TESTED := $(VENV)/installed-test
COMPARED := $(VENV)/installed-bench
CHECKED := node_modules/installed

# JavaScript is linted and tested where there is Node.js; REQUIRE_NODE=1, as in CI, demands it.
WITH_NODE = if npm --version >/dev/null 2>&1 && node -e 'process.exit(+(parseInt(process.version.slice(1)) < 18))'; \
	then $(MAKE) --no-print-directory $(1); \
	elif [ -n "$$REQUIRE_NODE" ]; then echo "Expected Node.js 18 or newer with npm, but found $$( (node --version) 2>/dev/null || echo none), and REQUIRE_NODE is set: install it (Debian: apt install nodejs npm)." >&2; exit 1; \
	else echo "Skipped $(1): it needs Node.js 18 or newer with npm (Debian: apt install nodejs npm)."; fi

# The first of these that is a Python 3.10 to 3.13; a shim that does not run does not count.
FIND_PYTHON := for candidate in $(BASE_PYTHON) python3 python3.13 python3.12 python3.11 python3.10; do \
	$$candidate -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' \
		>/dev/null 2>&1 && echo $$candidate && break; done

help:
	@echo "make run     set up and open the dashboard on 127.0.0.1 (PORT=8501, GPU=1 for CUDA)"
	@echo "make test    set up and run the tests"
	@echo "make test-slow   run those in a real browser and others that take long"
	@echo "make test-crash  kill, starve and damage trainings, and resume them (a quarter of an hour)"
	@echo "make lint    check style and types (JavaScript too, with Node.js)"
	@echo "make bench   measure speed (minutes)"
	@echo "make bench-attribution  measure whether the words shaded on Score are those that count"
	@echo "make bench-data  measure import, search and Explore on 1.3 million rows (ARGS=--big for 13)"
	@echo "make bench-evaluate  measure the Evaluate page on 100,000 test rows"
	@echo "make bench-label  measure labelling: keys, a team, queues on real labels (needs Chromium)"
	@echo "make bench-live  measure what a live page costs the server (needs Chromium)"
	@echo "make bench-score  measure scoring and serving against others (installs PyTorch)"
	@echo "make bench-suspects  measure how many labels flipped at random are found"
	@echo "make bench-train  measure fine-tuning against others (installs PyTorch; ARGS=--quick)"
	@echo "make bench-quality  measure what classifiers reach on the real questions (hours)"
	@echo "make clean   remove the environment; the workspace stays"

run: $(INSTALLED)
	@$(PYTHON) -m core dashboard --port $(PORT)

setup: $(INSTALLED)

# A file's tests stay in one process, so that what they share is made once. They start hundreds of
# others, each of which would compile the project anew where bytecode may not be kept.
PYTEST := PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: $(TESTED)
	@$(call WITH_NODE,test-js)
	$(PYTEST) -m "not slow and not browser" $(ARGS)

# Needs nothing but Node.js itself.
test-js:
	node --test --test-reporter=spec $(wildcard tests/dashboard/*.test.js tests/dashboard/widgets/*/*.test.js)

test-slow: $(TESTED)
	$(PYTEST) -m "slow or browser" $(ARGS)

test-crash: $(TESTED)
	$(PYTHON) -m pytest tests/core/training/crash.py tests/core/training/lost_machine.py -s $(ARGS)

lint: $(TESTED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	@$(call WITH_NODE,lint-js)

lint-js: $(CHECKED)
	node_modules/.bin/eslint .
	node_modules/.bin/tsc

format: $(TESTED)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(INSTALLED)
	$(PYTHON) -m tests.benchmarks.loop

bench-attribution: $(TESTED)
	$(PYTHON) -m tests.benchmarks.attribution $(ARGS)

bench-data: $(INSTALLED)
	$(PYTHON) -m tests.benchmarks.data $(ARGS)

bench-evaluate: $(TESTED)
	$(PYTHON) -m tests.benchmarks.evaluate_page $(ARGS)

bench-label: $(TESTED)
	$(PYTHON) -m tests.benchmarks.labelling $(ARGS)

bench-live: $(TESTED)
	$(PYTHON) -m tests.benchmarks.live $(ARGS)

bench-score: $(COMPARED)
	$(PYTHON) -m tests.benchmarks.scoring $(ARGS)

bench-suspects: $(INSTALLED)
	$(PYTHON) -m tests.benchmarks.suspects $(ARGS)

bench-train: $(COMPARED)
	$(PYTHON) -m tests.benchmarks.train $(ARGS)

bench-quality: $(INSTALLED)
	$(PYTHON) -m tests.benchmarks.quality $(ARGS)

$(PYTHON):
	@found=$$($(FIND_PYTHON)); \
	if [ -z "$$found" ]; then \
		echo "Expected Python 3.10 to 3.13 with its venv module, but found $$( (python3 --version) 2>/dev/null || echo none): install one (Debian: apt install python3 python3-venv) or name it with BASE_PYTHON=/path/to/python." >&2; \
		exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$found --version); the first time takes a few minutes."; \
	$$found -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The mark is written last, so an installation that broke off is taken up again.
$(INSTALLED): requirements.txt requirements-gpu.txt requirements-encoder.txt | $(PYTHON)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $(REQUIREMENTS)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-encoder.txt
	@touch $@

$(TESTED): requirements-test.txt $(INSTALLED)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

$(COMPARED): requirements-bench.txt $(INSTALLED)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

$(CHECKED): package.json package-lock.json
	npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis test-output
