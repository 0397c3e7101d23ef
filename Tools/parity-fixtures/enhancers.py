"""Makes the golden cases of the two enhancers: python enhancers.py ../../Tests/ParityTests/Fixtures

Needs numpy and onnx (the Python of the open pack has both). Pictures are formulas, networks are tiny and made here; what
is expected is computed in numpy from the text of vision.md alone, without the program and without running the networks.
"""

import json
import sys
import zlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FFHQ = [(0.37691676, 0.46864664), (0.62285697, 0.46912813), (0.50123859, 0.61331904), (0.39308822, 0.72541100),
        (0.61150205, 0.72490465)]
ARCFACE_128 = [(0.36167656, 0.40387734), (0.63696719, 0.40235469), (0.50019687, 0.56044219), (0.38710391, 0.72160547),
               (0.61507734, 0.72034453)]


def picture(height, width):
    """B, G, R: waves with a fine chequer on top, so that every pixel differs from its neighbours."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    planes = [128 + 60 * np.sin((x * a + y * b) / c) + 40 * np.cos((x - y) / d) + 12 * (((x + k) // 3 + y // 2) % 2)
              for k, (a, b, c, d) in enumerate([(1, 2, 19, 31), (2, -1, 23, 17), (1, 1, 29, 13)])]
    return np.clip(np.rint(np.stack(planes, 2)), 0, 255).astype(np.uint8)


# The networks: a value per colour (and weight), or a 3x3 kernel and a rearrangement.

RED_GREEN_BLUE = np.array([1.2, -0.9, 1.05], np.float32), np.array([0.1, -0.2, 0.3], np.float32)


def face_network(side, takes_weight):
    factor, shift = (numpy_helper.from_array(v.reshape(1, 3, 1, 1), n) for v, n in zip(RED_GREEN_BLUE, "fs"))
    shape = [1, 3, side, side]
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)]
    nodes = [helper.make_node("Mul", ["input", "f"], ["a"])]
    last = "s"
    if takes_weight:
        inputs.append(helper.make_tensor_value_info("weight", TensorProto.DOUBLE, [1]))
        nodes += [helper.make_node("Cast", ["weight"], ["w"], to=TensorProto.FLOAT),
                  helper.make_node("Add", ["s", "w"], ["sw"])]
        last = "sw"
    nodes.append(helper.make_node("Add", ["a", last], ["output"]))
    return model(nodes, inputs, shape, [factor, shift])


def run_face_network(tensor, weight):
    factor, shift = (v.reshape(3, 1, 1) for v in RED_GREEN_BLUE)
    return tensor * factor + (shift + np.float32(weight))


def kernel(scale):
    """Outputs of three colours in scale x scale places: mostly the pixel itself, a little of its neighbours."""
    index = np.arange(3 * scale * scale * 3 * 9, dtype=np.float64)
    values = 0.02 * np.sin(index * 0.7).reshape(3 * scale * scale, 3, 3, 3)
    for out in range(3 * scale * scale):
        values[out, out // (scale * scale), 1, 1] += 0.95
    return values.astype(np.float32)


def frame_network(edge, scale):
    weights = numpy_helper.from_array(kernel(scale), "k")
    nodes = [helper.make_node("Conv", ["input", "k"], ["m"], kernel_shape=[3, 3], pads=[1] * 4),
             helper.make_node("DepthToSpace", ["m"], ["output"], blocksize=scale, mode="CRD")]
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, edge, edge])]
    return model(nodes, inputs, [1, 3, edge * scale, edge * scale], [weights])


def run_frame_network(tensor, scale):
    weights, edge = kernel(scale).astype(np.float64), tensor.shape[1]
    padded = np.pad(tensor.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    out = sum(np.einsum("oc,chw->ohw", weights[:, :, i, j], padded[:, i:i + edge, j:j + edge])
              for i in range(3) for j in range(3))
    return out.reshape(3, scale, scale, edge, edge).transpose(0, 3, 1, 4, 2).reshape(3, edge * scale, edge * scale)


def model(nodes, inputs, output_shape, constants):
    graph = helper.make_graph(nodes, "stand-in", inputs,
                              [helper.make_tensor_value_info("output", TensorProto.FLOAT, output_shape)], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString(deterministic=True)


# The steps, from vision.md.

def similarity(points, template, side):
    """Section 4, all five points inliers."""
    p, t = np.array(points, np.float64), np.array(template, np.float64) * side
    pm, tm = p.mean(0), t.mean(0)
    p, t = p - pm, t - tm
    size = (p ** 2).sum()
    a, b = (p * t).sum() / size, (p[:, 0] * t[:, 1] - p[:, 1] * t[:, 0]).sum() / size
    return np.array([[a, -b, tm[0] - a * pm[0] + b * pm[1]], [b, a, tm[1] - b * pm[0] - a * pm[1]]])


def inverse(m):
    linear = np.linalg.inv(m[:, :2])
    return np.concatenate([linear, -(linear @ m[:, 2:])], 1)


def warp(image, m, size, replicate):
    """Section 2.1, bilinear at the exact position of the inverse; values not rounded."""
    back, (width, height) = inverse(m), size
    y, x = np.mgrid[:height, :width]
    sx = back[0, 0] * x + back[0, 1] * y + back[0, 2]
    sy = back[1, 0] * x + back[1, 1] * y + back[1, 2]
    x0, y0 = np.floor(sx).astype(int), np.floor(sy).astype(int)
    fx, fy = sx - x0, sy - y0
    result = 0
    for dy, wy in ((0, 1 - fy), (1, fy)):
        for dx, wx in ((0, 1 - fx), (1, fx)):
            inside = (x0 + dx >= 0) & (x0 + dx < image.shape[1]) & (y0 + dy >= 0) & (y0 + dy < image.shape[0])
            value = image[np.clip(y0 + dy, 0, image.shape[0] - 1), np.clip(x0 + dx, 0, image.shape[1] - 1)]
            weight = wx * wy if replicate else wx * wy * inside
            result = result + value * (weight[..., None] if value.ndim == 3 else weight)
    return result


def box_mask(side, blur):
    """Section 6.1 and 2.3, in single precision and the library's order (measured): along rows from the first tap to the
    last, along columns from the middle outwards, each product fused with its addition."""
    amount = int(side * 0.5 * blur)
    edge = max(amount // 2, 1)
    mask = np.zeros((side, side), np.float32)
    mask[edge:side - edge, edge:side - edge] = 1
    if amount == 0:
        return mask
    sigma = amount * 0.25
    radius = (int(np.rint(sigma * 8 + 1)) | 1) // 2
    weights = np.exp(-np.arange(-radius, radius + 1) ** 2 / (2 * sigma ** 2))
    weights = (weights / weights.sum()).astype(np.float32).astype(np.float64)

    def fused(total, value, weight):
        return (value.astype(np.float64) * weight + total).astype(np.float32)

    wide = np.pad(mask, ((0, 0), (radius, radius)), mode="reflect")
    mask = np.zeros_like(mask)
    for k, weight in enumerate(weights):
        mask = fused(mask, wide[:, k:k + side], weight)
    wide = np.pad(mask, ((radius, radius), (0, 0)), mode="reflect")
    mask = (mask * np.float32(weights[radius])).astype(np.float32)
    for k in range(1, radius + 1):
        pair = wide[radius - k:radius - k + side] + wide[radius + k:radius + k + side]
        mask = fused(mask, pair, weights[radius + k])
    return np.clip(mask, 0, 1)


def paste(frame, crop, mask, m):
    """Section 5.4 for a crop of 8 bit."""
    back, side = inverse(m), crop.shape[0]
    corners = np.rint([back[:, :2] @ c + back[:, 2] for c in ((0, 0), (side, 0), (side, side), (0, side))]).astype(int)
    x1, y1 = np.clip(corners.min(0), 0, (frame.shape[1], frame.shape[0]))
    x2, y2 = np.clip(corners.max(0), 0, (frame.shape[1], frame.shape[0]))
    shifted = back.copy()
    shifted[:, 2] -= (x1, y1)
    share = np.clip(warp(mask, shifted, (x2 - x1, y2 - y1), False), 0, 1)[..., None]
    part = np.floor(warp(crop.astype(np.float64), shifted, (x2 - x1, y2 - y1), True) + 0.5)
    result = frame.copy()
    old = frame[y1:y2, x1:x2].astype(np.float64)
    result[y1:y2, x1:x2] = np.where(share == 0, old, old * (1 - share) + part * share).astype(np.uint8)
    return result


def weighted(a, b, share):
    """Section 2.5: the product rounded to single, one fused step, half to even. Doubles hold the fused step exactly."""
    p, q = np.float64(np.float32(1 - share)), np.float32(share)
    product = (q * b.astype(np.float32)).astype(np.float64)
    return np.clip(np.rint((p * a.astype(np.float64) + product).astype(np.float32)), 0, 255).astype(np.uint8)


def enlarged(image, scale):
    """Section 2.2, bilinear on 8 bit in fixed point."""
    def taps(count, flatten):
        position = ((np.arange(count * scale) + 0.5) / scale - 0.5).astype(np.float32)
        index = np.floor(position).astype(int)
        part = position - index.astype(np.float32)
        if flatten:
            part[(index < 0) | (index >= count - 1)] = 0
        return (np.clip(index, 0, count - 1), np.clip(index + 1, 0, count - 1),
                np.rint((1 - part) * np.float32(2048)).astype(int), np.rint(part * np.float32(2048)).astype(int))
    source = image.reshape(*image.shape[:2], -1).astype(int)
    i, j, w0, w1 = taps(image.shape[1], True)
    rows = source[:, i] * w0[:, None] + source[:, j] * w1[:, None]
    i, j, v0, v1 = taps(image.shape[0], False)
    sums = ((v0[:, None, None] * (rows[i] >> 4)) >> 16) + ((v1[:, None, None] * (rows[j] >> 4)) >> 16)
    return ((sums + 2) >> 2).astype(np.uint8).reshape(image.shape[0] * scale, image.shape[1] * scale, *image.shape[2:])


def upscale(frame, edge, border, overlap, scale):
    """Section 29, tile by tile."""
    inner, (height, width) = edge - 2 * overlap, frame.shape[:2]
    before = border + overlap
    padded = np.pad(frame, ((before, before + inner - (height + 2 * border) % inner),
                            (before, before + inner - (width + 2 * border) % inner), (0, 0)))
    rows = []
    for top in range(0, padded.shape[0] - 2 * overlap, inner):
        row = []
        for left in range(0, padded.shape[1] - 2 * overlap, inner):
            tile = padded[top:top + edge, left:left + edge]
            tensor = (tile[..., ::-1] / 255).astype(np.float32).transpose(2, 0, 1)
            values = np.clip(run_frame_network(tensor, scale).astype(np.float32) * np.float32(255), 0, 255)
            cut = overlap * scale
            row.append(values.astype(np.uint8).transpose(1, 2, 0)[cut:edge * scale - cut, cut:edge * scale - cut, ::-1])
        rows.append(np.concatenate(row, 1))
    whole, start = np.concatenate(rows, 0), border * scale
    return whole[start:start + height * scale, start:start + width * scale]


# Writing.

class Case:
    def __init__(self, root, name, group, models, options, what):
        self.folder = root / "cases" / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.document = {"id": name, "group": group, "what": what, "how": "Tools/parity-fixtures/enhancers.py",
                         "models": models, "options": options, "inputs": [], "outputs": [], "values": []}

    def add(self, side, name, array, tolerance=None, step=1):
        """Large arrays are kept on a grid over rows and columns."""
        array = np.ascontiguousarray(array)
        entry = {"name": name, "dtype": str(array.dtype), "shape": list(array.shape)}
        stored = array
        if step > 1:
            axes = [step if size > 4 else 1 for size in array.shape]
            starts = [axis // 2 for axis in axes]
            stored = np.ascontiguousarray(array[tuple(slice(s, None, a) for s, a in zip(starts, axes))])
            entry["grid"] = {"start": starts, "step": axes, "stored_shape": list(stored.shape)}
            if array.dtype == np.uint8:
                entry["full"] = {"crc32": f"{zlib.crc32(array.tobytes()):08x}"}
        file = f"{name}.{'in' if side == 'inputs' else 'out'}.bin"
        (self.folder / file).write_bytes(stored.tobytes())
        entry |= {"file": file, "bytes": stored.nbytes}
        if tolerance:
            entry["tolerance"] = tolerance
        self.document[side].append(entry)

    def close(self):
        (self.folder / "case.json").write_text(json.dumps(self.document, indent=1) + "\n")


def u8(most, fraction):
    return {"kind": "u8", "max_abs": most, "max_fraction_different": fraction}


def absolute(most):
    return {"kind": "abs", "max_abs": most}


def face_case(root, name, model_id, template, side, size, points, weight, blend, blur):
    frame = picture(*size)
    case = Case(root, name, "enhance", [model_id],
                {"face_mask_types": ["box"], "face_mask_blur": blur, "face_enhancer_weight": weight,
                 "face_enhancer_model": model_id, "face_enhancer_blend": blend}, "one face restored by a stand-in")
    m = similarity(points, template, side)
    crop = np.floor(warp(frame.astype(np.float64), m, (side, side), True) + 0.5).astype(np.uint8)
    tensor = ((crop[..., ::-1] / 255 - 0.5) / 0.5).astype(np.float32).transpose(2, 0, 1)
    raw = run_face_network(tensor, weight if model_id == "codeformer" else 0)
    result = np.rint((np.clip(raw, -1, 1) + 1) / 2 * np.float32(255)).astype(np.uint8).transpose(1, 2, 0)[..., ::-1]
    mask = box_mask(side, blur)
    case.add("inputs", "frame", frame)
    case.add("inputs", "points_5_68", np.array(points))
    case.add("outputs", "matrix", m, {"kind": "warp_matrix", "max_corner_distance": 0.001})
    step = side // 32
    # A value on a tie of the warp's rounding may step by one of 255, which the network spreads.
    case.add("outputs", "input_tensor", tensor[None], absolute(0.008), step)
    case.add("outputs", "raw_output", raw, absolute(0.01), step)
    case.add("outputs", "crop_result", result, u8(2, 0.005), step)
    case.add("outputs", "mask", mask, {"kind": "exact"}, step)
    pasted = paste(frame, result, mask, m)
    # The cut to 8 bit makes a step of a last bit, where single and double precision fall on two sides of a whole number.
    case.add("outputs", "result", weighted(frame, pasted, blend / 100), u8(2, 0.06))
    case.close()


def frame_case(root, name, model_id, constants, scale, size, blend, step):
    frame = picture(*size)
    case = Case(root, name, "frame_enhance", [model_id],
                {"frame_enhancer_model": model_id, "frame_enhancer_blend": blend}, "a frame enlarged by a stand-in")
    mask = (np.add.outer(np.arange(size[0]) * 5, np.arange(size[1]) * 3) % 256).astype(np.uint8)
    case.add("inputs", "frame", frame)
    case.add("inputs", "vision_mask", mask)
    merged = upscale(frame, *constants, scale)
    result = weighted(enlarged(frame, scale), merged, blend / 100)
    case.add("outputs", "result", result, u8(1, 0.002), step)
    case.add("outputs", "vision_mask_result", enlarged(mask, scale), {"kind": "exact"}, step)
    case.close()


def main():
    root = Path(sys.argv[1])
    standins = root / "standins"
    standins.mkdir(parents=True, exist_ok=True)
    for name, content in {"codeformer": face_network(512, True), "gpen_bfr_256": face_network(256, False),
                          "real_esrgan_x2": frame_network(256, 2), "real_web_photo_x4": frame_network(64, 4)}.items():
        (standins / f"{name}.onnx").write_bytes(content)
    face_case(root, "own_enhance_weight", "codeformer", FFHQ, 512, (96, 120),
              [(42.5, 38.25), (71.0, 35.5), (58.75, 52.0), (47.25, 66.5), (70.5, 64.0)], 0.3, 100, 0.3)
    face_case(root, "own_enhance_at_the_edge", "gpen_bfr_256", ARCFACE_128, 256, (80, 90),
              [(8.0, 30.5), (40.25, 22.0), (27.5, 44.0), (18.0, 62.5), (43.0, 57.25)], 0.5, 70, 0.2)
    frame_case(root, "own_upscale_one_tile", "real_esrgan_x2", (256, 16, 8), 2, (51, 70), 70, 1)
    frame_case(root, "own_upscale_tiles", "real_web_photo_x4", (64, 4, 2), 4, (67, 121), 100, 3)


if __name__ == "__main__":
    main()
