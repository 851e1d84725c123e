from tests.search.test_albums import *  # noqa: F403
