"""Measures what meaning adds to the search: ``python -m bench.search_meaning``.

Natural queries, words of other languages, and things that are on none of the samples
(``meaning_queries.csv``) are asked of the library of ``bench.search_quality``. Judged are the
labeled pictures alone, by their truth file. Success is an answer among the first five of hits
and related pictures: of the hits alone, with the tables of words, and with meaning as well.
Of what is on no picture, the share of queries is told after which something stands anyway.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.quality_truth import samples_folder  # noqa: E402 - after the path is set
from bench.search_quality import load, set_up  # noqa: E402
from bench.search_truth import neutral_names  # noqa: E402

_QUERIES = Path(__file__).with_name("meaning_queries.csv")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A query of a kind, and the labeled pictures that answer it."""

    kind: str
    text: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Labeled pictures that were found, and that were related; milliseconds for the whole page."""

    hits: tuple[str, ...]
    related: tuple[str, ...]
    milliseconds: float


def main() -> int:
    """Load the samples where they are not, ask everything twice; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, help="keep the library in this folder")
    parser.add_argument("--verbose", action="store_true", help="show what was missed")
    options = parser.parse_args()
    samples = samples_folder()
    if not samples.is_dir():
        print(f"No samples in {samples}: set PIXTRACT_SAMPLES.")
        return 1
    set_up(options.state or Path(tempfile.mkdtemp(prefix="pixtract-meaning-")))
    load(samples)
    _warm_up()
    print(
        f"{'kind':<10}{'queries':>8}{'hits':>8}{'tables':>8}{'meaning':>8}{'ms':>8}{'ms more':>8}"
    )
    for kind, questions in groupby(_questions(samples), key=lambda question: question.kind):
        _report(kind, list(questions), verbose=options.verbose)
    return 0


def _warm_up() -> None:
    """Load the model, and let an index of an older schema be made anew."""
    from search.outbox import drain_once

    _ask("пляж", by_meaning=True)
    while drain_once():
        pass


def _questions(samples: Path) -> Iterator[Question]:
    files = {file: name for name, file in neutral_names(samples).items()}
    truth: dict[str, set[str]] = {}
    with (samples / "labelled" / "labels.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for name in f"{row['truth_labels']};{row['broader_labels']}".split(";"):
                truth.setdefault(name.strip().casefold(), set()).add(files[row["file"]])
    with _QUERIES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            wanted = filter(None, row["truth"].casefold().split(";"))
            answers = (truth.get(name, set()) for name in wanted)
            yield Question(row["kind"], row["query"], frozenset().union(*answers))


def _report(kind: str, questions: list[Question], *, verbose: bool) -> None:
    plain = [_ask(question.text, by_meaning=False) for question in questions]
    full = [_ask(question.text, by_meaning=True) for question in questions]
    pairs = list(zip(questions, plain, full, strict=True))
    if kind == "nothing":
        columns = [
            sum(bool(before.hits) for _, before, _ in pairs),
            sum(bool(before.hits or before.related) for _, before, _ in pairs),
            sum(bool(after.hits or after.related) for _, _, after in pairs),
        ]
    else:
        columns = [
            sum(_is_met(question, before.hits) for question, before, _ in pairs),
            sum(_is_met(question, before.hits + before.related) for question, before, _ in pairs),
            sum(_is_met(question, after.hits + after.related) for question, _, after in pairs),
        ]
    times = [_median(answer.milliseconds for answer in answers) for answers in (plain, full)]
    shares = "".join(f"{column / len(pairs):>8.3f}" for column in columns)
    print(f"{kind:<10}{len(pairs):>8}{shares}{times[0]:>8.0f}{times[1] - times[0]:>8.0f}")
    if verbose:
        for question, _, after in pairs:
            shown = (after.hits + after.related)[:_SHOWN]
            if bool(question.answers) != _is_met(question, shown) or (shown and kind == "nothing"):
                print(f"  {question.text!r} shows {shown}")


def _is_met(question: Question, found: tuple[str, ...]) -> bool:
    return any(name in question.answers for name in found[:_SHOWN])


def _ask(text: str, *, by_meaning: bool) -> Answer:
    from django.conf import settings

    from accounts.models import User
    from search.services import search_media

    settings.PIXTRACT_SEARCH_BY_MEANING = by_meaning
    user = User.objects.get(username="judge")
    started = time.perf_counter()
    page = search_media(user, text, limit=50)
    milliseconds = (time.perf_counter() - started) * 1000
    found = ([hit.item.file_name for hit in hits] for hits in (page.hits, page.related))
    hits, related = (tuple(n for n in names if n.startswith("labelled-")) for names in found)
    return Answer(hits, related, milliseconds)


def _median(values: Iterator[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


if __name__ == "__main__":
    raise SystemExit(main())
