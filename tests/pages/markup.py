"""Pages as tests read them."""

from __future__ import annotations

from django.http import HttpResponse


def markup_of(response: HttpResponse) -> str:
    """The page with every run of white space as one blank: how a template is wrapped is no fact."""
    return " ".join(response.content.decode().split())
