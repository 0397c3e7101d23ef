/// `yoloface_8n`: YOLOv8, size n, with one class and five points: 640 × 640 in, 8400 places out.
///
/// Every activation is a SiLU; normalisations are folded into the convolutions. Boxes come as a distribution over 16
/// distances for each side.
struct YoloFaceNetwork {
  let builder: ModelBuilder
  let width: ChannelWidth

  private static let bins = 16
  private static let strides = [8, 16, 32]

  func build(_ face: FacePlace) {
    let picture = builder.input("input", [1, 3, 640, 640])
    var x = step(step(picture, 16, stride: 2), 32, stride: 2)
    x = step(split(x, 32, repeats: 1, adds: true), 64, stride: 2)
    let fine = split(x, 64, repeats: 2, adds: true)
    let middle = split(step(fine, 128, stride: 2), 128, repeats: 2, adds: true)
    let deep = pooled(split(step(middle, 256, stride: 2), 256, repeats: 1, adds: true))
    let second = split(joined(enlarged(deep), middle), 128, repeats: 1)
    let first = split(joined(enlarged(second), fine), 64, repeats: 1)
    let third = split(joined(step(first, 64, stride: 2), second), 128, repeats: 1)
    let last = split(joined(step(third, 128, stride: 2), deep), 256, repeats: 1)
    finish([first, third, last], face)
  }

  private func step(_ x: ModelBuilder.Value, _ channels: Int, stride: Int = 1, side: Int = 3) -> ModelBuilder.Value {
    builder.silu(builder.conv(x, width(channels), side: side, stride: stride, gain: 1.7))
  }

  private func enlarged(_ x: ModelBuilder.Value) -> ModelBuilder.Value { builder.resize(x, by: 2, linear: false) }

  private func joined(_ a: ModelBuilder.Value, _ b: ModelBuilder.Value) -> ModelBuilder.Value {
    builder.concat([a, b], axis: 1)
  }

  /// Half of the channels pass, the others go through small residual blocks; everything is mixed at the end.
  private func split(
    _ x: ModelBuilder.Value, _ channels: Int, repeats: Int, adds: Bool = false
  ) -> ModelBuilder.Value {
    let half = max(width(channels) / 2, 1)
    let both = builder.silu(builder.conv(x, 2 * half, side: 1, gain: 1.7))
    var parts = [builder.slice(both, axis: 1, 0..<half), builder.slice(both, axis: 1, half..<2 * half)]
    for _ in 0..<repeats {
      let past = parts[parts.count - 1]
      let inner = builder.silu(builder.conv(past, half, side: 3, gain: 1.7))
      let outer = builder.silu(builder.conv(inner, half, side: 3, gain: adds ? 0.5 : 1.7))
      parts.append(adds ? builder.add(past, outer) : outer)
    }
    return step(builder.concat(parts, axis: 1), channels, side: 1)
  }

  /// Maxima over growing squares.
  private func pooled(_ x: ModelBuilder.Value) -> ModelBuilder.Value {
    var parts = [builder.silu(builder.conv(x, max(x.channels / 2, 1), side: 1, gain: 1.7))]
    for _ in 0..<3 { parts.append(builder.maxPool(parts[parts.count - 1], side: 5)) }
    return step(builder.concat(parts, axis: 1), 256, side: 1)
  }

  // MARK: Head

  private func finish(_ levels: [ModelBuilder.Value], _ face: FacePlace) {
    let sides = levels.map { branch($0, inner: 64, outputs: 4 * Self.bins) }
    let scores = levels.map { branch($0, inner: 64, outputs: 1) }
    let points = levels.map { branch($0, inner: 16, outputs: 15) }
    let boxes = boxes(builder.concat(sides, axis: 2), levels)
    let score = builder.sigmoid(builder.concat(scores, axis: 2))
    let answer = builder.concat([boxes, score, builder.tanh(builder.concat(points, axis: 2))], axis: 1)
    let wanted = Self.finds(face, places: answer.shape[2])
    builder.output(builder.steered(answer, to: builder.constant(answer.shape, wanted)), as: "output")
  }

  /// Two convolutions and a last one, as rows over all places of a level.
  private func branch(_ level: ModelBuilder.Value, inner: Int, outputs: Int) -> ModelBuilder.Value {
    let map = builder.conv(step(step(level, inner), inner), outputs, side: 1)
    return builder.reshape(map, [1, outputs, map.shape[2] * map.shape[3]])
  }

  /// Middle and size from the four distances of each place, in pixels.
  private func boxes(_ sides: ModelBuilder.Value, _ levels: [ModelBuilder.Value]) -> ModelBuilder.Value {
    let places = sides.shape[2]
    let shaped = builder.transpose(builder.reshape(sides, [1, 4, Self.bins, places]), [0, 2, 1, 3])
    let shares = builder.softmax(shaped, axis: 1)
    let numbers = builder.constant([1, Self.bins, 1, 1], (0..<Self.bins).map(Float.init))
    let weighted = builder.node(
      "Conv", [shares.name, numbers.name], shape: [1, 1, 4, places], [("kernel_shape", .ints([1, 1]))])
    builder.count(multiplyAdds: 4 * places * Self.bins)
    let distances = builder.reshape(weighted, [1, 4, places])
    let (low, high) = (builder.slice(distances, axis: 1, 0..<2), builder.slice(distances, axis: 1, 2..<4))
    var anchors: [[Float]] = [[], []]
    var scales: [Float] = []
    for (stride, level) in zip(Self.strides, levels) {
      let columns = level.shape[3]
      for place in 0..<level.shape[2] * columns {
        anchors[0].append(Float(place % columns) + 0.5)
        anchors[1].append(Float(place / columns) + 0.5)
        scales.append(Float(stride))
      }
    }
    let anchor = builder.constant([1, 2, places], anchors[0] + anchors[1])
    let middle = builder.add(
      anchor, builder.multiply(builder.subtract(high, low), builder.scalar(0.5)))
    let pixels = builder.constant([1, 1, places], scales)
    // Small against the canvas, so that what is steered stays in its place.
    let both = builder.concat([middle, builder.add(low, high)], axis: 1)
    return builder.multiply(builder.multiply(both, pixels), builder.scalar(1 / 640))
  }

  /// Rows cx, cy, w, h, score, then x, y and confidence of five points; one face, at a place that is not the first.
  static func finds(_ face: FacePlace, places: Int, canvas: Double = 640) -> [Float] {
    var numbers = [Float](repeating: 0, count: 20 * places)
    let chosen = places / 2
    func set(_ row: Int, _ value: Double) { numbers[row * places + chosen] = Float(value) }
    let low = face.onCanvas(FacePlace.box.low, width: canvas)
    let high = face.onCanvas(FacePlace.box.high, width: canvas)
    let (middle, size) = ((low + high) / 2, high - low)
    for (row, value) in [middle.x, middle.y, size.x, size.y, 0.9].enumerated() { set(row, value) }
    for (index, point) in FacePlace.five.enumerated() {
      let place = face.onCanvas(point, width: canvas)
      for (offset, value) in [place.x, place.y, 0.9].enumerated() { set(5 + 3 * index + offset, value) }
    }
    return numbers
  }
}
