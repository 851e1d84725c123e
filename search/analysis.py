"""Text to tokens: the one analysis that both engines and the matching share.

Compatibility forms, case and accents are folded, what is invisible within words is left out,
letters are split from digits, scripts without spaces become pairs of characters. Every token
knows which characters it came from.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

import Stemmer

MAX_TOKENS = 50_000
MAX_TOKEN_LENGTH = 64

_APOSTROPHES = "'\u2019\u02bc"
# French and Italian words that lose their vowel before another: "l'été" is two words.
_ELIDED = (
    "(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|quoiqu|un|dell|all|nell|sull|dall|quell|bell|sant)"
)
# Letters with a full stop behind each are one word: D.I.Y., U.S.A.
_ASCII_WORDS = re.compile(
    r"(?<![a-z])(?:[a-z]\.){2,}(?:[a-z](?![a-z]))?"
    rf"|(?<![a-z']){_ELIDED}(?='[a-z]{{2}})"
    r"|[a-z]+(?:'[a-z]+)*|[0-9]+"
)
_WORDS = re.compile(
    rf"(?<![^\W\d_])(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W\d_]))?"
    rf"|(?<![^\W\d_]|[{_APOSTROPHES}]){_ELIDED}(?=[{_APOSTROPHES}][^\W\d_]{{2}})"
    rf"|[^\W\d_]+(?:[{_APOSTROPHES}][^\W\d_]+)*|\d+"
)
_DIGIT = re.compile(r"(?![0-9])\d")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_TEH_MARBUTA, _HEH = "\u0629", "\u0647"
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "\u0131": "i", "æ": "ae", "œ": "oe", "ħ": "h", "ŋ": "n"}
    # Arabic letters that are written for one another at the end of words: teh marbuta for heh,
    # alef maksura for yeh.
    | {_TEH_MARBUTA: _HEH, "\u0649": "\u064a"}
)
# What nobody sees within a word: soft hyphens, and places where a line may or may not break.
INVISIBLE = "\u00ad\u200b\u2060\ufeff"
# These tie letters together or part them in scripts whose letters change shape; in others, they
# are as little to be seen.
_JOINERS = "\u200c\u200d"
_LAST_PLAIN_LETTER = "\u058f"
# U+FF9E and U+FF9F are the half-width voicing marks, which are not "combining".
_FOLLOWING = f"{INVISIBLE}\uff9e\uff9f"
# Whatever belongs to the character before it: none is below the soft hyphen.
_FIRST = "\u00ad"
_NO_WIDTH = dict.fromkeys(map(ord, f"{INVISIBLE}{_JOINERS}"))
_NO_MARKS = dict.fromkeys(map(ord, (*_APOSTROPHES, ".")))
_CHUNKS = re.compile(r"\S+")
# Words between white space that are so short come again and again.
_SHORT = 40
_STEMMER_LOCK = threading.Lock()
_STEMMERS = {
    script: Stemmer.Stemmer(language)
    for script, language in (
        ("LATIN", "english"),
        ("CYRILLIC", "russian"),
        ("GREEK", "greek"),
        ("ARABIC", "arabic"),
    )
}


class Token(NamedTuple):
    """A folded word and the range of characters of the source that it came from."""

    text: str
    start: int
    end: int


def analyze(text: str, limit: int = MAX_TOKENS) -> list[Token]:
    """Return the tokens of ``text`` in order, at most ``limit``."""
    found = _ascii_tokens(text) if text.isascii() else _unicode_tokens(text)
    return list(islice(found, limit))


def words(text: str, limit: int = MAX_TOKENS) -> tuple[str, ...]:
    """Return the tokens' texts only."""
    if text.isascii():
        return tuple(islice(_ascii_words(text), limit))
    chunks = (_chunk_words(chunk) for chunk in text.split())
    return tuple(islice(chain.from_iterable(chunks), limit))


def fold(text: str) -> str:
    """Fold compatibility forms, case and accents, keeping spaces and punctuation."""
    return "".join(piece for piece, _, _ in _clusters(text))


@lru_cache(maxsize=40_000)
def stem(word: str) -> str:
    """Return the stem of one token; tokens of scripts without a stemmer stay as they are."""
    if not word or word[0].isdigit() or len(word) < 3:
        return word
    script = _script(word[0])
    stemmer = _STEMMERS.get(script)
    if stemmer is None:
        return word
    if script == "ARABIC" and word.endswith(_HEH):
        # Folded; the stemmer takes off the one from words with an article, too, the other not.
        word = word[:-1] + _TEH_MARBUTA
    # The stemmers keep the word they work on in themselves: one at a time.
    with _STEMMER_LOCK:
        return str(stemmer.stemWord(word))


def is_unspaced(word: str) -> bool:
    """True for a token of a script that is written without spaces between words."""
    return bool(word) and _UNSPACED.fullmatch(word) is not None


def _ascii_tokens(text: str) -> Iterator[Token]:
    lowered = text.lower()
    matches = _ASCII_WORDS.finditer(lowered)
    if _has_marks(lowered):
        return (Token(_bare(match[0]), *match.span()) for match in matches)
    return (Token(match[0][:MAX_TOKEN_LENGTH], *match.span()) for match in matches)


def _ascii_words(text: str) -> Iterable[str]:
    lowered = text.lower()
    found: list[str] = _ASCII_WORDS.findall(lowered)
    is_plain = not _has_marks(lowered) and max(map(len, found), default=0) <= MAX_TOKEN_LENGTH
    return found if is_plain else map(_bare, found)


def _unicode_tokens(text: str) -> Iterator[Token]:
    for chunk in _CHUNKS.finditer(text):
        offset = chunk.start()
        for word, start, end in _chunk_tokens(chunk[0]):
            yield Token(word, start + offset, end + offset)


def _chunk_tokens(chunk: str) -> Sequence[Token]:
    """Return the tokens of a piece of text without white space, which no token spans."""
    return _short_chunk(chunk) if len(chunk) <= _SHORT else tuple(_folded_tokens(chunk))


@lru_cache(maxsize=20_000)
def _short_chunk(chunk: str) -> tuple[Token, ...]:
    return tuple(_ascii_tokens(chunk) if chunk.isascii() else _folded_tokens(chunk))


def _chunk_words(chunk: str) -> Iterator[str]:
    return (token.text for token in _chunk_tokens(chunk))


def _folded_tokens(text: str) -> Iterator[Token]:
    folded, starts, ends = _folded(text)
    for match in _WORDS.finditer(folded):
        for first, last in _pieces(match):
            if word := _bare(folded[first:last]):
                yield Token(word, starts[first], ends[last - 1])


def _has_marks(text: str) -> bool:
    return "'" in text or "." in text


def _bare(word: str) -> str:
    """Return a word without its apostrophes and full stops, and not too long."""
    bare = word if word.isascii() and word.isalnum() else word.translate(_NO_MARKS)
    return bare[:MAX_TOKEN_LENGTH]


def _pieces(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Split a run of letters into its spaced words and its pairs of unspaced characters."""
    text, position, end = match.string, match.start(), match.end()
    while position < end:
        run = _UNSPACED.search(text, position, end)
        if run is None:
            yield position, end
            return
        if run.start() > position:
            yield position, run.start()
        yield from _pairs(run.start(), run.end())
        position = run.end()


def _pairs(first: int, last: int) -> Iterator[tuple[int, int]]:
    if last - first == 1:
        yield first, last
    for start in range(first, last - 1):
        yield start, start + 2


def _folded(text: str) -> tuple[str, list[int], list[int]]:
    """Return the folded text with, for each of its characters, the source range it came from."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in _clusters(text):
        parts.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return "".join(parts), starts, ends


def _clusters(text: str) -> Iterator[tuple[str, int, int]]:
    """Fold character by character, a base together with the marks that follow it."""
    start = 0
    length = len(text)
    while start < length:
        end = start + 1
        while end < length and text[end] >= _FIRST and end - start < 8 and _joins(text, start, end):
            end += 1
        yield _fold_cluster(text[start:end]), start, end
        start = end


def _joins(text: str, base: int, position: int) -> bool:
    character = text[position]
    if character <= "\u02ff":
        return character == _FIRST
    if character in _JOINERS:
        return text[base] <= _LAST_PLAIN_LETTER
    return character in _FOLLOWING or unicodedata.combining(character) != 0


@lru_cache(maxsize=20_000)
def _fold_cluster(cluster: str) -> str:
    if len(cluster) > 1 or cluster in INVISIBLE:
        cluster = cluster.translate(_NO_WIDTH)
    decomposed = unicodedata.normalize("NFKD", cluster.casefold())
    bare = _DIGIT.sub(_western, _MARKS.sub("", decomposed).translate(_UNDECOMPOSED))
    return unicodedata.normalize("NFC", bare).casefold()


def _western(digit: re.Match[str]) -> str:
    return str(unicodedata.decimal(digit[0]))


def _script(character: str) -> str:
    if character.isascii():
        return "LATIN"
    return unicodedata.name(character, "").partition(" ")[0]
