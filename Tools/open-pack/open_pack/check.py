"""python -m open_pack.check MODELS OCCLUDER: holds every model against data/check_values.json under ONNX Runtime."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime

from .pack import load_pack

_VALUES = Path(__file__).resolve().parent.parent / "data" / "check_values.json"
_DLIB_MEAN = np.array([122.782, 117.001, 104.298], np.float32)[:, None, None]
_CAFFE_MEAN = np.array([104, 117, 123], np.float32)

# (what is compared, expected, found)
Comparison = tuple[str, object, object]


def pattern(height: int, width: int) -> np.ndarray:
    """The test picture, (1,3,H,W) RGB 0..255: a formula of row and column, the same in every language."""
    row, column = np.mgrid[:height, :width]
    channels = [(7 * row + 3 * column) % 256, (5 * row + 11 * column) % 256, (2 * row + 13 * column) % 256]
    return np.stack(channels).astype(np.float32)[None]


def outputs(path: Path, picture: np.ndarray) -> dict[str, np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: picture})
    return {info.name: value for info, value in zip(session.get_outputs(), found)}


def centerface(path: Path, values: dict) -> Iterator[Comparison]:
    found = outputs(path, pattern(64, 96))
    yield "highest heat", values["heatmap_max"], found["heatmap"].max()
    yield "first row of the heat map", values["heatmap_first_row_of_24"], found["heatmap"][0, 0, 0]
    for name in ("scale", "offset", "landmarks"):
        yield f"{name} of the first cell", values[f"{name}_0_0"], found[name][0, :, 0, 0]


def blazeface(path: Path, values: dict) -> Iterator[Comparison]:
    found = outputs(path, pattern(192, 192) / 127.5 - 1)
    yield "first box", values["regressor_row0"], found["boxes"][0, 0]
    yield "highest logit", values["max_logit"], found["logits"].max()
    yield "its anchor", values["argmax"], found["logits"].argmax()


def face_mesh_468(path: Path, values: dict) -> Iterator[Comparison]:
    found = outputs(path, pattern(192, 192) / 255)
    yield "first 10 points", values["first_30_of_1404"], found["points"].reshape(-1)[:30]
    yield "presence", values["presence_logit"], found["presence"][0, 0]


def face_mesh_478(path: Path, values: dict) -> Iterator[Comparison]:
    found = outputs(path, pattern(192, 192) / 255)
    for number, point in values["points"].items():
        yield f"point {number}", point, found["points"][0, int(number)]
    yield "presence", values["presence"], found["presence"][0, 0]


def recogniser(path: Path, values: dict) -> Iterator[Comparison]:
    found = outputs(path, (pattern(150, 150) - _DLIB_MEAN) / 256)
    yield "embedding", values["output"], found["embedding"][0]


def content_gate(path: Path, values: dict) -> Iterator[Comparison]:
    found = outputs(path, pattern(224, 224)[:, ::-1].transpose(0, 2, 3, 1) - _CAFFE_MEAN)
    yield "probabilities", values["output"], found["probabilities"][0]


def occluder(path: Path, values: dict) -> Iterator[Comparison]:
    visible = outputs(path, pattern(128, 128) / 255)["visible"][0, 0]
    yield "mean", values["mean"], visible.mean()
    for place, value in values["values"].items():
        row, column = map(int, place.split(","))
        yield f"row {row}, column {column}", value, visible[row, column]


def upscaler(path: Path, values: dict) -> Iterator[Comparison]:
    picture = outputs(path, pattern(24, 32) / 255)["output"][0]
    for plane, name in enumerate(("red", "green", "blue")):
        yield f"mean of {name}", values["means"][plane], picture[plane].mean()
        for place, value in values[name].items():
            row, column = map(int, place.split(","))
            yield f"{name}, row {row}, column {column}", value, picture[plane, row, column]


# file -> (key of the check values, check)
CHECKS = {
    "centerface.onnx": ("centerface", centerface),
    "blazeface_full_range.onnx": ("face_detection_full_range", blazeface),
    "face_mesh_478.onnx": ("face_mesh_478", face_mesh_478),
    "face_mesh_468.onnx": ("face_landmark_468", face_mesh_468),
    "dlib_face_recognition_resnet_v1.onnx": ("dlib_face_recognition_resnet_model_v1", recogniser),
    "open_nsfw.onnx": ("open_nsfw", content_gate),
    "likeness_occluder_128.onnx": ("likeness_occluder_128", occluder),
    "likeness_occluder_128_int8.onnx": ("likeness_occluder_128_int8", occluder),
    "realesrgan-x4plus.onnx": ("realesrgan-x4plus", upscaler),
}


def main() -> int:
    models, occluder_path = map(Path, sys.argv[1:])
    values = json.loads(_VALUES.read_text())
    optional = {Path(file.path).name for file in load_pack().files if file.optional}
    missed = 0
    for name, (key, comparisons) in CHECKS.items():
        path = occluder_path if name == occluder_path.name else models / name
        if name in optional and not path.is_file():
            continue
        tolerance, largest = values[key]["tolerance"], 0.0
        for what, expected, found in comparisons(path, values[key]):
            difference = float(np.abs(np.asarray(found, np.float64) - np.asarray(expected, np.float64)).max())
            largest = max(largest, difference)
            # Written so that NaN misses too.
            if not difference <= tolerance:
                missed += 1
                print(f"  {name}: {what} misses its check value by {difference:.6g} (tolerance {tolerance:g})\n"
                      f"    expected {np.asarray(expected).tolist()}\n    found    {np.asarray(found).tolist()}")
        print(f"  {name}: largest difference {largest:.2g}, tolerance {tolerance:g}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
