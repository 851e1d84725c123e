"""EfficientNet-Lite2 as an ONNX graph, batch normalization folded into the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto

from tools.build_models.graph import Graph, numbers, pictures

SIDE = 260
CLASSES = 1000
# The stride of the first block of each stage; a stage starts where the width changes.
STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)
EPSILON = 1e-3
PIXEL_MEAN = 127.0
PIXEL_SPREAD = 128.0

Weights = dict[str, NDArray[Any]]


def build_classifier(weights: Weights) -> ModelProto:
    """Return a model from pictures ``image`` to class probabilities ``prob``."""
    builder = _Builder(weights)
    features = builder.body(builder.input())
    graph = builder.graph
    pooled = graph.add("GlobalAveragePool", [features], "pooled")
    flat = graph.add("Flatten", [pooled], "embedding", axis=1)
    head = [graph.constant(f"fc.{part}", weights[f"_fc.{part}"]) for part in ("weight", "bias")]
    graph.add("Gemm", [flat, *head], "logits", transB=1)
    graph.add("Softmax", ["logits"], "prob", axis=1)
    return graph.finish(
        "classifier", [pictures("image", "n", SIDE)], [numbers("prob", ["n", CLASSES])]
    )


class _Builder:
    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.graph = Graph()

    def input(self) -> str:
        """Bytes, channels last, to numbers about zero, channels first."""
        add, constant = self.graph.add, self.graph.constant
        add("Cast", ["image"], "numbers", to=TensorProto.FLOAT)
        add("Transpose", ["numbers"], "channels", perm=[0, 3, 1, 2])
        add("Sub", ["channels", constant("mean", PIXEL_MEAN)], "centered")
        return add("Mul", ["centered", constant("spread", 1 / PIXEL_SPREAD)], "normal")

    def body(self, tensor: str) -> str:
        tensor = self._conv(tensor, "_conv_stem", "_bn0", stride=2)
        count = 1 + max(int(k.split(".")[1]) for k in self.weights if k.startswith("_blocks."))
        width, stage = 0, -1
        for index in range(count):
            out = self.weights[f"_blocks.{index}._project_conv.weight"].shape[0]
            first = out != width
            stage, width = stage + first, out
            tensor = self._block(tensor, index, STAGE_STRIDES[stage] if first else 1, first=first)
        return self._conv(tensor, "_conv_head", "_bn1")

    def _block(self, tensor: str, index: int, stride: int, *, first: bool) -> str:
        prefix = f"_blocks.{index}."
        inner = tensor
        if f"{prefix}_expand_conv.weight" in self.weights:
            inner = self._conv(inner, f"{prefix}_expand_conv", f"{prefix}_bn0")
        inner = self._conv(inner, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride=stride)
        inner = self._conv(inner, f"{prefix}_project_conv", f"{prefix}_bn2", active=False)
        return inner if first else self.graph.add("Add", [tensor, inner], f"{prefix}sum")

    def _conv(
        self, tensor: str, name: str, norm: str, *, stride: int = 1, active: bool = True
    ) -> str:
        kernel, bias = self._folded(name, norm)
        size = kernel.shape[2]
        constants = [
            self.graph.constant(f"{name}.kernel", kernel),
            self.graph.constant(f"{name}.bias", bias),
        ]
        output = self.graph.add(
            "Conv",
            [tensor, *constants],
            f"{name}.out",
            kernel_shape=[size, size],
            strides=[stride, stride],
            group=kernel.shape[0] if "_depthwise_" in name else 1,
            auto_pad="SAME_UPPER",
        )
        if not active:
            return output
        limits = [self.graph.constant("zero", 0.0), self.graph.constant("six", 6.0)]
        return self.graph.add("Clip", [output, *limits], f"{name}.active")

    def _folded(self, name: str, norm: str) -> tuple[NDArray[Any], NDArray[Any]]:
        gain = self.weights[f"{norm}.weight"] / np.sqrt(
            self.weights[f"{norm}.running_var"] + EPSILON
        )
        kernel = self.weights[f"{name}.weight"] * gain[:, None, None, None]
        return kernel, self.weights[f"{norm}.bias"] - self.weights[f"{norm}.running_mean"] * gain
