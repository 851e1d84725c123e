"""Messages about new objects, in all their wrappings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.cloud.events import NewObject, Unreadable, new_objects


def record(key: str, name: str = "ObjectCreated:Put", version: str = "2.1") -> dict[str, Any]:
    return {
        "eventVersion": version,
        "eventSource": "aws:s3",
        "eventName": name,
        "s3": {"bucket": {"name": "b"}, "object": {"key": key, "eTag": "x"}},
    }


def body(*records: dict[str, Any]) -> str:
    return json.dumps({"Records": records})


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.5", "2.6"])
def test_notifications_of_any_second_version(version: str) -> None:
    message = body(record("drop%2Falice%2Fa+b%C3%A9%2B.jpg", version=version))
    assert new_objects(message) == [NewObject("b", "drop/alice/a bé+.jpg")]


def test_event_bridge_leaves_keys_as_they_are() -> None:
    detail = {"bucket": {"name": "b"}, "object": {"key": "drop/alice/100%+1.jpg"}}
    message = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    assert new_objects(json.dumps(message)) == [NewObject("b", "drop/alice/100%+1.jpg")]
    message["detail-type"] = "Object Deleted"
    assert new_objects(json.dumps(message)) == []


def test_inside_sns() -> None:
    message = json.dumps({"Type": "Notification", "Message": body(record("k"))})
    assert new_objects(message) == [NewObject("b", "k")]


def test_several_records_without_deletions() -> None:
    message = body(
        record("1", "ObjectCreated:CompleteMultipartUpload"),
        record("2", "ObjectRemoved:Delete"),
        record("3", "s3:ObjectCreated:Copy"),
        record("4", "ObjectRestore:Completed"),
    )
    assert [found.key for found in new_objects(message)] == ["1", "3"]


def test_test_events_tell_of_nothing() -> None:
    test = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})
    assert new_objects(test) == []
    assert new_objects(json.dumps({"Type": "Notification", "Message": test})) == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        '{"Records": [{}]}',
        '{"Records": [3]}',
        body(record("k", version="3.0")),
        body({**record("k"), "eventSource": "aws:sns"}),
        body(record("zero%00byte")),
        '{"source": "aws.s3"}',
        '{"source": "aws.s3", "detail-type": "Object Created", "detail":'
        ' {"bucket": {"name": "b"}, "object": {"key": "\\ud800"}}}',
        json.dumps({"Type": "Notification", "Message": "hello"}),
        "[" * 100_000,
    ],
)
def test_what_nobody_of_ours_sent(message: str) -> None:
    with pytest.raises(Unreadable):
        new_objects(message)


def test_endless_wrapping() -> None:
    message = body(record("k"))
    for _ in range(6):
        message = json.dumps({"Type": "Notification", "Message": message})
    with pytest.raises(Unreadable):
        new_objects(message)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["Records", "Type", "Message", "source", "detail", "s3", "Event"])
                | st.text(),
                inner,
            )
        ),
    )
)
def test_any_json_is_read_or_refused(message: Any) -> None:
    try:
        found = new_objects(json.dumps(message))
    except Unreadable:
        return
    assert all(isinstance(each, NewObject) for each in found)


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("s3_event_ObjectCreated.json", 1),
        ("s3_event_encoded_key.json", ["Happy Face.jpg"]),
        ("s3_event_delete.json", []),
        ("s3_eventbridge_created.json", ["IMG_m7fzo3.jpg"]),
    ],
)
def test_recorded_events(samples: Path, name: str, keys: list[str] | int) -> None:
    found = [each.key for each in new_objects((samples / "aws" / name).read_text())]
    assert len(found) == keys if isinstance(keys, int) else found == keys


@pytest.mark.samples
def test_recorded_messages_of_queues(samples: Path) -> None:
    recorded = json.loads((samples / "aws" / "s3_via_sqs_event.json").read_text())
    (message,) = recorded["Records"]
    assert [each.key for each in new_objects(message["body"])] == ["test.pdf"]
    recorded = json.loads((samples / "aws" / "sns_via_sqs_event.json").read_text())
    with pytest.raises(Unreadable):
        new_objects(recorded["Records"][0]["body"])
