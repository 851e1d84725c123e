from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from gallery.marking import mark_with
        from search import checks, receivers  # noqa: F401  # they register themselves
        from search.marking import finder_for

        mark_with(finder_for)
