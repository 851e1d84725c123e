"""Items that were there before get the job that finds their fields and tables."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone

_BATCH = 1000
_BEFORE = ("read", "categorize")


def make_jobs(apps: Any, schema_editor: Any) -> None:
    items = apps.get_model("gallery", "MediaItem").objects.exclude(kind="video")
    jobs = apps.get_model("gallery", "Job").objects
    without = items.exclude(pk__in=jobs.filter(step="extract").values("item"))
    # Each round makes its items drop out of the query.
    while ids := list(without.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        open_before = jobs.filter(
            item__in=ids, step__in=_BEFORE, state__in=("waiting", "running")
        )
        blocked = set(open_before.values_list("item", flat=True))
        jobs.bulk_create(
            jobs.model(
                item_id=pk,
                step="extract",
                lane="analysis",
                priority=58,
                run_at=None if pk in blocked else timezone.now(),
            )
            for pk in ids
        )


def drop_jobs(apps: Any, schema_editor: Any) -> None:
    apps.get_model("gallery", "Job").objects.filter(step="extract").delete()


class Migration(migrations.Migration):
    dependencies = [("gallery", "0002_fields_and_tables")]

    operations = [migrations.RunPython(make_jobs, drop_jobs)]
