"""python -m open_pack.convert ID SOURCE TARGET: one published model file becomes one ONNX file of the pack."""

import sys
from pathlib import Path

from .content_gate import open_nsfw
from .detectors import blazeface_full_range, centerface
from .face_mesh import face_mesh_468, face_mesh_478
from .graph_builder import serialize
from .occluder_int8 import occluder_int8
from .pack import atomic_write
from .recogniser import dlib_recogniser
from .upscaler import realesrgan_x4plus

CONVERSIONS = {
    "centerface": centerface,
    "blazeface_full_range": blazeface_full_range,
    "face_mesh_478": face_mesh_478,
    "face_mesh_468": face_mesh_468,
    "dlib_face_recognition_resnet_v1": dlib_recogniser,
    "open_nsfw": open_nsfw,
    "likeness_occluder_128_int8": occluder_int8,
    "realesrgan-x4plus": realesrgan_x4plus,
}


def main() -> None:
    identifier, source, target = sys.argv[1:]
    atomic_write(Path(target), serialize(CONVERSIONS[identifier](Path(source))))


if __name__ == "__main__":
    main()
