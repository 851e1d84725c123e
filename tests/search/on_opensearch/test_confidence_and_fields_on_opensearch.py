from tests.search.test_confidence_and_fields import *  # noqa: F403
