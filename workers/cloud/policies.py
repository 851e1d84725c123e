"""The least that the product must be allowed, as documents for IAM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_VERSION = "2012-10-17"
_LABELS = ("DetectLabels", "DetectText", "DetectFaces", "StartLabelDetection", "GetLabelDetection")
_TEXT = (
    "DetectDocumentText",
    "StartDocumentTextDetection",
    "GetDocumentTextDetection",
    "AnalyzeDocument",
    "StartDocumentAnalysis",
    "GetDocumentAnalysis",
    "AnalyzeExpense",
    "StartExpenseAnalysis",
    "GetExpenseAnalysis",
)
_READ_QUEUE = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes")


@dataclass(frozen=True, slots=True)
class Uses:
    """What an installation uses; ``drop`` is empty where nothing is dropped.

    ``broker_arns`` are the queues that wake the workers, ``broker_made`` whether the product
    makes them itself.
    """

    bucket_arn: str
    prefix: str
    drop: str = ""
    drop_bucket_arn: str = ""
    drop_deletes: bool = False
    kms_key: str = ""
    queue_arns: tuple[str, ...] = ()
    broker_arns: tuple[str, ...] = ()
    broker_made: bool = False
    rekognition: bool = False
    textract: bool = False
    passed_role: str = ""


def product_policy(uses: Uses) -> dict[str, Any]:
    """The policy of the user or role that the product runs as."""
    statements = [*_bucket(uses), *(_drop(uses) if uses.drop else [])]
    if uses.kms_key:
        statements.append(_key(uses.kms_key))
    if uses.queue_arns:
        statements.append(_allow("Queues", _names("sqs", _READ_QUEUE), list(uses.queue_arns)))
    if uses.broker_arns:
        statements += _broker(uses)
    if uses.rekognition:
        statements.append(_allow("Labels", _names("rekognition", _LABELS), ["*"]))
    if uses.textract:
        statements.append(_allow("Text", _names("textract", _TEXT), ["*"]))
    if uses.passed_role:
        passing = _allow("PassRole", ("iam:PassRole",), [uses.passed_role])
        passing["Condition"] = {
            "StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}
        }
        statements.append(passing)
    return {"Version": _VERSION, "Statement": statements}


def _broker(uses: Uses) -> list[dict[str, Any]]:
    """What rings the workers; queues that nobody made before are looked up and made."""
    names = ("SendMessage", "GetQueueUrl", *_READ_QUEUE)
    if not uses.broker_made:
        return [_allow("Doorbell", _names("sqs", names), list(uses.broker_arns))]
    return [
        _allow("Doorbell", _names("sqs", (*names, "CreateQueue")), list(uses.broker_arns)),
        _allow("DoorbellNames", _names("sqs", ("ListQueues",)), ["*"]),
    ]


def _bucket(uses: Uses) -> list[dict[str, Any]]:
    roots = [f"{uses.prefix}{root}/" for root in ("originals", "renditions", "incoming")]
    return [
        _listing("List", uses.bucket_arn, roots),
        _allow(
            "Look",
            ("s3:GetBucketLocation", "s3:ListBucketMultipartUploads"),
            [uses.bucket_arn],
        ),
        _allow(
            "Keep",
            (
                "s3:GetObject",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
            ),
            [f"{uses.bucket_arn}/{root}*" for root in roots],
        ),
    ]


def _drop(uses: Uses) -> list[dict[str, Any]]:
    actions = ("s3:GetObject", *(("s3:DeleteObject",) if uses.drop_deletes else ()))
    return [
        _listing("ListDrop", uses.drop_bucket_arn, [uses.drop]),
        _allow("Drop", actions, [f"{uses.drop_bucket_arn}/{uses.drop}*"]),
    ]


def _listing(sid: str, bucket_arn: str, roots: list[str]) -> dict[str, Any]:
    # Without the right to list, S3 answers "forbidden" where it should say "not there". It asks
    # for that right, too, where a request names no prefix: hence "if exists".
    listing = _allow(sid, ("s3:ListBucket",), [bucket_arn])
    listing["Condition"] = {"StringLikeIfExists": {"s3:prefix": [f"{root}*" for root in roots]}}
    return listing


def role_trust(account: str) -> dict[str, Any]:
    """Who may take the role by which Rekognition reports that a video is done."""
    statement = _allow("Rekognition", ("sts:AssumeRole",), [])
    del statement["Resource"]
    statement["Principal"] = {"Service": "rekognition.amazonaws.com"}
    statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    return {"Version": _VERSION, "Statement": [statement]}


def role_permissions(topic_arn: str) -> dict[str, Any]:
    """What that role may do: publish to the topic."""
    return {"Version": _VERSION, "Statement": [_allow("Report", ("sns:Publish",), [topic_arn])]}


def _allow(sid: str, actions: Sequence[str], resources: list[str]) -> dict[str, Any]:
    return {
        "Sid": f"Pixtract{sid}",
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": resources,
    }


def _names(service: str, actions: Sequence[str]) -> list[str]:
    return [f"{service}:{action}" for action in actions]


def _key(name: str) -> dict[str, Any]:
    """The right to a key that is named by its ARN, its id or its alias."""
    actions = ("kms:GenerateDataKey", "kms:Decrypt")
    if name.startswith("arn:") and ":key/" in name:
        return _allow("Key", actions, [name])
    alias = name[name.find("alias/") :] if "alias/" in name else ""
    statement = _allow("Key", actions, ["*" if alias else f"arn:*:kms:*:*:key/{name}"])
    if alias:
        # Rights are given for keys; an alias can only be their condition.
        statement["Condition"] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
    return statement
