"""Numbers for Prometheus: requests as they pass, the library and its jobs when asked."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Count, Min, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.first_run import comes_from_this_machine
from gallery.models import Job, JobState, MediaItem
from search.models import OutboxEntry

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter(
    "pixtract_http_requests", "Answered requests, by view and status.", ("view", "method", "status")
)
SECONDS = Histogram(
    "pixtract_http_request_seconds",
    "Seconds until a request was answered, the streamed body left out.",
    ("view",),
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
)


class MetricsMiddleware:
    """Counts and times requests by the name of their view, never by their address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        # What matches no address is one series, however many names a scanner tries.
        view = (match.view_name if match else "") or "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(view, method, str(response.status_code)).inc()
        SECONDS.labels(view).observe(time.perf_counter() - started)
        return response


class LibraryCollector(Collector):
    """Reads the database at each scrape: the truth, also after a restart."""

    def collect(self) -> Iterator[Metric]:
        yield _jobs()
        yield _oldest_waiting()
        yield _outbox()
        yield from _items()

    def describe(self) -> list[Metric]:
        """Nothing up front: registering must not touch the database."""
        return []


def _jobs() -> Metric:
    family = GaugeMetricFamily("pixtract_jobs", "Jobs by step and state.", labels=("step", "state"))
    counted = Job.objects.order_by().values_list("step", "state").annotate(number=Count("pk"))
    for step, state, number in counted:
        family.add_metric((step, state), number)
    return family


def _oldest_waiting() -> Metric:
    family = GaugeMetricFamily(
        "pixtract_oldest_waiting_seconds",
        "How long the job that has been ready longest has waited.",
        labels=("lane",),
    )
    now = timezone.now()
    ready = Job.objects.order_by().filter(state=JobState.WAITING, run_at__lte=now)
    for lane, since in ready.values_list("lane").annotate(since=Min("run_at")):
        family.add_metric((lane,), (now - since).total_seconds())
    return family


def _outbox() -> Metric:
    """What changed and is not yet in the index."""
    help_text = "Changes that wait to be indexed."
    return GaugeMetricFamily("pixtract_outbox_entries", help_text, OutboxEntry.objects.count())


def _items() -> Iterator[Metric]:
    number = GaugeMetricFamily("pixtract_media_items", "Items by kind.", labels=("kind",))
    size = GaugeMetricFamily("pixtract_media_bytes", "Bytes of originals.", labels=("kind",))
    counted = MediaItem.objects.order_by().values_list("kind")
    for kind, items, total in counted.annotate(items=Count("pk"), total=Sum("size_bytes")):
        number.add_metric((kind,), items)
        size.add_metric((kind,), total)
    yield number
    yield size


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, for this machine, for staff, or for who brings PIXTRACT_METRICS_TOKEN."""
    if not (comes_from_this_machine(request) or _brings_token(request) or _is_staff(request)):
        return HttpResponse("Not for you.\n", status=403, content_type="text/plain")
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """Return what this process counts, or all the processes of the web server together."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    together.register(LibraryCollector())
    return together


def _brings_token(request: HttpRequest) -> bool:
    token = settings.PIXTRACT_METRICS_TOKEN
    brought = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return bool(token) and hmac.compare_digest(brought.encode(), token.encode())


def _is_staff(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_staff


REGISTRY.register(LibraryCollector())
