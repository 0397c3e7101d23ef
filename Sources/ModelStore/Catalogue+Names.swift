extension Catalogue {
  /// Throws `unknownModel`.
  public func entry(_ id: ModelID) throws -> ModelEntry {
    if let entry = entries.first(where: { $0.id == id.rawValue }) { return entry }
    throw unknown(id.rawValue, among: entries.map(\.id))
  }

  /// Every file behind a name from outside: a model of an option (`inswapper_128`, `face_editor/live_portrait`) with
  /// all it needs, an id or a file name. Throws `unknownModel`.
  public func entries(named name: String) throws -> [ModelEntry] {
    let found = entries.filter { entry in
      entry.id == name || entry.file == name
        || entry.uses.contains { name == $0.model || name == "\($0.part)/\($0.model)" }
    }
    guard found.isEmpty else { return found }
    throw unknown(name, among: entries.map(\.id) + entries.flatMap { $0.uses.map(\.model) })
  }

  private func unknown(_ name: String, among names: [String]) -> ModelStoreError {
    let near = Set(names).map { ($0, Self.distance(name, $0)) }
      .filter { $0.1 <= max(2, name.count / 4) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
      .prefix(4).map(\.0)
    let hint = near.isEmpty ? "likeness models list shows them all." : "Meant: \(near.joined(separator: ", "))?"
    return ModelStoreError(.unknownModel, "There is no model \"\(name)\".", hint: hint)
  }

  /// Levenshtein's distance: letters put in, taken out or replaced.
  private static func distance(_ one: String, _ other: String) -> Int {
    let letters = Array(other)
    var row = Array(0...letters.count)
    for (line, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in letters.indices {
        let replaced = diagonal + (letter == letters[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[letters.count]
  }
}
