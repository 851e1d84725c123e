"""What every label and text engine is: a frozen answer out of a stored rendition.

Every analyzer says for the ledger, the caps and the token bucket whose it is: ``provider`` is
"rekognition" or "textract", and empty for engines of this machine, which cost nothing;
``operation`` is the provider's own name of the call, as the price table knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from gallery.types import DetectedLabel, Field, Table, TextPage


class Billed(StrEnum):
    """Whether a provider charges for an attempt that failed."""

    NO = "no"
    UNCERTAIN = "uncertain"


class AnalyzerError(Exception):
    """An engine could not answer.

    ``permanent`` means that the same input will never work: do not retry. ``throttled``
    means that the provider wants fewer calls; ``misconfigured`` that no call will work
    until an administrator mends credentials, permissions or addresses: the provider is
    paused. ``billed`` says whether this attempt may have cost money.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        permanent: bool,
        throttled: bool = False,
        misconfigured: bool = False,
        billed: Billed = Billed.NO,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.permanent = permanent
        self.throttled = throttled
        self.misconfigured = misconfigured
        self.billed = billed


@dataclass(frozen=True, slots=True)
class AnalyzerInput:
    """One picture of an item: the upright rendition that an engine looks at.

    ``page`` counts from 1. ``start_ms``/``end_ms`` bound a video frame's stretch.
    """

    path: Path
    content_type: str
    page: int = 1
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StoredInput:
    """A whole file in a bucket, for engines that read many pages or a whole video there.

    ``units`` is what the provider will charge for: pages, or begun minutes.
    """

    bucket: str
    key: str
    content_type: str
    units: int


@dataclass(frozen=True, slots=True)
class Completed:
    """An engine's answer for one input.

    ``raw`` is the answer as JSON-able data, kept so that re-grouping is free:
    ``labels_from_raw``/``pages_from_raw`` of the engine rebuild the values.
    ``units`` is the number of billable units (0 for local engines).
    """

    raw: Mapping[str, Any]
    model_version: str
    labels: tuple[DetectedLabel, ...] = ()
    pages: tuple[TextPage, ...] = ()
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    units: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """The provider took the job; ask again later with this id."""

    provider_job_id: str


@runtime_checkable
class LabelAnalyzer(Protocol):
    """Looks at pictures and names what is on them."""

    name: str
    provider: str
    operation: str

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""

    def analyze(self, picture: AnalyzerInput) -> Completed | Pending:
        """Return labels at low confidence; raises AnalyzerError."""

    def labels_from_raw(self, raw: Mapping[str, Any]) -> Sequence[DetectedLabel]:
        """Rebuild labels from a kept raw answer; pure, offline, current taxonomy."""


@runtime_checkable
class TextAnalyzer(Protocol):
    """Reads the text on pictures."""

    name: str
    provider: str
    operation: str

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""

    def analyze(self, picture: AnalyzerInput) -> Completed | Pending:
        """Return one TextPage in ``pages``; raises AnalyzerError."""

    def pages_from_raw(self, raw: Mapping[str, Any]) -> Sequence[TextPage]:
        """Rebuild pages from a kept raw answer; pure, offline."""


@runtime_checkable
class FieldsAnalyzer(TextAnalyzer, Protocol):
    """Reads a page with its keys and values, and its tables."""

    def fields_from_raw(self, raw: Mapping[str, Any]) -> Sequence[Field]:
        """Rebuild fields from a kept raw answer, all of page 1; pure, offline."""

    def tables_from_raw(self, raw: Mapping[str, Any]) -> Sequence[Table]:
        """Rebuild tables from a kept raw answer, all of page 1; pure, offline."""


@runtime_checkable
class LongAnalyzer(Protocol):
    """Takes a whole stored file, and answers when it is ready."""

    name: str
    provider: str
    operation: str

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the file that shapes the raw answer (cache key)."""

    def start(self, stored: StoredInput, token: str) -> Pending:
        """Hand the file over; the same ``token`` never starts (nor costs) twice.

        ``token`` is at most 64 characters of [a-zA-Z0-9-_]. Raises AnalyzerError.
        """

    def collect(self, provider_job_id: str) -> Completed | Pending:
        """Return the answer, or Pending while there is none; raises AnalyzerError."""


@runtime_checkable
class LongLabelAnalyzer(LongAnalyzer, Protocol):
    """Looks at a whole stored video and names what is in it, and when."""

    def labels_from_raw(self, raw: Mapping[str, Any]) -> Sequence[DetectedLabel]:
        """Rebuild labels with their moments from a kept raw answer; pure, offline."""


@runtime_checkable
class LongTextAnalyzer(LongAnalyzer, Protocol):
    """Reads the text of a whole stored file of many pages."""

    def pages_from_raw(self, raw: Mapping[str, Any]) -> Sequence[TextPage]:
        """Rebuild pages from a kept raw answer; pure, offline."""

    def missing_from_raw(self, raw: Mapping[str, Any]) -> Sequence[int] | None:
        """Which pages could not be read, as far as it is known; None when all could."""
