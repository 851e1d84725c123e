"""Every hit says why it was found, and where."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from gallery.models import MediaItem
from gallery.types import Box
from search.language import parse
from search.matching import MAX_MATCHES, Matcher
from search.needles import needles_of
from search.reading import load_pages
from search.types import Match
from tests.factories import (
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)

pytestmark = pytest.mark.django_db


def explain(item: MediaItem, text: str, min_confidence: int = 55) -> tuple[Match, ...]:
    loaded = MediaItem.objects.get(pk=item.pk)
    return Matcher(parse(text).root, min_confidence).explain([loaded])[0]


def marked(match: Match) -> list[str]:
    return [part.text for part in match.snippet if part.highlighted]


@pytest.fixture
def item(alice: User) -> MediaItem:
    return MediaItemFactory(owner=alice, file_name="IMG_77.jpg", page_count=50)


def test_a_label_shows_its_confidence_and_boxes(item: MediaItem) -> None:
    MediaLabelFactory(
        item=item,
        label=LabelFactory(name="Dog"),
        confidence=97.25,
        instances=[{"box": [0.1, 0.2, 0.3, 0.4], "confidence": 97}],
    )
    (match,) = explain(item, "dogs")
    assert (match.field, match.label, match.confidence) == ("label", "Dog", 97.2)
    assert match.boxes == (Box(0.1, 0.2, 0.3, 0.4),)


def test_a_label_met_by_its_parent_says_so(item: MediaItem) -> None:
    beagle = LabelFactory(name="Beagle")
    beagle.parents.add(LabelFactory(name="Pet"))
    MediaLabelFactory(item=item, label=beagle)
    (match,) = explain(item, "pet")
    assert "".join(part.text for part in match.snippet) == "Beagle · Pet"
    assert marked(match) == ["Pet"]


def test_labels_that_are_equally_sure_come_by_name(item: MediaItem) -> None:
    for name, confidence in (("Dog C", 90), ("Dog A", 90), ("Dog D", 95), ("Dog B", 90)):
        MediaLabelFactory(item=item, label=LabelFactory(name=name), confidence=confidence)
    named = [match.label for match in explain(item, "dog")]
    assert named == ["Dog D", "Dog A", "Dog B", "Dog C"]


@pytest.mark.parametrize(
    ("text", "threshold", "count"),
    [("dog", 55, 0), ("dog", 30, 1), ("label:dog>30", 55, 1), ("label:dog>90", 0, 0)],
)
def test_a_label_that_is_not_sure_enough_is_no_reason(
    item: MediaItem, text: str, threshold: int, count: int
) -> None:
    MediaLabelFactory(item=item, label=LabelFactory(name="Dog"), confidence=38)
    assert len(explain(item, text, threshold)) == count


def test_a_confidence_alone_shows_the_labels_that_have_it(item: MediaItem) -> None:
    for name, confidence, threshold in (("Dog", 97, None), ("Cat", 60, None), ("Cow", 96, 99)):
        label = LabelFactory(name=name, threshold=threshold)
        MediaLabelFactory(item=item, label=label, confidence=confidence)
    assert [match.label for match in explain(item, "confidence:>95")] == ["Dog"]
    assert [match.label for match in explain(item, "cat confidence:>95")] == ["Cat"]


def test_text_shows_page_words_and_boxes(item: MediaItem) -> None:
    TextPageFactory(item=item, number=1, lines=[text_line("nothing here")])
    TextPageFactory(
        item=item, number=4, lines=[text_line("Grand total"), text_line("due RM33.90 now")]
    )
    (match,) = explain(item, '"total due"')
    assert (match.field, match.page) == ("text", 4)
    assert marked(match) == ["total due"]
    assert match.boxes == (Box(0.5, 0.1, 0.4, 0.05), Box(0.1, 0.1, 0.2667, 0.05))
    assert marked(explain(item, "33.90")[0]) == ["33.90"]


def test_text_of_a_video_shows_its_second(item: MediaItem) -> None:
    TextPageFactory(item=item, lines=[text_line("EXIT")], start_ms=4000, end_ms=5000)
    (match,) = explain(item, "exit")
    assert (match.start_ms, match.end_ms, match.page) == (4000, 5000, None)


def test_moments_of_a_label_are_shown(item: MediaItem) -> None:
    MediaLabelFactory(
        item=item,
        label=LabelFactory(name="Car"),
        moments=[{"start_ms": 1500, "end_ms": 2500, "confidence": 80}],
    )
    assert explain(item, "car")[0].start_ms == 1500


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("img_77", "name", ["IMG_77"]),
        ("caption:runs", "caption", ["running"]),
        ("café", "caption", ["cafe"]),
        ("lisb*", "place", ["Lisbon"]),
        ("country:pt", "country", ["PT"]),
        ("canon", "camera", ["Canon"]),
        ("january", "taken", ["January"]),
        ("photo", "type", ["photo"]),
        ("d?g", "caption", ["dog"]),
        ('"cafe running"~1', "caption", ["cafe, dog running"]),
    ],
)
def test_plain_fields_say_which_words(alice: User, text: str, field: str, words: list[str]) -> None:
    item = MediaItemFactory(
        owner=alice,
        file_name="IMG_77.jpg",
        caption="At the cafe, dog running",
        city="Lisbon",
        country="Portugal",
        country_code="PT",
        camera_make="Canon",
        taken_local="2024-01-05T10:00:00Z",
        taken_source="exif",
    )
    (match,) = explain(item, text)
    assert (match.field, marked(match)) == (field, words)


@pytest.mark.parametrize(
    ("make", "model", "shown"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("NIKON", "Nikon Z 30", "Nikon Z 30"),
        ("SONY", "ILCE-7M4", "SONY ILCE-7M4"),
        ("Canon", "", "Canon"),
    ],
)
def test_a_camera_is_named_once(alice: User, make: str, model: str, shown: str) -> None:
    item = MediaItemFactory(owner=alice, camera_make=make, camera_model=model)
    (match,) = explain(item, f"camera:{make}")
    assert "".join(part.text for part in match.snippet) == shown


def test_a_place_is_named_once(alice: User) -> None:
    item = MediaItemFactory(owner=alice, city="Prague", region="Prague", country="Czech Republic")
    (match,) = explain(item, "prague")
    assert "".join(part.text for part in match.snippet) == "Prague, Czech Republic"


def test_what_is_negated_is_no_reason(item: MediaItem) -> None:
    assert explain(item, "-img -type:video -taken:2023") == ()
    assert explain(item, "") == ()


def test_a_kind_or_a_time_is_the_reason_where_there_is_no_other(item: MediaItem) -> None:
    alone = explain(item, "-other type:photo taken:2024")
    assert [match.field for match in alone] == ["type", "added"]
    named = explain(item, "img type:photo taken:2024")
    assert [match.field for match in named] == ["name"]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("is:favorite has:location", [("is", "favorite"), ("has", "location")]),
        ("has:caption OR is:archived", [("has", "caption")]),
        ("size:>1kb size:<1mb", [("size", "2,500 bytes")]),
        ("width:>1000 height:<1000", [("width", "4,000 pixels"), ("height", "800 pixels")]),
        ("duration:>60", [("duration", "61.5 s")]),
        ("added:2024-03-05", [("added", "5 March 2024, 07:08 UTC")]),
        ("-size:>1mb -is:archived", []),
        ("has:people", [("label", "Person")]),
        ("is:favorite boat", [("caption", "boat")]),
    ],
)
def test_states_and_measures_are_reasons_where_there_is_no_other(
    alice: User, text: str, reasons: list[tuple[str, str]]
) -> None:
    item = MediaItemFactory(
        owner=alice,
        caption="A boat",
        favorite=True,
        latitude=1,
        longitude=2,
        size_bytes=2500,
        width=4000,
        height=800,
        duration_ms=61_500,
    )
    MediaItem.objects.update(added_at=datetime(2024, 3, 5, 7, 8, tzinfo=UTC))
    MediaLabelFactory(item=item, label=LabelFactory(name="Person"), confidence=90)
    told = explain(item, text)
    assert [(match.field, word) for match in told for word in marked(match)] == reasons


def test_reasons_are_bounded(item: MediaItem) -> None:
    for number in range(12):
        MediaLabelFactory(item=item, label=LabelFactory(name=f"Dog {number}"))
    assert len(explain(item, "dog")) == MAX_MATCHES


def test_the_right_pages_of_a_long_document_are_found(item: MediaItem) -> None:
    for number in range(1, 31):
        words = {7: "the happiest cities", 21: "Müller und Söhne", 25: "СОБАКА 東京タワー"}
        TextPageFactory(
            item=item, number=number, lines=[text_line(words.get(number, "nothing of note"))]
        )
    for text, page in (("happy", None), ("city", 7), ("Müller", 21), ("собака", 25), ("東京", 25)):
        assert [match.page for match in explain(item, text)] == ([page] if page else []), text


def test_a_phrase_is_found_behind_pages_that_hold_its_words(item: MediaItem) -> None:
    for number in range(1, 41):
        TextPageFactory(item=item, number=number, lines=[text_line("total of what is due")])
    TextPageFactory(item=item, number=41, lines=[text_line("the total due is 5")])
    assert [match.page for match in explain(item, '"total due"')] == [41]


def test_a_word_that_only_looks_alike_takes_no_page_from_the_right_one(item: MediaItem) -> None:
    for number in range(1, 6):
        TextPageFactory(item=item, number=number, lines=[text_line("a fine location")])
    TextPageFactory(item=item, number=6, lines=[text_line("one cat")])
    assert [match.page for match in explain(item, "cat")] == [6]


def test_accents_hide_no_page_of_a_long_document(item: MediaItem) -> None:
    for number in range(1, 31):
        TextPageFactory(item=item, number=number, lines=[text_line("rien à voir")])
    TextPageFactory(item=item, number=31, lines=[text_line("Bienvenue au café des élèves")])
    for text in ("cafe", "eleves", "Élèves"):
        assert [match.page for match in explain(item, text)] == [31], text


def test_boxes_are_read_of_no_page_that_does_not_match(
    item: MediaItem, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for number in range(1, 31):
        TextPageFactory(item=item, number=number, lines=[text_line("nothing of note")])
    (needle,) = needles_of(parse("happy").root)
    # Which pages, their texts, and the texts of all once more for the sake of accents.
    with django_assert_num_queries(3) as asked:
        assert load_pages([item], [needle]) == {}
    assert not any('"lines"' in query["sql"] for query in asked.captured_queries)
