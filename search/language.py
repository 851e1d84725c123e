"""The search box's language: text in, tree and notices out. It never raises.

Words, phrases, AND, OR, NOT, parentheses and the fields of ``search.fields``. What is
not understood is searched as text, and a notice says so.
"""

from __future__ import annotations

from datetime import UTC, tzinfo

from search.analysis import INVISIBLE
from search.fields import FIELDS
from search.leaves import LeafReader
from search.lexer import Kind, Lexeme, lexemes
from search.narrowing import settle
from search.nearby import MAX_NAME_WORDS
from search.types import And, Node, Not, Notice, Or, Query

# Between the letters of ``label:`` nobody sees them either.
_NO_WIDTH = dict.fromkeys(map(ord, INVISIBLE))
MAX_LENGTH = 2_000
MAX_CLAUSES = 32
MAX_DEPTH = 12


def parse(text: str, zone: tzinfo = UTC, *, limit: int = MAX_LENGTH) -> Query:
    """Read what the user typed. ``zone`` is the user's, for ``added:`` and ``today``.

    No more than ``limit`` characters are read: a printed query may be longer than a typed one.
    """
    notices: list[Notice] = []
    if len(text) > limit:
        notices.append(Notice("too-long", f"Only the first {limit:,} characters were searched."))
    text = text[:limit].translate(_NO_WIDTH)
    parser = _Parser(list(lexemes(text)), LeafReader(zone, notices), notices)
    root = settle(parser.parse(), notices)
    if root is None and text.strip() and not notices:
        notices.append(Notice("nothing", f"{text.strip()[:20]} has no words to search for."))
    return Query(text.strip(), root, tuple(dict.fromkeys(notices)))


class _Parser:
    """Recursive descent over the lexemes; the depth is bounded, so is the stack."""

    def __init__(self, items: list[Lexeme], leaves: LeafReader, notices: list[Notice]) -> None:
        self._items = items
        self._leaves = leaves
        self._notices = notices
        self._next = 0
        self._clauses = 0
        self._ignored_open = 0

    def parse(self) -> Node | None:
        return self._alternatives(0, None)

    def _alternatives(self, depth: int, field: str | None) -> Node | None:
        """Read ``a b OR c`` up to the closing parenthesis, which is left for the caller."""
        options: list[Node] = []
        while True:
            if (node := self._conjunction(depth, field)) is not None:
                options.append(node)
            if not self._at(Kind.OR):
                return _joined(options, Or)
            self._next += 1

    def _conjunction(self, depth: int, field: str | None) -> Node | None:
        parts: list[Node] = []
        while self._next < len(self._items) and not self._at(Kind.OR):
            if self._at(Kind.CLOSE):
                if depth and not self._ignored_open:
                    break
                self._ignore_close()
            elif (node := self._clause(depth, field)) is not None:
                parts.append(node)
        return _joined(parts, And)

    def _ignore_close(self) -> None:
        if self._ignored_open:
            self._ignored_open -= 1
        else:
            self._note("unbalanced", "A closing parenthesis without its opening was ignored.")
        self._next += 1

    def _clause(self, depth: int, field: str | None) -> Node | None:
        negated, first = False, self._next
        while self._at(Kind.NOT) or self._at(Kind.AND) or self._at(Kind.FIELD):
            lexeme = self._items[self._next]
            negated ^= lexeme.kind is Kind.NOT
            field = lexeme.text if lexeme.kind is Kind.FIELD else field
            self._next += 1
        nots = sum(item.kind is Kind.NOT for item in self._items[first : self._next])
        node = self._operand(depth, field)
        if nots > 1 and node is not None:
            self._note("twice-not", "Two minus signs, or NOT twice, take each other back.")
        return Not(node) if negated and node is not None else node

    def _operand(self, depth: int, field: str | None) -> Node | None:
        if self._next >= len(self._items) or self._at(Kind.OR) or self._at(Kind.CLOSE):
            return None
        lexeme = self._items[self._next]
        self._next += 1
        if lexeme.kind is Kind.OPEN:
            return self._group(depth, field)
        return self._leaf(lexeme, field)

    def _group(self, depth: int, field: str | None) -> Node | None:
        if depth >= MAX_DEPTH:
            self._ignored_open += 1
            self._note("too-deep", f"Parentheses deeper than {MAX_DEPTH} were ignored.")
            return None
        outer_ignored, self._ignored_open = self._ignored_open, 0
        node = self._alternatives(depth + 1, field)
        self._ignored_open = outer_ignored
        if self._at(Kind.CLOSE):
            self._next += 1
        else:
            self._note("unbalanced", "A parenthesis without its partner was closed at the end.")
        return node

    def _leaf(self, lexeme: Lexeme, field: str | None) -> Node | None:
        if self._clauses >= MAX_CLAUSES:
            self._note("too-many", f"Only the first {MAX_CLAUSES} words and conditions were used.")
            return None
        if field == "near" and lexeme.kind is Kind.WORD:
            following = self._items[self._next : self._next + MAX_NAME_WORDS - 1]
            lexeme, taken = self._leaves.whole_name(lexeme, following)
            self._next += taken
        node = self._leaves.read(lexeme, FIELDS[field] if field else None)
        self._clauses += node is not None
        return node

    def _at(self, kind: Kind) -> bool:
        return self._next < len(self._items) and self._items[self._next].kind is kind

    def _note(self, code: str, message: str) -> None:
        self._notices.append(Notice(code, message))


def _joined(parts: list[Node], kind: type[And] | type[Or]) -> Node | None:
    if len(parts) > 1:
        return kind(tuple(parts))
    return parts[0] if parts else None
