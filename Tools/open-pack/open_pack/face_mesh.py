"""The two face meshes. The 478-point file brings three operators of its own, written here with standard ones.

A transform of a refined region is kept as a pair of ONNX values: the transposed 2x2 matrix (N,2,2) and the shift
(N,1,2), so that points are rows and `point @ matrix + shift` moves them from the region's 16x16 grid to the map.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from .graph_builder import GraphBuilder
from .tflite_file import Operator, read_tflite
from .tflite_to_onnx import TfliteConverter

_SIDE = 192
_MESH_POINTS = 468
_EYE_CONTOUR = 16  # an eye's list of points starts with its contour


def face_mesh_468(path: Path) -> onnx.ModelProto:
    converter = TfliteConverter(read_tflite(path), "image")
    converter.run()
    builder = converter.builder
    mesh, presence = (converter.values[number] for number in converter.source.outputs)
    builder.output(builder.op("Reshape", mesh, builder.ints(0, _MESH_POINTS, 3)), "points")
    builder.output(builder.op("Reshape", presence, builder.ints(0, 1)), "presence")
    return builder.model("face_mesh_468", {"image": ["N", 3, _SIDE, _SIDE]},
                         {"points": ["N", _MESH_POINTS, 3], "presence": ["N", 1]})


def face_mesh_478(path: Path) -> onnx.ModelProto:
    source = read_tflite(path)
    converter = TfliteConverter(source, "image", {
        "Landmarks2TransformMatrix": _landmarks_to_matrix, "TransformTensorBilinear": _transform_map,
        "TransformLandmarks": _transform_points, "MUL": _multiply, "RESHAPE": _reshape,
        "STRIDED_SLICE": lambda converter, operator: converter.values[operator.inputs[0]]})
    converter.run()
    builder = converter.builder
    outputs = {source.names[number]: converter.values[number] for number in source.outputs}
    subsets = [operator.options["subset_idxs"] for operator in source.operators if "subset_idxs" in operator.options]
    builder.output(_assemble(builder, outputs, subsets), "points")
    builder.output(builder.op("Reshape", outputs["conv_faceflag"], builder.ints(0, 1)), "presence")
    return builder.model("face_mesh_478", {"image": ["N", 3, _SIDE, _SIDE]},
                         {"points": ["N", _MESH_POINTS + 10, 3], "presence": ["N", 1]})


def _assemble(builder: GraphBuilder, outputs: dict[str, str], subsets: list[list[int]]) -> str:
    """The refined x and y replace the mesh's, z stays; an iris takes the mean z of its eye's contour."""
    def rows(name: str, columns: int) -> str:
        return builder.op("Reshape", outputs[name], builder.ints(0, -1, columns))

    mesh = rows("output_mesh_identity", 3)
    xy, z = _columns(builder, mesh, 0, 2), _columns(builder, mesh, 2, 3)
    refined = [rows(name, 2) for name in ("output_lips", "output_left_eye", "output_right_eye")]
    choice, offset = np.arange(_MESH_POINTS), _MESH_POINTS
    for subset in subsets:
        choice[subset] = offset + np.arange(len(subset))
        offset += len(subset)
    points = builder.op("Gather", builder.op("Concat", xy, *refined, axis=1), builder.ints(*choice), axis=1)

    def iris(name: str, subset: list[int]) -> str:
        contour = builder.op("Gather", z, builder.ints(*subset[:_EYE_CONTOUR]), axis=1)
        depth = builder.op("ReduceMean", contour, axes=[1], keepdims=1)
        depths = builder.op("Concat", *[depth] * 5, axis=1)
        return builder.op("Concat", rows(name, 2), depths, axis=2)

    return builder.op("Concat", builder.op("Concat", points, z, axis=2), iris("output_left_iris", subsets[1]),
                      iris("output_right_iris", subsets[2]), axis=1)


def _columns(builder: GraphBuilder, value: str, start: int, end: int) -> str:
    return builder.op("Slice", value, builder.ints(start), builder.ints(end), builder.ints(2))


def _reshape(converter: TfliteConverter, operator: Operator) -> str:
    shape = converter.source.shapes[operator.outputs[0]]
    return converter.builder.op("Reshape", converter.values[operator.inputs[0]],
                                converter.builder.ints(0, *shape[1:]))


def _multiply(converter: TfliteConverter, operator: Operator):
    value, factor = converter.values[operator.inputs[0]], converter.constant(operator.inputs[1])
    builder = converter.builder
    if not isinstance(value, tuple):
        return builder.op("Mul", value, builder.constant(factor))
    factor = factor.reshape(4, 4)
    return (builder.op("Mul", value[0], builder.constant(factor[:2, :2].T[None])),
            builder.op("Mul", value[1], builder.constant(factor[None, None, :2, 3])))


def _landmarks_to_matrix(converter: TfliteConverter, operator: Operator) -> tuple[str, str]:
    """Turns the region level, takes its box, and gives the way from the 16x16 grid back to the map."""
    options, builder = operator.options, converter.builder
    if options["target_rotation_radians"] != 0:
        raise ValueError("Landmarks2TransformMatrix is supported without a target rotation only")
    points = _columns(builder, converter.values[operator.inputs[0]], 0, 2)
    ends = [builder.op("Gather", points, builder.ints(options[f"{side}_rotation_idx"]), axis=1)
            for side in ("left", "right")]
    line = builder.op("Sub", ends[1], ends[0])
    length = builder.op("ReduceL2", line, axes=[2], keepdims=1)
    direction = builder.op("Div", line, length)
    cosine, sine = _columns(builder, direction, 0, 1), _columns(builder, direction, 1, 2)
    level = builder.op("Concat", builder.op("Concat", cosine, builder.op("Neg", sine), axis=2),
                       builder.op("Concat", sine, cosine, axis=2), axis=1)
    back = builder.op("Transpose", level, perm=[0, 2, 1])
    turned = builder.op("MatMul", builder.op("Gather", points, builder.ints(*options["subset_idxs"]), axis=1), level)
    high = builder.op("ReduceMax", turned, axes=[1], keepdims=1)
    low = builder.op("ReduceMin", turned, axes=[1], keepdims=1)
    grid = np.array([options["output_width"], options["output_height"]], np.float64)
    growth = np.array([options["scale_x"], options["scale_y"]], np.float64) / grid
    size = builder.op("Mul", builder.op("Sub", high, low), builder.constant(growth.reshape(1, 1, 2)))
    middle = builder.op("Mul", builder.op("Add", high, low), builder.constant(0.5))
    matrix = builder.op("Mul", back, builder.op("Transpose", size, perm=[0, 2, 1]))
    centre = builder.op("MatMul", middle, back)
    shift = builder.op("Sub", centre, builder.op("MatMul", builder.constant((grid / 2).reshape(1, 1, 2)), matrix))
    return matrix, shift


def _transform_map(converter: TfliteConverter, operator: Operator) -> str:
    """Bilinear samples at the transformed cell centres; a position outside the map gives 0."""
    (matrix, shift), builder = converter.values[operator.inputs[1]], converter.builder
    _, height, width, _ = converter.source.shapes[operator.inputs[0]]
    rows, columns = operator.options["output_height"], operator.options["output_width"]
    y, x = np.mgrid[:rows, :columns] + 0.5
    cells = builder.constant(np.stack([x, y], -1).reshape(1, -1, 2))
    moved = builder.op("Add", builder.op("MatMul", cells, matrix), shift)
    position = builder.op("Sub", moved, builder.constant(0.5))
    last = np.array([width - 1, height - 1], np.float64)
    nearest = builder.op("Max", builder.op("Min", position, builder.constant(last)), builder.constant([0, 0]))
    inside = builder.op("Cast", builder.op("Equal", position, nearest), to=TensorProto.FLOAT)
    both = builder.op("ReduceMin", inside, axes=[2], keepdims=0)
    unit = builder.op("Sub", builder.op("Mul", position, builder.constant(2 / last)), builder.constant(1))
    samples = builder.op("GridSample", converter.values[operator.inputs[0]],
                         builder.op("Reshape", unit, builder.ints(0, rows, columns, 2)), mode="bilinear",
                         padding_mode="zeros", align_corners=1)
    return builder.op("Mul", samples, builder.op("Reshape", both, builder.ints(0, 1, rows, columns)))


def _transform_points(converter: TfliteConverter, operator: Operator) -> str:
    matrix, shift = converter.values[operator.inputs[1]]
    moved = converter.builder.op("MatMul", converter.values[operator.inputs[0]], matrix)
    return converter.builder.op("Add", moved, shift)
