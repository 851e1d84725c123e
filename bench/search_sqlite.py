"""The yardstick: plain full-text search in SQLite, as one would do it with no engine at all.

One FTS5 table for all owners, stemmed by Porter, the owner a word of its own in every question,
ranked by bm25; values to count in a table beside it. Confidences and typos are beyond it: a label
counts at any confidence, and spellings come from its vocabulary with the product's own distance.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.search_classes import Question
from bench.search_engines import PAGE
from bench.search_spool import Spool
from search.language import parse
from search.types import And, Node, Not, Or, Phrase, Range, SearchDocument, Term
from search.typos import MAX_VARIANTS, edit_distance

_COLUMNS = "own, label, category, text, caption, name, place, camera, type_words, date_words"
_SCHEMA = f"""
    CREATE VIRTUAL TABLE found USING fts5(
        {_COLUMNS}, content='', tokenize='porter unicode61', prefix='2 3');
    CREATE VIRTUAL TABLE known USING fts5vocab(found, row);
    CREATE TABLE item (number INTEGER PRIMARY KEY, owner INTEGER, taken INTEGER, year TEXT,
        kind TEXT, place TEXT, camera TEXT);
    CREATE TABLE value (item INTEGER, facet TEXT, name TEXT, PRIMARY KEY (item, facet, name))
        WITHOUT ROWID;
"""
_WORDS = ("text", "caption", "name", "place", "camera", "type_words", "date_words")
# What an item has one of.
_SINGLE_FACETS = ("year", "kind", "place", "camera")


class Sqlite:
    """Answers a question by one or several statements."""

    name = "sqlite"

    def __init__(self, state: Path, items: int) -> None:
        self._path = state / f"sqlite-{items}.sqlite3"
        is_new = not self._path.exists()
        self._base = sqlite3.connect(self._path)
        self._base.execute("PRAGMA mmap_size = 4000000000")
        self._base.execute("PRAGMA cache_size = -200000")
        if is_new:
            self._base.executescript(_SCHEMA)

    def build(self, spool: Spool, owner: int) -> int:
        if self._base.execute("SELECT 1 FROM item WHERE owner = ?", [owner]).fetchone():
            return 0
        (last,) = self._base.execute("SELECT coalesce(max(number), 0) FROM item").fetchone()
        count = 0
        with self._base:
            for count, document in enumerate(spool.documents(owner), 1):
                self._add(last + count, owner, document)
        return count

    def bytes_of(self, owner: int) -> float:
        del owner
        (items,) = self._base.execute("SELECT count(*) FROM item").fetchone()
        return self._path.stat().st_size / max(items, 1)

    def ask(self, owner: int, question: Question) -> int:
        if question.is_suggestion:
            return len(self._begin(question.text))
        root = parse(question.text).root
        where, values = self._where(owner, root)
        page = self._base.execute(
            f"SELECT item.number FROM {where} ORDER BY found.rank LIMIT ? OFFSET ?",  # noqa: S608
            [*values, PAGE, PAGE * (question.page - 1)],
        ).fetchall()
        (total,) = self._base.execute(f"SELECT count(*) FROM {where}", values).fetchone()  # noqa: S608
        if question.with_facets:
            self._count(where, values)
        return int(total) if page else 0

    def _add(self, number: int, owner: int, document: SearchDocument) -> None:
        words = {name: " ".join(document.fields.get(name, ())) for name in _WORDS}
        words["label"] = _names(document.labels)
        words["category"] = _names(document.categories)
        columns = ["own", *words]
        self._base.execute(
            f"INSERT INTO found (rowid, {', '.join(columns)})"  # noqa: S608 - names of our own
            f" VALUES ({', '.join('?' * (len(columns) + 1))})",
            [number, f"u{owner}", *words.values()],
        )
        facets = [_first(document.facets.get(name, ())) for name in _SINGLE_FACETS]
        row = [number, owner, document.numbers["taken"], *facets]
        self._base.execute("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        named = [(number, "label", entry.name) for entry in document.labels]
        named += [(number, "category", entry.name) for entry in document.categories]
        self._base.executemany("INSERT OR IGNORE INTO value VALUES (?, ?, ?)", named)

    def _where(self, owner: int, root: Node | None) -> tuple[str, list[object]]:
        ranges = [node for node in _parts(root) if isinstance(node, Range)]
        words = " AND ".join(self._match(node) for node in _parts(root) if _is_asked(node))
        shut_out = [self._match(node.child) for node in _parts(root) if isinstance(node, Not)]
        match = f"own:u{owner}" + (f" AND {words}" if words else "")
        match += "".join(f" NOT {one}" for one in shut_out)
        where = "found CROSS JOIN item ON item.number = found.rowid WHERE found MATCH ?"
        values: list[object] = [match]
        for found in ranges:
            where += " AND item.taken BETWEEN ? AND ?"
            values += [found.low, found.high]
        return where, values

    def _match(self, node: Node) -> str:
        if isinstance(node, Or):
            return "(" + " OR ".join(map(self._match, node.children)) + ")"
        assert isinstance(node, Term | Phrase)
        column = f"{node.field}:" if node.field else ""
        if isinstance(node, Term) and node.fuzzy:
            return "(" + " OR ".join(self._spellings(node.words[0], node.fuzzy)) + ")"
        quoted = '"' + " ".join(node.words) + '"'
        return column + quoted + ("*" if isinstance(node, Term) and node.prefix else "")

    def _spellings(self, word: str, distance: int) -> list[str]:
        known = self._base.execute(
            "SELECT term, doc FROM known WHERE term >= ? AND term < ?", _bounds(word[0])
        )
        ranked = sorted(
            (away, -count, other)
            for other, count in known
            if (away := edit_distance(word, other, distance)) <= distance
        )
        return [f'"{word}"', *(f'"{other}"' for _, _, other in ranked[:MAX_VARIANTS])]

    def _begin(self, prefix: str) -> list[tuple[str, int]]:
        return self._base.execute(
            "SELECT term, doc FROM known WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT 10",
            _bounds(prefix),
        ).fetchall()

    def _count(self, where: str, values: list[object]) -> None:
        self._base.execute("DROP TABLE IF EXISTS temp.hit")
        self._base.execute(
            f"CREATE TEMP TABLE hit AS SELECT item.* FROM {where}",  # noqa: S608
            values,
        )
        for name in ("year", "kind", "place", "camera"):
            self._base.execute(
                f"SELECT {name}, count(*) FROM temp.hit GROUP BY 1 ORDER BY 2 DESC LIMIT 20"  # noqa: S608
            ).fetchall()
        for facet in ("label", "category"):
            self._base.execute(
                "SELECT name, count(*) FROM temp.hit CROSS JOIN value ON value.item = hit.number"
                " AND facet = ? GROUP BY 1 ORDER BY 2 DESC LIMIT 20",
                [facet],
            ).fetchall()


def _is_asked(node: Node) -> bool:
    return isinstance(node, Term | Phrase | Or)


def _parts(root: Node | None) -> Iterator[Node]:
    if isinstance(root, And):
        yield from root.children
    elif root is not None:
        yield root


def _bounds(prefix: str) -> tuple[str, str]:
    return prefix, prefix + "\U0010ffff"


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""


def _names(entries: object) -> str:
    return " . ".join(
        " ".join(name)
        for entry in entries  # type: ignore[attr-defined]  # a sequence of entries
        for name in entry.names
    )
