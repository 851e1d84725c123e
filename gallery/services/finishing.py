"""An item is finished when all its steps are over: noted for those who ask, told to webhooks."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from accounts.models import User
from gallery.models import FinishedItem, Job, JobState, Step, Webhook, WebhookDelivery

_OPEN = (JobState.WAITING, JobState.RUNNING)


def note_if_finished(item_id: UUID, owner_id: UUID) -> bool:
    """Note that the item is finished, if it is; within the transaction that settled a step.

    The search index follows by itself and is not waited for: it runs again with each change.
    """
    unsettled = Job.objects.filter(item=item_id, state__in=_OPEN).exclude(step=Step.INDEX)
    if unsettled.exists():
        return False
    # One after the other for each owner, so that the ids are committed in their order.
    User.objects.select_for_update(no_key=True).filter(pk=owner_id).first()
    FinishedItem.objects.filter(item=item_id).delete()
    FinishedItem.objects.create(owner_id=owner_id, item_id=item_id)
    now = timezone.now()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook_id=pk, item_id=item_id, run_at=now)
        for pk in Webhook.objects.filter(owner=owner_id, disabled_at=None).values_list(
            "pk", flat=True
        )
    )
    return True
