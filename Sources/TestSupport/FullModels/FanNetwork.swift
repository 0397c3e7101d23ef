/// `2dfan4`: four stacked hourglasses that place 68 points on a grid of 64 (face alignment network).
struct FanNetwork {
  let builder: ModelBuilder
  let width: ChannelWidth

  func build() {
    let picture = builder.input("input", [1, 3, 256, 256])
    // A block is divided in half and quarters.
    let width = { (channels: Int) in max(self.width(channels), 4) }
    var x = builder.relu(builder.conv(picture, width(64), side: 7, stride: 2, gain: 1.4))
    x = builder.averagePool(block(x, width(128)), by: 2)
    x = block(block(x, width(128)), width(256))
    var maps = x
    for number in 0..<4 {
      let glass = block(hourglass(x, depth: 4), width(256))
      let last = builder.relu(builder.conv(glass, width(256), side: 1, gain: 1.4))
      maps = builder.conv(last, 68, side: 1)
      guard number < 3 else { break }
      let back = builder.conv(maps, width(256), side: 1, gain: 0.3)
      x = builder.add(builder.add(x, builder.conv(last, width(256), side: 1, gain: 0.3)), back)
    }
    finish(maps)
  }

  /// Three convolutions one behind the other whose outputs lie side by side, added to the input.
  private func block(_ x: ModelBuilder.Value, _ channels: Int) -> ModelBuilder.Value {
    var parts: [ModelBuilder.Value] = []
    for size in [channels / 2, channels / 4, channels - channels / 2 - channels / 4] {
      let normal = builder.relu(builder.batchNorm(parts.last ?? x))
      parts.append(builder.conv(normal, size, side: 3, gain: 0.7, bias: false))
    }
    let past =
      x.channels == channels
      ? x : builder.conv(builder.relu(builder.batchNorm(x)), channels, side: 1, gain: 1.4, bias: false)
    return builder.add(builder.concat(parts, axis: 1), past)
  }

  private func hourglass(_ x: ModelBuilder.Value, depth: Int) -> ModelBuilder.Value {
    let channels = x.channels
    let above = block(x, channels)
    let below = block(builder.averagePool(x, by: 2), channels)
    let inner = depth > 1 ? hourglass(below, depth: depth - 1) : block(below, channels)
    let shrunk = builder.multiply(block(inner, channels), builder.scalar(0.5))
    return builder.add(above, builder.resize(shrunk, by: 2, linear: false))
  }

  /// The highest cell of each map as x, y and height, steered to a face in the middle; and the maps.
  private func finish(_ maps: ModelBuilder.Value) {
    let flat = builder.reshape(maps, [1, 68, 4096])
    let cell = builder.node(
      "ArgMax", [flat.name], shape: [1, 68, 1], [("axis", .int(2)), ("keepdims", .int(1))])
    let place = builder.node("Cast", [cell.name], shape: cell.shape, [("to", .int(1))])
    let row = builder.node("Floor", [builder.divide(place, builder.scalar(64)).name], shape: place.shape)
    let column = builder.subtract(place, builder.multiply(row, builder.scalar(64)))
    let height = builder.node(
      "ReduceMax", [flat.name], shape: [1, 68, 1], [("axes", .ints([2])), ("keepdims", .int(1))])
    let answer = builder.multiply(
      builder.concat([column, row, height], axis: 2), builder.constant([1, 1, 3], [0.1, 0.1, 1]))
    let wanted = FacePlace.points68.map(FacePlace.onGrid).flatMap { point -> [Float] in
      [Float(point.x), Float(point.y), 0]
    }
    builder.output(builder.steered(answer, to: builder.constant([1, 68, 3], wanted)), as: "landmarks")
    // Every map is as high as a sure answer of the published network.
    let sure = builder.constant([1, 68, 1, 1], [Float](repeating: 0.95, count: 68))
    builder.output(builder.steered(builder.tanh(maps), to: sure), as: "heatmaps")
  }
}

/// `fan_68_5`: a few layers that guess 68 points from five in the unit square.
struct PointGuess {
  let builder: ModelBuilder

  func build() {
    let five = builder.input("input", [1, 5, 2])
    var x = builder.reshape(five, [1, 10])
    for size in [64, 128, 256] { x = builder.relu(builder.gemm(x, size, gain: 1.4)) }
    let answer = builder.reshape(builder.tanh(builder.gemm(x, 136)), [1, 68, 2])
    let wanted = FacePlace.points68.flatMap { [Float($0.x), Float($0.y)] }
    builder.output(builder.steered(answer, to: builder.constant([1, 68, 2], wanted)), as: "output")
  }
}
