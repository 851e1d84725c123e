from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "gallery"
    verbose_name = "Gallery"

    def ready(self) -> None:
        """Connect the receivers."""
        from gallery import receivers  # noqa: F401
