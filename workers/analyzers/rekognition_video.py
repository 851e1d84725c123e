"""Labels of a whole video in a bucket, by StartLabelDetection and GetLabelDetection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gallery.types import DetectedLabel, Moment
from workers.analyzers.base import AnalyzerError, Billed, Completed, Pending, StoredInput
from workers.analyzers.rekognition_answers import (
    clean_name,
    entries,
    label_of,
    number,
    version_of,
)
from workers.analyzers.rekognition_calls import NAME, PROVIDER, RekognitionCalls

_PAGE_SIZE = 1000
# Six hours, the longest video that is taken, give some 20,000 stretches.
_MAX_PAGES = 100
_MAX_MOMENTS = 200
_MAX_JOB_ID = 64
_MINUTE_MS = 60_000
_LAST_MS = 2**31 - 1


class RekognitionVideoAnalyzer:
    """Names what is seen in a video, and when; boxes are left out."""

    name = NAME
    provider = PROVIDER
    operation = "StartLabelDetection"

    def __init__(
        self, calls: RekognitionCalls, *, min_confidence: int, topic_arn: str, role_arn: str
    ) -> None:
        """Completion is told to ``topic_arn`` as ``role_arn``, where both are named."""
        self._calls = calls
        self._asked = {"MinConfidence": float(min_confidence)}
        self._channel = {"SNSTopicArn": topic_arn, "RoleArn": role_arn}

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the file that shapes the raw answer (cache key)."""
        return {"Operation": self.operation, **self._asked, "AggregateBy": "SEGMENTS"}

    def start(self, stored: StoredInput, token: str) -> Pending:
        """Hand the video over; the same ``token`` never starts twice. Raises AnalyzerError."""
        told = {"NotificationChannel": self._channel} if all(self._channel.values()) else {}
        answer = self._calls.call(
            "start_label_detection",
            Video={"S3Object": {"Bucket": stored.bucket, "Name": stored.key}},
            ClientRequestToken=token,
            **self._asked,
            **told,
        )
        job_id = answer.get("JobId")
        if not isinstance(job_id, str) or not 0 < len(job_id) <= _MAX_JOB_ID:
            raise _unintelligible("Rekognition took the video but gave it no number.")
        return Pending(job_id)

    def collect(self, provider_job_id: str) -> Completed | Pending:
        """Return all labels, or Pending while there are none; raises AnalyzerError."""
        page = self._page(provider_job_id, "")
        status = page.get("JobStatus")
        if status == "IN_PROGRESS":
            return Pending(provider_job_id)
        if status != "SUCCEEDED":
            raise _failed(page)
        segments = list(self._all_segments(provider_job_id, page))
        raw = {
            "LabelModelVersion": page.get("LabelModelVersion"),
            "VideoMetadata": page.get("VideoMetadata"),
            "Labels": segments,
        }
        labels = tuple(self.labels_from_raw(raw))
        return Completed(raw, version_of(page), labels=labels, units=_minutes(raw))

    def labels_from_raw(self, raw: Mapping[str, Any]) -> Sequence[DetectedLabel]:
        """Rebuild labels with their moments from a kept raw answer; pure, offline."""
        best: dict[str, DetectedLabel] = {}
        moments: dict[str, list[Moment]] = {}
        for segment in entries(raw, "Labels", _PAGE_SIZE * _MAX_PAGES):
            label = label_of(found) if isinstance(found := segment.get("Label"), Mapping) else None
            if label is None:
                continue
            if label.name not in best or best[label.name].confidence < label.confidence:
                best[label.name] = label
            moments.setdefault(label.name, []).append(_moment(segment, label.confidence))
        return [
            replace(label, instances=(), moments=_joined(moments[label.name]))
            for label in sorted(best.values(), key=lambda label: -label.confidence)
        ]

    def _all_segments(self, job_id: str, page: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for _ in range(_MAX_PAGES):
            yield from entries(page, "Labels", _PAGE_SIZE)
            following = page.get("NextToken")
            if not following:
                return
            page = self._page(job_id, str(following))
        raise _unintelligible("Rekognition's answer has no end.")

    def _page(self, job_id: str, following: str) -> dict[str, Any]:
        more = {"NextToken": following} if following else {}
        return self._calls.call(
            "get_label_detection",
            JobId=job_id,
            MaxResults=_PAGE_SIZE,
            SortBy="TIMESTAMP",
            AggregateBy="SEGMENTS",
            **more,
        )


def _minutes(raw: Mapping[str, Any]) -> int:
    """Begun minutes: of the length that the provider saw, or else of what it saw last."""
    metadata = raw.get("VideoMetadata")
    told = metadata.get("DurationMillis") if isinstance(metadata, Mapping) else None
    seen = entries(raw, "Labels", _PAGE_SIZE * _MAX_PAGES)
    length = _milliseconds(told, 0) or max((_moment(one, 0).end_ms for one in seen), default=0)
    return max(-(-length // _MINUTE_MS), 1)


def _moment(segment: Mapping[str, Any], confidence: float) -> Moment:
    """A stretch, or the one instant that older answers give."""
    instant = _milliseconds(segment.get("Timestamp"), 0)
    start = _milliseconds(segment.get("StartTimestampMillis"), instant)
    return Moment(
        start, max(_milliseconds(segment.get("EndTimestampMillis"), start), start), confidence
    )


def _milliseconds(value: Any, default: int) -> int:
    found = number(value)
    return default if found is None else int(min(max(found, 0), _LAST_MS))


def _joined(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """Stretches that touch are one; of too many, the surest are kept."""
    joined: list[Moment] = []
    for moment in sorted(moments, key=lambda moment: moment.start_ms):
        last = joined[-1] if joined else None
        if last is None or moment.start_ms > last.end_ms:
            joined.append(moment)
            continue
        end = max(last.end_ms, moment.end_ms)
        joined[-1] = Moment(last.start_ms, end, max(last.confidence, moment.confidence))
    surest = sorted(joined, key=lambda moment: -moment.confidence)[:_MAX_MOMENTS]
    return tuple(sorted(surest, key=lambda moment: moment.start_ms))


def _failed(page: Mapping[str, Any]) -> AnalyzerError:
    reason = clean_name(page.get("StatusMessage")) or "it did not say why"
    message = f"Rekognition could not look at the video: {reason}."
    return AnalyzerError("video_failed", message, permanent=True, billed=Billed.UNCERTAIN)


def _unintelligible(message: str) -> AnalyzerError:
    return AnalyzerError("bad_answer", message, permanent=False, billed=Billed.UNCERTAIN)
