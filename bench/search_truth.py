"""Queries with judged answers, made from the truth files that come with the samples."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HAND_WRITTEN = Path(__file__).with_name("search_queries.csv")
# What else the labeled pictures show: their own truth names one class each.
SEEN = Path(__file__).with_name("search_seen.csv")
_WORD = re.compile(r"[^\W\d_]{5,}")
_MAX_TEXT_QUERIES = 40
# What a vendor is in law says nothing about which one it is.
_LEGAL_FORMS = frozenset(["sdn", "bhd", "trading", "enterprise"])
_DAYS = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, its class, and the names of the files that answer it."""

    kind: str
    text: str
    answers: frozenset[str]


def neutral_names(samples: Path) -> dict[str, str]:
    """Return new name → file for the labeled pictures, whose own names tell what they show."""
    rows = _rows(samples / "labelled" / "labels.csv")
    return {
        f"labelled-{number:03}{Path(row['file']).suffix}": row["file"]
        for number, row in enumerate(rows, 1)
    }


def judged_queries(samples: Path) -> Iterator[Judged]:
    """Yield every query; the same samples give the same queries."""
    documents = [row for row in _rows(samples / "documents" / "truth.csv") if row["file"]]
    yield from _printed_words(samples / "documents", documents)
    yield from _receipts(documents)
    yield from _labels(samples)
    yield from _dates(samples / "photos" / "exif.csv")
    yield from _hand_written()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _printed_words(folder: Path, documents: list[dict[str, str]]) -> Iterator[Judged]:
    """Two words that stand together on one document alone, of those with a true text."""
    texts = {
        row["file"]: (folder / row["truth_file"]).read_text(encoding="utf-8", errors="replace")
        for row in documents
        if row["truth_file"].endswith(".txt") and (folder / row["truth_file"]).is_file()
    }
    words = {file: set(_WORD.findall(text.casefold())) for file, text in texts.items()}
    known = Counter(word for found in words.values() for word in found)
    for file in sorted(words)[:_MAX_TEXT_QUERIES]:
        rare = sorted((known[word], -len(word), word) for word in words[file])[:2]
        query = " ".join(word for _, _, word in rare)
        wanted = {word for _, _, word in rare}
        answers = frozenset(name for name, found in words.items() if wanted <= found)
        if query:
            yield Judged("text", query, answers)


def _receipts(documents: list[dict[str, str]]) -> Iterator[Judged]:
    receipts = [row for row in documents if row["kind"] == "receipt" and row["total"]]
    vendors: dict[str, set[str]] = {}
    totals: dict[str, set[str]] = {}
    for row in receipts:
        vendors.setdefault(row["company_or_issuer"], set()).add(row["file"])
        totals.setdefault(row["total"].replace(",", ""), set()).add(row["file"])
    for vendor, files in sorted(vendors.items()):
        if words := _vendor_words(vendor):
            yield Judged("vendor", words, frozenset(files))
    yield from _receipt_sentences(receipts)
    for total, files in sorted(totals.items()):
        if re.fullmatch(r"[0-9]+\.[0-9]{2}", total):
            yield Judged("total", f"total:{total}", frozenset(files))


def _vendor_words(vendor: str) -> str:
    """Return how somebody would say whose receipt it is: without the legal form."""
    words = re.findall(r"[^\W\d_]{3,}", vendor.lower())
    return " ".join([word for word in words if word not in _LEGAL_FORMS][:2])


def _receipt_sentences(receipts: list[dict[str, str]]) -> Iterator[Judged]:
    """Receipts as one would ask for them: by vendor and month."""
    found: dict[str, set[str]] = {}
    for row in receipts:
        words, day = _vendor_words(row["company_or_issuer"]), _day(row["date"])
        if words and day:
            query = f"receipt from {words} in {day:%B %Y}".lower()
            found.setdefault(query, set()).add(row["file"])
    for query, files in sorted(found.items()):
        yield Judged("sentence", query, frozenset(files))


def _day(printed: str) -> datetime | None:
    for form in _DAYS:
        try:
            return datetime.strptime(printed, form)  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _labels(samples: Path) -> Iterator[Judged]:
    files = {file: name for name, file in neutral_names(samples).items()}
    narrow: dict[str, set[str]] = {}
    broad: dict[str, set[str]] = {}
    for row in _rows(samples / "labelled" / "labels.csv"):
        name = files[row["file"]]
        for label in _names(row["truth_labels"]):
            narrow.setdefault(label.lower(), set()).add(name)
        for label in _names(row["broader_labels"]):
            broad.setdefault(label.lower(), set()).add(name)
    seen = _also_seen(set(files.values()))
    for label, found in sorted(narrow.items()):
        answers = found | broad.get(label, set()) | seen.get(label, set())
        yield Judged("label", label, frozenset(answers))
    for label, found in sorted(broad.items()):
        yield Judged("broader", label, frozenset(found | seen.get(label, set())))


def _also_seen(names: set[str]) -> dict[str, set[str]]:
    """Return label → pictures that were looked at and show it."""
    by_number = {Path(name).stem.rpartition("-")[2]: name for name in names}
    return {
        row["label"]: {by_number[f"{int(number):03}"] for number in row["pictures"].split()}
        for row in _rows(SEEN)
    }


def _names(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _dates(path: Path) -> Iterator[Judged]:
    """Months in which camera photos were taken, as one would type them."""
    months: dict[str, set[str]] = {}
    for row in _rows(path):
        try:
            taken = datetime.strptime(row["datetime_original"], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        except ValueError:
            continue
        if taken.year > 1990:
            months.setdefault(f"{taken:%B %Y}".lower(), set()).add(row["file"])
    for month, found in sorted(months.items()):
        yield Judged("date", month, frozenset(found))


def _hand_written() -> Iterator[Judged]:
    for row in _rows(HAND_WRITTEN):
        yield Judged(row["kind"], row["query"], frozenset(json.loads(row["files"])))
