import CUDATestSupport
import Inference
import TestSupport
import Testing

/// The kernels of `Tests/CUDAEmulator/ProbeKernels.cpp`, as their source would name them.
private let probe = KernelSource(
  name: "probe.cu",
  text: """
    #include "probe.cuh"
    extern "C" __global__ void probe_scale(ProbeArguments a) {}
    extern "C" __global__ void probe_grid(ProbeGridArguments a) {}
    extern "C" __global__ void probe_overrun(ProbeArguments a) {}
    extern "C" __global__ void probe_without_code(ProbeArguments a) {}
    """, headers: ["probe.cuh": "struct ProbeArguments;"])

private struct ScaleArguments: BitwiseCopyable {
  let numbers: UInt64
  let count: Int32
  let scale: Float
  let bias: Float
}

@Suite struct KernelTests {
  private func withLibrary(_ body: (EmulatedMachine, KernelLibrary, CUDAStream) throws -> Void) throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    let library = try KernelLibrary(
      probe, on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    try body(machine, library, CUDAStream(on: library.context))
  }

  @Test func aKernelRunsOverAllElements() throws {
    try withLibrary { machine, library, stream in
      let memory = try stream.makeMemory((0..<1000).map(Float.init))
      try library.kernel("probe_scale").launch(
        on: stream, LaunchGrid(count: 1000), ScaleArguments(numbers: memory.address, count: 1000, scale: 2, bias: 1))
      #expect(try stream.elements(memory.bytes, as: Float.self) == (0..<1000).map { Float($0) * 2 + 1 })
      #expect(stream.counts.launches == 1)
      #expect(machine.counts.launches == 1)
    }
  }

  @Test func argumentsPutTogetherHaveTheSameBytes() throws {
    var arguments = KernelArguments()
    arguments.append(UInt64(0x0102_0304_0506_0708))
    arguments.append(Int32(-1))
    arguments.append(Float(2))
    arguments.append(Float(1))
    #expect(arguments.padded.count == 24)
    #expect(EmulatedMachine.argumentBytes(of: "probe_scale") == 24)
    #expect(MemoryLayout<ScaleArguments>.stride == 24)
    #expect(arguments.bytes.prefix(12) == [8, 7, 6, 5, 4, 3, 2, 1, 255, 255, 255, 255])
    var mixed = KernelArguments()
    mixed.append(UInt8(1))
    mixed.append(contentsOf: [Int32(2), 3])
    mixed.align(8)
    mixed.append(UInt8(4))
    #expect(mixed.bytes == [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4])
    mixed.pad(to: 19)
    #expect(mixed.padded.count == 24)
  }

  @Test func gridsCoverPlanesInLayers() throws {
    let grid = LaunchGrid(width: 33, height: 9, layers: 3)
    #expect(grid.blocks == .init(2, 2, 3))
    #expect(grid.threads == .init(32, 8))
    #expect(LaunchGrid(width: 0, height: 5).isEmpty)
    try withLibrary { _, library, stream in
      let memory = try DeviceMemory(byteCount: 33 * 9 * 3 * 4, on: stream.context)
      var arguments = KernelArguments()
      arguments.append(memory.address)
      arguments.append(contentsOf: [Int32(33), 9])
      try library.kernel("probe_grid").launch(on: stream, grid, arguments)
      let cells = try stream.elements(memory.bytes, as: Int32.self)
      var expected: [Int32] = []
      for cell in 0..<Int32(3 * 9 * 33) {
        expected.append(cell / (9 * 33) * 10000 + cell / 33 % 9 * 100 + cell % 33)
      }
      #expect(cells == expected)
      // Nothing to do is no launch.
      try library.kernel("probe_grid").launch(on: stream, LaunchGrid(width: 0, height: 9), arguments)
      #expect(stream.counts.launches == 1)
    }
  }

  @Test func writesBesideABlockAreSeen() throws {
    try withLibrary { machine, library, stream in
      do {
        let memory = try DeviceMemory(byteCount: 40, on: stream.context)
        try library.kernel("probe_overrun").launch(
          on: stream, LaunchGrid(count: 1), ScaleArguments(numbers: memory.address, count: 10, scale: 0, bias: 5))
      }
      #expect(machine.counts.violations == 1)
    }
  }

  @Test func recordedWorkRunsWhenLaunched() throws {
    try withLibrary { machine, library, stream in
      let memory = try stream.makeMemory([1, 2, 3] as [Float])
      let kernel = try library.kernel("probe_scale")
      let before = stream.counts
      let graph = try stream.record {
        for _ in 0..<2 {
          try kernel.launch(
            on: stream, LaunchGrid(count: 3), ScaleArguments(numbers: memory.address, count: 3, scale: 10, bias: 0))
        }
      }
      #expect(stream.counts == before)
      #expect(try stream.elements(memory.bytes, as: Float.self) == [1, 2, 3])
      try graph.launch(on: stream)
      try graph.launch(on: stream)
      #expect(try stream.elements(memory.bytes, as: Float.self) == [10000, 20000, 30000])
      #expect(stream.counts.launches == 4)
      #expect(machine.counts.graphLaunches == 2)
      #expect(throws: CancellationError.self) { try stream.record { throw CancellationError() } }
      // The stream records no more.
      #expect(try stream.elements(memory.bytes, as: Float.self).count == 3)
    }
  }

  @Test func namesThatAreNotThereAreRefused() throws {
    try withLibrary { _, library, _ in
      for name in ["probe_none", "probe_without_code"] {
        let error = #expect(throws: InferenceError.self) { try library.kernel(name) }
        #expect(error?.code == .kernelRejected)
        #expect(error?.message.contains(name) == true)
      }
    }
  }

  @Test func failuresOfTheDriverComeOut() throws {
    try withLibrary { machine, library, stream in
      machine.fail("cuLaunchKernel", skip: 1, result: 719)
      let memory = try stream.makeMemory([1] as [Float])
      let kernel = try library.kernel("probe_scale")
      let arguments = ScaleArguments(numbers: memory.address, count: 1, scale: 2, bias: 0)
      try kernel.launch(on: stream, LaunchGrid(count: 1), arguments)
      let error = #expect(throws: InferenceError.self) {
        try kernel.launch(on: stream, LaunchGrid(count: 1), arguments)
      }
      #expect(error?.code == .deviceFailed)
      #expect(error?.message.contains("probe_scale") == true)
      #expect(stream.counts.launches == 1)
    }
  }
}
