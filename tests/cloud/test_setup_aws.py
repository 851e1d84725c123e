"""`manage.py setup_aws` on an empty account, on its own work, and beside somebody else's."""

from __future__ import annotations

import io
import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from tests.cloud.buckets import choose_bucket, client_of, make_bucket


@pytest.fixture
def queue() -> str:
    return f"drop-{uuid.uuid4().hex[:6]}"


def run(*flags: str) -> str:
    out = io.StringIO()
    call_command("setup_aws", *flags, stdout=out)
    return out.getvalue()


def bucket() -> str:
    return str(settings.PIXTRACT_S3["bucket"])


def documents(output: str) -> dict[str, Any]:
    """The printed JSON documents, by the beginning of their titles."""
    found, decoder = {}, json.JSONDecoder()
    for part in output.split("\n\n"):
        title, _, rest = part.partition(":\n{")
        if rest:
            found[title.strip()] = decoder.raw_decode("{" + rest)[0]
    return found


def test_everything_is_made_and_then_nothing_is_left_to_do(account: str, queue: str) -> None:
    output = run(f"--queue={queue}", "--topic")
    s3, sqs = client_of(account), client_of(account, "sqs")
    closed = s3.get_public_access_block(Bucket=bucket())["PublicAccessBlockConfiguration"]
    assert all(closed.values()) and len(closed) == 4
    (cors,) = s3.get_bucket_cors(Bucket=bucket())["CORSRules"]
    assert cors["AllowedOrigins"] == ["http://127.0.0.1:8000"]
    assert cors["ExposeHeaders"] == ["ETag"] and "PUT" in cors["AllowedMethods"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket())["Rules"]
    by_id = {rule["ID"]: rule for rule in rules}
    assert by_id["pixtract-incoming"]["Filter"]["Prefix"] == "library/incoming/"
    assert by_id["pixtract-incoming"]["Expiration"]["Days"] == 7
    assert "Expiration" not in by_id["pixtract-originals"]
    assert {rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] for rule in rules} == {2}
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    assert f"PIXTRACT_INGEST_QUEUE_URL={url}" in output
    assert "nothing to do" in run(f"--queue={queue}", "--topic")


def test_what_is_dropped_is_told_to_the_queue_and_dead_letters_are_kept(
    account: str, queue: str
) -> None:
    run(f"--queue={queue}")
    s3, sqs = client_of(account), client_of(account, "sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    s3.put_object(Bucket=bucket(), Key="drop/alice/a.jpg", Body=b"x")
    s3.put_object(Bucket=bucket(), Key="library/originals/a.jpg", Body=b"x")
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    bodies = [json.loads(message["Body"]) for message in messages]
    keys = [record["s3"]["object"]["key"] for body in bodies for record in body.get("Records", [])]
    assert [key.replace("%2F", "/") for key in keys] == ["drop/alice/a.jpg"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    redrive = json.loads(attributes["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].endswith(f"{queue}-dead")
    (statement,) = json.loads(attributes["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == "123456789012"


def test_a_dry_run_makes_nothing(account: str, queue: str) -> None:
    output = run(f"--queue={queue}", "--topic", "--dry-run")
    assert f"would make the bucket {bucket()}" in output
    assert f"would make the queue {queue}" in output
    assert "would make the topic AmazonRekognitionPixtract" in output
    with pytest.raises(ClientError):
        client_of(account).head_bucket(Bucket=bucket())
    with pytest.raises(ClientError):
        client_of(account, "sqs").get_queue_url(QueueName=queue)


def test_what_others_configured_stays(account: str, queue: str) -> None:
    s3, sqs = client_of(account), client_of(account, "sqs")
    make_bucket(account, bucket())
    _configure_as_others(s3, sqs, queue)
    output = run(f"--queue={queue}")
    assert "kept: public access is not blocked by RestrictPublicBuckets" in output
    assert "kept: the bucket encrypts by" in output
    assert f"kept: dead letters of {queue} go to" in output
    origins = [r["AllowedOrigins"] for r in s3.get_bucket_cors(Bucket=bucket())["CORSRules"]]
    assert ["https://others.example"] in origins and len(origins) == 2
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket())["Rules"]
    assert {"others-logs"} < {rule["ID"] for rule in rules}
    told = s3.get_bucket_notification_configuration(Bucket=bucket())["QueueConfigurations"]
    assert {entry["Id"] for entry in told} == {"others", "pixtract-drop"}
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    statements = json.loads(attributes["Policy"])["Statement"]
    assert {entry["Sid"] for entry in statements} == {"others", "pixtract-s3"}
    again = run(f"--queue={queue}")
    assert "nothing to do" in again


def _configure_as_others(s3: Any, sqs: Any, queue: str) -> None:
    s3.put_public_access_block(
        Bucket=bucket(),
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": False,
        },
    )
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "theirs"}
    s3.put_bucket_encryption(
        Bucket=bucket(),
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": encryption}]
        },
    )
    theirs = {"AllowedOrigins": ["https://others.example"], "AllowedMethods": ["GET"]}
    s3.put_bucket_cors(Bucket=bucket(), CORSConfiguration={"CORSRules": [theirs]})
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket(),
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "others-logs",
                    "Filter": {"Prefix": "logs/"},
                    "Status": "Enabled",
                    "Expiration": {"Days": 9},
                }
            ]
        },
    )
    arns = {name: _made_queue(sqs, name) for name in (f"{queue}-theirs", queue)}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "others",
                "Effect": "Allow",
                "Principal": {"AWS": "123456789012"},
                "Action": "sqs:SendMessage",
                "Resource": arns[queue],
            }
        ],
    }
    redrive = {"deadLetterTargetArn": arns[f"{queue}-theirs"], "maxReceiveCount": 3}
    sqs.set_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"],
        Attributes={"Policy": json.dumps(policy), "RedrivePolicy": json.dumps(redrive)},
    )
    s3.put_bucket_notification_configuration(
        Bucket=bucket(),
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "Id": "others",
                    "QueueArn": arns[f"{queue}-theirs"],
                    "Events": ["s3:ObjectRemoved:*"],
                }
            ]
        },
    )


def _made_queue(sqs: Any, name: str) -> str:
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def test_the_policy_allows_what_is_used_and_no_more(account: str, queue: str) -> None:
    plain = documents(run(f"--queue={queue}", "--dry-run"))
    (policy,) = plain.values()
    by_sid = {entry["Sid"]: entry for entry in policy["Statement"]}
    assert "PixtractLabels" not in by_sid and "PixtractPassRole" not in by_sid
    assert by_sid["PixtractKeep"]["Resource"] == [
        f"arn:aws:s3:::{bucket()}/library/{root}/*"
        for root in ("originals", "renditions", "incoming")
    ]
    assert by_sid["PixtractDrop"]["Resource"] == [f"arn:aws:s3:::{bucket()}/drop/*"]
    assert by_sid["PixtractDrop"]["Action"] == ["s3:GetObject"]
    assert by_sid["PixtractQueues"]["Resource"] == [f"arn:aws:sqs:eu-west-1:123456789012:{queue}"]
    with override_settings(PIXTRACT_LABEL_ENGINE="rekognition", PIXTRACT_TEXT_ENGINE="textract"):
        full = documents(run(f"--queue={queue}", "--dry-run", "--topic"))
    assert len(full) == 3
    actions = {
        action for entry in next(iter(full.values()))["Statement"] for action in entry["Action"]
    }
    assert {"rekognition:DetectLabels", "textract:DetectDocumentText", "iam:PassRole"} <= actions
    assert not any("*" in action for action in actions)


def test_a_drop_in_another_bucket_is_told_of_there(account: str, queue: str) -> None:
    other = f"{bucket()}-drop"
    make_bucket(account, other)
    ingest = {**settings.PIXTRACT_INGEST, "bucket": other, "prefix": "in", "delete": True}
    with override_settings(PIXTRACT_INGEST=ingest):
        (policy,) = documents(run(f"--queue={queue}")).values()
    told = client_of(account).get_bucket_notification_configuration(Bucket=other)
    assert len(told["QueueConfigurations"]) == 1
    drop = next(entry for entry in policy["Statement"] if entry["Sid"] == "PixtractDrop")
    assert drop["Resource"] == [f"arn:aws:s3:::{other}/in/*"]
    assert drop["Action"] == ["s3:GetObject", "s3:DeleteObject"]


def test_a_bucket_in_another_region_is_told_by_its_variable(
    account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_bucket(account, bucket())
    with (
        choose_bucket(monkeypatch, account, name=bucket(), S3_REGION="us-west-2"),
        pytest.raises(CommandError, match="PIXTRACT_S3_REGION"),
    ):
        run("--no-queue")


def test_wrong_settings_are_told_before_anything_is_made(
    account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        choose_bucket(monkeypatch, account, name="Not_A_Name"),
        pytest.raises(CommandError, match="PIXTRACT_S3_BUCKET"),
    ):
        run()


def test_an_account_that_is_away_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with (
        choose_bucket(monkeypatch, "http://127.0.0.1:9"),
        pytest.raises(CommandError, match="Stopped"),
    ):
        run("--no-queue")
