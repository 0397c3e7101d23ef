import Testing

@testable import Inference

@Suite struct TensorTests {
  @Test(arguments: [ElementType.float32, .uint8, .int32, .int64, .float16, .float64])
  func startsWithZerosOnABoundaryOf64Bytes(type: ElementType) {
    let tensor = Tensor(shape: [3, 5], type: type)
    #expect(tensor.count == 15)
    #expect(tensor.rawBytes.count == 15 * type.byteCount)
    #expect(tensor.rawBytes.allSatisfy { $0 == 0 })
    let address = tensor.rawBytes.baseAddress.map { Int(bitPattern: $0) }
    #expect(address.map { $0 % 64 } == 0)
  }

  @Test func holdsItsElements() {
    let tensor = Tensor(shape: [2, 2], elements: [1, 2, 3, 4] as [Int64])
    #expect(tensor.type == .int64)
    tensor.withMutableElements(as: Int64.self) { $0[3] = 9 }
    #expect(tensor.elements(as: Int64.self) == [1, 2, 3, 9])
  }

  @Test func aScalarHasOneElementAndAnEmptyOneNone() {
    #expect(Tensor(shape: []).count == 1)
    #expect(Tensor(shape: [0, 4]).floats.isEmpty)
  }

  @Test func halfPrecisionReadsAndWritesFloats() {
    let tensor = Tensor(shape: [4], type: .float16)
    tensor.floats = [0.5, -2, 65_504, 1e-7]
    #expect(tensor.elements(as: UInt16.self) == [0x3800, 0xC000, 0x7BFF, 0x0002])
    #expect(tensor.floats[0...2] == [0.5, -2, 65_504])
  }

  @Test func everyHalfSurvivesTheRoundTrip() {
    let changed = (0...UInt16.max).filter { bits in
      let value = Float(halfBits: bits)
      return value.isNaN ? Float(halfBits: value.halfBits).isNaN == false : value.halfBits != bits
    }
    #expect(changed.isEmpty)
  }

  @Test(
    arguments: [
      (1, 0x3C00), (1.000_488_3, 0x3C00), (1.001_464_9, 0x3C02), (65_519, 0x7BFF), (65_520, 0x7C00),
      (-Float.infinity, 0xFC00), (0x1p-25, 0x0000), (0x1.8p-24, 0x0002), (0x1.FF8p-15, 0x03FF), (0x1.FFCp-15, 0x0400),
    ] as [(Float, UInt16)])
  func roundsToTheNearestHalf(value: Float, bits: UInt16) {
    #expect(value.halfBits == bits)
  }

  @Test(
    arguments: [
      (Float.nan, 1), (Float.infinity, 1), (-Float.infinity, 1), (3, nil),
    ] as [(Float, Int?)])
  func findsWhatIsNotFinite(value: Float, place: Int?) {
    #expect(Tensor(shape: [3], elements: [0, value, 0]).firstNotFinite() == place)
    let half = Tensor(shape: [3], type: .float16)
    half.floats = [0, value, 0]
    #expect(half.firstNotFinite() == place)
    #expect(Tensor(shape: [3], elements: [0, Double(value), 0]).firstNotFinite() == place)
  }

  @Test func acceptsShapesThatFit() {
    let info = TensorInfo(name: "image", shape: [-1, 3, 8, 8], type: .float32)
    #expect(info.accepts([5, 3, 8, 8]))
    #expect(!info.accepts([5, 3, 8, 9]))
    #expect(!info.accepts([3, 8, 8]))
    #expect(info.isDynamic)
    #expect(info.description == "image float32[?×3×8×8]")
  }
}
