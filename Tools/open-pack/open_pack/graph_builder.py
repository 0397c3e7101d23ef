"""Builds ONNX graphs node by node and writes them the same way on every machine."""

import hashlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
PRODUCER = "likeness-open-pack"


class GraphBuilder:
    """Collects nodes and constants. Names are numbered in the order of the calls; equal constants are stored once."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._constants: dict[str, str] = {}
        self._count = 0

    def op(self, kind: str, *inputs: str, **attributes) -> str:
        """Adds a node with one output and gives the output's name."""
        output = f"t{self._count}"
        self._count += 1
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, values, dtype=np.float32) -> str:
        array = np.ascontiguousarray(np.asarray(values, dtype))
        key = hashlib.sha256(f"{array.dtype}{array.shape}".encode() + array.tobytes()).hexdigest()
        if key not in self._constants:
            name = f"c{len(self.initializers)}"
            self.initializers.append(numpy_helper.from_array(array, name))
            self._constants[key] = name
        return self._constants[key]

    def ints(self, *values: int) -> str:
        return self.constant(values, np.int64)

    def columns(self, value: str, start: int, end: int) -> str:
        """Columns start..<end of the last axis of a value with three axes."""
        return self.op("Slice", value, self.ints(start), self.ints(end), self.ints(2))

    def add_widened(self, value: str, shortcut: str, channels: int) -> str:
        """`value` plus `shortcut` padded with empty channels behind; `value` must come out of a convolution.

        The convolution is split, so that no padding is needed: the first `channels` outputs get the shortcut added,
        the others follow as they are. ONNX Runtime keeps this in its blocked layout.
        """
        node = next(node for node in self.nodes if node.output[0] == value)
        self.nodes.remove(node)
        attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        arrays = [self._array(name) for name in node.input[1:]]
        first, rest = (self.op("Conv", node.input[0], *(self.constant(array[part]) for array in arrays), **attributes)
                       for part in (slice(None, channels), slice(channels, None)))
        return self.op("Concat", self.op("Add", first, shortcut), rest, axis=1)

    def _array(self, name: str) -> np.ndarray:
        return numpy_helper.to_array(next(tensor for tensor in self.initializers if tensor.name == name))

    def output(self, value: str, name: str) -> None:
        """Gives `value` its public name."""
        for node in self.nodes:
            node.input[:] = [name if item == value else item for item in node.input]
            node.output[:] = [name if item == value else item for item in node.output]

    def model(self, name: str, inputs: dict[str, list], outputs: dict[str, list]) -> onnx.ModelProto:
        """A checked model. A dimension is a number, or a name when it is free."""
        used = {item for node in self.nodes for item in node.input}
        kept = [tensor for tensor in self.initializers if tensor.name in used]
        graph = helper.make_graph(self.nodes, name, values_info(inputs), values_info(outputs), kept)
        return finish(graph)


def finish(graph: onnx.GraphProto) -> onnx.ModelProto:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
                              producer_name=PRODUCER, producer_version="1")
    onnx.checker.check_model(model, full_check=True)
    return model


def values_info(shapes: dict[str, list]) -> list[onnx.ValueInfoProto]:
    """Descriptions of float32 inputs or outputs."""
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]


def serialize(model: onnx.ModelProto) -> bytes:
    return model.SerializeToString(deterministic=True)
