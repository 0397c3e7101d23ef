import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

@testable import Safeguards

@Suite struct DeviceLabelTests {
  private func label(_ size: PixelSize, _ change: (inout SafeguardPolicy.Label) -> Void = { _ in }) throws
    -> VisibleLabel
  {
    var policy = SafeguardPolicy().label
    policy.mode = .required
    change(&policy)
    return try VisibleLabel(policy: policy, size: size)
  }

  /// The same on both, in all corners, with plates that cut chroma cells.
  @Test(arguments: MarkBench.formats)
  func theCardDrawsAsTheProcessor(_ format: PixelFormat, _ packing: ChromaPacking) throws {
    let bench = try MarkBench()
    for (size, corner) in zip(
      [PixelSize(width: 161, height: 123), PixelSize(width: 90, height: 70)].flatMap { [$0, $0] },
      SafeguardPolicy.Label.Corner.allCases)
    {
      for isFullRange in [false, true] {
        let color = ColorDescription(isFullRange: isFullRange)
        let frame = SyntheticFrame.frame(.noise(seed: 9), size: size, format: format, color: color)
        let label = try label(size) { ($0.corner, $0.size) = (corner, 0.13) }
        let device = try bench.upload(frame, packing)
        let part = try DeviceLabel(label, kernels: bench.kernels, on: bench.stream)
          .draw(on: device, time: 0, on: bench.stream)
        #expect(part == label.area)
        let card = try bench.download(device, frame)
        label.draw(on: frame, time: 0)
        #expect(card.distance(to: frame) == 0)
      }
    }
    #expect(bench.machine.counts.violations == 0)
  }

  @Test func itIsShownAsLongAsThePolicySays() throws {
    let bench = try MarkBench()
    let size = PixelSize(width: 200, height: 100)
    let frame = SyntheticFrame.frame(.gradient, size: size, format: .rgb8)
    let device = try bench.upload(frame)
    let drawer = try DeviceLabel(label(size) { $0.seconds = 2 }, kernels: bench.kernels, on: bench.stream)
    let before = bench.stream.counts
    #expect(try drawer.draw(on: device, time: 2, on: bench.stream) == nil)
    #expect((bench.stream.counts - before).launches == 0)
    #expect(try bench.download(device, frame).allSamples == frame.allSamples)
    #expect(try drawer.draw(on: device, time: 1.9, on: bench.stream) != nil)
    #expect(try bench.download(device, frame).distance(to: frame) > 0)
  }

  /// A frame smaller than planned gets what fits.
  @Test(arguments: [
    PixelSize(width: 150, height: 90), PixelSize(width: 191, height: 95), PixelSize(width: 1, height: 1),
  ])
  func aSmallerFrameIsNoDanger(_ size: PixelSize) throws {
    let bench = try MarkBench()
    let label = try label(PixelSize(width: 200, height: 100)) { $0.corner = .bottomRight }
    let drawer = try DeviceLabel(label, kernels: bench.kernels, on: bench.stream)
    for format in [PixelFormat.yuv420, .rgba8] {
      let frame = SyntheticFrame.frame(.noise(seed: 1), size: size, format: format)
      let device = try bench.upload(frame)
      let part = try drawer.draw(on: device, time: 0, on: bench.stream)
      #expect(part == (size.width == 191 ? label.area.clamped(to: size) : nil))
      let card = try bench.download(device, frame)
      label.draw(on: frame, time: 0)
      #expect(card.allSamples == frame.allSamples)
    }
    #expect(bench.machine.counts.violations == 0)
  }

  /// Alpha in a plane of its own stays on the host, so such a frame must be drawn on there.
  @Test func alphaOfTheHostIsNotForgotten() throws {
    let bench = try MarkBench()
    let format = PixelFormat(layout: .gray, bitDepth: 8, hasAlpha: true)
    let size = PixelSize(width: 120, height: 80)
    let device = try bench.pool.frame(size: size, format: format, color: .init())
    let drawer = try DeviceLabel(label(size), kernels: bench.kernels, on: bench.stream)
    let error = #expect(throws: SafeguardsError.self) { try drawer.draw(on: device, time: 0, on: bench.stream) }
    #expect(error?.code == .marking)
  }
}

/// The kernels' sources.
@Suite struct MarkKernelTests {
  static let compiler = try? KernelCompiler.open()

  @Test(
    .enabled(if: compiler != nil, "NVIDIA's compiler (NVRTC) is not installed; name it in LIKENESS_NVRTC_PATH"),
    arguments: DeviceMarkKernels.names)
  func compileWithoutWarnings(_ name: String) throws {
    let compiler = try #require(Self.compiler)
    for architecture in [75, 80, 90] where compiler.architectures.contains(architecture) {
      let compiled = try compiler.compile(DeviceMarkKernels.source(name), for: .binary(architecture))
      #expect(!compiled.image.isEmpty)
      #expect(compiled.log == "", "sm_\(architecture)")
    }
  }

  /// What Swift writes has the size that the kernels read.
  @Test func argumentsHaveTheirSize() {
    for kernel in ["steps", "classes", "search", "levels", "add"] {
      #expect(EmulatedMachine.argumentBytes(of: "watermark_" + kernel) == 248)
    }
    #expect(EmulatedMachine.argumentBytes(of: "label_draw") == 192)
  }

  @Test func aCompilerThatRefusesIsSaidAtTheStart() throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    let error = #expect(throws: InferenceError.self) {
      try DeviceMarkKernels(
        on: machine.context(),
        compiler: { throw InferenceError(.kernelRejected, "Not today.") }, cacheFolder: folder.path)
    }
    #expect(error?.code == .kernelRejected)
  }
}
