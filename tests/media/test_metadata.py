"""Dates, places, cameras and words, out of every source and in the right order."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from gallery.types import Coordinates, MediaFacts
from tests.media.conftest import type_of
from tests.media.making import four_corners
from workers.media.cleaning import clean_keywords, clean_text
from workers.media.dates import (
    Taken,
    parse_date,
    parse_file_name,
    parse_offset,
    parse_pdf_date,
    parse_video_date,
    with_offset_from,
)
from workers.media.positions import iso6709_coordinates, make_coordinates, xmp_coordinates
from workers.media.service import MediaTools
from workers.media.xmp import read_xmp

_DETAIL, _GPS = 0x8769, 0x8825


def _xmp(properties: str, prolog: str = "") -> bytes:
    return f"""{prolog}<x:xmpmeta xmlns:x="adobe:ns:meta/">
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
        xmlns:exif="http://ns.adobe.com/exif/1.0/"><rdf:Description rdf:about="">{properties}
      </rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def _photo(path: Path, exif: Image.Exif | None = None, xmp: bytes = b"") -> Path:
    four_corners().save(path, exif=exif or Image.Exif(), xmp=xmp)
    return path


def _inspect(tools: MediaTools, path: Path, **options: object) -> MediaFacts:
    return tools.inspect(path, type_of(path), **options)  # type: ignore[arg-type]


def _full_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x4746] = "Nikon", "Z 30", 4
    exif[0x010E] = "A walk along the river"
    exif.get_ifd(_DETAIL).update(
        {0x9003: "2024:05:06 07:08:09", 0x9011: "+02:00", 0x829A: IFDRational(1, 250), 0x829D: 2.8}
    )
    exif.get_ifd(_GPS).update(
        {1: "S", 2: (33.0, 51.0, 24.0), 3: "E", 4: (151.0, 12.0, 54.0), 5: b"\0", 6: 12.0}
    )
    return exif


def test_exif_tells_date_zone_place_camera_and_settings(tools: MediaTools, tmp_path: Path) -> None:
    facts = _inspect(tools, _photo(tmp_path / "a.jpg", _full_exif()))
    assert (facts.taken_local, facts.taken_offset) == ("2024-05-06T07:08:09", 120)
    assert facts.taken_source == "exif"
    assert facts.coordinates == Coordinates(-33.856667, 151.215)
    assert (facts.camera_make, facts.camera_model, facts.rating) == ("Nikon", "Z 30", 4)
    assert facts.description == "A walk along the river"
    assert facts.details["exposure"] == "1/250 s"
    assert facts.details["aperture"] == "f/2.8"
    assert facts.details["altitude"] == "12 m"


def test_the_zone_follows_from_the_satellites_time(tools: MediaTools, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Z 30"
    exif.get_ifd(_DETAIL)[0x9003] = "2024:05:06 07:08:09"
    exif.get_ifd(_GPS).update({7: (1.0, 37.0, 50.0), 29: "2024:05:06"})
    facts = _inspect(tools, _photo(tmp_path / "a.jpg", exif))
    assert (facts.taken_local, facts.taken_offset) == ("2024-05-06T07:08:09", 330)


def test_a_sidecar_comes_before_the_file_itself(tools: MediaTools, tmp_path: Path) -> None:
    sidecar = tmp_path / "a.jpg.xmp"
    sidecar.write_bytes(
        _xmp(
            "<dc:title><rdf:Alt><rdf:li xml:lang='de'>Fluss</rdf:li>"
            "<rdf:li xml:lang='x-default'>River</rdf:li></rdf:Alt></dc:title>"
            "<dc:subject><rdf:Bag><rdf:li>Výlet</rdf:li></rdf:Bag></dc:subject>"
            "<exif:DateTimeOriginal>2020-01-02T03:04:05</exif:DateTimeOriginal>"
            "<exif:GPSLatitude>50,5.3752490N</exif:GPSLatitude>"
            "<exif:GPSLongitude>14,23.8445710E</exif:GPSLongitude><xmp:Rating>5</xmp:Rating>"
        )
    )
    own = _xmp("<dc:subject><rdf:Bag><rdf:li>water</rdf:li></rdf:Bag></dc:subject>")
    photo = _photo(tmp_path / "a.jpg", _full_exif(), own)
    facts = _inspect(tools, photo, sidecar=sidecar)
    assert (facts.title, facts.rating, facts.camera_model) == ("River", 5, "Z 30")
    assert facts.keywords == ("Výlet", "water")
    assert (facts.taken_local, facts.taken_source) == ("2020-01-02T03:04:05", "sidecar")
    assert facts.coordinates == Coordinates(50.089587, 14.39741)


def test_the_owners_file_name_dates_a_photo_without_metadata(
    tools: MediaTools, tmp_path: Path
) -> None:
    photo = _photo(tmp_path / "original.jpg")
    facts = _inspect(tools, photo, name="IMG-20230504-WA0001.jpg")
    assert (facts.taken_local, facts.taken_source) == ("2023-05-04T00:00:00", "filename")


def test_hostile_metadata_is_cleaned_and_never_fails(tools: MediaTools, tmp_path: Path) -> None:
    exif = _full_exif()
    exif[0x010F] = "Ni\x07kon" + "x" * 5000
    exif[0x010E] = "café \u202egnp.exe".encode()
    exif.get_ifd(_DETAIL)[0x9003] = "0000:00:00 00:00:00"
    exif.get_ifd(_GPS).update({2: (999.0, 0.0, 0.0)})
    facts = _inspect(tools, _photo(tmp_path / "a.jpg", exif, b"<not xml"))
    assert facts.camera_make.startswith("Nikonxx")
    assert len(facts.camera_make) == 500
    assert facts.description == "café gnp.exe"
    assert facts.coordinates is None
    assert facts.taken_local == ""


def test_entities_in_xmp_are_not_expanded() -> None:
    prolog = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    title = "<dc:title><rdf:Alt><rdf:li>&e;</rdf:li></rdf:Alt></dc:title>"
    assert read_xmp(_xmp(title, prolog)).title == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20240107_110258.jpg", "2024-01-07T11:02:58"),
        ("PXL_20230101_123456789.jpg", "2023-01-01T12:34:56"),
        ("Screenshot 2024-03-01 at 10.20.30.png", "2024-03-01T10:20:30"),
        ("2021-02-03.png", "2021-02-03T00:00:00"),
        ("DSC_1928_20240128_105420_80p.mp4", "2024-01-28T10:54:20"),
    ],
)
def test_dates_in_file_names(name: str, expected: str) -> None:
    taken = parse_file_name(name)
    assert taken is not None
    assert taken.local.isoformat() == expected


@pytest.mark.parametrize("name", ["12345678.jpg", "IMG_0042.jpg", "20241350_000000.jpg", "1.jpg"])
def test_other_numbers_in_file_names_are_no_dates(name: str) -> None:
    assert parse_file_name(name) is None


def test_dates_in_many_spellings() -> None:
    noon = datetime(2024, 1, 31, 12, 0, 5)  # noqa: DTZ001
    assert parse_date("2024:01:31 12:00:05\0") == Taken(noon)
    assert parse_date("2024-01-31T12:00:05.25+01:00") == Taken(noon, 60)
    assert parse_pdf_date("D:20240131120005-05'30'") == Taken(noon, -330)
    assert parse_video_date("2024-01-31T12:00:05.000000Z") == Taken(noon, 0)
    assert parse_video_date("1904-01-01T00:00:00.000000Z") is None
    assert parse_date("2024-02-30") is None
    assert parse_offset("+25:00") is None


def test_a_clock_that_does_not_fit_gives_no_zone() -> None:
    local = Taken(datetime(2024, 1, 31, 12, 7))  # noqa: DTZ001
    assert with_offset_from(local, datetime(2024, 1, 31, 9, 0)).offset is None  # noqa: DTZ001


def test_positions_in_many_spellings() -> None:
    assert iso6709_coordinates("+32.0929+034.8620+028.516/") == Coordinates(32.0929, 34.862)
    assert iso6709_coordinates("-3351.4+15112.9/") == Coordinates(-33.856667, 151.215)
    assert xmp_coordinates("50,30,0N", "14,15,0W") == Coordinates(50.5, -14.25)
    assert make_coordinates(0.0, 0.0) is None
    assert make_coordinates(91.0, 0.0) is None


def test_keywords_are_distinct_and_bounded() -> None:
    assert clean_keywords(["Dog", "dog", " ", b"caf\xc3\xa9"]) == ("Dog", "café")
    assert len(clean_keywords(str(number) for number in range(1000))) == 100


@given(st.text(max_size=60))
def test_no_text_makes_the_readers_raise(text: str) -> None:
    for reader in (parse_date, parse_pdf_date, parse_file_name, parse_offset, iso6709_coordinates):
        reader(text)
    xmp_coordinates(text, text)
    assert len(clean_text(text, 10)) <= 10


@given(st.binary(max_size=200))
def test_no_bytes_make_xmp_raise(data: bytes) -> None:
    read_xmp(data)
    read_xmp(_xmp("") + data)
