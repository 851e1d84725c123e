"""The page of one item."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gallery.access import get_item_for
from gallery.forms import AlbumChoiceForm, DateForm
from gallery.marking import finder_for
from gallery.models import Album, Job, JobState, MediaItem, Step
from gallery.queries import albums_of, timeline_of
from gallery.views.date_shown import DateShown, date_shown
from gallery.views.facts_shown import Fact, facts_of
from gallery.views.findings_shown import FindingsShown, findings_shown
from gallery.views.labels_shown import LabelsShown, labels_shown
from gallery.views.paging import Neighbors, album_neighbors, neighbors_of
from gallery.views.requests import PageRequest, whole_number
from gallery.views.stage import Stage, stage_of
from gallery.views.text_shown import ShownText, text_shown

_OPEN = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the item's steps are."""

    jobs: list[Job]

    @property
    def failed(self) -> list[Job]:
        return [job for job in self.jobs if job.state == JobState.FAILED]

    @property
    def partial(self) -> list[Job]:
        """Steps that are done but for what their message says."""
        return [job for job in self.jobs if job.state == JobState.DONE and job.error_code]

    @property
    def open(self) -> list[Job]:
        return [job for job in self.jobs if job.state in _OPEN and job.step != Step.INDEX]

    @property
    def pending(self) -> bool:
        return bool(self.open)

    @property
    def steps(self) -> dict[str, str]:
        """State by step."""
        return {job.step: job.state for job in self.jobs}

    @property
    def is_broken(self) -> bool:
        """True when the file could not be opened, or no picture could be made of it."""
        return JobState.FAILED in (self.steps.get(Step.INSPECT), self.steps.get(Step.RENDER))

    @property
    def labels_are_coming(self) -> bool:
        return self.steps.get(Step.LABEL) in _OPEN

    @property
    def text_is_coming(self) -> bool:
        return self.steps.get(Step.READ) in _OPEN


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything that the item page shows."""

    item: MediaItem
    stage: Stage
    labels: LabelsShown
    text: list[ShownText]
    findings: FindingsShown
    date: DateShown
    facts: list[Fact]
    progress: Progress
    albums: list[Album]
    album: Album | None
    around: Neighbors
    query: str

    @property
    def within(self) -> str:
        """What addresses of neighbors end with, when the item is looked at in an album."""
        return f"?album={self.album.pk}" if self.album else ""

    @property
    def text_by_page(self) -> dict[int, ShownText]:
        return {page.number: page for page in self.text}

    @property
    def is_pictureless(self) -> bool:
        """True when there is nothing to look at and none will come."""
        return self.progress.is_broken and self.stage.is_empty

    @property
    def state(self) -> str:
        """Changes with whatever the page shows."""
        jobs = "".join(f"{job.step}{job.state}" for job in self.progress.jobs)
        shown = f"{self.item.search_version}.{jobs}.{self.stage.version}"
        return f"{crc32(shown.encode()):08x}"


@login_required
@require_GET
def item(request: PageRequest, item_id: UUID) -> HttpResponse:
    """Show one item; a page that waits for news sends the ``state`` it has."""
    page = item_page(request, get_item_for(request.user, item_id))
    if request.GET.get("state") == page.state:
        return HttpResponse(status=204)
    return render(request, "gallery/item.html", {"page": page})


def item_page(request: PageRequest, item: MediaItem, date_form: DateForm | None = None) -> ItemPage:
    """Read what the item page shows, as its address asks for it.

    ``date_form`` is a correction of the date that could not be taken.
    """
    asked = request.GET
    query = asked.get("q", "")
    minimum = whole_number(asked.get("min", ""), request.user.shown_confidence, highest=100)
    album = _album(request, item)
    stage = stage_of(
        item,
        whole_number(asked.get("page", ""), 1, lowest=1),
        whole_number(asked.get("t", ""), 0),
    )
    return ItemPage(
        item=item,
        stage=stage,
        labels=labels_shown(item, minimum),
        text=_text(item, stage, query),
        findings=findings_shown(item),
        date=date_shown(item, date_form),
        facts=facts_of(item),
        progress=Progress(list(item.jobs.order_by("priority"))),
        albums=list(item.albums.order_by("name")),
        album=album,
        around=album_neighbors(album, item)
        if album
        else neighbors_of(timeline_of(request.user), item),
        query=query,
    )


def _album(request: PageRequest, item: MediaItem) -> Album | None:
    """The album that the item is looked at in, if it is in that one."""
    form = AlbumChoiceForm(request.GET)
    if not form.is_valid():
        return None
    return albums_of(request.user).filter(pk=form.cleaned_data["album"], items=item).first()


def _text(item: MediaItem, stage: Stage, query: str) -> list[ShownText]:
    pages = item.text_pages.all()
    if stage.page_total > 1:
        pages = pages.filter(number__in=stage.numbers)
    return text_shown(pages, finder_for(query))
