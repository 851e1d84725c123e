"""What people, engines and administrators do to libraries, drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, transaction

from accounts.models import User
from gallery.models import Album, Category, CategoryState, Label, LabelState, MediaItem, MediaLabel
from gallery.services.albums import (
    AlbumRefused,
    add_to_album,
    change_album,
    create_album,
    delete_album,
    remove_from_album,
)
from gallery.services.categorizing import record_document_type
from gallery.services.curation import category_changed, labels_changed, sort_again
from gallery.services.deletion import delete_items, trash_items
from gallery.services.editing import edit_item, set_flag
from gallery.services.extracting import record_fields
from gallery.services.facts import record_facts, record_place
from gallery.services.labeling import add_label, correct_label, record_labels, remove_own_label
from gallery.services.reading import record_text
from gallery.services.uploads import restore_items
from gallery.types import (
    Box,
    DetectedLabel,
    Field,
    MediaFacts,
    Place,
    TextLine,
    TextPage,
)
from tests.factories import UserFactory, picture_bytes, stored_item

USERS = ("ada", "ben", "cleo")
WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "glade", "haven", "islet", "jetty",
    "knoll", "lagoon", "meadow", "nectar", "orchid", "pebble", "quarry", "ravine", "summit",
    "tundra",
)  # fmt: skip
LABELS = ("Beagle", "Poodle", "Dog", "Pet", "Oak", "Plant", "Boat", "Vehicle")
PARENTS = {"Beagle": ("Dog", "Pet"), "Poodle": ("Dog",), "Oak": ("Plant",), "Boat": ("Vehicle",)}
# Engines tell of a group first as a parent of its kinds, and only later what else it is called.
GROUPS = 30
CATEGORIES = ("Animals and Pets", "Plants and Flowers", "Transport and Logistics")
CITIES = ("Lisbon", "Porto", "Bergen")
ALBUMS = ("Voyage", "Wedding")
CAMERAS = ("Canon", "Nikon")
_BOX = Box(0.1, 0.1, 0.2, 0.1)


class World:
    """One writer's hands: every act is one call of the product's own services."""

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - a history, no secret

    def act(self, count: int) -> list[str]:
        """Do so many things; returns what the database refused, as two are at it."""
        refused = []
        for _ in range(count):
            act = self._draw.choices(list(self.acts), list(self.acts.values()))[0]
            try:
                act(self)
            except (ObjectDoesNotExist, IntegrityError, AlbumRefused):
                # Another writer deleted it meanwhile: nothing was done, nothing is to be found.
                continue
            except OperationalError as error:
                refused.append(f"{act.__name__}: {error}")
        return refused

    def create(self) -> None:
        content = picture_bytes() + str(self._draw.randint(1, 200)).encode()
        stored_item(self._user(), content, f"{self._words(2)}.jpg")

    def create_often(self) -> None:
        for _ in range(8):
            self.create()

    def edit(self) -> None:
        changes = self._draw.choice(
            [
                {"description": self._words(3)},
                {"favorite": self._draw.random() < 0.5, "description": self._words(1)},
                {"archived": self._draw.random() < 0.5},
                {"taken_at": datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=self._number(2000))},
                {"taken_at": None},
            ]
        )
        edit_item(self._item(), changes)

    def flag(self) -> None:
        items = self._items(4)
        set_flag(items[0].owner, [item.pk for item in items], "favorite", value=self._is_heads())

    def see(self) -> None:
        group = self._number(GROUPS)
        known = {**PARENTS, f"Kind{group}": (f"Group{group}",)}
        names = [*self._draw.sample(LABELS, k=self._number(3)), f"Kind{group}"]
        bare = Label.objects.filter(name__startswith="Group", category=None).order_by("key")
        if self._draw.random() < 0.3:
            names += bare.values_list("name", flat=True)[:1]
        seen = [
            DetectedLabel(
                name,
                self._draw.uniform(20, 100),
                parents=known.get(name, ()),
                aliases=(f"{name}ish",),
                categories=(self._draw.choice(CATEGORIES),),
            )
            for name in names
        ]
        record_labels(self._item(), seen, source="local", model_version="test")

    def read(self) -> None:
        lines = tuple(TextLine(self._words(4), 97.0, _BOX) for _ in range(self._number(3)))
        pages = [TextPage(number, lines, source="test") for number in (1, 2)]
        record_text(self._item(), pages)

    def find_fields(self) -> None:
        fields = [Field("Sold by", self._words(1), 90.0, kind="vendor", source="test")]
        record_fields(self._item(), fields, [])

    def sort_page(self) -> None:
        record_document_type(self._item(), self._draw.choice(["receipt", "letter", ""]))

    def inspect(self) -> None:
        make = self._draw.choice(CAMERAS)
        taken = f"{2015 + self._number(9)}-07-01T10:00:00"
        facts = MediaFacts(
            width=64, height=48, camera_make=make, taken_local=taken, taken_source="exif"
        )
        record_facts(self._item(), facts)

    def locate(self) -> None:
        record_place(self._item(), Place(self._draw.choice(CITIES), "", "Portugal", "PT"))

    def correct(self) -> None:
        states = (LabelState.CONFIRMED, LabelState.REJECTED, LabelState.DETECTED)
        correct_label(self._one(MediaLabel.objects.all()), self._draw.choice(states))

    def add(self) -> None:
        add_label(self._item(), self._draw.choice((*LABELS, *WORDS[:4])).lower())

    def take_off(self) -> None:
        remove_own_label(self._one(MediaLabel.objects.filter(source="user")))

    def change_label(self) -> None:
        with transaction.atomic():
            label = self._one(Label.objects.filter(owner=None))
            what = self._draw.choice(["hidden", "threshold", "aliases", "category", "parents"])
            if what == "parents":
                label.parents.set(Label.objects.filter(owner=None).exclude(pk=label.pk)[:1])
            else:
                setattr(label, what, self._value_of(what))
                label.save()
            labels_changed([label.pk])

    def _value_of(self, what: str) -> object:
        if what == "category":
            return self._draw.choice([None, *Category.objects.order_by("slug")])
        values = {
            "hidden": (True, False, False),
            "threshold": (None, 30, 90),
            "aliases": ([], [self._words(1)], ["hound", "mutt"]),
        }
        return self._draw.choice(values[what])

    def change_category(self) -> None:
        with transaction.atomic():
            category = self._one(Category.objects.all())
            if self._is_heads():
                category.state = self._draw.choice(CategoryState.values)
            else:
                category.name = f"{category.name.split(' of ')[0]} of {self._words(1)}"
            category.save()
            category_changed(category)

    def choose_confidence(self) -> None:
        user = self._user()
        user.min_confidence = self._draw.choice([None, 30, 80])
        User.objects.filter(pk=user.pk).update(min_confidence=user.min_confidence)
        sort_again(user)

    def fill_album(self) -> None:
        items = self._items(4)
        name = self._draw.choice(ALBUMS)
        owner = items[0].owner
        album = Album.objects.filter(owner=owner, name__contains=name).first()
        album = album or create_album(owner, name)
        add_to_album(album, [item.pk for item in items])

    def change_album(self) -> None:
        album = self._one(Album.objects.all())
        what = self._draw.choice(["name", "items", "all"])
        if what == "name":
            change_album(album, {"name": f"{album.name.split()[0]} {self._words(1)}"})
        elif what == "items":
            remove_from_album(album, list(album.items.values_list("pk", flat=True)[:2]))
        else:
            delete_album(album)

    def trash(self) -> None:
        items = self._items(3)
        trash_items(items[0].owner, [item.pk for item in items])

    def restore(self) -> None:
        item = self._one(MediaItem.objects.exclude(trashed_at=None))
        restore_items(item.owner, [item.pk])

    def delete(self) -> None:
        item = self._one(MediaItem.objects.exclude(trashed_at=None))
        delete_items(item.owner, [item.pk])

    def delete_user(self) -> None:
        self._user().delete()

    acts: dict[Callable[[World], None], int] = {
        create: 14,
        create_often: 1,
        edit: 10,
        flag: 4,
        see: 12,
        read: 6,
        find_fields: 3,
        sort_page: 3,
        inspect: 4,
        locate: 3,
        correct: 6,
        add: 5,
        take_off: 2,
        change_label: 4,
        change_category: 2,
        choose_confidence: 1,
        fill_album: 5,
        change_album: 3,
        trash: 6,
        restore: 4,
        delete: 5,
        delete_user: 1,
    }

    def _user(self) -> User:
        name = self._draw.choice(USERS)
        user = User.objects.filter(username=name).first()
        return user or UserFactory(username=name, email=f"{name}@example.com")

    def _item(self) -> MediaItem:
        return self._items(1)[0]

    def _items(self, most: int) -> list[MediaItem]:
        """Some items of one user, who has at least one."""
        one = self._one(MediaItem.objects.select_related("owner"))
        mine = list(MediaItem.objects.filter(owner=one.owner_id).order_by("sha256")[:200])
        return [one, *self._draw.sample(mine, k=min(len(mine), self._number(most) - 1))]

    def _one(self, rows):  # type: ignore[no-untyped-def]
        """Any of the rows; raises ObjectDoesNotExist when there is none."""
        found = list(rows.order_by("pk"))
        if not found:
            raise ObjectDoesNotExist
        return self._draw.choice(found)

    def _words(self, count: int) -> str:
        return " ".join(self._draw.choices(WORDS, k=count))

    def _number(self, most: int) -> int:
        return self._draw.randint(1, most)

    def _is_heads(self) -> bool:
        return self._draw.random() < 0.5
