"""Textract's answers, written by hand in its shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Block = dict[str, Any]
Sides = tuple[float, float, float, float]


def geometry(box: Sides) -> Block:
    left, top, width, height = box
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    return {
        "BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height},
        "Polygon": [{"X": left + x, "Y": top + y} for x, y in corners],
    }


def block(kind: str, identity: str, box: Sides = (0.1, 0.1, 0.2, 0.02), **more: Any) -> Block:
    return {
        "BlockType": kind,
        "Id": identity,
        "Confidence": 99.0,
        "Geometry": geometry(box),
        **more,
    }


def related(**ids: Sequence[str]) -> list[Block]:
    return [{"Type": name, "Ids": list(of)} for name, of in ids.items()]


def line(text: str, box: Sides, *, page: int = 1, written: bool = False) -> list[Block]:
    """A line's block with those of its words, which share its width."""
    left, top, width, height = box
    words, share = text.split(), width / len(text.split())
    kind = "HANDWRITING" if written else "PRINTED"
    ids = [f"{page} {text} {index}" for index in range(len(words))]
    return [
        block(
            "LINE", f"{page} {text}", box, Text=text, Page=page, Relationships=related(CHILD=ids)
        ),
        *(
            block(
                "WORD",
                identity,
                (left + index * share, top, share * 0.9, height),
                Text=word,
                TextType=kind,
                Page=page,
            )
            for index, (identity, word) in enumerate(zip(ids, words, strict=True))
        ),
    ]


def answer(*blocks: Block, **more: Any) -> Block:
    return {
        "DocumentMetadata": {"Pages": 1},
        "DetectDocumentTextModelVersion": "1.0",
        "Blocks": [block("PAGE", "page", (0, 0, 1, 1)), *blocks],
        **more,
    }


RECEIPT_LINES = (
    ("CORNER MARKET", 0.05),
    ("12 High Street Springfield", 0.09),
    ("Receipt no 4711", 0.13),
    ("Date 03/14/2024 10:22", 0.17),
    ("Milk 2.50", 0.22),
    ("Bread 3.10", 0.26),
    ("Cheese 9.40", 0.30),
    ("Subtotal 15.00", 0.36),
    ("Tax 1.20", 0.40),
    ("Total $16.20", 0.44),
    ("Cash 20.00", 0.49),
    ("Change 3.80", 0.53),
)


def receipt() -> Block:
    """What DetectDocumentText says of a receipt."""
    found = (line(text, (0.1, top, 0.7, 0.03)) for text, top in RECEIPT_LINES)
    return answer(*(one for of_line in found for one in of_line))


def expense() -> Block:
    """What AnalyzeExpense says of the same receipt."""
    summary = (
        ("VENDOR_NAME", "", "CORNER MARKET", 0.05),
        ("INVOICE_RECEIPT_DATE", "Date", "03/14/2024", 0.17),
        ("INVOICE_RECEIPT_ID", "Receipt no", "4711", 0.13),
        ("SUBTOTAL", "Subtotal", "15.00", 0.36),
        ("TAX", "Tax", "1.20", 0.40),
        ("TOTAL", "Total", "$16.20", 0.44),
        ("OTHER", "Cash", "20.00", 0.49),
        ("CITY", "", "Springfield", 0.09),
    )
    items = (("Milk", "2.50", 0.22), ("Bread", "3.10", 0.26), ("Cheese", "9.40", 0.30))
    return {
        "DocumentMetadata": {"Pages": 1},
        "ExpenseDocuments": [
            {
                "ExpenseIndex": 1,
                "SummaryFields": [_summary(*one) for one in summary],
                "LineItemGroups": [
                    {"LineItemGroupIndex": 1, "LineItems": [_item(*one) for one in items]}
                ],
                "Blocks": receipt()["Blocks"],
            }
        ],
    }


def _summary(kind: str, label: str, value: str, top: float) -> Block:
    found: Block = {"Type": {"Text": kind, "Confidence": 99.0}, "PageNumber": 1}
    if label:
        found["LabelDetection"] = _detection(label, (0.1, top, 0.2, 0.03))
    found["ValueDetection"] = _detection(value, (0.5, top, 0.3, 0.03))
    return found


def _item(name: str, price: str, top: float) -> Block:
    cells = (("ITEM", name, 0.1), ("PRICE", price, 0.6), ("EXPENSE_ROW", f"{name} {price}", 0.1))
    return {
        "LineItemExpenseFields": [
            {
                "Type": {"Text": kind, "Confidence": 99.0},
                "ValueDetection": _detection(text, (left, top, 0.2, 0.03)),
            }
            for kind, text, left in cells
        ]
    }


def _detection(text: str, box: Sides) -> Block:
    return {"Text": text, "Confidence": 98.0, "Geometry": geometry(box)}


def form_text() -> Block:
    """What DetectDocumentText says of a form that is not filled in."""
    labels = ("Application", "Full name:", "Date of birth:", "Home address:", "Signature:")
    more = ("Please print with a black pen and leave nothing out of what is asked for",)
    texts = [*more, *labels, *(f"{text} of the second applicant" for text in labels)]
    found = (line(text, (0.1, 0.1 + n * 0.05, 0.8, 0.04)) for n, text in enumerate(texts))
    return answer(*(one for of_line in found for one in of_line))


def form() -> Block:
    """What AnalyzeDocument says of a small form: two keys, a tick and a table with a head."""
    return answer(
        *line("Full name Ada Lovelace", (0.1, 0.1, 0.6, 0.03)),
        block("WORD", "k", Text="Name:"),
        block("WORD", "v1", Text="Ada"),
        block("WORD", "v2", Text="Lovelace"),
        block(
            "KEY_VALUE_SET",
            "key",
            (0.1, 0.1, 0.1, 0.03),
            EntityTypes=["KEY"],
            Relationships=related(VALUE=["value"], CHILD=["k"]),
        ),
        block(
            "KEY_VALUE_SET",
            "value",
            (0.3, 0.1, 0.2, 0.03),
            EntityTypes=["VALUE"],
            Relationships=related(CHILD=["v1", "v2"]),
        ),
        block("WORD", "member", Text="Member"),
        block("SELECTION_ELEMENT", "tick", SelectionStatus="SELECTED"),
        block(
            "KEY_VALUE_SET",
            "key2",
            EntityTypes=["KEY"],
            Relationships=related(VALUE=["value2"], CHILD=["member"]),
        ),
        block(
            "KEY_VALUE_SET",
            "value2",
            EntityTypes=["VALUE"],
            Relationships=related(CHILD=["tick"]),
        ),
        *table(),
    )


def table() -> list[Block]:
    """Two columns under one wide head, with a title."""
    texts = {"1 1": "Costs", "1 2": "", "2 1": "=1+1", "2 2": "4.50"}
    words = [block("WORD", f"w{place}", Text=text) for place, text in texts.items() if text]
    cells = [
        block(
            "CELL",
            f"c{place}",
            RowIndex=int(place[0]),
            ColumnIndex=int(place[2]),
            RowSpan=1,
            ColumnSpan=1,
            EntityTypes=["COLUMN_HEADER"] if place[0] == "1" else None,
            Relationships=related(CHILD=[f"w{place}"]) if text else None,
        )
        for place, text in texts.items()
    ]
    merged = block(
        "MERGED_CELL",
        "merged",
        RowIndex=1,
        ColumnIndex=1,
        RowSpan=1,
        ColumnSpan=2,
        Relationships=related(CHILD=["c1 1", "c1 2"]),
    )
    title = block("TABLE_TITLE", "title", Relationships=related(CHILD=["tw"]))
    whole = block(
        "TABLE",
        "table",
        (0.1, 0.5, 0.8, 0.3),
        Relationships=related(
            CHILD=[cell["Id"] for cell in cells], MERGED_CELL=["merged"], TABLE_TITLE=["title"]
        ),
    )
    return [*words, *cells, merged, block("WORD", "tw", Text="Expenses"), title, whole]
