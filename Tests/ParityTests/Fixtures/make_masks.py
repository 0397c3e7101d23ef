"""Makes the cases mask_occlusion_* and mask_region_*: python3 make_masks.py (needs numpy).

Tiny networks of our own stand in for the published ones: the occluder gives the mean of B, G, R, the parser a weighted
sum of the colours for each class. Expected masks are computed here from the published description of the algorithms
in the plainest way, independently of the Swift code.
"""
import json
import os
import struct

import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
REGIONS = ["skin", "left-eyebrow", "right-eyebrow", "left-eye", "right-eye", "glasses", "nose", "mouth", "upper-lip",
           "lower-lip"]
CLASSES = dict(zip(REGIONS, [1, 2, 3, 4, 5, 6, 10, 11, 12, 13]))


# ONNX files, written by hand: field numbers of onnx.proto.

def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def value_info(name, shape):
    dims = b"".join(data(1, number(1, size)) for size in shape)
    return data(1, name) + data(2, data(1, number(1, 1) + data(2, dims)))


def ints(name, values):
    return data(5, data(1, name) + b"".join(number(8, v) for v in values) + number(20, 7))


def model(op, inputs, attributes, source, target, weights=None):
    node = b"".join(data(1, i) for i in inputs) + data(2, "out") + data(4, op) + attributes
    graph = data(1, node) + data(2, "tiny")
    if weights is not None:
        dims = b"".join(number(1, size) for size in weights.shape)
        graph += data(5, dims + number(2, 1) + data(8, "weights") + data(9, weights.astype("<f4").tobytes()))
    graph += data(11, value_info("input", source)) + data(12, value_info("out", target))
    return number(1, 8) + data(8, number(2, 17)) + data(7, graph)


def occluder():
    attributes = ints("axes", [3])
    return model("ReduceMean", ["input"], attributes, [1, 256, 256, 3], [1, 256, 256, 1])


def parser(weights):
    return model("Conv", ["input", "weights"], ints("kernel_shape", [1, 1]), [1, 3, 512, 512], [1, 19, 512, 512],
                 weights.reshape(19, 3, 1, 1))


# The steps of a mask.

def taps(src, dst, zero_edges):
    position = ((np.arange(dst) + 0.5) * src / dst - 0.5).astype(np.float32)
    index = np.floor(position).astype(int)
    share = position - index.astype(np.float32)
    if zero_edges:
        share = np.where((index < 0) | (index >= src - 1), np.float32(0), share)
    return np.clip(index, 0, src - 1), np.clip(index + 1, 0, src - 1), share


def resize8(image, side):
    left, right, x = taps(image.shape[1], side, True)
    top, bottom, y = taps(image.shape[0], side, False)
    fixed = lambda v: np.rint(v * 2048).astype(np.int64)
    wide = image.astype(np.int64)
    rows = wide[:, left] * fixed(1 - x)[None, :, None] + wide[:, right] * fixed(x)[None, :, None]
    v0, v1 = fixed(1 - y)[:, None, None], fixed(y)[:, None, None]
    return ((((v0 * (rows[top] >> 4)) >> 16) + ((v1 * (rows[bottom] >> 4)) >> 16) + 2) >> 2).astype(np.uint8)


def resize(plane, side):
    left, right, x = taps(plane.shape[1], side, False)
    top, bottom, y = taps(plane.shape[0], side, False)
    rows = plane[:, left] * (1 - x) + plane[:, right] * x
    return rows[top] * (1 - y)[:, None] + rows[bottom] * y[:, None]


def softened(mask):
    d = np.arange(41) - 20
    kernel = np.exp(-d * d / 50.0)
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (20, 20)
        padded = np.pad(mask, pad, mode="reflect")
        mask = sum(k * np.take(padded, np.arange(i, i + mask.shape[axis]), axis) for i, k in enumerate(kernel))
    return (np.clip(mask, 0.5, 1) - 0.5) * 2


def occlusion(crop):
    mean = (resize8(crop, 256).astype(np.float32) / np.float32(255)).mean(-1)
    return softened(resize(np.clip(mean, 0, 1), len(crop)))


def region(crop, weights, regions):
    small = resize8(crop, 512) if crop.dtype == np.uint8 else np.stack([resize(crop[..., c], 512) for c in range(3)], -1)
    rgb = (small[..., ::-1].astype(np.float32) / np.float32(255) - MEAN) / DEVIATION
    classes = (rgb @ weights.T.astype(np.float32)).argmax(-1)
    chosen = np.isin(classes, [CLASSES[r] for r in regions]).astype(np.float64)
    return softened(resize(chosen, len(crop)))


def write(name, what, models, options, crop, mask, tolerance):
    folder = os.path.join(HERE, name)
    os.makedirs(os.path.join(folder, "standins"), exist_ok=True)
    for model_name, content in models.items():
        open(os.path.join(folder, "standins", model_name + ".onnx"), "wb").write(content)

    def entry(key, array, kind):
        file = "%s.%s.bin" % (key, kind)
        array.tofile(os.path.join(folder, file))
        return {"name": key, "dtype": str(array.dtype), "shape": list(array.shape), "file": file, "bytes": array.nbytes}

    case = {
        "id": name, "group": "mask", "what": what, "how": "make_masks.py", "models": sorted(models), "options": options,
        "inputs": [entry("crop", crop, "in")],
        "outputs": [dict(entry("mask", mask.astype(np.float32), "out"), tolerance=tolerance)], "values": [],
    }
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump(case, file, indent=1)
        file.write("\n")


def blobs(side, seed):
    """A picture of soft coloured spots, bright in the middle."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    planes = []
    for _ in range(3):
        plane = 60 + 40 * rng.random((side, side))
        for _ in range(6):
            cx, cy, r = rng.random(), rng.random(), 0.1 + 0.2 * rng.random()
            plane = plane + 200 * (rng.random() - 0.2) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (r * r))
        planes.append(plane + 150 * np.exp(-((x - 0.5) ** 2 + (y - 0.5) ** 2) / 0.08))
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


def main():
    crop = blobs(72, 3)
    write("mask_occlusion_own", "occlusion mask of a network that gives the mean of the colours", {"xseg_2": occluder()},
          {"face_occluder_model": "xseg_2"}, crop, occlusion(crop), {"kind": "abs", "max_abs": 1e-4})
    weights = np.random.default_rng(17).normal(size=(19, 3)).astype(np.float32)
    tolerance = {"kind": "abs", "max_abs": 0.02, "mean_abs": 0.0005}
    for name, kind, regions in [("mask_region_own", np.uint8, ["skin", "nose", "glasses", "mouth"]),
                                ("mask_region_float_own", np.float32, ["right-eyebrow", "left-eye", "glasses"])]:
        picture = blobs(64, 8).astype(kind)
        write(name, "region mask of a network that sums the colours for each class",
              {"bisenet_resnet_18": parser(weights)},
              {"face_parser_model": "bisenet_resnet_18", "face_mask_regions": regions}, picture,
              region(picture, weights, regions), tolerance)


if __name__ == "__main__":
    main()
