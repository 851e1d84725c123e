"""What a call costs, by the table in the settings. Money is counted in micro-dollars."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings

from workers.analyzers.base import AnalyzerError

MICRO = 1_000_000


def price_of(provider: str, operation: str, units: int) -> int:
    """Micro-dollars for ``units`` of ``operation``; raises AnalyzerError when there is no price.

    Features behind a colon are priced one by one: "AnalyzeDocument:FORMS+TABLES".
    """
    table: dict[str, int] = settings.PIXTRACT_SPEND["prices"]
    if missing := unpriced(provider, operation):
        message = f"There is no price for {', '.join(missing)}: add it to PIXTRACT_PRICES."
        raise AnalyzerError("no_price", message, permanent=False, misconfigured=True)
    return units * sum(table[name] for name in _priced_names(provider, operation))


def unpriced(provider: str, operation: str) -> list[str]:
    """What of the call the table has no price for, by the names it is asked for."""
    table: dict[str, int] = settings.PIXTRACT_SPEND["prices"]
    return [name for name in _priced_names(provider, operation) if name not in table]


def _priced_names(provider: str, operation: str) -> list[str]:
    call, _, features = operation.partition(":")
    names = [f"{call}:{feature}" for feature in features.split("+")] if features else [call]
    return [f"{provider}:{name}" for name in names]


def as_dollars(microdollars: int) -> Decimal:
    """Exact US dollars, for people and for JSON."""
    return Decimal(microdollars) / MICRO
