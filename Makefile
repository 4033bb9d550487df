# Needs Python 3.11 or newer with pip and venv; everything else is installed into .venv on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types wheel soak azurite bench docs clean

demo: $(READY)  ## the main job in the embedded sandbox: no account, no network
	$(BIN)/python -m tests.demo

test: $(READY)  ## all tests
	$(BIN)/python -m pytest -n 4

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

wheel: $(READY)  ## build the wheel
	$(BIN)/python -m build --wheel --outdir dist

soak: $(READY)  ## the long sweeps: every step, every round
	$(BIN)/python -m pytest -n 3 -m soak

azurite: $(READY)  ## the sandbox's Blob Storage beside Microsoft's emulator; needs node and npm
	npm install --silent --no-audit --no-fund --prefix $(VENV)/azurite azurite@3
	CLOUDCTL_AZURITE=$(CURDIR)/$(VENV)/azurite/node_modules/.bin/azurite-blob $(BIN)/python -m pytest tests/sandbox/test_azurite.py

bench: $(READY)
	$(BIN)/python -m tests.bench

docs: $(READY)  ## write the generated files: completions, README matrix
	$(BIN)/python -m cloudctl.completion
	$(BIN)/python -m tests.matrix

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV) || { echo "venv is missing: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[all]" --group dev
	@touch $(READY)

clean:
	rm -rf $(VENV) build dist *.egg-info
