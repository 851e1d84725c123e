"""The local text engine: asks the engine process, turns raw answers into pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gallery.types import Box, TextLine, TextPage, Word
from workers.analyzers.base import AnalyzerInput, Completed
from workers.analyzers.local.process import EngineProcess

NAME = "local-text"
MODEL_VERSION = "pp-ocrv6-small-1"
DEFAULT_MAX_SIDE = 2048


class LocalTextAnalyzer:
    """Reads text with rapidocr's bundled networks; nothing leaves the machine."""

    name = NAME
    provider = ""
    operation = ""

    def __init__(
        self,
        process: EngineProcess,
        *,
        languages: Sequence[str] = ("en",),
        max_side: int = DEFAULT_MAX_SIDE,
    ) -> None:
        """Use ``process``; ``languages`` are two-letter codes, none expects every script."""
        self._process = process
        self._languages = tuple(sorted(languages))
        self._max_side = max_side

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""
        return {
            "model": MODEL_VERSION,
            "languages": list(self._languages),
            "max_side": self._max_side,
        }

    def analyze(self, picture: AnalyzerInput) -> Completed:
        """Return one page; raises AnalyzerError."""
        options = {"languages": list(self._languages), "max_side": self._max_side}
        answer = self._process.ask("text", picture.path, options)
        raw = {
            **answer["result"],
            "page": picture.page,
            "start_ms": picture.start_ms,
            "end_ms": picture.end_ms,
        }
        return Completed(
            raw=raw,
            model_version=MODEL_VERSION,
            pages=tuple(self.pages_from_raw(raw)),
            timings={"engine": float(answer["seconds"])},
        )

    def pages_from_raw(self, raw: Mapping[str, Any]) -> Sequence[TextPage]:
        """Rebuild the page from a kept raw answer; pure, offline."""
        return (
            TextPage(
                number=raw["page"],
                lines=tuple(_line(line) for line in raw["lines"]),
                source=NAME,
                rotation=raw["rotation"],
                start_ms=raw["start_ms"],
                end_ms=raw["end_ms"],
            ),
        )


def _line(raw: Mapping[str, Any]) -> TextLine:
    words = tuple(
        Word(word["text"], word["confidence"], Box(*word["box"])) for word in raw["words"]
    )
    text = " ".join(word.text for word in words)
    return TextLine(text, raw["confidence"], Box(*raw["box"]), words)
