"""Labels and categories that were changed, with more items than one transaction should hold."""

from __future__ import annotations

from django.db import models


class Refiling(models.Model):
    """What carries a label or is in a category has yet to be filed and indexed anew.

    Written in the transaction of the change. The items are worked off in the order of their ids;
    ``after`` is the last that is done. It names no rows by foreign key: without a label, nothing
    carries it.
    """

    id = models.BigAutoField(primary_key=True)
    label_id = models.UUIDField(null=True, blank=True)
    category_id = models.UUIDField(null=True, blank=True)
    after = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"all of {self.label_id or self.category_id} behind {self.after}"
