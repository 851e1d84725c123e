from tests.search.test_translation import *  # noqa: F403
