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
    """``tail`` is what follows a phrase directly: ``~3`` or ``>90``."""

    kind: Kind
    text: str
    tail: str = ""
    closed: bool = True


_LEXEME = re.compile(
    r"""
    (?P<space>[\s\x00]+)
    | (?P<open>\() | (?P<close>\))
    | (?P<and>(?:AND|&&)(?=[\s()]|$)) | (?P<or>(?:OR|\|\|)(?=[\s()]|$)) | (?P<not>NOT(?=[\s()]|$))
    | (?P<minus>[-!](?=[^\s)])) | (?P<plus>\+(?=[^\s)]))
    | (?P<phrase>"(?P<quoted>(?:[^"\\]|\\.)*)(?P<quote>"|$|\\$)(?P<tail>~[0-9]+|[<>]=?[0-9]+)?)
    | (?P<field>[A-Za-z]{1,20}):(?=[^\s):])
    | (?P<word>(?:[^\s()"\\]|\\.|\\$)+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BRACKETS = re.compile(r"[\[{][^\[\]{}()\"]{0,80}[\]}]")
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
        if match["field"]:
            lexeme, position = _field(text, match)
            yield lexeme
            if lexeme.kind is Kind.FIELD and (brackets := _BRACKETS.match(text, position)):
                yield Lexeme(Kind.RANGE, brackets[0])
                position = brackets.end()
            continue
        position = match.end()
        if (lexeme_or_none := _lexeme(match)) is not None:
            yield lexeme_or_none


def unescape(text: str) -> str:
    """Take the backslashes of ``\\:`` and its like away."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _field(text: str, match: re.Match[str]) -> tuple[Lexeme, int]:
    name = match["field"].lower()
    if name in FIELDS:
        return Lexeme(Kind.FIELD, FIELDS[name].name), match.end()
    # An unknown ``word:`` is text, together with what is attached to it.
    word = re.compile(r'(?:[^\s()"\\]|\\.|\\$)+', re.DOTALL).match(text, match.start())
    end = word.end() if word else match.end()
    return Lexeme(Kind.WORD, text[match.start() : end]), end


def _lexeme(match: re.Match[str]) -> Lexeme | None:
    group = match.lastgroup or ""
    if match["phrase"] is not None:
        return Lexeme(
            Kind.PHRASE, unescape(match["quoted"]), match["tail"] or "", match["quote"] == '"'
        )
    if group in _PLAIN:
        return Lexeme(_PLAIN[group], match[0])
    return Lexeme(Kind.WORD, match[0]) if group == "word" else None
