"""Why an item was found: worked out from its stored rows, the same for every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from django.db.models import prefetch_related_objects

from gallery.models import DocumentField, MediaItem
from gallery.models.label import LabelState
from gallery.types import Box, Coordinates
from search.analysis import analyze
from search.dated import Dated
from search.evidence import Evidence, Name, NamedLabel, Rejected, SeenLabel
from search.fields import DATE_WORDS, FREE_WORD_FIELDS, LABEL_FIELDS, PEOPLE, TYPE_WORDS
from search.geocells import circle, distance_m, is_within, spoken_m
from search.levels import HIGHEST, level_of
from search.needles import Needle, Passage, choices_of, nears_of, needles_of, ranges_of
from search.printed import currency_of, holds_total, printed_field
from search.reading import FoundPage, load_pages, text_matches
from search.rows import RawId
from search.snippets import snippet
from search.stated import Stated
from search.typed_codes import with_joined_codes
from search.types import Choice, Match, Near, Node, Phrase, SnippetPart, Term

MAX_MATCHES = 6
MAX_BOXES = 10
# Labels that needles ask for, each with those and the names that they met.
MetLabels = dict[RawId, list[tuple[Needle, tuple[Name, ...]]]]
_FREE = (*LABEL_FIELDS, *FREE_WORD_FIELDS)
# What ``has:people`` asks for.
_PEOPLE = tuple(Needle(Term("label", one, (one,), exact=True)) for one in PEOPLE)


class Matcher:
    """Explains the hits of one query. ``min_confidence`` decides which labels count."""

    def __init__(self, root: Node | None, min_confidence: int) -> None:
        ranges, choices = ranges_of(root), choices_of(root)
        people = _PEOPLE if Choice("has", "people") in choices else ()
        self._needles = (*needles_of(root and with_joined_codes(root)), *people)
        self._dates = Dated(ranges, [one for one in self._needles if one.is_in(DATE_WORDS, _FREE)])
        self._currencies = {one.value for one in choices if one.field == "currency"}
        self._kinds = {found.value for found in choices if found.field == "type"}
        self._nears = [(near, circle(*near.center, near.radius_m)) for near in nears_of(root)]
        self._confidences = [found for found in ranges if found.field == "confidence"]
        self._totals = [found for found in ranges if found.field == "total"]
        self._others = Stated(root)
        self._min_confidence = min_confidence
        self._by_field: dict[str, list[Needle]] = {}
        # Places, cameras, months and kinds come again with every item.
        self._told: dict[tuple[str, str], tuple[SnippetPart, ...]] = {}

    def explain(
        self, items: Sequence[MediaItem], evidence: Evidence | None = None
    ) -> list[tuple[Match, ...]]:
        """Return for each item up to MAX_MATCHES reasons, the strongest first.

        ``evidence`` of these items is kept by whoever asks more than once.
        """
        stated = self._currencies or self._nears or self._dates or self._kinds or self._confidences
        if not (self._needles or self._totals or stated or self._others):
            return [()] * len(items)
        prefetch_related_objects(items, "document_fields")
        known = evidence or Evidence(items)
        met = self._met_labels(known)
        pages = load_pages(items, self._for("text"))
        return [
            tuple(islice(self._matches(item, pages.get(item.pk, ()), known, met), MAX_MATCHES))
            # Whoever asks for a kind, a time, a size or a confidence alone is told that much.
            or tuple(islice(self._stated(item, known), MAX_MATCHES))
            for item in items
        ]

    def _matches(
        self, item: MediaItem, pages: Sequence[FoundPage], known: Evidence, met: MetLabels
    ) -> Iterator[Match]:
        for row in known.seen(met).get(item.pk, ()):
            yield from self._label(row, met[row.label.raw_id], known.rejected(item.pk))
        plain = _plain_fields(item)
        yield from self._words("name", plain)
        yield from self._words("caption", plain)
        yield from self._printed(item)
        yield from text_matches(pages)
        yield from self._words("place", plain)
        yield from self._words("country", plain)
        yield from self._near(item)
        yield from self._dates.matches(item)
        yield from self._words("camera", plain)
        # Words that no field of the language names are shown under that which they belong to.
        yield from self._words(TYPE_WORDS, plain, shown="type")
        for album in known.albums.get(item.pk, ()) if self._for("album") else ():
            yield from self._words("album", {"album": album})
        for category in known.categories.get(item.pk, ()) if self._for("category") else ():
            yield from self._category(category)

    def _for(self, field: str) -> list[Needle]:
        if field not in self._by_field:
            self._by_field[field] = [one for one in self._needles if one.is_in(field, _FREE)]
        return self._by_field[field]

    def _stated(self, item: MediaItem, known: Evidence) -> Iterator[Match]:
        for kind in (item.kind, item.document_type):
            if kind in self._kinds:
                yield Match("type", (SnippetPart(kind, highlighted=True),))
        yield from self._dates.stated(item)
        yield from self._others.matches(item)
        rows = known.seen(known.labels).get(item.pk, ()) if self._confidences else ()
        for row in rows:
            if any(_is_between(row, bound.low, bound.high) for bound in self._confidences):
                yield _label_match(row, row.label.name)

    def _near(self, item: MediaItem) -> Iterator[Match]:
        position = item.coordinates
        for near, cells in self._nears:
            if position and is_within(position.latitude, position.longitude, cells):
                yield Match("near", _spoken_distance(near, position))

    def _printed(self, item: MediaItem) -> Iterator[Match]:
        """Fields of a receipt or form: asked for by name, by vendor, or by amount."""
        needles = self._for("field")
        by_vendor = [*needles, *self._for("vendor")]
        totals = [total for total in self._totals if holds_total(total, item)]
        currency = currency_of(item) if self._currencies else ""
        for field in item.document_fields.all():
            passage = Passage("field", printed_field(field))
            asked = by_vendor if field.kind == "vendor" else needles
            is_met = any(next(needle.ranges(passage), None) for needle in asked)
            is_currency = field.kind == "currency" and currency in self._currencies
            if is_met or is_currency or (totals and field.kind == "total"):
                yield _field_match(field)

    def _words(self, field: str, plain: dict[str, str], *, shown: str = "") -> Iterator[Match]:
        text = plain[field]
        needles = self._for(field)
        if not text or not needles:
            return
        if (field, text) not in self._told:
            self._told[field, text] = snippet(text, Passage(field, text).ranges(needles))
        if found := self._told[field, text]:
            yield Match(shown or field, found)

    def _met_labels(self, known: Evidence) -> MetLabels:
        """Return the labels that needles ask for, each with those and the names that they met."""
        needles = self._for("label")
        met = {
            raw_id: [(needle, names) for needle in needles if (names := _met(needle, label))]
            for raw_id, label in (known.labels.items() if needles else ())
        }
        return {raw_id: meetings for raw_id, meetings in met.items() if meetings}

    def _label(
        self,
        row: SeenLabel,
        meetings: Sequence[tuple[Needle, tuple[Name, ...]]],
        rejected: Rejected,
    ) -> Iterator[Match]:
        for needle, names in meetings:
            name = next((name for name in names if rejected.leaves(name.above)), None)
            if name and self._is_sure(row, needle.leaf):
                yield _label_match(row, name.text)
                return

    def _is_sure(self, row: SeenLabel, leaf: Term | Phrase) -> bool:
        low, high = (leaf.low, leaf.high) if isinstance(leaf, Term) else (None, None)
        if low is not None or high is not None:
            return _is_between(row, low, high)
        is_always = row.state == LabelState.CONFIRMED or row.label.threshold is not None
        return _level(row) is not None and (is_always or row.confidence >= self._min_confidence)

    def _category(self, name: str) -> Iterator[Match]:
        if any(_meets(needle, _spoken(name)) for needle in self._for("category")):
            yield Match("category", (SnippetPart(name, highlighted=True),))


@lru_cache(maxsize=1_000)
def _spoken(category: str) -> Name:
    return Name(category, tuple(analyze(category)))


def _level(row: SeenLabel) -> int | None:
    """Return how sure the label is; None where its own threshold keeps it from being shown."""
    if row.state == LabelState.CONFIRMED:
        return HIGHEST
    threshold = row.label.threshold
    is_hidden = threshold is not None and row.confidence < threshold
    return None if is_hidden else level_of(row.confidence)


def _is_between(row: SeenLabel, low: int | None, high: int | None) -> bool:
    level = _level(row)
    return level is not None and (low or 0) <= level <= (HIGHEST if high is None else high)


def _met(needle: Needle, label: NamedLabel) -> tuple[Name, ...]:
    return tuple(name for name in label.names if _meets(needle, name))


def _meets(needle: Needle, name: Name) -> bool:
    if isinstance(needle.leaf, Term) and needle.leaf.exact:
        return tuple(token.text for token in name.tokens) == needle.leaf.words
    return next(needle.in_order().spans(name.tokens), None) is not None


def _spoken_distance(near: Near, position: Coordinates) -> tuple[SnippetPart, ...]:
    away = spoken_m(distance_m(near.center, (position.latitude, position.longitude)))
    return SnippetPart(away, highlighted=True), SnippetPart(f" from {near.place}")


def _field_match(field: DocumentField) -> Match:
    name = field.key or field.kind.replace("_", " ")
    boxes = (Box(*field.value_box),) if field.value_box else ()
    return Match(
        field.kind or "field",
        (SnippetPart(f"{name}: " if name else ""), SnippetPart(field.value, highlighted=True)),
        confidence=round(field.confidence, 1),
        page=field.page,
        boxes=boxes,
    )


def _label_match(row: SeenLabel, name: str) -> Match:
    own = row.label.name
    parts: Sequence[SnippetPart] = (SnippetPart(own, highlighted=name == own),)
    if name != own:
        parts = (*parts, SnippetPart(" · "), SnippetPart(name, highlighted=True))
    moment = row.moments[0] if row.moments else {}
    return Match(
        "label",
        tuple(parts),
        label=own,
        confidence=round(row.confidence, 1),
        start_ms=moment.get("start_ms"),
        end_ms=moment.get("end_ms"),
        boxes=tuple(Box(*instance["box"]) for instance in row.instances[:MAX_BOXES]),
        confirmed=row.state == LabelState.CONFIRMED,
    )


def _plain_fields(item: MediaItem) -> dict[str, str]:
    return {
        "name": item.file_name,
        "caption": item.caption,
        "place": item.place_name,
        "country": " ".join(part for part in (item.country, item.country_code) if part),
        "camera": item.camera_name,
        TYPE_WORDS: f"{item.kind} {item.document_type}".strip(),
    }
