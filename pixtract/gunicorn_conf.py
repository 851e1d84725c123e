"""Settings of the web server: ``gunicorn -c python:pixtract.gunicorn_conf pixtract.wsgi``.

One process with threads: long uploads and downloads wait on the network, not on a core,
and /metrics counts for the whole of the web server. More containers scale it out.
"""

from __future__ import annotations

import os
from pathlib import Path

from pixtract.env import env_int, env_list, env_str

_host = env_str("BIND", "127.0.0.1")
bind = f"{f'[{_host}]' if ':' in _host else _host}:{env_int('PORT', 8000, minimum=1)}"
worker_class = "gthread"
workers = 1
# An upload holds its thread until its last byte: the pages of the others need some, too.
threads = env_int("WEB_THREADS", 16, minimum=1)
# The worker's main thread beats on its own, however long a request takes: this only ends
# a worker that hangs as a whole.
timeout = 120
graceful_timeout = 5
keepalive = 15
# Heartbeats on a disk can stall with the disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
forwarded_allow_ips = ",".join(env_list("TRUSTED_PROXIES"))
# A search of 2,000 characters, each percent-encoded, must pass.
limit_request_line = 8190
loglevel = "warning"
chdir = str(Path(__file__).resolve().parent.parent)
