"""Tokens, keys and the own profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.models import ApiKey, User
from accounts.throttling import TokenByAddress
from gallery.models import MediaCategory
from gallery.services.memberships import project_categories
from tests.factories import (
    PASSWORD,
    CategoryFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    UserFactory,
)

ClientOf = Callable[[User | None], APIClient]
TOKEN, KEYS, ME = "/api/v1/auth/token/", "/api/v1/keys/", "/api/v1/me/"


def log_in(username: object, password: object = PASSWORD, **more: Any) -> Any:
    return APIClient().post(TOKEN, {"username": username, "password": password}, **more)


def bearer(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.parametrize("name", ["alice", "alice@example.org", "ALICE@example.org"])
@pytest.mark.parametrize("form", ["json", "form"])
def test_token_for_name_or_address(alice: User, name: str, form: str) -> None:
    sent = {"username": name, "password": PASSWORD}
    kind = {"format": "json"} if form == "json" else {}
    if form == "form":
        answer = APIClient().post(
            TOKEN, f"username={name}&password={PASSWORD}",
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip
    else:
        answer = APIClient().post(TOKEN, sent, **kind)
    assert answer.status_code == 200, answer.json()
    assert bearer(answer.json()["token"]).get(ME).json()["username"] == "alice"


@pytest.mark.parametrize(
    ("name", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("bob@example.org", PASSWORD)]
)
def test_wrong_credentials_all_look_the_same(alice: User, name: str, password: str) -> None:
    answer = log_in(name, password, format="json")
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")
    assert answer.json()["detail"] == "User name or password is wrong."


def test_token_needs_a_verified_address(db: None) -> None:
    UserFactory(username="dora", verified=False)
    answer = log_in("dora", format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")
    assert log_in("dora", "wrong", format="json").status_code == 401


def test_inactive_users_get_none(alice: User) -> None:
    token = log_in("alice", format="json").json()["token"]
    alice.is_active = False
    alice.save()
    assert bearer(token).get(ME).status_code == 401
    assert log_in("alice", format="json").status_code == 401


@pytest.mark.parametrize("sent", [{}, {"username": "alice"}, {"username": ["a"], "password": {}},
                                  {"username": "a\x00", "password": "x"}, [], "x", 5,
                                  {"username": "a" * 10_000, "password": "x"}])  # fmt: skip
def test_senseless_credentials(db: None, sent: object) -> None:
    answer = APIClient().post(TOKEN, sent, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_guessing_is_slowed_down(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TokenByAddress.THROTTLE_RATES, "token", "3/min")
    answers = [log_in("alice", "wrong", format="json") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[-1].json()["code"] == "throttled"
    assert int(answers[-1]["Retry-After"]) > 0
    spoofed = log_in("alice", "wrong", format="json", HTTP_X_FORWARDED_FOR="9.9.9.9")
    assert spoofed.status_code == 429
    elsewhere = log_in("alice", "wrong", format="json", REMOTE_ADDR="9.9.9.9")
    assert elsewhere.status_code == 429


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer \xff\xfe", "bearer  ", "Token x"])
def test_false_tokens(db: None, header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.get(ME)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="pixtract"'
    assert answer["Content-Type"] == "application/problem+json"


def test_keys_come_and_go(api_client: ClientOf, alice: User, bob: User) -> None:
    client = api_client(alice)
    made = client.post(KEYS, {"name": "phone"}, format="json")
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    token, pk = made.json()["token"], made.json()["id"]
    assert bearer(token).get(ME).status_code == 200
    (listed,) = client.get(KEYS).json()["results"]
    assert (listed["name"], "token" in listed, "token_hash" in listed) == ("phone", False, False)
    assert api_client(bob).get(KEYS).json() == {"results": []}
    assert api_client(bob).delete(f"{KEYS}{pk}/").status_code == 404
    assert client.delete(f"{KEYS}{pk}/").status_code == 204
    assert client.delete(f"{KEYS}{pk}/").status_code == 404
    assert bearer(token).get(ME).status_code == 401


def test_tokens_are_kept_as_hashes(api_client: ClientOf, alice: User) -> None:
    token = api_client(alice).post(KEYS, {"name": "phone"}, format="json").json()["token"]
    key = ApiKey.objects.get()
    assert token not in str(vars(key))


def test_me(api_client: ClientOf, alice: User, bob: User) -> None:
    MediaItemFactory(owner=alice, size_bytes=7)
    MediaItemFactory(owner=bob)
    data = api_client(alice).get(ME).json()
    assert data["usage"] == {"items": 1, "trashed": 0, "bytes": 7}
    assert (data["email"], data["email_verified"]) == ("alice@example.org", True)
    assert "password" not in data


def test_profile_changes(api_client: ClientOf, alice: User) -> None:
    pets = CategoryFactory(name="Pets")
    item = MediaItemFactory(owner=alice)
    MediaLabelFactory(item=item, label=LabelFactory(category=pets), confidence=70)
    project_categories(item)
    sent = {
        "min_confidence": 80,
        "time_zone": "Europe/Lisbon",
        "username": "root",
        "is_staff": True,
    }
    data = api_client(alice).patch(ME, sent, format="json").json()
    assert (data["min_confidence"], data["time_zone"]) == (80, "Europe/Lisbon")
    alice.refresh_from_db()
    assert (alice.username, alice.is_staff) == ("alice", False)
    assert not MediaCategory.objects.exists()


@pytest.mark.parametrize("sent", [{"min_confidence": 101}, {"min_confidence": -1},
                                  {"min_confidence": "x"}, {"time_zone": "../../etc/passwd"},
                                  {"first_name": "x" * 1000}, {"first_name": "\x00"}])  # fmt: skip
def test_senseless_profiles(api_client: ClientOf, alice: User, sent: object) -> None:
    answer = api_client(alice).patch(ME, sent, format="json")
    assert (answer.status_code, bool(answer.json()["errors"])) == (400, True)


def test_console_made_superuser_is_verified(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "Root@example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", verbosity=0)
    assert EmailAddress.objects.get(user__username="root").verified
    for name in ("root", "root@example.org", "Root@example.org"):
        assert log_in(name, format="json").status_code == 200


def test_console_made_superuser_logs_in_on_the_page(db: None, client: Any) -> None:
    User.objects.create_superuser("root", "root@example.org", PASSWORD)
    for name in ("root", "root@example.org"):
        answer = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
        assert answer.status_code == 302
        assert client.get(ME).json()["username"] == "root"
        client.logout()
