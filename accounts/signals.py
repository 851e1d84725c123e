"""What users changed about themselves that others must know."""

from django.dispatch import Signal

# user: User; from now on their labels are shown from another confidence
confidence_changed = Signal()
