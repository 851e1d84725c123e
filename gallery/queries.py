"""Reads. Pages and API use these, and nothing else decides who sees what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, F, Q, QuerySet, When, Window
from django.db.models.expressions import OrderBy
from django.db.models.functions import RowNumber

from accounts.models import User
from gallery.models import (
    Album,
    AlbumItem,
    AlbumOrder,
    Category,
    DocumentField,
    FinishedItem,
    Job,
    JobState,
    Kind,
    Label,
    LabelState,
    MediaCategory,
    MediaItem,
    MediaLabel,
    Rendition,
    Upload,
    Webhook,
    WebhookDelivery,
)

Viewer = User | AnonymousUser


def visible_to(user: Viewer) -> QuerySet[MediaItem]:
    """Every item the user may see, trash and archive included."""
    return MediaItem.objects.filter(owner=user.pk) if user.pk else MediaItem.objects.none()


def uploads_of(user: Viewer) -> QuerySet[Upload]:
    """The user's uploads, oldest first."""
    return Upload.objects.filter(owner=user.pk) if user.pk else Upload.objects.none()


def library_of(user: Viewer) -> QuerySet[MediaItem]:
    """What the user has, without the trash."""
    return visible_to(user).filter(trashed_at=None)


def timeline_of(user: Viewer) -> QuerySet[MediaItem]:
    """The library without the archive, newest capture first."""
    return library_of(user).filter(archived=False).order_by("-taken_local", "-id")


def documents_of(user: Viewer) -> QuerySet[MediaItem]:
    """Documents by family, and pictures that turned out to be pages."""
    return timeline_of(user).filter(Q(kind=Kind.DOCUMENT) | ~Q(document_type=""))


def trash_of(user: Viewer) -> QuerySet[MediaItem]:
    return visible_to(user).filter(trashed_at__isnull=False).order_by("-trashed_at", "-id")


def in_category(items: QuerySet[MediaItem], category: Category) -> QuerySet[MediaItem]:
    return items.filter(memberships__category=category)


def with_label(items: QuerySet[MediaItem], name: str, min_confidence: float) -> QuerySet[MediaItem]:
    """Items that show a label of this name, or one below it in the taxonomy.

    Not those of which the label itself was rejected, whatever else they show.
    """
    named = Label.objects.filter(name__iexact=name)
    carried = MediaLabel.objects.filter(
        Q(label__in=named) | Q(label__parents__in=named), shown(min_confidence)
    )
    denied = MediaLabel.objects.filter(label__in=named, state=LabelState.REJECTED)
    return items.filter(pk__in=carried.values("item")).exclude(pk__in=denied.values("item"))


def shown(min_confidence: float) -> Q:
    """The condition on MediaLabel under which a label is shown at this confidence."""
    sure = Q(confidence__gte=min_confidence, label__threshold=None) | Q(
        confidence__gte=F("label__threshold")
    )
    return (Q(state=LabelState.CONFIRMED) | Q(sure, state=LabelState.DETECTED)) & Q(
        label__hidden=False
    )


def labels_on(item: MediaItem) -> QuerySet[MediaLabel]:
    """Everything seen on an item except what is hidden for all, surest first."""
    return (
        item.labels.filter(label__hidden=False)
        .select_related("label", "label__category")
        .prefetch_related("label__parents")
        .order_by("-confidence", "label__name")
    )


def categories_of(user: Viewer) -> QuerySet[Category]:
    return Category.objects.filter(Q(owner=None) | Q(owner=user.pk))


def albums_of(user: Viewer) -> QuerySet[Album]:
    """The user's own, by name."""
    return Album.objects.filter(owner=user.pk).order_by("name") if user.pk else Album.objects.none()


def counted_albums(albums: Sequence[Album]) -> list[Album]:
    """The albums, each with the ``item_count`` of what it shows, in one query."""
    rows = AlbumItem.objects.filter(album__in=albums, item__trashed_at=None)
    counts = dict(rows.order_by().values_list("album").annotate(n=Count("pk")))
    for album in albums:
        album.item_count = counts.get(album.pk, 0)
    return list(albums)


def album_fronts(albums: Sequence[Album], size: int) -> dict[UUID, list[UUID]]:
    """Ids of what is on the front of each album: its cover, or else its first items."""
    covers = {album.pk: album.cover_id for album in albums if album.cover_id}
    present = MediaItem.objects.filter(pk__in=covers.values(), trashed_at=None)
    shown = set(present.values_list("pk", flat=True))
    fronts = {pk: [item_id] for pk, item_id in covers.items() if item_id in shown}
    bare = [album.pk for album in albums if album.pk not in fronts]
    rows = AlbumItem.objects.filter(album__in=bare, item__trashed_at=None)
    ranked = rows.annotate(
        place=Window(RowNumber(), partition_by=F("album"), order_by=_first_in_album())
    )
    first = ranked.filter(place__lte=size).order_by("album", "place")
    for album_id, item_id in first.values_list("album", "item"):
        fronts.setdefault(album_id, []).append(item_id)
    return fronts


def _first_in_album() -> list[OrderBy]:
    """The order of each album's own rows, whichever it is."""
    return [
        Case(When(album__ordering=AlbumOrder.MANUAL, then="position"), default=0).asc(),
        Case(When(album__ordering=AlbumOrder.OLDEST, then="item__taken_local")).asc(),
        F("item__taken_local").desc(),
        F("item").desc(),
    ]


def in_album(album: Album) -> QuerySet[MediaItem]:
    """What the album shows, the archive included, in its order; with each item's ``position``."""
    orders = {
        AlbumOrder.NEWEST: ("-taken_local", "-id"),
        AlbumOrder.OLDEST: ("taken_local", "id"),
        AlbumOrder.MANUAL: ("position", "id"),
    }
    items = MediaItem.objects.filter(
        owner=album.owner_id, trashed_at=None, album_places__album=album
    )
    placed = items.annotate(position=F("album_places__position"))
    return placed.order_by(*orders[AlbumOrder(album.ordering)])


def categories_named(user: Viewer, wanted: Iterable[str]) -> QuerySet[Category]:
    """The user's categories of these slugs or names."""
    wanted = _comparable(wanted)
    return categories_of(user).filter(Q(slug__in=wanted) | Q(name__in=wanted))


def albums_named(user: Viewer, wanted: Iterable[str]) -> QuerySet[Album]:
    """The user's albums of these ids or names, in whatever case."""
    wanted = list(wanted)
    ids = {found for text in wanted if (found := _uuid(text)) is not None}
    return albums_of(user).filter(pk__in=ids | _album_ids(user, wanted))


def album_called(user: Viewer, name: str) -> Album | None:
    """The user's album of this name, in whatever case."""
    return albums_of(user).filter(pk__in=_album_ids(user, [name])).first()


def _album_ids(user: Viewer, names: Iterable[str]) -> set[UUID]:
    # SQLite knows upper and lower case of ASCII letters alone.
    folded = {name.casefold() for name in names}
    known = albums_of(user).values_list("pk", "name")
    return {pk for pk, name in known if name.casefold() in folded}


def _comparable(texts: Iterable[str]) -> list[str]:
    # PostgreSQL refuses even to compare with NUL, which none of its texts can hold.
    return [text for text in texts if "\0" not in text]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def labels_of(user: Viewer) -> QuerySet[Label]:
    return Label.objects.filter(Q(owner=None) | Q(owner=user.pk), hidden=False)


def filled_categories(user: Viewer) -> list[Category]:
    """The user's categories that hold something, with ``item_count``, largest first."""
    rows = MediaCategory.objects.filter(
        item__owner=user.pk, item__trashed_at=None, item__archived=False
    )
    counts = dict(rows.order_by().values_list("category").annotate(n=Count("pk")))
    found = list(categories_of(user).filter(pk__in=counts))
    for category in found:
        category.item_count = counts[category.pk]
    return sorted(found, key=lambda category: (-category.item_count, category.name))


def label_counts(user: Viewer, min_confidence: float, part: str = "") -> list[tuple[UUID, int]]:
    """Ids of the labels shown on the user's items, with how many; most frequent first.

    One pass over the rows, where an annotated Label query takes several. ``part`` narrows
    to names that contain it.
    """
    rows = MediaLabel.objects.filter(
        shown(min_confidence), item__owner=user.pk, item__trashed_at=None
    )
    counts = dict(rows.order_by().values_list("label").annotate(n=Count("pk")))
    named = labels_of(user).filter(name__icontains=part).values_list("pk", "name")
    found = [(-counts[pk], name, pk) for pk, name in named if pk in counts]
    return [(pk, -n) for n, _, pk in sorted(found)]


def thumbs_of(item_ids: Iterable[UUID]) -> dict[UUID, Rendition]:
    """The thumb of each item that has one, in one query."""
    found = Rendition.objects.filter(item__in=list(item_ids), name="thumb")
    return {rendition.item_id: rendition for rendition in found}


def fields_of(item_ids: Iterable[UUID]) -> dict[UUID, list[DocumentField]]:
    """The fields found on each item that has any, as they stand on its pages, in one query."""
    found: dict[UUID, list[DocumentField]] = {}
    for field in DocumentField.objects.filter(item__in=list(item_ids)).order_by("item", "position"):
        found.setdefault(field.item_id, []).append(field)
    return found


def job_counts(user: Viewer) -> dict[str, dict[str, int]]:
    """Number of the user's jobs by step and state; zero counts are left out."""
    rows = (
        Job.objects.filter(item__owner=user.pk, item__trashed_at=None)
        .values_list("step", "state")
        .annotate(n=Count("pk"))
    )
    counts: dict[str, dict[str, int]] = {}
    for step, state, n in rows:
        counts.setdefault(step, {})[state] = n
    return counts


def failed_jobs(user: Viewer) -> QuerySet[Job]:
    return (
        Job.objects.filter(item__owner=user.pk, state=JobState.FAILED, item__trashed_at=None)
        .select_related("item")
        .order_by("-finished_at")
    )


def finished_since(user: Viewer, cursor: int) -> QuerySet[FinishedItem]:
    """What the user's library finished behind ``cursor``, in that order."""
    return (
        FinishedItem.objects.filter(owner=user.pk, pk__gt=cursor, item__trashed_at=None)
        .select_related("item")
        .prefetch_related("item__jobs")
        .order_by("pk")
    )


def webhooks_of(user: Viewer) -> QuerySet[Webhook]:
    return Webhook.objects.filter(owner=user.pk)


def deliveries_of(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """A webhook's last hundred messages, newest first."""
    return webhook.deliveries.select_related("item").order_by("-created_at")[:100]


def partial_jobs(user: Viewer) -> QuerySet[Job]:
    """Steps that are done but for a part; their ``error_message`` says what is missing."""
    done = Job.objects.filter(item__owner=user.pk, state=JobState.DONE, item__trashed_at=None)
    return done.exclude(error_code="").select_related("item").order_by("-finished_at")
