/// `gfpgan_1.4`: a U-net that reads a degraded face of 512 × 512, and a StyleGAN2 decoder that it steers.
///
/// The U-net has half of the decoder's channels; its features scale and move half of the decoder's at every size. The
/// decoder makes the kernels of its convolutions from the style of the face, so a run takes one face.
struct FaceRestoration {
  typealias Value = ModelBuilder.Value

  let builder: ModelBuilder
  let width: ChannelWidth

  private static let styleSize = 512
  /// Sizes from 8 to 512 as powers of two.
  private static let levels = 3...9

  /// Channels of the decoder at a size of 2^level.
  private func decoderChannels(_ level: Int) -> Int {
    let channels = [2: 512, 3: 512, 4: 512, 5: 512, 6: 512, 7: 256, 8: 128, 9: 64]
    return 2 * width((channels[level] ?? 512) / 2)
  }

  private func encoderChannels(_ level: Int) -> Int { decoderChannels(level) / 2 }

  func build() {
    let picture = builder.input("input", [1, 3, 512, 512])
    var x = builder.leakyRelu(builder.conv(picture, encoderChannels(9), side: 1, gain: 1.4))
    var skips: [Value] = []
    for level in Self.levels.reversed() {
      x = residual(x, encoderChannels(level - 1), factor: 0.5)
      skips.insert(x, at: 0)
    }
    x = builder.leakyRelu(builder.conv(x, encoderChannels(2), side: 3, gain: 1.4))
    let styleCount = 2 * Self.levels.count + 2
    let style = builder.gemm(builder.reshape(x, [1, x.count]), styleCount * Self.styleSize)
    let styles = (0..<styleCount).map {
      builder.slice(style, axis: 1, $0 * Self.styleSize..<($0 + 1) * Self.styleSize)
    }
    var conditions: [(scale: Value, shift: Value)] = []
    for (index, level) in Self.levels.enumerated() {
      x = residual(builder.add(x, skips[index]), encoderChannels(level), factor: 2)
      conditions.append((condition(x, mean: 1), condition(x, mean: 0)))
    }
    let restored = builder.tanh(decode(styles, conditions))
    // The input with a little of the answer, as with the swapper.
    builder.output(builder.steered(restored, to: picture), as: "output")
  }

  // MARK: U-net

  /// Two convolutions with a change of size between them, and a short way around.
  private func residual(_ x: Value, _ channels: Int, factor: Float) -> Value {
    let first = builder.leakyRelu(builder.conv(x, x.channels, side: 3, gain: 1.4))
    let sized = builder.resize(first, by: factor, linear: true)
    let second = builder.leakyRelu(builder.conv(sized, channels, side: 3, gain: 0.7))
    let past = builder.conv(builder.resize(x, by: factor, linear: true), channels, side: 1, gain: 0.7, bias: false)
    return builder.add(second, past)
  }

  private func condition(_ x: Value, mean: Float) -> Value {
    let first = builder.leakyRelu(builder.conv(x, x.channels, side: 3, gain: 1.4))
    let second = builder.conv(first, x.channels, side: 3, gain: 0.2)
    return builder.add(second, builder.scalar(mean))
  }

  // MARK: Decoder

  private func decode(_ styles: [Value], _ conditions: [(scale: Value, shift: Value)]) -> Value {
    let start = builder.weights([1, decoderChannels(2), 4, 4], deviation: 1)
    var x = styled(start, decoderChannels(2), styles[0])
    var picture = colors(x, styles[1], over: nil)
    for (index, level) in Self.levels.enumerated() {
      let channels = decoderChannels(level)
      x = styled(builder.resize(x, by: 2, linear: true), channels, styles[2 * index + 1])
      let half = channels / 2
      let moved = builder.add(
        builder.multiply(builder.slice(x, axis: 1, half..<channels), conditions[index].scale), conditions[index].shift)
      x = builder.concat([builder.slice(x, axis: 1, 0..<half), moved], axis: 1)
      x = styled(x, channels, styles[2 * index + 2])
      picture = colors(x, styles[2 * index + 3], over: picture)
    }
    return picture
  }

  private func styled(_ x: Value, _ channels: Int, _ style: Value) -> Value {
    let strong = builder.multiply(modulated(x, channels, side: 3, style), builder.scalar(Float(2).squareRoot()))
    let noise = builder.weights([1, 1] + x.shape[2...], deviation: 1)
    let noisy = builder.add(strong, builder.multiply(noise, builder.weights([1], mean: 0.05, deviation: 0.01)))
    return builder.leakyRelu(builder.add(noisy, builder.weights([1, channels, 1, 1], deviation: 0.05)))
  }

  private func colors(_ x: Value, _ style: Value, over picture: Value?) -> Value {
    let own = builder.add(
      modulated(x, 3, side: 1, style, normalizes: false), builder.weights([1, 3, 1, 1], deviation: 0.05))
    guard let picture else { return own }
    return builder.add(own, builder.resize(picture, by: 2, linear: true))
  }

  /// A convolution whose kernel is scaled by the style and brought back to length 1 for each output.
  private func modulated(
    _ x: Value, _ channels: Int, side: Int, _ style: Value, normalizes: Bool = true
  ) -> Value {
    let inputs = x.channels
    let scales = builder.reshape(builder.gemm(style, inputs, gain: 0.2, offset: 1), [1, 1, inputs, 1, 1])
    let own = builder.weights(
      [1, channels, inputs, side, side], deviation: 1 / Float(inputs * side * side).squareRoot())
    var kernel = builder.multiply(own, scales)
    if normalizes {
      let squares = builder.node(
        "ReduceSum", [builder.multiply(kernel, kernel).name, builder.integers([2, 3, 4]).name],
        shape: [1, channels, 1, 1, 1], [("keepdims", .int(1))])
      let length = builder.node("Sqrt", [builder.add(squares, builder.scalar(1e-8)).name], shape: squares.shape)
      kernel = builder.multiply(kernel, builder.divide(builder.scalar(1), length))
    }
    let shape = builder.integers([channels, inputs, side, side])
    let flat = builder.node("Reshape", [kernel.name, shape.name], shape: [channels, inputs, side, side])
    let pad = side / 2
    let size = Array(x.shape[2...])
    builder.count(multiplyAdds: channels * inputs * side * side * size.reduce(1, *))
    return builder.node(
      "Conv", [x.name, flat.name], shape: [1, channels] + size,
      [("kernel_shape", .ints([side, side])), ("pads", .ints([pad, pad, pad, pad]))])
  }
}
