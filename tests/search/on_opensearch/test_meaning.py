from tests.search.test_meaning import *  # noqa: F403
