"""Learn what a file says about itself: size, date, place, camera, captions, length, pages."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

from PIL import Image, ImageFile

from gallery.sniff import DNG, PDF, TIFF, FileType
from gallery.types import MediaFacts
from workers.media.dates import Taken, parse_file_name, with_offset_from
from workers.media.exif import read_exif
from workers.media.iptc import read_iptc
from workers.media.limits import Limits
from workers.media.metadata import Metadata
from workers.media.pdf import inspect_pdf
from workers.media.pictures import Source, open_header, picture_source, read_header
from workers.media.video import inspect_video
from workers.media.xmp import MAX_XMP_BYTES, read_xmp

_XMP_NAMES = ("xmp", "XML:com.adobe.xmp", "Raw profile type xmp")


def inspect(
    path: Path, file_type: FileType, *, name: str, sidecar: Path | None, limits: Limits
) -> MediaFacts:
    """Return what the file says about itself.

    ``name`` is the name that its owner gave it, which may hold a date; ``sidecar`` is an XMP
    file whose values come before the file's own. Bad metadata counts as missing; raises
    MediaError only when the file itself cannot be read.
    """
    beside = _read_sidecar(sidecar)
    named = Metadata(taken=parse_file_name(name))
    if file_type.kind == "video":
        facts, own = inspect_video(path, file_type)
        # The date comes last: tools write a video's date into sidecars in UTC without saying so.
        return describe(facts, {"video": own, "sidecar": beside, "filename": named}, beside)
    if file_type == PDF:
        facts, own = inspect_pdf(path)
        return describe(facts, {"sidecar": beside, "document": own, "filename": named}, beside)
    facts, own = _inspect_picture(path, file_type, limits)
    return describe(facts, {"sidecar": beside, "exif": own, "filename": named}, beside)


def _local_by_name(taken: Taken, named: Taken | None) -> Taken:
    """Videos keep their date in UTC; a file name of the same moment tells the local time."""
    local = with_offset_from(named, taken.utc) if named else taken
    return taken if local.offset is None else local


def _read_sidecar(sidecar: Path | None) -> Metadata:
    if sidecar is None:
        return Metadata()
    with sidecar.open("rb") as file:
        return read_xmp(file.read(MAX_XMP_BYTES + 1))


def _inspect_picture(
    path: Path, file_type: FileType, limits: Limits
) -> tuple[MediaFacts, Metadata]:
    source = picture_source(path, file_type)
    with open_header(source) as image:
        header = read_header(image, source, limits.max_pixels)
        own = Metadata() if file_type == DNG else _picture_metadata(image)
    if file_type == DNG:
        with open_header(Source(path, TIFF)) as raw:
            own = _picture_metadata(raw)
    facts = MediaFacts(
        width=header.width,
        height=header.height,
        page_count=header.page_count if header.page_count > 1 else None,
        frame_count=header.frame_count,
    )
    return facts, own


def describe(facts: MediaFacts, sources: dict[str, Metadata], sidecar: Metadata) -> MediaFacts:
    """Add to ``facts`` what the sources say.

    The date is that of the first source that has one; in everything else the sidecar, which is
    where people's corrections are, comes first.
    """
    merged = functools.reduce(Metadata.over, sources.values(), sidecar)
    dated = _dated(sources, merged)
    taken = dated[1] if dated else None
    return dataclasses.replace(
        facts,
        taken_local=taken.local.isoformat() if taken else "",
        taken_offset=taken.offset if taken else None,
        taken_source=dated[0] if dated else "",
        coordinates=merged.coordinates,
        camera_make=merged.camera_make,
        camera_model=merged.camera_model,
        lens=merged.lens,
        title=merged.title,
        description=merged.description,
        keywords=merged.keywords,
        rating=merged.rating,
        details={**facts.details, **merged.details},
    )


def _dated(sources: dict[str, Metadata], merged: Metadata) -> tuple[str, Taken] | None:
    """Return the first date with its source, and its zone from wherever it can be worked out."""
    known = [(name, source.taken) for name, source in sources.items() if source.taken]
    if not known:
        return None
    name, taken = known[0]
    if name == "video" and taken.offset == 0:
        taken = _local_by_name(taken, sources["filename"].taken)
    moments = [merged.gps_utc, *(other.utc for _, other in known[1:])]
    for moment in moments:
        taken = with_offset_from(taken, moment)
    return name, taken


def _picture_metadata(image: ImageFile.ImageFile) -> Metadata:
    exif = read_exif(image)
    return exif.over(read_xmp(_embedded_xmp(image))).over(read_iptc(image))


def _embedded_xmp(image: Image.Image) -> bytes:
    for name in _XMP_NAMES:
        data = image.info.get(name)
        if isinstance(data, str):
            return data.encode()
        if isinstance(data, bytes):
            return data
    return b""
