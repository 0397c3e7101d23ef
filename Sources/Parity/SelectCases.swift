import Faces
import Imaging
import TestSupport

/// The group `select`: orders, filters, modes and the reference (vision.md §11).
///
/// The rows of the expected table say which options to run; faces come as arguments and are named by their place in the
/// list of target faces.
enum SelectCases: ParityGroup {
  static let groups = ["select"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    for expected in run.parityCase.values {
      switch expected.value {
      case .list(let rows) where rows.contains { $0["selected"] != nil }:
        outputs.add(value: expected.name, .list(try rows.map { try select(run, $0) }))
      case .list(let rows):
        outputs.add(value: expected.name, .list(try positions(rows)))
      default:
        outputs.add(value: expected.name, .bool(FaceSelector.face(at: 0, of: []) == nil))
      }
    }
    return outputs
  }

  /// One row: `mode` and `options` in, `selected` out.
  private static func select(_ run: ParityRun, _ row: JSONValue) throws -> JSONValue {
    guard case .object(var fields) = row else {
      throw TestSupportError(.caseInvalid, "A row of \(run.parityCase.id) is not an object.")
    }
    let references = try faces(run, "reference_faces")
    var given = run.parityCase.options
    if case .object(let own) = row["options"] { given.merge(own) { $1 } }
    if let mode = row["mode"] { given["face_selector_mode"] = mode }
    let options = try FaceSelectorOptions(given, isReference: references != nil)
    let source = FaceSelector.sourceTraits(of: try faces(run, "source_faces") ?? [])
    let reference = FaceSelector.reference(among: references ?? [], options: options, source: source)
    let selector = FaceSelector(options: options, reference: reference?.embedding, source: source)
    let selected = selector.select(from: try faces(run, "target_faces") ?? [])
    fields["selected"] = .list(selected.map { .number(Double($0.trackID ?? -1)) })
    return .object(fields)
  }

  /// Pairs of an asked position and the element it gives, of a list as long as the largest element says.
  private static func positions(_ rows: [JSONValue]) throws -> [JSONValue] {
    let count = Int(rows.compactMap { $0.list?.last?.number }.max() ?? -1) + 1
    let list = (0..<count).map { index in
      var face = Face(ParityFace(.object([:])))
      face.trackID = index
      return face
    }
    return rows.map { row in
      let position = Int(row.list?.first?.number ?? 0)
      let face = FaceSelector.face(at: position, of: list)
      return .list([.number(Double(position)), .number(Double(face?.trackID ?? -1))])
    }
  }

  private static func faces(_ run: ParityRun, _ name: String) throws -> [Face]? {
    guard let list = try? run.parityCase.argument(name).list else { return nil }
    return list.enumerated().map { index, value in
      var face = Face(ParityFace(value))
      face.trackID = index
      return face
    }
  }
}

extension FaceSelectorOptions {
  /// Options of a case; `isReference` decides the mode where none is given.
  fileprivate init(_ given: [String: JSONValue], isReference: Bool) throws {
    self.init()
    func word<Value: RawRepresentable<String>>(_ key: String) throws -> Value? {
      try given[key]?.text.map { try ParityWords.value($0) }
    }
    mode = try word("face_selector_mode") ?? (isReference ? .reference : .many)
    order = try word("face_selector_order") ?? order
    gender = try word("face_selector_gender")
    race = try word("face_selector_race")
    ageStart = given["face_selector_age_start"]?.number.map { Int($0) }
    ageEnd = given["face_selector_age_end"]?.number.map { Int($0) }
    referencePosition = given["reference_face_position"]?.number.map { Int($0) } ?? referencePosition
    referenceDistance = given["reference_face_distance"]?.number.map { Float($0) } ?? referenceDistance
  }
}
