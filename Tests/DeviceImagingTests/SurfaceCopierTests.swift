import CUDATestSupport
import DeviceImaging
import Imaging
import Inference
import TestSupport
import Testing

/// Pictures between a card's decoder or encoder and frames on the same card.
@Suite struct SurfaceCopierTests {
  /// Both sides of chroma are odd.
  private let size = PixelSize(width: 37, height: 21)

  /// A surface with memory of the emulated card.
  private struct Surface {
    let surface: DeviceSurface
    let memory: DeviceMemory
    private let pitch = 128

    /// Samples are undefined.
    init(_ layout: DeviceSurface.Layout, _ size: PixelSize, on context: CUDAContext, device: Int = 0) throws {
      let half = (size.height + 1) / 2
      let heights = layout.isPaired ? [size.height, half] : [size.height, size.height, size.height]
      memory = try DeviceMemory(byteCount: heights.reduce(0, +) * pitch, on: context)
      var rows: [(address: UInt, pitch: Int)] = []
      var address = UInt(memory.address)
      for height in heights {
        rows.append((address, pitch))
        address += UInt(height * pitch)
      }
      surface = try #require(DeviceSurface(device: device, layout: layout, size: size, rows: rows))
    }

    /// The samples as the layout has them, gaps included; where a sample lies is worked out one by one.
    func bytes(of frame: Frame, shift: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: memory.byteCount)
      let wide = frame.format.bytesPerSample == 2
      func put(_ plane: Frame.Plane, _ x: Int, _ y: Int, row: Int, column: Int) {
        let value = wide ? Int(plane.row16(y)[x]) << shift : Int(plane.row8(y)[x])
        let at = row * pitch + column * (wide ? 2 : 1)
        bytes[at] = UInt8(value & 255)
        if wide { bytes[at + 1] = UInt8(value >> 8) }
      }
      let size = frame.size
      for (index, plane) in frame.planes.enumerated() {
        for y in 0..<plane.height {
          for x in 0..<plane.width {
            if index == 0 || !surface.layout.isPaired {
              put(plane, x, y, row: index * size.height + y, column: x)
            } else {
              put(plane, x, y, row: size.height + y, column: 2 * x + index - 1)
            }
          }
        }
      }
      return bytes
    }
  }

  private static let kinds: [(DeviceSurface.Layout, PixelFormat, Int)] = [
    (.nv12, .yuv420, 0), (.p010, .yuv420p10, 6), (.p016, TestFormats.yuv(1, 1, 16), 0),
    (.yuv444, TestFormats.yuv(0, 0, 8), 0), (.yuv444p16, TestFormats.yuv(0, 0, 16), 0),
  ]

  @Test(arguments: kinds)
  func aDecodersPictureBecomesAFrame(_ layout: DeviceSurface.Layout, _ format: PixelFormat, _ shift: Int) throws {
    let bench = try Bench()
    let copier = try SurfaceCopier(imager: bench.imager, pool: bench.pool)
    let frame = SyntheticFrame.frame(.noise(seed: 8), size: size, format: format)
    let surface = try Surface(layout, size, on: bench.imager.context)
    try bench.stream.upload(surface.bytes(of: frame, shift: shift), to: surface.memory.bytes)
    let before = bench.machine.counts
    let device = try copier.take(surface.surface, color: frame.color, owner: surface.memory)
    // Nothing went over the host.
    #expect(bench.machine.counts.uploads == before.uploads && bench.machine.counts.downloads == before.downloads)
    #expect(device.packing == .planes && device.format == format && device.color == frame.color)
    #expect(try bench.downloaded(device).colorSamples == frame.colorSamples)
    #expect(bench.machine.counts.violations == 0)
  }

  @Test(arguments: kinds)
  func aFrameBecomesAnEncodersPicture(_ layout: DeviceSurface.Layout, _ format: PixelFormat, _ shift: Int) throws {
    let bench = try Bench()
    let copier = try SurfaceCopier(imager: bench.imager, pool: bench.pool)
    let frame = SyntheticFrame.frame(.noise(seed: 9), size: size, format: format)
    try bench.pool.attach(frame)
    let surface = try Surface(layout, size, on: bench.imager.context)
    try bench.stream.fill(surface.memory.bytes, byte: 0)
    let before = bench.machine.counts
    #expect(try copier.fill(surface.surface, from: frame))
    #expect(bench.machine.counts.uploads == before.uploads && bench.machine.counts.downloads == before.downloads)
    let found = try bench.stream.elements(surface.memory.bytes, as: UInt8.self)
    #expect(found == surface.bytes(of: frame, shift: shift))
    #expect(bench.machine.counts.violations == 0)
  }

  @Test func whatDoesNotFitIsLeftAlone() throws {
    let bench = try Bench()
    let copier = try SurfaceCopier(imager: bench.imager, pool: bench.pool)
    let surface = try Surface(.nv12, size, on: bench.imager.context)
    try bench.stream.fill(surface.memory.bytes, byte: 7)
    let onHost = SyntheticFrame.frame(.noise(seed: 1), size: size, format: .yuv420)
    #expect(try !copier.fill(surface.surface, from: onHost))
    for (size, format) in [(PixelSize(width: 36, height: 21), PixelFormat.yuv420), (size, .yuv420p10), (size, .rgb8)] {
      let frame = SyntheticFrame.frame(.noise(seed: 1), size: size, format: format)
      try bench.pool.attach(frame)
      #expect(try !copier.fill(surface.surface, from: frame))
    }
    let found = try bench.stream.elements(surface.memory.bytes, as: UInt8.self)
    #expect(found.allSatisfy { $0 == 7 })
    // Another card's.
    let elsewhere = try Surface(.nv12, size, on: bench.imager.context, device: 1)
    try bench.pool.attach(onHost)
    #expect(try !copier.fill(elsewhere.surface, from: onHost))
    let error = #expect(throws: InferenceError.self) {
      try copier.take(elsewhere.surface, color: onHost.color, owner: elsewhere.memory)
    }
    #expect(error?.code == .tensorMismatch && error?.message.contains("card 1") == true)
  }

  /// A decoder has few pictures: they are let go as soon as they are copied.
  @Test func picturesAreGivenBack() throws {
    final class Owner: Sendable {}
    struct Weak { weak var owner: Owner? }
    let bench = try Bench()
    var copier: SurfaceCopier? = try SurfaceCopier(imager: bench.imager, pool: bench.pool)
    let surface = try Surface(.nv12, size, on: bench.imager.context)
    var owners: [Weak] = []
    for _ in 0..<4 {
      let owner = Owner()
      owners.append(Weak(owner: owner))
      _ = try copier?.take(surface.surface, color: .init(), owner: owner)
    }
    #expect(owners.dropLast().allSatisfy { $0.owner == nil } && owners.last?.owner != nil)
    copier = nil
    #expect(owners.allSatisfy { $0.owner == nil })
  }
}
