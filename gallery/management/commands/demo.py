"""An account to look around in: ``manage.py demo FOLDER``."""

from __future__ import annotations

import fcntl
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
        address = running_address() or settings.BASE_URL.rstrip("/")
        self.stdout.write(
            f"Log in at {address}/ as {USERNAME} with the password {password}\n"
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


def running_address() -> str:
    """Return where the product that runs on this folder of state is; nothing when none does.

    Who runs it holds a lock on a file with its process and its address: started with
    other variables than this command, it may listen elsewhere.
    """
    try:
        with (settings.VAR_DIR / "supervisor.lock").open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return "".join(file.read(2_000).splitlines()[1:2])
    except FileNotFoundError:
        return ""
    return ""
