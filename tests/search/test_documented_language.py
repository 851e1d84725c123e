"""The table of the language in docs/search.md, row by row: each sample is read as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import time_machine

from search.fields import table
from search.language import parse
from tests.search.test_language import show

DOCS = Path(__file__).parents[2] / "docs" / "search.md"
BEGINNING = "| You type | It finds |"

# Each sample of the first column, and the tree that it is read as.
READ_AS = {
    "beach dog": "and(beach, dog)",
    '"total due"': '"total due"',
    '"due total"~3': '"due total"~3',
    "beach OR lake": "or(beach, lake)",
    "dog -snow": "and(dog, not(snow))",
    "dog NOT snow": "and(dog, not(snow))",
    "dog !snow": "and(dog, not(snow))",
    "(cat OR dog) grass": "and(or(cat, dog), grass)",
    "beach && dog": "and(beach, dog)",
    "beach || lake": "or(beach, lake)",
    "A1312B": "a+1312+b",
    "ab12cde": "ab+12+cde",
    "312": "312",
    "recei*": "recei*",
    "te?t": "te?t?",
    "recipt~": "recipt~1",
    "recipt~2": "recipt~2",
    r"label\:dog": "label+dog",
    "dog^2": "dog",
    "label:dog": "label:dog",
    'label:"golden retriever"': "label:=golden+retriever",
    "label:(dog OR cat)": "or(label:dog, label:cat)",
    "category:food": "category:food",
    "label:dog>90": "label:dog[181..None]",
    "label:dog>=30<60": "label:dog[60..119]",
    "confidence:>=80": "confidence[160..None]",
    "text:invoice": "text:invoice",
    "caption:birthday": "caption:birthday",
    "name:IMG_2034": "name:img+2034",
    "place:lisbon": "place:lisbon",
    "country:pt": "country:pt",
    "camera:canon": "camera:canon",
    "album:summer": "album:summer",
    'near:"lisbon"': "near(38.7167,-9.13333,25000)",
    "near:lisbon,20km": "near(38.7167,-9.13333,20000)",
    "near:new york": "near(40.7143,-74.006,25000)",
    'near:"paris, texas",5mi': "near(33.6609,-95.5555,8047)",
    "near:38.7,-9.1,800m": "near(38.7,-9.1,800)",
    "type:photo": "type=photo",
    "type:receipt": "type=receipt",
    "is:favorite": "is=favorite",
    "is:archived": "is=archived",
    "has:text": "has=text",
    "has:location": "has=location",
    "has:people": "has=people",
    "has:caption": "has=caption",
    "taken:2024": "taken[1704067200..1735689599]",
    "year:2024": "taken[1704067200..1735689599]",
    "taken:2024-05..2024-08": "taken[1714521600..1725148799]",
    "taken:[2024-01-01 TO 2024-06-30]": "taken[1704067200..1719791999]",
    "taken:>2023": "taken[1704067200..None]",
    "2024-05-31": "or(2024+05+31, taken[1717113600..1717199999])",
    "2024-05": "or(2024+05, taken[1714521600..1717199999])",
    "added:>2024-05-01": "added[1714608000..None]",
    "added:today": "added[1724112000..1724198399]",
    "taken:yesterday": "taken[1724025600..1724111999]",
    "size:>10mb": "size[10000001..None]",
    "width:>4000": "width[4001..None]",
    "height:<1000": "height[None..999]",
    "duration:>60": "duration[60001..None]",
    "vendor:ikea": "vendor:ikea",
    "total:>50": "total[5001..None]",
    "total:1.234,50": "total[123450..123450]",
    "total:>50eur": "total[5001..None]eur",
    "total:€50": "total[5000..5099]eur",
    "currency:usd": "currency=usd",
    'field:"due date"': 'field"due date"',
}


def samples() -> list[str]:
    """Return what stands in the first column, in its order."""
    lines = DOCS.read_text(encoding="utf-8").split(BEGINNING, 1)[1].splitlines()[2:]
    rows = lines[: lines.index("")]
    cells = [re.split(r"(?<!\\)\|", row)[1].replace("\\|", "|") for row in rows]
    return [sample for cell in cells for sample in re.findall(r"`([^`]+)`", cell)]


@time_machine.travel("2024-08-20T12:00:00Z", tick=False)
@pytest.mark.parametrize("sample", samples())
def test_each_sample_is_read_as_the_table_says(sample: str) -> None:
    query = parse(sample)
    assert show(query.root) == READ_AS[sample]
    assert [notice.code for notice in query.notices] == ["boost"] * ("^" in sample)


def test_the_table_has_every_sample_and_every_field() -> None:
    assert set(READ_AS) == set(samples())
    named = {sample.partition(":")[0] for sample in samples()}
    assert {field.name for field in table()} <= named
