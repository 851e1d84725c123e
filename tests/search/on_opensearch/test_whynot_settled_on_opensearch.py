from tests.search.test_whynot_settled import *  # noqa: F403
