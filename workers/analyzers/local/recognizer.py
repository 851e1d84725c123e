"""Reads the text of line pictures, with the place of every character."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import rapidocr

from workers.analyzers.local.pictures import Floats, Pixels
from workers.analyzers.local.sessions import open_session

MODEL_FILE = Path(rapidocr.__file__).parent / "models" / "PP-OCRv6_rec_small.onnx"
HEIGHT = 48
MIN_WIDTH = 320
MAX_WIDTH = 3200
# Lines are read together up to this width in all, which bounds the memory.
BATCH_WIDTH = 6 * 640
BLANK = 0
# A column whose brightness varies less than this share of the line's is empty.
BLANK_CONTRAST = 0.3


@dataclass(frozen=True, slots=True)
class Character:
    """One character; ``place`` is its middle as a ratio of the line's length."""

    text: str
    confidence: float
    place: float


@dataclass(frozen=True, slots=True)
class Blank:
    """A stretch without ink; ratios of the line's length, ``heights`` in line heights."""

    start: float
    end: float
    heights: float


@dataclass(frozen=True, slots=True)
class ReadLine:
    """The characters of one line picture, left to right, spaces included.

    ``step`` is the length of one column of the network's answer, the unit in
    which places are known, as a ratio of the line's length.
    """

    characters: tuple[Character, ...]
    step: float
    blanks: tuple[Blank, ...] = ()

    @property
    def confidence(self) -> float:
        """The mean over the characters, 0-1; 0 for an empty line."""
        if not self.characters:
            return 0.0
        return sum(c.confidence for c in self.characters) / len(self.characters)


class Recognizer:
    """The recognition network that rapidocr bundles.

    ``priors`` is a factor for each class of ``alphabet``, whose first is "nothing".
    """

    def __init__(self, threads: int) -> None:
        """Load the model; raises ModelMissingError."""
        self._session = open_session(MODEL_FILE, threads)
        listed = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.alphabet = ("", *listed, " ")
        self.priors: Floats = np.ones(len(self.alphabet), dtype=np.float32)

    def read(self, lines: Sequence[Pixels]) -> list[ReadLine]:
        """Return what stands on each picture, in the order given."""
        widths = [_scaled_width(line) for line in lines]
        read: dict[int, ReadLine] = {}
        for batch in _batches(widths):
            width = max(MIN_WIDTH, *(widths[i] for i in batch))
            pictures = np.stack([_normalized(lines[i], widths[i], width) for i in batch])
            (answer,) = self._session.run(None, {self._session.get_inputs()[0].name: pictures})
            for i, columns in zip(batch, answer, strict=True):
                read[i] = self._decode(columns, widths[i] / width, blanks(lines[i]))
        return [read[i] for i in range(len(lines))]

    def _decode(self, columns: Floats, filled: float, gaps: tuple[Blank, ...]) -> ReadLine:
        """Take the likeliest class of each column; one that goes on is a single character."""
        best = (columns * self.priors).argmax(axis=1)
        starts = np.flatnonzero((best != BLANK) & (best != np.roll(best, 1)) | _first(best))
        step = 1.0 / (len(best) * filled)
        characters = [
            Character(self.alphabet[best[i]], float(columns[i, best[i]]), (i + 0.5) * step)
            for i in starts
        ]
        return ReadLine(tuple(characters), step, gaps)


def blanks(line: Pixels) -> tuple[Blank, ...]:
    """Return the stretches of a line picture whose columns show no ink."""
    gray = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY).astype(np.int16)
    contrast = np.percentile(gray, 95) - np.percentile(gray, 5)
    height, width = gray.shape
    inner = gray[height // 8 : max(height // 8 + 1, height * 7 // 8)]
    even = np.ptp(inner, axis=0) < BLANK_CONTRAST * contrast
    # A stroke from top to bottom is even too, but not of the ground's brightness.
    ground = np.abs(inner.mean(axis=0) - np.median(gray)) < contrast / 2
    empty = even & ground
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    return tuple(
        Blank(start / width, end / width, (end - start) / height)
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    )


def _first(best: Floats) -> Floats:
    """Mark column 0 if it holds a character: nothing before it can repeat it."""
    mark: Floats = np.zeros(len(best), dtype=bool)
    mark[0] = best[0] != BLANK
    return mark


def _scaled_width(line: Pixels) -> int:
    height, width = line.shape[:2]
    return int(min(MAX_WIDTH, max(1, math.ceil(HEIGHT * width / height))))


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Group lines of like widths, so that little is padded."""
    batch: list[int] = []
    for i in sorted(range(len(widths)), key=lambda i: widths[i]):
        if batch and max(MIN_WIDTH, widths[i]) * (len(batch) + 1) > BATCH_WIDTH:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _normalized(line: Pixels, width: int, padded: int) -> Floats:
    """Return 3 x HEIGHT x padded numbers in -1..1, zero where there is no picture."""
    scaled = cv2.resize(line, (width, HEIGHT)).astype(np.float32)
    field = np.zeros((3, HEIGHT, padded), dtype=np.float32)
    field[:, :, :width] = scaled.transpose(2, 0, 1) / 127.5 - 1.0
    return field
