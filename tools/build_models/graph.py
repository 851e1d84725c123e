"""Collects the nodes and constants of an ONNX graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, checker, helper, numpy_helper

OPSET = 17
IR_VERSION = 8


class Graph:
    """A graph under construction; tensors are known by name."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Append one node and return its output."""
        self._nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, name: str, value: NDArray[Any] | float) -> str:
        """Keep a constant under its name (once) and return the name."""
        if name not in self._constants:
            array = np.ascontiguousarray(value, dtype=np.float32)
            if np.ndim(value) == 0:
                array = array.reshape(())
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def finish(
        self, name: str, inputs: list[ValueInfoProto], outputs: list[ValueInfoProto]
    ) -> ModelProto:
        """Return the checked model."""
        graph = helper.make_graph(
            self._nodes, name, inputs, outputs, list(self._constants.values())
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
        checker.check_model(model, full_check=True)
        return model


def pictures(name: str, batch: int | str, side: int) -> ValueInfoProto:
    """Describe an input of pictures: batch x side x side x 3 bytes."""
    return helper.make_tensor_value_info(name, TensorProto.UINT8, [batch, side, side, 3])


def numbers(name: str, shape: Sequence[int | str]) -> ValueInfoProto:
    """Describe an output of float numbers."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
