#!/usr/bin/env python3
"""Networks in 8 bits on the processor: how much faster, and how far from 32 bits.

MODELS is the folder `models` of Likeness' folder, as scripts/setup makes it. Media are photos and clips of faces: every
third picture serves the calibration, the others the comparison. Sessions are set as the program sets them
(Sources/Inference/SessionSetup); the forms of a network take turns in many short rounds, and processor time is
counted, so that other work on the machine weighs little. Networks with random weights (swift run -c release
FullModelFiles FOLDER) say something about the time alone.
"""
import argparse
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

cv2.setNumThreads(1)
ROOT = Path(__file__).resolve().parent.parent
ARCFACE_128 = np.array([[0.36167656, 0.40387734], [0.63696719, 0.40235469], [0.50019687, 0.56044219],
                        [0.38710391, 0.72160547], [0.61507734, 0.72034453]]) * 128
DLIB_CHIP = np.array([[1.455362, -0.008456, -18.563311], [0.008456, 1.455362, -30.023071], [0, 0, 1]])
DLIB_MEAN = np.array([122.782, 117.001, 104.298], np.float32)
SAME_PERSON = 0.6  # Euclidean distance of the recogniser's vectors
LEAST_SCORE = 0.5

CALIBRATION_LIMIT = 30

# Operators that are put into 8 bits where the runtime has them; in "conv" everything in between stays in 32.
MANY = ["Conv", "MatMul", "Add", "Concat", "MaxPool", "AveragePool", "Relu", "LeakyRelu", "Mul", "Pad", "Sigmoid",
        "Transpose", "Reshape"]
FEW = ["Conv", "MatMul"]


@dataclass(frozen=True)
class Form:
    """How a network is put into 8 bits. u8 is unsigned, s8 signed, s7 signed in -64 to 64."""
    activations: QuantType
    weights: QuantType
    narrow: bool = False  # 7 bits of the weights: two products of 8-bit numbers overflow the 16-bit sums of AVX2
    layout: QuantFormat = QuantFormat.QDQ
    operators: tuple[str, ...] = tuple(MANY)
    kept: float = 0  # share of the first layers that stay in 32 bits


U8, S8 = QuantType.QUInt8, QuantType.QInt8
FORMS = {
    "QDQ u8s7": Form(U8, S8, narrow=True),
    "QDQ u8s8": Form(U8, S8),
    "QDQ s8s8": Form(S8, S8),
    "QDQ u8u8": Form(U8, U8),
    "QOperator u8s7": Form(U8, S8, narrow=True, layout=QuantFormat.QOperator),
    "QDQ u8s7, convolutions": Form(U8, S8, narrow=True, operators=tuple(FEW)),
    "QDQ u8s7, first quarter in 32": Form(U8, S8, narrow=True, kept=0.25),
}


# MARK: Pictures


def pictures(places):
    """RGB pictures: photos whole, of a clip every 25th frame."""
    files = sorted(file for place in map(Path, places) for file in ([place] if place.is_file() else place.rglob("*")))
    for file in files:
        if file.suffix in (".jpg", ".jpeg", ".png"):
            yield cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB)
        elif file.suffix == ".mp4":
            clip, number = cv2.VideoCapture(str(file)), 0
            while clip.grab():
                if number % 25 == 0:
                    yield cv2.cvtColor(clip.retrieve()[1], cv2.COLOR_BGR2RGB)
                number += 1


def planar(picture, scale=1.0, bias=0.0):
    """(1, 3, height, width)."""
    values = picture.astype(np.float32) * np.float32(scale) + np.float32(bias)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def fitted(picture, limit, multiple):
    """As DetectorView fits a frame: never enlarged, filled up with black on the right and below."""
    height, width = picture.shape[:2]
    scale = min(1, limit / width, limit / height)
    small = cv2.resize(picture, (int(width * scale), int(height * scale)), interpolation=cv2.INTER_AREA)
    down, right = (-small.shape[0]) % multiple, (-small.shape[1]) % multiple
    return cv2.copyMakeBorder(small, 0, down, 0, right, cv2.BORDER_CONSTANT), scale


def letterboxed(picture, side):
    height, width = picture.shape[:2]
    scale = min(side / width, side / height)
    small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    top, left = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    return cv2.copyMakeBorder(small, top, side - small.shape[0] - top, left, side - small.shape[1] - left,
                              cv2.BORDER_CONSTANT)


# MARK: Answers


def suppressed(boxes, scores, limit=0.3):
    order, kept = np.argsort(-scores), []
    for index in order:
        if all(overlap(boxes[index], boxes[other]) <= limit for other in kept):
            kept.append(index)
    return kept


def overlap(a, b):
    width, height = (min(a[2 + k], b[2 + k]) - max(a[k], b[k]) for k in (0, 1))
    shared = max(width, 0) * max(height, 0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return shared / max(areas - shared, 1e-9)


def centerface(outputs):
    """(boxes, scores, points) in input pixels (Sources/Faces/Detection/CenterFaceDecoder)."""
    heat, scale, offset, marks = (outputs[name][0] for name in ("heatmap", "scale", "offset", "landmarks"))
    rows, columns = np.nonzero(heat[0] > LEAST_SCORE)
    sizes = 4 * np.exp(scale[:, rows, columns])
    x, y = 4 * (columns + offset[1, rows, columns] + 0.5), 4 * (rows + offset[0, rows, columns] + 0.5)
    left, top = x - sizes[1] / 2, y - sizes[0] / 2
    boxes = np.stack([left, top, left + sizes[1], top + sizes[0]], 1)
    at = marks[:, rows, columns]
    points = np.stack([np.stack([left + sizes[1] * at[2 * k + 1], top + sizes[0] * at[2 * k]], 1) for k in range(5)], 1)
    scores = np.minimum(heat[0, rows, columns], 1)
    kept = suppressed(boxes, scores)
    return boxes[kept], scores[kept], points[kept]


def blazeface(outputs):
    rows, scores = outputs["boxes"][0], 1 / (1 + np.exp(-np.clip(outputs["logits"][0, :, 0], -100, 100)))
    found = np.nonzero(scores > LEAST_SCORE)[0]
    anchors = np.stack([found % 48 + 0.5, found // 48 + 0.5], 1) * 4
    centre, half = anchors + rows[found, :2], np.abs(rows[found, 2:4]) / 2
    boxes, scores = np.concatenate([centre - half, centre + half], 1), scores[found]
    points = anchors[:, None] + rows[found, 4:12].reshape(-1, 4, 2)
    kept = suppressed(boxes, scores)
    return boxes[kept], scores[kept], points[kept]


def compare_finds(decode, expected, found):
    """How the finds of the same pictures differ: missed, new, overlap of the boxes, scores, points in box widths."""
    missed = new = count = 0
    overlaps, scores, places = [], [], []
    for one, other in zip(expected, found):
        (boxes, score, points), (its_boxes, its_score, its_points) = decode(one), decode(other)
        taken = set()
        for index, box in enumerate(boxes):
            count += 1
            best = max(range(len(its_boxes)), key=lambda k: overlap(box, its_boxes[k]), default=None)
            if best is None or overlap(box, its_boxes[best]) < 0.5:
                missed += 1
                continue
            taken.add(best)
            overlaps.append(overlap(box, its_boxes[best]))
            scores.append(abs(score[index] - its_score[best]))
            places.append(np.linalg.norm(points[index] - its_points[best], axis=1).max() / (box[2] - box[0]))
        new += len(its_boxes) - len(taken)
    if not overlaps:
        return f"{count} faces, all missed"
    return (f"{count} faces, {missed} missed, {new} new; IoU mean {np.mean(overlaps):.3f} least {min(overlaps):.3f}; "
            f"score {max(scores):.3f}; points {np.mean(places) * 100:.1f} % of the box, most {max(places) * 100:.1f} %")


def compare_vectors(expected, found):
    """Cosines of the same pictures, and the pairs of pictures that change sides of the border between people."""
    old, new = (np.concatenate([answer["embedding"] for answer in answers]) for answers in (expected, found))
    cosines = (old * new).sum(1) / np.linalg.norm(old, axis=1) / np.linalg.norm(new, axis=1)
    apart = [np.linalg.norm(a[:, None] - b[None], axis=2) for a, b in ((old, old), (new, new), (old, new))]
    pairs = np.triu_indices(len(old), 1)
    before, after, mixed = (distance[pairs] for distance in apart)
    changed, across = (((before < SAME_PERSON) != (other < SAME_PERSON)).sum() for other in (after, mixed))
    return (f"{len(old)} faces; cosine mean {cosines.mean():.5f} least {cosines.min():.5f}; distance to the vector in "
            f"32 bits at most {np.diagonal(apart[2]).max():.3f}; distance of a pair differs by at most "
            f"{np.abs(before - after).max(initial=0):.3f}; of {len(before)} pairs {changed} change sides, {across} when one of "
            "them is in 32 bits")


def compare_meshes(expected, found):
    shift = np.array([np.linalg.norm(a["points"].reshape(-1, 3)[:, :2] - b["points"].reshape(-1, 3)[:, :2], axis=1)
                      for a, b in zip(expected, found)])
    sides = sum((a["presence"].item() > 0) != (b["presence"].item() > 0) for a, b in zip(expected, found))
    return (f"{len(shift)} faces; points off by {shift.mean():.2f} of 192 pixels, 99 % below "
            f"{np.quantile(shift, 0.99):.2f}, most {shift.max():.2f}; presence changes sides {sides} times")


def compare_masks(expected, found):
    old, new = (np.stack([answer["visible"].ravel() for answer in answers]) for answers in (expected, found))
    shown = (old > 0.5).mean(1) > 0.05  # of a face that is hardly seen a few pixels would decide
    shared = ((old > 0.5) & (new > 0.5))[shown].sum(1) / ((old > 0.5) | (new > 0.5))[shown].sum(1)
    return (f"{len(old)} faces, {shown.sum()} of them seen; difference mean {np.abs(old - new).mean():.4f}; "
            f"IoU mean {shared.mean():.4f} least {shared.min(initial=1):.4f}")


def compare_pictures(expected, found):
    errors = [np.mean((one["output"] - other["output"]) ** 2) for one, other in zip(expected, found)]
    signal = [-10 * np.log10(error) if error else np.inf for error in errors]
    return f"{len(signal)} tiles; PSNR to 32 bits mean {np.mean(signal):.1f} dB, least {min(signal):.1f} dB"


# MARK: Inputs


def similarity(points, template):
    return np.vstack([cv2.estimateAffinePartial2D(points.astype(np.float32), template, method=cv2.LMEDS)[0], [0, 0, 1]])


def mesh_crop(box, points, side):
    """The square of Sources/Faces/Landmarks/MeshCrop, as a matrix."""
    centre, length = (box[:2] + box[2:]) / 2, 1.5 * max(box[2:] - box[:2])
    turn = np.arctan2(*(points[1] - points[0])[::-1])
    cosine, sine = np.cos(turn) * side / length, np.sin(turn) * side / length
    rotation, middle = np.array([[cosine, sine], [-sine, cosine]]), side / 2 - 0.5
    return np.hstack([rotation, (middle - rotation @ centre)[:, None]])


class Inputs:
    """What every network is given: whole pictures, tiles, or crops around the faces CenterFace finds in them."""

    def __init__(self, models, media):
        finder = session(models / "centerface.onnx", 1)
        self.whole, self.small, self.tiles, self.chips, self.meshes, self.masks = ([] for _ in range(6))
        for picture in pictures(media):
            view, scale = fitted(picture, 640, 32)
            self.whole.append(planar(view))
            self.small.append(planar(letterboxed(picture, 192), 2 / 255, -1))
            for box, _, points in zip(*centerface(answer(finder, {"image": planar(view)}))):
                box, points = box / scale, points / scale
                window = similarity(points, ARCFACE_128)
                chip = warped(picture, (DLIB_CHIP @ window)[:2], 150, replicates=True)
                self.chips.append(planar(chip - DLIB_MEAN, 1 / 256))
                self.meshes.append(planar(warped(picture, mesh_crop(box, points, 192), 192), 1 / 255))
                face = warped(picture, window[:2], 128, replicates=True)
                self.masks.append(planar(face, 1 / 255))
                if len(self.tiles) < 18:
                    self.tiles.append(planar(face[40:88, 40:88], 1 / 255))


def warped(picture, matrix, side, replicates=False):
    border = cv2.BORDER_REPLICATE if replicates else cv2.BORDER_CONSTANT
    return cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=border)


# file -> (list of Inputs, comparison)
NETWORKS = {
    "centerface": ("whole", lambda old, new: compare_finds(centerface, old, new)),
    "blazeface_full_range": ("small", lambda old, new: compare_finds(blazeface, old, new)),
    "face_mesh_478": ("meshes", compare_meshes),
    "face_mesh_468": ("meshes", compare_meshes),
    "dlib_face_recognition_resnet_v1": ("chips", compare_vectors),
    "likeness_occluder_128": ("masks", compare_masks),
    "realesrgan-x4plus": ("tiles", compare_pictures),
}


# MARK: Networks


def session(model, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def answer(network, feeds):
    names = [output.name for output in network.get_outputs()]
    return dict(zip(names, network.run(names, feeds)))


class Reader(CalibrationDataReader):
    def __init__(self, feeds):
        self.feeds = iter(feeds)

    def get_next(self):
        return next(self.feeds, None)


def prepared(path, folder):
    """The network folded and its nodes named, so that they can be told apart."""
    made = folder / path.name
    quant_pre_process(str(path), str(made), skip_symbolic_shape=True)
    model = onnx.load(made)
    for number, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}_{number}"
    onnx.save(model, made)
    return made


def kept(path, share):
    """Nodes that stay in 32 bits: those that take the input or give an output, and a share of the first ones."""
    graph = onnx.load(path).graph
    weights = {tensor.name for tensor in graph.initializer}
    inputs, outputs = {value.name for value in graph.input} - weights, {value.name for value in graph.output}
    edges = {node.name for node in graph.node if inputs & set(node.input) or outputs & set(node.output)}
    return sorted(edges | {node.name for node in graph.node[:round(share * len(graph.node))]})


def quantised(path, name, feeds, folder):
    form, made = FORMS[name], folder / f"{path.stem} {name}.onnx"
    quantize_static(
        str(path), str(made), Reader(feeds), quant_format=form.layout, activation_type=form.activations,
        weight_type=form.weights, per_channel=True, reduce_range=form.narrow, op_types_to_quantize=list(form.operators),
        calibrate_method=CalibrationMethod.MinMax, nodes_to_exclude=kept(path, form.kept),
        extra_options={"WeightSymmetric": form.weights == S8})
    return made


def convolutions(path, folder):
    """How many the runtime really runs in 8 bits, and how many in 32."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(folder / "optimised.onnx")
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    kinds = [node.op_type for node in onnx.load(options.optimized_model_filepath).graph.node]
    rounded = sum("QLinearConv" in kind for kind in kinds)
    return f"{rounded} of {rounded + sum('Conv' in kind and 'QLinear' not in kind for kind in kinds)}"


def times(sessions, feeds, rounds, seconds):
    """Least and middle processor time of a run in ms, by session; all take turns."""
    repeats = {}
    for name, network in sessions.items():
        answer(network, feeds)
        start = time.process_time()
        answer(network, feeds)
        repeats[name] = max(1, round(seconds / max(time.process_time() - start, 1e-4)))
    found = {name: [] for name in sessions}
    for _ in range(rounds):
        for name, network in sessions.items():
            start = time.process_time()
            for _ in range(repeats[name]):
                answer(network, feeds)
            found[name].append(1000 * (time.process_time() - start) / repeats[name])
    return {name: (min(values), statistics.median(values)) for name, values in found.items()}


# MARK: Tables


def table(path, files, feeds, quality, options, folder):
    """One row a form: convolutions in 8 bits, then least and middle time and their ratios to 32 bits, by threads."""
    rows = {form: [form, convolutions(file, folder)] for form, file in files.items()}
    for count in options.threads:
        sessions = {form: session(file, count) for form, file in files.items()}
        found = times(sessions, feeds, options.rounds, options.seconds)
        for form, (least, middle) in found.items():
            base = found["32 bits"]
            rows[form].append(f"{least:.2f} / {middle:.2f}")
            rows[form].append(f"{base[0] / least:.2f} / {base[1] / middle:.2f}")
    heads = ["form", "8-bit convolutions"]
    for count in options.threads:
        heads += [f"ms, {count} thread{'s' * (count > 1)}", "times as fast"]
    print(f"\n{path.stem}\n\n| {' | '.join(heads + ['against 32 bits'])} |\n|{'---|' * (len(heads) + 1)}")
    for form, cells in rows.items():
        print(f"| {' | '.join(cells + [quality.get(form, '')])} |", flush=True)


def forms(path, ready, feeds, options, folder):
    """form -> file, the network itself first."""
    files = {"32 bits": path}
    for form in options.forms:
        files[form] = quantised(ready, form, feeds, folder)
    return files


def measure(path, inputs, options, folder):
    place, compare = NETWORKS[path.stem]
    name = session(path, 1).get_inputs()[0].name
    feeds = [{name: tensor} for tensor in getattr(inputs, place)]
    calibration, test = feeds[::3][:CALIBRATION_LIMIT], [feed for index, feed in enumerate(feeds) if index % 3]
    files = forms(path, prepared(path, folder), calibration, options, folder)
    shipped = options.models / f"{path.stem}_int8.onnx"
    if shipped.is_file():
        files["the program's own"] = shipped
    expected, quality = [], {}
    for form, file in files.items():
        network = session(file, 1)
        answers = [answer(network, feed) for feed in test]
        if form == "32 bits":
            expected = answers
        else:
            quality[form] = compare(expected, answers)
    table(path, files, test[0], quality, options, folder)


def measure_random(path, options, folder):
    numbers = np.random.default_rng(1)
    feeds = {value.name: numbers.random(value.shape, dtype=np.float32) for value in session(path, 1).get_inputs()}
    table(path, forms(path, prepared(path, folder), [feeds], options, folder), feeds, {}, options, folder)


def machine():
    facts = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines())
    facts = {key.strip(): value.strip() for key, value in facts.items()}
    wanted = ["avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8"]
    has = set(facts["flags"].split())
    return (f"{facts['model name']}, family {facts['cpu family']}, model {facts['model']}: "
            + ", ".join(("" if flag in has else "no ") + flag for flag in wanted)
            + f"; onnxruntime {onnxruntime.__version__}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--media", nargs="+", default=[ROOT / "Samples"], help="photos and clips, or folders of them")
    parser.add_argument("--networks", nargs="*", default=list(NETWORKS), choices=list(NETWORKS))
    parser.add_argument("--random", nargs="*", type=Path, default=[], help="files of networks with random weights")
    parser.add_argument("--forms", nargs="+", default=list(FORMS), choices=list(FORMS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.1, help="of a round and form")
    options = parser.parse_args()
    onnxruntime.set_default_logger_severity(3)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        if options.networks:
            inputs = Inputs(options.models, options.media)
            print(f"{len(inputs.whole)} pictures, {len(inputs.chips)} faces; a third of them for calibration")
        for name in options.networks:
            path = options.models / f"{name}.onnx"
            path = path if path.is_file() else ROOT / "Sources/ModelStore/Resources" / path.name
            if path.is_file():
                measure(path, inputs, options, Path(folder))
            else:
                print(f"\n{name} is not in {options.models}")
        for path in options.random:
            measure_random(path, options, Path(folder))


if __name__ == "__main__":
    main()
