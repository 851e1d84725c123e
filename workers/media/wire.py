"""Frozen values to JSON and back, checked: what comes back came out of foreign data."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar, Union, cast

T = TypeVar("T")


class WireError(ValueError):
    """The data does not have the shape of the value that it should hold."""


def to_wire(value: Any) -> Any:
    """Turn dataclasses, tuples, ranges-free containers and plain values into JSON-able data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_wire(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [to_wire(one) for one in value]
    return value


def from_wire(kind: type[T], data: Any) -> T:
    """Rebuild a ``kind`` from what ``to_wire`` made of it; raises WireError on any other shape."""
    return cast(T, _decode(kind, data))


def list_from_wire(kind: type[T], data: Any) -> list[T]:
    """Rebuild a list of ``kind``; raises WireError."""
    return [from_wire(kind, one) for one in _expect(list, data)]


def _decode(kind: Any, data: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(cast(type, kind), _expect(dict, data))
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_optional(typing.get_args(kind), data)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_decode(inner, one) for one in _expect(list, data))
    if origin is dict:
        return {_expect(str, k): _expect(str, v) for k, v in _expect(dict, data).items()}
    if origin is typing.Literal:
        return _decode_literal(typing.get_args(kind), data)
    return _expect(kind, data)


def _decode_dataclass(kind: type, data: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    names = {f.name for f in dataclasses.fields(kind)}
    if unknown := data.keys() - names:
        raise WireError(f"{kind.__name__} has no {sorted(unknown)}")
    try:
        return kind(**{name: _decode(hints[name], value) for name, value in data.items()})
    except TypeError as error:
        raise WireError(str(error)) from error


def _decode_optional(options: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in options:
        return None
    return _decode(next(one for one in options if one is not type(None)), data)


def _decode_literal(options: tuple[Any, ...], data: Any) -> Any:
    if data not in options:
        raise WireError("not one of the allowed words")
    return data


def _expect(kind: type[T], data: Any) -> T:
    if kind is float and type(data) is int:
        return cast(T, float(data))
    if type(data) is not kind:
        raise WireError(f"expected {kind.__name__}, got {type(data).__name__}")
    return data
