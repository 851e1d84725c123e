"""Reads the old torch file format without torch, and builds nothing but arrays."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
TYPES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


@dataclass(slots=True)
class _Storage:
    """A flat run of numbers that tensors are views of; filled after unpickling."""

    dtype: np.dtype[Any]
    length: int
    values: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        values = self.storage.values
        if values is None:
            raise pickle.UnpicklingError("a tensor without its numbers")
        item = self.storage.dtype.itemsize
        last = self.offset + sum((n - 1) * s for n, s in zip(self.shape, self.strides, strict=True))
        if self.offset < 0 or last >= values.size or any(s < 0 for s in self.strides):
            raise pickle.UnpicklingError("a tensor outside its numbers")
        strides = [stride * item for stride in self.strides]
        return np.ascontiguousarray(
            np.lib.stride_tricks.as_strided(values[self.offset :], self.shape, strides)
        )


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


class _Reader(pickle.Unpickler):
    """Nothing but ordered dictionaries and tensors may be built."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module_name, global_name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module_name == "torch" and global_name in TYPES:
            return global_name
        raise pickle.UnpicklingError(f"refused {module_name}.{global_name}")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, type_name, key, _device, length = pid[:5]
        if kind != "storage" or type_name not in TYPES:
            raise pickle.UnpicklingError("refused a storage")
        return self.storages.setdefault(key, _Storage(TYPES[type_name], length))


def load_weights(path: Path) -> dict[str, NDArray[Any]]:
    """Return name -> array; raises UnpicklingError for anything unexpected."""
    with path.open("rb") as stream:
        for expected in (MAGIC, PROTOCOL):
            if _Reader(stream).load() != expected:
                raise pickle.UnpicklingError("not the old torch format")
        _Reader(stream).load()  # sizes of the writing machine's numbers
        reader = _Reader(stream)
        tensors: dict[str, _Tensor] = reader.load()
        for key in _Reader(stream).load():
            _fill(reader.storages[key], stream)
    return {name: tensor.array() for name, tensor in tensors.items()}


def _fill(storage: _Storage, stream: BinaryIO) -> None:
    if int.from_bytes(stream.read(8), "little") != storage.length:
        raise pickle.UnpicklingError("a storage of the wrong size")
    content = stream.read(storage.length * storage.dtype.itemsize)
    storage.values = np.frombuffer(content, storage.dtype, storage.length)
