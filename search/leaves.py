"""From one lexeme to one leaf of the query's tree, or to the two that a bare date stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import takewhile

from search.amounts import currencies_in, currencies_named
from search.analysis import is_unspaced, words
from search.fields import FIELDS, Field, FieldKind
from search.levels import HIGHEST
from search.lexer import Kind, Lexeme, masked, unescape
from search.misread import bounds_notice, field_notice, is_lone_field, value_notice
from search.nearby import longest_place, read_near
from search.types import Choice, Leaf, Node, Notice, Or, Phrase, Range, Term
from search.values import Bounds, is_bare_date, parse_bounds

MIN_PREFIX = 3
MAX_SLOP = 10
MAX_NEAR = 8
MAX_WORDS = 32
MAX_WILDCARDS = 4
MAX_FUZZY = 2

_COMPARED = re.compile(r"(.+?)((?:(?:>=|<=|>|<)[0-9]{1,3})+)", re.DOTALL)
_COMPARISON = re.compile(r"[<>]=?[0-9]{1,3}")
_BOOST = re.compile(r"\^[0-9.]*$")
_FUZZY = re.compile(r"~([0-9]*)$")
_COMPARING = re.compile(r"[<>]")
# Signs that stand between words, as in "WA43-A - 24": nobody looks for them.
_BETWEEN = re.compile(r"[-\u2010-\u2015/.,;:&+|\u00b7\u2022]+")
_PATTERN = re.compile(r"\w\?(?=\w)")
_CONFIDENCE = FIELDS["confidence"]
_TAKEN = FIELDS["taken"]


@dataclass(frozen=True, slots=True)
class _Raw:
    """A word as typed: ``text`` without its backslashes, ``mask`` with what they protect hidden."""

    mask: str
    text: str

    def cut(self, end: int) -> _Raw:
        return _Raw(self.mask[:end], self.text[:end])


class LeafReader:
    """Reads leaves for one query; what it has to ignore goes to ``notices``."""

    def __init__(self, zone: tzinfo, notices: list[Notice]) -> None:
        self._zone = zone
        self._notices = notices

    def read(self, lexeme: Lexeme, field: Field | None) -> Node | None:
        """Return what it asks for, or None when there is nothing in it to search for."""
        if field is None:
            return self._date(lexeme) or self._text(lexeme, None)
        if field.kind is FieldKind.CHOICE:
            return self._choice(lexeme, field)
        if field.kind in (FieldKind.DATE, FieldKind.NUMBER, FieldKind.CONFIDENCE):
            return self._range(lexeme, field)
        if field.kind is FieldKind.NEAR:
            return self._near(lexeme, field)
        if field.kind is FieldKind.CURRENCY:
            return self._currency(lexeme, field)
        return self._text(lexeme, field)

    def whole_name(self, first: Lexeme, following: Sequence[Lexeme]) -> tuple[Lexeme, int]:
        """Return the longest place that a word begins, and how many of ``following`` are in it."""
        words = [first, *takewhile(lambda lexeme: lexeme.kind is Kind.WORD, following)]
        typed = [unescape(word.text) for word in words]
        size, notices = longest_place(typed)
        self._notices.extend(notices)
        if size == 1:
            return first, 0
        text, end = " ".join(typed[:size]), words[size - 1].end
        return Lexeme(Kind.PHRASE, text, start=first.start, end=end), size - 1

    def _currency(self, lexeme: Lexeme, field: Field) -> Node | None:
        codes = tuple(Choice(field.name, code) for code in currencies_named(lexeme.text))
        if not codes:
            return self._as_text(lexeme, field)
        return Or(codes) if len(codes) > 1 else codes[0]

    def _near(self, lexeme: Lexeme, field: Field) -> Leaf | None:
        text = lexeme.text if lexeme.kind is Kind.PHRASE else unescape(lexeme.text)
        near, notices = read_near(text)
        self._notices.extend(notices)
        return near or self._as_text(lexeme, field)

    def _date(self, lexeme: Lexeme) -> Or | None:
        """Return for ``2024-05-31`` what was taken then, and what holds these words."""
        if lexeme.kind is not Kind.WORD or not is_bare_date(lexeme.text):
            return None
        bounds = parse_bounds(_TAKEN, lexeme.text, self._zone)
        if bounds is None:
            return None
        taken = Range(_TAKEN.name, lexeme.text, *bounds, is_bare=True)
        return Or((Term(None, lexeme.text, self._analyzed(lexeme.text)), taken))

    def _text(self, lexeme: Lexeme, field: Field | None) -> Leaf | None:
        if lexeme.kind is Kind.PHRASE:
            return self._phrase(lexeme, field)
        raw = _Raw(masked(lexeme.text), unescape(lexeme.text))
        if field is None:
            return self._plain(raw)
        bounds: Bounds = (None, None)
        if field.kind is FieldKind.LABEL:
            if compared := _COMPARED.fullmatch(raw.mask):
                bounds = self._confidence(compared[2])
                self._add(bounds_notice(f"{field.name}:{raw.text}", *bounds))
                raw = raw.cut(compared.end(1))
            elif _COMPARING.search(raw.mask):
                shown = f"{field.name}:{raw.text[:40]}"
                self._note("as-text", f"{shown} was not understood and searched as text.")
        return self._word(raw, field.name, bounds)

    def _plain(self, raw: _Raw) -> Leaf | None:
        """Read a word without a field; the name of one, with nothing behind it, is no typo."""
        self._add(field_notice(raw.mask))
        if is_lone_field(raw.mask):
            return Phrase(None, raw.text, self._analyzed(raw.text))
        if _BETWEEN.fullmatch(raw.mask):
            return None
        return self._word(raw, None, (None, None))

    def _phrase(self, lexeme: Lexeme, field: Field | None) -> Leaf | None:
        if not lexeme.closed:
            self._note("unbalanced", "A quotation mark without its partner was closed at the end.")
        found = self._analyzed(lexeme.text)
        if not found:
            return None
        name = field.name if field else None
        is_slop = lexeme.tail.startswith("~")
        if field and field.kind is FieldKind.LABEL:
            low, high = (None, None) if is_slop else self._confidence(lexeme.tail)
            self._add(bounds_notice(f"{name}:{lexeme.text[:20]}{lexeme.tail}", low, high))
            return Term(name, lexeme.text, found, low=low, high=high, exact=True)
        return Phrase(name, lexeme.text, found, self._slop(lexeme.tail, found) if is_slop else 0)

    def _slop(self, tail: str, found: Sequence[str]) -> int:
        if len(found) > MAX_NEAR:
            message = f"At most {MAX_NEAR} words can be near each other; these were taken in order."
            self._note("near", message)
            return 0
        return min(int(tail[1:4]), MAX_SLOP)

    def _word(self, raw: _Raw, field: str | None, bounds: Bounds) -> Leaf | None:
        low, high = bounds
        if boost := _BOOST.search(raw.mask):
            raw = raw.cut(boost.start())
            self._note("boost", "Weights such as ^2 are ignored: results are ranked in tiers.")
        fuzzy = 0
        if match := _FUZZY.search(raw.mask):
            raw = raw.cut(match.start())
            fuzzy = min(int(match[1][:3] or 1), MAX_FUZZY)
            if fuzzy != int(match[1][:3] or 1):
                message = f"At most {MAX_FUZZY} letters may differ; ~{match[1][:10]} became ~2."
                self._note("fuzzy", message)
        is_prefix, typed = raw.mask.endswith("*"), raw.text
        raw = raw.cut(len(raw.mask.rstrip("*?")))
        text = raw.text.strip()
        if pattern := self._pattern(raw):
            return Term(field, text, (pattern,), pattern=True, low=low, high=high)
        found = self._analyzed(text or typed)
        if not found:
            return None
        is_prefix = is_prefix and self._is_long_enough(found[-1])
        fuzzy = fuzzy if len(found) == 1 else 0
        return Term(field, text, found, prefix=is_prefix, fuzzy=fuzzy, low=low, high=high)

    def _pattern(self, raw: _Raw) -> str:
        """Return ``te?t`` folded, or nothing when it is none or more than one word."""
        is_literal = raw.text.count("?") != raw.mask.count("?")
        if is_literal or not _PATTERN.search(raw.mask):
            return ""
        parts = [words(part) for part in raw.text.strip("?*").split("?")]
        if len(parts) > MAX_WILDCARDS + 1 or any(len(part) != 1 for part in parts):
            return ""
        return "?".join(part[0] for part in parts)

    def _is_long_enough(self, word: str) -> bool:
        if len(word) >= MIN_PREFIX or is_unspaced(word):
            return not is_unspaced(word)
        self._note("short-prefix", f"{word}* needs {MIN_PREFIX} letters before the star.")
        return False

    def _choice(self, lexeme: Lexeme, field: Field) -> Leaf | None:
        value = lexeme.text.strip().lower()
        value = value if value in field.values else value.removesuffix("s")
        if field.name == "is" and value == "trashed":
            self._note("trash", "The trash is never searched; look for it on its own page.")
            return None
        if value in field.values:
            return Choice(field.name, value)
        return self._as_text(lexeme, field)

    def _range(self, lexeme: Lexeme, field: Field) -> Leaf | None:
        bounds = parse_bounds(field, lexeme.text, self._zone)
        currencies = currencies_in(lexeme.text) if field.name == "total" else ()
        if bounds is None or currencies is None:
            return self._as_text(lexeme, field)
        low, high = _settled(bounds) if field is _CONFIDENCE else bounds
        if field is _CONFIDENCE:
            self._add(bounds_notice(f"{field.name}:{lexeme.text}", low, high))
        elif low is not None and high is not None and low > high:
            self._note("empty-range", f"{field.name}:{lexeme.text} ends before it begins.")
        return Range(field.name, lexeme.text, low, high, currencies=currencies)

    def _confidence(self, raw: str) -> Bounds:
        """Read ``>=30<60``: the narrower of what is said twice."""
        low: int | None = None
        high: int | None = None
        for comparison in _COMPARISON.findall(raw):
            least, most = parse_bounds(_CONFIDENCE, comparison, self._zone) or (None, None)
            low = least if low is None else max(low, least or low)
            high = most if high is None else min(high, high if most is None else most)
        return _settled((low, high))

    def _as_text(self, lexeme: Lexeme, field: Field) -> Leaf | None:
        text = lexeme.text if lexeme.kind is Kind.PHRASE else unescape(lexeme.text)
        self._add(value_notice(field, text))
        found = self._analyzed(text)
        return Phrase(None, text, found) if found else None

    def _analyzed(self, text: str) -> tuple[str, ...]:
        found = words(text, MAX_WORDS + 1)
        if not found and text.strip():
            self._note("nothing", f"{text.strip()[:20]} has no letters or digits to search for.")
        if len(found) > MAX_WORDS:
            self._note("too-many", f"Only the first {MAX_WORDS} words of a phrase were used.")
        return found[:MAX_WORDS]

    def _add(self, notice: Notice | None) -> None:
        if notice is not None:
            self._notices.append(notice)

    def _note(self, code: str, message: str) -> None:
        self._notices.append(Notice(code, message))


def _settled(bounds: Bounds) -> Bounds:
    """Return levels no further out than those just below the lowest and above the highest."""
    low, high = (None if end is None else min(max(end, -1), HIGHEST + 1) for end in bounds)
    return low, high
