"""Which function does which step."""

from __future__ import annotations

from collections.abc import Callable

from gallery.models import MediaItem, Step
from workers.steps.categorize import categorize_item
from workers.steps.extract import extract_item
from workers.steps.inspect import inspect_item
from workers.steps.label import label_item
from workers.steps.outcome import Outcome
from workers.steps.place import place_item
from workers.steps.read import read_item
from workers.steps.render import render_item
from workers.steps.transcode import transcode_item

STEPS: dict[str, Callable[[MediaItem], Outcome]] = {
    Step.INSPECT: inspect_item,
    Step.RENDER: render_item,
    Step.TRANSCODE: transcode_item,
    Step.LABEL: label_item,
    Step.READ: read_item,
    Step.PLACE: place_item,
    Step.CATEGORIZE: categorize_item,
    Step.EXTRACT: extract_item,
}
