# Every target works on a bare clone: what it needs is made first, once.
.PHONY: run build test lint format bench soak demo postman services services-stop clean
.DEFAULT_GOAL := run

ifdef PORT
export PIXTRACT_PORT ?= $(PORT)
endif

SETUP = python=$$(PYTHON="$(PYTHON)" tools/find-python) && "$$python" -m tools.setup
DEV = .venv-dev/bin

run: ## Set up and start the product on http://127.0.0.1:8000 (PORT, PIXTRACT_BIND, PIXTRACT_VAR_DIR)
	@$(SETUP) run && exec .venv/bin/python -m pixtract.supervisor

build: ## Make everything that the product needs, without starting it
	@$(SETUP) run

test: ## Run the tests; browser tests too where Chromium is (ARGS="tests/search -x")
	@$(SETUP) test && $(DEV)/python -m pytest $(ARGS)

lint: ## Run every static check
	@$(SETUP) lint && PATH="$(CURDIR)/$(DEV):$$PATH" tools/lint

format: ## Put the code in the house's form
	@$(SETUP) lint && $(DEV)/ruff check --fix-only --quiet . && $(DEV)/ruff format . && \
	    $(DEV)/djlint templates --reformat --quiet

bench: ## Measure quality and speed of the local engines
	@$(SETUP) test && $(DEV)/python -m bench.quality && $(DEV)/python -m bench.receipts

soak: ## The tests with real processes, many times longer
	@$(SETUP) test && SOAK=1 $(DEV)/python -m pytest -m processes $(ARGS)

demo: ## Fill an account "demo" with real pictures (the product may be running or not)
	@$(SETUP) run && .venv/bin/python -m tools.demo_media --into build/demo && \
	    .venv/bin/python manage.py migrate -v 0 && \
	    PIXTRACT_LOG_LEVEL=WARNING .venv/bin/python manage.py demo build/demo

postman: ## Write a Postman collection of the API to build/postman
	@$(SETUP) run && .venv/bin/python -m tools.postman

services: ## Start a real OpenSearch for the tests, on this machine alone (OPENSEARCH_PORT)
	@python=$$(PYTHON="$(PYTHON)" tools/find-python) && "$$python" -m tools.services start

services-stop: ## Stop it again
	@python=$$(PYTHON="$(PYTHON)" tools/find-python) && "$$python" -m tools.services stop

clean: ## Remove what was built; var/ (the state) stays
	@python=$$(PYTHON="$(PYTHON)" tools/find-python) && "$$python" -m tools.services stop
	rm -rf .venv .venv-dev build staticroot assets/dist node_modules
