"""What a step comes back with: a write for later, so that a lost lease writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """``store`` runs in the transaction that settles the job; ``notes`` go to the log.

    ``shortfall`` tells people what is missing where the step is done in part only.
    """

    store: Callable[[], None]
    notes: Mapping[str, object] = field(default_factory=dict)
    shortfall: str = ""


class StepSkipped(Exception):
    """There is nothing to do in this step for this item, and that is no failure."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
