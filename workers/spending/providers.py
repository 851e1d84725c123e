"""Providers on pause: after credentials or addresses that cannot work, until they do."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery.services.holding import resume_held
from workers.analyzers.base import AnalyzerError
from workers.models import ProviderState
from workers.spending.holds import PROVIDER_PAUSED, Hold

logger = logging.getLogger(__name__)
_FIRST_PROBE = timedelta(minutes=5)
_LONGEST_PROBE = timedelta(hours=1)


def admit(provider: str) -> None:
    """Let a call pass, or raise Hold while the provider is paused.

    When the time of a probe has come, one caller passes, and the others wait for the next.
    """
    state = ProviderState.objects.filter(provider=provider).exclude(paused_at=None).first()
    if state is None:
        return
    now = timezone.now()
    if state.probe_at is not None and state.probe_at <= now and _take_probe(state):
        return
    until = max(state.probe_at or now, now + timedelta(seconds=30))
    raise Hold(PROVIDER_PAUSED, f"Paused: {state.message}"[:500], until)


def _take_probe(state: ProviderState) -> bool:
    mine = ProviderState.objects.filter(pk=state.pk, probe_at=state.probe_at)
    return bool(mine.update(probe_at=timezone.now() + _wait(state.failures + 1)))


def _wait(failures: int) -> timedelta:
    doubled: timedelta = _FIRST_PROBE * 2 ** min(failures - 1, 8)
    return min(doubled, _LONGEST_PROBE)


def pause(provider: str, error: AnalyzerError) -> Hold:
    """Put ``provider`` on pause and tell the administrators once; returns how long to wait."""
    with transaction.atomic():
        ProviderState.objects.get_or_create(provider=provider)
        state = ProviderState.objects.select_for_update().get(provider=provider)
        first = state.paused_at is None
        now = timezone.now()
        state.paused_at = state.paused_at or now
        state.failures = 1 if first else min(state.failures + 1, 100)
        state.probe_at = now + _wait(state.failures)
        state.code, state.message = error.code[:40], error.message[:480]
        state.save()
    if first:
        logger.error("provider paused", extra={"provider": provider, "error": error.message})
        _tell(provider, error.message)
    return Hold(PROVIDER_PAUSED, f"Paused: {error.message}"[:500], state.probe_at)


def note_success(provider: str) -> None:
    """A call worked: whatever was paused goes on."""
    if ProviderState.objects.filter(provider=provider).exclude(paused_at=None).exists():
        resume(provider)


def resume(provider: str) -> int:
    """End the pause; returns how many jobs go on."""
    ProviderState.objects.filter(provider=provider).update(
        paused_at=None, probe_at=None, failures=0, code="", message=""
    )
    logger.info("provider resumed", extra={"provider": provider})
    return resume_held(PROVIDER_PAUSED)


def _tell(provider: str, message: str) -> None:
    subject = f"{provider.capitalize()} is paused"
    body = (
        f"{message}\n\nNothing is lost: what needs {provider.capitalize()} waits, and goes on by "
        "itself as soon as a try succeeds. The admin's provider states can resume it at once.\n"
    )
    to = [
        user.email
        for user in User.objects.filter(is_superuser=True, is_active=True).exclude(email="")[:20]
    ]
    try:
        send_mail(f"Pixtract: {subject}", body, None, to)
    except OSError as error:
        # The notice stands on the pages, too; a mail server that is away must not stop work.
        logger.warning("notice not sent", extra={"error": error})
