from tests.search.test_respelling import *  # noqa: F403
