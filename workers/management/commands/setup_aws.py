"""Make what an administrator would click together on AWS, and say which rights are needed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gallery.checks import check_bucket
from workers.cloud.broker_queues import broker_steps, queue_names
from workers.cloud.bucket import BucketStorage
from workers.cloud.bucket_setup import BucketPlan, bucket_steps, notification_steps
from workers.cloud.changes import Change, SetupError, Steps
from workers.cloud.clients import client, session
from workers.cloud.policies import Uses, product_policy, role_permissions, role_trust
from workers.cloud.queue_setup import QueuePlan, arn_of, queue_steps, topic_steps, url_of

_TOPIC = "AmazonRekognitionPixtract"
_TOPIC_QUEUE = "pixtract-rekognition"
_ROLE = "PixtractRekognition"
_AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn")
# What stands for an account that nobody can tell: most doubles of AWS call theirs so.
_NO_ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are, whether made already or not."""

    partition: str
    region: str
    account: str
    bucket: str

    def arn(self, service: str, name: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{name}"

    @property
    def bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket}"

    @property
    def drop_bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{_drop_bucket()}"

    @property
    def role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{_ROLE}"


class Command(BaseCommand):
    help = (
        "Make the bucket of PIXTRACT_S3_BUCKET ready (CORS, lifecycle, encryption, no public "
        "access), the queue of what is dropped into it, those of a broker in SQS, and on request "
        "the topic of Rekognition; print the least IAM policy. What is there already stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="tell only what would be done")
        parser.add_argument(
            "--queue",
            help="the drop's queue; else that of PIXTRACT_INGEST_QUEUE_URL, or named by the bucket",
        )
        parser.add_argument(
            "--no-queue", action="store_true", help="no drop: for stores that tell no queue"
        )
        parser.add_argument(
            "--topic", action="store_true", help=f"make {_TOPIC} and its queue, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if problems := check_bucket():
            raise CommandError("\n".join(problem.msg for problem in problems))
        if not settings.PIXTRACT_S3["bucket"]:
            raise CommandError("Set PIXTRACT_S3_BUCKET to the name that the bucket shall have.")
        with_queue = not options["no_queue"]
        with_topic = with_queue and options["topic"]
        queue = (options["queue"] or _queue_name()) if with_queue else ""
        try:
            places = _places(with_account=with_queue)
            self._carry_out(_all_steps(places, queue, with_topic=with_topic), options["dry_run"])
            self._print_documents(places, queue, with_topic=with_topic)
            if with_queue and not options["dry_run"]:
                self._print_settings(places, queue, with_topic=with_topic)
        except SetupError as error:
            raise CommandError(str(error)) from error
        except (ClientError, BotoCoreError, Boto3Error, OSError) as error:
            hint = " Without a drop, no queue is needed: --no-queue." if with_queue else ""
            message = f"Stopped; run it again when this is mended. {error}{hint}"
            raise CommandError(message) from error

    def _carry_out(self, steps: Steps, dry_run: bool) -> None:  # noqa: FBT001
        count = 0
        for step in steps:
            if not isinstance(step, Change):
                self.stdout.write(f"  kept: {step.text}")
                continue
            count += 1
            self.stdout.write(f"{'would ' if dry_run else ''}{step.text}")
            if not dry_run:
                step.apply()
        if not count:
            self.stdout.write("Everything is there: nothing to do.")

    def _print_documents(self, places: Places, queue: str, *, with_topic: bool) -> None:
        if queue and places.account == _NO_ACCOUNT:
            self.stdout.write(f"\nNo AWS is asked for an account: {_NO_ACCOUNT} stands for it.")
        policy = product_policy(_uses(places, queue, with_topic=with_topic))
        self._print("Policy of the user or role that Pixtract runs as", policy)
        if with_topic:
            topic = places.arn("sns", _TOPIC)
            self._print(f"Role {_ROLE}: who may take it", role_trust(places.account))
            self._print(f"Role {_ROLE}: what it may do", role_permissions(topic))

    def _print_settings(self, places: Places, queue: str, *, with_topic: bool) -> None:
        sqs = client("sqs", region=places.region)
        self.stdout.write("\nSettings:")
        drop = url_of(_drop_client(places), queue)
        self.stdout.write(f"PIXTRACT_INGEST_QUEUE_URL={drop}")
        if with_topic:
            self.stdout.write(f"PIXTRACT_REKOGNITION_TOPIC_ARN={places.arn('sns', _TOPIC)}")
            self.stdout.write(f"PIXTRACT_REKOGNITION_ROLE_ARN={places.role_arn}")
            self.stdout.write(f"PIXTRACT_REKOGNITION_QUEUE_URL={url_of(sqs, _TOPIC_QUEUE)}")

    def _print(self, title: str, document: dict[str, Any]) -> None:
        self.stdout.write(f"\n{title}:\n{json.dumps(document, indent=2)}")


def _places(*, with_account: bool) -> Places:
    bucket = settings.PIXTRACT_S3
    region = settings.STORAGES["default"]["OPTIONS"]["region"]
    account = ""
    if with_account:
        account = _account(region)
    partition = session().get_partition_for_region(region) if not bucket["endpoint_url"] else "aws"
    return Places(partition, region, account, bucket["bucket"])


def _account(region: str) -> str:
    """The account that the credentials are of; beside a store that is not AWS, there is none."""
    sts = client("sts", region=region)
    if _elsewhere(settings.PIXTRACT_S3["endpoint_url"]) and not _elsewhere(sts.meta.endpoint_url):
        return _NO_ACCOUNT
    return str(sts.get_caller_identity()["Account"])


def _elsewhere(address: str) -> bool:
    return bool(address) and not (urlsplit(address).hostname or "").endswith(_AWS_HOSTS)


def _queue_name() -> str:
    """The queue that is in use, else one that no other installation of the account has."""
    if used := settings.PIXTRACT_INGEST["queue_url"].rstrip("/").rpartition("/")[2]:
        return str(used)
    return f"pixtract-{settings.PIXTRACT_S3['bucket']}".replace(".", "-")


def _drop_client(places: Places) -> Any:
    address = settings.PIXTRACT_INGEST["endpoint_url"]
    return client("sqs", region=places.region, endpoint_url=address)


def _all_steps(places: Places, queue: str, *, with_topic: bool) -> Steps:
    s3 = BucketStorage(**settings.STORAGES["default"]["OPTIONS"]).client
    yield from bucket_steps(s3, _bucket_plan(places))
    yield from broker_steps()
    if queue:
        sqs = _drop_client(places)
        plan = QueuePlan(
            name=queue,
            arn=places.arn("sqs", queue),
            service="s3.amazonaws.com",
            source_arn=places.drop_bucket_arn,
            account=places.account,
        )
        yield from queue_steps(sqs, plan)
        yield from notification_steps(
            s3, _drop_bucket(), arn_of(sqs, queue) or plan.arn, _drop_prefix()
        )
    if with_topic:
        yield from _topic(places)


def _bucket_plan(places: Places) -> BucketPlan:
    options = settings.STORAGES["default"]["OPTIONS"]
    base = urlsplit(settings.BASE_URL)
    return BucketPlan(
        name=places.bucket,
        region=places.region,
        prefix=_own_prefix(),
        origin=f"{base.scheme}://{base.netloc}",
        encryption=options["encryption"],
        kms_key=options["kms_key"],
    )


def _topic(places: Places) -> Steps:
    topic = places.arn("sns", _TOPIC)
    plan = QueuePlan(
        name=_TOPIC_QUEUE,
        arn=places.arn("sqs", _TOPIC_QUEUE),
        service="sns.amazonaws.com",
        source_arn=topic,
        account=places.account,
    )
    yield from queue_steps(client("sqs", region=places.region), plan)
    yield from topic_steps(client("sns", region=places.region), topic, plan.arn)


def _uses(places: Places, queue: str, *, with_topic: bool) -> Uses:
    queues = [queue, _TOPIC_QUEUE] if with_topic else [queue]
    return Uses(
        bucket_arn=places.bucket_arn,
        prefix=_own_prefix(),
        drop=_drop_prefix() if queue else "",
        drop_bucket_arn=places.drop_bucket_arn,
        drop_deletes=settings.PIXTRACT_INGEST["delete"],
        kms_key=settings.PIXTRACT_S3["kms_key"],
        queue_arns=tuple(places.arn("sqs", name) for name in queues if name),
        broker_arns=_broker_arns(places),
        broker_made=not settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("predefined_queues"),
        rekognition=settings.PIXTRACT_LABEL_ENGINE == "rekognition",
        textract=settings.PIXTRACT_TEXT_ENGINE == "textract",
        passed_role=places.role_arn if with_topic else "",
    )


def _broker_arns(places: Places) -> tuple[str, ...]:
    region = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("region") or places.region
    # Beside a store that is not AWS, the account of the queues is not asked for.
    whose = replace(places, account=places.account or "*", region=region)
    return tuple(whose.arn("sqs", name) for name in queue_names())


def _own_prefix() -> str:
    prefix = settings.PIXTRACT_S3["prefix"]
    return f"{prefix}/" if prefix else ""


def _drop_prefix() -> str:
    return f"{settings.PIXTRACT_INGEST['prefix']}/"


def _drop_bucket() -> str:
    """The product's own bucket, unless files are dropped into another."""
    return str(settings.PIXTRACT_INGEST["bucket"] or settings.PIXTRACT_S3["bucket"])
