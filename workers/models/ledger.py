"""The ledger of paid calls, and the running totals that the caps are held against."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SpendState(models.TextChoices):
    RESERVED = "reserved", "Reserved"
    PAID = "paid", "Paid"
    UNPAID = "unpaid", "Not charged"
    UNCERTAIN = "uncertain", "Uncertain"


class Spend(models.Model):
    """One attempt at a paid call. Money is counted in micro-dollars (0.000001 USD).

    A row is written before the call and settled after it; whatever nobody settled, because
    the worker died or the answer was lost on the wire, counts as spent, but is ``uncertain``.
    ``month`` is the first day of the month (UTC) that the attempt belongs to. ``question`` is
    the hash of what was asked.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="spends"
    )
    question = models.CharField(max_length=64)
    provider = models.CharField(max_length=20)
    operation = models.CharField(max_length=60)
    units = models.PositiveIntegerField()
    microdollars = models.PositiveBigIntegerField()
    state = models.CharField(max_length=9, choices=SpendState.choices, default=SpendState.RESERVED)
    error_code = models.CharField(max_length=40, blank=True, default="")
    month = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "month", "operation"], name="workers_spend_by_month"),
            models.Index(fields=["state", "created_at"], name="workers_spend_open"),
            models.Index(fields=["question"], name="workers_spend_question"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.operation}: {self.units} ({self.state})"


class SpendTotal(models.Model):
    """What a month has cost so far, everything that is not ``unpaid`` counted.

    ``scope`` is a user's id, or "all" for the installation. ``refused`` is the smallest
    amount that did not fit under the cap since work was last resumed, 0 for none.
    """

    EVERYBODY = "all"

    scope = models.CharField(max_length=36)
    month = models.DateField()
    microdollars = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "month"], name="workers_total_unique_month"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.month:%Y-%m}: {self.microdollars / 1e6:.2f} USD"
