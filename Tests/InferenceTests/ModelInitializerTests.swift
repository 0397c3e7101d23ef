import Testing

@testable import Inference
@testable import TestSupport

/// The last array of a model file, read from its bytes.
@Suite struct ModelInitializerTests {
  @Test func theLastOfSeveralIsRead() throws {
    var model = TinyModel()
    model.input("x", [4])
    model.initializer("first", shape: [2], floats: [1, 2])
    model.initializer("last", shape: [2, 3], floats: [0.5, -1, 3.25, 1e-8, 2e9, -0.0])
    model.node("Add", ["x", "x"], ["y"])
    model.output("y", [4])
    let array = try ModelInitializer.last(in: model.bytes, model: "m")
    #expect(array.name == "last")
    #expect(array.shape == [2, 3])
    #expect(array.values == [0.5, -1, 3.25, 1e-8, 2e9, -0.0])
  }

  /// One model of a graph with one array, written field by field (TensorProto).
  private static func model(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var model = ProtobufWriter()
    model.varint(1, 8)
    model.message(7) { graph in
      graph.text(2, "graph")
      graph.message(5, write)
    }
    return model.bytes
  }

  @Test func halfPrecisionIsReadAsBytesAndAsNumbers() throws {
    let bits: [UInt16] = [0x3C00, 0xC000, 0x3555, 0x0001]
    let expected: [Float] = [1, -2, 0.333251953125, 5.9604644775390625e-08]
    let asBytes = Self.model {
      $0.varint(1, 4)
      $0.varint(2, 10)
      $0.text(8, "half")
      $0.data(9, bits.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    }
    let asNumbers = Self.model {
      $0.varint(1, 4)
      $0.varint(2, 10)
      for number in bits { $0.varint(5, Int(number)) }
    }
    for bytes in [asBytes, asNumbers] {
      #expect(try ModelInitializer.last(in: bytes, model: "m").values == expected)
    }
  }

  @Test func packedSizesAndNumbersAreRead() throws {
    let bytes = Self.model {
      $0.data(1, [2, 2])
      $0.varint(2, 1)
      $0.data(
        4,
        [Float](arrayLiteral: 1, -1, 0.25, 8).flatMap { value in
          (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
        })
    }
    let array = try ModelInitializer.last(in: bytes, model: "m")
    #expect(array.shape == [2, 2])
    #expect(array.values == [1, -1, 0.25, 8])
  }

  @Test(
    arguments: [
      ("no array", "carries no array"), ("integers", "number type 7"), ("too few", "3 numbers"),
      ("no size", "shape [0]"), ("huge", "numbers"), ("empty", "carries no array"),
    ])
  func whatIsNoArrayOfFloatsIsRefused(kind: String, words: String) throws {
    let bytes: [UInt8] =
      switch kind {
      case "no array": TinyModel.identity().bytes
      case "integers":
        Self.model {
          $0.varint(1, 1)
          $0.varint(2, 7)
          $0.data(9, [1, 0, 0, 0, 0, 0, 0, 0])
        }
      case "too few":
        Self.model {
          $0.varint(1, 4)
          $0.varint(2, 1)
          $0.data(9, Array(repeating: 0, count: 12))
        }
      case "no size":
        Self.model {
          $0.varint(1, 0)
          $0.varint(2, 1)
        }
      case "huge":
        Self.model {
          $0.varint(1, Int.max)
          $0.varint(1, 3)
          $0.varint(2, 1)
        }
      default: []
      }
    let error = try #require(throws: InferenceError.self) { try ModelInitializer.last(in: bytes, model: "m") }
    #expect(error.code == .modelInvalid)
    #expect(error.message.contains(words))
  }

  @Test func aFileThatIsCutOffIsRefused() {
    var model = TinyModel()
    model.initializer("last", shape: [3], floats: [1, 2, 3])
    let whole = model.bytes
    for length in 1..<whole.count {
      #expect(throws: InferenceError.self, "cut at \(length)") {
        try ModelInitializer.last(in: Array(whole[..<length]), model: "m")
      }
    }
  }
}
