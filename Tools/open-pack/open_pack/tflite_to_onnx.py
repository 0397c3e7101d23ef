"""Turns the plain operators of a TensorFlow Lite graph (NHWC) into ONNX (NCHW)."""

from dataclasses import dataclass

import numpy as np

from .graph_builder import GraphBuilder
from .tflite_file import Operator, TfliteFile

_SAME = 0  # TensorFlow Lite's number of the padding rule SAME


class TfliteConverter:
    """Walks the operators in their order. `values` maps a tensor number to its ONNX name.

    Operators this class does not know are looked up in `custom`: kind -> function(converter, operator) -> value.
    """

    def __init__(self, source: TfliteFile, input_name: str, custom: dict | None = None) -> None:
        self.source = source
        self.builder = GraphBuilder()
        self.values: dict[int, object] = {source.input: input_name}
        self._custom = custom or {}

    def run(self) -> None:
        for operator in self.source.operators:
            self.values[operator.outputs[0]] = self._convert(operator)

    def constant(self, number: int) -> np.ndarray:
        return self.source.constants[number]

    def _convert(self, operator: Operator):
        if operator.kind in self._custom:
            return self._custom[operator.kind](self, operator)
        if operator.options.get("activation", 0) != 0:
            raise ValueError(f"{operator.kind} with a fused activation is not supported")
        if operator.kind not in _CONVERSIONS:
            raise ValueError(f"TensorFlow Lite operator {operator.kind} is not supported")
        return _CONVERSIONS[operator.kind](self, operator)


def _same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Rows (or columns) added before and after by TensorFlow's SAME rule."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _pads(converter: TfliteConverter, operator: Operator, kernel: tuple[int, int]) -> list[int]:
    if operator.options["padding"] != _SAME:
        return [0, 0, 0, 0]
    _, height, width, _ = converter.source.shapes[operator.inputs[0]]
    top, bottom = _same_padding(height, kernel[0], operator.options["stride_h"])
    left, right = _same_padding(width, kernel[1], operator.options["stride_w"])
    return [top, left, bottom, right]


def _convolution(converter: TfliteConverter, operator: Operator) -> str:
    weights = converter.constant(operator.inputs[1])
    depthwise = operator.kind == "DEPTHWISE_CONV_2D"
    weights = weights.transpose(3, 0, 1, 2) if depthwise else weights.transpose(0, 3, 1, 2)
    return converter.builder.op(
        "Conv", converter.values[operator.inputs[0]], converter.builder.constant(weights),
        converter.builder.constant(converter.constant(operator.inputs[2])),
        kernel_shape=list(weights.shape[2:]), strides=[operator.options["stride_h"], operator.options["stride_w"]],
        pads=_pads(converter, operator, weights.shape[2:]), group=weights.shape[0] if depthwise else 1)


def _max_pool(converter: TfliteConverter, operator: Operator) -> str:
    kernel = (operator.options["filter_h"], operator.options["filter_w"])
    return converter.builder.op(
        "MaxPool", converter.values[operator.inputs[0]], kernel_shape=list(kernel),
        strides=[operator.options["stride_h"], operator.options["stride_w"]],
        pads=_pads(converter, operator, kernel))


def _prelu(converter: TfliteConverter, operator: Operator) -> str:
    """y where y > 0, else slope * y, written as slope * y + (1 - slope) * max(y, 0).

    ONNX Runtime keeps convolutions in a blocked layout that its PRelu does not know; these steps stay in it, with
    the additions and most of the rectifications fused, which makes the face meshes two to three times as fast.
    """
    slope = converter.constant(operator.inputs[1]).reshape(-1, 1, 1, 1)
    value, builder = converter.values[operator.inputs[0]], converter.builder

    def scaled(source: str, factors: np.ndarray) -> str:
        return builder.op("Conv", source, builder.constant(factors), kernel_shape=[1, 1], group=len(factors))

    if slope.max() <= 1:
        positive = builder.op("Relu", scaled(value, 1 - slope))
    else:
        positive = scaled(builder.op("Relu", value), 1 - slope)
    return builder.op("Add", scaled(value, slope), positive)


def _relu(converter: TfliteConverter, operator: Operator) -> str:
    return converter.builder.op("Relu", converter.values[operator.inputs[0]])


def _add(converter: TfliteConverter, operator: Operator) -> str:
    values = [converter.values[number] for number in operator.inputs]
    for shortcut, value in (values, reversed(values)):
        if isinstance(shortcut, _Widened):
            return converter.builder.add_widened(value, shortcut.value, shortcut.channels)
    return converter.builder.op("Add", *values)


@dataclass
class _Widened:
    """A value that is to be padded with empty channels when it is added to a wider one."""

    value: str
    channels: int


def _pad(converter: TfliteConverter, operator: Operator) -> _Widened:
    """Only channels are padded in the files of the pack: a shortcut into a wider block."""
    rule = converter.constant(operator.inputs[1])
    if rule[:3].any() or rule[3, 0] != 0:
        raise ValueError("PAD is supported behind the channels only")
    return _Widened(converter.values[operator.inputs[0]], converter.source.shapes[operator.inputs[0]][3])


def _resize(converter: TfliteConverter, operator: Operator) -> str:
    if operator.options["align_corners"] or not operator.options["half_pixel"]:
        raise ValueError("RESIZE_BILINEAR is supported with half-pixel centres only")
    _, height, width, _ = converter.source.shapes[operator.inputs[0]]
    _, to_height, to_width, _ = converter.source.shapes[operator.outputs[0]]
    scales = converter.builder.constant([1, 1, to_height / height, to_width / width])
    return converter.builder.op("Resize", converter.values[operator.inputs[0]], "", scales, mode="linear",
                                coordinate_transformation_mode="half_pixel")


def _reshape(converter: TfliteConverter, operator: Operator) -> str:
    """A map becomes rows, one a cell; a value that is one cell high and wide needs no turning."""
    value, builder = converter.values[operator.inputs[0]], converter.builder
    source, target = (converter.source.shapes[number] for number in (operator.inputs[0], operator.outputs[0]))
    if len(source) == 4 and source[1:3] != [1, 1]:
        value = builder.op("Transpose", value, perm=[0, 2, 3, 1])
    return builder.op("Reshape", value, builder.ints(0, *target[1:]))


_CONVERSIONS = {
    "CONV_2D": _convolution, "DEPTHWISE_CONV_2D": _convolution, "MAX_POOL_2D": _max_pool, "PRELU": _prelu,
    "RELU": _relu, "ADD": _add, "PAD": _pad, "RESIZE_BILINEAR": _resize, "RESHAPE": _reshape,
}
