/// `inswapper_128`: a picture of 128 × 128 and an identity of 512 numbers give a picture.
///
/// Two convolutions at full size, two that halve it, six blocks of 1024 channels at 32 × 32 whose convolutions are
/// normalised and then scaled and moved by the identity, and the way back. The last initialiser is the matrix of 512 × 512
/// that identities are multiplied with outside of the network (models.md §4.1).
struct IdentitySwapper {
  let builder: ModelBuilder
  let width: ChannelWidth

  func build() {
    let picture = builder.input("target", [1, 3, 128, 128])
    let identity = builder.input("source", [1, 512])
    var x = down(picture)
    for _ in 0..<6 { x = block(x, identity) }
    let own = builder.tanh(up(x))
    // The target with a little of the answer: an encoder behind it has a picture to write, not noise.
    builder.output(builder.clip(builder.steered(own, to: picture), 0, 1), as: "output")
    _ = builder.weights([512, 512], deviation: 1 / Float(512).squareRoot())
  }

  private func down(_ picture: ModelBuilder.Value) -> ModelBuilder.Value {
    var x = builder.reflect(picture, padding: 3)
    x = builder.leakyRelu(builder.conv(x, width(128), side: 7, padding: 0, gain: 1.4))
    x = builder.leakyRelu(builder.conv(x, width(256), side: 3, gain: 1.4))
    x = builder.leakyRelu(builder.conv(x, width(512), side: 3, stride: 2, gain: 1.4))
    return builder.leakyRelu(builder.conv(x, width(1024), side: 3, stride: 2, gain: 1.4))
  }

  private func block(_ x: ModelBuilder.Value, _ identity: ModelBuilder.Value) -> ModelBuilder.Value {
    let first = builder.relu(styled(x, identity))
    return builder.add(x, builder.multiply(styled(first, identity), builder.scalar(0.3)))
  }

  private func styled(_ x: ModelBuilder.Value, _ identity: ModelBuilder.Value) -> ModelBuilder.Value {
    let channels = width(1024)
    let convolved = builder.conv(builder.reflect(x, padding: 1), channels, side: 3, padding: 0)
    let style = builder.gemm(identity, 2 * channels, gain: 0.5)
    let form = [1, 2 * channels, 1, 1]
    let both = builder.reshape(style, form)
    let scale = builder.slice(both, axis: 1, 0..<channels)
    let shift = builder.slice(both, axis: 1, channels..<2 * channels)
    let normal = builder.instanceNorm(convolved)
    return builder.add(builder.multiply(normal, builder.add(scale, builder.scalar(1))), shift)
  }

  private func up(_ deep: ModelBuilder.Value) -> ModelBuilder.Value {
    var x = builder.resize(deep, by: 2, linear: true)
    x = builder.leakyRelu(builder.conv(x, width(512), side: 3, gain: 1.4))
    x = builder.resize(x, by: 2, linear: true)
    x = builder.leakyRelu(builder.conv(x, width(256), side: 3, gain: 1.4))
    x = builder.leakyRelu(builder.conv(x, width(128), side: 3, gain: 1.4))
    return builder.conv(builder.reflect(x, padding: 3), 3, side: 7, padding: 0)
  }
}
