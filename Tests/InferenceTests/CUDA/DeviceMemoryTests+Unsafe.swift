import CUDATestSupport
import Inference
import Testing

@Suite struct DeviceMemoryTests {
  @Test func whatGoesUpComesBackAndIsCounted() throws {
    let machine = try EmulatedMachine()
    do {
      let stream = try CUDAStream(on: machine.context())
      let numbers: [Float] = (0..<1000).map { Float($0) * 0.5 }
      let memory = try stream.makeMemory(numbers)
      #expect(try stream.elements(memory.bytes, as: Float.self) == numbers)
      #expect(try stream.elements(memory.bytes(at: 40, count: 8), as: Float.self) == [5, 5.5])
      let counts = stream.counts
      #expect(counts.uploads == 1 && counts.uploadedBytes == 4000)
      #expect(counts.downloads == 2 && counts.downloadedBytes == 4008)
      #expect(machine.counts.uploadedBytes == 4000)
      #expect(machine.counts.downloads == 2)
      #expect(machine.counts.liveBlocks == 1)
    }
    #expect(machine.counts.liveBlocks == 0)
    #expect(machine.counts.liveHandles == 0)
    #expect(machine.counts.violations == 0)
  }

  @Test func rowsAreCopiedBetweenPitches() throws {
    let machine = try EmulatedMachine()
    let stream = try CUDAStream(on: machine.context())
    let picture: [UInt8] = (0..<60).map { UInt8($0) }
    let memory = try DeviceMemory(byteCount: 64, on: stream.context)
    try stream.fill(memory.bytes, byte: 200)
    try picture.withUnsafeBytes { bytes in
      let base = try #require(bytes.baseAddress)
      // Four columns from column 3 on, of rows 1…4 of a picture ten wide.
      try stream.uploadRows(
        base + 13, pitch: 10, to: memory.bytes, targetPitch: 16, RowLayout(rowBytes: 4, rows: 4))
    }
    var expected = [UInt8](repeating: 200, count: 64)
    for row in 0..<4 {
      for column in 0..<4 { expected[row * 16 + column] = UInt8((row + 1) * 10 + 3 + column) }
    }
    #expect(try stream.elements(memory.bytes, as: UInt8.self) == expected)

    var back = [UInt8](repeating: 9, count: 24)
    try back.withUnsafeMutableBytes { bytes in
      let base = try #require(bytes.baseAddress)
      try stream.downloadRows(memory.bytes, sourcePitch: 16, to: base, pitch: 6, RowLayout(rowBytes: 4, rows: 4))
    }
    try stream.synchronize()
    #expect(back[6..<12] == [23, 24, 25, 26, 9, 9])
    let other = try DeviceMemory(byteCount: 16, on: stream.context)
    try stream.copyRows(
      memory.bytes.dropFirst(16), sourcePitch: 16, to: other.bytes, targetPitch: 4, RowLayout(rowBytes: 4, rows: 2))
    #expect(try stream.elements(other.bytes, as: UInt8.self).prefix(8) == [23, 24, 25, 26, 33, 34, 35, 36])
    #expect(stream.counts.uploadedBytes == 16)
  }

  @Test func noRoomIsAnErrorAndCanBeTriedAgain() throws {
    let machine = try EmulatedMachine([.init(memory: 10_000)])
    let context = try machine.context()
    let first = try DeviceMemory(byteCount: 6000, on: context)
    let error = #expect(throws: InferenceError.self) { try DeviceMemory(byteCount: 5000, on: context) }
    #expect(error?.code == .deviceOutOfMemory)
    #expect(error?.message.contains("5000 bytes") == true)
    #expect(error?.message.contains("CUDA_ERROR_OUT_OF_MEMORY") == true)
    let half = try DeviceMemory(byteCount: 2500, on: context)
    #expect(machine.counts.liveBytes == 8500)
    withExtendedLifetime((first, half)) {}
  }

  @Test func blocksFromAStreamsPoolGoBackThere() throws {
    let machine = try EmulatedMachine()
    do {
      let stream = try CUDAStream(on: machine.context())
      let block = try DeviceMemory(byteCount: 12, from: stream)
      try stream.fill(block.bytes, word: 7)
      let copy = try DeviceMemory(byteCount: 12, from: stream)
      try stream.copy(block.bytes, to: copy.bytes)
      #expect(try stream.elements(copy.bytes, as: UInt32.self) == [7, 7, 7])
    }
    #expect(machine.counts.liveBlocks == 0)
  }

  @Test func pinnedMemoryIsGivenBack() throws {
    let machine = try EmulatedMachine()
    do {
      let stream = try CUDAStream(on: machine.context())
      let pinned = try PinnedMemory(byteCount: 64, on: stream.context)
      #expect(pinned.bytes.allSatisfy { $0 == 0 })
      pinned.bytes[5] = 99
      let block = try DeviceMemory(byteCount: 64, on: stream.context)
      try stream.upload(UnsafeRawBufferPointer(pinned.bytes), to: block.bytes)
      pinned.bytes[5] = 0
      try stream.download(block.bytes, to: pinned.bytes)
      try stream.synchronize()
      #expect(pinned.bytes[5] == 99)
      #expect(machine.counts.liveBlocks == 2)
    }
    #expect(machine.counts.liveBlocks == 0)
  }

  @Test func eventsMeasureAndOrder() throws {
    let machine = try EmulatedMachine()
    let context = try machine.context()
    let (one, other) = try (CUDAStream(on: context), CUDAStream(on: context, priority: -1))
    let (start, end) = try (CUDAEvent(on: context, isTimed: true), CUDAEvent(on: context, isTimed: true))
    try start.record(on: one)
    try end.record(on: one)
    try other.wait(for: end)
    try end.synchronize()
    #expect(try end.isReached())
    #expect(try other.isIdle())
    #expect(try end.milliseconds(since: start) >= 0)
    let plain = try CUDAEvent(on: context)
    #expect(throws: InferenceError.self) { try end.milliseconds(since: plain) }
  }

  @Test func aStreamOfOneCardIsNotUsedOnAnother() throws {
    let machine = try EmulatedMachine([.init(), .init(mark: 2)])
    let (first, second) = try (machine.context(0), machine.context(1))
    let stream = try CUDAStream(on: first)
    let block = try DeviceMemory(byteCount: 8, on: second)
    // Each call enters the context of its own stream, whatever was entered last.
    let own = try stream.makeMemory([1, 2] as [Int32])
    #expect(try CUDAStream(on: second).elements(block.bytes, as: UInt8.self).allSatisfy { $0 == 0xCD })
    #expect(try stream.elements(own.bytes, as: Int32.self) == [1, 2])
  }
}
