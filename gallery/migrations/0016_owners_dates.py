"""Calls a date that the owner gave the owner's, whenever it was given.

What the files of these items say is not known: it is asked of them when such a date is taken back.
"""

from typing import Any

from django.db import migrations

_AT_ONCE = 500


def name_owner(apps: Any, schema_editor: Any) -> None:
    _rename(apps, "upload", "owner")


def name_upload(apps: Any, schema_editor: Any) -> None:
    _rename(apps, "owner", "upload")


def _rename(apps: Any, old: str, new: str) -> None:
    """Go through the items in small transactions; broken off, it goes on."""
    items = apps.get_model("gallery", "MediaItem").objects
    named = items.filter(taken_source=old).order_by("pk").values_list("pk", flat=True)
    last = None
    while ids := list((named.filter(pk__gt=last) if last else named)[:_AT_ONCE]):
        items.filter(pk__in=ids).update(taken_source=new)
        last = ids[-1]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("gallery", "0015_file_dates")]

    operations = [migrations.RunPython(name_owner, name_upload)]
