# Every target sets up what it needs in .venv; nothing but Python 3.11+ and make has to be there.
PYTHON ?= python3
BIN := .venv/bin
CABOTEM := src/topline/studies/cabotem
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check reference reference-fuzz bench docs lock study

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	  || { echo "Topline needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=python3.12 run"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements/test.txt
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	@touch $@

run: .venv/run.stamp  ## The whole way on the bundled study; prints where the report is
	@$(BIN)/topline demo --out results/demo

test: .venv/test.stamp  ## Format, lint, types, all tests
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/basedpyright
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/test.stamp  ## The fast gate: format, lint, types, quick tests
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/basedpyright
	@$(BIN)/python -m pytest -q -n 2 -m "not slow and not browser"

reference: .venv/test.stamp  ## Rewrite the reference values with R, where R is installed
	@for script in tests/reference/r/*.R; do case $$script in \
	  */write_*.R) ;; *) echo $$script; Rscript $$script || exit 1;; esac; done

reference-fuzz: .venv/test.stamp  ## Compare 1,000 random data sets an area with R, where R is installed
	@$(BIN)/python -m tests.fuzz

bench: .venv/test.stamp  ## Run the benchmarks and print their tables
	@for bench in benchmarks/bench_*.py; do echo; echo "$$bench"; $(BIN)/python $$bench || exit 1; done

docs: .venv/test.stamp  ## Rewrite what is generated in docs: the JSON Schema, the table of methods
	@$(BIN)/python -m topline.protocol.json_schema > docs/protocol.schema.json
	@$(BIN)/python -m topline.audit.json_schema > docs/claims.schema.json
	@$(BIN)/python -m topline.reconstruct.json_schema > docs/published.schema.json
	@$(BIN)/python -m topline.simulate.json_schema > docs/truth.schema.json
	@$(BIN)/python -m topline.validation.documentation > docs/validation.md

study: .venv/run.stamp  ## Rebuild the bundled trial's patients from its published numbers, and ship them
	@$(BIN)/topline reconstruct cabotem --out results/cabotem-rebuilt
	@rm -rf $(CABOTEM)/data && cp -R results/cabotem-rebuilt/data results/cabotem-rebuilt/patients.csv $(CABOTEM)

lock: .venv/test.stamp  ## Rewrite the lock files from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@mkdir -p requirements
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --extra excel --extra sas --extra documents --extra audit pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --extra all --group test -c requirements/run.txt pyproject.toml -o requirements/test.txt
