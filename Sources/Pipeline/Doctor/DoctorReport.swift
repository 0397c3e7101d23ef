/// What `likeness doctor` found: what is installed, what of it works, and what each missing part would bring.
public struct DoctorReport: Codable, Sendable {
  /// One part of the installation.
  public struct Finding: Codable, Sendable {
    public enum State: String, Codable, Sendable {
      /// It was tried, or needs no trial, and does its work.
      case works
      /// It is not there.
      case missing
      /// It is there, but was tried and does not do its work.
      case fails
      /// Nothing to judge: a fact, or something that is switched off.
      case info
    }

    public var name: String
    public var state: State
    /// Version, place, size, or the reason of a failure.
    public var detail: String
    /// What the part would bring, for parts that do not work.
    public var brings: String?
    /// How to get it, for parts that do not work.
    public var remedy: String?
    /// Whether the main job cannot be done without it.
    public var isNeeded: Bool

    enum CodingKeys: String, CodingKey {
      case name, state, detail, brings, remedy
      case isNeeded = "needed"
    }

    init(
      _ name: String, _ state: State, _ detail: String, brings: String? = nil, remedy: String? = nil,
      isNeeded: Bool = false
    ) {
      self.name = name
      self.state = state
      self.detail = detail
      let helps = state == .missing || state == .fails
      self.brings = helps ? brings : nil
      self.remedy = helps ? remedy : nil
      self.isNeeded = isNeeded
    }

    /// Whether the main job fails for it.
    public var isHindrance: Bool { isNeeded && (state == .missing || state == .fails) }
  }

  public struct Section: Codable, Sendable {
    public var title: String
    public var findings: [Finding]
  }

  /// Name and version.
  public var program: String
  /// How it was compiled, for example `release, x86_64`.
  public var build: String
  public var sections: [Section]
  /// Whether pictures and videos can be swapped with the options' defaults.
  public var works: Bool
  /// One sentence for people.
  public var summary: String

  init(program: String, build: String, sections: [Section], providers: [String]) {
    self.program = program
    self.build = build
    self.sections = sections
    let hindrances = sections.flatMap(\.findings).filter(\.isHindrance)
    works = hindrances.isEmpty
    let names = hindrances.map(\.name).joined(separator: ", ")
    summary =
      works
      ? "The main job works: pictures and videos can be swapped, on \(providers.joined(separator: " or "))."
      : "The main job does not work; look at: \(names)."
  }

  /// The finding of a name, for programs and tests.
  public func finding(_ section: String, _ name: String) -> Finding? {
    sections.first { $0.title == section }?.findings.first { $0.name == name }
  }
}
