"""The occlusion mask in 8 bits, for processors: the committed 32-bit network with weights and activations rounded.

Weights are signed and scaled per output channel; they use 7 of the 8 bits, because the products of full 8-bit values
overflow the 16-bit sums of AVX2. Activations are unsigned, from 0 to the limits of `data/occluder_limits.json`, so that
rounding does the rectification as well. The first convolution and the last one stay in 32 bits.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .graph_builder import GraphBuilder

_LIMITS = Path(__file__).resolve().parent.parent / "data" / "occluder_limits.json"
_SIDE = 128
_WEIGHT_LIMIT = 63
# Convolutions that see the doubled layer below joined with an earlier layer: number -> number of the earlier layer.
_JOINED = {10: 6, 11: 4, 12: 2, 13: 0}


def occluder_int8(path: Path) -> onnx.ModelProto:
    layers = _layers(onnx.load(path).graph)
    builder = GraphBuilder()
    limits = json.loads(_LIMITS.read_text())["limits"]
    scales = [np.float32(limit / 255) for limit in limits]
    zero = builder.constant(0, np.uint8)

    def plain(value: str, layer: tuple) -> str:
        weights, bias, attributes = layer
        return builder.op("Conv", value, builder.constant(weights), builder.constant(bias), **attributes)

    centred = builder.op("Sub", builder.op("Mul", "crop", builder.constant(2)), builder.constant(1))
    first = builder.op("Relu", plain(centred, layers[0]))
    values = [builder.op("QuantizeLinear", first, builder.constant(scales[0]), zero)]
    for number in range(1, len(layers) - 1):
        value, weights = values[-1], layers[number][0]
        if number in _JOINED:
            earlier = _JOINED[number]
            value = builder.op("Concat", _doubled(builder, value, builder.constant(scales[number - 1]), zero),
                               values[earlier], axis=1)
            # Both parts keep their own scale: what the second one's differs by goes into the weights.
            own = layers[number - 1][0].shape[0]
            weights = np.concatenate([weights[:, :own], weights[:, own:] * (scales[earlier] / scales[number - 1])], 1)
        values.append(_rounded_convolution(builder, value, weights, layers[number], scales[number - 1],
                                           scales[number], zero))
    last = builder.op("DequantizeLinear", values[-1], builder.constant(scales[-1]), zero)
    builder.output(builder.op("Sigmoid", plain(last, layers[-1])), "visible")
    return builder.model("likeness_occluder_128_int8", {"crop": ["N", 3, _SIDE, _SIDE]},
                         {"visible": ["N", 1, _SIDE, _SIDE]})


def _layers(graph: onnx.GraphProto) -> list[tuple[np.ndarray, np.ndarray, dict]]:
    """Weights, biases and attributes of the convolutions, in their order."""
    arrays = {tensor.name: numpy_helper.to_array(tensor).astype(np.float32) for tensor in graph.initializer}
    arrays |= {node.output[0]: arrays[node.input[0]] for node in graph.node if node.op_type == "Cast"}
    return [(arrays[node.input[1]], arrays[node.input[2]],
             {item.name: helper.get_attribute_value(item) for item in node.attribute})
            for node in graph.node if node.op_type == "Conv"]


def _doubled(builder: GraphBuilder, value: str, scale: str, zero: str) -> str:
    """Twice the size, bilinear. In 32 bits, because ONNX Runtime's Resize is slower in 8."""
    wide = builder.op("Resize", builder.op("DequantizeLinear", value, scale, zero), "",
                      builder.constant([1, 1, 2, 2]), mode="linear", coordinate_transformation_mode="half_pixel")
    return builder.op("QuantizeLinear", wide, scale, zero)


def _rounded_convolution(builder: GraphBuilder, value: str, weights: np.ndarray, layer: tuple,
                         input_scale: np.float32, output_scale: np.float32, zero: str) -> str:
    _, bias, attributes = layer
    scale = (np.abs(weights).max(axis=(1, 2, 3)) / np.float32(_WEIGHT_LIMIT)).astype(np.float32)
    rounded = np.rint(weights / scale[:, None, None, None])
    return builder.op(
        "QLinearConv", value, builder.constant(input_scale), zero, builder.constant(rounded, np.int8),
        builder.constant(scale), builder.constant(np.zeros(len(scale)), np.int8), builder.constant(output_scale), zero,
        builder.constant(np.rint(bias / (input_scale * scale)), np.int32), **attributes)
