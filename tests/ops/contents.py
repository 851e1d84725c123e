"""A library on a running stack, filled through the API and looked at in the database."""

from __future__ import annotations

import io
import os
import random
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from tests.ops.stack import Process, Stack, wait_until

CLIENTS = 8
SETTLED = "('done', 'failed', 'skipped')"
# One process for both: each takes seconds to start.
_MAKE_ACCOUNT = (
    "from django.core.management import call_command;"
    "call_command('createsuperuser', interactive=False, verbosity=0);"
    "from accounts.models import User; from accounts.tokens import create_api_key;"
    "print(create_api_key(User.objects.get(username='alice'), 'test')[1])"
)


def _picture(number: int) -> bytes:
    """A small JPEG unlike any other."""
    noise = random.Random(number)  # noqa: S311 - pixels, not secrets
    image = Image.frombytes("RGB", (24, 18), noise.randbytes(24 * 18 * 3)).resize((320, 240))
    stream = io.BytesIO()
    image.save(stream, "JPEG")
    return stream.getvalue()


class Library:
    """Alice's library on a running stack, seen through the API and in the database."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        account = {"USERNAME": "alice", "EMAIL": "alice@example.com", "PASSWORD": "kill-test-42"}
        names = {f"DJANGO_SUPERUSER_{key}": value for key, value in account.items()}
        printed = stack.manage("shell", "-v", "0", "-c", _MAKE_ACCOUNT, **names)
        self.token = printed.strip().splitlines()[-1]
        self._headers = {"Authorization": f"Bearer {self.token}", "Content-Type": MULTIPART_CONTENT}

    def upload(self, number: int) -> int:
        """Upload picture ``number``; returns the status of the answer."""
        file = io.BytesIO(_picture(number))
        file.name = f"picture-{number}.jpg"
        body = encode_multipart(BOUNDARY, {"file": file})
        return self.stack.request("POST", "/api/v1/media/", body, self._headers)[0]

    def upload_all(self, numbers: range) -> list[int]:
        with ThreadPoolExecutor(CLIENTS) as clients:
            return list(clients.map(self.upload, numbers))

    def count(self, query: str) -> int:
        if url := self.stack.environment.get("PIXTRACT_DATABASE_URL"):
            with psycopg.connect(url, autocommit=True) as server:
                return int(server.execute(query).fetchone()[0])
        path = f"file:{self.stack.var / 'pixtract.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=30)) as database:
            return int(database.execute(query).fetchone()[0])

    def open_jobs(self) -> int:
        return self.count(f"SELECT COUNT(*) FROM gallery_job WHERE state NOT IN {SETTLED}")  # noqa: S608

    def settled_jobs(self) -> int:
        return self.count(f"SELECT COUNT(*) FROM gallery_job WHERE state IN {SETTLED}")  # noqa: S608

    def kill_workers(self) -> None:
        """Kill -9 both worker groups; the supervisor starts them again."""
        doomed = self.stack.children("celery")
        for worker in doomed:
            os.killpg(worker.group, signal.SIGKILL)
        wait_until(lambda: self._restarted(doomed), 60, "new workers")

    def _restarted(self, doomed: list[Process]) -> bool:
        new = [worker for worker in self.stack.children("celery") if worker not in doomed]
        return len(new) == len(doomed)

    def check_nothing_lost_or_doubled(self, items: int) -> None:
        """Every item is there once, with each step once, done or failed with a reason."""
        assert self.count("SELECT COUNT(*) FROM gallery_mediaitem") == items
        steps = self.count("SELECT COUNT(DISTINCT step) FROM gallery_job")
        assert self.count("SELECT COUNT(*) FROM gallery_job") == items * steps
        unexplained = "state IN ('failed', 'skipped') AND error_message = ''"
        assert self.count(f"SELECT COUNT(*) FROM gallery_job WHERE {unexplained}") == 0  # noqa: S608
        rendered = "SELECT COUNT(DISTINCT item_id) FROM gallery_rendition WHERE name = 'thumb'"
        assert self.count(rendered) == items
        doubled = "SELECT item_id FROM gallery_rendition GROUP BY item_id, name HAVING COUNT(*) > 1"
        assert self.count(f"SELECT COUNT(*) FROM ({doubled}) AS doubled") == 0  # noqa: S608
        for trouble in ("database is locked", "deadlock detected", "too many clients"):
            assert trouble not in self.stack.log
