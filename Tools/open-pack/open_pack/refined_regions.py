"""The three operators of the 478-point mesh's own, written with standard ones.

The file refines three regions (lips, left eye, right eye): it turns each level, cuts a 16x16 grid out of a 48x48
feature map, and brings the points found there back. All three are computed here at once. Points are rows, so
`point @ matrix + shift` goes from a region's grid to the map; `matrix` is (N,3,2,2) and `shift` (N,3,1,2).
"""

import numpy as np
from onnx import TensorProto

from .tflite_file import Operator, TfliteFile
from .tflite_to_onnx import TfliteConverter


class RefinedRegions:
    """`subsets` are the mesh points of each region. `handlers` go to the converter; `points` is asked at the end."""

    def __init__(self, source: TfliteFile) -> None:
        self._operators = [item for item in source.operators if item.kind == "Landmarks2TransformMatrix"]
        self.subsets = [item.options["subset_idxs"] for item in self._operators]
        self._converter: TfliteConverter | None = None
        self._back: tuple[str, str] | None = None
        self._windows = ""
        self.handlers = {
            "Landmarks2TransformMatrix": self._region, "TransformTensorBilinear": self._window,
            "MUL": self._multiply, "RESHAPE": self._reshape,
            "TransformLandmarks": lambda converter, operator: converter.values[operator.inputs[0]],
            "STRIDED_SLICE": lambda converter, operator: converter.values[operator.inputs[0]]}

    def points(self, rows: list[list[tuple[str, int]]]) -> tuple[str, int]:
        """The refined points in pixels of the input, (N, 3 * width, 2), and the rows a region takes in it (width).

        `rows` lists for each region the network's values and how many numbers each holds.
        """
        builder, (matrix, shift) = self._converter.builder, self._back
        width = max(sum(count for _, count in region) for region in rows) // 2
        flat = builder.op("Concat", *[value for region in rows for value, _ in region], axis=1)
        choice, start = np.zeros((len(rows), width * 2), np.int64), 0
        for index, region in enumerate(rows):
            count = sum(count for _, count in region)
            choice[index, :count] = start + np.arange(count)
            start += count
        shape = builder.ints(0, len(rows), width, 2)
        local = builder.op("Reshape", builder.op("Gather", flat, builder.constant(choice, np.int64), axis=1), shape)
        moved = builder.op("Add", builder.op("MatMul", local, matrix), builder.op("Mul", shift, builder.constant(4)))
        return builder.op("Reshape", moved, builder.ints(0, len(rows) * width, 2)), width

    def _multiply(self, converter: TfliteConverter, operator: Operator):
        value, factor = converter.values[operator.inputs[0]], converter.constant(operator.inputs[1])
        if not isinstance(value, int):
            return converter.builder.op("Mul", value, converter.builder.constant(factor))
        # A region's matrix: the file scales the shift from the map's 48 to the input's 192 pixels, `points` too.
        if not (np.all(factor[..., :2, :2] == 1) and np.all(factor[..., :2, 3] == 4)):
            raise ValueError("the scale of a region's shift is not 4")
        return value

    def _reshape(self, converter: TfliteConverter, operator: Operator):
        value, shape = converter.values[operator.inputs[0]], converter.source.shapes[operator.outputs[0]]
        if shape[-1] == 3:
            return converter.builder.op("Reshape", value, converter.builder.ints(0, *shape[1:]))
        # A list of (x, y): kept flat, with its length, until `points` gathers all of them.
        return value if isinstance(value, tuple) else (value, int(np.prod(shape)))

    def _region(self, converter: TfliteConverter, operator: Operator) -> int:
        """The region's number. The first call computes the matrices of all regions."""
        if self._back is None:
            self._converter = converter
            self._back = self._matrices(converter.values[operator.inputs[0]])
        return self._operators.index(operator)

    def _matrices(self, mesh: str) -> tuple[str, str]:
        """Turns each region level, takes its box, and gives the way from the 16x16 grid back to the map."""
        builder, options = self._converter.builder, self._operators[0].options
        longest = max(map(len, self.subsets))
        # Shorter lists repeat their first point, which changes no maximum and no minimum.
        indices = [subset + subset[:1] * (longest - len(subset)) for subset in self.subsets]
        xy = builder.columns(mesh, 0, 2)
        ends = [builder.op("Gather", xy, builder.ints(*(item.options[f"{side}_rotation_idx"]
                                                        for item in self._operators)), axis=1)
                for side in ("left", "right")]
        line = builder.op("Sub", ends[1], ends[0])
        direction = builder.op("Div", line, builder.op("ReduceL2", line, axes=[2], keepdims=1))
        cosine, sine = builder.columns(direction, 0, 1), builder.columns(direction, 1, 2)
        minus = builder.op("Neg", sine)
        square = builder.ints(0, len(indices), 2, 2)
        level = builder.op("Reshape", builder.op("Concat", cosine, minus, sine, cosine, axis=2), square)
        back = builder.op("Reshape", builder.op("Concat", cosine, sine, minus, cosine, axis=2), square)
        points = builder.op("Gather", xy, builder.constant(indices, np.int64), axis=1)
        turned = builder.op("MatMul", points, level)
        high = builder.op("ReduceMax", turned, axes=[2], keepdims=1)
        low = builder.op("ReduceMin", turned, axes=[2], keepdims=1)
        grid = np.array([options["output_width"], options["output_height"]], np.float64)
        growth = builder.constant(np.array([options["scale_x"], options["scale_y"]]) / grid)
        size = builder.op("Mul", builder.op("Sub", high, low), growth)
        matrix = builder.op("Mul", back, builder.op("Reshape", size, builder.ints(0, len(indices), 2, 1)))
        middle = builder.op("Mul", builder.op("Add", high, low), builder.constant(0.5))
        corner = builder.op("MatMul", builder.constant((grid / 2).reshape(1, 1, 1, 2)), matrix)
        return matrix, builder.op("Sub", builder.op("MatMul", middle, back), corner)

    def _window(self, converter: TfliteConverter, operator: Operator) -> str:
        """One region's 16x16 cut of the map, (N, channels, 16, 16). The first call cuts all of them."""
        builder = converter.builder
        rows, columns = operator.options["output_height"], operator.options["output_width"]
        if not self._windows:
            self._windows = self._sample(operator, rows, columns)
        region = builder.constant(converter.values[operator.inputs[1]], np.int64)
        channels = converter.source.shapes[operator.inputs[0]][3]
        return builder.op("Reshape", builder.op("Gather", self._windows, region, axis=1),
                          builder.ints(0, channels, rows, columns))

    def _sample(self, operator: Operator, rows: int, columns: int) -> str:
        """Bilinear samples at the moved cell centres, (N, 3, channels, cells); a centre outside the map gives 0."""
        converter, builder, (matrix, shift) = self._converter, self._converter.builder, self._back
        _, side, width, channels = converter.source.shapes[operator.inputs[0]]
        if side != width:
            raise ValueError(f"the feature map is {width}x{side}, not square")
        count, regions = rows * columns, len(self.subsets)
        y, x = np.mgrid[:rows, :columns] + 0.5
        cells = builder.constant(np.stack([x, y], -1).reshape(1, 1, -1, 2))
        centred = builder.op("Sub", shift, builder.constant(0.5))
        moved = builder.op("Add", builder.op("MatMul", cells, matrix), centred)
        position = builder.op("Reshape", moved, builder.ints(0, regions * count, 2))
        zero = builder.constant(0)
        nearest = builder.op("Clip", position, zero, builder.constant(side - 1))
        inside = builder.op("Cast", builder.op("Equal", position, nearest), to=TensorProto.FLOAT)
        base = builder.op("Clip", builder.op("Floor", position), zero, builder.constant(side - 2))
        fraction = builder.op("Sub", position, base)
        # Rows of `parts`: left, upper, right, lower. The four corners in reading order, corner by corner, because a
        # sum over long rows is fast.
        parts = builder.op("Transpose", builder.op("Concat", builder.op("Sub", builder.constant(1), fraction), fraction,
                                                   axis=2), perm=[0, 2, 1])
        across = builder.op("Gather", parts, builder.ints(0, 2, 0, 2), axis=1)
        down = builder.op("Gather", parts, builder.ints(1, 1, 3, 3), axis=1)
        row = builder.ints(0, 1, regions * count)
        kept = builder.op("Reshape", builder.op("ReduceMin", inside, axes=[2], keepdims=1), row)
        weights = builder.op("Mul", builder.op("Mul", across, down), kept)
        first = builder.op("Reshape", builder.op("MatMul", base, builder.constant([[1], [side]])), row)
        corners = builder.op("Add", first, builder.constant([[0], [1], [side], [side + 1]]))
        indices = builder.op("Unsqueeze", builder.op("Cast", corners, to=TensorProto.INT64), builder.ints(3))
        channels_last = builder.op("Transpose", converter.values[operator.inputs[0]], perm=[0, 2, 3, 1])
        cells_first = builder.op("Reshape", channels_last, builder.ints(0, side * side, channels))
        found = builder.op("GatherND", cells_first, indices, batch_dims=1)
        weighted = builder.op("Mul", found, builder.op("Unsqueeze", weights, builder.ints(3)))
        samples = builder.op("ReduceSum", weighted, builder.ints(1), keepdims=0)
        by_region = builder.op("Reshape", samples, builder.ints(0, regions, count, channels))
        return builder.op("Transpose", by_region, perm=[0, 1, 3, 2])
