from tests.search.test_foreign_sentences import *  # noqa: F403
