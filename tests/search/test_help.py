"""Every example on the help page is a link that finds what it says."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from gallery.models import DocumentField, Label, MediaItem
from gallery.services.albums import add_to_album, create_album
from search.guide import guide
from search.language import parse
from search.services import search_media
from tests.factories import (
    CategoryFactory,
    LabelFactory,
    MediaCategoryFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)
from tests.search.conftest import index

pytestmark = pytest.mark.django_db
NOW = "2024-08-20T12:00:00Z"
EVERYTHING = {"sand", "water", "meadow", "doubt", "scan", "form", "clip", "old", "shot", "page"}

FINDS: dict[str, str] = {
    "beach dog": "sand",
    '"total due"': "scan",
    '"due total"~3': "scan",
    "recei*": "scan",
    "te?t": "page",
    "recipt~": "scan",
    "recpt~2": "scan",
    "A1312B": "page",
    "1312": "page",
    "june 2023 lisbon": "water",
    "2024-05-31": "sand",
    "2024-05": "sand scan",
    r"label\:dog": "page",
    "beach OR lake": "sand water",
    "beach || lake": "sand water",
    "beach AND dog": "sand",
    "beach && dog": "sand",
    "dog -beach": "page",
    "dog NOT beach": "page",
    "dog !beach": "page",
    "(cat OR dog) grass": "meadow",
    "label:(cat OR dog)": "sand meadow",
    "label:dog>90": "sand",
    "label:dog": "sand",
    "label:dog>=30<60": "doubt",
    'label:"golden retriever"': "sand",
    "category:food": "meadow",
    'category:"food and beverage"': "meadow",
    "text:invoice": "scan",
    "caption:birthday": "sand",
    "name:IMG_2034": "shot",
    "place:lisbon": "water",
    "country:pt": "water",
    'near:"lisbon",20km': "water",
    "near:lisbon": "water",
    "near:new york": "",
    "near:38.7,-9.1,5km": "water",
    "near:38.7,-9.1,5mi": "water",
    "camera:canon": "sand",
    "album:summer": "sand",
    "type:receipt": "scan",
    "type:photo": "sand water meadow doubt old shot",
    "type:video": "clip",
    "type:document": "scan form page",
    "type:invoice": "form",
    "type:form": "",
    "type:letter": "",
    "type:notes": "",
    "type:screenshot": "shot",
    "type:page": "page",
    "taken:2024-05..2024-08": "sand scan meadow doubt page",
    "taken:2024": "sand scan meadow doubt form page",
    "taken:>2023": "sand scan meadow doubt form page",
    "taken:[2024-01-01 TO 2024-06-30]": "sand scan form",
    "taken:yesterday": "page",
    "added:>2024-05-01": " ".join(sorted(EVERYTHING - {"old"})),
    "added:today": " ".join(sorted(EVERYTHING - {"old"})),
    "is:favorite": "sand",
    "is:archived": "old",
    "has:location": "water",
    "has:text": "scan form page",
    "has:people": "clip",
    "has:caption": "sand",
    "confidence:>90": "sand water meadow clip",
    "label:dog confidence:>90": "sand",
    "size:>10mb": "clip",
    "width:>4000": "sand",
    "height:<1000": "old",
    "duration:>60": "clip",
    "vendor:ikea": "scan",
    "total:>50": "scan",
    "total:67.90": "scan",
    "total:[50 TO 100]": "scan",
    "total:>50eur": "scan",
    "total:€67,90": "scan",
    "currency:eur": "scan",
    "currency:€": "scan",
    'field:"due date"': "form",
}
_LISBON = {"city": "Lisbon", "country": "Portugal", "country_code": "PT"}
_WHERE = {"latitude": 38.72, "longitude": -9.14}
_CANON = {"camera_make": "Canon"}
_BIG = {"width": 6000, "height": 4000}
ITEMS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("sand", "2024-05-31", {**_CANON, "caption": "birthday", "favorite": True, **_BIG}),
    ("water", "2023-06-10", {**_LISBON, **_WHERE}),
    ("meadow", "2024-07-01", {}),
    ("doubt", "2024-07-02", {}),
    ("scan", "2024-05-02", {"kind": "document", "document_type": "receipt"}),
    ("form", "2024-01-02", {"kind": "document", "document_type": "invoice"}),
    ("clip", "2022-01-01", {"kind": "video", "duration_ms": 95_000, "size_bytes": 90_000_000}),
    ("old", "2010-01-01", {"archived": True, "width": 800, "height": 600}),
    ("shot", "2021-01-01", {"document_type": "screenshot", "file_name": "IMG_2034.png"}),
    ("page", "2024-08-19", {"kind": "document", "document_type": "page"}),
)  # fmt: skip
LABELS = {
    "sand": (("Dog", 97), ("Golden Retriever", 91), ("Beach", 95)),
    "water": (("Lake", 92),),
    "meadow": (("Cat", 93), ("Grass", 90), ("Pizza", 88)),
    "doubt": (("Dog", 45),),
    "clip": (("Person", 96),),
}
TEXTS = {
    "scan": "IKEA receipt, total due 67.90 invoice",
    "form": "Please pay",
    "page": "a test of the label: dog, part A-1312/B",
}


@pytest.fixture
def helpful(alice: User) -> dict[str, MediaItem]:
    """A library of which each example finds its part."""
    with time_machine.travel(NOW, tick=False):
        made = {name: _item(alice, name, day, values) for name, day, values in ITEMS}
        MediaItem.objects.filter(pk=made["old"].pk).update(
            added_at=datetime(2011, 1, 1, tzinfo=UTC)
        )
        _label(made)
        for name, text in TEXTS.items():
            TextPageFactory(item=made[name], lines=[text_line(text)])
        _fields(
            made["scan"],
            vendor=("", "IKEA", ""),
            total=("Total due", "67.90", "67.90"),
            currency=("", "EUR", "EUR"),
        )
        _fields(made["form"], due_date=("Due date", "1 March 2024", ""))
        add_to_album(create_album(alice, "Summer"), [made["sand"].pk])
        index(*made.values())
    return made


def _item(owner: User, name: str, day: str, values: dict[str, Any]) -> MediaItem:
    size = {"width": 2000, "height": 1500, "file_name": f"{name}.jpg"}
    taken = datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=UTC)
    known = {"taken_local": taken, "taken_source": "exif", "has_text": name in TEXTS}
    item: MediaItem = MediaItemFactory(owner=owner, **{**size, **known, **values})
    return item


def _label(made: dict[str, MediaItem]) -> None:
    labels: dict[str, Label] = {}
    for name, found in LABELS.items():
        for label, confidence in found:
            known = labels.get(label) or labels.setdefault(label, LabelFactory(name=label))
            MediaLabelFactory(item=made[name], label=known, confidence=confidence)
    food = CategoryFactory(name="Food and Beverage")
    MediaCategoryFactory(item=made["meadow"], category=food)


def _fields(item: MediaItem, **fields: tuple[str, str, str]) -> None:
    for position, (kind, (key, value, normalized)) in enumerate(fields.items()):
        DocumentField.objects.create(
            item=item, position=position, kind=kind, key=key, value=value,
            normalized=normalized, confidence=95,
        )  # fmt: skip


def test_every_example_is_a_link_that_finds_what_it_says(
    alice: User, helpful: dict[str, MediaItem], page_client: Callable[[User | None], Client]
) -> None:
    page = page_client(alice).get("/search/help/").content.decode()
    links = re.findall(r'<a href="(/search/\?q=[^"]*)"><bdi>(.*?)</bdi></a>', page)
    examples = [html.unescape(shown) for _, shown in links]
    assert examples == [
        text for part in guide() for entry in part.entries for text in entry.examples
    ]
    assert set(examples) == set(FINDS), "each example has its items here, and no other"
    known = {item.pk: name for name, item in helpful.items()}
    wrong = []
    with time_machine.travel(NOW, tick=False):
        for (link, _), example in zip(links, examples, strict=True):
            (asked,) = parse_qs(urlsplit(html.unescape(link)).query)["q"]
            found = search_media(alice, asked)
            names = {known[hit.item.pk] for hit in found.hits}
            if asked != example or names != set(FINDS[example].split()) or found.notices:
                wrong.append((example, asked, names, found.notices))
    assert wrong == []


def test_the_page_names_every_field_and_value() -> None:
    shown = " ".join(text for part in guide() for entry in part.entries for text in entry.examples)
    for word in ("AND", "OR", "NOT", "&&", "||", "!", "~", "*", "?", '"', "(", "\\"):
        assert word in shown
    assert all(parse(text).notices == () for text in FINDS)
