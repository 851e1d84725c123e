"""What the file says of itself: size, date, place, camera, length, pages."""

from __future__ import annotations

from contextlib import ExitStack

from gallery import storage
from gallery.models import MediaItem
from gallery.services.facts import record_facts
from workers.engines import file_type_of, media_tools
from workers.steps.outcome import Outcome


def inspect_item(item: MediaItem) -> Outcome:
    with ExitStack() as stack:
        original = stack.enter_context(storage.local_copy(item.original_key))
        sidecar = (
            stack.enter_context(storage.local_copy(item.sidecar_key)) if item.sidecar_key else None
        )
        facts = media_tools().inspect(
            original, file_type_of(item), name=item.file_name, sidecar=sidecar
        )
    return Outcome(lambda: record_facts(item, facts))
