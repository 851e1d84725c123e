from tests.search.test_outbox import *  # noqa: F403
