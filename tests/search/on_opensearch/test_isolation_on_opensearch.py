from tests.search.test_isolation import *  # noqa: F403
