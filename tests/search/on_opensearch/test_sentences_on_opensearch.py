from tests.search.test_sentences import *  # noqa: F403
