"""What holds for every text: it is read, within bounds, in linear time, and printed as itself."""

from __future__ import annotations

import sys
from datetime import UTC

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search.language import MAX_CLAUSES, MAX_DEPTH, parse
from search.printing import printed
from search.types import And, Node, Not, Or
from tests.search.typed import TIMES, pieces, sentences

# A printed query names the field of each word and may be longer than what was typed.
LIMIT = 10_000


def cases(number: int) -> settings:
    return settings(
        max_examples=number * TIMES, deadline=None, suppress_health_check=list(HealthCheck)
    )


def leaves(node: Node | None, depth: int = 0) -> list[int]:
    """The depth of each leaf."""
    match node:
        case None:
            return []
        case Not(child):
            return leaves(child, depth)
        case And(children) | Or(children):
            return [leaf for child in children for leaf in leaves(child, depth + 1)]
    return [depth]


def check(text: str) -> None:
    query = parse(text)
    depths = leaves(query.root)
    # A bare date is one condition and two leaves.
    assert len(depths) <= 2 * MAX_CLAUSES
    assert max(depths, default=0) <= 2 * (MAX_DEPTH + 1) + 1
    again = printed(query.root)
    second = parse(again, limit=LIMIT)
    assert second.root == query.root, again
    assert printed(second.root) == again
    capped = {"too-long", "too-many", "too-deep", "unbalanced", "boost"}
    codes = [{notice.code for notice in read.notices} for read in (query, second)]
    assert codes[1] & capped <= codes[0], "what was printed is within every cap"


@cases(8_000)
@given(pieces)
@example("label:(:a")
@example("name:([2024 TO 2025]) [a]")
@example("a OR b) c OR d")
@example(r'label:dog\>90 "a\"b\\" te\?s?t')
def test_any_text_is_read_and_printed_as_itself(text: str) -> None:
    check(text)


@cases(6_000)
@given(st.text(st.characters(categories=None), max_size=80))
def test_so_is_text_of_any_characters(text: str) -> None:
    check(text)


@cases(7_000)
@given(sentences)
def test_so_is_what_people_type(text: str) -> None:
    check(text)


def steps(text: str) -> int:
    """How many calls reading takes: each piece of the text is visited by some."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    parse(text, UTC, limit=len(text))
    sys.setprofile(count)
    try:
        parse(text, UTC, limit=len(text))
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "piece",
    ["(", ")", '"', "a ", "a:", "label:-", "NOT ", "OR ", "[", "~", "*", "?", "\\", "a?",
     "((a) OR ",
     "2024-05 ", 'label:"a">9', "taken:[", "label:(", "-(", "label:dog>9", "東", "é", "a-",
     "size:>1 "],
)  # fmt: skip
def test_the_work_grows_with_the_length_alone(piece: str) -> None:
    base, fourfold = (steps(piece * count) for count in (500, 2000))
    assert fourfold <= 4.5 * base + 200


@pytest.mark.parametrize("nested", ["(", "-(", "label:(", "a OR (", "NOT (b "])
def test_depth_costs_no_stack(nested: str) -> None:
    """Within the recursion limit of a shallow stack, whatever stands in the box."""
    limit = sys.getrecursionlimit()
    frame, depth = sys._getframe(), 0
    while frame := frame.f_back:  # type: ignore[assignment]
        depth += 1
    sys.setrecursionlimit(depth + 120)
    try:
        query = parse(nested * 400 + "dog")
    finally:
        sys.setrecursionlimit(limit)
    assert max(leaves(query.root)) <= 2 * (MAX_DEPTH + 1) + 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 2_001, "too-long"),
        ("dog " * 33, "too-many"),
        ('"' + "dog " * 33 + '"', "too-many"),
        ("(" * 13 + "dog" + ")" * 13, "too-deep"),
    ],
)
def test_each_cap_says_so_and_is_no_lower_than_it_says(text: str, code: str) -> None:
    def codes(typed: str) -> list[str]:
        return [notice.code for notice in parse(typed).notices]

    assert codes(text) == [code]
    assert code not in codes(text.replace("dog ", "", 1).removeprefix("x").removeprefix("("))
