"""Makes the fixtures of this folder: python3 make_fixtures.py (needs numpy).

Synthetic pictures and the results that the published description of the algorithms gives for them, computed here
in the plainest way, independently of the Swift code. The format is that of the parity kit: one folder a case with
case.json and raw little-endian arrays.
"""
import json
import math
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = (40, 32)  # width, height of the picture


def picture(width, height, seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [x * (5 - c) + y * (2 + c) + 30 * c + rng.integers(0, 60, (height, width)) for c in range(3)]
    return (np.stack(planes, -1) % 256).astype(np.uint8)


def write_case(name, what, inputs, outputs, values=(), options=None):
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)

    def entry(key, array, kind, tolerance=None):
        file = "%s.%s.bin" % (key, kind)
        array.astype(array.dtype.newbyteorder("<")).tofile(os.path.join(folder, file))
        row = {"name": key, "dtype": str(array.dtype), "shape": list(array.shape), "file": file, "bytes": array.nbytes}
        return dict(row, tolerance=tolerance) if tolerance else row

    case = {
        "id": name, "group": "fixture", "what": what, "how": "make_fixtures.py", "options": options or {},
        "inputs": [entry(k, a, "in") for k, a in inputs.items()],
        "outputs": [entry(k, a, "out", t) for k, (a, t) in outputs.items()],
        "values": [{"name": k, "value": v, "tolerance": t} for k, v, t in values],
    }
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump(case, file, indent=1)
        file.write("\n")


U8 = {"kind": "u8", "max_abs": 1, "max_fraction_different": 0.005}


def absolute(limit):
    return {"kind": "abs", "max_abs": limit}


def inverse(m):
    return np.linalg.inv(np.vstack([m, [0, 0, 1]]))[:2]


def bilinear(image, x, y, border):
    height, width = image.shape[:2]
    i, j = math.floor(x), math.floor(y)
    total = np.zeros(image.shape[2:])
    for row, wy in ((j, 1 - (y - j)), (j + 1, y - j)):
        for column, wx in ((i, 1 - (x - i)), (i + 1, x - i)):
            inside = 0 <= column < width and 0 <= row < height
            if inside or border == "replicate":
                total = total + image[min(max(row, 0), height - 1), min(max(column, 0), width - 1)] * (wx * wy)
    return total


def warp(image, m, size, border, grid=False):
    d = inverse(m)
    result = np.zeros((size[1], size[0]) + image.shape[2:])
    for y in range(size[1]):
        for x in range(size[0]):
            if grid:
                start = [np.rint((d[k, 1] * y + d[k, 2]) * 1024) + 16 for k in (0, 1)]
                place = [math.floor((start[k] + np.rint(d[k, 0] * x * 1024)) / 32) / 32 for k in (0, 1)]
            else:
                place = d @ (x, y, 1)
            result[y, x] = bilinear(image.astype(np.float64), place[0], place[1], border)
    return result


def turned(degrees, scale, x, y):
    c, s = math.cos(math.radians(degrees)) * scale, math.sin(math.radians(degrees)) * scale
    return np.array([[c, s, x], [-s, c, y]])


def warp_case():
    image, m, size = picture(*SIZE, 1), turned(23.0, 0.9, -4.3, 9.1), (36, 30)
    outputs = {}
    for border in ("constant", "replicate"):
        exact = warp(image, m, size, border)
        outputs["uint8_" + border] = (np.floor(exact + 0.5).astype(np.uint8), U8)
        outputs["float32_" + border] = (exact.astype(np.float32), absolute(0.01))
        outputs["float64_" + border] = (warp(image, m, size, border, True).astype(np.float32), absolute(2e-4))
    write_case("warp", "bilinear warp of three sample types", {"image": image, "matrix": m}, outputs)


def resize_case():
    image, (width, height) = picture(*SIZE, 2), (27, 45)

    def taps(source, target, flat):
        p = ((np.arange(target) + 0.5) * source / target - 0.5).astype(np.float32)
        j = np.floor(p).astype(int)
        f = p - j.astype(np.float32)
        if flat:
            f[(j < 0) | (j >= source - 1)] = 0
        weights = np.rint((1 - f) * 2048).astype(int), np.rint(f * 2048).astype(int)
        return np.clip(j, 0, source - 1), np.clip(j + 1, 0, source - 1), *weights

    j0, j1, w0, w1 = taps(SIZE[0], width, True)
    wide = image.astype(int)
    rows = wide[:, j0] * w0[None, :, None] + wide[:, j1] * w1[None, :, None]
    k0, k1, v0, v1 = (a[:, None, None] if a.ndim and i > 1 else a for i, a in enumerate(taps(SIZE[1], height, False)))
    result = (((v0 * (rows[k0] >> 4)) >> 16) + ((v1 * (rows[k1] >> 4)) >> 16) + 2) >> 2
    write_case("resize", "8-bit bilinear in fixed point", {"image": image},
               {"resized": (result.astype(np.uint8), {"kind": "exact"})})


def similarity(p, t):
    pc, tc = p - p.mean(0), t - t.mean(0)
    size = (pc ** 2).sum()
    a, b = (pc * tc).sum() / size, (pc[:, 0] * tc[:, 1] - pc[:, 1] * tc[:, 0]).sum() / size
    linear = np.array([[a, -b], [b, a]])
    return np.hstack([linear, (t.mean(0) - linear @ p.mean(0))[:, None]])


def robust(p, t):
    state, best, limit, n, done = 2 ** 64 - 1, [], 2000, len(p), 0
    while done < limit:
        done += 1
        draws = []
        while len(draws) < 2:
            state = ((state & 0xFFFFFFFF) * 4164903690 + (state >> 32)) & (2 ** 64 - 1)
            index = (state & 0xFFFFFFFF) % n
            if index not in draws:
                draws.append(index)
        m = similarity(p[draws], t[draws])
        inside = [k for k in range(n) if ((m[:, :2] @ p[k] + m[:, 2] - t[k]) ** 2).sum() <= 1e4]
        if len(inside) > max(len(best), 1):
            best, share = inside, len(inside) / n
            limit = 0 if share == 1 else min(limit, round(math.log(0.01) / math.log(1 - share ** 2)))
    return similarity(p[best], t[best])


def estimation_case():
    template = np.array([[0.37691676, 0.46864664], [0.62285697, 0.46912813], [0.50123859, 0.61331904],
                         [0.39308822, 0.72541100], [0.61150205, 0.72490465]])
    rng = np.random.default_rng(3)
    points, table = [], []
    for index in range(6):
        m = turned(rng.uniform(-40, 40), rng.uniform(60, 300), rng.uniform(0, 500), rng.uniform(0, 400))
        face = template @ m[:, :2].T + m[:, 2] + rng.normal(0, 2 if index < 3 else 25, (5, 2))
        points.append(face.astype(np.float32))
        for size in (112, 512, 1024, 2048):
            fit = robust(points[-1].astype(np.float64), (template * size).astype(np.float32).astype(np.float64))
            table.append({"points_index": index, "size": size, "matrix": fit.tolist()})
    write_case("estimation", "five points to ffhq_512, with outliers at large crops",
               {"points": np.array(points, np.float64)}, {},
               [("table", table, {"kind": "warp_matrix", "max_corner_distance": 0.02})])


def suppression_case():
    rng = np.random.default_rng(4)
    corner = rng.uniform(0, 60, (30, 2))
    boxes = np.hstack([corner, corner + rng.uniform(10, 40, (30, 2))])
    scores = (np.rint(rng.uniform(0.2, 1, 30) * 20) / 20).astype(np.float32)

    def overlap(a, b):
        w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        shared = max(w, 0) * max(h, 0)
        return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)

    kept = []
    for k in sorted((k for k in range(30) if scores[k] > np.float32(0.4)), key=lambda k: -scores[k]):
        if all(np.float32(overlap(boxes[k], boxes[o])) <= np.float32(0.3) for o in kept):
            kept.append(k)
    write_case("suppression", "boxes with tied scores", {"boxes": boxes, "scores": scores}, {},
               [("kept_indices", kept, {"kind": "exact"})], {"score_threshold": 0.4, "iou_threshold": 0.3})


def blur(mask, sigma):
    count = round(sigma * 8 + 1) | 1
    d = np.arange(count) - count // 2
    kernel = np.exp(-d * d / (2 * sigma * sigma))
    kernel /= kernel.sum()
    for axis in (0, 1):
        width = [(count // 2,) * 2 if a == axis else (0, 0) for a in (0, 1)]
        padded = np.pad(mask, width, mode="reflect")
        mask = np.apply_along_axis(lambda line: np.convolve(line, kernel, mode="valid"), axis, padded)
    return mask


def box_mask(n, amount_share, padding):
    amount = int(n * 0.5 * amount_share)
    edge = max(amount // 2, 1)
    top, right, bottom, left = (max(edge, int(n * p / 100)) for p in padding)
    mask = np.zeros((n, n))
    mask[top:n - bottom, left:n - right] = 1
    return blur(mask, amount * 0.25) if amount > 0 else mask


def mask_case():
    settings = [(0.3, [0, 0, 0, 0]), (0.0, [10, 0, 20, 5]), (0.5, [0, 25, 0, 40])]
    outputs = {"mask_%d" % i: (box_mask(48, b, p).astype(np.float32), absolute(3e-6)) for i, (b, p) in enumerate(settings)}
    values = [("settings", [{"blur": b, "padding": p} for b, p in settings], {"kind": "exact"})]
    write_case("box_mask", "box masks of a 48 pixel crop", {}, outputs, values)


def paste_case():
    frame, crop = picture(*SIZE, 5), picture(24, 24, 6)
    mask = (box_mask(24, 0.4, [0] * 4) * 1.2 - 0.1).astype(np.float32)
    m = turned(-17.0, 0.8, 5.2, 1.4)
    corners = (inverse(m) @ np.array([[0, 0, 1], [24, 0, 1], [24, 24, 1], [0, 24, 1]]).T).T
    corners = np.rint(corners).astype(int)
    x1, y1 = np.clip(corners.min(0), 0, SIZE)
    x2, y2 = np.clip(corners.max(0), 0, SIZE)
    p = inverse(m)
    p[:, 2] -= (x1, y1)
    size = (int(x2 - x1), int(y2 - y1))
    share = np.clip(warp(mask, p, size, "constant"), 0, 1)[..., None]
    area = frame[y1:y2, x1:x2].astype(np.float64)
    exact = warp(crop, p, size, "replicate")
    outputs = {}
    for name, values in (("uint8", np.floor(exact + 0.5)), ("float32", exact),
                         ("float64", warp(crop, p, size, "replicate", True))):
        result = frame.copy()
        # The last bit of the mask decides near whole numbers: a hair is added before cutting.
        result[y1:y2, x1:x2] = np.floor(area * (1 - share) + values * share + 1e-4).astype(np.uint8)
        outputs[name] = (result, {"kind": "u8", "max_abs": 1, "max_fraction_different": 0.01})
    write_case("paste", "paste-back of three crop types", {"frame": frame, "crop": crop, "mask": mask, "matrix": m},
               outputs, [("rectangle", [int(v) for v in (x1, y1, x2, y2)], {"kind": "exact"})])


if __name__ == "__main__":
    for make in (warp_case, resize_case, estimation_case, suppression_case, mask_case, paste_case):
        make()
