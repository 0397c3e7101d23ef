"""The two face detectors."""

from pathlib import Path

import onnx

from .graph_builder import finish, values_info
from .tflite_file import read_tflite
from .tflite_to_onnx import TfliteConverter


def blazeface_full_range(path: Path) -> onnx.ModelProto:
    converter = TfliteConverter(read_tflite(path), "image")
    converter.run()
    names = {"reshaped_regressor_face_4": "boxes", "reshaped_classifier_face_4": "logits"}
    for number in converter.source.outputs:
        converter.builder.output(converter.values[number], names[converter.source.names[number]])
    return converter.builder.model("blazeface_full_range", {"image": ["N", 3, 192, 192]},
                                   {"boxes": ["N", 2304, 16], "logits": ["N", 2304, 1]})


def centerface(path: Path) -> onnx.ModelProto:
    """The file's input shape is a placeholder and its weights are listed as inputs: both are mended here."""
    graph = onnx.load(path).graph
    names = dict(zip([value.name for value in graph.output], ["heatmap", "scale", "offset", "landmarks"]))
    weights = {tensor.name for tensor in graph.initializer}
    names[next(value.name for value in graph.input if value.name not in weights)] = "image"
    nodes = []
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
        if node.op_type == "BatchNormalization":
            del node.attribute[[attribute.name for attribute in node.attribute].index("momentum")]
        nodes.append(node)
    inputs = values_info({"image": ["N", 3, "H", "W"]})
    outputs = values_info({"heatmap": ["N", 1, "H4", "W4"], "scale": ["N", 2, "H4", "W4"],
                           "offset": ["N", 2, "H4", "W4"], "landmarks": ["N", 10, "H4", "W4"]})
    return finish(onnx.helper.make_graph(nodes, "centerface", inputs, outputs, list(graph.initializer)))
