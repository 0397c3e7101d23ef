"""open_nsfw: the published file rewritten without its detours.

The file keeps channels last and turns every map for every convolution, casts floats to floats, computes constant
paddings at run time, and spells each batch normalisation as four steps. Here the turns and casts are dropped, the
steps are folded into the convolutions, and paddings are attributes.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .graph_builder import GraphBuilder

_INPUT = "input_0"
_PASSED_ON = {"Cast", "Identity", "Transpose"}
_AFFINE = {"Add", "Sub", "Mul"}


class _Rewriter:
    """`values` maps a name of the published file to the new graph's; `open` is a convolution still being folded."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.builder = GraphBuilder()
        self.constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self.values = {_INPUT: self.builder.op("Transpose", _INPUT, perm=[0, 3, 1, 2])}
        self.open: dict[str, tuple] = {}
        self.padded: set[str] = set()

    def convert(self, node: onnx.NodeProto) -> None:
        kind, output = node.op_type, node.output[0]
        name = node.input[0] if node.input else ""
        if kind in _PASSED_ON and name in self.constants:
            self.constants[output] = self.constants[name]
        elif name in self.padded and kind in _PASSED_ON:
            self.padded.add(output)
            self.values[output] = self.values[name]
        elif name in self.open and kind in _PASSED_ON:
            self.open[output] = self.open[name]
        elif kind in _AFFINE and name in self.open and node.input[1] in self.constants:
            self.open[output] = self._folded(self.open[name], kind, self.constants[node.input[1]].reshape(-1))
        elif kind in _PASSED_ON and name in self.values:
            self.values[output] = self.values[name]
        elif kind == "Pad":
            self.padded.add(output)
            self.values[output] = self.value(name)
        elif kind == "Conv":
            self._open_convolution(node)
        elif kind == "MaxPool":
            # The file repeats the last row and column in front of the pooling: for a maximum that is no padding.
            self.values[output] = self.builder.op("MaxPool", self.value(name), kernel_shape=[3, 3], strides=[2, 2],
                                                  pads=[0, 0, 1, 1])
        elif kind == "Relu":
            self.values[output] = self.builder.op("Relu", self.value(name))
        elif kind == "Add" and all(self._known(item) for item in node.input):
            self.values[output] = self.builder.op("Add", *(self.value(item) for item in node.input))

    def value(self, name: str) -> str:
        """The new graph's name; writes an open convolution down first."""
        if name not in self.values:
            source, weights, bias, attributes = self.open[name]
            self.values[name] = self.builder.op("Conv", source, self.builder.constant(weights),
                                                self.builder.constant(bias), **attributes)
        return self.values[name]

    def _known(self, name: str) -> bool:
        return name in self.values or name in self.open

    def _open_convolution(self, node: onnx.NodeProto) -> None:
        attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        attributes.pop("auto_pad", None)
        if node.input[0] in self.padded:
            attributes["pads"] = [3, 3, 3, 3]
        weights = self.constants[node.input[1]]
        bias = self.constants[node.input[2]] if len(node.input) > 2 else np.zeros(len(weights), np.float32)
        self.open[node.output[0]] = (self.value(node.input[0]), weights, bias, attributes)

    @staticmethod
    def _folded(convolution: tuple, kind: str, factor: np.ndarray) -> tuple:
        source, weights, bias, attributes = convolution
        if kind == "Mul":
            return source, weights * factor[:, None, None, None], bias * factor, attributes
        return source, weights, bias + factor if kind == "Add" else bias - factor, attributes


def open_nsfw(path: Path) -> onnx.ModelProto:
    graph = onnx.load(path).graph
    rewriter = _Rewriter(graph)
    for node in graph.node:
        rewriter.convert(node)
    builder, nodes = rewriter.builder, {node.op_type: node for node in graph.node}
    pooled = builder.op("ReduceMean", rewriter.values[nodes["ReduceMean"].input[0]], axes=[2, 3], keepdims=0)
    weights = rewriter.constants[nodes["MatMul"].input[1]]
    bias = rewriter.constants[next(
        node.input[1] for node in graph.node if node.op_type == "Add" and node.input[1] in rewriter.constants
        and rewriter.constants[node.input[1]].shape == (weights.shape[1],))]
    logits = builder.op("Gemm", pooled, builder.constant(weights), builder.constant(bias))
    builder.output(builder.op("Softmax", logits, axis=-1), "probabilities")
    return builder.model("open_nsfw", {_INPUT: ["N", 224, 224, 3]}, {"probabilities": ["N", 2]})
