"""The language is lenient: everything typed means something, and nothing raises."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
import time_machine

from search.fields import table
from search.language import parse
from search.types import And, Choice, Near, Node, Not, Or, Phrase, Range, Term


def show(node: Node | None) -> str:
    """A tree in one line, for comparison."""
    match node:
        case None:
            return "-"
        case Not(child):
            return f"not({show(child)})"
        case And(children):
            return f"and({', '.join(map(show, children))})"
        case Or(children):
            return f"or({', '.join(map(show, children))})"
        case Choice(field, value):
            return f"{field}={value}"
        case Range(field, _, low, high, _, currencies):
            return f"{field}[{low}..{high}]{'+'.join(currencies)}"
        case Near(_, latitude, longitude, radius_m):
            return f"near({latitude:g},{longitude:g},{radius_m})"
        case Phrase(field, _, words, slop):
            return f'{field or ""}"{" ".join(words)}"' + (f"~{slop}" if slop else "")
    return show_term(node)


def show_term(term: Term) -> str:
    mark = "*" * term.prefix + "?" * term.pattern + f"~{term.fuzzy}" * bool(term.fuzzy)
    bounds = "" if term.low is term.high is None else f"[{term.low}..{term.high}]"
    field = f"{term.field}:" if term.field else ""
    return field + "=" * term.exact + "+".join(term.words) + mark + bounds


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", "-"),
        ("dog", "dog"),
        ("beach dog", "and(beach, dog)"),
        ("a1 OR b2 c3", "or(a+1, and(b+2, c+3))"),
        ("cat AND dog && cow", "and(cat, dog, cow)"),
        ("cat || dog", "or(cat, dog)"),
        ("dog -snow !ice NOT hail", "and(dog, not(snow), not(ice), not(hail))"),
        ("--dog", "dog"),
        ("-(dog OR cat)", "not(or(dog, cat))"),
        ("cat and dog", "and(cat, dog)"),
        ('"total due"', '"total due"'),
        ('"due total"~3', '"due total"~3'),
        ('"total due', '"total due"'),
        ("recei*", "recei*"),
        ("re*", "re"),
        ("te?t", "te?t?"),
        ("where?", "where"),
        ("recipt~ recipt~2", "and(recipt~1, recipt~2)"),
        ("dog^3", "dog"),
        ("10:30", "10+30"),
        ("http://example.org", "http+example+org"),
        ("vendor:ikea", "vendor:ikea"),
        ("seller:ikea", "seller+ikea"),
        ("total:>33.5", "total[3351..None]"),
        ("total:33", "total[3300..3399]"),
        (r"label\:dog", "label+dog"),
        ("label:dog", "label:dog"),
        ("LABEL:dog", "label:dog"),
        ("ocr:total", "text:total"),
        ("label:dog>90", "label:dog[181..None]"),
        ("label:dog<=40", "label:dog[None..80]"),
        ('label:"golden retriever"', "label:=golden+retriever"),
        ("category:food>90", "category:food[181..None]"),
        ("label:dog>=30<60", "label:dog[60..119]"),
        ("label:dog>30>40", "label:dog[81..None]"),
        (r"label:dog\>90", "label:dog+90"),
        ('label:"golden retriever">=80<=90', "label:=golden+retriever[160..180]"),
        ('label:"golden retriever">=80', "label:=golden+retriever[160..None]"),
        ("label:(dog OR cat)", "or(label:dog, label:cat)"),
        ("label:-dog", "not(label:dog)"),
        ("confidence:>90 label:cat", "and(confidence[181..None], label:cat[181..None])"),
        ("confidence:80..90", "confidence[160..180]"),
        ("type:receipt", "type=receipt"),
        ("type:Photos", "type=photo"),
        ("is:favorite has:text", "and(is=favorite, has=text)"),
        ("is:trashed dog", "dog"),
        ("taken:2024", "taken[1704067200..1735689599]"),
        ("taken:2024-02-29", "taken[1709164800..1709251199]"),
        ("taken:2024-05..2024-08", "taken[1714521600..1725148799]"),
        ("taken:[2024-01-01 TO 2024-06-30]", "taken[1704067200..1719791999]"),
        ("taken:[* TO 2024]", "taken[None..1735689599]"),
        ("taken:>2023", "taken[1704067200..None]"),
        ("taken:>=2023", "taken[1672531200..None]"),
        ("taken:<2024", "taken[None..1704067199]"),
        ("taken:2024..", "taken[1704067200..None]"),
        ("taken:2023-02-31", '"2023 02 31"'),
        ("2024-02-29", "or(2024+02+29, taken[1709164800..1709251199])"),
        ("2024-02", "or(2024+02, taken[1706745600..1709251199])"),
        ("-2024-02-29", "not(or(2024+02+29, taken[1709164800..1709251199]))"),
        ("in 2024-02", "or(2024+02, taken[1706745600..1709251199])"),
        ("name:2024-02-29", "name:2024+02+29"),
        ('"2024-02-29"', '"2024 02 29"'),
        ("2023-02-31", "2023+02+31"),
        ("2024-2", "2024+2"),
        ("taken:someday", '"someday"'),
        ("size:>10mb", "size[10000001..None]"),
        ("size:<=1.5k", "size[None..1500]"),
        ("duration:>60", "duration[60001..None]"),
        ("width:640", "width[640..640]"),
        ("june in lisbon", "and(june, lisbon)"),
        ('"in" june', 'and("in", june)'),
        ("in my", "and(in, my)"),
        ("東京", "東京"),
        ("(dog", "dog"),
        ("dog)", "dog"),
        ("dog) cat", "and(dog, cat)"),
        ("a1 OR b2) c3 OR d4", "or(a+1, and(b+2, c+3), d+4)"),
        ("()", "-"),
        (r"te\?t", "te+t"),
        (r"recei\*", "recei"),
        (r"dog\~1", "dog+1"),
        (r"\NOT \-dog", "and(not, dog)"),
        (r"2024\-05", "2024+05"),
        ("the (in dog)", "dog"),
        ("the (confidence:>90 label:dog)", "and(confidence[181..None], label:dog[181..None])"),
        ("OR", "-"),
        ("AND NOT", "-"),
        ("label:", '"label"'),
        ("taken: 2018", 'and("taken", 2018)'),
        ("year:2024", "taken[1704067200..1735689599]"),
        ("foo:bar", "foo+bar"),
        ("label:dog>abc", "label:dog+abc"),
        ("dog~99", "dog~2"),
        ("WA43-A - 24", "and(wa+43+a, 24)"),
        ("\\", "-"),
    ],
)
def test_reads(text: str, tree: str) -> None:
    assert show(parse(text).root) == tree


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dog " * 600, "too-long"),
        ("dog " * 40, "too-many"),
        ("(" * 40 + "dog", "too-deep"),
        ("dog)", "unbalanced"),
        ('"dog', "unbalanced"),
        ("(dog", "unbalanced"),
        ("((dog) cat", "unbalanced"),
        ("label:(dog", "unbalanced"),
        ("year:18", "as-text"),
        ("year:abc", "as-text"),
        ("dog^2", "boost"),
        ("re*", "short-prefix"),
        ("taken:someday", "as-text"),
        ("type:banana", "as-text"),
        ("is:trashed", "trash"),
        ("taken:2024..2023", "empty-range"),
        ("june in lisbon", "common"),
        ("dog !!!", "nothing"),
        ("*", "nothing"),
        ("-", "nothing"),
        ("()", "nothing"),
        ("AND OR NOT", "nothing"),
        ("near:", "as-text"),
        ("near:nowhere-at-all", "as-text"),
        ("foo:bar", "as-text"),
        ("label:dog>abc", "as-text"),
        ("label:dog>=60<30", "empty-range"),
        ('label:"dog">101', "empty-range"),
        ("confidence:>=101", "empty-range"),
        ("dog~99", "fuzzy"),
        ("--dog", "twice-not"),
        ("dog NOT -cat", "twice-not"),
    ],
)
def test_says_what_it_ignored(text: str, code: str) -> None:
    assert code in [notice.code for notice in parse(text).notices]


def test_a_plain_query_has_no_notices() -> None:
    assert parse('beach "total due" label:dog>90 taken:2024 -snow').notices == ()


@pytest.mark.parametrize(
    "text",
    ["WA43-A - 24", "cats & dogs", "http://example.org", r"foo\:bar", "Re:2", "10:30", "dog -cat",
     "label:dog>=60<=60", "dog~2"],
)  # fmt: skip
def test_says_nothing_of_what_is_as_it_should_be(text: str) -> None:
    assert parse(text).notices == ()


@pytest.mark.parametrize(("typed", "field"), [("lable", "label"), ("takne", "taken")])
def test_a_misspelled_field_is_offered_its_nearest(typed: str, field: str) -> None:
    (notice,) = parse(f"{typed}:dog").notices
    assert notice.message.endswith(f"Did you mean {field}:?")


def test_added_is_read_in_the_users_zone() -> None:
    root = parse("added:2024-05-01", ZoneInfo("Asia/Tokyo")).root
    assert show(root) == "added[1714489200..1714575599]"


@time_machine.travel("2024-05-01T20:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("added:today", "added[1714575600..1714661999]"),
        ("added:Yesterday", "added[1714489200..1714575599]"),
        ("added:>=yesterday", "added[1714489200..None]"),
        ("taken:today", "taken[1714608000..1714694399]"),
        ("taken:yesterday..today", "taken[1714521600..1714694399]"),
    ],
)
def test_today_is_the_users_day(text: str, bounds: str) -> None:
    query = parse(text, ZoneInfo("Asia/Tokyo"))
    assert (show(query.root), query.notices) == (bounds, ())


def test_every_example_of_the_table_is_understood() -> None:
    for field in table():
        query = parse(field.example)
        assert query.root is not None
        assert query.notices == ()


@pytest.mark.parametrize("text", ["year:18", "date:abc", "taken:>someday", "added:20245"])
def test_a_bad_date_is_told_what_a_year_is(text: str) -> None:
    (notice,) = parse(text).notices
    assert "A year has four digits" in notice.message


@pytest.mark.parametrize("text", ["(dog)", "((dog) cat)", '"dog"', "-(dog OR cat) x", "taken:2018"])
def test_what_is_whole_gets_no_notice(text: str) -> None:
    assert parse(text).notices == ()
