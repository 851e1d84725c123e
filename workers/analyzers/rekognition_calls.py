"""One paid call of Rekognition: no retries of its own, errors in our words, a plain answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from workers.analyzers.aws_errors import translated
from workers.analyzers.base import AnalyzerError, AnalyzerInput, Billed
from workers.analyzers.rekognition_pictures import on_picture, prepared

NAME = "rekognition"
PROVIDER = "rekognition"


class RekognitionCalls:
    """Calls Rekognition with a client that is made at the first call.

    ``make_client`` must give a client that never retries: each attempt is in the ledger.
    """

    def __init__(self, make_client: Callable[[], Any]) -> None:
        self._make_client = make_client
        self._client: Any = None
        self._making = Lock()

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer of ``operation`` (as boto3 spells it); raises AnalyzerError."""
        with translated(PROVIDER):
            answer = getattr(self._made_client(), operation)(**parameters)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def see(
        self, operation: str, picture: AnalyzerInput, parameters: Mapping[str, Any], *, finds: str
    ) -> dict[str, Any]:
        """Send a picture as JPEG; boxes in the answer are ratios of the picture itself.

        An answer without its list of what was found (``finds``) is none; raises AnalyzerError.
        """
        sent = prepared(picture.path)
        answer = self.call(operation, Image={"Bytes": sent.content}, **parameters)
        if not isinstance(answer.get(finds), list):
            raise AnalyzerError(
                "answer_garbled",
                f"Rekognition gave an answer without {finds}.",
                permanent=False,
                billed=Billed.UNCERTAIN,
            )
        found: dict[str, Any] = on_picture(answer, sent)
        return found

    def _made_client(self) -> Any:
        # boto3's clients may be shared by threads, but not while they are made.
        with self._making:
            if self._client is None:
                self._client = self._make_client()
        return self._client
