"""Search and suggestions for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.api.listed import items_data
from gallery.api.serializers import ItemSerializer
from gallery.types import Box
from search.cursors import BadCursor
from search.dates import source_of_date
from search.parameters import MAX_CHOSEN, SearchParameters, SuggestParameters, check_facets
from search.results import Hit, ResultPage
from search.services import FACETS, Sort, search_media
from search.suggestions import suggest
from search.types import Match, Notice

_NAMED = {"category": "Its name or its slug.", "album": "Its name or its id."}


class NotSearchable(APIException):
    """The engine cannot answer now: an empty page would say that there is nothing."""

    status_code = 503

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.message, f"search_{notice.code}")


class BoxSerializer(serializers.Serializer[Any]):
    left = serializers.FloatField()
    top = serializers.FloatField()
    width = serializers.FloatField()
    height = serializers.FloatField()


class SnippetPartSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    highlighted = serializers.BooleanField()


class MatchSerializer(serializers.Serializer[Any]):
    """A reason why the item was found. ``snippet`` is plain text in parts, not markup.

    A label that is ``confirmed`` counts as wholly sure; ``confidence`` stays what the model gave.
    """

    field = serializers.CharField()
    snippet = SnippetPartSerializer(many=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    confidence = serializers.FloatField(allow_null=True)
    confirmed = serializers.BooleanField()
    page = serializers.IntegerField(allow_null=True)
    start_ms = serializers.IntegerField(allow_null=True)
    end_ms = serializers.IntegerField(allow_null=True)
    box = serializers.SerializerMethodField()
    boxes = BoxSerializer(many=True)

    def get_box(self, match: Match) -> list[float] | None:
        """The first box as left, top, width and height."""
        if not match.boxes:
            return None
        box = match.boxes[0]
        return [box.left, box.top, box.width, box.height]


class FacetValueSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class NoticeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class RelationSerializer(serializers.Serializer[Any]):
    """A label that brought related items, the words it stands for, and how near it is (0-1).

    ``nearness`` is null where a table of everyday words says so.
    """

    word = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    nearness = serializers.FloatField(allow_null=True)


class SuggestionSerializer(serializers.Serializer[Any]):
    """``query`` is the whole query with the completion in place, ``text`` what to show.

    ``is_partial`` says that a value is still to come, as behind ``label:``. To an empty box,
    recent searches are offered, which have an ``id``, and saved ones, which have a ``url``.
    """

    kind = serializers.CharField()
    query = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)
    is_partial = serializers.BooleanField()
    url = serializers.CharField(allow_blank=True)
    id = serializers.UUIDField(allow_null=True)


def _described(facet: str) -> str:
    """Return what a facet's parameter does, for the schema."""
    named = _NAMED.get(facet, "")
    return f"A value of the facet {facet}; several are alternatives. {named}".strip()


_HIT = inline_serializer(
    "SearchHit",
    {
        "item": ItemSerializer(),
        "date": serializers.DateField(
            help_text="The day that the hit is ordered, filtered and counted by."
        ),
        "date_source": serializers.ChoiceField(
            choices=["taken", "printed", "added"],
            help_text="What that day is: of capture; for want of one, the day printed on the "
            "document; for want of both, the day of upload.",
        ),
        "score_rank": serializers.IntegerField(
            help_text="3: exactly in a sure label, name or phrase; 2: exactly; 1: by stem or as "
            "part of a code; 0: by near spelling."
        ),
        "matches": MatchSerializer(many=True),
    },
    many=True,
)
_PAGE = inline_serializer(
    "SearchPage",
    {
        "count": serializers.IntegerField(help_text="All that fits, on all pages."),
        "took_ms": serializers.IntegerField(),
        "results": _HIT,
        "facets": serializers.DictField(child=FacetValueSerializer(many=True)),
        "notices": NoticeSerializer(many=True),
        "did_you_mean": serializers.CharField(
            allow_blank=True, help_text="The query with likelier spellings; empty for none."
        ),
        "pending": serializers.IntegerField(
            help_text="Items of the library that are not fully analyzed yet."
        ),
        "next": serializers.URLField(allow_null=True),
        "related": _HIT,
        "relations": RelationSerializer(many=True),
    },
)


class SearchView(APIView):
    """Finds media by labels, text, names, places and dates.

    `related` comes with the last page and is never counted: what fits some of the words, is less
    sure, or has to do with them. Answers 503 with the code `search_unavailable` or
    `search_rebuilding` while the engine cannot be asked.
    """

    @extend_schema(
        operation_id="search",
        parameters=[
            SearchParameters,
            *(
                OpenApiParameter(name, str, many=True, description=_described(name))
                for name in FACETS
                if name != "kind"
            ),
        ],
        responses=_PAGE,
    )
    def get(self, request: Request) -> Response:
        sent = SearchParameters(data=request.query_params.dict())
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data
        filters = {name: _chosen(request, name) for name in FACETS}
        check_facets(filters)
        try:
            page = search_media(
                signed_in(request),
                wanted["q"],
                min_confidence=wanted.get("min_confidence"),
                filters=filters,
                sort=Sort(wanted["sort"]),
                cursor=wanted["cursor"],
                limit=wanted["page_size"],
                with_facets=wanted["facets"],
            )
        except BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        if not page.is_available:
            raise NotSearchable(page.notices[-1])
        return Response(_page_data(request, page))


class SuggestView(APIView):
    """Completes what is being typed, out of the user's own library."""

    @extend_schema(
        operation_id="search_suggest",
        parameters=[SuggestParameters],
        responses=inline_serializer(
            "Suggestions", {"suggestions": SuggestionSerializer(many=True)}
        ),
    )
    def get(self, request: Request) -> Response:
        sent = SuggestParameters(data=request.query_params)
        sent.is_valid(raise_exception=True)
        found = suggest(signed_in(request), sent.validated_data["q"])
        return Response({"suggestions": SuggestionSerializer(found, many=True).data})


def _chosen(request: Request, facet: str) -> Sequence[str]:
    return request.query_params.getlist(facet)[:MAX_CHOSEN]


def _page_data(request: Request, page: ResultPage) -> dict[str, Any]:
    address = request.build_absolute_uri()
    shown = _hits_data((*page.hits, *page.related))
    return {
        "count": page.total,
        "took_ms": page.took_ms,
        "results": shown[: len(page.hits)],
        "facets": {
            name: FacetValueSerializer(values, many=True).data
            for name, values in page.facets.items()
        },
        "notices": NoticeSerializer(page.notices, many=True).data,
        "did_you_mean": page.did_you_mean,
        "pending": page.pending,
        "next": (
            replace_query_param(address, "cursor", page.next_cursor) if page.next_cursor else None
        ),
        "related": shown[len(page.hits) :],
        "relations": RelationSerializer(page.relations, many=True).data,
    }


def _hits_data(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    items = items_data([hit.item for hit in hits])
    return [
        {
            "item": item,
            "date": f"{hit.item.taken_local:%Y-%m-%d}",
            "date_source": source_of_date(hit.item),
            "score_rank": int(hit.tier),
            "matches": [match_data(match) for match in hit.matches],
        }
        for hit, item in zip(hits, items, strict=True)
    ]


def match_data(match: Match) -> dict[str, Any]:
    """Return what MatchSerializer describes: to serialize so many costs more than to find them."""
    boxes = [_box_data(box) for box in match.boxes]
    return {
        "field": match.field,
        "snippet": [{"text": one.text, "highlighted": one.highlighted} for one in match.snippet],
        "label": match.label,
        "confidence": match.confidence,
        "confirmed": match.confirmed,
        "page": match.page,
        "start_ms": match.start_ms,
        "end_ms": match.end_ms,
        "box": list(boxes[0].values()) if boxes else None,
        "boxes": boxes,
    }


def _box_data(box: Box) -> dict[str, float]:
    # Stored as JSON, a whole number came back as one.
    left, top, width, height = map(float, (box.left, box.top, box.width, box.height))
    return {"left": left, "top": top, "width": width, "height": height}
