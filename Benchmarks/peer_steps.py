#!/usr/bin/env python3
"""The steps of `swift run -c release Kernels families` in numpy and OpenCV, one thread: best and middle of many runs.

Needs numpy and opencv-python-headless (a venv of its own; nothing else of this repository uses them). Written from the
formulas of the published program, with its libraries' calls where it makes them.
"""
import time

import cv2
import numpy as np

cv2.setNumThreads(1)


def bar(name, size, body):
    times = []
    stop = time.process_time() + 1.5
    while time.process_time() < stop or len(times) < 10:
        start = time.process_time()
        body()
        times.append(time.process_time() - start)
    times.sort()
    print(f"{name:34}{size:16}{times[0] * 1000:10.3f}{times[len(times) // 2] * 1000:11.3f}")


rng = np.random.default_rng(1)
frame = rng.integers(0, 255, (1080, 1920, 3), dtype=np.uint8)
frame = cv2.GaussianBlur(frame, (0, 0), 2)
face = np.array([[900, 420], [1050, 415], [975, 500], [915, 590], [1040, 585]], np.float32)
TEMPLATES = {
    "arcface_128": [[0.36167656, 0.40387734], [0.63696719, 0.40235469], [0.50019687, 0.56044219],
                    [0.38710391, 0.72160547], [0.61507734, 0.72034453]],
    "arcface_112_v2": [[0.34191607, 0.46157411], [0.65653393, 0.45983393], [0.500225, 0.64050536],
                       [0.37097589, 0.82469196], [0.63151696, 0.82325089]],
    "ffhq_512": [[0.37691676, 0.46864664], [0.62285697, 0.46912813], [0.50123859, 0.61331904],
                 [0.39308822, 0.72541100], [0.61150205, 0.72490465]],
}


def matrix(template, side):
    points = np.array(TEMPLATES[template], np.float32) * side
    return cv2.estimateAffinePartial2D(face, points, method=cv2.RANSAC, ransacReprojThreshold=100)[0]


def crop(template, side):
    m = matrix(template, side)
    return cv2.warpAffine(frame, m, (side, side), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_AREA), m


def signed(picture):
    x = picture[:, :, ::-1] / 255.0
    x = (x - [0.5, 0.5, 0.5]) / [0.5, 0.5, 0.5]
    return np.expand_dims(x.transpose(2, 0, 1), 0).astype(np.float32)


def box_mask(side, blur=0.3):
    amount = int(side * 0.5 * blur)
    edge = max(amount // 2, 1)
    mask = np.ones((side, side), np.float32)
    mask[:edge] = mask[-edge:] = 0
    mask[:, :edge] = mask[:, -edge:] = 0
    return cv2.GaussianBlur(mask, (0, 0), amount * 0.25)


def paste(target, part, mask, m):
    inverse = cv2.invertAffineTransform(m)
    h, w = part.shape[:2]
    corners = cv2.transform(np.array([[[0, 0], [w, 0], [w, h], [0, h]]]), inverse)[0]
    x1, y1 = np.maximum(np.floor(corners.min(0)).astype(int), 0)
    x2, y2 = np.minimum(np.ceil(corners.max(0)).astype(int), (target.shape[1], target.shape[0]))
    inverse[0, 2] -= x1
    inverse[1, 2] -= y1
    size = (int(x2 - x1), int(y2 - y1))
    soft = cv2.warpAffine(mask, inverse, size).clip(0, 1)[:, :, None]
    moved = cv2.warpAffine(part, inverse, size, borderMode=cv2.BORDER_REPLICATE)
    result = target.copy()
    region = result[y1:y2, x1:x2]
    result[y1:y2, x1:x2] = (region * (1 - soft) + moved * soft).astype(result.dtype)
    return result


def yolo_input():
    scale = min(640 / 1080, 640 / 1920)
    small = cv2.resize(frame, (int(1920 * scale), int(1080 * scale)))
    canvas = np.zeros((640, 640, 3), np.float32)
    canvas[:small.shape[0], :small.shape[1]] = small
    return np.expand_dims(canvas.transpose(2, 0, 1), 0) / 255.0


raw = np.array([(i * 7919 % 1000) / (1900 if i // 8400 == 4 else 2) for i in range(20 * 8400)], np.float32)
raw = raw.reshape(1, 20, 8400)


def yolo_decode():
    rows = np.squeeze(raw).T
    boxes, scores, points = np.split(rows, [4, 5], axis=1)
    kept = np.where(scores > 0.5)[0]
    boxes, scores, points = boxes[kept], scores[kept], points[kept]
    found = [[(b[0] - b[2] / 2) * 3, (b[1] - b[3] / 2) * 3, (b[0] + b[2] / 2) * 3, (b[1] + b[3] / 2) * 3] for b in boxes]
    points[:, 0::3] *= 3
    points[:, 1::3] *= 3
    return [np.array(f) for f in found], scores.ravel().tolist(), [p.reshape(-1, 3)[:, :2] for p in points]


def fan_input():
    x1, y1, x2, y2 = 850, 330, 1100, 660
    scale = 195 / max(x2 - x1, y2 - y1)
    shift = (256 - np.array([x1 + x2, y1 + y2]) * scale) * 0.5
    part = cv2.warpAffine(frame, np.array([[scale, 0, shift[0]], [0, scale, shift[1]]]), (256, 256))
    part = cv2.warpAffine(part, cv2.getRotationMatrix2D((128, 128), 0, 1), (256, 256))
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2Lab)
    if np.mean(lab[:, :, 0]) < 30:
        lab[:, :, 0] = cv2.createCLAHE(clipLimit=2).apply(lab[:, :, 0])
    part = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    return np.expand_dims(part.transpose(2, 0, 1).astype(np.float32) / 255.0, 0)


def arcface_input():
    part = crop("arcface_112_v2", 112)[0] / 127.5 - 1
    return np.expand_dims(part[:, :, ::-1].transpose(2, 0, 1).astype(np.float32), 0)


def output(planes):
    x = (np.clip(planes[0], -1, 1) + 1) / 2
    return (x.transpose(1, 2, 0) * 255).round().astype(np.uint8)[:, :, ::-1]


def swapped(planes):
    x = planes[0].transpose(1, 2, 0) * [0.5, 0.5, 0.5] + [0.5, 0.5, 0.5]
    return x.clip(0, 1)[:, :, ::-1] * 255


def tiles():
    padded = np.pad(frame, ((24, 112), (24, 232), (0, 0)))
    found = []
    for y in range(0, padded.shape[0] - 8, 240):
        for x in range(0, padded.shape[1] - 8, 240):
            tile = padded[y:y + 256, x:x + 256]
            if tile.shape[:2] == (256, 256):
                found.append(np.expand_dims(tile[:, :, ::-1].transpose(2, 0, 1), 0).astype(np.float32) / 255.0)
    return found


big = np.expand_dims(cv2.resize(frame, (512, 512)).transpose(2, 0, 1), 0).astype(np.float32) / 255.0


def merge():
    parts = [(big[0].transpose(1, 2, 0) * 255).clip(0, 255).astype(np.uint8)[:, :, ::-1] for _ in range(45)]
    whole = np.zeros((5 * 480, 9 * 480, 3), np.uint8)
    for index in range(45):
        row, column = divmod(index, 9)
        whole[row * 480:(row + 1) * 480, column * 480:(column + 1) * 480] = parts[index][16:-16, 16:-16]
    return whole[32:32 + 2160, 32:32 + 3840]


print(f"numpy {np.__version__}, OpenCV {cv2.__version__}: best and middle in ms of processor time")
bar("yolo_face input", "640x640", yolo_input)
bar("yolo_face decode", "20x8400", yolo_decode)
bar("2dfan4 crop, light and input", "256x256", fan_input)
bar("arcface crop and input", "112x112", arcface_input)
for name, template, side in (("hyperswap", "arcface_128", 256), ("gfpgan", "ffhq_512", 512)):
    part, m = crop(template, side)
    planes = signed(part)
    mask = box_mask(side)
    bar(f"{name} crop and input", f"{side}x{side}", lambda: signed(crop(template, side)[0]))
    bar(f"{name} output to crop", f"{side}x{side}", lambda: (output if name == "gfpgan" else swapped)(planes))
    pasted = part if name == "gfpgan" else part.astype(np.float64) + 0.3
    bar(f"{name} paste", f"{side}x{side}", lambda: paste(frame, pasted, mask, m))
bar("box mask, not cached", "512x512", lambda: box_mask(512))
bar("frame enhancer tiles and inputs", "45 x 256x256", tiles)
bar("frame enhancer outputs to frame", "45 x 512x512", merge)
