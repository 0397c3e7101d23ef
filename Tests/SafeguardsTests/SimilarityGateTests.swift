import Faces
import Foundation
import Testing

@testable import Safeguards

@Suite struct SimilarityGateTests {
  private func gate(
    _ mode: SafeguardPolicy.Mode, minimum: Double? = nil, maximum: Double? = nil
  ) -> SimilarityGate {
    SimilarityGate(policy: .init(mode: mode, minimum: minimum, maximum: maximum))
  }

  /// ArcFace's numbers at an angle to the first axis, of any length.
  private func arcFace(cosine: Float, length: Float = 1) -> Embedding {
    Embedding([cosine * length, (1 - cosine * cosine).squareRoot() * length, 0], measure: .cosine)
  }

  private let axis = Embedding([3, 0, 0], measure: .cosine)

  // MARK: - The measure

  @Test func arcFacesAreComparedByTheCosine() throws {
    for cosine in [Float(-1), -0.5, 0, 0.25, 1] {
      let value = try #require(SimilarityGate.similarity(axis, arcFace(cosine: cosine, length: 7)))
      #expect(abs(value - Double(cosine)) < 1e-6)
    }
    // The mean of two at right angles lies between them, though its vector is short.
    let mean = try #require(Embedding.mean(of: [axis, arcFace(cosine: 0)]))
    let value = try #require(SimilarityGate.similarity(axis, mean))
    #expect(abs(value - 0.5.squareRoot()) < 1e-6)
  }

  @Test func dlibsAreComparedByTheirDistance() throws {
    let one = Embedding([0.5, 0, 0])
    for (other, expected) in [([0.5, 0, 0], 1.0), ([0.5, 0.6, 0], 0.4), ([-0.5, 0, 0], 0), ([9, 0, 0], -1)] {
      let value = try #require(SimilarityGate.similarity(one, Embedding(other.map { Float($0) })))
      #expect(abs(value - expected) < 1e-6)
    }
  }

  /// On either recogniser's scale the border of one person is at the same place.
  @Test func theScaleIsThatOfTheReferenceDistance() throws {
    let dlib = (Embedding([0, 0, 0]), Embedding([0.3, 0.4, 0]))
    for (one, other) in [dlib, (axis, arcFace(cosine: 0.3))] {
      let value = try #require(SimilarityGate.similarity(one, other))
      #expect(abs(value - (1 - 2 * Double(one.matchDistance(to: other)))) < 1e-6)
    }
  }

  @Test func whatCannotBeComparedHasNone() {
    #expect(SimilarityGate.similarity(axis, Embedding([1, 0, 0])) == nil)
    #expect(SimilarityGate.similarity(axis, Embedding([1, 0], measure: .cosine)) == nil)
    #expect(SimilarityGate.similarity(axis, Embedding([.nan, 0, 0], measure: .cosine)) == nil)
    #expect(SimilarityGate.similarity(axis, Embedding([0, 0, 0], measure: .cosine)) == nil)
    #expect(SimilarityGate.similarity(Embedding([0, 1]), Embedding([.infinity, 1])) == nil)
  }

  // MARK: - The gate

  @Test func itMeasuresFaceByFace() throws {
    let gate = gate(.warn)
    for (track, cosine) in [(7, 0.5), (7, 0.25), (2, 1), (7, 0)] as [(Int, Float)] {
      #expect(try gate.check(source: axis, target: arcFace(cosine: cosine), track: track, frame: 0) != nil)
    }
    try gate.check(source: axis, target: arcFace(cosine: -1), track: nil, frame: nil)
    let faces = gate.faces
    #expect(faces.map(\.track) == [nil, 2, 7] && faces.map(\.count) == [1, 1, 3])
    #expect(abs(faces[2].mean - 0.25) < 1e-6 && faces[2].minimum < 1e-6 && abs(faces[2].maximum - 0.5) < 1e-6)
    let result = gate.result
    #expect(result.outcome == .passed && result.measures["measured"] == 5 && result.measures["faces"] == 3)
    #expect(abs((result.measures["mean"] ?? 9) - 0.15) < 1e-6)
    #expect(abs((result.measures["minimum"] ?? 9) + 1) < 1e-6 && abs((result.measures["maximum"] ?? 9) - 1) < 1e-6)
  }

  @Test func limitsRefuse() throws {
    let strict = gate(.required, minimum: 0.2, maximum: 0.8)
    try strict.check(source: axis, target: arcFace(cosine: 0.5), track: 1, frame: 3)
    #expect(
      throwsSafeguardsError(.similarity, saying: ["frame 4", "0.1", "at least 0.2"]) {
        try strict.check(source: axis, target: arcFace(cosine: 0.1), track: 1, frame: 4)
      })
    #expect(
      throwsSafeguardsError(.similarity, saying: ["0.9", "at most 0.8"]) {
        try strict.check(source: axis, target: arcFace(cosine: 0.9), track: 1, frame: nil)
      })
    #expect(strict.result.outcome == .refused && strict.result.measures["outside"] == 2)
    #expect(strict.result.reason?.contains("frame 4") == true)
  }

  @Test func aWarningOnlyReports() throws {
    let lenient = gate(.warn, minimum: 0.2)
    try lenient.check(source: axis, target: arcFace(cosine: 0), track: 1, frame: 0)
    try lenient.check(source: axis, target: Embedding([1, 2, 3]), track: 2, frame: 0)
    #expect(lenient.result.outcome == .warned && lenient.result.measures["measured"] == 1)
  }

  @Test func anotherRecogniserIsNoWayAround() throws {
    #expect(
      throwsSafeguardsError(.similarity, saying: ["frame 9", "3 numbers of cosine", "2 of euclidean"]) {
        try gate(.required).check(source: axis, target: Embedding([1, 2]), track: 2, frame: 9)
      })
    let lenient = gate(.warn)
    #expect(try lenient.check(source: axis, target: Embedding([1, 2]), track: 2, frame: 9) == nil)
    #expect(lenient.result.outcome == .notChecked && lenient.result.reason?.contains("frame 9") == true)
  }

  @Test func switchedOffItMeasuresNothing() throws {
    let off = gate(.off, minimum: 1)
    #expect(try off.check(source: axis, target: arcFace(cosine: 0), track: 1, frame: 0) == nil)
    #expect(!off.isOn && off.faces.isEmpty && off.result.outcome == .notChecked)
    #expect(gate(.warn).result.reason == "No face was measured.")
  }

  @Test func workersMeasureSideBySide() async throws {
    let gate = gate(.warn)
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask { [axis] in
          for frame in 0..<250 {
            _ = try? gate.check(source: axis, target: self.arcFace(cosine: 0.5), track: worker % 2, frame: frame)
          }
        }
      }
    }
    #expect(gate.faces.map(\.count) == [500, 500])
    #expect(abs((gate.result.measures["mean"] ?? 0) - 0.5) < 1e-6)
  }

  @Test func aResultIsReadAndWrittenAsJSON() throws {
    let result = GateResult(.minors, .notChecked, reason: "Why.", measures: ["judged": 2])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(result)
    let text = #"{"gate":"minors","measures":{"judged":2},"outcome":"not-checked","reason":"Why."}"#
    #expect(String(decoding: data, as: UTF8.self) == text)
    #expect(try JSONDecoder().decode(GateResult.self, from: data) == result)
  }
}
