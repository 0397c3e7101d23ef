"""Real-ESRGAN x4plus: weights out of ncnn's .bin file, layers as ncnn's .param beside it lists them.

The weights stay in 16 bits in the file; the runtime widens them (and folds the factors of the shortcuts into them) once,
when it loads the model. All sizes but the three colours are free.
"""

from pathlib import Path

import numpy as np
import onnx

from .graph_builder import GraphBuilder

_HALF = 0x01306B47  # ncnn's mark of weights in 16 bits
_BLOCKS, _WIDTH, _GROWTH = 23, 64, 32
_SHORTCUT = 0.2
_SLOPE = 0.2


class _Weights:
    """The convolutions of the file in their order: mark, weights in 16 bits, biases in 32."""

    def __init__(self, path: Path) -> None:
        self._data, self._place = path.read_bytes(), 0

    def next(self, outputs: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
        count = outputs * inputs * 9
        mark = int(self._take("<u4", 1)[0])
        if mark != _HALF:
            raise ValueError(f"weights at byte {self._place - 4} have the mark {mark:#x} instead of {_HALF:#x}")
        weights = self._take("<f2", count)
        self._place = (self._place + 3) // 4 * 4
        return weights.reshape(outputs, inputs, 3, 3), self._take("<f4", outputs)

    def finish(self) -> None:
        if self._place != len(self._data):
            raise ValueError(f"{len(self._data) - self._place} bytes are left over")

    def _take(self, kind: str, count: int) -> np.ndarray:
        values = np.frombuffer(self._data, kind, count, self._place)
        self._place += values.nbytes
        return values


def realesrgan_x4plus(path: Path) -> onnx.ModelProto:
    weights, builder = _Weights(path), GraphBuilder()

    def convolution(value: str, outputs: int, inputs: int, rectified: bool = False, factor: float = 1) -> str:
        kernel, bias = weights.next(outputs, inputs)
        wide = builder.op("Cast", builder.constant(kernel, np.float16), to=onnx.TensorProto.FLOAT)
        if factor != 1:
            wide, bias = builder.op("Mul", wide, builder.constant(factor)), bias * np.float32(factor)
        value = builder.op("Conv", value, wide, builder.constant(bias), kernel_shape=[3, 3], pads=[1] * 4)
        return builder.op("LeakyRelu", value, alpha=_SLOPE) if rectified else value

    def dense(value: str) -> str:
        """Four layers that each see all before them, a fifth that joins them, and the shortcut."""
        seen = [value]
        for number in range(4):
            joined = seen[0] if number == 0 else builder.op("Concat", *seen, axis=1)
            seen.append(convolution(joined, _GROWTH, _WIDTH + number * _GROWTH, rectified=True))
        last = convolution(builder.op("Concat", *seen, axis=1), _WIDTH, _WIDTH + 4 * _GROWTH, factor=_SHORTCUT)
        return builder.op("Add", last, value)

    def doubled(value: str) -> str:
        return builder.op("Resize", value, "", builder.constant([1, 1, 2, 2]), mode="nearest",
                          coordinate_transformation_mode="asymmetric", nearest_mode="floor")

    first = convolution("input", _WIDTH, 3)
    value = first
    for _ in range(_BLOCKS):
        inner = dense(dense(dense(value)))
        value = builder.op("Add", builder.op("Mul", inner, builder.constant(_SHORTCUT)), value)
    value = builder.op("Add", convolution(value, _WIDTH, _WIDTH), first)
    for _ in range(2):
        value = convolution(doubled(value), _WIDTH, _WIDTH, rectified=True)
    value = convolution(value, _WIDTH, _WIDTH, rectified=True)
    builder.output(convolution(value, 3, _WIDTH), "output")
    weights.finish()
    return builder.model("realesrgan-x4plus", {"input": ["N", 3, "H", "W"]}, {"output": ["N", 3, "4H", "4W"]})
