from tests.search.test_related import *  # noqa: F403
