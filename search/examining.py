"""Holds the clauses of a query against an item: which it meets, and what it misses of others."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime
from itertools import chain, islice

from accounts.models import User
from gallery.models import Job, JobState, LabelState, MediaItem, MediaLabel, Step
from gallery.queries import albums_of
from search.analysis import analyze
from search.dates import source_of_date, spoken_day
from search.documents import load_documents
from search.evidence import Evidence
from search.explanations import Clause, Reason
from search.fields import DATE_WORDS, FIELDS, PEOPLE, FieldKind
from search.geocells import distance_m, spoken_m
from search.label_book import holds, spoken_names
from search.matching import Matcher
from search.needles import Needle, needles_of
from search.printed import currency_of
from search.printing import printed
from search.respelled import likeliest, read_as
from search.sentences import said
from search.translation import is_translation
from search.typed_codes import is_joined_code
from search.types import And, Choice, Match, Near, Node, Not, Or, Phrase, Range, Term
from search.whynot_words import bounds_said, date_said, nearest, nearest_code

MAX_PAGES_COMPARED = 50
MAX_ALBUMS_COMPARED = 500
MAX_ALBUMS_NAMED = 3
_PLACES = {
    "": " in anything known of it",
    "album": " among the albums that it is in",
    "category": " among its categories",
    "label": " among its labels",
}
# Where words of other languages are looked for, but for places.
_MEANT = {"label": "among its labels", DATE_WORDS: "when it was taken"}
_PEOPLE = tuple(Term("label", one, (one,), exact=True) for one in PEOPLE)
_UNSETTLED = ("pending", "failed", "skipped")
_OPEN = (JobState.WAITING, JobState.RUNNING)


class Examiner:
    """Holds clauses against one item."""

    def __init__(self, user: User, item: MediaItem, threshold: int) -> None:
        self._user = user
        self._threshold = threshold
        self._is_guessing = False
        own = MediaItem.objects.filter(owner=user).prefetch_related("document_fields")
        self._item = own.get(pk=item.pk)
        self._evidence = Evidence([self._item])
        self._document = next(iter(load_documents(user.pk, [item.pk])), None)
        self._jobs = {job.step: job for job in Job.objects.filter(item=item)}

    def guessing(self, threshold: int) -> Examiner:
        """Return one that takes less sure labels, too."""
        other = copy(self)
        other._threshold = threshold
        other._is_guessing = threshold < self._threshold
        return other

    def clause(self, node: Node) -> Clause:
        matches = self._matches(node)
        is_met = self.meets(node)
        if is_met:
            return Clause(_asked(node), is_met, matches)
        missed = node if is_translation(node) else said(node)
        return Clause(_asked(node), is_met, (), tuple(dict.fromkeys(self._reasons(missed))))

    def _matches(self, node: Node) -> tuple[Match, ...]:
        return Matcher(node, self._threshold).explain([self._item], self._evidence)[0]

    def meets(self, node: Node) -> bool:
        """True when the item is found by this part of a query, were it all of it."""
        if isinstance(node, Not):
            return not self.meets(node.child)
        if isinstance(node, And):
            return all(self.meets(child) for child in node.children)
        if isinstance(node, Or):
            return any(self.meets(child) for child in node.children)
        if isinstance(node, Range):
            return self._is_within(node)
        if isinstance(node, Choice):
            return self._has(node)
        return bool(self._matches(node))

    def _is_within(self, leaf: Range) -> bool:
        if leaf.field == "confidence":
            levels = [entry.level for entry in self._document.labels] if self._document else []
            return any(leaf.holds(level) for level in levels)
        choices = self._document.choices if self._document else ()
        is_met = not leaf.currencies or any(f"currency={one}" in choices for one in leaf.currencies)
        return is_met and leaf.holds(self._number(leaf.field))

    def _has(self, leaf: Choice) -> bool:
        if _is_people(leaf):
            return any(map(self._matches, _PEOPLE))
        choices = self._document.choices if self._document else ()
        return f"{leaf.field}={leaf.value}" in choices

    def _number(self, field: str) -> int | None:
        return self._document.numbers.get(field) if self._document else None

    def _reasons(self, node: Node) -> Iterator[Reason]:
        if isinstance(node, Not):
            yield Reason("excluded", f"It has {printed(node.child)}, which you shut out.")
        elif isinstance(node, Or) and is_translation(node):
            yield from self._foreign(node)
        elif isinstance(node, And | Or):
            # The code that words make when joined is missing for the same reasons as they.
            for child in node.children[:1] if is_joined_code(node) else node.children:
                if not self.meets(child):
                    yield from self._reasons(child)
        elif isinstance(node, Range):
            yield self._outside(node)
        elif isinstance(node, Near):
            yield self._far(node)
        elif isinstance(node, Choice):
            yield from self._people_missed() if _is_people(node) else [self._other_state(node)]
        else:
            yield from self._missed(node)

    def _foreign(self, node: Or) -> Iterator[Reason]:
        """Say of a foreign word and what it stands for what they miss together."""
        leaves = [needle.leaf for needle in needles_of(node)]
        found = dict.fromkeys(reason for leaf in leaves for reason in self._missed(leaf))
        known = [reason for reason in found if reason.code != "absent"]
        yield from known
        if all(reason.code in _UNSETTLED for reason in known):
            word = printed(read_as(node.children[0]))
            meant = [leaf for leaf in leaves if isinstance(leaf, Term)][-len(node.children) + 1 :]
            labels = [leaf.text for leaf in meant if leaf.field == "label"]
            where = _MEANT.get(meant[0].field or "", "where it was taken")
            message = f"“{word}” ({', '.join(leaf.text for leaf in meant)}) is not {where}."
            yield Reason("absent", message, add_label="".join(labels[:1]))

    def _far(self, leaf: Near) -> Reason:
        position = self._item.coordinates
        if position is None:
            return Reason("no_value", "It has no place on the map.")
        away = spoken_m(distance_m(leaf.center, (position.latitude, position.longitude)))
        return Reason("outside", f"It was taken {away} from {leaf.place}.")

    def _outside(self, leaf: Range) -> Reason:
        value = self._number(leaf.field)
        if value is None:
            return Reason("no_value", f"It has no {leaf.field}.")
        spoken = self._spoken(leaf.field, value)
        if leaf.currencies and not currency_of(self._item):
            return Reason("outside", f"Its total is {spoken}, in no currency that was read.")
        if leaf.field in ("taken", "added"):
            source = source_of_date(self._item) if leaf.field == "taken" else "added"
            return Reason("outside", date_said(leaf.field, source, spoken))
        return Reason("outside", f"Its {leaf.field} is {spoken}.")

    def _spoken(self, field: str, value: int) -> str:
        if FIELDS[field].kind is FieldKind.DATE:
            return spoken_day(datetime.fromtimestamp(value, UTC))
        if field == "total":
            amount = f"{value / 100:.2f}".removesuffix(".00")
            return f"{amount} {currency_of(self._item).upper()}".rstrip()
        return f"{value / 1000:g} s" if field == "duration" else str(value)

    def _other_state(self, leaf: Choice) -> Reason:
        if leaf.field == "currency" and (currency := currency_of(self._item)):
            return Reason("other_state", f"Its currency is {currency.upper()}.")
        return Reason("other_state", f"It is not {printed(leaf)}.")

    def _people_missed(self) -> Iterator[Reason]:
        needles = [needle for term in _PEOPLE for needle in needles_of(term)]
        found = dict.fromkeys(chain(*map(self._labels_missed, needles)))
        yield from found
        yield from self._unsettled(Step.LABEL, "looked at")
        if not found:
            yield Reason("absent", "No person is among its labels.", add_label="Person")

    def _missed(self, leaf: Term | Phrase) -> Iterator[Reason]:
        leaf = likeliest(leaf) if isinstance(leaf, Term) else leaf
        needle = needles_of(leaf)[0]
        in_labels, in_text = (leaf.field in (None, name) for name in ("label", "text"))
        albums = self._albums_missed(needle) if leaf.field in (None, "album") else []
        yield from albums
        found = [
            *(albums if leaf.field else ()),
            *(self._labels_missed(needle) if in_labels else ()),
            *(self._text_missed(needle) if in_text else ()),
        ]
        yield from (reason for reason in found if reason.album is None)
        if in_labels:
            yield from self._unsettled(Step.LABEL, "looked at")
        if in_text:
            yield from self._unsettled(Step.READ, "read")
        if not found:
            where = _PLACES.get(leaf.field or "", f" in its {leaf.field}")
            addable = leaf.text.strip().capitalize() if in_labels else ""
            what = f"“{leaf.text}”" if leaf.field else printed(leaf)
            yield Reason("absent", f"{what} is not{where}.", add_label=addable[:100])

    def _albums_missed(self, needle: Needle) -> list[Reason]:
        """Name the owner's albums of that name; that it is in one would have met the clause."""
        albums = albums_of(self._user).only("name")[:MAX_ALBUMS_COMPARED]
        named = (album for album in albums if next(needle.spans(analyze(album.name)), None))
        return [
            Reason("not_in_album", f"It is not in your album “{album.name}”.", album=album)
            for album in islice(named, MAX_ALBUMS_NAMED)
        ]

    def _labels_missed(self, needle: Needle) -> Iterator[Reason]:
        rows = MediaLabel.objects.filter(item=self._item).select_related("label")
        rows = rows.prefetch_related("label__parents").order_by("label__name")
        rejected = {row.label_id for row in rows if row.state == LabelState.REJECTED}
        for row in rows:
            spoken = spoken_names(row.label).items()
            names = [analyze(name) for name, above in spoken if holds(above, lambda: rejected)]
            if any(next(needle.in_order().spans(name), None) for name in names):
                yield self._label_missed(row, needle.leaf)

    def _label_missed(self, row: MediaLabel, leaf: Term | Phrase) -> Reason:
        name, sure = row.label.name, round(row.confidence)
        if row.state == LabelState.REJECTED:
            return Reason("rejected", f"You rejected {name}.", row)
        if row.label.hidden:
            return Reason("hidden", f"The label {name} is hidden for everybody.")
        threshold = row.label.threshold
        if threshold is not None and row.confidence < threshold:
            return Reason("label_threshold", f"{name} {sure}, which counts from {threshold}.", row)
        if isinstance(leaf, Term) and (asked := bounds_said(leaf)):
            # To confirm it makes it surer still.
            mended = row if leaf.low is not None and leaf.high is None else None
            is_confirmed = row.state == LabelState.CONFIRMED
            known = f"{name} is confirmed" if is_confirmed else f"{name} {sure}"
            return Reason("unsure", f"{known}, you asked for {asked}.", mended)
        whose = "guesses count from" if self._is_guessing else "your threshold is"
        return Reason("unsure", f"{name} {sure}, {whose} {self._threshold}.", row)

    def _text_missed(self, needle: Needle) -> Iterator[Reason]:
        wanted = needle.leaf.words
        for page in self._item.text_pages.defer("lines")[:MAX_PAGES_COMPARED]:
            read_as = chain(nearest(wanted, analyze(page.text)), nearest_code(needle, page.text))
            for near in read_as:
                where = f" on page {page.number}" if (self._item.page_count or 1) > 1 else ""
                yield Reason("misread", f"Read as “{near}”{where}.", add_label=needle.leaf.text)
                return

    def _unsettled(self, step: Step, done: str) -> Iterator[Reason]:
        job = self._jobs.get(step)
        if job is None or job.state == JobState.DONE:
            return
        if job.state in _OPEN:
            yield Reason("pending", f"It is not {done} yet.")
        elif job.state == JobState.FAILED:
            yield Reason("failed", f"It could not be {done}: {job.error_message}")
        else:
            yield Reason("skipped", f"It was not {done}: {job.error_message}")


def _is_people(leaf: Choice) -> bool:
    return (leaf.field, leaf.value) == ("has", "people")


def _asked(node: Node) -> str:
    """Return a clause as typed but for spellings, without the other ways in which it was read."""
    if isinstance(node, Or) and is_joined_code(node):
        return printed(node.children[0])
    return printed(read_as(said(node)))
