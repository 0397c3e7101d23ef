"""Reads a .tflite file into plain Python values: constants, shapes and a list of operators."""

from dataclasses import dataclass, field
from pathlib import Path

import flatbuffers.flexbuffers as flexbuffers
import numpy as np
import tflite

# Our name of each TensorFlow Lite operator option -> the accessor of the generated class.
_OPTIONS = {
    "CONV_2D": (tflite.Conv2DOptions, {"padding": "Padding", "stride_h": "StrideH", "stride_w": "StrideW",
                                       "activation": "FusedActivationFunction"}),
    "DEPTHWISE_CONV_2D": (tflite.DepthwiseConv2DOptions, {"padding": "Padding", "stride_h": "StrideH",
                                                          "stride_w": "StrideW",
                                                          "activation": "FusedActivationFunction"}),
    "MAX_POOL_2D": (tflite.Pool2DOptions, {"padding": "Padding", "stride_h": "StrideH", "stride_w": "StrideW",
                                           "filter_h": "FilterHeight", "filter_w": "FilterWidth",
                                           "activation": "FusedActivationFunction"}),
    "ADD": (tflite.AddOptions, {"activation": "FusedActivationFunction"}),
    "MUL": (tflite.MulOptions, {"activation": "FusedActivationFunction"}),
    "RESIZE_BILINEAR": (tflite.ResizeBilinearOptions, {"align_corners": "AlignCorners",
                                                       "half_pixel": "HalfPixelCenters"}),
}
_DTYPES = {tflite.TensorType.FLOAT32: np.float32, tflite.TensorType.FLOAT16: np.float16,
           tflite.TensorType.INT32: np.int32}
_OPERATOR_NAMES = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}


@dataclass
class Operator:
    """One operator. `inputs` and `outputs` are tensor numbers of the file."""

    kind: str
    inputs: list[int]
    outputs: list[int]
    options: dict = field(default_factory=dict)


@dataclass
class TfliteFile:
    """A model with one graph. Half-precision constants are widened to 32 bits, so DEQUANTIZE never appears."""

    constants: dict[int, np.ndarray]
    shapes: dict[int, list[int]]
    names: dict[int, str]
    operators: list[Operator]
    input: int
    outputs: list[int]


def read_tflite(path: Path) -> TfliteFile:
    model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
    graph = model.Subgraphs(0)
    constants, shapes, names = {}, {}, {}
    for number in range(graph.TensorsLength()):
        tensor = graph.Tensors(number)
        shapes[number] = tensor.ShapeAsNumpy().tolist() if tensor.ShapeLength() else []
        names[number] = tensor.Name().decode()
        buffer = model.Buffers(tensor.Buffer())
        if buffer.DataLength():
            values = np.frombuffer(buffer.DataAsNumpy().tobytes(), _DTYPES[tensor.Type()])
            wide = np.int64 if values.dtype == np.int32 else np.float32
            constants[number] = values.astype(wide).reshape(shapes[number])
    operators = []
    for number in range(graph.OperatorsLength()):
        operator = _read_operator(model, graph.Operators(number))
        if operator.kind == "DEQUANTIZE":
            constants[operator.outputs[0]] = constants[operator.inputs[0]]
        else:
            operators.append(operator)
    return TfliteFile(constants, shapes, names, operators, int(graph.Inputs(0)), graph.OutputsAsNumpy().tolist())


def _read_operator(model, raw) -> Operator:
    code = model.OperatorCodes(raw.OpcodeIndex())
    # Old files keep the number in the deprecated byte, new ones in the wide field.
    kind = _OPERATOR_NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
    inputs, outputs = raw.InputsAsNumpy().tolist(), raw.OutputsAsNumpy().tolist()
    if kind == "CUSTOM":
        return Operator(code.CustomCode().decode(), inputs, outputs, _custom_options(raw))
    if kind not in _OPTIONS:
        return Operator(kind, inputs, outputs)
    table_class, accessors = _OPTIONS[kind]
    table = table_class()
    table.Init(raw.BuiltinOptions().Bytes, raw.BuiltinOptions().Pos)
    return Operator(kind, inputs, outputs, {key: getattr(table, get)() for key, get in accessors.items()})


def _custom_options(raw) -> dict:
    """Numbers and lists of numbers of a FlexBuffers map."""
    if not raw.CustomOptionsLength():
        return {}
    entries = flexbuffers.GetRoot(bytearray(raw.CustomOptionsAsNumpy())).AsMap
    options = {}
    for index in range(len(entries)):
        key, value = entries.Keys[index].AsKey, entries.Values[index]
        if value.IsTypedVector:
            options[key] = [item.Value for item in value.AsTypedVector]
        elif value.IsVector:
            options[key] = [item.Value for item in value.AsVector]
        else:
            options[key] = value.Value
    return options
