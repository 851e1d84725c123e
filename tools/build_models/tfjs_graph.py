"""Reads a model in TensorFlow.js' graph format: nodes as JSON, weights as one blob."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBER_TYPES = frozenset({"float16", "float32", "int32"})


@dataclass(frozen=True, slots=True)
class Node:
    """One operation; ``inputs`` are names of nodes or weights."""

    name: str
    operator: str
    inputs: tuple[str, ...]
    attributes: dict[str, Any]

    def integers(self, key: str) -> list[int]:
        return [int(value) for value in self.attributes[key]["list"]["i"]]

    def text(self, key: str) -> str:
        return base64.b64decode(self.attributes[key]["s"]).decode()

    def flag(self, key: str) -> bool:
        return bool(self.attributes.get(key, {}).get("b", False))

    @property
    def fused(self) -> list[str]:
        """Names of the operations that are folded into this one."""
        packed = self.attributes.get("fused_ops", {}).get("list", {}).get("s", [])
        return [base64.b64decode(name).decode() for name in packed]


@dataclass(frozen=True, slots=True)
class TfjsModel:
    nodes: dict[str, Node]
    weights: dict[str, NDArray[Any]]

    def needed_for(self, outputs: list[str]) -> list[Node]:
        """Return the nodes that the outputs depend on, inputs before users."""
        order: dict[str, Node] = {}
        pending = [(name, False) for name in reversed(outputs)]
        while pending:
            name, inputs_done = pending.pop()
            if name in order or name in self.weights:
                continue
            node = self.nodes[name]
            if inputs_done:
                order[name] = node
                continue
            pending.append((name, True))
            pending.extend((source, False) for source in reversed(node.inputs))
        return list(order.values())


def read_model(graph: Path, weights: Path) -> TfjsModel:
    """Read both files; raises ValueError when they do not fit together."""
    document = json.loads(graph.read_text(encoding="utf-8"))
    nodes = {entry["name"]: _node(entry) for entry in document["modelTopology"]["node"]}
    return TfjsModel(nodes, _read_weights(document["weightsManifest"], weights.read_bytes()))


def _node(entry: dict[str, Any]) -> Node:
    inputs = tuple(name.lstrip("^").split(":")[0] for name in entry.get("input", []))
    return Node(entry["name"], entry["op"], inputs, entry.get("attr", {}))


def _read_weights(groups: list[dict[str, Any]], blob: bytes) -> dict[str, NDArray[Any]]:
    weights: dict[str, NDArray[Any]] = {}
    offset = 0
    for entry in (entry for group in groups for entry in group["weights"]):
        kind = entry.get("quantization", entry)["dtype"]
        if kind not in NUMBER_TYPES:
            raise ValueError(f"{entry['name']}: numbers of type {kind}")
        stored = np.dtype(kind).newbyteorder("<")
        count = int(np.prod(entry["shape"], dtype=np.int64))
        flat = np.frombuffer(blob, stored, count, offset)
        offset += flat.nbytes
        wanted = np.float32 if entry["dtype"] == "float32" else np.int64
        weights[entry["name"]] = flat.reshape(entry["shape"]).astype(wanted)
    if offset != len(blob):
        raise ValueError(f"{len(blob) - offset} bytes of weights are left over")
    return weights
