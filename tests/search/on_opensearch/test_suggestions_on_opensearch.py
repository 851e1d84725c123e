from tests.search.test_suggestions import *  # noqa: F403
