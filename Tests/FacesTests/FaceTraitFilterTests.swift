import Imaging
import Testing

@testable import Faces

@Suite struct FaceTraitFilterTests {
  private func face(_ gender: FaceTraits.Gender, _ race: FaceTraits.Race, _ age: Range<Int>, id: Int, side: Float = 10)
    -> Face
  {
    var face = TestFaces.face(x: 0, side: side)
    face.traits = FaceTraits(gender: gender, age: age, race: race)
    face.trackID = id
    return face
  }

  private var faces: [Face] {
    [
      face(.female, .asian, 20..<29, id: 0), face(.male, .asian, 30..<39, id: 1), face(.female, .white, 0..<2, id: 2),
      face(.male, .black, 70..<100, id: 3),
    ]
  }

  private func kept(_ options: FaceSelectorOptions, source: FaceTraits? = nil) -> [Int?] {
    FaceSelector(options: options, source: source).select(from: faces).map(\.trackID)
  }

  @Test func genderAndRace() {
    #expect(kept(FaceSelectorOptions(mode: .many, gender: .female)) == [0, 2])
    #expect(kept(FaceSelectorOptions(mode: .many, race: .asian)) == [0, 1])
    #expect(kept(FaceSelectorOptions(mode: .many, gender: .male, race: .asian)) == [1])
    #expect(kept(FaceSelectorOptions(mode: .one, gender: .male)) == [1])
    #expect(kept(FaceSelectorOptions(mode: .many, race: .arabic)) == [])
  }

  @Test func autoTakesTheLargestSourceFace() {
    let sources = [face(.male, .black, 20..<29, id: 0, side: 9), face(.female, .white, 20..<29, id: 1, side: 90)]
    let source = FaceSelector.sourceTraits(of: sources)
    #expect(source?.race == .white)
    #expect(kept(FaceSelectorOptions(mode: .many, gender: .auto), source: source) == [0, 2])
    #expect(kept(FaceSelectorOptions(mode: .many, race: .auto), source: source) == [2])
    #expect(kept(FaceSelectorOptions(mode: .many, gender: .auto, race: .auto)) == [0, 1, 2, 3])
    #expect(FaceSelectorOptions(race: .auto).needsSourceTraits)
    #expect(!FaceSelectorOptions(race: .white).needsSourceTraits)
  }

  /// Start included, end not; a missing bound is open (the peer fails there).
  @Test(
    arguments: [
      (nil, nil, [0, 1, 2, 3]), (0, 0, [0, 1, 2, 3]), (28, 30, [0]), (28, 31, [0, 1]), (29, nil, [1, 3]),
      (nil, 20, [2]), (nil, 21, [0, 2]), (0, 2, [2]), (2, 20, []), (99, nil, [3]), (100, nil, []), (15, 0, []),
    ] as [(Int?, Int?, [Int])])
  func ages(start: Int?, end: Int?, ids: [Int]) {
    let options = FaceSelectorOptions(mode: .many, ageStart: start, ageEnd: end)
    #expect(kept(options) == ids)
    #expect(options.needsTraits == (ids.count != 4))
  }

  @Test func facesWithoutTraitsPassNoFilter() {
    let bare = [TestFaces.face(x: 0)]
    func count(_ options: FaceSelectorOptions) -> Int { FaceSelector(options: options).select(from: bare).count }
    #expect(count(FaceSelectorOptions(mode: .many)) == 1)
    #expect(count(FaceSelectorOptions(mode: .many, gender: .female)) == 0)
    #expect(count(FaceSelectorOptions(mode: .many, ageStart: 1)) == 0)
    #expect(!FaceSelectorOptions().needsTraits)
    #expect(FaceSelectorOptions(gender: .auto).needsTraits)
  }

  /// Quirk 9 of the peer: the filters choose the reference face; the faces that match it are not filtered.
  @Test func filtersChooseTheReferenceOnly() {
    var list = faces
    for index in list.indices { list[index].embedding = Embedding([Float(index), 1], measure: .cosine) }
    let options = FaceSelectorOptions(race: .black, referenceDistance: 1)
    let reference = FaceSelector.reference(among: list, options: options)
    #expect(reference?.trackID == 3)
    let selector = FaceSelector(options: options, reference: reference?.embedding)
    #expect(selector.select(from: list).map(\.trackID) == [0, 1, 2, 3])
    #expect(FaceSelector.reference(among: list, options: FaceSelectorOptions(race: .latino)) == nil)
  }

  @Test(arguments: [
    (FaceSelectorOptions(ageStart: -1), "age-start"), (FaceSelectorOptions(ageEnd: 101), "age-end"),
    (FaceSelectorOptions(ageStart: 30, ageEnd: 30), "30"), (FaceSelectorOptions(referenceDistance: 1.5), "1.5"),
    (FaceSelectorOptions(referenceFrameNumber: -1), "-1"),
  ])
  func badValuesAreNamed(options: FaceSelectorOptions, word: String) {
    #expect(throwsFacesError(.invalidOption, naming: [word]) { try options.validate() })
  }

  @Test func goodValuesPass() throws {
    try FaceSelectorOptions(ageStart: 0, ageEnd: 0).validate()
    try FaceSelectorOptions(ageStart: 100).validate()
    try FaceSelectorOptions(ageEnd: 1).validate()
  }
}
