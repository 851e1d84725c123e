"""The fields of the search language: one table for the parser, the engines and the help page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FieldKind(Enum):
    WORDS = "words"
    LABEL = "label"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    CONFIDENCE = "confidence"
    NEAR = "near"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Field:
    """One ``name:`` of the language. ``values`` are the words a choice may be.

    ``example`` and ``more`` are queries for the help page, each of which works.
    ``free`` fields are also searched by words without a field; ``strong`` ones rank first.
    """

    name: str
    kind: FieldKind
    meaning: str
    example: str
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    free: bool = False
    strong: bool = False
    more: tuple[str, ...] = ()


KINDS = ("photo", "video", "document")
DOCUMENT_TYPES = ("receipt", "invoice", "form", "letter", "notes", "screenshot", "page")
UNITS = {"kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000, "k": 1_000, "m": 1_000_000}

_TABLE = (
    Field(
        "label",
        FieldKind.LABEL,
        "what is in the picture, and how sure; quoted it is the whole name",
        "label:dog>90",
        free=True,
        strong=True,
        more=("label:dog", "label:dog>=30<60", 'label:"golden retriever"'),
    ),
    Field(
        "category",
        FieldKind.LABEL,
        "group of labels",
        "category:food",
        free=True,
        more=('category:"food and beverage"',),
    ),
    Field(
        "text", FieldKind.WORDS, "text that was read", "text:invoice", aliases=("ocr",), free=True
    ),
    Field(
        "caption",
        FieldKind.WORDS,
        "your own description",
        "caption:birthday",
        aliases=("description",),
        free=True,
    ),
    Field(
        "name",
        FieldKind.WORDS,
        "file name",
        "name:IMG_2034",
        aliases=("file", "filename"),
        free=True,
        strong=True,
    ),
    Field("place", FieldKind.WORDS, "city, region or country", "place:lisbon", free=True),
    Field("country", FieldKind.WORDS, "country or its two-letter code", "country:pt"),
    Field(
        "near",
        FieldKind.NEAR,
        "within 25 km of a town, or as far as you say of a town or position",
        'near:"lisbon",20km',
        more=("near:lisbon", "near:new york", "near:38.7,-9.1,5km", "near:38.7,-9.1,5mi"),
    ),
    Field("camera", FieldKind.WORDS, "maker and model", "camera:canon", free=True),
    Field("album", FieldKind.WORDS, "name of an album", "album:summer", free=True),
    Field(
        "type",
        FieldKind.CHOICE,
        "kind of file or of document",
        "type:receipt",
        (*KINDS, *DOCUMENT_TYPES),
        ("kind",),
    ),
    Field(
        "taken",
        FieldKind.DATE,
        "day of capture, where it was captured",
        "taken:2024-05..2024-08",
        aliases=("date", "year"),
        more=("taken:2024", "taken:>2023", "taken:[2024-01-01 TO 2024-06-30]", "taken:yesterday"),
    ),
    Field(
        "added",
        FieldKind.DATE,
        "day of upload, in your time zone",
        "added:>2024-05-01",
        more=("added:today",),
    ),
    Field("is", FieldKind.CHOICE, "state", "is:favorite", ("favorite", "archived")),
    Field(
        "has",
        FieldKind.CHOICE,
        "what it has",
        "has:location",
        ("text", "location", "people", "caption"),
    ),
    Field(
        "confidence",
        FieldKind.CONFIDENCE,
        "how sure the labels are, 0 to 100; holds for the labels beside it",
        "confidence:>90",
        more=("label:dog confidence:>90",),
    ),
    Field("size", FieldKind.NUMBER, "size of the file in bytes", "size:>10mb"),
    Field("width", FieldKind.NUMBER, "width in pixels", "width:>4000"),
    Field("height", FieldKind.NUMBER, "height in pixels", "height:<1000"),
    Field("duration", FieldKind.NUMBER, "length of a video in seconds", "duration:>60"),
    Field("vendor", FieldKind.WORDS, "who issued a receipt or invoice", "vendor:ikea"),
    Field(
        "total",
        FieldKind.NUMBER,
        "total of a receipt or invoice, in any currency or the one you name",
        "total:>50",
        more=("total:67.90", "total:[50 TO 100]", "total:>50eur", "total:€67,90"),
    ),
    Field(
        "currency",
        FieldKind.CURRENCY,
        "currency of a receipt or invoice",
        "currency:eur",
        more=("currency:€",),
    ),
    Field(
        "field",
        FieldKind.WORDS,
        "name and value of a field on a form or receipt",
        'field:"due date"',
    ),
)
# Labels that ``has:people`` asks for, by their whole names.
PEOPLE = ("person", "people")
# Words that are searched without a field, though no field of the language names them.
DATE_WORDS = "date_words"
TYPE_WORDS = "type_words"

FIELDS: dict[str, Field] = {}
for _entry in _TABLE:
    for _name in (_entry.name, *_entry.aliases):
        FIELDS[_name] = _entry

WORD_FIELDS = (
    *(entry.name for entry in _TABLE if entry.kind is FieldKind.WORDS),
    DATE_WORDS,
    TYPE_WORDS,
)
FREE_WORD_FIELDS = (
    *(entry.name for entry in _TABLE if entry.kind is FieldKind.WORDS and entry.free),
    DATE_WORDS,
    TYPE_WORDS,
)
LABEL_FIELDS = tuple(entry.name for entry in _TABLE if entry.kind is FieldKind.LABEL)
STRONG_FIELDS = tuple(entry.name for entry in _TABLE if entry.strong)


def table() -> tuple[Field, ...]:
    """Return every field once, in the order of the help page."""
    return _TABLE
