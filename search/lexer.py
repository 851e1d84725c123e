"""The query's text cut into lexemes. Linear, and nothing is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from search.fields import FIELDS


class Kind(Enum):
    OPEN = "("
    CLOSE = ")"
    AND = "and"
    OR = "or"
    NOT = "not"
    FIELD = "field"
    RANGE = "range"
    PHRASE = "phrase"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """``tail`` is what follows a phrase directly: ``~3`` or ``>90``.

    ``start`` and ``end`` say which characters of the query it was read from. A word's ``text``
    still has its backslashes, a phrase's has not.
    """

    kind: Kind
    text: str
    tail: str = ""
    closed: bool = True
    start: int = 0
    end: int = 0


_LEXEME = re.compile(
    r"""
    (?P<space>[\s\x00]+)
    | (?P<open>\() | (?P<close>\))
    | (?P<and>(?:AND|&&)(?=[\s()]|$)) | (?P<or>(?:OR|\|\|)(?=[\s()]|$)) | (?P<not>NOT(?=[\s()]|$))
    | (?P<minus>[-!](?=[^\s)])) | (?P<plus>\+(?=[^\s)0-9]))
    | (?P<phrase>"(?P<quoted>(?:[^"\\]|\\.)*)(?P<quote>"|$|\\$)(?P<tail>~[0-9]+|(?:[<>]=?[0-9]+)+)?)
    | (?P<field>[A-Za-z]{1,20}):(?=[^\s):])
    | (?P<word>(?:[^\s()"\\]|\\.|\\$)+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r'(?:[^\s()"\\]|\\.|\\$)+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
# A character that nobody types and that is neither letter, digit nor operator.
_HIDDEN = "\ue000"
_BRACKETS = re.compile(r"[\[{][^\[\]{}()\"]{0,80}[\]}]")
# A town in quotes with its radius behind them, or a position, which may begin with a minus.
_RADIUS = r"\s?,\s?[0-9][0-9.]*\s?(?:km|mi|m)?"
_AROUND = re.compile(
    rf'(?:"[^"\\]{{1,100}}"(?:{_RADIUS})?|[+-]?[0-9][0-9.]*\s?,\s?[+-]?[0-9][0-9.]*(?:{_RADIUS})?)(?![^\s()])',
    re.IGNORECASE,
)
_PLAIN = {
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "and": Kind.AND,
    "or": Kind.OR,
    "not": Kind.NOT,
    "minus": Kind.NOT,
}


def lexemes(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of ``text``; separators and what means nothing are left out."""
    position = 0
    while position < len(text):
        match = _LEXEME.match(text, position)
        if match is None:
            return
        position = match.end()
        if match["field"]:
            lexeme = _field(text, match)
            position = lexeme.end
            yield lexeme
            if lexeme.kind is Kind.FIELD and lexeme.text == "near":
                if around := _AROUND.match(text, position):
                    position = around.end()
                    raw = around[0].replace('"', "")
                    yield Lexeme(Kind.PHRASE, raw, start=around.start(), end=position)
            elif lexeme.kind is Kind.FIELD and (brackets := _BRACKETS.match(text, position)):
                position = brackets.end()
                yield Lexeme(Kind.RANGE, brackets[0], start=brackets.start(), end=position)
        elif (lexeme_or_none := _lexeme(match)) is not None:
            yield lexeme_or_none


def unescape(text: str) -> str:
    """Take the backslashes of ``\\:`` and its like away."""
    return _ESCAPED.sub(r"\1", text)


def masked(text: str) -> str:
    """Return what ``unescape`` does, with what was escaped hidden: it is no operator.

    Letters and digits stay what they are, escaped or not.
    """
    return _ESCAPED.sub(
        lambda match: match[1] if match[1].isalnum() else _HIDDEN[: len(match[1])], text
    )


def _field(text: str, match: re.Match[str]) -> Lexeme:
    name = match["field"].lower()
    if name in FIELDS:
        return Lexeme(Kind.FIELD, FIELDS[name].name, start=match.start(), end=match.end())
    # An unknown ``word:`` is text, together with what is attached to it.
    word = _WORD.match(text, match.start())
    end = word.end() if word else match.end()
    return Lexeme(Kind.WORD, text[match.start() : end], start=match.start(), end=end)


def _lexeme(match: re.Match[str]) -> Lexeme | None:
    group = match.lastgroup or ""
    start, end = match.span()
    if match["phrase"] is not None:
        text, is_closed = unescape(match["quoted"]), match["quote"] == '"'
        return Lexeme(Kind.PHRASE, text, match["tail"] or "", is_closed, start, end)
    if group in _PLAIN:
        return Lexeme(_PLAIN[group], match[0], start=start, end=end)
    return Lexeme(Kind.WORD, match[0], start=start, end=end) if group == "word" else None
