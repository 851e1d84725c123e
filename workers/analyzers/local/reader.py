"""Reads one picture: finds the lines, turns the page upright, recognizes, splits words.

Runs in the engine process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidocr import RapidOCR

from gallery.types import Box
from workers.analyzers.local.pictures import Pixels, as_pixels, open_picture
from workers.analyzers.local.quads import Quad, turn_back
from workers.analyzers.local.reading_order import in_reading_order
from workers.analyzers.local.recognizer import ReadLine, Recognizer
from workers.analyzers.local.scripts import class_priors
from workers.analyzers.local.words import split_words

# Lines that are read both ways up when the page may stand on its head.
SAMPLE_LINES = 8
# A page that reads this well is not tried the other way up.
SURE_READING = 0.85
LINE_FLOOR = 0.7
WORD_FLOOR = 0.5
# Finding more than rapidocr does by default: single digits in columns of prices.
FOUND_PIXEL = 0.2
FOUND_REGION = 0.4
MAX_LINES = 1500


@dataclass(frozen=True, slots=True)
class _FoundLine:
    quad: Quad
    read: ReadLine


class Reader:
    """Detection by rapidocr, recognition by its bundled network."""

    def __init__(self, threads: int) -> None:
        """Load nothing yet but the recognizer; raises ModelMissingError."""
        self._finder = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.max_side_len": 4096,
                "Det.thresh": FOUND_PIXEL,
                "Det.box_thresh": FOUND_REGION,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        self._recognizer = Recognizer(threads)

    def read(self, path: Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the raw answer: rotation and lines with words; raises PictureError.

        ``options``: ``max_side`` in pixels and ``languages``. Boxes are ratios
        of the picture as it was given, ``rotation`` is the number of degrees
        that it has to be turned clockwise to be read.
        """
        picture = open_picture(path, int(options["max_side"]))
        self._recognizer.priors = class_priors(self._recognizer.alphabet, options["languages"])
        rotation, lines, pixels = self._upright(as_pixels(picture)[:, :, ::-1])
        height, width = pixels.shape[:2]
        answers = [_answer(line, width, height) for line in lines]
        kept = [answer for answer in answers if answer["words"]]
        ordered = in_reading_order(kept, lambda answer: Box(*answer["box"]))
        return {
            "rotation": rotation,
            "lines": [_turned_back(answer, rotation) for answer in ordered[:MAX_LINES]],
        }

    def _upright(self, pixels: Pixels) -> tuple[int, list[_FoundLine], Pixels]:
        """Read the picture, turned if need be; returns rotation, lines, the turned picture."""
        quads = self._find(pixels)
        rotation = 0
        if _stand_on_end(quads):
            rotation, pixels = 90, _turn(pixels, 90)
            quads = self._find(pixels)
        lines = self._recognize(pixels, quads)
        if lines and _surety(lines) < SURE_READING and self._reads_better_turned(pixels, lines):
            rotation, pixels = rotation + 180, _turn(pixels, 180)
            lines = self._recognize(pixels, self._find(pixels))
        return rotation, lines, pixels

    def _find(self, pixels: Pixels) -> list[Quad]:
        found = self._finder(pixels, use_det=True, use_cls=False, use_rec=False)
        boxes = getattr(found, "boxes", None)
        if boxes is None:
            return []
        return [Quad.from_array(corners) for corners in boxes][:MAX_LINES]

    def _recognize(self, pixels: Pixels, quads: Sequence[Quad]) -> list[_FoundLine]:
        lying = [quad.lying() for quad in quads]
        reads = self._recognizer.read([quad.cut(pixels) for quad in lying])
        return [_FoundLine(quad, read) for quad, read in zip(lying, reads, strict=True)]

    def _reads_better_turned(self, pixels: Pixels, lines: Sequence[_FoundLine]) -> bool:
        longest = sorted(lines, key=lambda line: -line.quad.width)[:SAMPLE_LINES]
        cuts = [np.ascontiguousarray(line.quad.cut(pixels)[::-1, ::-1]) for line in longest]
        turned = self._recognizer.read(cuts)
        return _mean(turned) > _mean([line.read for line in longest])


def _stand_on_end(quads: Sequence[Quad]) -> bool:
    """Tell whether most of the text runs up or down."""
    lengths = [(max(quad.width, quad.height), quad.is_on_end) for quad in quads]
    return sum(n for n, on_end in lengths if on_end) > sum(n for n, _ in lengths) / 2


def _turn(pixels: Pixels, degrees: int) -> Pixels:
    """Turn clockwise."""
    return np.ascontiguousarray(np.rot90(pixels, -degrees // 90))


def _mean(lines: Sequence[ReadLine]) -> float:
    return sum(line.confidence for line in lines) / len(lines)


def _surety(lines: Sequence[_FoundLine]) -> float:
    """Return the mean confidence, long lines counting more."""
    total = sum(len(line.read.characters) for line in lines)
    weighted = sum(line.read.confidence * len(line.read.characters) for line in lines)
    return weighted / total if total else 0.0


def _answer(line: _FoundLine, width: int, height: int) -> dict[str, Any]:
    words = split_words(line.read) if line.read.confidence >= LINE_FLOOR else []
    return {
        "box": _numbers(line.quad.box(width, height)),
        "confidence": round(line.read.confidence * 100, 1),
        "words": [
            {
                "text": word.text,
                "confidence": round(word.confidence * 100, 1),
                "box": _numbers(line.quad.part(word.start, word.end).box(width, height)),
            }
            for word in words
            if word.confidence >= WORD_FLOOR
        ],
    }


def _turned_back(answer: dict[str, Any], rotation: int) -> dict[str, Any]:
    words = [
        {**word, "box": _numbers(turn_back(Box(*word["box"]), rotation))}
        for word in answer["words"]
    ]
    return {**answer, "box": _numbers(turn_back(Box(*answer["box"]), rotation)), "words": words}


def _numbers(box: Box) -> list[float]:
    return [box.left, box.top, box.width, box.height]
