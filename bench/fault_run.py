"""500 items bought from a provider that misbehaves, by workers that are killed: what is lost?

Run as `python -m bench.fault_run [items]`. Prints what the endpoint did, what the ledger says,
and how many answers were delivered more than once.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from tests.cloud.fake_aws import FakeAws, running

ROOT = Path(__file__).resolve().parents[1]
_ODDS = {"throttle": 0.10, "error": 0.05, "cut": 0.04, "garble": 0.04, "timeout": 0.01}
_KILL_EVERY_SECONDS = 4.0
_WORKERS = 2


def main(count: int) -> None:
    faulty = FakeAws({}, odds=_ODDS, silence_seconds=61, seed=7)
    with tempfile.TemporaryDirectory(prefix="pixtract-faults-") as folder, running(faulty) as aws:
        os.environ |= {
            "PIXTRACT_VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "pixtract.settings",
            "PIXTRACT_LABEL_ENGINE": "rekognition",
            "PIXTRACT_REKOGNITION_ENDPOINT_URL": aws.url,
            "PIXTRACT_REKOGNITION_CALLS_PER_SECOND": "500",
            "PIXTRACT_AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        _make(count, aws)
        started = time.monotonic()
        kills = _run_until_done(count)
        _report(aws, count, kills, time.monotonic() - started)


def _make(count: int, aws: FakeAws) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import User
    from tests.workers.paid import labels_of, paid_items

    aws.answers["DetectLabels"] = labels_of
    call_command("migrate", verbosity=0)
    paid_items(User.objects.create(username="alice"), count)


def _run_until_done(count: int) -> int:
    from gallery.models import Job, JobState
    from tests.workers.paid import due_now
    from workers.sweeper import sweep

    chance, kills = random.Random(11), 0
    workers = [_worker() for _ in range(_WORKERS)]
    while Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING)).exists():
        time.sleep(_KILL_EVERY_SECONDS * chance.uniform(0.5, 1.5))
        if kills < count // 10:
            victim = chance.randrange(_WORKERS)
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            workers[victim] = _worker()
            kills += 1
        sweep()
        due_now()
    for worker in workers:
        worker.kill()
        worker.wait()
    return kills


def _worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.fault_run", "--work"]
    return subprocess.Popen(command, cwd=ROOT)  # noqa: S603


def _work() -> None:
    import django

    django.setup()
    from workers.cloud import clients
    from workers.pipeline import run_lane

    clients._READ_SECONDS = 2
    while True:
        run_lane("analysis", seconds=60)
        time.sleep(0.1)


def _report(aws: FakeAws, count: int, kills: int, seconds: float) -> None:
    from django.utils import timezone

    from gallery.models import Job
    from workers.models import AnalysisResult, Spend
    from workers.spending import ledger

    ledger.settle_abandoned(timezone.now(), age=timedelta(0))
    delivered = Counter(_picture(call.body) for call in aws.seen if call.done == "ok")
    print(f"{count} items, {_WORKERS} workers, {kills} times kill -9, {seconds:.0f} s")
    print("jobs:", dict(Counter(Job.objects.values_list("state", flat=True))))
    print("answers kept:", AnalysisResult.objects.count())
    print("endpoint:", dict(aws.counts), "calls:", len(aws.seen))
    print("ledger:", dict(Counter(Spend.objects.values_list("state", "error_code"))))
    print("ledger rows:", Spend.objects.count())
    print("answered more than once:", sum(n - 1 for n in delivered.values()))


def _picture(body: dict[str, dict[str, str]]) -> str:
    return hashlib.sha256(base64.b64decode(body["Image"]["Bytes"])).hexdigest()


if __name__ == "__main__":
    if "--work" in sys.argv:
        _work()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
