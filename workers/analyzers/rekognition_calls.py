"""One paid call of Rekognition: no retries of its own, errors in our words, a plain answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.analyzers.base import AnalyzerError, AnalyzerInput, Billed
from workers.analyzers.paid_calls import PaidCalls
from workers.analyzers.rekognition_pictures import on_picture, prepared

NAME = "rekognition"
PROVIDER = "rekognition"


class RekognitionCalls(PaidCalls):
    """Rekognition, looking at pictures."""

    provider = PROVIDER

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
