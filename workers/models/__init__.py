"""What engines answered and what that cost: one noun a file."""

from __future__ import annotations

from workers.models.ledger import Spend, SpendState, SpendTotal
from workers.models.provider import CallPace, ProviderState
from workers.models.provider_job import ProviderJob
from workers.models.result import AnalysisResult, Question

__all__ = [
    "AnalysisResult",
    "CallPace",
    "ProviderJob",
    "ProviderState",
    "Question",
    "Spend",
    "SpendState",
    "SpendTotal",
]
