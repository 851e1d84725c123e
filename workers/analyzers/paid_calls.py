"""Calls that cost money: none made twice by itself, errors in our words, a plain answer."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from workers.analyzers.aws_errors import translated


class PaidCalls:
    """Calls ``provider`` with a client that is made at the first call, and shared by threads.

    ``make_client`` must give a client that never retries: each attempt is in the ledger.
    """

    provider: str

    def __init__(self, make_client: Callable[[], Any]) -> None:
        self._make_client = make_client
        self._client: Any = None
        self._making = Lock()

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer of ``operation`` (as boto3 spells it); raises AnalyzerError."""
        with translated(self.provider):
            answer = getattr(self._made_client(), operation)(**parameters)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def _made_client(self) -> Any:
        # boto3's clients may be shared by threads, but not while they are made.
        with self._making:
            if self._client is None:
                self._client = self._make_client()
        return self._client
