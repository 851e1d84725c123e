from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "workers"
    verbose_name = "Workers"

    def ready(self) -> None:
        from workers import checks, receivers  # noqa: F401
        from workers.cloud import ingest_checks, queue_checks  # noqa: F401
