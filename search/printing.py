"""The query's tree as text: what one would type for it.

Reading what was printed gives the same tree again, whatever the tree was read from.
"""

from __future__ import annotations

import re
from typing import assert_never

from search.fields import FIELDS, LABEL_FIELDS
from search.levels import PER_PERCENT
from search.types import And, Choice, Leaf, Near, Node, Not, Or, Phrase, Range, Term
from search.values import is_bare_date

_SPECIAL = re.compile(r"[\s\x00()\"\\*?~^]")
_LEADING = re.compile(r"[-!+]")
_BEHIND_FIELD = re.compile(r"[\[{:]")
_COMPARING = re.compile(r"[<>]")
_FIELD = re.compile(r"[A-Za-z]{1,20}(?=:)")
_OPERATORS = frozenset(["AND", "OR", "NOT", "&&", "||"])
_PLAIN_RANGE = re.compile(
    r"[^\s\x00()\"\\:!+\[{-][^\s\x00()\"\\:]*|[\[{][^\[\]{}()\"\\]{0,80}[\]}]"
)


def printed(node: Node | None) -> str:
    """Return the text of a tree; nothing for none."""
    if node is None:
        return ""
    if isinstance(node, Not):
        return f"-{_inner(node.child)}"
    if isinstance(node, And):
        return " ".join(_inner(child, bare=(Not,)) for child in node.children)
    if isinstance(node, Or):
        date = _bare_date(node)
        return date or " OR ".join(_inner(child, bare=(Not, And)) for child in node.children)
    return printed_leaf(node)


def printed_leaf(leaf: Leaf) -> str:
    """Return the text of one word, phrase, range or choice with its field."""
    if isinstance(leaf, Term):
        return _exact(leaf) if leaf.exact else _word(leaf)
    if isinstance(leaf, Phrase):
        return f"{_lead(leaf.field)}{quoted(leaf.text)}" + (f"~{leaf.slop}" if leaf.slop else "")
    if isinstance(leaf, Range):
        return leaf.text if leaf.is_bare else f"{leaf.field}:{_value(leaf.text)}"
    if isinstance(leaf, Near):
        return f"near:{quoted(leaf.text)}"
    if isinstance(leaf, Choice):
        return f"{leaf.field}:{leaf.value}"
    assert_never(leaf)


def _inner(node: Node, *, bare: tuple[type[Node], ...] = ()) -> str:
    """Return the text of a part, in parentheses where it needs them."""
    is_whole = not isinstance(node, Not | And | Or) or isinstance(node, bare)
    if is_whole or (isinstance(node, Or) and _bare_date(node)):
        return printed(node)
    return f"({printed(node)})"


def _bare_date(node: Or) -> str:
    """Return ``2024-05-31`` for the two things that it stands for; nothing for all else."""
    if len(node.children) != 2:
        return ""
    word, date = node.children
    if isinstance(word, Term) and isinstance(date, Range) and date.is_bare:
        return date.text
    return ""


def _word(leaf: Term) -> str:
    text = leaf.text
    if leaf.field is None and is_bare_date(text):
        text = text.replace("-", "\\-")
    else:
        text = _escaped(text, leaf)
    text += "*" * leaf.prefix + (f"~{leaf.fuzzy}" if leaf.fuzzy else "") + _bounds(leaf)
    if text in _OPERATORS:
        text = f"\\{text}"
    return _lead(leaf.field) + text


def _escaped(text: str, leaf: Term) -> str:
    """Put a backslash before every character that would mean something else than itself."""
    parts = []
    field = _FIELD.match(text)
    colon = field.end() if field and field[0].lower() in FIELDS else -1
    for at, character in enumerate(text):
        is_special = (
            (_SPECIAL.match(character) and not (leaf.pattern and character == "?"))
            or (at == 0 and _LEADING.match(character))
            or (at == 0 and leaf.field and _BEHIND_FIELD.match(character))
            or (leaf.field in LABEL_FIELDS and _COMPARING.match(character))
            or at == colon
        )
        parts.append(f"\\{character}" if is_special else character)
    return "".join(parts)


def _exact(leaf: Term) -> str:
    return f"{_lead(leaf.field)}{quoted(leaf.text)}{_bounds(leaf)}"


def _bounds(leaf: Term) -> str:
    """Return the bounds of a label's confidence, as ``>90`` or ``>=30<=60``."""
    low, high = leaf.low, leaf.high
    least = (
        "" if low is None else (f">{low // PER_PERCENT}" if low % 2 else f">={low // PER_PERCENT}")
    )
    if high is None:
        return least
    most = -(-high // PER_PERCENT)
    return least + (f"<{most}" if high % 2 else f"<={most}")


def _value(text: str) -> str:
    return text if _PLAIN_RANGE.fullmatch(text) and text not in _OPERATORS else quoted(text)


def quoted(text: str) -> str:
    """Return the text in quotation marks, as a phrase or a whole name."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _lead(field: str | None) -> str:
    return f"{field}:" if field else ""
