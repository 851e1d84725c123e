from tests.search.test_search import *  # noqa: F403
