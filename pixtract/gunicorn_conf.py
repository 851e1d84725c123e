"""Settings of the web server: ``gunicorn -c python:pixtract.gunicorn_conf pixtract.wsgi``.

Threads, since long uploads and downloads wait on the network, not on a core; and two processes
where there are two cores, so that no page waits for the work on another. All are forked from one
that has loaded what they share. More containers scale it out.
"""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from gunicorn.http import message

from pixtract import serving

try:
    # Here a wrong setting ends the server with its one line; in the worker it would be a loop.
    importlib.import_module(os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixtract.settings"))
except ImproperlyConfigured as error:
    sys.exit(str(error))

_host = serving.bind()
bind = f"{f'[{_host}]' if ':' in _host else _host}:{serving.port()}"
worker_class = "gthread"
workers = serving.processes()
preload_app = workers > 1
# An upload holds its thread until its last byte: the pages of the others need some, too.
threads = serving.threads()
# The worker's main thread beats on its own, however long a request takes: this only ends
# a worker that hangs as a whole.
timeout = 120
graceful_timeout = 5
keepalive = 15
# Heartbeats on a disk can stall with the disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
if preload_app:
    # Here all processes count, so that /metrics tells of the whole of the web server.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp("", "pixtract-", worker_tmp_dir)
control_socket_disable = True
forwarded_allow_ips = ",".join(serving.trusted_proxies())
# A search as long as the API takes it, of characters of four bytes each, percent-encoded, must
# pass: what is longer is refused by us, in our own form. Gunicorn itself knows no higher limit
# than 8,190 bytes, only none.
limit_request_line = serving.MAX_ADDRESS_BYTES
message.MAX_REQUEST_LINE = serving.MAX_ADDRESS_BYTES  # type: ignore[misc]
loglevel = "warning"
chdir = str(Path(__file__).resolve().parent.parent)


def when_ready(_server: object) -> None:
    """Load the model of meaning where processes share it: each is forked with what is there.

    Nothing here may ask the database or any server: connections do not outlive a fork.
    """
    if not preload_app:
        return
    from search.meaning.nearness import neighborhood

    neighborhood()
    # Collections would write to what is shared, and so make a copy for each process.
    gc.collect()
    gc.freeze()


def post_worker_init(_worker: object) -> None:
    """Load in the background what the first search would otherwise wait for."""
    from search.related import warm

    warm()


def on_exit(_server: object) -> None:
    """Leave nothing behind."""
    if preload_app:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
