"""The two face meshes: 468 points, and 478 with refined lips, eyes and irises."""

from pathlib import Path

import numpy as np
import onnx

from .refined_regions import RefinedRegions
from .tflite_file import read_tflite
from .tflite_to_onnx import TfliteConverter

_SIDE = 192
_MESH_POINTS = 468
_IRIS_POINTS = 5
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
    regions = RefinedRegions(source)
    converter = TfliteConverter(source, "image", regions.handlers)
    converter.run()
    builder = converter.builder
    outputs = {source.names[number]: converter.values[number] for number in source.outputs}
    mesh = builder.op("Reshape", outputs["output_mesh_identity"], builder.ints(0, _MESH_POINTS, 3))
    xy = _refined_xy(builder, mesh, regions, outputs)
    builder.output(builder.op("Concat", xy, _depths(builder, mesh, regions.subsets), axis=2), "points")
    builder.output(builder.op("Reshape", outputs["conv_faceflag"], builder.ints(0, 1)), "presence")
    return builder.model("face_mesh_478", {"image": ["N", 3, _SIDE, _SIDE]},
                         {"points": ["N", _MESH_POINTS + 2 * _IRIS_POINTS, 3], "presence": ["N", 1]})


def _refined_xy(builder, mesh: str, regions: RefinedRegions, outputs: dict) -> str:
    """x and y of all points: the refined ones replace the mesh's, the irises follow behind."""
    rows = [[outputs["output_lips"]]] + [[outputs[f"output_{side}_eye"], outputs[f"output_{side}_iris"]]
                                         for side in ("left", "right")]
    refined, width = regions.points(rows)
    choice = np.arange(_MESH_POINTS)
    irises = []
    for region, subset in enumerate(regions.subsets):
        first = _MESH_POINTS + region * width
        choice[subset] = first + np.arange(len(subset))
        if region > 0:
            irises.extend(first + len(subset) + np.arange(_IRIS_POINTS))
    xy = builder.columns(mesh, 0, 2)
    return builder.op("Gather", builder.op("Concat", xy, refined, axis=1), builder.ints(*choice, *irises), axis=1)


def _depths(builder, mesh: str, subsets: list[list[int]]) -> str:
    """z of all points: the mesh's; an iris takes the mean of its eye's contour."""
    z = builder.columns(mesh, 2, 3)
    contours = builder.constant([subset[:_EYE_CONTOUR] for subset in subsets[1:]], np.int64)
    means = builder.op("ReduceMean", builder.op("Gather", z, contours, axis=1), axes=[2], keepdims=0)
    irises = builder.op("Gather", means, builder.ints(*[0] * _IRIS_POINTS, *[1] * _IRIS_POINTS), axis=1)
    return builder.op("Concat", z, irises, axis=1)
