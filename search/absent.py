"""Albums and categories that a search asks for and that its user has none of, or no longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from accounts.models import User
from gallery.queries import albums_of, categories_of
from search.analysis import analyze
from search.needles import needles_of
from search.types import Node, Notice, Phrase, Term

MAX_COMPARED = 2_000
_SHOWN = 40


def notices_of_absent(
    user: User, root: Node | None, chosen: Mapping[str, Sequence[str]]
) -> Iterator[Notice]:
    """Say of each that is not there that it is not.

    ``chosen`` are values of facets by name, as ``search.chosen.by_name`` gives them.
    """
    for field in ("album", "category"):
        asked = [needle for needle in needles_of(root) if _is_name(needle.leaf, field)]
        values = chosen.get(field, ())
        if not asked and not values:
            continue
        names = _names(user, field)
        # Of more than can be compared, any may be the one.
        if len(names) == MAX_COMPARED:
            continue
        known = set(names)
        yield from (_notice(field, value) for value in values if value not in known)
        tokens = [analyze(name) for name in names]
        for needle in asked:
            if not any(next(needle.in_order().spans(name), None) for name in tokens):
                yield _notice(field, needle.leaf.text)


def _is_name(leaf: Term | Phrase, field: str) -> bool:
    return leaf.field == field and not (isinstance(leaf, Term) and leaf.fuzzy)


def _names(user: User, field: str) -> list[str]:
    known = albums_of(user) if field == "album" else categories_of(user)
    return list(known.values_list("name", flat=True)[:MAX_COMPARED])


def _notice(field: str, name: str) -> Notice:
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return Notice("absent", f"You have no {field} “{shown}”; it may be deleted or renamed.")
