"""A library to look at: real pictures, filed as the pipeline would have filed them."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import av
import skimage
from django.utils import timezone
from PIL import Image

from accounts.models import User
from gallery.models import Job, JobState, MediaItem
from gallery.services.facts import record_facts, record_renditions, store_renditions
from gallery.services.labeling import record_labels
from gallery.services.reading import record_text
from gallery.types import (
    Box,
    Coordinates,
    DetectedLabel,
    Instance,
    MediaFacts,
    Moment,
    RenderedFile,
    TextLine,
    TextPage,
    Word,
)
from tests.factories import stored_item

PICTURES = Path(skimage.__file__).parent / "data"
MP4_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64


@dataclass(frozen=True, slots=True)
class Filed:
    """A picture of the library, and what was found on it."""

    picture: str
    taken: str
    labels: tuple[DetectedLabel, ...] = ()
    text: tuple[str, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)


def seen(
    name: str,
    confidence: float,
    category: str = "",
    boxes: Sequence[Box] = (),
    moments: Sequence[Moment] = (),
) -> DetectedLabel:
    """A label as an engine would give it."""
    return DetectedLabel(
        name,
        confidence,
        categories=(category,) if category else (),
        instances=tuple(Instance(box, confidence) for box in boxes),
        moments=tuple(moments),
    )


CAT = Filed(
    "chelsea.png",
    "2024-05-14T10:11:12",
    labels=(
        seen("Cat", 98.2, "Animals and Pets", [Box(0.08, 0.02, 0.84, 0.96)]),
        seen("Animal", 98.9, "Animals and Pets"),
        seen("Whiskers", 71.0),
        seen("Grass", 44.5, "Plants and Flowers"),
        seen("Fence", 41.0),
        seen("Dog", 12.0, "Animals and Pets"),
    ),
    facts={
        "camera_make": "FUJIFILM",
        "camera_model": "X-T4",
        "lens": "XF35mmF2 R WR",
        "coordinates": Coordinates(38.7223, -9.1393),
        "taken_offset": 60,
        "details": {"exposure": "1/125 s", "aperture": "f/2.8", "iso": "400"},
    },
)
FILED = (
    CAT,
    Filed(
        "coffee.png",
        "2024-05-14T16:40:00",
        labels=(
            seen("Coffee", 96.0, "Food and Beverage", [Box(0.2, 0.1, 0.6, 0.6)]),
            seen("Cup", 91.3, "Kitchen and Dining", [Box(0.22, 0.08, 0.56, 0.62)]),
            seen("Spoon", 66.0, "Kitchen and Dining"),
            seen("Table", 52.0, "Furniture and Furnishings"),
        ),
    ),
    Filed("rocket.jpg", "2024-05-02T21:05:00", labels=(seen("Rocket", 94.0, "Vehicles"),)),
    Filed(
        "astronaut.png",
        "2024-04-20T12:00:00",
        labels=(seen("Person", 99.1, "Person Description", [Box(0.2, 0.05, 0.6, 0.95)]),),
    ),
    Filed(
        "motorcycle_left.png", "2024-04-20T12:30:00", labels=(seen("Motorcycle", 97.0, "Vehicles"),)
    ),
    Filed("hubble_deep_field.jpg", "2024-04-01T03:00:00", labels=(seen("Galaxy", 88.0, "Nature"),)),
    Filed("moon.png", "2023-12-24T22:10:00", labels=(seen("Moon", 93.0, "Nature"),)),
    Filed("horse.png", "2023-12-20T09:10:00", labels=(seen("Horse", 77.0, "Animals and Pets"),)),
    Filed("coins.png", "2023-12-20T09:20:00", labels=(seen("Coin", 83.0),)),
    Filed("camera.png", "2023-12-19T18:20:00", labels=(seen("Photographer", 81.0),)),
    Filed("clock_motion.png", "2023-12-18T18:20:00"),
    Filed("grass.png", "2023-11-02T11:00:00", labels=(seen("Grass", 91.0, "Plants and Flowers"),)),
    Filed("brick.png", "2023-11-01T11:00:00"),
    Filed("retina.jpg", "2023-11-01T10:00:00"),
    Filed(
        "page.png",
        "2024-05-13T08:00:00",
        labels=(seen("Text", 99.0, "Text and Documents"), seen("Page", 92.0, "Text and Documents")),
        text=(
            "Region-based segmentation",
            "Let us first determine markers of the",
            "coins and the background.",
        ),
    ),
)


def file_all(owner: User) -> list[MediaItem]:
    """Put every picture of the library into ``owner``'s."""
    items = [file_picture(owner, filed) for filed in FILED]
    return [*items, file_document(owner), file_video(owner)]


def file_picture(owner: User, filed: Filed) -> MediaItem:
    """Upload one picture and file what is known of it."""
    item = stored_item(owner, (PICTURES / filed.picture).read_bytes(), filed.picture)
    picture = picture_of(filed)
    facts = MediaFacts(
        width=picture.width,
        height=picture.height,
        taken_local=filed.taken,
        taken_source="exif",
        **filed.facts,  # type: ignore[arg-type]
    )
    record_facts(item, facts)
    add_renditions(item, {"thumb": _fitted(picture, 640), "preview": _fitted(picture, 2048)})
    record_labels(item, filed.labels, source="local", model_version="test")
    if filed.text:
        record_text(item, [text_page(1, filed.text)])
    settle(item)
    return item


def file_document(owner: User) -> MediaItem:
    """A PDF of three pages."""
    pages = [
        Image.open(PICTURES / name).convert("RGB") for name in ("page.png", "text.png", "page.png")
    ]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:])
    item = stored_item(owner, buffer.getvalue(), "Handbook.pdf")
    taken = {"taken_local": "2024-05-03T09:00:00", "taken_source": "document"}
    record_facts(item, MediaFacts(width=384, height=191, page_count=3, **taken))  # type: ignore[arg-type]
    sheets = {f"page-{n:04d}": page for n, page in enumerate(pages, 1)}
    add_renditions(item, {"thumb": pages[0], "preview": pages[0], **sheets})
    lines = (("Region-based segmentation",), ("Invoice total 12.50",), ("The last page",))
    record_text(item, [text_page(n, words) for n, words in enumerate(lines, 1)])
    settle(item)
    return item


def file_video(owner: User) -> MediaItem:
    """A video with moments; its bytes only look like one."""
    item = stored_item(owner, MP4_HEAD + owner.pk.bytes, "Holiday.mp4")
    taken = {"taken_local": "2024-05-05T15:00:00", "taken_source": "video"}
    record_facts(item, MediaFacts(width=1280, height=720, duration_ms=94_000, **taken))  # type: ignore[arg-type]
    poster = _fitted(Image.open(PICTURES / "rocket.jpg").convert("RGB"), 640)
    add_renditions(item, {"thumb": poster, "poster": poster})
    moments = [Moment(2_000, 6_000, 90.0), Moment(61_000, 70_000, 80.0)]
    labels = [seen("Rocket", 95.0, "Vehicles", moments=moments)]
    record_labels(item, labels, source="local", model_version="test")
    settle(item)
    return item


def moving_picture(path: Path, seconds: int = 10) -> bytes:
    """A real WebM of gray frames that grow lighter."""
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(seconds * 10):
            shade = Image.new("RGB", (160, 120), (2 * number,) * 3)
            container.mux(stream.encode(av.VideoFrame.from_image(shade)))
        container.mux(stream.encode())
    return path.read_bytes()


def picture_of(filed: Filed) -> Image.Image:
    """The picture itself, opened."""
    return Image.open(PICTURES / filed.picture).convert("RGB")


def add_renditions(item: MediaItem, pictures: dict[str, Image.Image]) -> None:
    """Store pictures as the item's renditions."""
    with tempfile.TemporaryDirectory() as folder:
        files = [_rendered(Path(folder), name, picture) for name, picture in pictures.items()]
        rows = store_renditions(item, files)
        record_renditions(rows, replaced=item.renditions.filter(name__in=pictures))


def text_page(number: int, lines: Sequence[str]) -> TextPage:
    """A page whose lines stand one below another."""
    return TextPage(
        number=number,
        source="local",
        lines=tuple(_text_line(text, 0.1 + row * 0.12) for row, text in enumerate(lines)),
    )


def settle(item: MediaItem) -> None:
    """Say that every step of the item is done."""
    Job.objects.filter(item=item).update(state=JobState.DONE, finished_at=timezone.now())


def _text_line(text: str, top: float) -> TextLine:
    words, share = text.split(), 0.8 / len(text.split())
    return TextLine(
        text,
        97.0,
        Box(0.1, top, 0.8, 0.08),
        tuple(Word(w, 97.0, Box(0.1 + i * share, top, share, 0.08)) for i, w in enumerate(words)),
    )


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    copy = picture.copy()
    copy.thumbnail((side, side))
    return copy


def _rendered(folder: Path, name: str, picture: Image.Image) -> RenderedFile:
    path = folder / f"{name}.webp"
    picture.save(path, "WEBP", quality=80)
    size = path.stat().st_size
    return RenderedFile(name, str(path), "image/webp", picture.width, picture.height, size)


def long_ago(days: float) -> datetime:
    """A moment of capture, ``days`` before a fixed day."""
    return datetime.fromtimestamp(1_714_500_000 - days * 86_400, tz=UTC)
