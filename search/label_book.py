"""What labels and categories are called, worked out once for the items of many documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from gallery.models import Category, Label
from gallery.models.category import CategoryState
from gallery.taxonomy.everyday import everyday_words
from search.analysis import words
from search.rows import ItemRow, RawId, as_uuid
from search.types import LabelEntry

MAX_NAME_TOKENS = 500
_MAX_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A label as it is spoken of. ``category`` is empty without one, or with a dismissed one."""

    name: str
    names: tuple[tuple[str, ...], ...]
    category: str
    threshold: int | None


class LabelBook:
    """Knows the labels and categories that it was shown, as they were then."""

    def __init__(self) -> None:
        self._labels: dict[RawId, _Spoken | None] = {}
        self._categories: dict[RawId, str] = {}
        self._entries: dict[tuple[RawId | str, int, bool], LabelEntry] = {}

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

    def label_entry(self, raw_id: RawId, level: int, *, always: bool) -> LabelEntry:
        """Return the entry of a label that is not hidden."""
        key = (raw_id, level, always)
        if key not in self._entries:
            spoken = self._labels[raw_id]
            if spoken is None:
                raise KeyError(raw_id)
            self._keep(key, LabelEntry(spoken.name, spoken.names, level, always))
        return self._entries[key]

    def category_entry(self, name: str, level: int, *, always: bool) -> LabelEntry:
        """Return the entry of a category."""
        key = (name, level, always)
        if key not in self._entries:
            self._keep(key, LabelEntry(name, (words(name, MAX_NAME_TOKENS),), level, always))
        return self._entries[key]

    def _keep(self, key: tuple[RawId | str, int, bool], entry: LabelEntry) -> None:
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


def spoken_names(label: Label) -> list[str]:
    """Return the label's name first, then its other names, its parents and their aliases."""
    parents = ((parent.name, parent.aliases) for parent in label.parents.all())
    return all_names((label.name, label.aliases), parents)


def all_names(
    own: tuple[str, Sequence[str]], parents: Iterable[tuple[str, Sequence[str]]]
) -> list[str]:
    """Return the same for a label that is told by its name and aliases, as its parents are."""
    name, aliases = own
    spoken = [name, *map(str, aliases), *everyday_words(name)]
    for parent, others in parents:
        spoken += [parent, *map(str, others)]
    return list(dict.fromkeys(spoken))


def _spoken(label: Label) -> _Spoken:
    names = (words(name, MAX_NAME_TOKENS) for name in spoken_names(label))
    category = label.category
    is_kept = category is not None and category.state != CategoryState.DISMISSED
    return _Spoken(
        label.name,
        tuple(dict.fromkeys(name for name in names if name)),
        category.name if category is not None and is_kept else "",
        label.threshold,
    )
