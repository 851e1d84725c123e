"""Runs one claimed job: calls the step, stores its outcome, or files why there is none."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import transaction

from gallery.models import Job
from gallery.services import jobs
from gallery.services.holding import hold as put_off
from gallery.storage import StoreUnavailable
from workers.analyzers.base import AnalyzerError
from workers.leases import keeper
from workers.media.errors import MediaError
from workers.spending.holds import Hold
from workers.steps.outcome import Outcome, StepSkipped
from workers.steps.registry import STEPS

logger = logging.getLogger(__name__)
_FIRST_DELAY_SECONDS = 2.0
_STORE_SECONDS = 60.0


def run_lane(
    lane: str, *, seconds: float, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, set[str]]:
    """Work through ``lane`` until it is empty, time is up or ``should_stop()`` says so.

    Returns how many jobs were run, and the lanes that should be rung for.
    """
    deadline = time.monotonic() + seconds
    count, lanes = 0, set[str]()
    while time.monotonic() < deadline and not should_stop():
        job = jobs.claim_next(lane)
        if job is None:
            return count, lanes - {lane}
        lanes |= run_job(job)
        count += 1
    return count, lanes | {lane}


def run_job(job: Job) -> set[str]:
    """Run the claimed job to its settlement; returns the lanes that got work by it."""
    started = time.monotonic()
    token = job.lease_token
    if token is None:
        raise ValueError("an unclaimed job cannot be run")
    with keeper.holding(token), _handed_back_on_crash(job):
        try:
            lanes, result, notes = _attempt(job)
        except jobs.LeaseLost:
            lanes, result, notes = set(), "lease_lost", {}
    logger.info(
        "job",
        extra={
            "step": job.step,
            "item": job.item_id,
            "result": result,
            "attempt": job.attempts,
            "seconds": round(time.monotonic() - started, 3),
            **notes,
        },
    )
    return lanes


def _attempt(job: Job) -> tuple[set[str], str, dict[str, object]]:
    try:
        outcome = STEPS[job.step](job.item)
    except StepSkipped as skipped:
        return jobs.skip(job, skipped.code, skipped.message), "skipped", {}
    except Hold as hold:
        lanes = put_off(job, hold.code, hold.message, hold.until, bounded=hold.bounded)
        return lanes, hold.code, {}
    except (MediaError, AnalyzerError) as error:
        return _give_up_or_retry(job, error), error.code, {"error": error.message}
    except FileNotFoundError:
        message = "A stored file that this step needs is missing."
        return jobs.fail(job, "file_missing", message), "file_missing", {}
    except StoreUnavailable as error:
        return _wait_for_store(job), "store_unavailable", {"error": error}
    return _store(job, outcome), "done", dict(outcome.notes)


@transaction.atomic
def _store(job: Job, outcome: Outcome) -> set[str]:
    lanes = jobs.finish(job, outcome.shortfall)
    outcome.store()
    return lanes


def _give_up_or_retry(job: Job, error: MediaError | AnalyzerError) -> set[str]:
    if error.permanent:
        return jobs.fail(job, error.code, error.message)
    return jobs.retry_later(job, error.code, error.message, backoff(job.attempts))


def _wait_for_store(job: Job) -> set[str]:
    message = "The store of files does not answer. This is tried again until it does."
    delay = timedelta(seconds=_STORE_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311
    return jobs.put_off(job, "store_unavailable", message, delay)


def backoff(attempts: int) -> timedelta:
    """2, 4, 8 ... seconds, each shortened at random by up to a half."""
    seconds = _FIRST_DELAY_SECONDS * 2 ** (max(attempts, 1) - 1)
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311 - only spreads load


@contextmanager
def _handed_back_on_crash(job: Job) -> Iterator[None]:
    """An error that nobody foresaw is raised on, but the job is tried again first."""
    settled = False
    try:
        yield
        settled = True
    finally:
        if not settled:
            with suppress(jobs.LeaseLost):
                message = "Something went wrong on our side; the log says what."
                jobs.retry_later(job, "internal_error", message, backoff(job.attempts))
