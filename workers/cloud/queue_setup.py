"""Queues that the cloud writes to, with a place for what nobody could read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from workers.cloud.changes import Change, Kept, Steps, present

_DEAD = "-dead"
_TRIES = 5
_FORTNIGHT = "1209600"
_ATTRIBUTES = {
    "VisibilityTimeout": "300",
    "ReceiveMessageWaitTimeSeconds": "20",
    "MessageRetentionPeriod": _FORTNIGHT,
}


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue to which ``service`` may write as ``source_arn``, of ``account`` alone."""

    name: str
    arn: str
    service: str
    source_arn: str
    account: str

    @property
    def statement(self) -> dict[str, Any]:
        condition: dict[str, Any] = {"ArnEquals": {"aws:SourceArn": self.source_arn}}
        if self.service == "s3.amazonaws.com":
            # A bucket's name says nothing of its account, which could become another one's.
            condition["StringEquals"] = {"aws:SourceAccount": self.account}
        return {
            "Sid": f"pixtract-{self.service.partition('.')[0]}",
            "Effect": "Allow",
            "Principal": {"Service": self.service},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
            "Condition": condition,
        }


def queue_steps(sqs: Any, plan: QueuePlan) -> Steps:
    """What makes the queue, its dead letters' queue, and the right to write to it."""
    dead = f"{plan.name}{_DEAD}"
    if url_of(sqs, dead) is None:
        attributes = {"MessageRetentionPeriod": _FORTNIGHT}
        make = partial(sqs.create_queue, QueueName=dead, Attributes=attributes)
        yield Change(f"make the queue {dead} for what could not be read", make)
    # The queue itself knows best whose it is: a double of AWS has an account of its own.
    target = arn_of(sqs, dead) or f"{plan.arn}{_DEAD}"
    redrive = {"deadLetterTargetArn": target, "maxReceiveCount": _TRIES}
    if url_of(sqs, plan.name) is None:
        attributes = {**_ATTRIBUTES, "RedrivePolicy": json.dumps(redrive)}
        make = partial(sqs.create_queue, QueueName=plan.name, Attributes=attributes)
        yield Change(f"make the queue {plan.name}", make)
    found = _attributes(sqs, plan.name)
    plan = replace(plan, arn=(found or {}).get("QueueArn", plan.arn))
    yield from _redrive(sqs, plan, found, redrive)
    yield from _policy(sqs, plan, found)


def url_of(sqs: Any, name: str) -> str | None:
    """The queue's address, or None when there is none of that name."""
    answer = present(sqs.get_queue_url, QueueName=name)
    return str(answer["QueueUrl"]) if answer else None


def arn_of(sqs: Any, name: str) -> str:
    """The queue's ARN, or "" when there is none of that name."""
    return str((_attributes(sqs, name) or {}).get("QueueArn", ""))


def _attributes(sqs: Any, name: str) -> Mapping[str, str] | None:
    """None while the queue is only spoken of."""
    url = url_of(sqs, name)
    if url is None:
        return None
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return dict(answer.get("Attributes", {}))


def _redrive(
    sqs: Any, plan: QueuePlan, found: Mapping[str, str] | None, wanted: Mapping[str, Any]
) -> Steps:
    if found is None:
        return
    present_policy = json.loads(found.get("RedrivePolicy") or "{}")
    if not present_policy:
        yield Change(
            f"send what {plan.name} fails {_TRIES} times to {plan.name}{_DEAD}",
            partial(_set, sqs, plan.name, RedrivePolicy=json.dumps(wanted)),
        )
    elif present_policy.get("deadLetterTargetArn") != wanted["deadLetterTargetArn"]:
        target = present_policy.get("deadLetterTargetArn")
        yield Kept(f"dead letters of {plan.name} go to {target}: somebody chose that")


def _policy(sqs: Any, plan: QueuePlan, found: Mapping[str, str] | None) -> Steps:
    policy = json.loads((found or {}).get("Policy") or '{"Version": "2012-10-17", "Statement": []}')
    statements = policy["Statement"]
    # A policy of one statement may come without its list.
    statements = [statements] if isinstance(statements, dict) else statements
    if plan.statement in statements:
        return
    theirs = [entry for entry in statements if entry.get("Sid") != plan.statement["Sid"]]
    policy["Statement"] = [*theirs, plan.statement]
    yield Change(
        f"let {plan.service} write to {plan.name} for {plan.source_arn}",
        partial(_set, sqs, plan.name, Policy=json.dumps(policy)),
    )


def _set(sqs: Any, name: str, **attributes: str) -> None:
    sqs.set_queue_attributes(QueueUrl=url_of(sqs, name), Attributes=attributes)


def topic_steps(sns: Any, topic_arn: str, queue_arn: str) -> Steps:
    """The topic that Rekognition reports to, with the queue among its readers."""
    if present(sns.get_topic_attributes, TopicArn=topic_arn) is None:
        name = topic_arn.rpartition(":")[2]
        yield Change(f"make the topic {name}", partial(sns.create_topic, Name=name))
    if queue_arn not in _readers(sns, topic_arn):
        subscribe = partial(sns.subscribe, TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
        yield Change(f"send what {topic_arn} hears to {queue_arn}", subscribe)


def _readers(sns: Any, topic_arn: str) -> set[str]:
    if present(sns.get_topic_attributes, TopicArn=topic_arn) is None:
        return set()
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
    return {entry["Endpoint"] for page in pages for entry in page["Subscriptions"]}
