"""Text of files of many pages, read at once in the bucket where they lie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings

from gallery.models import MediaItem
from gallery.types import TextPage
from workers.analyzers.base import StoredInput
from workers.engines import long_text_analyzer
from workers.models import AnalysisResult
from workers.results import TEXT, long_answer
from workers.steps.pictures import SPECIFICATION

_TAKEN = frozenset({"pdf", "tif", "tiff"})
_MOST_BYTES = 500 * 2**20
_MOST_PAGES = 3_000


@dataclass(frozen=True, slots=True)
class WholeText:
    """The pages of a file; ``shortfall`` tells people which could not be read."""

    pages: tuple[TextPage, ...] = ()
    shortfall: str = ""


def text_of_whole_file(item: MediaItem, done: Collection[int]) -> WholeText | None:
    """Read the file where it lies; raises AnalyzerError and Hold.

    None where whole files are not read, or this one is not worth it: every page is paid for,
    also those that are ``done``, and those that would not be shown.
    """
    analyzer, pages = long_text_analyzer(), pages_at_once(item)
    if analyzer is None or done or not pages or _is_bought_by_page(item):
        return None
    prefix = settings.PIXTRACT_S3["prefix"]
    key = f"{prefix}/{item.original_key}" if prefix else item.original_key
    stored = StoredInput(settings.PIXTRACT_S3["bucket"], key, item.content_type, pages)
    raw, _ = long_answer(item, analyzer, TEXT, stored)
    missing = analyzer.missing_from_raw(raw)
    shortfall = "" if missing is None else _shortfall(missing)
    return WholeText(tuple(analyzer.pages_from_raw(raw)), shortfall)


def pages_at_once(item: MediaItem) -> int:
    """How many pages a reading of the whole file would be of; 0 where it is not taken."""
    pages = item.page_count or 1
    most = min(settings.PIXTRACT_MAX_PAGES, _MOST_PAGES)
    fits = item.extension in _TAKEN and item.size_bytes <= _MOST_BYTES and 1 < pages <= most
    return pages if fits else 0


def _is_bought_by_page(item: MediaItem) -> bool:
    """True when pages were read one by one, before the file came into a bucket."""
    kept = AnalysisResult.objects.filter(
        owner=item.owner_id, sha256=item.sha256, operation=TEXT, specification=SPECIFICATION
    )
    return kept.exists()


def _shortfall(missing: Sequence[int]) -> str:
    if not missing:
        return "Some pages could not be read."
    if len(missing) == 1:
        return f"Page {missing[0]} could not be read."
    named = ", ".join(str(page) for page in missing[:20])
    return f"Pages {named}{' and others' if len(missing) > 20 else ''} could not be read."
