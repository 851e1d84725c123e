"""Album names are unique whatever their case; names that clash until now get a number."""

from __future__ import annotations

from itertools import count

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower

_MAX_NAME = 100


def _key(name):
    # Databases differ in what becomes of a dotted capital I.
    return name.casefold().replace("\u0307", "")


def _free(name, taken):
    for number in count(2):
        ending = f" {number}"
        wanted = name[: _MAX_NAME - len(ending)].rstrip() + ending
        if _key(wanted) not in taken:
            return wanted


def number_clashes(apps, schema_editor):
    """The oldest keeps its name. Items of the others are noted for the index."""
    album_model = apps.get_model("gallery", "Album")
    owner_model = apps.get_model(settings.AUTH_USER_MODEL)
    for owner_id in owner_model.objects.values_list("pk", flat=True).iterator():
        albums = list(album_model.objects.filter(owner=owner_id).order_by("created_at", "pk"))
        first = {}
        for album in albums:
            first.setdefault(_key(album.name), album.pk)
        taken = set(first)
        for album in albums:
            if first[_key(album.name)] != album.pk:
                album.name = _free(album.name, taken)
                taken.add(_key(album.name))
                first[_key(album.name)] = album.pk
                album.save(update_fields=["name"])
                _note_items(apps, owner_id, album)


def _note_items(apps, owner_id, album):
    items = apps.get_model("gallery", "MediaItem").objects.filter(album_places__album=album)
    entry_model = apps.get_model("search", "OutboxEntry")
    ids = list(items.values_list("pk", flat=True))
    items.update(search_version=models.F("search_version") + 1)
    entry_model.objects.bulk_create(
        (entry_model(owner_id=owner_id, item_id=item_id) for item_id in ids), batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0011_albums"),
        ("search", "0003_entries_due_at_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(number_clashes, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="album", name="gallery_album_unique_name"),
        migrations.AddConstraint(
            model_name="album",
            constraint=models.UniqueConstraint(
                models.F("owner"), Lower("name"), name="gallery_album_name_any_case"
            ),
        ),
    ]
