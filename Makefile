# What a person types. `make` alone lists the targets; every other target calls `setup` when something is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
CELL ?= eu-west-1
PY := .venv/bin/python
CDK := node_modules/.bin/cdk
LAYERS := runtime documents payments api pdf
PIP_FLAGS := --quiet --no-compile --disable-pip-version-check --require-virtualenv
LOCKS := $(LAYERS:%=layers/%/requirements.txt) requirements/dev.txt requirements/local.txt

.PHONY: help setup templates layers demo up down test bench deploy lint format lock clean

help:
	@echo "make setup   install everything (.venv, .venv-local, node_modules)"
	@echo "make demo    60 days of dunning in a local cloud, on this machine"
	@echo "make up      keep the local cloud running; make down stops it"
	@echo "make test    all checks and tests"
	@echo "make bench   the benchmarks"
	@echo "make deploy CELL=eu-west-1   deploy one cell to AWS"
	@echo "make lint    the checks alone; make format; make lock; make templates"

setup: .venv/.ready .venv-local/.ready node_modules/.ready templates
	@command -v chromium chromium-browser google-chrome >/dev/null \
	  || echo "No Chromium here: tests in a browser will be skipped (apt-get install chromium)"

# Mail layouts, compiled: once per content, as the layers are. Deploying and testing build them too.
templates: .venv/.ready
	@$(PY) -m infra.templates

# Third-party packages of the functions, for the local cloud: once per content.
layers: setup
	@JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=1 $(PY) -m infra.bundling

.venv/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@test -x $(PY) || { echo "setup: .venv"; $(PYTHON) -m venv .venv; }
	$(PY) -m pip install $(PIP_FLAGS) --require-hashes -r requirements/dev.txt
	$(PY) -m pip install $(PIP_FLAGS) --no-deps --no-build-isolation --editable .
	@touch $@

# The local cloud has an environment of its own: it pins another botocore than ours.
.venv-local/.ready: requirements/local.txt
	@test -x .venv-local/bin/python || { echo "setup: .venv-local"; $(PYTHON) -m venv .venv-local; }
	.venv-local/bin/python -m pip install $(PIP_FLAGS) --require-hashes -r requirements/local.txt
	@touch $@

node_modules/.ready: package.json package-lock.json
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(+(a * 100 + +b < 2019))' \
	  || { echo "Node 20.19 or newer is needed"; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: setup
	@$(PY) -m infra.local.demo

up: setup
	@$(PY) -m infra.local.up

down: setup
	@$(PY) -m infra.local.down

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

# One pytest run, so that one closing line tells all; tests/conftest.py orders it from fast to slow,
# and deals it out to workers: one more than there are processors, for one of them drives the local
# cloud, and waits for it half of its time. The layers that this cloud needs are made beside the
# checks, which keep one processor busy.
test: setup
	@$(MAKE) --no-print-directory --jobs=2 lint layers
	.venv/bin/pytest --numprocesses=3 --durations=15

bench: setup
	@$(PY) -m tests.bench

deploy: setup
	$(CDK) deploy --context cell=$(CELL) --require-approval broadening \
	  'duecourse-$(CELL)-stateful' 'duecourse-$(CELL)-stateless'

# Where to give money to whoever wrote a package is an address too, and a lock names none.
define WITHOUT_FUNDING
const file = "package-lock.json", lock = JSON.parse(fs.readFileSync(file)); \
for (const one of Object.values(lock.packages)) delete one.funding; \
fs.writeFileSync(file, JSON.stringify(lock, null, 2) + "\n")
endef

# uv only resolves; what it writes is installed by plain pip.
lock: build/uv/.ready
	for name in $(LOCKS:.txt=); do ( cd "$$(dirname "$$name")" && \
	  $(CURDIR)/build/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet $(UV_FLAGS) \
	    -o "$$(basename "$$name").txt" "$$(basename "$$name").in" ) ; done
	npm install --package-lock-only --no-audit --no-fund --loglevel=error
	node -e '$(WITHOUT_FUNDING)'
	! grep -nE '"resolved"|--index-url|https?://' $(LOCKS) package-lock.json

build/uv/.ready:
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install $(PIP_FLAGS) uv
	@touch $@

clean:
	rm -rf build cdk.out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
