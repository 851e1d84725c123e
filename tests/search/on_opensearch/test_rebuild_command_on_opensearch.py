from tests.search.test_rebuild_command import (  # noqa: F401
    test_afresh_means_all_of_it,
    test_killed_it_goes_on_from_there_and_misses_no_change,
    var,
)
