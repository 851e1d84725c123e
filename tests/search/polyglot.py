"""A library in seven languages, made of rows like anybody's: what the parity list is asked of.

The newest item comes first. ``ITEMS`` are known by the names that the list uses.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from gallery.models import Album, Category, DocumentField, Label, MediaItem
from gallery.services.albums import add_to_album, create_album
from tests.factories import (
    LabelFactory,
    MediaCategoryFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    text_line,
)

Fields = tuple[tuple[str, str, str, str], ...]
_PARENTS = {
    "Beagle": ("Dog",),
    "Dog": ("Pet", "Animal"),
    "Cat": ("Pet", "Animal"),
    "Golden Retriever": ("Dog",),
    "Car": ("Vehicle",),
}
_ALIASES = {"Car": ["Automobile"], "Sea": ["Ocean"]}
_CATEGORIES = {
    "Beagle": "Animals and Pets",
    "Cat": "Animals and Pets",
    "Golden Retriever": "Animals and Pets",
    "Pizza": "Food and Drink",
}


@dataclass(frozen=True)
class Made:
    """What an item is made of. ``pages`` are lines of text; ``fields`` are kind, key, value and
    normalized value; ``labels`` are names with their confidence."""

    name: str
    file: str
    taken: str
    labels: tuple[tuple[str, float], ...] = ()
    pages: tuple[tuple[str, ...], ...] = ()
    fields: Fields = ()
    values: dict[str, Any] = field(default_factory=dict)


_LISBON = {
    "city": "Lisbon", "country": "Portugal", "country_code": "PT",
    "latitude": 38.72, "longitude": -9.14,
}  # fmt: skip
_MUNICH = {"city": "München", "region": "Bayern", "country": "Deutschland", "country_code": "DE"}
_KYOTO = {"city": "京都", "country": "日本", "country_code": "JP"}
_CAIRO = {"city": "القاهرة", "country": "مصر", "country_code": "EG"}
_CANON = {"camera_make": "Canon", "camera_model": "Canon EOS R5"}
_RECEIPT = {"kind": "document", "document_type": "receipt"}
_INVOICE = {"kind": "document", "document_type": "invoice"}

_MYR, _EUR, _JPY, _CNY = (("currency", "", code, code) for code in ("MYR", "EUR", "JPY", "CNY"))

ITEMS = (
    # English
    Made("beagle", "IMG_2034.jpg", "2024-06-15T10:00", (("Beagle", 97), ("Beach", 60.4)),
         values={**_LISBON, **_CANON, "caption": "Bella running on the beach", "favorite": True,
                 "width": 6000, "height": 4000, "size_bytes": 12_000_000}),
    Made("retriever", "golden-hour.jpg", "2024-02-01T09:00", (("Golden Retriever", 80),
            ("Snow", 90)),
         values={"caption": "She runs through the snow", "width": 4000, "height": 3000}),
    Made("doubt", "dog-house.png", "2022-05-05T08:00", (("House", 88), ("Dog", 38))),
    Made("receipt", "scan0001.pdf", "2024-05-31T23:30",
         pages=(("IKEA store", "Total due RM33.90", "Thank you for your receipts"),),
         fields=(("vendor", "", "IKEA store", ""), ("total", "Total due", "RM33.90", "33.90"), _MYR,
                 ("", "Due date", "15 June 2024", "")),
         values=_RECEIPT),
    Made("notes", "notes.jpg", "2024-06-01T00:10",
         pages=(("total of the runs, due tomorrow:", "A-1312/B don't forget the well-known café"),),
         values={"document_type": "notes"}),
    Made("clip", "holiday.mp4", "2019-07-07T07:00", (("Car", 70), ("Person", 92)),
         values={"kind": "video", "duration_ms": 95_000, "size_bytes": 250_000_000}),
    Made("archived", "old sea.jpg", "2018-08-08T08:00", (("Sea", 75),), values={"archived": True}),
    Made("manual", "manual.pdf", "2020-01-20T12:00",
         pages=(("Chapter one: safety first",), ("Chapter two: the warranty covers two years",)),
         values={"kind": "document", "document_type": "page"}),
    Made("cat", "whiskers.jpg", "2023-06-20T18:00", (("Cat", 99),),
         values={"caption": "Our colour-blind cat, 10:30 at http://example.org/cats"}),
    # German
    Made("rechnung", "Rechnung März.pdf", "2023-03-14T12:00",
         pages=(("Müller & Söhne GmbH", "Gesamtbetrag: 1.234,50 EUR", "Straße der Größe 7"),),
         fields=(("vendor", "", "Müller & Söhne GmbH", ""),
                 ("total", "Gesamtbetrag", "1.234,50 EUR", "1234.50"), _EUR),
         values=_INVOICE),
    Made("garten", "Garten.jpg", "2023-05-01T15:00", (("Garden", 91),),
         values={**_MUNICH, "caption": "Schöner Tag in den Gärten, Häuser und Äpfel"}),
    Made("fahrplan", "Fahrplan.png", "2021-11-02T08:00",
         pages=(("Abfahrt Gleis 9", "Donaudampfschifffahrt täglich außer sonntags"),)),
    # French
    Made("facture", "facture-été.pdf", "2023-07-03T12:00",
         pages=(("Électricité de l'Été", "Montant payé : 89,90 €", "Merci, garçon français"),),
         fields=(("vendor", "", "Électricité de l'Été", ""), ("total", "Montant", "89,90 €",
                 "89.90"), _EUR),
         values=_INVOICE),
    Made("café", "Café à Paris.jpg", "2021-12-24T18:00", (("Coffee", 92),),
         values={"city": "Paris", "region": "Île-de-France", "country": "France",
                 "country_code": "FR", "caption": "Forêts enneigées, crème brûlée et œuvre d'art"}),
    Made("affiche", "affiche.jpg", "2020-09-09T09:00",
         pages=(("Théâtre de l'Œuvre", "L'élève et le maître"),)),
    # Spanish
    Made("factura", "factura.pdf", "2022-10-10T12:00",
         pages=(("Panadería Ñandú", "Importe total 45,00 €", "¡Gracias por su visita!"),),
         fields=(("vendor", "", "Panadería Ñandú", ""), ("total", "Importe total", "45,00 €",
                 "45.00"), _EUR),
         values=_RECEIPT),
    Made("montaña", "montaña.jpg", "2022-08-15T06:00", (("Mountain", 95),),
         values={"city": "Logroño", "country": "España", "country_code": "ES",
                 "caption": "Niños en la montaña, corazón y canción"}),
    Made("menú", "menú del día.jpg", "2021-06-01T14:00", (("Pizza", 85),),
         pages=(("Menú del día 12,50", "¿Qué desea? Jamón, piña, pingüino"),)),
    # Japanese
    Made("tower", "東京タワー.jpg", "2020-03-03T03:00", (("Tower", 93),),
         pages=(("東京タワー 入場券", "大人 1,200円"),)),
    Made("kyoto", "DSC01234.jpg", "2020-04-04T10:00",
         values={**_KYOTO, "caption": "京都の桜とお寺", "camera_make": "SONY",
                 "camera_model": "ILCE-7M4"}),
    Made("ryoshu", "領収書.pdf", "2023-01-05T12:00",
         pages=(("領収書 株式会社サクラ", "合計 ¥3,300", "ｶﾀｶﾅ ﾊﾟﾝ"),),
         fields=(("vendor", "", "株式会社サクラ", ""), ("total", "合計", "¥3,300", "3300"), _JPY),
         values=_RECEIPT),
    # Chinese
    Made("fapiao", "发票.pdf", "2022-02-02T12:00",
         pages=(("北京大学图书馆", "发票 金额 100.00 元"),),
         fields=(("total", "金额", "100.00", "100.00"), _CNY,), values=_INVOICE),
    Made("library", "library.jpg", "2021-01-01T01:00",
         values={"caption": "北京图书馆的老书", "city": "北京",
                 "country": "中国", "country_code": "CN"}),
    Made("taipei", "夜市.jpg", "2019-10-10T20:00",
         pages=(("士林夜市 歡迎光臨",),), values={"caption": "臺北 Taipei 101"}),
    # Arabic
    Made("kitab", "كتاب.jpg", "2022-12-12T12:00",
         pages=(("المكتبة الوطنية", "كِتَابٌ جَدِيدٌ"),)),
    Made("cairo", "cairo.jpg", "2023-09-09T17:00",
         values={**_CAIRO, "caption": "غروب الشمس في القاهرة"}),
    Made("fatura", "فاتورة.pdf", "2024-01-10T12:00",
         pages=(("فاتورة رقم ١٢٣٤", "المجموع 250"),),
         fields=(("total", "المجموع", "250", "250.00"),), values=_INVOICE),
    # More than one
    Made("mixed", "mixed.png", "2018-01-01T00:00",
         pages=(("Total 合計 المجموع Gesamt total", "RECEIPT № 77 Quittung reçu recibo"),)),
    Made("nonlatin", "scan.jpg", "2017-05-05T05:00",
         pages=(("Москва: музеи открыты", "ΑΘΗΝΑ Ελλάδα"),)),
)  # fmt: skip
BY_ID = {uuid.UUID(int=5_000 + number): made for number, made in enumerate(ITEMS)}


def make_polyglot(owner: User) -> list[MediaItem]:
    """Put ITEMS into the owner's library; two of them lie in an album."""
    labels = _Labels()
    items = [_item(owner, item_id, made, labels) for item_id, made in BY_ID.items()]
    album: Album = create_album(owner, "Sommer am Meer")
    add_to_album(album, [item.pk for item in items[:2]])
    return items


class _Labels:
    def __init__(self) -> None:
        self._made: dict[str, Label] = {}

    def named(self, name: str) -> Label:
        if name not in self._made:
            label = LabelFactory(name=name, aliases=_ALIASES.get(name, []))
            if category := _CATEGORIES.get(name):
                slug = category.lower().replace(" ", "-")
                label.category = Category.objects.get_or_create(
                    name=category, defaults={"slug": slug}
                )[0]
                label.save()
            label.parents.set(self._ancestors(name))
            self._made[name] = label
        return self._made[name]

    def _ancestors(self, name: str) -> list[Label]:
        parents = [self.named(parent) for parent in _PARENTS.get(name, ())]
        return [*parents, *(older for parent in parents for older in parent.parents.all())]


def _item(owner: User, item_id: uuid.UUID, made: Made, labels: _Labels) -> MediaItem:
    taken = datetime.fromisoformat(made.taken).replace(tzinfo=UTC)
    item: MediaItem = MediaItemFactory(
        id=item_id,
        owner=owner,
        file_name=made.file,
        taken_local=taken,
        taken_source="exif",
        has_text=bool(made.pages),
        **made.values,
    )
    MediaItem.objects.filter(pk=item_id).update(added_at=taken.replace(year=taken.year + 1))
    for name, confidence in made.labels:
        label = labels.named(name)
        MediaLabelFactory(item=item, label=label, confidence=confidence)
        if label.category:
            MediaCategoryFactory(item=item, category=label.category, confidence=confidence)
    for number, lines in enumerate(made.pages, 1):
        TextPageFactory(item=item, number=number, lines=[text_line(line) for line in lines])
    for position, (kind, key, value, normalized) in enumerate(made.fields):
        DocumentField.objects.create(
            item=item, position=position, kind=kind, key=key, value=value,
            normalized=normalized, confidence=95,
        )  # fmt: skip
    return item
