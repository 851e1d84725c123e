"""The Celery application: a doorbell only. Which work there is stands in the Job table."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from pixtract import folder_queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixtract.settings")

folder_queue.use()
app = Celery("pixtract")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["workers"])


@setup_logging.connect
def _leave_logging_to_django(**_: Any) -> None:
    """Whoever connects here keeps Celery from setting up logs of its own."""
