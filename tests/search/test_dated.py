"""Dates as reasons: as people read them, and each by what it is."""

from __future__ import annotations

import pytest

from accounts.models import User
from gallery.models import DocumentField
from search.types import Match
from tests.factories import MediaItemFactory
from tests.search.test_matching import explain, marked

pytestmark = pytest.mark.django_db


def spelled(match: Match) -> str:
    return "".join(f"[{one.text}]" if one.highlighted else one.text for one in match.snippet)


def test_a_bare_date_is_a_reason(alice: User) -> None:
    item = MediaItemFactory(
        owner=alice,
        file_name="2023-02.jpg",
        taken_local="2023-02-07T23:30:00Z",
        taken_source="exif",
    )
    for text in ("2023-02-07", "img OR 2023-02-07"):
        assert [(m.field, marked(m)) for m in explain(item, text)] == [
            ("taken", ["7 February 2023"])
        ]
    assert [match.field for match in explain(item, "2023-02")] == ["name", "taken"]
    assert explain(item, "2023-02-08") == ()
    assert explain(item, "-2023-02-07") == ()


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("2018-11-18", [("date", "[18 November 2018]")]),
        ("2018-11", [("date", "[18 November 2018]")]),
        ("november 2018", [("date", "18 [November] [2018]")]),
        ("nov", [("date", "[18 November 2018]")]),
        ("2020-05-05", [("taken", "[5 May 2020]")]),
        ("may", [("taken", "5 [May] 2020")]),
        ("november 2020", [("taken", "5 May [2020]"), ("date", "18 [November] 2018")]),
        ("november 5", [("date", "18 [November] 2018")]),
        ('"2020 2018"', [("taken", "[5 May 2020]")]),
        ("taken:2020", [("taken", "[5 May 2020]")]),
        ("june", []),
        ("18", [("date", "[18] November 2018")]),
    ],
)
def test_a_date_is_shown_as_people_read_it_and_by_what_it_is(
    alice: User, text: str, reasons: list[tuple[str, str]]
) -> None:
    """A receipt's printed date is not that of its capture, which was put right."""
    item = MediaItemFactory(
        owner=alice, file_name="a.jpg", taken_local="2020-05-05T10:00:00Z", taken_source="owner"
    )
    for position in range(2):
        DocumentField.objects.create(
            item=item, position=position, kind="date", normalized="2018-11-18", confidence=90
        )
    assert [(match.field, spelled(match)) for match in explain(item, text)] == reasons


def test_the_day_of_upload_is_no_day_of_capture(alice: User) -> None:
    item = MediaItemFactory(
        owner=alice, file_name="a.jpg", taken_local="2023-02-07T23:30:00Z", taken_source="added"
    )
    for text in ("2023-02-07", "february"):
        assert [match.field for match in explain(item, text)] == ["added"]
