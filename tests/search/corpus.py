"""A small library made in code, on which every engine must give the same answers."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from search.analysis import words
from search.codes import CODE_FIELDS, indexed_codes
from search.dates import date_words, sort_key
from search.documents import PAGE_BREAK
from search.fields import DATE_WORDS, TYPE_WORDS
from search.geocells import cells_of
from search.levels import level_of
from search.types import LabelEntry, SearchDocument

ALICE = uuid.UUID(int=1)
BOB = uuid.UUID(int=2)
PARENTS = {
    "Beagle": ("Dog", "Pet", "Animal"),
    "Golden Retriever": ("Dog", "Pet", "Animal"),
    "Dog": ("Pet", "Animal"),
    "Sea": ("Ocean",),
    "Car": ("Automobile", "Vehicle"),
}


def item_id(number: int) -> uuid.UUID:
    return uuid.UUID(int=1000 + number)


def label(name: str, confidence: float, *, always: bool = False) -> LabelEntry:
    names = tuple(words(text) for text in (name, *PARENTS.get(name, ())))
    return LabelEntry(name, names, level_of(confidence), always)


def document(
    number: int,
    name: str,
    *,
    labels: tuple[LabelEntry, ...] = (),
    categories: tuple[LabelEntry, ...] = (),
    taken: str = "2024-01-01T12:00:00",
    kind: str = "photo",
    document_type: str = "",
    choices: tuple[str, ...] = (),
    version: int = 1,
    total: int | None = None,
    albums: tuple[str, ...] = (),
    position: tuple[float, float] | None = None,
    **texts: str,
) -> SearchDocument:
    moment = datetime.fromisoformat(taken).replace(tzinfo=UTC)
    plain = {
        "name": name,
        TYPE_WORDS: f"{kind} {document_type}",
        DATE_WORDS: date_words(moment),
        **texts,
    }
    kinds = tuple(f"type={value}" for value in (kind, document_type) if value)
    return SearchDocument(
        id=item_id(number),
        version=version,
        sort_key=sort_key(moment),
        fields={field: words(text) for field, text in plain.items()}
        | {"album": tuple(token for name in albums for token in (*words(name), PAGE_BREAK))},
        codes={field: indexed_codes(field, plain.get(field, "")) for field in CODE_FIELDS},
        cells=cells_of(*position) if position else (),
        labels=labels,
        categories=categories,
        choices=(*kinds, *choices),
        numbers={
            "taken": sort_key(moment) // 1000,
            "size": number * 1_000_000,
            **({} if total is None else {"total": total}),
        },
        facets={
            "kind": (kind,),
            "year": (str(moment.year),),
            **({"place": (texts["place"].split(",")[0],)} if "place" in texts else {}),
            **({"album": albums} if albums else {}),
        },
    )


def corpus() -> list[SearchDocument]:
    animals = (label("Animals", 97),)
    return [
        document(
            1,
            "IMG_0001.jpg",
            labels=(label("Beagle", 97), label("Beach", 60.4)),
            categories=animals,
            taken="2023-06-15T10:00:00",
            place="Lisbon, Portugal",
            country="Portugal PT",
            choices=("is=favorite", "has=location"),
            albums=("Summer 2023", "Rome & <b>home</b>"),
        ),
        document(
            2,
            "IMG_0002.jpg",
            labels=(label("Golden Retriever", 80), label("Snow", 90)),
            categories=animals,
            taken="2024-02-01T09:00:00",
            caption="Bella running in the snow",
            albums=("Winter runs",),
        ),
        document(
            3,
            "dog-house.png",
            labels=(label("House", 88), label("Dog", 38)),
            taken="2022-05-05T08:00:00",
        ),
        document(
            4,
            "receipt-ikea.pdf",
            kind="document",
            document_type="receipt",
            taken="2024-05-31T23:30:00",
            text="IKEA store\nTotal due RM33.90\nThank you for your receipts",
            vendor="IKEA store",
            field="vendor IKEA store total due RM33.90",
            total=3390,
            choices=("has=text",),
        ),
        document(
            5,
            "notes.jpg",
            document_type="notes",
            taken="2024-06-01T00:10:00",
            text="total of the runs, due tomorrow: A-1312/B",
            choices=("has=text",),
        ),
        document(
            6,
            "Café à Paris.jpg",
            labels=(label("Coffee", 92),),
            taken="2021-12-24T18:00:00",
            place="Paris, France",
            country="France FR",
            caption="Ein schöner Tag mit Müller",
        ),
        document(7, "東京タワー.jpg", taken="2020-03-03T03:00:00", text="東京タワー 入場券"),
        document(
            8,
            "clip.mp4",
            kind="video",
            labels=(label("Car", 70),),
            taken="2019-07-07T07:00:00",
            albums=("Summer 2023",),
        ),
        document(
            9,
            "hidden.jpg",
            labels=(label("Sea", 20, always=True),),
            taken="2018-08-08T08:00:00",
            choices=("is=archived",),
        ),
    ]  # fmt: skip
