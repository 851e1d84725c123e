"""What one source (EXIF, XMP, IPTC, a sidecar, a container) says about a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gallery.types import Coordinates
from workers.media.cleaning import clean_keywords
from workers.media.dates import Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Cleaned values; empty ones say nothing. ``gps_utc`` is the satellites' time."""

    taken: Taken | None = None
    gps_utc: datetime | None = None
    coordinates: Coordinates | None = None
    camera_make: str = ""
    camera_model: str = ""
    lens: str = ""
    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    details: dict[str, str] = field(default_factory=dict)

    def over(self, other: Metadata) -> Metadata:
        """Return both together: this one's values where it has any, all keywords."""
        return Metadata(
            taken=self.taken or other.taken,
            gps_utc=self.gps_utc or other.gps_utc,
            coordinates=self.coordinates or other.coordinates,
            camera_make=self.camera_make or other.camera_make,
            camera_model=self.camera_model or other.camera_model,
            lens=self.lens or other.lens,
            title=self.title or other.title,
            description=self.description or other.description,
            keywords=clean_keywords((*self.keywords, *other.keywords)),
            rating=other.rating if self.rating is None else self.rating,
            details={**other.details, **self.details},
        )


def clean_rating(value: float | None) -> int | None:
    """Return stars 1-5; zero means "not rated", and anything else is no rating."""
    if value is None or not 0 < value <= 5:
        return None
    return max(round(value), 1)
