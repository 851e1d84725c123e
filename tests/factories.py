"""Makers of rows, and of small files that are what they claim to be."""

from __future__ import annotations

import hashlib
import io
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.conf import settings
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.models import User
from gallery.incoming import read_incoming
from gallery.models import (
    Category,
    Job,
    JobState,
    Kind,
    Label,
    Lane,
    MediaCategory,
    MediaItem,
    MediaLabel,
    Rendition,
    Step,
    TextPage,
)
from gallery.services.labeling import label_key
from gallery.services.uploads import create_media_item

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory[User]):
    """A user whose e-mail address is verified."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")

    @factory.post_generation
    def verified(self, create: bool, extracted: bool | None, **kwargs: object) -> None:
        self.set_password(PASSWORD)
        self.save()
        if extracted is not False:
            EmailAddress.objects.update_or_create(
                user=self, email=self.email, defaults={"verified": True, "primary": True}
            )


class MediaItemFactory(DjangoModelFactory[MediaItem]):
    """A row without bytes; ``stored_item`` makes one with."""

    class Meta:
        model = MediaItem

    id = factory.LazyFunction(uuid.uuid4)
    owner = factory.SubFactory(UserFactory)
    kind = Kind.PHOTO
    file_name = factory.Sequence(lambda n: f"IMG_{n:04}.jpg")
    content_type = "image/jpeg"
    extension = "jpg"
    size_bytes = 1000
    sha256 = factory.LazyFunction(lambda: hashlib.sha256(uuid.uuid4().bytes).hexdigest())
    original_key = factory.LazyAttribute(lambda item: f"originals/{item.owner.pk}/{item.id}/x.jpg")
    taken_local = factory.Sequence(lambda n: datetime(2024, 1, 1 + n % 28, 12, n % 60, tzinfo=UTC))


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")


class LabelFactory(DjangoModelFactory[Label]):
    class Meta:
        model = Label

    name = factory.Sequence(lambda n: f"Label {n}")
    key = factory.LazyAttribute(lambda label: label_key(label.name))


class MediaLabelFactory(DjangoModelFactory[MediaLabel]):
    class Meta:
        model = MediaLabel

    item = factory.SubFactory(MediaItemFactory)
    label = factory.SubFactory(LabelFactory)
    confidence = 90.0
    source = "local"


class MediaCategoryFactory(DjangoModelFactory[MediaCategory]):
    class Meta:
        model = MediaCategory

    item = factory.SubFactory(MediaItemFactory)
    category = factory.SubFactory(CategoryFactory)
    confidence = 90.0


class RenditionFactory(DjangoModelFactory[Rendition]):
    """A thumb's row without bytes."""

    class Meta:
        model = Rendition

    item = factory.SubFactory(MediaItemFactory)
    name = "thumb"
    key = factory.LazyAttribute(lambda r: f"renditions/{r.item.owner_id}/{r.item.pk}/{r.name}.webp")
    version = "0123456789abcdef"
    content_type = "image/webp"
    width = 640
    height = 480


class TextPageFactory(DjangoModelFactory[TextPage]):
    class Meta:
        model = TextPage

    item = factory.SubFactory(MediaItemFactory)
    number = 1
    source = "local"
    lines = factory.LazyFunction(lambda: [text_line("Total due 12.50")])


class JobFactory(DjangoModelFactory[Job]):
    class Meta:
        model = Job

    item = factory.SubFactory(MediaItemFactory)
    step = Step.LABEL
    lane = Lane.ANALYSIS
    state = JobState.WAITING


def text_line(text: str, confidence: float = 97.0) -> dict[str, Any]:
    """A stored line whose words stand side by side on the upper half of the page."""
    words, share = text.split(), 0.8 / max(len(text.split()), 1)
    return {
        "text": text,
        "confidence": confidence,
        "box": [0.1, 0.1, 0.8, 0.05],
        "words": [
            {"text": word, "confidence": confidence, "box": [0.1 + i * share, 0.1, share, 0.05]}
            for i, word in enumerate(words)
        ],
    }


def picture_bytes(seed: int = 0, *, size: tuple[int, int] = (64, 48), form: str = "JPEG") -> bytes:
    """A small picture of one color; another seed gives other bytes."""
    color = (seed * 53 % 256, seed * 101 % 256, seed * 197 % 256)
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, form)
    return buffer.getvalue()


def stored_item(owner: User, content: bytes | None = None, name: str = "beach.jpg") -> MediaItem:
    """Upload bytes for ``owner`` through the product's own service."""
    path = Path(settings.PIXTRACT_WORK_DIR) / f"made-{uuid.uuid4().hex}"
    path.write_bytes(picture_bytes() if content is None else content)
    return create_media_item(owner, read_incoming(path, name)).item
