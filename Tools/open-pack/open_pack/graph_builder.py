"""Builds ONNX graphs node by node and writes them the same way on every machine."""

import hashlib
from pathlib import Path

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

    def op(self, kind: str, *inputs: str, **attributes) -> str:
        """Adds a node with one output and gives the output's name."""
        output = f"t{len(self.nodes)}"
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

    def output(self, value: str, name: str) -> None:
        """Gives `value` its public name."""
        for node in self.nodes:
            node.input[:] = [name if item == value else item for item in node.input]
            node.output[:] = [name if item == value else item for item in node.output]

    def model(self, name: str, inputs: dict[str, list], outputs: dict[str, list]) -> onnx.ModelProto:
        """A checked model. A dimension is a number, or a name when it is free."""
        graph = helper.make_graph(self.nodes, name, _values(inputs), _values(outputs), self.initializers)
        return finish(graph)


def finish(graph: onnx.GraphProto) -> onnx.ModelProto:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
                              producer_name=PRODUCER, producer_version="1")
    onnx.checker.check_model(model, full_check=True)
    return model


def values_info(shapes: dict[str, list]) -> list[onnx.ValueInfoProto]:
    return _values(shapes)


def _values(shapes: dict[str, list]) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]


def serialize(model: onnx.ModelProto) -> bytes:
    return model.SerializeToString(deterministic=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Writes beside the target and renames, so that no half-written file is ever seen under the final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
