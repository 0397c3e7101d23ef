"""Makes the golden cases of the network swappers: python swappers.py ../../Tests/ParityTests/Fixtures

Needs numpy and onnx, as enhancers.py, whose pictures and steps it shares. What is expected is computed in numpy from the
text of vision.md and models.md alone, without the program and without running the networks.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from enhancers import ARCFACE_128, FFHQ, Case, absolute, box_mask, inverse, picture, similarity, u8, warp

ARCFACE_112_V1 = [(0.35473214, 0.45658929), (0.64526786, 0.45658929), (0.5, 0.61154464), (0.37913393, 0.776875),
                  (0.62086607, 0.776875)]
ARCFACE_112_V2 = [(0.34191607, 0.46157411), (0.65653393, 0.45983393), (0.500225, 0.64050536), (0.37097589, 0.82469196),
                  (0.63151696, 0.82325089)]
MTCNN = [(0.36562865, 0.46733799), (0.63305391, 0.46585885), (0.50019127, 0.61942959), (0.39032951, 0.77598822),
         (0.61178945, 0.77476328)]
HALF, ZERO, ONE = [0.5] * 3, [0.0] * 3, [1.0] * 3
# Family: template, mean, deviation.
FAMILIES = {"blendswap": (FFHQ, ZERO, ONE), "ghost": (ARCFACE_112_V1, HALF, HALF), "hififace": (MTCNN, HALF, HALF),
            "hyperswap": (ARCFACE_128, HALF, HALF), "inswapper": (ARCFACE_128, ZERO, ONE),
            "simswap": (ARCFACE_112_V1, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), "uniface": (FFHQ, HALF, HALF)}
DOUBLE = {"ghost", "hififace", "hyperswap", "uniface"}
SOURCES = {"blendswap": (112, ARCFACE_112_V2), "uniface": (256, FFHQ)}
CONVERTED = {"ghost": 1.5, "hififace": 0.8, "simswap": 1.1}

# The networks: colours mixed by a matrix, and a shade that the source gives.

MIX = np.array([[0.8, 0.1, -0.05], [0.05, 0.9, 0.02], [-0.1, 0.08, 0.85]], np.float32)


def spread(rows):
    """Weights that bring `rows` numbers of the source to three."""
    index = np.arange(rows * 3, dtype=np.float64).reshape(rows, 3)
    return (np.sin(index * 0.37 + 1) * (0.02 if rows > 3 else 0.5)).astype(np.float32)


def saved(nodes, inputs, outputs, constants):
    def value(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "stand-in", [value(*i) for i in inputs], [value(*o) for o in outputs],
                              [numpy_helper.from_array(array, name) for name, array in constants])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString(deterministic=True)


def swapper(family, side):
    edge = SOURCES.get(family, (0,))[0]
    inputs = [("source", [1, 3, edge, edge] if edge else [1, 512]), ("target", [1, 3, side, side])]
    if family == "inswapper":
        inputs.reverse()
    nodes = [helper.make_node("ReduceMean", ["source"], ["short"], axes=[2, 3], keepdims=0)] if edge else []
    nodes += [helper.make_node("MatMul", ["short" if edge else "source", "spread"], ["wide"]),
              helper.make_node("Tanh", ["wide"], ["shade"]),
              helper.make_node("Reshape", ["shade", "form"], ["shaded"]),
              helper.make_node("Conv", ["target", "mix"], ["mixed"], kernel_shape=[1, 1]),
              helper.make_node("Mul", ["shaded", "tenth"], ["light"]),
              helper.make_node("Add", ["mixed", "light"], ["output"])]
    constants = [("spread", spread(3 if edge else 512)), ("form", np.array([1, 3, 1, 1])),
                 ("mix", MIX.reshape(3, 3, 1, 1)), ("tenth", np.array([0.1], np.float32))]
    outputs = [("output", [1, 3, side, side])]
    if family == "hyperswap":
        nodes.append(helper.make_node("Sigmoid", ["mixed"], ["mask"]))
        outputs.append(("mask", [1, 3, side, side]))
    if family == "inswapper":
        constants.append(("matrix", matrix()))
    return saved(nodes, inputs, outputs, constants)


def run_swapper(source, tensor):
    short = source.mean((1, 2)) if source.ndim == 3 else source
    shade = np.tanh(short.astype(np.float64) @ spread(len(short)))
    return (np.einsum("oc,chw->ohw", MIX.astype(np.float64), tensor) + 0.1 * shade[:, None, None]).astype(np.float32)


def converter(gain):
    """output = tanh(input · gain) + a little wave."""
    nodes = [helper.make_node("Mul", ["input", "gain"], ["large"]), helper.make_node("Tanh", ["large"], ["bent"]),
             helper.make_node("Add", ["bent", "wave"], ["output"])]
    wave = (0.05 * np.cos(np.arange(512) * 0.2)).astype(np.float32)
    return saved(nodes, [("input", [1, 512])], [("output", [1, 512])],
                 [("gain", np.array([gain], np.float32)), ("wave", wave.reshape(1, 512))])


def matrix():
    """512 x 512 in half precision, mostly zeros so that it packs well."""
    made = np.zeros((512, 512), np.float16)
    row = np.arange(512)
    made[row, (row * 5 + 3) % 512] = 0.75
    made[row, (row * 3 + 1) % 512] += 0.5
    return made


# The steps.

def identity(family, raw, unit):
    raw = raw.astype(np.float64)
    if family == "inswapper":
        return raw @ matrix().astype(np.float64) / np.linalg.norm(raw)
    if family not in CONVERTED:
        return unit.astype(np.float64)
    out = np.tanh(raw * np.float32(CONVERTED[family])) + 0.05 * np.cos(np.arange(512) * 0.2)
    return out if family == "ghost" else out / np.linalg.norm(out)


def balanced(family, source, target, weight):
    share, target = 0.35 - 0.7 * weight, target.astype(np.float64)
    if family != "ghost":
        target = target / np.linalg.norm(target)
    return (source * (1 - share) + target * share).astype(np.float32)


def on_grid(image, m, size):
    """Section 2.1, the legacy grid of 1/32 pixel; the edge repeats."""
    back, (width, height) = inverse(m), size
    y, x = np.mgrid[:height, :width]

    def place(row):
        start = np.rint((back[row, 1] * y + back[row, 2]) * 1024).astype(int) + 16
        return (start + np.rint(back[row, 0] * x * 1024).astype(int)) >> 5

    sx, sy = place(0), place(1)
    result = 0
    for dy, wy in ((0, 1 - (sy & 31) / 32), (1, (sy & 31) / 32)):
        for dx, wx in ((0, 1 - (sx & 31) / 32), (1, (sx & 31) / 32)):
            rows = np.clip((sy >> 5) + dy, 0, image.shape[0] - 1)
            result = result + image[rows, np.clip((sx >> 5) + dx, 0, image.shape[1] - 1)] * (wx * wy)[..., None]
    return result


def paste(frame, crop, mask, m, double):
    """Section 5.4 for a crop of floats."""
    back, side = inverse(m), crop.shape[0]
    corners = np.rint([back[:, :2] @ c + back[:, 2] for c in ((0, 0), (side, 0), (side, side), (0, side))]).astype(int)
    x1, y1 = np.clip(corners.min(0), 0, (frame.shape[1], frame.shape[0]))
    x2, y2 = np.clip(corners.max(0), 0, (frame.shape[1], frame.shape[0]))
    result, size = frame.copy(), (x2 - x1, y2 - y1)
    if min(size) <= 0:
        return result
    # The matrix of the warp leads from the crop to the rectangle.
    shifted = back.copy()
    shifted[:, 2] -= (x1, y1)
    share = np.clip(warp(mask, shifted, size, False), 0, 1)[..., None]
    part = on_grid(crop, shifted, size) if double else warp(crop, shifted, size, True)
    old = frame[y1:y2, x1:x2].astype(np.float64)
    mixed = np.where(share == 0, old, old * (1 - share) + part * share)
    result[y1:y2, x1:x2] = np.clip(mixed, 0, 255).astype(np.uint8)
    return result


def share(case, name, frame):
    """An input that all cases have in common."""
    path = case.folder.parent / "_frames" / f"own_swap_{name}.bin"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(frame.tobytes())
    case.document["inputs"].append({"name": name, "dtype": "uint8", "shape": list(frame.shape),
                                    "file": f"../_frames/{path.name}", "bytes": frame.nbytes})


def numbers(seed, scale):
    return (np.random.default_rng(seed).standard_normal(512) * scale).astype(np.float32)


def points(template, angle, scale, x, y):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bent = np.array(template) + 0.01 * np.sin(np.arange(10).reshape(5, 2) * 2.1)
    return ((bent - 0.5) @ turn.T * scale + (x, y)).astype(np.float32).astype(np.float64)


def swap_case(root, model, family, side, boost, weight, blur, place):
    template, mean, deviation = FAMILIES[family]
    mean, deviation = (mean, deviation) if model != "simswap_unofficial_512" else (ZERO, ONE)
    frame, source_frame = picture(90, 110), picture(84, 76)[:, ::-1].copy()
    raw, target = numbers(len(model) + side, 1.3), numbers(boost + side + 1, 0.9)
    unit = (raw / np.linalg.norm(raw) * np.float32(0.9)).astype(np.float32)
    five, source_five = points(template, 0.2, *place), points(ARCFACE_128, -0.15, 70, 38, 44)
    case = Case(root, f"own_swap_{model}", "swap", [model],
                {"face_mask_types": ["box"], "face_mask_blur": blur, "face_mask_padding": [0, 0, 0, 0],
                 "face_swapper_model": model, "face_swapper_pixel_boost": f"{boost}x{boost}",
                 "face_swapper_weight": weight}, "one face swapped by a stand-in")
    case.document["how"] = "Tools/parity-fixtures/swappers.py"
    m, step = similarity(five, template, boost), boost // side
    crop = np.floor(warp(frame.astype(np.float64), m, (boost, boost), True) + 0.5).astype(np.uint8)
    if family in SOURCES:
        edge, source_template = SOURCES[family]
        matrix_of_source = similarity(source_five, source_template, edge)
        cut = np.floor(warp(source_frame.astype(np.float64), matrix_of_source, (edge, edge), True) + 0.5)
        source = (cut[..., ::-1] / 255).astype(np.float32).transpose(2, 0, 1)
    else:
        source = balanced(family, identity(family, raw, unit), target, weight)
    canvas = np.zeros((boost, boost, 3))
    for tile in range(step * step):
        rows, columns = slice(tile // step, None, step), slice(tile % step, None, step)
        tensor = ((crop[rows, columns, ::-1] / 255 - mean) / deviation).astype(np.float32).transpose(2, 0, 1)
        out = run_swapper(source, tensor)
        if tile == 0:
            first, first_out = tensor, out
        colors = out.transpose(1, 2, 0).astype(np.float64)
        if family in DOUBLE:
            colors = colors * deviation + mean
        canvas[rows, columns] = np.clip(colors, 0, 1)[..., ::-1] * 255
    mask = box_mask(boost, blur)
    for name, array in (("target_frame", frame), ("source_frame", source_frame)):
        share(case, name, array)
    for name, array in (("target_points_5_68", five), ("target_embedding", target),
                        ("source_points_5_68", source_five), ("source_embedding", raw),
                        ("source_embedding_norm", unit)):
        case.add("inputs", name, array)
    case.add("outputs", "matrix", m, {"kind": "warp_matrix", "max_corner_distance": 0.001})
    # A value on a tie of the warp's rounding may step by one of 255.
    level = 1.01 / 255 / min(deviation)
    picture_source = family in SOURCES
    case.add("outputs", "input_source", source[None], absolute(1.01 / 255 if picture_source else 2e-5),
             16 if picture_source else 1)
    case.add("outputs", "input_target_tile_0", first[None], absolute(level), side // 16)
    case.add("outputs", "raw_output_tile_0", first_out, absolute(level), side // 16)
    case.add("outputs", "crop_result", canvas.astype(np.float32), absolute(255 * level), boost // 16)
    case.add("outputs", "mask", mask, absolute(1e-5), boost // 16)
    # The cut to 8 bit makes a step of a last bit, where single and double precision fall on two sides of a whole number.
    case.add("outputs", "result", paste(frame, canvas, mask, m, family in DOUBLE), u8(1, 0.08), 2)
    case.document["values"].append({"name": "tiles", "value": step * step, "tolerance": {"kind": "exact"}})
    case.close()


def identity_case(root):
    raw, target = numbers(11, 1.1), numbers(12, 0.8)
    unit = (raw / np.linalg.norm(raw) * np.float32(0.95)).astype(np.float32)
    models = {"inswapper_128_fp16": "inswapper", "hyperswap_1b_256": "hyperswap", "ghost_3_256": "ghost",
              "hififace_unofficial_256": "hififace", "simswap_unofficial_512": "simswap"}
    case = Case(root, "own_swap_identities", "swap", list(models), {}, "what each family is told of the source")
    case.document["how"] = "Tools/parity-fixtures/swappers.py"
    for name, array in (("source_embedding", raw), ("source_embedding_norm", unit), ("target_embedding", target)):
        case.add("inputs", name, array)
    for model, family in models.items():
        rows = [balanced(family, identity(family, raw, unit), target, weight) for weight in (0, 0.3, 0.5, 1)]
        case.add("outputs", model, np.stack(rows), absolute(2e-5))
        case.document["outputs"][-1]["description"] = "rows: weights 0, 0.3, 0.5, 1"
    case.close()


def main():
    root = Path(sys.argv[1])
    standins = root / "standins"
    standins.mkdir(parents=True, exist_ok=True)
    inside, corner, beside = (70, 52, 44), (60, 100, 80), (40, 400, 30)
    for model, family, side, boost, weight, blur, place in (
            ("blendswap_256", "blendswap", 256, 256, 0.5, 0.3, inside),
            ("ghost_2_256", "ghost", 256, 256, 0.1, 0.3, corner),
            ("hififace_unofficial_256", "hififace", 256, 256, 0.9, 0.5, inside),
            ("hyperswap_1c_256", "hyperswap", 256, 512, 0.35, 0.3, inside),
            ("inswapper_128_fp16", "inswapper", 128, 384, 0.3, 0.3, corner),
            ("simswap_256", "simswap", 256, 256, 0.6, 0.3, inside),
            ("simswap_unofficial_512", "simswap", 512, 512, 0.5, 0.0, inside),
            ("uniface_256", "uniface", 256, 256, 0.2, 0.3, corner),
            ("hyperswap_1a_256", "hyperswap", 256, 256, 0.5, 0.3, beside)):
        (standins / f"{model}.onnx").write_bytes(swapper(family, side))
        swap_case(root, model, family, side, boost, weight, blur, place)
    for family, gain in CONVERTED.items():
        (standins / f"crossface_{family}.onnx").write_bytes(converter(gain))
    identity_case(root)


if __name__ == "__main__":
    main()
