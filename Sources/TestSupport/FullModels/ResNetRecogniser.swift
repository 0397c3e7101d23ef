/// `arcface_w600k_r50`: the residual network of 50 layers that tells people apart: 112 × 112 in, 512 numbers out.
///
/// Stages of 3, 4, 14 and 3 blocks with 64, 128, 256 and 512 channels; the normalisation in front of each block stays in
/// the published graph, those behind convolutions are folded into them.
struct ResNetRecogniser {
  let builder: ModelBuilder
  let width: ChannelWidth

  func build() {
    let picture = builder.input("input", [1, 3, 112, 112])
    var x = builder.prelu(builder.conv(picture, width(64), side: 3, gain: 1.3))
    for (channels, blocks) in [(64, 3), (128, 4), (256, 14), (512, 3)] {
      for number in 0..<blocks { x = block(x, width(channels), stride: number == 0 ? 2 : 1) }
    }
    x = builder.batchNorm(x)
    x = builder.reshape(x, [1, x.count])
    builder.output(builder.batchNorm(builder.gemm(x, 512)), as: "output")
  }

  private func block(_ x: ModelBuilder.Value, _ channels: Int, stride: Int) -> ModelBuilder.Value {
    let first = builder.prelu(builder.conv(builder.batchNorm(x), channels, side: 3, gain: 1.3))
    let second = builder.conv(first, channels, side: 3, stride: stride, gain: 0.3)
    let past = stride == 1 ? x : builder.conv(x, channels, side: 1, stride: stride)
    return builder.add(second, past)
  }
}
