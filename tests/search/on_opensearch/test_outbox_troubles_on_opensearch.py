from tests.search.test_outbox_troubles import *  # noqa: F403
