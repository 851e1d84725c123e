"""Tests; assertions in what they share tell as much as those in tests themselves."""

import pytest

_SHARED = ("accounts", "admin", "api", "cloud", "gallery", "ops", "pages", "search", "workers")
pytest.register_assert_rewrite(*(f"tests.{name}" for name in _SHARED))
