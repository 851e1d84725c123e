"""Mail without a mail server: printed on the console and kept as files under ``var/mail``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.core.mail.message import EmailMessage


class ConsoleAndFileBackend(BaseEmailBackend):
    """Sends every message to the console and to a file of its own."""

    def __init__(self, *, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self._console = ConsoleBackend(fail_silently=fail_silently)
        self._files = FileBackend(
            fail_silently=fail_silently, file_path=str(settings.PIXTRACT_MAIL_DIR)
        )

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self._files.send_messages(email_messages)
        return self._console.send_messages(email_messages) or 0
