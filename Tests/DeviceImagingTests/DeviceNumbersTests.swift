import DeviceImaging
import Inference
import Testing

@Suite struct DeviceNumbersTests {
  private func flag(_ bench: Bench, _ numbers: DeviceMemory, _ type: ElementType) throws -> UInt32 {
    let flag = try bench.stream.makeMemory([UInt32(0), 7])
    try bench.imager.check(numbers.bytes, type: type, flag: flag.bytes(at: 0, count: 4), on: bench.stream)
    let words: [UInt32] = try bench.stream.elements(flag.bytes)
    #expect(words[1] == 7)
    return words[0]
  }

  /// More numbers than threads.
  private static let count = 300_000

  @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 255, 262_144, count - 1])
  func oneNumberThatIsNoneIsFound(_ value: Float, _ place: Int) throws {
    let bench = try Bench()
    var numbers = (0..<Self.count).map { Float($0) - 1000 }
    #expect(try flag(bench, bench.stream.makeMemory(numbers), .float32) == 0)
    numbers[place] = value
    #expect(try flag(bench, bench.stream.makeMemory(numbers), .float32) == 1)
  }

  @Test(arguments: [UInt16(0x7C00), 0xFC00, 0x7E01, 0xFFFF])
  func halvesToo(_ bits: UInt16) throws {
    let bench = try Bench()
    // The largest of both signs, zeros, the smallest.
    var halves: [UInt16] = [0x7BFF, 0xFBFF, 0, 0x8000, 1, 0x3C00]
    #expect(try flag(bench, bench.stream.makeMemory(halves), .float16) == 0)
    halves[4] = bits
    #expect(try flag(bench, bench.stream.makeMemory(halves), .float16) == 1)
  }

  @Test func aFlagThatIsRaisedStays() throws {
    let bench = try Bench()
    let flag = try bench.stream.makeMemory([UInt32(1)])
    try bench.imager.check(
      bench.stream.makeMemory([Float(1)]).bytes, type: .float32, flag: flag.bytes, on: bench.stream)
    #expect(try bench.stream.elements(flag.bytes, as: UInt32.self) == [1])
  }

  @Test func wholeNumbersAreNotLookedAt() throws {
    let bench = try Bench()
    let error = #expect(throws: InferenceError.self) {
      try flag(bench, bench.stream.makeMemory([UInt8(1)]), .uint8)
    }
    #expect(error?.code == .tensorMismatch)
  }
}
