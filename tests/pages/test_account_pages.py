"""Log-in, sign-up, profile, keys, theme and the pages for when something is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, User
from accounts.tokens import create_api_key, user_for_token
from tests.factories import PASSWORD
from tests.pages.markup import markup_of

ENTRANCES = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/nonsense/",
    "/accounts/password/reset/key/nonsense-nonsense/",
    "/accounts/password/reset/key/done/",
)
HINT = "The mail is printed on the console and kept in /srv/letters."


@pytest.mark.parametrize("address", ENTRANCES)
def test_entrances_have_our_look_and_nothing_inline(
    client: Client, alice: User, address: str
) -> None:
    page = client.get(address, follow=True).content.decode()
    assert 'class="entrance-card"' in page
    assert_nothing_inline(page)


@pytest.mark.parametrize(
    "address", ["/accounts/profile/", "/accounts/email/", "/accounts/password/change/"]
)
def test_account_pages_have_our_look_and_nothing_inline(alices: Client, address: str) -> None:
    page = markup_of(alices.get(address))
    assert 'class="bar"' in page
    assert_nothing_inline(page)


def assert_nothing_inline(page: str) -> None:
    assert " style=" not in page and "<style" not in page
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_a_person_logs_in_by_name_or_address(client: Client, alice: User) -> None:
    for login in ("alice", "alice@example.org"):
        response = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
        assert response["Location"] == "/"
        client.logout()


def test_a_wrong_password_is_said_at_the_form(client: Client, alice: User) -> None:
    page = client.post("/accounts/login/", {"login": "alice", "password": "x"}).content.decode()
    assert 'role="alert"' in page


def test_without_a_mail_server_the_page_says_where_the_mail_is(
    client: Client, alice: User, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = "accounts.mail.ConsoleAndFileBackend"
    settings.PIXTRACT_MAIL_DIR = Path("/srv/letters")
    assert HINT in client.get("/accounts/confirm-email/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert HINT not in client.get("/accounts/confirm-email/").content.decode()


def test_the_confirmation_mail_speaks_of_the_product(
    client: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    asked = {"username": "dora", "email": "dora@example.org"}
    client.post("/accounts/signup/", {**asked, "password1": PASSWORD, "password2": PASSWORD})
    [mail] = mailoutbox
    assert mail.subject.startswith("Pixtract: ")
    body = str(mail.body)
    assert "Hello from Pixtract!" in body and "signed up for Pixtract as dora" in body
    link = re.search(r"^https?://\S+/accounts/confirm-email/\S+$", body, re.MULTILINE)
    assert link is not None
    # The address of the installation stands in the link, and nowhere as its name.
    assert "testserver" not in body.replace(link[0], "")
    assert "Confirm your address" in client.get(link[0]).content.decode()


def test_a_new_key_is_shown_once_and_works(alices: Client, alice: User) -> None:
    response = alices.post(reverse("accounts:new-key"), {"name": "phone <b>"})
    token = re.search(r'class="secret">([^<]+)<', response.content.decode())
    assert token is not None
    assert response["Cache-Control"] == "no-store"
    assert user_for_token(token[1]) == alice
    page = markup_of(alices.get("/accounts/profile/"))
    assert token[1] not in page and "phone &lt;b&gt;" in page


def test_a_revoked_key_opens_nothing(alices: Client, alice: User) -> None:
    key, token = create_api_key(alice, "old phone")
    alices.post(reverse("accounts:revoke-key", args=[key.pk]))
    assert user_for_token(token) is None
    assert (
        "old phone"
        not in markup_of(alices.get("/accounts/profile/", follow=True)).split('id="keys"')[1]
    )


def test_others_keys_are_404(bobs: Client, alice: User) -> None:
    key, _ = create_api_key(alice, "phone")
    assert bobs.post(reverse("accounts:revoke-key", args=[key.pk])).status_code == 404
    assert ApiKey.objects.get(pk=key.pk).revoked_at is None


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("x", "")])
def test_the_theme_is_kept_without_a_script(alices: Client, chosen: str, kept: str) -> None:
    alices.post(reverse("gallery:theme"), {"theme": chosen})
    page = markup_of(alices.get("/"))
    assert ("data-theme=" in page.split(">", 2)[1]) is bool(kept)
    if kept:
        assert f'data-theme="{kept}"' in page


def test_a_missing_page_is_friendly(alices: Client) -> None:
    response = alices.get("/no/such/page/")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


def test_the_first_visitor_is_welcomed(client: Client, db: None) -> None:
    page = client.get("/", follow=True).content.decode()
    assert "Welcome to Pixtract" in page
    assert_nothing_inline(page)


@pytest.mark.parametrize("path", ["/search/", "/", "/albums/"])
def test_an_address_too_long_to_come_back_to_leads_to_the_login(
    client: Client, alice: User, path: str
) -> None:
    short = client.get(path, {"q": "dog"})
    assert (short.status_code, "next=" in short["Location"]) == (302, True)
    answer = client.get(path, {"q": "犬" * 9_000})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert client.get(answer["Location"]).status_code == 200
