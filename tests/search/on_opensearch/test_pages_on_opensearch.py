from tests.search.test_pages import *  # noqa: F403
