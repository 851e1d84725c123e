"""Measures what the search finds on the sample files: ``python -m bench.search_quality``.

All samples go through the real pipeline with the local engines into a library of their own
(``--state`` keeps it for the next run). Labeled pictures are renamed first, so that no label
is found by the name of its file. Queries are made from the truth files, and in part written
by hand after looking at the pictures (``search_queries.csv``, ``search_seen.csv``). ``shown@5``
also counts what the page shows after the hits.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.quality_truth import samples_folder  # noqa: E402 - after the path is set
from bench.search_truth import Judged, judged_queries, neutral_names  # noqa: E402

_FOLDERS = ("photos", "documents", "videos")
_DEPTH = 50
_COLUMNS = ("success@1", "success@5", "recall@50", "shown@5")
# Classes of queries for what is in a picture. The row "seen" below them leaves out what the
# label engine saw nowhere: no search could find that.
_BY_LABEL = ("label", "broader", "everyday", "object")

Scores = tuple[float, float, float, float]


def main() -> int:
    """Load the samples, ask every query, print the table; returns the exit status."""
    options = _parse()
    samples = samples_folder()
    if not samples.is_dir():
        print(f"No samples in {samples}: set PIXTRACT_SAMPLES.")
        return 1
    set_up(options.state or Path(tempfile.mkdtemp(prefix="pixtract-quality-")))
    load(samples)
    _report(list(judged_queries(samples)), verbose=options.verbose)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, help="keep the library in this folder")
    parser.add_argument("--verbose", action="store_true", help="show what was missed")
    return parser.parse_args()


def set_up(state: Path) -> None:
    """Start Django with all that it keeps in the folder ``state``."""
    os.environ["PIXTRACT_VAR_DIR"] = str(state)
    os.environ.setdefault("PIXTRACT_LOG_LEVEL", "ERROR")
    os.environ["DJANGO_SETTINGS_MODULE"] = "pixtract.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def load(samples: Path) -> None:
    """Import what is not there yet, and work until nothing is left to do."""
    from django.core.management import CommandError, call_command

    from accounts.models import User

    User.objects.get_or_create(username="judge", defaults={"email": "judge@example.org"})
    with tempfile.TemporaryDirectory() as renamed:
        for name, file in neutral_names(samples).items():
            shutil.copyfile(samples / "labelled" / file, Path(renamed) / name)
        for folder in (*(samples / name for name in _FOLDERS), Path(renamed)):
            try:
                call_command("import", str(folder), user="judge", stdout=sys.stderr)
            except CommandError as error:
                # Files of kinds that Pixtract refuses lie among the samples.
                print(f"{folder.name}: {error}")
    _work()


def _work() -> None:
    from django.core.management import call_command

    from search.outbox import drain_once
    from workers.pipeline import run_lane

    while sum(run_lane(lane, seconds=300)[0] for lane in ("media", "analysis")):
        pass
    while drain_once():
        pass
    # A library that was kept may have an index of another version.
    call_command("rebuild_index", stdout=sys.stderr)


def _found(query: str) -> tuple[list[str], list[str]]:
    """File names of the hits, best first, and of what stands after them."""
    from accounts.models import User
    from search.services import search_media

    page = search_media(User.objects.get(username="judge"), query, limit=_DEPTH)
    return ([hit.item.file_name for hit in page.hits], [hit.item.file_name for hit in page.related])


def _report(queries: Sequence[Judged], *, verbose: bool) -> None:
    print(f"{'class':<16}{'queries':>8}" + "".join(f"{name:>11}" for name in _COLUMNS))
    rows: list[Scores] = []
    for kind in dict.fromkeys(query.kind for query in queries):
        asked = [query for query in queries if query.kind == kind]
        found = [_scores(query, verbose=verbose) for query in asked]
        rows += found
        _print_row(kind, found)
        if kind in _BY_LABEL:
            pairs = zip(asked, found, strict=True)
            seen = [scores for query, scores in pairs if _is_labeled(query)]
            _print_row("  seen", seen)
    _print_row("all", rows)


def _scores(query: Judged, *, verbose: bool) -> Scores:
    found, after = _found(query.text)
    if query.kind in ("label", "broader"):
        # Judged are the labeled pictures alone: what else was found may be right as well.
        found, after = ([n for n in names if n.startswith("labelled-")] for names in (found, after))
    hits = [name in query.answers for name in found]
    shown = [name in query.answers for name in (*found, *after)]
    recall = sum(hits) / min(len(query.answers), _DEPTH)
    if verbose and not any(hits[:5]):
        wanted = ", ".join(sorted(query.answers)[:3])
        print(f"  missed: {query.text!r} should find {wanted}; found {found[:3]} then {after[:3]}")
    return float(any(hits[:1])), float(any(hits[:5])), recall, float(any(shown[:5]))


def _is_labeled(query: Judged) -> bool:
    """True when the engine gave any of the answers a label that has the query among its names."""
    from gallery.models import MediaLabel
    from search.analysis import stem, words
    from search.label_book import spoken_names
    from search.settling import UNSURE

    wanted = tuple(map(stem, words(query.text)))
    rows = MediaLabel.objects.filter(item__file_name__in=query.answers, confidence__gte=UNSURE)
    names = (name for row in rows for name in spoken_names(row.label))
    return any(tuple(map(stem, words(name)))[-len(wanted) :] == wanted for name in names)


def _print_row(kind: str, rows: Sequence[Scores]) -> None:
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    print(f"{kind:<16}{len(rows):>8}" + "".join(f"{mean:>11.3f}" for mean in means))


if __name__ == "__main__":
    raise SystemExit(main())
