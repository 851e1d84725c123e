"""Textract's blocks, mended until the parser takes them: foreign data, known for its gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from trp import Document

Block = dict[str, Any]

MAX_BLOCKS_OF_PAGE = 20_000
_MAX_ROWS, _MAX_COLUMNS = 5_000, 500
# What a child must be for the parser to take it as one.
_CHILDREN = {
    "LINE": {"WORD"},
    "TABLE": {"CELL"},
    "MERGED_CELL": {"CELL"},
    "CELL": {"WORD", "SELECTION_ELEMENT"},
    "KEY_VALUE_SET": {"WORD", "SELECTION_ELEMENT"},
    "TABLE_TITLE": {"WORD"},
}
_OLD_KINDS = {"KEY": "KEY_VALUE_SET", "VALUE": "KEY_VALUE_SET"}
_CELLS = ("CELL", "MERGED_CELL")


def document_of(responses: Sequence[Mapping[str, Any]]) -> tuple[Document, list[int]]:
    """Parse the answers of one call, or of one paged call; returns it with its pages' numbers.

    Never raises on what the answers say: blocks that make no sense are left out.
    """
    pages = _by_page(block for answer in responses for block in _dicts(answer.get("Blocks")))
    numbers = sorted(pages)
    blocks = [block for number in numbers for block in _linked(pages[number])]
    return Document({"Blocks": blocks}), numbers


def _by_page(raw: Iterable[Mapping[str, Any]]) -> dict[int, list[Block]]:
    """The mended blocks of each page, the page's own first."""
    pages: dict[int, list[Block]] = defaultdict(list)
    current = 1
    for block in raw:
        if block.get("BlockType") == "PAGE":
            # Answers about a single picture do not number it.
            current = _whole(block.get("Page"), len(pages) + 1)
        number = _whole(block.get("Page"), current)
        mended = _mended(block)
        if mended is not None and len(pages[number]) < MAX_BLOCKS_OF_PAGE:
            pages[number].append(mended)
    return {number: _headed(number, blocks) for number, blocks in pages.items() if blocks}


def _headed(number: int, blocks: list[Block]) -> list[Block]:
    heads = [block for block in blocks if block["BlockType"] == "PAGE"]
    head = heads[0] if heads else _mended({"BlockType": "PAGE", "Id": f"page {number}"})
    rest = [block for block in blocks if block["BlockType"] != "PAGE"]
    return [head, *rest] if head else rest


def _mended(block: Mapping[str, Any]) -> Block | None:
    """The block with every value that the parser reads unasked; None for what is no block."""
    kind, identity = block.get("BlockType"), block.get("Id")
    if not isinstance(kind, str) or not isinstance(identity, str):
        return None
    mended: Block = {
        "BlockType": _OLD_KINDS.get(kind, kind),
        "Id": identity,
        "Confidence": percent_of(block.get("Confidence")),
        "Geometry": _geometry(block.get("Geometry")),
        "Text": block["Text"] if isinstance(block.get("Text"), str) else "",
        "TextType": str(block.get("TextType") or ""),
        "EntityTypes": _strings(block.get("EntityTypes")) or ([kind] if kind in _OLD_KINDS else []),
        "SelectionStatus": str(block.get("SelectionStatus") or "NOT_SELECTED"),
        "Relationships": _relationships(block.get("Relationships")),
    }
    return _placed(mended, block) if kind in _CELLS else mended


def _placed(cell: Block, raw: Mapping[str, Any]) -> Block | None:
    """The cell with its place in the table; None for one far outside of any table."""
    for name in ("RowIndex", "ColumnIndex", "RowSpan", "ColumnSpan"):
        cell[name] = max(_whole(raw.get(name), 1), 1)
    inside = cell["RowIndex"] <= _MAX_ROWS and cell["ColumnIndex"] <= _MAX_COLUMNS
    cell["RowSpan"] = min(cell["RowSpan"], _MAX_ROWS)
    cell["ColumnSpan"] = min(cell["ColumnSpan"], _MAX_COLUMNS)
    return cell if inside else None


def _linked(blocks: list[Block]) -> list[Block]:
    """The page's blocks, related only to blocks that are there and of the right kind."""
    kinds = {block["Id"]: block["BlockType"] for block in blocks}
    for block in blocks:
        kept = [_kept(block["BlockType"], relation, kinds) for relation in block["Relationships"]]
        block["Relationships"] = [relation for relation in kept if relation["Ids"]]
    return [block for block in blocks if not _is_nameless(block)]


def _is_nameless(block: Block) -> bool:
    """True of a key without words, which the parser would write to the log with its value."""
    related = {relation["Type"] for relation in block["Relationships"]}
    return "KEY" in block["EntityTypes"] and "CHILD" not in related


def _kept(kind: str, relation: Block, kinds: Mapping[str, str]) -> Block:
    wanted = {
        "CHILD": _CHILDREN.get(kind),
        "VALUE": {"KEY_VALUE_SET"},
        "MERGED_CELL": {"MERGED_CELL"},
        "TABLE_TITLE": {"TABLE_TITLE"},
    }.get(relation["Type"])
    present = [one for one in relation["Ids"] if one in kinds]
    return {
        "Type": relation["Type"],
        "Ids": [one for one in present if wanted is None or kinds[one] in wanted],
    }


def _relationships(raw: Any) -> list[Block]:
    return [
        {"Type": relation["Type"], "Ids": _strings(relation.get("Ids"))}
        for relation in _dicts(raw)
        if isinstance(relation.get("Type"), str)
    ]


def _geometry(raw: Any) -> Block:
    raw = raw if isinstance(raw, Mapping) else {}
    box = raw.get("BoundingBox")
    box = box if isinstance(box, Mapping) else {}
    bounds = {name: number_of(box.get(name)) for name in ("Left", "Top", "Width", "Height")}
    corners = [
        {"X": number_of(corner.get("X")), "Y": number_of(corner.get("Y"))}
        for corner in _dicts(raw.get("Polygon"))
    ]
    return {"BoundingBox": bounds, "Polygon": corners}


def number_of(raw: Any) -> float:
    """A finite number, or 0 for what is none."""
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return float(raw) if is_number and isfinite(raw) else 0.0


def percent_of(raw: Any) -> float:
    """A confidence, 0-100."""
    return min(max(number_of(raw), 0.0), 100.0)


def _whole(raw: Any, default: int) -> int:
    is_whole = isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**31
    return raw if is_whole else default


def _dicts(raw: Any) -> list[Mapping[str, Any]]:
    return [one for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []


def _strings(raw: Any) -> list[str]:
    return [one for one in raw if isinstance(one, str)] if isinstance(raw, list) else []
