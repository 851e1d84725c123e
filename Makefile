# Every target works on a bare clone: what it needs is made first, once.
.PHONY: run build test test-postgresql lint format bench soak demo postman services services-stop clean
.DEFAULT_GOAL := run

ifdef PORT
export PIXTRACT_PORT ?= $(PORT)
endif

# Browser tests, decoders and engines know no database; tests/ops has its own with real processes.
ON_DATABASE = tests/accounts tests/admin tests/api tests/cloud tests/gallery tests/pages \
    tests/search tests/workers tests/ops/test_health.py

SETUP = python=$$(PYTHON="$(PYTHON)" tools/find-python) && "$$python" -m tools.setup
DEV = .venv-dev/bin

run: ## Set up and start the product on http://127.0.0.1:8000 (PORT, PIXTRACT_BIND, PIXTRACT_VAR_DIR)
	@$(SETUP) run && exec .venv/bin/python -m pixtract.supervisor

build: ## Make everything that the product needs, without starting it
	@$(SETUP) run

test: ## Run the tests; browser tests too where Chromium is (ARGS="tests/search -x")
	@$(SETUP) test && $(DEV)/python -m pytest $(ARGS)

test-postgresql: ## Run what the database has a part in on PostgreSQL (`make services` first)
	@$(SETUP) test && PIXTRACT_TEST_DATABASE_URL="$${PIXTRACT_TEST_POSTGRESQL_URL:-postgresql://pixtract:pixtract@127.0.0.1:$${POSTGRESQL_PORT:-5440}/postgres}" \
	    $(DEV)/python -m pytest -m "not browser and not processes" $(ON_DATABASE) $(ARGS)

lint: ## Run every static check
	@$(SETUP) lint && PATH="$(CURDIR)/$(DEV):$$PATH" tools/lint

format: ## Put the code in the house's form
	@$(SETUP) lint && $(DEV)/ruff check --fix-only --quiet . && $(DEV)/ruff format . && \
	    $(DEV)/djlint templates --reformat --quiet

bench: ## Measure quality and speed of the local engines
	@$(SETUP) test && $(DEV)/python -m bench.quality && $(DEV)/python -m bench.receipts && \
	    $(DEV)/python -m bench.search --items 20000 && $(DEV)/python -m bench.search_requests

soak: ## The tests with real processes and those of typed text, many times longer
	@$(SETUP) test && SOAK=1 $(DEV)/python -m pytest -m processes $(ARGS) && \
	    SOAK=1 $(DEV)/python -m pytest tests/search/test_language_properties.py tests/search/test_typed_on_engines.py

demo: ## Fill an account "demo" with real pictures (the product may be running or not)
	@$(SETUP) run && .venv/bin/python -m tools.demo_media --into build/demo && \
	    .venv/bin/python manage.py migrate -v 0 && \
	    PIXTRACT_LOG_LEVEL=WARNING .venv/bin/python manage.py demo build/demo

postman: ## Write a Postman collection of the API to build/postman
	@$(SETUP) run && .venv/bin/python -m tools.postman

services: ## Start real servers for the tests, on this machine alone (POSTGRESQL_PORT, REDIS_PORT, ...)
	@$(SETUP) lint && $(DEV)/python -m tools.services start $(NAMES)

services-stop: ## Stop them again
	@python=$$(PYTHON="$(PYTHON)" tools/find-python) && "$$python" -m tools.services stop $(NAMES)

clean: ## Remove what was built; var/ (the state) stays
	@python=$$(PYTHON="$(PYTHON)" tools/find-python) && "$$python" -m tools.services stop
	rm -rf .venv .venv-dev build staticroot assets/dist node_modules
