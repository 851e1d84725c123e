"""The detector as an ONNX graph: heat maps of 80 kinds and the reach of each box."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto

from tools.build_models.graph import Graph, numbers, pictures
from tools.build_models.tfjs_graph import Node, TfjsModel, read_model

SIDE = 512
CELLS = 128
KINDS = 80
HEAT = "tower_0/keypoints"
REACH = "tower_0/wh"
PADDING = {"SAME": "SAME_UPPER", "VALID": "VALID"}
SAME_IN_ONNX = frozenset({"Relu", "Sigmoid", "Identity"})
ARITHMETIC = {"Add": "Add", "Mul": "Mul", "Sub": "Sub"}


def build_detector(graph: Path, weights: Path) -> ModelProto:
    """Return a model from one picture ``image`` to peaks ``heat`` and distances ``wh``."""
    converter = _Converter(read_model(graph, weights))
    converter.convert([HEAT, REACH])
    output = converter.graph
    _keep_peaks(output)
    output.add("Identity", [REACH], "wh")
    return output.finish(
        "detector",
        [pictures("image", 1, SIDE)],
        [numbers("heat", [1, KINDS, CELLS, CELLS]), numbers("wh", [1, 4, CELLS, CELLS])],
    )


def _keep_peaks(graph: Graph) -> None:
    """Set to zero what is no maximum among its neighbors."""
    highest = graph.add(
        "MaxPool", [HEAT], "highest", kernel_shape=[3, 3], strides=[1, 1], auto_pad="SAME_UPPER"
    )
    graph.add("Equal", [HEAT, highest], "is_peak")
    graph.add("Cast", ["is_peak"], "peak", to=TensorProto.FLOAT)
    graph.add("Mul", [HEAT, "peak"], "heat")


class _Converter:
    """Translates node by node; channels come first inside."""

    def __init__(self, model: TfjsModel) -> None:
        self.model = model
        self.graph = Graph()

    def convert(self, outputs: list[str]) -> None:
        for node in self.model.needed_for(outputs):
            self._translate(node)

    def _translate(self, node: Node) -> None:
        operator = node.operator
        if operator == "Placeholder":
            self.graph.add("Cast", ["image"], "numbers", to=TensorProto.FLOAT)
            self.graph.add("Transpose", ["numbers"], node.name, perm=[0, 3, 1, 2])
        elif "Conv2" in operator or "Conv2dNative" in operator:
            self._convolution(node)
        elif operator in ARITHMETIC:
            inputs = [self._operand(name) for name in node.inputs]
            self.graph.add(ARITHMETIC[operator], inputs, node.name)
        elif operator in SAME_IN_ONNX:
            self.graph.add(operator, node.inputs, node.name)
        else:
            self._shape_operation(node)

    def _shape_operation(self, node: Node) -> None:
        first = node.inputs[0]
        if node.operator == "Relu6":
            limits = [self.graph.constant("zero", 0.0), self.graph.constant("six", 6.0)]
            self.graph.add("Clip", [first, *limits], node.name)
        elif node.operator == "Mean":
            keep = int(node.flag("keep_dims"))
            self.graph.add("ReduceMean", [first], node.name, axes=[2, 3], keepdims=keep)
        elif node.operator == "ConcatV2":
            self.graph.add("Concat", node.inputs[:-1], node.name, axis=1)
        elif node.operator == "ResizeBilinear":
            self._double(node)
        else:
            raise NotImplementedError(f"{node.operator} of {node.name}")

    def _double(self, node: Node) -> None:
        scales = self.graph.constant("double", np.array([1, 1, 2, 2], np.float32))
        self.graph.add(
            "Resize",
            [node.inputs[0], "", scales],
            node.name,
            mode="linear",
            coordinate_transformation_mode="asymmetric",
        )

    def _convolution(self, node: Node) -> None:
        kernel = self.model.weights[node.inputs[1]]
        if "Depthwise" in node.operator:
            kernel = kernel.transpose(2, 3, 0, 1).reshape(-1, 1, *kernel.shape[:2])
            groups = kernel.shape[0]
        else:
            kernel, groups = kernel.transpose(3, 2, 0, 1), 1
        inputs = [node.inputs[0], self.graph.constant(f"{node.inputs[1]}.kernel", kernel)]
        if "BiasAdd" in node.fused:
            bias = self.model.weights[node.inputs[2]]
            inputs.append(self.graph.constant(f"{node.inputs[2]}.bias", bias))
        active = "Relu" in node.fused
        output = self.graph.add(
            "Conv",
            inputs,
            f"{node.name}.linear" if active else node.name,
            strides=node.integers("strides")[1:3],
            dilations=node.integers("dilations")[1:3],
            group=groups,
            auto_pad=PADDING[node.text("padding")],
            kernel_shape=list(kernel.shape[2:]),
        )
        if active:
            self.graph.add("Relu", [output], node.name)

    def _operand(self, name: str) -> str:
        """Return a tensor's name; constants of one axis belong to channels."""
        value = self.model.weights.get(name)
        if value is None:
            return name
        if value.ndim == 1:
            value = value.reshape(-1, 1, 1)
        elif value.ndim == 4:
            value = value.transpose(0, 3, 1, 2)
        return self.graph.constant(f"{name}.operand", value)
