"""The doorbell: a message says that a lane has work, the Job table says which."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any

from celery import Task, shared_task
from celery.signals import celeryd_init, worker_shutting_down
from kombu.exceptions import OperationalError

from workers.cloud.broker import BrokerRefused

logger = logging.getLogger(__name__)
_SECONDS_PER_RING = 60.0
_closing = {"down": False}


@shared_task(name="workers.work")
def work(lane: str) -> None:
    """Run the ready jobs of ``lane``; harmless when there are none or when rung twice."""
    # The web server imports this module to ring; only workers load the pipeline.
    from workers.pipeline import run_lane

    count, lanes = run_lane(lane, seconds=_SECONDS_PER_RING, should_stop=lambda: _closing["down"])
    ring(lanes)
    if count:
        logger.debug("lane worked", extra={"lane": lane, "jobs": count})


def ring(lanes: Iterable[str]) -> None:
    """Wake a worker of each lane. A broker that is down loses nothing: the sweeper rings again."""
    for lane in lanes:
        _send(work, (lane,), lane)


def _send(task: Task[Any, Any], arguments: tuple[str, ...], queue: str) -> None:
    try:
        task.apply_async(arguments, queue=queue)
    except (OperationalError, BrokerRefused) as error:
        logger.warning("broker unreachable", extra={"queue": queue, "error": error})


@shared_task(name="workers.verify_uploads")
def verify_uploads() -> None:
    """Check the uploads that have arrived; harmless when there are none or when rung twice."""
    from workers.verifying import verify_arrived

    if verify_arrived(seconds=_SECONDS_PER_RING, should_stop=lambda: _closing["down"]):
        ring_for_uploads()


def ring_for_uploads() -> None:
    """Wake a worker to check uploads; the sweeper rings again for what a broker lost."""
    _send(verify_uploads, (), "media")


@worker_shutting_down.connect
def _close(**_: object) -> None:
    # A warm shutdown waits for running tasks: let them end after the job they are at.
    _closing["down"] = True


@celeryd_init.connect
def _want_queues(**_: object) -> None:
    # Only workers load the client of SQS by themselves.
    from workers.cloud.queue_checks import queues_to_make

    if missing := queues_to_make():
        sys.exit(missing)
