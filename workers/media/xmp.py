"""Read XMP, embedded or from a sidecar: XML of strangers, so without entities and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from workers.media.cleaning import LONG_TEXT, clean_caption, clean_keywords, clean_text
from workers.media.dates import Taken, parse_date
from workers.media.metadata import Metadata, clean_rating
from workers.media.positions import to_number, xmp_coordinates

MAX_XMP_BYTES = 2 * 2**20
_MAX_ITEMS = 200

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_LENS_NAMES = (
    "{http://cipa.jp/exif/1.0/}LensModel",
    "{http://ns.adobe.com/exif/1.0/aux/}Lens",
)
_KEYWORD_PATHS = (
    "{http://www.digikam.org/ns/1.0/}TagsList",
    "{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject",
)
_DATE_NAMES = (f"{_EXIF}DateTimeOriginal", f"{_PHOTOSHOP}DateCreated", f"{_XMP}CreateDate")

Properties = Mapping[str, list[str]]


def read_xmp(data: bytes) -> Metadata:
    """Return what XMP says; nothing when it is malformed, too long or declares entities."""
    properties = _properties(data)
    if not properties:
        return Metadata()
    return Metadata(
        taken=_taken(properties),
        coordinates=xmp_coordinates(
            _first(properties, f"{_EXIF}GPSLatitude"), _first(properties, f"{_EXIF}GPSLongitude")
        ),
        camera_make=clean_text(_first(properties, f"{_TIFF}Make")),
        camera_model=clean_text(_first(properties, f"{_TIFF}Model")),
        lens=clean_text(_first(properties, *_LENS_NAMES)),
        title=clean_caption(_first(properties, f"{_DC}title", f"{_PHOTOSHOP}Headline"), 500),
        description=clean_caption(_first(properties, f"{_DC}description"), LONG_TEXT),
        keywords=_keywords(properties),
        rating=clean_rating(to_number(_first(properties, f"{_XMP}Rating"))),
    )


def _properties(data: bytes) -> Properties:
    if not data or len(data) > MAX_XMP_BYTES:
        return {}
    try:
        root = fromstring(data.strip(b"\0 \t\r\n"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return {}
    found: dict[str, list[str]] = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            found.setdefault(name, [value])
        for child in description:
            found.setdefault(child.tag, _values(child))
    return found


def _values(element: Element) -> list[str]:
    """Return an element's text or its list items, those in the default language first."""
    items = element.findall(f"./*/{_RDF}li")[:_MAX_ITEMS]
    items.sort(key=lambda item: item.get(_LANGUAGE, "x-default") != "x-default")
    return [item.text for item in items if item.text] or [element.text or ""]


def _first(properties: Properties, *names: str) -> str:
    return next((values[0] for name in names if (values := properties.get(name))), "")


def _taken(properties: Properties) -> Taken | None:
    dates = (parse_date(_first(properties, name)) for name in _DATE_NAMES)
    return next(filter(None, dates), None)


def _keywords(properties: Properties) -> tuple[str, ...]:
    """Unite plain keywords with the last steps of hierarchical ones."""
    plain = properties.get(f"{_DC}subject", [])
    steps = [value for path in _KEYWORD_PATHS for value in properties.get(path, [])]
    leaves = [value.replace("|", "/").rsplit("/", 1)[-1] for value in steps]
    return clean_keywords([*plain, *leaves])
