"""The product's settings with every kind of state in a folder of the test run's own.

``PIXTRACT_TEST_DATABASE_URL`` names a PostgreSQL server in place of SQLite.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

if "pytest" in sys.modules:
    if "PIXTRACT_TEST_DIR" not in os.environ:
        os.environ["PIXTRACT_TEST_DIR"] = tempfile.mkdtemp(prefix="pixtract-tests-")
        atexit.register(shutil.rmtree, os.environ["PIXTRACT_TEST_DIR"], ignore_errors=True)
    # One folder for each parallel process; whatever a test starts inherits it.
    _process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["PIXTRACT_VAR_DIR"] = f"{os.environ['PIXTRACT_TEST_DIR']}/{_process}"
    os.environ.setdefault("PIXTRACT_BROKER_URL", "memory://")
    if _server := os.environ.get("PIXTRACT_TEST_DATABASE_URL"):
        os.environ["PIXTRACT_DATABASE_URL"] = _server

from pixtract.settings import *  # noqa: F403

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file, as in the product: SQLite's memory databases lock whole tables between threads.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # noqa: F405
else:
    # Test runs share the server: each gets databases of its own.
    _run = VAR_DIR.parent.name.removeprefix("pixtract-tests-")  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"test_{_run}".lower()}  # noqa: F405
STATIC_ROOT = VAR_DIR / "static"  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)
