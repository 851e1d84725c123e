"""What the steps of text and of fields would buy, by their own decisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings

from gallery.models import DocumentType, Kind, MediaItem, Step
from gallery.services.facts import is_page_like
from workers.analyzers.base import FieldsAnalyzer
from workers.engines import fields_analyzer, long_text_analyzer, text_analyzer
from workers.estimating.basket import Basket
from workers.estimating.batch import Batch, is_done
from workers.estimating.seeing import frame_parts
from workers.results import FIELDS, TEXT, part_of
from workers.spending.prices import price_of
from workers.steps.extract import LAYER
from workers.steps.pictures import pictures_to_read
from workers.steps.read_whole import pages_at_once

_READ = (Step.READ.value, TEXT)


def add_text(batch: Batch, item: MediaItem, basket: Basket, *, at_most: bool) -> None:
    """Add what reading the item costs, and finding the fields on what was read."""
    analyzer = text_analyzer()
    if analyzer is None or not analyzer.provider:
        return
    known = batch.pages.get(item.pk, {})
    layer = {number for number, source in known.items() if source == LAYER}
    parts, is_sure = _parts(item, layer)
    # Only reading a PDF tells which of its pages hold text of their own.
    at_most = at_most or not is_sure or (item.extension == "pdf" and not known)
    if not _add_whole(batch, item, basket, layer, at_most=at_most):
        dearer = None if item.kind == Kind.VIDEO else fields_analyzer(_likely_type(batch, item))
        question = (_READ[0], FIELDS) if dearer else _READ
        basket.add_pictures(batch, item, dearer or analyzer, question, parts, at_most=at_most)
    _add_fields_of_new_text(batch, item, basket, parts, at_most=at_most)


def add_fields(batch: Batch, item: MediaItem, basket: Basket) -> None:
    """Add what finding fields costs on text that is there already."""
    analyzer = fields_analyzer(item.document_type) if item.document_type else None
    if analyzer is None or item.kind == Kind.VIDEO:
        return
    known = batch.pages.get(item.pk, {})
    read = {number for number, source in known.items() if source != LAYER}
    parts = [number for number, _ in pictures_to_read(item) if number in read]
    basket.add_pictures(batch, item, analyzer, (Step.EXTRACT.value, FIELDS), parts)


def _parts(item: MediaItem, done: Collection[int]) -> tuple[Sequence[int], bool]:
    """What of the item is read; of pictures that are not made yet the most, and False."""
    pictures = list(pictures_to_read(item))
    if item.kind == Kind.VIDEO:
        most = int(settings.PIXTRACT_MAX_VIDEO_TEXT_FRAMES)
        return frame_parts(item, [frame for _, frame in pictures], most)
    if pictures or item.renditions.all():
        made = [(number, picture) for number, picture in pictures if number not in done]
        return [part_of(number, picture.start_ms) for number, picture in made], True
    last = min(item.page_count or 1, settings.PIXTRACT_MAX_PAGES) if is_page_like(item) else 1
    return [number for number in range(1, last + 1) if number not in done], False


def _add_whole(
    batch: Batch, item: MediaItem, basket: Basket, done: Collection[int], *, at_most: bool
) -> bool:
    """Add the reading of the whole file; False where its pages are read one by one."""
    analyzer, pages = long_text_analyzer(), pages_at_once(item)
    if analyzer is None or done or not pages or (item.owner_id, item.sha256) in batch.by_page:
        return False
    basket.add_whole(batch, item, analyzer, _READ, pages, at_most=at_most)
    return True


def _likely_type(batch: Batch, item: MediaItem) -> str:
    return item.document_type or batch.told.get(item.pk, "")


def _add_fields_of_new_text(
    batch: Batch, item: MediaItem, basket: Basket, parts: Sequence[int], *, at_most: bool
) -> None:
    if item.kind == Kind.VIDEO:
        return
    likely = _likely_type(batch, item)
    analyzer = fields_analyzer(likely) if likely else None
    # What was read before was found then to be no document; of the rest nobody knows.
    if not likely and not (is_done(item, Step.READ) and is_done(item, Step.CATEGORIZE)):
        analyzer, at_most = _dearest(), True
    if analyzer is not None:
        asked = (Step.EXTRACT.value, FIELDS)
        basket.add_pictures(batch, item, analyzer, asked, parts, at_most=at_most)


def _dearest() -> FieldsAnalyzer | None:
    found = (fields_analyzer(kind) for kind in DocumentType.values)
    return max(
        (one for one in found if one is not None),
        key=lambda one: price_of(one.provider, one.operation, 1),
        default=None,
    )
