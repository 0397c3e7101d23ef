"""The dlib recogniser: weights out of the published .dat file by their byte offsets, layers as dlib runs them."""

import json
from pathlib import Path

import numpy as np
import onnx

from .graph_builder import GraphBuilder

OFFSETS = Path(__file__).parent.parent / "data" / "dlib_resnet_offsets.json"
_SIDE = 150
# (channels, halves the size) of the 14 residual blocks.
_BLOCKS = ([(32, False)] * 3 + [(64, True)] + [(64, False)] * 3 + [(128, True)] + [(128, False)] * 2 + [(256, True)]
           + [(256, False)] * 2 + [(256, True)])


class _Weights:
    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self._places = {entry["name"]: entry for entry in json.loads(OFFSETS.read_text())["tensors"]}

    def __getitem__(self, name: str) -> np.ndarray:
        place = self._places[name]
        return np.frombuffer(self._data, "<f4", place["floats"], place["byte_offset"])

    def convolution(self, name: str, scale_name: str, outputs: int, inputs: int, kernel: int):
        """Weights and biases with the channel scale and shift that follow folded in."""
        values, (scale, shift) = self[name], self[scale_name].reshape(2, outputs)
        count = outputs * inputs * kernel * kernel
        weights = values[:count].reshape(outputs, inputs, kernel, kernel) * scale[:, None, None, None]
        return weights, values[count:] * scale + shift


def dlib_recogniser(path: Path) -> onnx.ModelProto:
    weights, builder = _Weights(path), GraphBuilder()

    def convolution(value: str, parts, stride: int, padding: int) -> str:
        kernel = list(parts[0].shape[2:])
        return builder.op("Conv", value, builder.constant(parts[0]), builder.constant(parts[1]), kernel_shape=kernel,
                          strides=[stride] * 2, pads=[padding] * 4)

    value = builder.op("Relu", convolution("image", weights.convolution("conv", "aff", 32, 3, 7), 2, 0))
    value = builder.op("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    side, channels = (((_SIDE - 7) // 2 + 1) - 3) // 2 + 1, 32
    for index, (width, halves) in enumerate(_BLOCKS):
        first = weights.convolution(f"blocks.{index}.c1", f"blocks.{index}.a1", width, channels, 3)
        second = weights.convolution(f"blocks.{index}.c2", f"blocks.{index}.a2", width, width, 3)
        inner = builder.op("Relu", convolution(value, first, 2 if halves else 1, 0 if halves else 1))
        inner, inner_side = convolution(inner, second, 1, 1), (side - 3) // 2 + 1 if halves else side
        if halves:
            value, side = builder.op("AveragePool", value, kernel_shape=[2, 2], strides=[2, 2]), side // 2
        # dlib adds unequal shapes by padding the smaller one with zeros behind, below and on the right.
        missing = side - inner_side
        if width > channels and not missing:
            value = builder.add_widened(inner, value, channels)
        else:
            pads = (builder.ints(0, 0, 0, 0, 0, *last) for last in ((width - channels, 0, 0), (0, missing, missing)))
            value, inner = (builder.op("Pad", part, pad) if needed else part for part, pad, needed in zip(
                (value, inner), pads, (width > channels, missing)))
            value = builder.op("Add", inner, value)
        value, channels = builder.op("Relu", value), width
    mean = builder.op("ReduceMean", value, axes=[2, 3], keepdims=0)
    builder.output(builder.op("MatMul", mean, builder.constant(weights["fc"].reshape(256, 128))), "embedding")
    return builder.model("dlib_face_recognition_resnet_v1", {"image": ["N", 3, _SIDE, _SIDE]},
                         {"embedding": ["N", 128]})
