"""What a user typed and searched for of late, to be offered in the empty box.

It is kept with the account, not in the browser: whoever signs in there next sees nothing of it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from search.lexer import Kind, lexemes
from search.models import RecentSearch

MAX_RECENT = 8


def recent_of(user: User) -> QuerySet[RecentSearch]:
    """The user's own, the last one first."""
    return RecentSearch.objects.filter(owner=user).order_by("-searched_at", "-pk")


@transaction.atomic
def remember(user: User, text: str) -> RecentSearch:
    """Put a search before the others, of which only the last few are kept.

    It takes the place of what asked for the same in other capitals.
    """
    text = " ".join(text.split())[: RecentSearch.MAX_LENGTH]
    now = {"searched_at": timezone.now()}
    found, _ = RecentSearch.objects.update_or_create(owner=user, text=text, defaults=now)
    others = recent_of(user).exclude(pk=found.pk).values_list("pk", "text")
    recent_of(user).filter(pk__in=[pk for pk, old in others if _asks(old) == _asks(text)]).delete()
    kept = recent_of(user).values_list("pk", flat=True)[:MAX_RECENT]
    recent_of(user).exclude(pk__in=list(kept)).delete()
    return found


def _asks(text: str) -> list[tuple[Kind, str, str]]:
    """Return what tells two searches apart: "OR" from "or", but not "Dog" from "dog"."""
    return [(item.kind, item.text.casefold(), item.tail) for item in lexemes(text)]


def get_recent_for(user: User, recent_id: UUID) -> RecentSearch:
    """Return what the user searched for; raises Http404, for others' as for none."""
    found = recent_of(user).filter(pk=recent_id).first()
    if found is None:
        raise Http404("There is no such recent search.")
    return found
