"""The table of cities for offline reverse geocoding, from a package's own data."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

HEADER = ("lat", "lon", "city", "region", "country_code", "country", "population")


def write_places(cities: Path, countries: Path, target: Path) -> None:
    """Write ``cities.csv.gz``: HEADER, then a city a line, always the same bytes."""
    with countries.open(encoding="utf-8", newline="") as stream:
        names = dict(csv.reader(stream))
    with gzip.open(cities) as packed:
        records: list[dict[str, Any]] = json.load(packed)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_row(record, names) for record in records)
    target.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def _row(record: dict[str, Any], countries: dict[str, str]) -> tuple[str, ...]:
    code = str(record["country_code"])
    return (
        f"{record['latitude']:.5f}",
        f"{record['longitude']:.5f}",
        str(record["city"]),
        str(record.get("state", "")),
        code,
        countries.get(code, ""),
        str(record["population"]),
    )
