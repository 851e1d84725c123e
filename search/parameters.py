"""What a search can be told by programs: the same, where it is asked and where it is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from gallery.api.strictness import refuse_others
from gallery.models import Kind
from search.services import FACETS, MAX_LIMIT, Sort

MAX_QUERY = 10_000
MAX_CHOSEN = 20
NO_PARAMETER = "There is no such parameter here."

_YEAR = re.compile(r"[0-9]{4}")


class SearchParameters(serializers.Serializer[Any]):
    """What a search can be told. Takes a plain dict, in which a missing boolean is missing."""

    q = serializers.CharField(
        max_length=MAX_QUERY,
        required=False,
        default="",
        allow_blank=True,
        help_text="What one would type in the box; empty for everything. No text is an error: what "
        "was left out or read otherwise is told in `notices`.",
    )
    min_confidence = serializers.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        help_text="Labels below it neither match nor count. The user's own if left out.",
    )
    kind = serializers.ChoiceField(
        choices=Kind.choices, required=False, help_text="A filter like the other facets."
    )
    sort = serializers.ChoiceField(
        choices=[sort.value for sort in Sort],
        default="relevance",
        help_text="`relevance`: best tier first, the newest first inside a tier. `taken`: newest. "
        "Both go by the `date` that each hit tells.",
    )
    facets = serializers.BooleanField(
        required=False, default=False, help_text="Count the values of each facet, too."
    )
    cursor = serializers.CharField(
        max_length=400,
        required=False,
        default="",
        help_text="From `next`; good for this user and this search only.",
    )
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=50)
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text="Another name of `page_size`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self, FACETS, NO_PARAMETER)
        attrs["page_size"] = attrs.pop("limit", attrs["page_size"])
        return attrs


class SuggestParameters(serializers.Serializer[Any]):
    """What a box can be completed from. A space at the end says that a word is complete."""

    q = serializers.CharField(
        max_length=MAX_QUERY,
        required=False,
        default="",
        allow_blank=True,
        trim_whitespace=False,
        help_text="What stands in the box, up to the cursor; empty for saved searches.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(self, message=NO_PARAMETER)
        return attrs


def check_facets(filters: Mapping[str, Sequence[str]]) -> None:
    """Raise ValidationError for a kind that is none and a year that is no number."""
    for kind in filters.get("kind", ()):
        if kind not in Kind.values:
            raise ValidationError({"kind": [f'"{kind[:40]}" is not a valid choice.']})
    for year in filters.get("year", ()):
        if not _YEAR.fullmatch(year):
            raise ValidationError({"year": ["A year has four digits."]})
