# Everything sets itself up: a fresh clone needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
PERSONS ?= 90000
DASHBOARD ?= 1
BIN := .venv/bin
SETUP := .venv/.set-up

.PHONY: setup demo test check dev dashboard dictionary bench lock format clean

setup: $(SETUP)

$(SETUP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; set PYTHON=" && false)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(SETUP)

demo: setup
	$(BIN)/skillsgap demo --persons $(PERSONS)
ifneq ($(DASHBOARD),0)
	$(MAKE) --no-print-directory dashboard
endif

dashboard: setup
	$(BIN)/streamlit run dashboards/app.py

dev: setup
	$(BIN)/python -m pipelines.dev

test: setup
	$(BIN)/pytest -n 2 --dist loadfile

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m skills_models.contracts.dictionary docs/data_dictionary.md --check

dictionary: setup
	$(BIN)/python -m skills_models.contracts.dictionary docs/data_dictionary.md

bench: setup
	$(BIN)/python -m tests.benchmarks

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: # needs uv; writes pins with hashes and without download addresses
	uv pip compile pyproject.toml --extra dev --python-version 3.11 --universal --generate-hashes \
		--no-strip-extras --custom-compile-command "make lock" -o requirements.lock

clean:
	rm -rf .venv build dist *.egg-info
