"""City, region and country of the coordinates, looked up offline."""

from __future__ import annotations

from gallery.models import MediaItem
from gallery.services.facts import record_place
from workers.engines import place_index
from workers.steps.outcome import Outcome, StepSkipped


def place_item(item: MediaItem) -> Outcome:
    if item.coordinates is None:
        raise StepSkipped("no_location", "The file does not say where it was made.")
    place = place_index().locate(item.coordinates)
    return Outcome(lambda: record_place(item, place))
