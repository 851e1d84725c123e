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
    LongAnalyzer,
    StoredInput,
    TextAnalyzer,
)
from workers.models import AnalysisResult
from workers.spending import long_jobs
from workers.spending.buying import buy
from workers.steps.pictures import SPECIFICATION

LABELS = "labels"
TEXT = "text"
FIELDS = "fields"
WHOLE_FILE = "stored-file-1"

Kept = tuple[Mapping[str, Any], str]


def answer(
    item: MediaItem, analyzer: LabelAnalyzer | TextAnalyzer, operation: str, picture: AnalyzerInput
) -> Kept:
    """Return the raw answer and the model's version, kept or new.

    Raises AnalyzerError, or Hold when a paid engine cannot be asked now.
    """
    key = key_of(item, analyzer, operation, part_of(picture.page, picture.start_ms))
    if (kept := _kept(key)) is not None:
        return kept
    if analyzer.provider:
        completed = buy(
            item.owner,
            hash_of(key),
            provider=analyzer.provider,
            operation=analyzer.operation,
            call=lambda: analyzer.analyze(picture),
            keep=lambda completed: _keep(key, completed),
        )
        return completed.raw, completed.model_version
    own = analyzer.analyze(picture)
    if not isinstance(own, Completed):
        raise AnalyzerError("still_pending", "The engine has not answered yet.", permanent=False)
    _keep(key, own)
    return own.raw, own.model_version


def long_answer(
    item: MediaItem, analyzer: LongAnalyzer, operation: str, stored: StoredInput, part: int = 0
) -> Kept:
    """Return the raw answer about a whole stored file, kept or new.

    Raises Hold while the provider is busy with it, AnalyzerError when it failed. The job is
    started once, whatever dies in between, and the answer is kept.
    """
    key = key_of(item, analyzer, operation, part, specification=WHOLE_FILE)
    if (kept := _kept(key)) is not None:
        return kept
    completed = long_jobs.collected(
        item.owner, key, analyzer, stored, keep=lambda completed: _keep(key, completed)
    )
    return completed.raw, completed.model_version


def wake(provider_job_id: str) -> int:
    """Ask after this job now, as its provider said that it is over; returns how many steps."""
    return long_jobs.wake(provider_job_id)


def forget(item: MediaItem, operations: list[str]) -> int:
    """Drop the kept answers, so that engines are asked anew; returns how many."""
    found = AnalysisResult.objects.filter(
        owner=item.owner_id, sha256=item.sha256, operation__in=operations
    )
    return found.delete()[0]


def key_of(
    item: MediaItem,
    analyzer: LabelAnalyzer | TextAnalyzer | LongAnalyzer,
    operation: str,
    part: int,
    *,
    specification: str = SPECIFICATION,
) -> dict[str, Any]:
    """The columns under which the answer to this question is kept."""
    return {
        "owner_id": item.owner_id,
        "sha256": item.sha256,
        "part": part,
        "specification": specification,
        "operation": operation,
        "parameters": parameters_hash(analyzer),
    }


def part_of(page: int, start_ms: int | None) -> int:
    """What the picture is called in the key: its page, or a frame's moment."""
    return page if start_ms is None else start_ms


def raw_of(kept: AnalysisResult) -> Mapping[str, Any]:
    """The answer as the engine gave it."""
    raw: Mapping[str, Any] = json.loads(zlib.decompress(kept.raw))
    return raw


def parameters_hash(analyzer: LabelAnalyzer | TextAnalyzer | LongAnalyzer) -> str:
    asked = json.dumps({"engine": analyzer.name, **analyzer.parameters()}, sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def hash_of(key: Mapping[str, Any]) -> str:
    """What the ledger calls the question."""
    return long_jobs.hash_of(key)


def _kept(key: Mapping[str, Any]) -> Kept | None:
    kept = AnalysisResult.objects.filter(**key).first()
    if kept is None:
        return None
    return raw_of(kept), kept.model_version


def _keep(key: Mapping[str, Any], completed: Completed) -> None:
    AnalysisResult.objects.get_or_create(
        **key,
        defaults={
            "model_version": completed.model_version[:100],
            "units": completed.units,
            "raw": zlib.compress(json.dumps(completed.raw).encode(), 6),
        },
    )
