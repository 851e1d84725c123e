from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "gallery"
    verbose_name = "Gallery"

    def ready(self) -> None:
        """Register the checks, connect the receivers."""
        from gallery import checks, receivers  # noqa: F401
