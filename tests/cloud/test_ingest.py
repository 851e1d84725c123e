"""The bucket drop: real objects, real events, a real queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from gallery.models import DroppedObject, MediaItem
from tests.cloud.buckets import REGION
from tests.factories import picture_bytes
from workers.cloud.bucket import BucketStorage
from workers.cloud.clients import client

pytestmark = pytest.mark.django_db


@dataclass
class Dropbox:
    """The bucket, its queue, and the queue's dead letters."""

    s3: Any
    sqs: Any
    bucket: str
    queue: str
    dead: str

    def put(self, key: str, content: bytes = b"", **options: Any) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content, **options)

    def send(self, message: object) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=text)

    def count(self, queue: str) -> int:
        """Messages of a queue, those in flight included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def keys(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="drop/")
        return [each["Key"] for each in listed.get("Contents", [])]


@pytest.fixture
def dropbox(bucket: BucketStorage, moto_endpoint: str, settings: LazySettings) -> Iterator[Dropbox]:
    sqs = client("sqs", region=REGION, endpoint_url=moto_endpoint)
    name = bucket.bucket_name
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": _arn(sqs, dead), "maxReceiveCount": "2"}
    queue = sqs.create_queue(
        QueueName=f"{name}-drop", Attributes={"RedrivePolicy": json.dumps(policy)}
    )["QueueUrl"]
    bucket.client.put_bucket_notification_configuration(
        Bucket=name,
        NotificationConfiguration={
            "QueueConfigurations": [
                {"QueueArn": _arn(sqs, queue), "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )
    settings.PIXTRACT_INGEST = {
        "queue_url": queue,
        "endpoint_url": moto_endpoint,
        "bucket": name,
        "prefix": "drop",
        "delete": False,
    }
    yield Dropbox(bucket.client, sqs, name, queue, dead)
    for each in (queue, dead):
        sqs.delete_queue(QueueUrl=each)


def _arn(sqs: Any, queue: str) -> str:
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


def ingest() -> None:
    call_command("ingest", "--once")


def created(dropbox: Dropbox, key: str) -> dict[str, Any]:
    place = {"bucket": {"name": dropbox.bucket}, "object": {"key": key}}
    record = {"eventVersion": "2.5", "eventSource": "aws:s3", "s3": place}
    return {"Records": [{**record, "eventName": "ObjectCreated:Put"}]}


def test_a_dropped_file_becomes_its_users_item(dropbox: Dropbox, alice: User, bob: User) -> None:
    content = picture_bytes(1)
    dropbox.put("drop/alice/2024/my day é+.jpg", content)
    dropbox.put(f"drop/{bob.pk}/his.jpg", picture_bytes(2))
    ingest()
    item = MediaItem.objects.get(owner=alice)
    assert item.file_name == "my day é+.jpg"
    stored = dropbox.s3.get_object(Bucket=dropbox.bucket, Key=_own_key(dropbox, item))
    assert stored["Body"].read() == content
    assert MediaItem.objects.get(owner=bob).file_name == "his.jpg"
    assert len(dropbox.keys()) == 2, "what was dropped stays"
    # Storing the originals has sent events of its own.
    ingest()
    assert dropbox.count(dropbox.queue) == dropbox.count(dropbox.dead) == 0
    assert MediaItem.objects.count() == 2


def _own_key(dropbox: Dropbox, item: MediaItem) -> str:
    listed = dropbox.s3.list_objects_v2(Bucket=dropbox.bucket)["Contents"]
    (key,) = [each["Key"] for each in listed if each["Key"].endswith(item.original_key)]
    return str(key)


def test_duplicates_and_late_events_are_harmless(dropbox: Dropbox, alice: User) -> None:
    dropbox.put("drop/alice/a.jpg", picture_bytes(1))
    for _ in range(3):
        dropbox.send(created(dropbox, "drop/alice/a.jpg"))
    dropbox.send(created(dropbox, "drop/alice/gone.jpg"))
    ingest()
    assert MediaItem.objects.count() == DroppedObject.objects.count() == 1
    MediaItem.objects.all().delete()
    dropbox.send(created(dropbox, "drop/alice/a.jpg"))
    ingest()
    assert not MediaItem.objects.exists(), "a late event brings nothing back"
    assert dropbox.count(dropbox.queue) == 0


def test_a_multipart_upload_is_one_item(dropbox: Dropbox, alice: User) -> None:
    key, content = "drop/alice/large.jpg", picture_bytes(1) + bytes(5 << 20)
    begun = dropbox.s3.create_multipart_upload(Bucket=dropbox.bucket, Key=key)
    where = {"Bucket": dropbox.bucket, "Key": key, "UploadId": begun["UploadId"]}
    part = dropbox.s3.upload_part(**where, PartNumber=1, Body=content)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    dropbox.s3.complete_multipart_upload(**where, MultipartUpload=parts)
    ingest()
    assert MediaItem.objects.get().size_bytes == len(content)


def test_an_object_written_anew_is_imported_anew(dropbox: Dropbox, alice: User) -> None:
    dropbox.put("drop/alice/a.jpg", b"no picture")
    ingest()
    assert DroppedObject.objects.get().outcome == "refused"
    dropbox.put("drop/alice/a.jpg", picture_bytes(1))
    ingest()
    assert MediaItem.objects.count() == 1
    assert not DroppedObject.objects.filter(outcome="refused", dismissed=False).exists()


def test_other_places_are_left_alone(dropbox: Dropbox, alice: User) -> None:
    dropbox.put("elsewhere/alice/a.jpg", picture_bytes(1))
    dropbox.put("drop/alice/")
    foreign = created(dropbox, "drop/alice/a.jpg")
    foreign["Records"][0]["s3"]["bucket"]["name"] = "another-bucket"
    dropbox.send(foreign)
    dropbox.send({"Event": "s3:TestEvent"})
    ingest()
    assert not MediaItem.objects.exists() and not DroppedObject.objects.exists()
    assert dropbox.count(dropbox.queue) == 0


def test_what_cannot_be_imported_is_reported_to_whom_it_concerns(
    dropbox: Dropbox, alice: User, carol: User, client: Client, settings: LazySettings
) -> None:
    settings.PIXTRACT_MAX_UPLOAD_BYTES = 2 << 20
    dropbox.put("drop/alice/<b>note.exe", b"MZ nothing")
    dropbox.put("drop/alice/huge.jpg", bytes(3 << 20))
    dropbox.put("drop/nobody/a.jpg", picture_bytes(1))
    dropbox.put("drop/stray.jpg", picture_bytes(1))
    ingest()
    assert not MediaItem.objects.exists()
    assert len(dropbox.keys()) == 4
    assert dropbox.count(dropbox.queue) == 0
    client.force_login(alice)
    page = client.get("/activity/").content.decode()
    assert "2 dropped files could not be imported." in page
    assert "over the limit of 2 MB" in page and "&lt;b&gt;note.exe" in page
    assert "nobody" not in page
    client.post("/activity/drops/dismiss/")
    assert "Left in the bucket" not in client.get("/activity/").content.decode()
    client.force_login(carol)
    assert "Left in the bucket" not in client.get("/activity/").content.decode()
    page = client.get("/admin/gallery/droppedobject/?owner__isempty=1").content.decode()
    assert "There is no active user nobody." in page
    assert "It lies in no user&#x27;s folder." in page


def test_inactive_users_get_nothing(dropbox: Dropbox, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    dropbox.put("drop/alice/a.jpg", picture_bytes(1))
    ingest()
    assert DroppedObject.objects.get().owner is None


def test_imports_are_deleted_where_wanted(
    dropbox: Dropbox, alice: User, settings: LazySettings
) -> None:
    settings.PIXTRACT_INGEST = {**settings.PIXTRACT_INGEST, "delete": True}
    dropbox.put("drop/alice/a.jpg", picture_bytes(1))
    dropbox.put("drop/alice/same.jpg", picture_bytes(1))
    dropbox.put("drop/alice/bad.jpg", b"no picture")
    ingest()
    assert dropbox.keys() == ["drop/alice/bad.jpg"]
    assert MediaItem.objects.count() == 1


def test_messages_of_strangers_go_to_the_dead_letters(dropbox: Dropbox) -> None:
    dropbox.send("no event at all")
    for _ in range(3):
        ingest()
        _show_everything(dropbox)
    assert dropbox.count(dropbox.dead) == 1
    assert dropbox.count(dropbox.queue) == 0


def _show_everything(dropbox: Dropbox) -> None:
    """Let what is put off be due, as after its time."""
    from moto.sqs.models import sqs_backends

    for queue in sqs_backends["123456789012"][REGION].queues.values():
        for message in queue._messages:
            message.visible_at = 0


def test_a_store_that_is_away_loses_nothing(
    dropbox: Dropbox, alice: User, settings: LazySettings
) -> None:
    dropbox.put("drop/alice/a.jpg", picture_bytes(1))
    work = settings.PIXTRACT_WORK_DIR
    settings.PIXTRACT_WORK_DIR = work / "not-there"
    ingest()
    assert not MediaItem.objects.exists() and not DroppedObject.objects.exists()
    assert dropbox.count(dropbox.queue) >= 1
    settings.PIXTRACT_WORK_DIR = work
    _show_everything(dropbox)
    ingest()
    assert MediaItem.objects.count() == 1


def test_a_queue_that_is_not_there_stops_the_command(
    dropbox: Dropbox, settings: LazySettings
) -> None:
    wrong = dropbox.queue + "-no"
    settings.PIXTRACT_INGEST = {**settings.PIXTRACT_INGEST, "queue_url": wrong}
    with pytest.raises(CommandError, match="Stopped"):
        ingest()


def test_a_scan_takes_what_is_there_and_nothing_twice(
    dropbox: Dropbox, alice: User, bob: User
) -> None:
    for number in range(3):
        dropbox.put(f"drop/alice/{number}.jpg", picture_bytes(number))
    dropbox.put("drop/bob/b.jpg", picture_bytes(7))
    dropbox.put("drop/bob/bad.jpg", b"bad")
    assert _scan("--dry-run") == "5 objects: 5 new."
    assert not MediaItem.objects.exists()
    assert _scan("--user", "alice") == "3 objects: 3 imported."
    assert _scan() == "5 objects: 1 imported, 1 refused, 3 seen before."
    ingest()
    assert MediaItem.objects.count() == 4
    assert DroppedObject.objects.count() == 5


def _scan(*arguments: str) -> str:
    out = StringIO()
    call_command("scan_bucket", *arguments, stdout=out)
    return out.getvalue().strip()
