"""An account to look around in: ``manage.py demo FOLDER``."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from gallery.incoming import read_incoming
from gallery.services.uploads import UploadRefused, copy_aside, create_media_item

USERNAME = "demo"


class Command(BaseCommand):
    help = "Make the account demo with a new password and upload the files of FOLDER for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        password = secrets.token_urlsafe(9)
        user = demo_user(password)
        for path in sorted(folder.iterdir()):
            self._upload(user, path)
        self.stdout.write(
            f"Log in at {settings.BASE_URL}/ as {USERNAME} with the password {password}\n"
            'Then try: cat   coffee   type:document   "total"   label:motorcycle'
        )

    def _upload(self, user: User, path: Path) -> None:
        copy = copy_aside(path)
        try:
            uploaded = create_media_item(user, read_incoming(copy, path.name))
        except UploadRefused as refused:
            raise CommandError(f"{path.name}: {refused.message}") from refused
        finally:
            copy.unlink(missing_ok=True)
        self.stdout.write(f"{path.name}{' (was there)' if uploaded.duplicate else ''}")


@transaction.atomic
def demo_user(password: str) -> User:
    """Give the demo's account, made if need be, with this password."""
    user, _ = User.objects.get_or_create(
        username=USERNAME, defaults={"email": "demo@pixtract.example"}
    )
    user.set_password(password)
    user.save()
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user
