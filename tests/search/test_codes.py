"""Codes: what is one, what is typed for one, and the reasons that hits by codes give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from gallery.models import DocumentField, MediaItem
from gallery.types import Box
from search.codes import MAX_CODES, codes_in
from search.language import parse
from search.matching import Matcher
from search.services import search_media
from search.typed_codes import MAX_LENGTH, code_spellings, is_joined_code, with_joined_codes
from search.types import And, Match, Phrase, Term
from search.whynot import explain
from tests.factories import MediaItemFactory, TextPageFactory, text_line
from tests.search.conftest import index

IBAN = "DE89 3704 0044 0532 0130 00"


def joined(text: str, field: str = "text") -> list[str]:
    """The codes of a text, those with blanks in them behind an underscore."""
    return ["_" * code.is_spaced + code.text for code in codes_in(field, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A-1312/B", ["a1312b"]),
        ("an " + IBAN, ["de89", "3704", "0044", "0532", "0130", "_de89370400440532013000"]),
        ("Tel. +49 (0)89 1234-567", ["089", "1234567", "_490891234567"]),
        ("Room 12 is on fire", []),
        ("Room 1204 is on fire", ["1204"]),
        ("parked near AB-12 CDE today", ["ab12", "_ab12cde"]),
        ("total 1.234,56 or 33.90 or RM12.00", []),
        ("2024-05-31", ["20240531"]),
        ("a 3½ inch disk", []),
        ("12.50.330", ["1250330"]),
        ("30/03/2018 11:18 PM", ["30032018", "1118"]),
        ("11:18:05 30/03/2018 4411", ["111805", "30032018", "4411", "_300320184411"]),
        ("A-1\nB-2 3344", ["3344", "_b23344"]),
        ("番号1234号", ["1234"]),
        ("no digits AT ALL", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_printed(text: str, expected: list[str]) -> None:
    assert joined(text) == expected


def test_a_files_suffix_is_no_part_of_its_code() -> None:
    assert joined("IMG_WX-2034.jpg", "name") == ["imgwx2034"]
    assert joined("IMG_WX-2034.jpg") == ["imgwx2034jpg"]
    assert joined("A-1312/B", "place") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AB-12/CDE", ("ab12cde",)),
        ("0891234567", ("0891234567", "891234567")),
        ("+49891234567", ("49891234567", "891234567")),
        ("+351211234567", ("351211234567", "211234567")),
        ("+12025550123", ("12025550123", "2025550123")),
        ("0049891234567", ("0049891234567", "891234567")),
        ("01234", ("01234",)),
        ("12", ()),
        ("dog", ()),
        ("2024", ()),
        ("20245", ("20245",)),
        ("33.90", ()),
        ("1.234,56", ()),
        ("RM33.90", ()),
        ("$5.00", ()),
        ("10:30", ()),
        ("312*", ()),
        ("31?2", ()),
        ("3122~", ()),
        ('"3122"', ()),
        ("label:3122", ()),
        ("place:3122", ("3122",)),
        ("東京312", ()),
        ("1" * MAX_LENGTH, ("1" * MAX_LENGTH,)),
        ("1" * (MAX_LENGTH + 1), ()),
    ],
)
def test_what_is_typed(text: str, expected: tuple[str, ...]) -> None:
    leaf = parse(text).root
    assert isinstance(leaf, Term | Phrase)
    assert code_spellings(leaf) == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("de89 3704 0044", ["de89 3704 0044"]),
        ("ab12 cde", ["ab12 cde"]),
        ("red car ab12 cde", ["red car ab12 cde", "red car ab12", "ab12 cde"]),
        ("may 2024", []),
        ("beach 2024", []),
        ("12 34", []),
        ("beach 1204 5", []),
        ("beach 1204 55", ["1204 55"]),
        ("1204 -55555", []),
        ("text:1204 5566", []),
        ("1204 OR 5566", []),
    ],
)
def test_neighboring_words_may_be_one_code(text: str, codes: list[str]) -> None:
    root = parse(text).root
    assert root is not None
    whole = with_joined_codes(root)
    found = [one for one in _terms(whole) if " " in one.text]
    assert [one.text for one in found] == codes
    assert (whole != root) == bool(codes)
    assert is_joined_code(whole) == (bool(codes) and not text.startswith("beach"))


def _terms(node: object) -> list[Term]:
    if isinstance(node, Term):
        return [node]
    return [term for child in getattr(node, "children", ()) for term in _terms(child)]


@given(st.text(alphabet="AB12 -/.\nx", max_size=60))
def test_every_part_of_a_printed_code_leads_back_to_its_characters(text: str) -> None:
    for code in codes_in("text", text):
        assert code.text.isalnum()
        for start in range(0, len(code.text) - 6, 3):
            part = code.text[start : start + 6]
            found = [text[first:last] for first, last in code.ranges(part)]
            letters = ["".join(filter(str.isalnum, piece)).lower() for piece in found]
            assert set(letters) == {part}
            assert "\n" not in "".join(found)


def test_a_page_of_numbers_has_bounded_codes() -> None:
    assert len(codes_in("text", "x123-4567 y, " * 20_000)) == MAX_CODES
    longest = max(len(code.text) for code in codes_in("text", "1204 " * 5_000))
    assert longest <= 64


pytestmark = pytest.mark.django_db


def reasons(item: MediaItem, text: str) -> tuple[Match, ...]:
    loaded = MediaItem.objects.get(pk=item.pk)
    return Matcher(parse(text).root, 55).explain([loaded])[0]


def marked(match: Match) -> list[str]:
    return [part.text for part in match.snippet if part.highlighted]


@pytest.mark.parametrize("typed", [IBAN.replace(" ", ""), IBAN.lower(), "DE89-3704-00440532013000"])
def test_the_boxes_of_all_printed_groups_are_shown(alice: User, typed: str) -> None:
    item = MediaItemFactory(owner=alice, file_name="letter.pdf")
    TextPageFactory(item=item, number=1, lines=[text_line("nothing of note 2019")])
    lines = [text_line("Please pay"), text_line(f"to {IBAN} soon")]
    TextPageFactory(item=item, number=2, lines=lines)
    (match,) = reasons(item, typed)
    assert (match.field, match.page, marked(match)) == ("text", 2, [IBAN])
    # Six of the eight words of the line, from the second on.
    assert match.boxes == (Box(0.2, 0.1, 0.6, 0.05),)


def test_a_part_is_marked_within_its_word(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="IMG_WX-2034.jpg", caption="Part A-1312/B")
    assert [(m.field, marked(m)) for m in reasons(item, "312")] == [("caption", ["312"])]
    assert [(m.field, marked(m)) for m in reasons(item, "a13")] == [("caption", ["A-13"])]
    assert [(m.field, marked(m)) for m in reasons(item, "imgwx20")] == [("name", ["IMG_WX-20"])]
    assert [(m.field, marked(m)) for m in reasons(item, "caption:1312b")] == [
        ("caption", ["1312/B"])
    ]
    assert reasons(item, "jpg2034") == reasons(item, "text:312") == reasons(item, "-312") == ()


def test_the_printed_word_itself_is_the_better_reason(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="a.jpg", caption="312 and 4312")
    assert [marked(match) for match in reasons(item, "312")] == [["312"]]


def test_the_words_of_a_code_are_marked_only_where_it_is_not_whole(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="a.jpg", caption="3 of us, tel 0060 3 6258 7191")
    assert [marked(match) for match in reasons(item, "0060 3 6258 7191 us")] == [
        ["us", "0060 3 6258 7191"]
    ]
    parted = MediaItemFactory(owner=alice, file_name="b.jpg", caption="7191, 0060 and 6258, or 3")
    assert [marked(match) for match in reasons(parted, "0060 3 6258 7191")] == [
        ["7191", "0060", "6258", "3"]
    ]


def test_a_date_and_a_time_are_no_code(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="a.jpg", caption="on 30/03/2018 11:18 PM")
    assert reasons(item, "18-11-18") == ()
    assert [marked(match) for match in reasons(item, "3003")] == [["30/03"]]


def test_a_single_character_of_an_unspaced_script_is_marked_alone(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="a.jpg", caption="京都の旅行と旅")
    assert [marked(match) for match in reasons(item, "旅")] == [["旅", "旅"]]
    assert [marked(match) for match in reasons(item, "旅行")] == [["旅行"]]


def test_a_code_in_a_long_document_is_found_on_its_page(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="book.pdf", kind="document")
    for number in range(1, 40):
        line = f"to {IBAN}" if number == 33 else f"page {number} of 39, 044 and 370 apart"
        TextPageFactory(item=item, number=number, lines=[text_line(line)])
    (match,) = reasons(item, IBAN.replace(" ", ""))
    assert match.page == 33


def test_a_code_parted_everywhere_is_found_on_its_page(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="book.pdf", kind="document")
    for number in range(1, 20):
        line = "call 12 34 56 78" if number == 17 else "nothing"
        TextPageFactory(item=item, number=number, lines=[text_line(line)])
    assert [match.page for match in reasons(item, "12345678")] == [17]


def test_a_video_shows_the_second_of_a_plate(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="drive.mp4", kind="video")
    TextPageFactory(item=item, lines=[text_line("AB-12 CDE")], start_ms=4000, end_ms=5000)
    assert [(match.start_ms, marked(match)) for match in reasons(item, "ab12cde")] == [
        (4000, ["AB-12 CDE"])
    ]


def test_fields_of_a_form_are_found_by_their_codes(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="form.pdf")
    DocumentField.objects.create(
        item=item,
        position=0,
        kind="invoice_number",
        key="No.",
        value="INV-2024-0017",
        confidence=90,
    )
    index(item)
    assert search_media(alice, "field:inv20240017").total == 1
    (match,) = reasons(item, "field:inv20240017")
    assert marked(match) == ["INV-2024-0017"]


def test_why_not_takes_the_words_of_a_code_together(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="letter.pdf", caption="to DE8937040044")
    index(item)
    item.refresh_from_db()
    found = explain(alice, item, "letter DE89 3704 0044")
    assert found.is_found
    assert [clause.text for clause in found.clauses] == ["letter", "DE89 3704 0044"]
    assert [marked(match) for match in found.clauses[1].matches] == [["DE8937040044"]]
    missed = explain(alice, item, "DE89 3704 0045")
    (reason,) = missed.clauses[0].reasons
    assert (missed.is_found, reason.code) == (False, "absent")
    assert search_media(alice, "letter DE89 3704 0044").total == 1
    assert search_media(alice, "DE89 3704 0045").total == 0


def test_why_not_says_how_a_code_was_read(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="plate.jpg")
    TextPageFactory(item=item, lines=[text_line("beside AB-1Z CDE")])
    index(item)
    item.refresh_from_db()
    (clause,) = explain(alice, item, "AB12CDE").clauses
    assert [(one.code, one.message) for one in clause.reasons] == [
        ("misread", "Read as “AB-1Z CDE”.")
    ]


def test_the_tree_itself_stays_what_was_typed() -> None:
    assert isinstance(parse("de89 3704 0044").root, And)
