"""Refusing what a request names and nobody reads: passing it over would be told as success."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import Serializer, ValidationError

_MAX_NAMED = 20


def refuse_others(
    serializer: Serializer[Any],
    passed_over: Collection[str] = (),
    message: str = "",
    **own_messages: str,
) -> None:
    """Raise ValidationError that names what was sent and is no field of the serializer's.

    ``passed_over`` may stand there all the same; ``own_messages`` have more to say of some names.
    """
    known = {*serializer.fields, *passed_over}
    message = message or "There is no such field here, or it cannot be changed."
    _refuse([name for name in serializer.initial_data if name not in known], message, own_messages)


def refuse_parameters(request: Request, known: Collection[str] = ()) -> None:
    """Raise ValidationError that names the parameters of an address that nobody reads."""
    unknown = [name for name in request.query_params if name not in known]
    _refuse(unknown, "There is no such parameter here.", {})


def _refuse(unknown: Sequence[str], message: str, own_messages: Mapping[str, str]) -> None:
    if unknown:
        raise ValidationError(
            {str(name)[:100]: [own_messages.get(name, message)] for name in unknown[:_MAX_NAMED]}
        )
