"""Pictures and videos that lie in a bucket, in a real browser under the real policy."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test.utils import override_settings
from playwright.sync_api import Page, expect

from accounts.models import User
from pixtract import cloud
from tests.cloud.conftest import bucket, moto_endpoint  # noqa: F401 - fixtures
from tests.factories import stored_item
from tests.pages.shelf import CAT, file_picture, moving_picture
from workers.cloud.bucket import BucketStorage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]


@pytest.fixture
def policy(bucket: BucketStorage) -> Iterator[str]:  # noqa: F811
    """The policy as a start with this bucket would have it; gives the bucket's origin."""
    (origin,) = cloud.bucket_origins()
    changed = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    for name in ("img-src", "media-src", "connect-src"):
        changed["DIRECTIVES"][name].append(origin)
    with override_settings(CONTENT_SECURITY_POLICY=changed):
        yield origin


def test_a_video_plays_from_the_bucket(
    open_page: OpenPage, alice: User, policy: str, tmp_path: Path
) -> None:
    item = stored_item(alice, moving_picture(tmp_path / "a.webm"), "Sky.webm")
    item.refresh_from_db()
    assert item.kind == "video"
    asked: list[str] = []
    page = open_page("/")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/media/{item.pk}/")
    video = page.locator("video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    expect(video).not_to_have_js_property("currentTime", 0)
    assert any(url.startswith(policy) and "X-Amz-Signature" in url for url in asked)


def test_a_picture_is_shown(open_page: OpenPage, alice: User, policy: str) -> None:
    page = open_page(f"/media/{file_picture(alice, CAT).pk}/")
    picture = page.locator("#stage img").first
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
