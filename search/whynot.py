"""Why a query did not find an item: clause by clause, with what would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from accounts.models import User
from gallery.models import MediaItem
from gallery.queries import library_of
from search.examining import Examiner
from search.explanations import Clause, Explanation, Reason
from search.services import settled_search
from search.settling import UNSURE, Settled
from search.typed_codes import with_joined_codes
from search.types import And, Node, Notice

_GUESSES = Notice("unsure", f"Nothing is that sure; guesses down to {UNSURE} % were let in.")


def explain(
    user: User, item: MediaItem, text: str, *, min_confidence: int | None = None
) -> Explanation:
    """Hold every clause of what a search for ``text`` asks for against the user's ``item``.

    What was typed goes first; where the search fell back on something else, and the item does
    not fit what was typed, on that.
    """
    settled = settled_search(user, text, min_confidence=min_confidence)
    general = (*_general(item), *_nothing_asked(settled, text))
    examiner = Examiner(user, item, settled.typed.min_confidence)
    clauses = tuple(map(examiner.clause, _parts(settled.typed.root)))
    # It may fit by what the index, from which the search had to settle, does not know yet.
    if settled.request == settled.typed or all(clause.is_met for clause in clauses):
        return Explanation(clauses, general)
    parts = _parts(settled.request.root)
    clauses = tuple(map(examiner.guessing(settled.request.min_confidence).clause, parts))
    pairs = zip(parts, clauses, strict=True)
    unsure = [clause for part, clause in pairs if not examiner.meets(part)]
    is_found = not general and all(clause.is_met for clause in clauses)
    notices = _notices(settled, unsure, is_found=is_found)
    return Explanation(clauses, general, tuple(notices))


def _parts(root: Node | None) -> tuple[Node, ...]:
    root = root and with_joined_codes(root)
    return root.children if isinstance(root, And) else (root,) if root else ()


def _general(item: MediaItem) -> Iterator[Reason]:
    if item.is_trashed:
        yield Reason("in_trash", "It is in the trash, which is never searched.")
    elif item.indexed_version < item.search_version:
        yield Reason("not_indexed", "Its last change has not reached the index yet.")


def _nothing_asked(settled: Settled, text: str) -> Iterator[Reason]:
    if settled.typed.root is None and text.strip():
        yield Reason("nothing", "What was typed has no words to search for.")


def _notices(settled: Settled, unsure: Sequence[Clause], *, is_found: bool) -> Iterator[Notice]:
    """Say how the search came from what was typed to what it settled on.

    ``unsure`` are the clauses that the item meets by a guess alone, if it meets them.
    """
    if read := ", ".join(_read(*one) for one in settled.spellings.items()):
        yield Notice("typo", f"Found because {read}." if is_found else f"{read}.")
    if settled.kept:
        start = "Found because it fits" if is_found else "What was searched for is what fits"
        yield Notice("partial", f"{start} {settled.kept}: nothing fits all of it.")
    if settled.request.min_confidence < settled.typed.min_confidence:
        yield from _guessed(settled, unsure) if is_found else [_GUESSES]


def _guessed(settled: Settled, unsure: Sequence[Clause]) -> Iterator[Notice]:
    least = settled.typed.min_confidence
    sure = [max(_guesses(clause, least), default=0) for clause in unsure]
    if sure:
        message = f"Found as a guess of {min(sure):.0f} %, because nothing is as sure as {least} %."
        yield Notice("unsure", message)


def _guesses(clause: Clause, least: int) -> Iterator[float]:
    for match in clause.matches:
        if match.label and match.confidence is not None and match.confidence < least:
            yield match.confidence


def _read(typed: str, spellings: Sequence[str]) -> str:
    return f"“{typed}” was read as {' or '.join(f'“{one}”' for one in spellings)}"


def items_named(user: User, name: str, limit: int) -> list[MediaItem]:
    """The user's items whose file name holds ``name``, the newest first."""
    return list(library_of(user).filter(file_name__icontains=name[:100])[:limit])
