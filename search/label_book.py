"""What labels and categories are called, worked out once for the items of many documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Prefetch

from gallery.models import Category, Label
from gallery.models.category import CategoryState
from gallery.taxonomy.everyday import everyday_words
from search.analysis import words
from search.rows import ItemRow, RawId, as_uuid
from search.types import LabelEntry

MAX_NAME_TOKENS = 500
_MAX_ENTRIES = 8_000
_NONE: frozenset[UUID] = frozenset()
# A label by its id or a category by its name, its level, whether it always counts, and which of
# the label's parents are rejected.
_Key = tuple[RawId | str, int, bool, frozenset[UUID]]
K = TypeVar("K")


class _SpokenName(NamedTuple):
    """The words of a name, and the parents that a label has it from; none for its own."""

    words: tuple[str, ...]
    above: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A label as it is spoken of. ``category`` is empty without one, or with a dismissed one."""

    name: str
    names: tuple[_SpokenName, ...]
    category: str
    threshold: int | None
    above: frozenset[UUID]

    def names_without(self, rejected: frozenset[UUID]) -> tuple[tuple[str, ...], ...]:
        """Return the words of each name that rejected parents leave, the label's own first."""
        kept = (name.words for name in self.names if holds(name.above, lambda: rejected))
        return tuple(dict.fromkeys(kept))


class LabelBook:
    """Knows the labels and categories that it was shown, as they were then."""

    def __init__(self) -> None:
        self._labels: dict[RawId, _Spoken | None] = {}
        self._categories: dict[RawId, str] = {}
        self._entries: dict[_Key, LabelEntry] = {}

    def read(self, items: Iterable[ItemRow]) -> None:
        """Learn what the labels and categories of the items are called."""
        labels, categories = set[RawId](), set[RawId]()
        for item in items:
            labels.update(row.label for row in item.labels)
            categories.update(row.category for row in item.memberships)
        if missing := labels - self._labels.keys():
            self._read_labels(missing)
        if missing := categories - self._categories.keys():
            self._read_categories(missing)

    def label(self, raw_id: RawId) -> _Spoken | None:
        """Return what is known of a label; None for a hidden one."""
        return self._labels[raw_id]

    def category(self, raw_id: RawId) -> str:
        """Return a category's name; nothing for a dismissed one."""
        return self._categories[raw_id]

    def label_entry(
        self, raw_id: RawId, level: int, *, always: bool, rejected: frozenset[UUID] = _NONE
    ) -> LabelEntry:
        """Return the entry of a label that is not hidden, on an item where others are rejected."""
        spoken = self._labels[raw_id]
        if spoken is None:
            raise KeyError(raw_id)
        key = (raw_id, level, always, rejected & spoken.above)
        if key not in self._entries:
            names = spoken.names_without(rejected)
            self._keep(key, LabelEntry(spoken.name, names, level, always))
        return self._entries[key]

    def category_entry(self, name: str, level: int, *, always: bool) -> LabelEntry:
        """Return the entry of a category."""
        key = (name, level, always, _NONE)
        if key not in self._entries:
            self._keep(key, LabelEntry(name, (words(name, MAX_NAME_TOKENS),), level, always))
        return self._entries[key]

    def _keep(self, key: _Key, entry: LabelEntry) -> None:
        if len(self._entries) >= _MAX_ENTRIES:
            self._entries.clear()
        self._entries[key] = entry

    def _read_labels(self, raw_ids: Iterable[RawId]) -> None:
        shown = Prefetch("parents", Label.objects.filter(hidden=False))
        by_id = {as_uuid(raw_id): raw_id for raw_id in raw_ids}
        found: dict[RawId, _Spoken | None] = dict.fromkeys(by_id.values())
        labels = Label.objects.filter(pk__in=by_id, hidden=False)
        for label in labels.select_related("category").prefetch_related(shown):
            found[by_id[label.pk]] = _spoken(label)
        self._labels |= found

    def _read_categories(self, raw_ids: Iterable[RawId]) -> None:
        by_id = {as_uuid(raw_id): raw_id for raw_id in raw_ids}
        self._categories |= dict.fromkeys(by_id.values(), "")
        kept = Category.objects.filter(pk__in=by_id).exclude(state=CategoryState.DISMISSED)
        for pk, name in kept.values_list("pk", "name"):
            self._categories[by_id[pk]] = name


def spoken_names(label: Label) -> dict[str, frozenset[UUID]]:
    """Return the label's name first, then its other names, its parents and their aliases.

    Each with the parents that it has the name from; none for its own.
    """
    parents = ((parent.pk, parent.name, parent.aliases) for parent in label.parents.all())
    return all_names((label.name, label.aliases), parents)


def all_names(
    own: tuple[str, Sequence[str]], parents: Iterable[tuple[K, str, Sequence[str]]]
) -> dict[str, frozenset[K]]:
    """Return the same for a label that is told by its name and aliases, as its parents are."""
    name, aliases = own
    its_own = dict.fromkeys((name, *map(str, aliases), *everyday_words(name)))
    inherited: dict[str, set[K]] = {}
    for parent, parent_name, others in parents:
        for spoken in (parent_name, *map(str, others)):
            inherited.setdefault(spoken, set()).add(parent)
    found: dict[str, frozenset[K]] = dict.fromkeys(its_own, frozenset())
    return found | {
        spoken: frozenset(above) for spoken, above in inherited.items() if spoken not in its_own
    }


def holds(above: frozenset[K], rejected: Callable[[], Collection[K]]) -> bool:
    """True for a name of a label on an item where its owner rejected other labels.

    No dog, said of a picture, takes the name "dog" from its Golden Retriever, too.
    """
    return not above or not above.issubset(rejected())


def _spoken(label: Label) -> _Spoken:
    spoken = spoken_names(label).items()
    names = (_SpokenName(words(name, MAX_NAME_TOKENS), above) for name, above in spoken)
    category = label.category
    is_kept = category is not None and category.state != CategoryState.DISMISSED
    return _Spoken(
        label.name,
        tuple(name for name in names if name.words),
        category.name if category is not None and is_kept else "",
        label.threshold,
        frozenset(parent.pk for parent in label.parents.all()),
    )
