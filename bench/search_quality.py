"""Measures what the search finds on the sample files: ``python -m bench.search_quality``.

All samples go through the real pipeline with the local engines into a library of their own
(``--state`` keeps it for the next run). Labeled pictures are renamed first, so that no label
is found by the name of its file. Queries are made from the truth files, and in part written
by hand after looking at the pictures (``search_queries.csv``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.quality_truth import samples_folder  # noqa: E402 - after the path is set
from bench.search_truth import Judged, judged_queries, neutral_names  # noqa: E402

_FOLDERS = ("photos", "documents", "videos")
_DEPTH = 50


def main() -> int:
    """Load the samples, ask every query, print the table; returns the exit status."""
    options = _parse()
    samples = samples_folder()
    if not samples.is_dir():
        print(f"No samples in {samples}: set PIXTRACT_SAMPLES.")
        return 1
    _set_up(options.state or Path(tempfile.mkdtemp(prefix="pixtract-quality-")))
    _load(samples)
    _report(list(judged_queries(samples)), verbose=options.verbose)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, help="keep the library in this folder")
    parser.add_argument("--verbose", action="store_true", help="show what was missed")
    return parser.parse_args()


def _set_up(state: Path) -> None:
    os.environ["PIXTRACT_VAR_DIR"] = str(state)
    os.environ.setdefault("PIXTRACT_LOG_LEVEL", "ERROR")
    os.environ["DJANGO_SETTINGS_MODULE"] = "pixtract.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _load(samples: Path) -> None:
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
    from search.outbox import drain_once
    from workers.pipeline import run_lane

    while sum(run_lane(lane, seconds=300)[0] for lane in ("media", "analysis")):
        pass
    while drain_once():
        pass


def _found(query: str) -> list[str]:
    """File names of the hits, best first."""
    from accounts.models import User
    from search.services import search_media

    page = search_media(User.objects.get(username="judge"), query, limit=_DEPTH)
    return [hit.item.file_name for hit in page.hits]


def _report(queries: Sequence[Judged], *, verbose: bool) -> None:
    print(f"{'class':<12}{'queries':>8}{'success@1':>11}{'success@5':>11}{'recall@50':>11}")
    rows: list[tuple[float, float, float]] = []
    for kind in dict.fromkeys(query.kind for query in queries):
        found = [_scores(query, verbose=verbose) for query in queries if query.kind == kind]
        rows += found
        _print_row(kind, found)
    _print_row("all", rows)


def _scores(query: Judged, *, verbose: bool) -> tuple[float, float, float]:
    found = _found(query.text)
    if query.kind in ("label", "broader"):
        # Judged are the labeled pictures alone: what else was found may be right as well.
        found = [name for name in found if name.startswith("labelled-")]
    hits = [name in query.answers for name in found]
    recall = sum(hits) / min(len(query.answers), _DEPTH)
    if verbose and not any(hits[:5]):
        wanted = ", ".join(sorted(query.answers)[:3])
        print(f"  missed: {query.text!r} should find {wanted}; found {found[:3]}")
    return float(any(hits[:1])), float(any(hits[:5])), recall


def _print_row(kind: str, rows: Sequence[tuple[float, float, float]]) -> None:
    means = [sum(column) / len(rows) for column in _columns(rows)]
    print(f"{kind:<12}{len(rows):>8}" + "".join(f"{mean:>11.3f}" for mean in means))


def _columns(rows: Sequence[tuple[float, float, float]]) -> Iterator[tuple[float, ...]]:
    yield from zip(*rows, strict=True)


if __name__ == "__main__":
    raise SystemExit(main())
