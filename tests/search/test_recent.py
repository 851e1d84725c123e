"""Answers about a library that may be a little old."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from search.backends import recent
from search.backends.recent import RecentAnswers

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
Asking = Callable[[], list[int]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Give a function that lets time pass; nothing else does."""
    now = [1000.0]

    def passes(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(recent.time, "monotonic", lambda: now[0])
    return passes


def _asking(clock: Callable[[float], None], seconds: float, answers: list[list[int]]) -> Asking:
    def ask() -> list[int]:
        clock(seconds)
        return answers.pop(0)

    return ask


def test_what_was_dear_serves_longer(clock: Callable[[float], None]) -> None:
    kept = RecentAnswers()
    for seconds in (0.1, 1.0, 100.0):
        ask = _asking(clock, seconds, [[1], [2]])
        age = min(seconds * recent.AGE_FACTOR, recent.MAX_AGE_SECONDS)
        assert kept.get(ONE, ("words", seconds), ask) == [1]
        clock(age - 0.01)
        assert kept.get(ONE, ("words", seconds), ask) == [1]
        clock(0.02)
        assert kept.get(ONE, ("words", seconds), ask) == [2]


def test_a_change_is_noticed_and_owners_are_kept_apart(clock: Callable[[float], None]) -> None:
    kept = RecentAnswers()
    assert kept.get(ONE, ("words",), _asking(clock, 1, [[1]])) == [1]
    assert kept.get(OTHER, ("words",), _asking(clock, 1, [[2]])) == [2]
    kept.forget(ONE)
    assert kept.get(ONE, ("words",), _asking(clock, 1, [[3]])) == [3]
    assert kept.get(OTHER, ("words",), _asking(clock, 1, [])) == [2]


def test_what_bears_a_stamp_is_good_until_there_is_another(
    clock: Callable[[float], None],
) -> None:
    kept = RecentAnswers()
    assert kept.get(ONE, ("words",), _asking(clock, 1, [[1]]), stamp="first") == [1]
    clock(10 * recent.MAX_AGE_SECONDS)
    assert kept.get(ONE, ("words",), _asking(clock, 1, []), stamp="first") == [1]
    assert kept.get(ONE, ("words",), _asking(clock, 1, [[2]]), stamp="second") == [2]
    assert kept.get(ONE, ("words",), _asking(clock, 1, [[3]]), stamp="first") == [3]


def test_what_is_empty_takes_room_too(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MAX_ENTRIES", 10)
    kept = RecentAnswers()
    for number in range(11):
        kept.get(ONE, (number,), _asking(clock, 0.2, [[]]))
    assert kept.get(ONE, (1,), _asking(clock, 1, [])) == []
    assert kept.get(ONE, (0,), _asking(clock, 1, [[1]])) == [1]


def test_the_least_used_goes_when_there_is_too_much(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MAX_ENTRIES", 10)
    kept = RecentAnswers()
    for name in "abc":
        kept.get(ONE, (name,), _asking(clock, 1, [[0] * 3]))
    assert kept.get(ONE, ("c",), _asking(clock, 1, [])) == [0] * 3
    assert kept.get(ONE, ("a",), _asking(clock, 1, [[1]])) == [1]


def test_what_is_old_serves_on_while_the_library_is_the_same(
    clock: Callable[[float], None],
) -> None:
    kept = RecentAnswers()
    states = ["one", "one", "other", "other"]

    def ask(answers: list[list[int]]) -> list[int]:
        return kept.get(ONE, ("w",), _asking(clock, 1, answers), state=lambda: states.pop(0))

    assert ask([[1]]) == [1]
    clock(recent.MAX_AGE_SECONDS + 0.1)
    assert ask([]) == [1]
    clock(recent.MAX_AGE_SECONDS - 0.1)
    assert ask([]) == [1]
    assert states == ["other", "other"]
    clock(0.2)
    assert ask([[2]]) == [2]
    clock(recent.MAX_AGE_SECONDS + 0.1)
    assert ask([]) == [2]


def test_an_answer_takes_the_room_that_it_says(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MAX_ENTRIES", 10)
    kept = RecentAnswers()
    assert kept.get(ONE, ("a",), _asking(clock, 1, [[1]]), size=lambda _: 8) == [1]
    assert kept.get(ONE, ("a",), _asking(clock, 1, [])) == [1]
    assert kept.get(ONE, ("b",), _asking(clock, 1, [[2]])) == [2]
    assert kept.get(ONE, ("a",), _asking(clock, 1, [[3]])) == [3]
