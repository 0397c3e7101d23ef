"""Makes the golden cases of a detector, a landmarker, a background remover and a colorizer:
python finders.py ../../Tests/ParityTests/Fixtures

Needs numpy, onnx and opencv-python-headless. Pictures are formulas, networks are tiny and made here; what is expected is
computed in numpy and OpenCV from the text of vision.md, without the program and without running the networks.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from enhancers import Case, absolute, picture, u8


def weights(rows, columns, size):
    index = np.arange(rows * columns, dtype=np.float64)
    return (size * np.sin(index * 1.7 + 0.3)).reshape(rows, columns).astype(np.float32)


def model(nodes, input_shape, outputs, constants):
    graph = helper.make_graph(
        nodes, "stand-in", [helper.make_tensor_value_info("input", TensorProto.FLOAT, input_shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString(deterministic=True)


def mean_pool(planes, side):
    count, height, width = planes.shape
    return planes.astype(np.float64).reshape(count, height // side, side, width // side, side).mean((2, 4))


# yolo_face: rows of 20 at 80 x 80, 40 x 40 and 20 x 20 cells, each from the mean colour of its cell.

YOLO_WEIGHTS = weights(20, 3, 40)
YOLO_WEIGHTS[4] = [0.9, -0.6, 0.5]
YOLO_SHIFT = np.array([120, 90, 40, 50, 0.15] + [110, 80, 0.5] * 5, np.float32).reshape(1, 20, 1)


def yolo_network():
    nodes = []
    for size in (8, 16, 32):
        nodes += [helper.make_node("AveragePool", ["input"], [f"p{size}"], kernel_shape=[size] * 2, strides=[size] * 2),
                  helper.make_node("Reshape", [f"p{size}", "flat"], [f"c{size}"])]
    nodes += [helper.make_node("Concat", ["c8", "c16", "c32"], ["cells"], axis=2),
              helper.make_node("MatMul", ["w", "cells"], ["m"]), helper.make_node("Add", ["m", "s"], ["output"])]
    return model(nodes, [1, 3, 640, 640], [("output", [1, 20, 8400])],
                 {"flat": np.array([1, 3, -1]), "w": YOLO_WEIGHTS, "s": YOLO_SHIFT})


def detector_case(root):
    frame, score = picture(100, 130), 0.55
    canvas = np.zeros((640, 640, 3), np.float32)
    canvas[:100, :130] = frame
    planes = (canvas / np.float32(255)).transpose(2, 0, 1)
    cells = np.concatenate([mean_pool(planes, size).reshape(3, -1) for size in (8, 16, 32)], 1)
    rows = (YOLO_WEIGHTS.astype(np.float64) @ cells + YOLO_SHIFT[0]).T
    assert np.abs(rows[:, 4] - score).min() > 1e-5, "a score lies on the threshold"
    kept = rows[rows[:, 4] > score]
    assert 5 < len(kept) < 400, len(kept)
    case = Case(root, "own_detect_yolo_face", "detect", ["yolo_face"],
                {"face_detector_score": score, "face_detector_margin": [0, 0, 0, 0], "face_detector_model": "yolo_face",
                 "face_detector_size": "640x640"}, "a frame smaller than the canvas through a stand-in")
    case.add("inputs", "frame", frame)
    half = kept[:, 2:4] / 2
    case.add("outputs", "boxes", np.concatenate([kept[:, :2] - half, kept[:, :2] + half], 1), absolute(0.02))
    case.add("outputs", "scores", kept[:, 4].copy(), absolute(0.0002))
    case.add("outputs", "points", kept[:, 5:].reshape(-1, 5, 3)[:, :, :2], absolute(0.02))
    case.close()


# 2dfan4: points from the mean colours of 4 x 4 squares, heatmaps that are flat.

FAN_WEIGHTS = weights(48, 204, 3)
FAN_SHIFT = np.linspace(10, 50, 204, dtype=np.float32).reshape(1, 204)
HEAT_WEIGHTS = np.abs(weights(68, 3, 0.5)).reshape(68, 3, 1, 1)


def fan_network():
    nodes = [helper.make_node("AveragePool", ["input"], ["p"], kernel_shape=[64, 64], strides=[64, 64]),
             helper.make_node("Reshape", ["p", "flat"], ["f"]), helper.make_node("MatMul", ["f", "w"], ["m"]),
             helper.make_node("Add", ["m", "s"], ["a"]), helper.make_node("Reshape", ["a", "form"], ["landmarks"]),
             helper.make_node("AveragePool", ["input"], ["q"], kernel_shape=[4, 4], strides=[4, 4]),
             helper.make_node("Conv", ["q", "h"], ["heatmaps"])]
    return model(nodes, [1, 3, 256, 256], [("landmarks", [1, 68, 3]), ("heatmaps", [1, 68, 64, 64])],
                 {"flat": np.array([1, 48]), "form": np.array([1, 68, 3]), "w": FAN_WEIGHTS, "s": FAN_SHIFT,
                  "h": HEAT_WEIGHTS})


def landmarker_case(root, name, frame, angle):
    box = np.array([28.5, 16.25, 99.0, 101.75])
    scale = 195 / max(box[2] - box[0], box[3] - box[1], 1)
    shift = (256 - (box[:2] + box[2:]) * scale) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    crop = cv2.warpAffine(frame, matrix, (256, 256))
    turn = cv2.getRotationMatrix2D((128, 128), angle, 1)
    crop = cv2.warpAffine(crop, turn, (256, 256))
    lab = cv2.cvtColor(crop, cv2.COLOR_RGB2Lab)
    if lab[:, :, 0].mean() < 30:
        lab[:, :, 0] = cv2.createCLAHE(clipLimit=2).apply(lab[:, :, 0])
    crop = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    planes = (crop.transpose(2, 0, 1) / np.float32(255)).astype(np.float32)
    flat = mean_pool(planes, 64).reshape(1, 48) @ FAN_WEIGHTS.astype(np.float64) + FAN_SHIFT
    points = flat.reshape(68, 3)[:, :2] / 64 * 256
    for m in (turn, matrix):
        points = cv2.transform(points[None], cv2.invertAffineTransform(m))[0]
    heat = np.einsum("oc,chw->ohw", HEAT_WEIGHTS[:, :, 0, 0].astype(np.float64), mean_pool(planes, 4))
    score = float(np.interp(heat.max((1, 2)).mean(), [0, 0.9], [0, 1]))
    case = Case(root, name, "landmark", ["2dfan4"],
                {"face_landmarker_model": "2dfan4", "face_angle": angle}, "68 points of a frame by a stand-in")
    case.add("inputs", "frame", frame)
    case.add("inputs", "bounding_box", box)
    case.add("outputs", "crop_after_light", crop, u8(2, 0.001), 4)
    case.add("outputs", "points", points, absolute(0.02))
    case.document["values"].append({"name": "score", "value": score, "tolerance": absolute(0.0005)})
    case.close()


# u2netp: how much of each pixel is subject, from its colour.

MATTE_WEIGHTS = np.array([0.3, -0.25, 0.2], np.float32).reshape(1, 3, 1, 1)


def matte_network():
    nodes = [helper.make_node("Conv", ["input", "w"], ["m"]), helper.make_node("Add", ["m", "s"], ["output"])]
    return model(nodes, [1, 3, 320, 320], [("output", [1, 1, 320, 320])],
                 {"w": MATTE_WEIGHTS, "s": np.array([0.45], np.float32)})


def background_case(root):
    frame = picture(70, 90)
    vision = (np.add.outer(np.arange(70) * 7, np.arange(90) * 5) % 256).astype(np.uint8)
    fill, despill = (20.0, 200.0, 90.0, 180.0), (0.0, 255.0, 0.0, 120.0)
    tensor = cv2.resize(frame, (320, 320))[:, :, ::-1] / 255.0
    tensor = ((tensor - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(2, 0, 1).astype(np.float32)
    matte = np.einsum("c,chw->hw", MATTE_WEIGHTS[0, :, 0, 0].astype(np.float64), tensor.astype(np.float64)) + 0.45
    mask = cv2.resize((matte.astype(np.float32).clip(0, 1) * np.float32(255)).astype(np.uint8), (90, 70))
    work = frame.astype(np.float32)
    color = despill[2::-1]
    for channel in range(3):
        weight = color[channel] / max(*color, 1)
        limit = np.minimum(work[:, :, channel], (work.sum(2) - work[:, :, channel]) / 2).astype(np.float64)
        old = work[:, :, channel].astype(np.float64)
        work[:, :, channel] = old + (limit - old) * (despill[3] / 255) * weight
    work = work.astype(np.uint8).astype(np.float32)
    share = ((1 - mask.astype(np.float32) / 255) * np.float32(fill[3] / 255))[:, :, None]
    result = (work * (1 - share) + np.array(fill[2::-1], np.float32) * share).astype(np.uint8)
    case = Case(root, "own_background_u2netp", "background", ["u2netp"],
                {"background_remover_model": "u2netp", "background_remover_fill_color": [int(v) for v in fill],
                 "background_remover_despill_color": [int(v) for v in despill]}, "a frame cut out by a stand-in")
    case.add("inputs", "frame", frame)
    case.add("inputs", "vision_mask", vision)
    case.add("outputs", "result", result, u8(2, 0.02))
    case.add("outputs", "vision_mask_result", np.minimum(mask, vision), u8(1, 0.01))
    case.close()


# ddcolor: a and b from the grey.

COLOR_WEIGHTS = np.array([[30, -20, 25], [-40, 15, 10]], np.float32).reshape(2, 3, 1, 1)


def color_network():
    return model([helper.make_node("Conv", ["input", "w"], ["output"])], [1, 3, "height", "width"],
                 [("output", [1, 2, "height", "width"])], {"w": COLOR_WEIGHTS})


def colorizer_case(root):
    frame, blend = picture(66, 82), 70
    grey = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2RGB)
    lab = cv2.cvtColor((grey / 255.0).astype(np.float32), cv2.COLOR_RGB2Lab)
    lab[:, :, 1:] = 0
    planes = cv2.resize(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), (192, 192)).transpose(2, 0, 1)
    raw = np.einsum("oc,chw->ohw", COLOR_WEIGHTS[:, :, 0, 0].astype(np.float64), planes).astype(np.float32)
    light = cv2.cvtColor((frame / 255.0).astype(np.float32), cv2.COLOR_BGR2Lab)[:, :, :1]
    colors = cv2.resize(raw.transpose(1, 2, 0), (82, 66))
    merged = cv2.cvtColor(np.concatenate([light, colors], 2), cv2.COLOR_Lab2BGR)
    merged = (merged * 255.0).round().astype(np.uint8)
    case = Case(root, "own_colorize_ddcolor", "colorize", ["ddcolor"],
                {"frame_colorizer_model": "ddcolor", "frame_colorizer_size": "192x192", "frame_colorizer_blend": blend},
                "a frame coloured by a stand-in")
    case.add("inputs", "frame", frame)
    case.add("outputs", "merged", merged, u8(1, 0.02))
    case.add("outputs", "result", cv2.addWeighted(frame, 1 - blend / 100, merged, blend / 100, 0), u8(1, 0.02))
    case.close()


def main():
    root = Path(sys.argv[1])
    standins = root / "standins"
    for name, content in {"yoloface_8n": yolo_network(), "2dfan4": fan_network(), "u2netp": matte_network(),
                          "ddcolor": color_network()}.items():
        (standins / f"{name}.onnx").write_bytes(content)
    detector_case(root)
    landmarker_case(root, "own_landmark_2dfan4", picture(120, 130), 0)
    landmarker_case(root, "own_landmark_2dfan4_dark", picture(120, 130) // 8, 90)
    background_case(root)
    colorizer_case(root)


if __name__ == "__main__":
    main()
