"""What happened to media. Sent inside the transaction that did it; receivers only enqueue."""

from django.dispatch import Signal

# item_ids: list[UUID], owner_id: UUID
media_uploaded = Signal()
# an upload in parts is complete and wants to be checked
upload_finished = Signal()
# item_ids: list[UUID]; jobs were made or re-opened
analysis_requested = Signal()
# item_ids: list[UUID], owner_id: UUID; something searchable changed
media_changed = Signal()
# item_ids: list[UUID], owner_id: UUID; gone for good
media_deleted = Signal()
