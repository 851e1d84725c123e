"""A library and queries drawn at random, always the same ones, in the languages of the house."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from search.types import LabelEntry, SearchDocument
from tests.search.corpus import document, label

# fmt: off
WORDS = (
    "beach", "beaches", "running", "run", "runner", "receipt", "receipts", "invoice", "total",
    "due", "total", "amount", "paid", "café", "straße", "strasse", "müller", "schöner", "garten",
    "häuser", "haus", "forêt", "forêts", "été", "garçon", "élève", "niño", "niños", "montaña",
    "corazón", "canción", "東京タワー", "東京", "京都", "入場券", "北京", "北京大学", "图书馆",
    "مكتبة", "المكتبة", "كتاب", "москва", "музей", "музеи", "A-1312/B", "33.90", "RM33.90",
    "2024", "x1", "é", "don't", "well-known", "state-of-the-art",
)
# fmt: on
CODES = ("AB-12 CDE", "DE89 3704 0044", "+49 (0)89 1234", "INV-2024-0017", "7Q88.41/X", "")
LABELS = ("Beagle", "Golden Retriever", "Dog", "Beach", "Snow", "Sea", "Car", "House", "Person")
PLACES = (
    "Lisbon, Portugal",
    "São Paulo, Brazil",
    "京都, Japan",
    "München, Germany",
    "القاهرة, Egypt",
)
ALBUMS = ("Summer 2023", "Été à São Paulo", "京都 🗼", "Summer runs", "=1+1 <b>&", "🏖")
_START = datetime(2019, 1, 1, tzinfo=UTC)


def library(count: int = 80, seed: int = 1) -> list[SearchDocument]:
    """Return documents with texts, labels of every confidence, places and states."""
    draw = random.Random(seed)  # noqa: S311 - a fixed sequence, no secret
    return [_document(number, draw) for number in range(1, count + 1)]


def queries(count: int = 250, seed: int = 2) -> list[str]:
    """Return queries that use the whole language on the library's words."""
    draw = random.Random(seed)  # noqa: S311 - as above
    return [_query(draw, 2) for _ in range(count)]


def _document(number: int, draw: random.Random) -> SearchDocument:
    place = draw.choice(PLACES)
    texts = {
        "text": " ".join(draw.choices(WORDS, k=draw.randint(0, 40)))
        + f"\n{CODES[number % len(CODES)]}",
        "caption": " ".join(draw.choices(WORDS, k=draw.randint(0, 5))),
        "camera": draw.choice(("Canon EOS R5", "NIKON Z 6", "")),
        **({"place": place, "country": place.split(", ")[1]} if draw.random() < 0.5 else {}),
    }
    kind = draw.choice(("photo", "photo", "video", "document"))
    taken = _START + timedelta(hours=draw.randint(0, 50_000))
    return document(
        number,
        f"{draw.choice(WORDS).replace('/', '-')}_{number}.jpg",
        labels=_labels(draw),
        categories=tuple(label("Animals", draw.uniform(0, 100)) for _ in range(draw.randint(0, 1))),
        taken=taken.replace(tzinfo=None).isoformat(),
        kind=kind,
        albums=_albums(number),
        document_type="receipt" if kind == "document" else "",
        position=(number * 7 % 180 - 90, number * 37 % 360 - 180) if number % 3 else None,
        choices=("is=favorite",) if draw.random() < 0.2 else (),
        **texts,
    )


def _albums(number: int) -> tuple[str, ...]:
    draw = random.Random(number)  # noqa: S311 - as above
    return tuple(sorted(draw.sample(ALBUMS, k=draw.choice((0, 0, 1, 3)))))


def _labels(draw: random.Random) -> tuple[LabelEntry, ...]:
    names = draw.sample(LABELS, k=draw.randint(0, 4))
    return tuple(label(name, draw.uniform(0, 100), always=draw.random() < 0.1) for name in names)


def _query(draw: random.Random, depth: int) -> str:
    parts = [_leaf(draw, depth) for _ in range(draw.randint(1, 3))]
    return draw.choice((" ", " ", " OR ")).join(parts)


def _leaf(draw: random.Random, depth: int) -> str:
    word, other = draw.choice(WORDS), draw.choice(WORDS)
    code = "".join(filter(str.isalnum, draw.choice(CODES)))
    name = draw.choice(LABELS)
    forms = [
        word,
        word,
        name.lower(),
        f"-{word}",
        f'"{word} {other}"',
        f'"{word} {other}"~{draw.randint(1, 10)}',
        f'"{word} {other} {draw.choice(WORDS)}"~9',
        f"{word[:3]}*",
        f"{word[:1]}?{word[2:]}",
        f"{word}-{other}",
        code[draw.randint(0, 3) :] or word,
        f"{code[:3]}-{code[3:]}",
        f"{code[:4]} {code[4:]}",
        f"{word}-{other[:3]}*",
        f"label:{name.split()[-1]}",
        f'label:"{name}"',
        f"label:{name.split()[0]}>{draw.randint(0, 100)}",
        f"label:{name[:3]}*<={draw.randint(0, 100)}",
        f"confidence:>{draw.randint(0, 100)}",
        f"text:{word}",
        f"caption:{word}",
        f"place:{draw.choice(PLACES).split(',')[0].split()[0]}",
        "camera:canon",
        f"near:{draw.randint(-90, 90)},{draw.randint(-180, 180)},{draw.randint(500, 9_000)}km",
        f"album:{draw.choice(ALBUMS).split()[0]}",
        f'album:"{draw.choice(ALBUMS)}"',
        "is:favorite",
        "has:people",
        f"type:{draw.choice(('photo', 'video', 'receipt'))}",
        f"taken:{draw.randint(2019, 2024)}",
        f"taken:>{draw.randint(2019, 2024)}",
        f"size:<{draw.randint(1, 80)}mb",
        "東",
    ]
    if depth:
        forms += [f"({_query(draw, depth - 1)})", f"-({_query(draw, depth - 1)})"]
    return draw.choice(forms)
