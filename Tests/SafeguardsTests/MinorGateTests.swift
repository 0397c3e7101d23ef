import Faces
import ModelStore
import TestSupport
import Testing

@testable import Safeguards

@Suite struct MinorGateTests {
  private func gate(_ mode: SafeguardPolicy.Mode = .required, age: Int = 18, hasClassifier: Bool = true) -> MinorGate {
    MinorGate(policy: .init(mode: mode, age: age), hasClassifier: hasClassifier)
  }

  private func traits(_ ages: Range<Int>) -> FaceTraits { FaceTraits(gender: .female, age: ages, race: .asian) }

  /// The classes of the published classifier, by the number it gives.
  @Test(arguments: 0...8)
  func classesThatBeginBelowTheAgeAreLeftOut(ageID: Int) {
    let ages = FaceTraits(raceID: 0, genderID: 0, ageID: ageID)
    #expect(gate().allows(ages, track: nil) == (ageID >= 3))
    #expect(gate(age: 21).allows(ages, track: nil) == (ageID >= 4))
    #expect(gate(age: 10).allows(ages, track: nil) == (ageID >= 2))
    #expect(gate(age: 0).allows(ages, track: nil))
  }

  @Test func whoLookedTooYoungOnceStaysOut() {
    let gate = gate()
    #expect(gate.allows(traits(20..<29), track: 4))
    #expect(!gate.allows(traits(10..<19), track: 4))
    #expect(!gate.allows(traits(20..<29), track: 4))
    #expect(gate.allows(traits(20..<29), track: 5))
    #expect(gate.allows(traits(20..<29), track: nil))
    let result = gate.result
    #expect(result.outcome == .refused && result.reason?.contains("18") == true)
    #expect(result.measures == ["judged": 5, "young": 2, "unknown": 0, "young_tracks": 1])
  }

  @Test func aFaceNobodyAskedAboutIsNotSwapped() {
    let gate = gate()
    #expect(!gate.allows(nil, track: 1))
    #expect(gate.result.outcome == .refused && gate.result.measures["unknown"] == 1)
  }

  @Test func aSourceThatIsTooYoungEndsTheJob() throws {
    let gate = gate()
    try gate.checkSource(traits(20..<29), name: "a.jpg")
    #expect(gate.result.outcome == .passed)
    for traits in [traits(10..<19), nil] {
      #expect(
        throwsSafeguardsError(.minor, saying: ["'b.jpg'", "under 18"]) {
          try gate.checkSource(traits, name: "b.jpg")
        })
    }
    #expect(gate.result.outcome == .refused && gate.result.reason?.contains("'b.jpg'") == true)
    #expect(gate.result.measures == ["judged": 2, "young": 1, "unknown": 1, "young_tracks": 0])
    for lenient in [self.gate(.warn), self.gate(.off), self.gate(hasClassifier: false)] {
      try lenient.checkSource(traits(3..<9), name: "b.jpg")
      #expect(lenient.result.outcome == (lenient.needsTraits ? .warned : .notChecked))
    }
  }

  @Test func aWarningLeavesNobodyOut() {
    let gate = gate(.warn)
    #expect(gate.needsTraits && gate.allows(traits(3..<9), track: 1) && gate.allows(nil, track: 2))
    #expect(gate.result.outcome == .warned && gate.result.measures["young"] == 1)
  }

  @Test func withoutAModelNothingIsKnown() {
    let gate = gate(hasClassifier: false)
    #expect(!gate.needsTraits && gate.allows(nil, track: 1))
    #expect(gate.result.outcome == .notChecked && gate.result.reason?.contains("pull fairface") == true)
  }

  @Test func switchedOffItAsksNobody() {
    let gate = gate(.off)
    #expect(!gate.needsTraits && gate.allows(traits(0..<2), track: 1) && gate.result.outcome == .notChecked)
  }

  @Test func grownUpsPass() {
    let gate = gate()
    #expect(gate.result.outcome == .notChecked)
    #expect(gate.allows(traits(30..<39), track: 1))
    #expect(
      gate.result
        == GateResult(
          .minors, .passed, measures: ["judged": 1, "young": 0, "unknown": 0, "young_tracks": 0]))
  }

  @Test func theClassifierIsOpenedWhereItIs() throws {
    #expect(try MinorGate.classifier(Shelf().networks()) == nil)
    let model = TinyModel.constant(
      input: ("input", [1, 3, 224, 224]),
      outputs: [("race", [1], [0]), ("gender", [1], [1]), ("age", [1], [2])])
    #expect(try MinorGate.classifier(Shelf(models: ["fairface": model]).networks()) != nil)
  }
}
