"""The store of raw answers: an engine is asked only what it was never asked before."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from gallery.models import MediaItem
from workers.analyzers.base import (
    AnalyzerError,
    AnalyzerInput,
    Completed,
    LabelAnalyzer,
    TextAnalyzer,
)
from workers.models import AnalysisResult
from workers.steps.pictures import SPECIFICATION

LABELS = "labels"
TEXT = "text"
FIELDS = "fields"


def answer(
    item: MediaItem, analyzer: LabelAnalyzer | TextAnalyzer, operation: str, picture: AnalyzerInput
) -> tuple[Mapping[str, Any], str]:
    """Return the raw answer and the model's version, kept or new; raises AnalyzerError."""
    key = _key(item, analyzer, operation, picture)
    kept = AnalysisResult.objects.filter(**key).first()
    if kept is not None:
        return json.loads(zlib.decompress(kept.raw)), kept.model_version
    completed = analyzer.analyze(picture)
    if not isinstance(completed, Completed):
        raise AnalyzerError("still_pending", "The engine has not answered yet.", permanent=False)
    AnalysisResult.objects.get_or_create(
        **key,
        defaults={
            "model_version": completed.model_version[:100],
            "units": completed.units,
            "raw": zlib.compress(json.dumps(completed.raw).encode(), 6),
        },
    )
    return completed.raw, completed.model_version


def forget(item: MediaItem, operations: list[str]) -> int:
    """Drop the kept answers, so that engines are asked anew; returns how many."""
    found = AnalysisResult.objects.filter(
        owner=item.owner_id, sha256=item.sha256, operation__in=operations
    )
    return found.delete()[0]


def _key(
    item: MediaItem, analyzer: LabelAnalyzer | TextAnalyzer, operation: str, picture: AnalyzerInput
) -> dict[str, Any]:
    asked = json.dumps({"engine": analyzer.name, **analyzer.parameters()}, sort_keys=True)
    return {
        "owner_id": item.owner_id,
        "sha256": item.sha256,
        "part": picture.page if picture.start_ms is None else picture.start_ms,
        "specification": SPECIFICATION,
        "operation": operation,
        "parameters": hashlib.sha256(asked.encode()).hexdigest(),
    }
