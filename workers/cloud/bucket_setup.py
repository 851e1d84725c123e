"""The bucket as it should be; nothing that somebody else configured is removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from workers.cloud.changes import Change, Kept, SetupError, Steps, present, where_known
from workers.cloud.store_errors import error_code

_OURS = "pixtract"
_EVENTS = ["s3:ObjectCreated:*"]
_CLOSED = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)


@dataclass(frozen=True, slots=True)
class BucketPlan:
    """``prefix`` ends with a slash or is empty; ``origin`` is that of the product's pages."""

    name: str
    region: str
    prefix: str
    origin: str
    encryption: str = ""
    kms_key: str = ""


def bucket_steps(client: Any, plan: BucketPlan) -> Steps:
    """What makes the bucket ready; raises SetupError."""
    yield from _existence(client, plan)
    yield from where_known("public access", _public_access(client, plan))
    yield from where_known("encryption", _encryption(client, plan))
    yield from where_known("CORS", _cors(client, plan))
    yield from where_known("lifecycle", _lifecycle(client, plan))


def _existence(client: Any, plan: BucketPlan) -> Steps:
    try:
        answer = present(client.head_bucket, Bucket=plan.name)
    except ClientError as error:
        if error_code(error) == "403":
            raise SetupError(
                f"The bucket {plan.name} is not yours, or you may not look at it: "
                "choose another PIXTRACT_S3_BUCKET, or ask its owner."
            ) from error
        raise
    if answer is None:
        yield Change(f"make the bucket {plan.name} in {plan.region}", partial(_make, client, plan))
    elif answer.get("BucketRegion", plan.region) != plan.region:
        raise SetupError(
            f"The bucket {plan.name} is in {answer['BucketRegion']}: "
            f"set PIXTRACT_S3_REGION to that, not to {plan.region}."
        )


def _make(client: Any, plan: BucketPlan) -> None:
    # The oldest region is the one that must not be named.
    place = {"CreateBucketConfiguration": {"LocationConstraint": plan.region}}
    client.create_bucket(Bucket=plan.name, **({} if plan.region == "us-east-1" else place))


def _public_access(client: Any, plan: BucketPlan) -> Steps:
    answer = present(client.get_public_access_block, Bucket=plan.name)
    if answer is None:
        closed = dict.fromkeys(_CLOSED, True)
        yield Change(
            "block public access",
            lambda: client.put_public_access_block(
                Bucket=plan.name, PublicAccessBlockConfiguration=closed
            ),
        )
        return
    found = answer["PublicAccessBlockConfiguration"]
    if open_ways := [name for name in _CLOSED if not found.get(name)]:
        yield Kept(f"public access is not blocked by {', '.join(open_ways)}: somebody chose that")


def _encryption(client: Any, plan: BucketPlan) -> Steps:
    answer = present(client.get_bucket_encryption, Bucket=plan.name)
    rules = (answer or {}).get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    found = rules[0].get("ApplyServerSideEncryptionByDefault", {}) if rules else {}
    wanted = {"SSEAlgorithm": plan.encryption or "AES256"}
    if plan.kms_key:
        wanted["KMSMasterKeyID"] = plan.kms_key
    if found.get("SSEAlgorithm", "").startswith("aws:kms"):
        if wanted.items() - found.items():
            yield Kept(f"the bucket encrypts by {found}: somebody chose that")
    elif found.get("SSEAlgorithm") != wanted["SSEAlgorithm"]:
        rule = {"ApplyServerSideEncryptionByDefault": wanted}
        if wanted["SSEAlgorithm"] == "aws:kms":
            rule["BucketKeyEnabled"] = True  # type: ignore[assignment]
        yield Change(
            f"encrypt with {wanted['SSEAlgorithm']}",
            lambda: client.put_bucket_encryption(
                Bucket=plan.name, ServerSideEncryptionConfiguration={"Rules": [rule]}
            ),
        )


def _cors(client: Any, plan: BucketPlan) -> Steps:
    answer = present(client.get_bucket_cors, Bucket=plan.name)
    wanted = {
        "ID": _OURS,
        "AllowedOrigins": [plan.origin],
        "AllowedMethods": ["GET", "HEAD", "POST", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
    rules = _merged((answer or {}).get("CORSRules", []), [wanted])
    if rules is not None:
        yield Change(
            f"let pages of {plan.origin} send parts and read their ETag (CORS)",
            lambda: client.put_bucket_cors(
                Bucket=plan.name, CORSConfiguration={"CORSRules": rules}
            ),
        )


def _lifecycle(client: Any, plan: BucketPlan) -> Steps:
    answer = present(client.get_bucket_lifecycle_configuration, Bucket=plan.name) or {}
    found = [_with_filter(rule) for rule in answer.get("Rules", [])]
    rules = _merged(found, _lifecycle_rules(plan.prefix))
    more = {
        name: answer[name] for name in ("TransitionDefaultMinimumObjectSize",) if name in answer
    }
    if rules is not None:
        yield Change(
            "expire unfinished uploads, incoming/ after 7 days, replaced versions after 30",
            lambda: client.put_bucket_lifecycle_configuration(
                Bucket=plan.name, LifecycleConfiguration={"Rules": rules}, **more
            ),
        )


def _lifecycle_rules(prefix: str) -> list[dict[str, Any]]:
    """Rules for our own folders alone: others may keep their objects beside them."""
    common = {
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
    }
    rules: list[dict[str, Any]] = [
        {"ID": f"{_OURS}-{root}", "Filter": {"Prefix": f"{prefix}{root}/"}, **common}
        for root in ("originals", "renditions", "incoming")
    ]
    rules[-1]["Expiration"] = {"Days": 7}
    return rules


def _with_filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The rule in the newer of two forms, which a configuration must not mix."""
    changed = dict(rule)
    if "Prefix" in changed:
        changed["Filter"] = {"Prefix": changed.pop("Prefix")}
    return changed


def _merged(
    found: Sequence[dict[str, Any]], wanted: Sequence[dict[str, Any]], key: str = "ID"
) -> list[dict[str, Any]] | None:
    """Everybody's entries with ours brought up to date; None when they are already."""
    theirs = [entry for entry in found if entry.get(key) not in {ours[key] for ours in wanted}]
    ours = {entry.get(key): entry for entry in found}
    if all(_same(ours.get(entry[key], {}), entry) for entry in wanted):
        return None
    return [*theirs, *wanted]


def _same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether all that we want is there; stores add fields, and keep no order of names."""
    return all(_plain(found.get(name)) == _plain(value) for name, value in wanted.items())


def _plain(value: Any) -> Any:
    is_names = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return sorted(value) if is_names else value


def notification_steps(client: Any, bucket: str, queue_arn: str, prefix: str) -> Steps:
    """Tell the queue of what is put below ``prefix``; everybody's other receivers stay."""
    answer = present(client.get_bucket_notification_configuration, Bucket=bucket) or {}
    answer.pop("ResponseMetadata", None)
    wanted = {
        "Id": f"{_OURS}-drop",
        "QueueArn": queue_arn,
        "Events": _EVENTS,
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}},
    }
    queues = answer.get("QueueConfigurations", [])
    if any(_tells(entry, queue_arn, prefix) for entry in queues):
        return
    theirs = [entry for entry in queues if entry.get("Id") != wanted["Id"]]
    configuration = {**answer, "QueueConfigurations": [*theirs, wanted]}
    yield Change(
        f"tell {queue_arn} of objects put below {prefix}",
        lambda: client.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=configuration
        ),
    )


def _tells(entry: Mapping[str, Any], queue_arn: str, prefix: str) -> bool:
    rules = entry.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    filters = {rule["Name"].lower(): rule["Value"] for rule in rules}
    return (
        entry.get("QueueArn") == queue_arn
        and filters == {"prefix": prefix}
        and set(_EVENTS) <= set(entry.get("Events", []))
    )
