import Foundation
public import ModelStore

/// Who did it, and with what program.
public struct AuditActor: Sendable, Hashable, Codable {
  /// Name of the account, or what a server knows its user by.
  public var user: PersonalText?
  public var uid: PersonalText?
  public var host: PersonalText?
  /// Name and version, as `Likeness 0.1.0`.
  public var program: String

  public init(user: PersonalText? = nil, uid: PersonalText? = nil, host: PersonalText? = nil, program: String) {
    self.user = user
    self.uid = uid
    self.host = host
    self.program = program
  }

  /// Whoever runs this process, on this machine.
  public static func current(program: String) -> AuditActor {
    AuditActor(
      user: PersonalText(NSUserName()), uid: PersonalText(String(getuid())), host: PersonalText(hostName),
      program: program)
  }

  /// As the kernel knows it: no name server is asked.
  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// A file that went in or came out.
public struct AuditFile: Sendable, Hashable, Codable {
  /// What it was for: `source`, `target`, `output`, or another word of the program.
  public var role: String
  /// 64 hex digits.
  public var sha256: String
  /// Bytes.
  public var size: Int
  /// Of the picture, or of a frame of the video.
  public var perceptual: PerceptualHash?
  public var path: PersonalText?

  public init(role: String, digest: FileDigest, perceptual: PerceptualHash? = nil, path: String? = nil) {
    self.role = role
    sha256 = digest.sha256
    size = digest.size
    self.perceptual = perceptual
    self.path = path.map { PersonalText($0) }
  }
}

/// A network that was used.
public struct AuditModel: Sendable, Hashable, Codable {
  public var id: String
  /// 64 hex digits.
  public var sha256: String

  public init(id: String, sha256: String) {
    self.id = id
    self.sha256 = sha256
  }
}

/// An option as the job was given it.
public struct AuditOption: Sendable, Hashable, Codable {
  public var name: String
  /// Nil when the value is personal.
  public var value: String?
  /// A value that may tell who somebody is, as a path does.
  public var personalValue: PersonalText?

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  public static func personal(_ name: String, _ value: String) -> AuditOption {
    var option = AuditOption(name, value)
    option.value = nil
    option.personalValue = PersonalText(value)
    return option
  }
}

/// What a gate or a mark said.
public struct AuditGate: Sendable, Hashable, Codable {
  /// The section of the policy: `content`, `similarity`, `protected`, `minors`, `watermark`, `metadata`, `label`.
  public let gate: String
  public let mode: SafeguardPolicy.Mode
  public let outcome: GateResult.Outcome
  /// Personal because it may name files.
  public let reason: PersonalText?
  /// What was measured, by name.
  public let measures: [String: Double]

  /// Measures that are no numbers are left out.
  public init(
    _ gate: String, mode: SafeguardPolicy.Mode, _ outcome: GateResult.Outcome, reason: String? = nil,
    measures: [String: Double] = [:]
  ) {
    self.gate = gate
    self.mode = mode
    self.outcome = outcome
    self.reason = reason.map { PersonalText($0) }
    self.measures = measures.filter(\.value.isFinite)
  }

  public init(_ result: GateResult, mode: SafeguardPolicy.Mode) {
    self.init(result.gate.rawValue, mode: mode, result.outcome, reason: result.reason, measures: result.measures)
  }
}

/// Why a job has no output.
public struct AuditFailure: Sendable, Hashable, Codable {
  /// The error's code.
  public var code: String
  /// The error's sentence; personal because errors name files.
  public var message: PersonalText

  public init(code: String, message: String) {
    self.code = code
    self.message = PersonalText(message)
  }
}

/// Which entries lost their personal fields, and why.
public struct AuditErasure: Sendable, Hashable, Codable {
  /// First and last numbers.
  public var entries: [ClosedRange<Int>]
  /// Stays for ever, so it must not name anybody.
  public var reason: String

  /// - Parameter numbers: in any order.
  init(numbers: [Int], reason: String) {
    entries = []
    for number in numbers.sorted() {
      if let last = entries.last, number <= last.upperBound + 1 {
        entries[entries.count - 1] = last.lowerBound...max(number, last.upperBound)
      } else {
        entries.append(number...number)
      }
    }
    self.reason = reason
  }
}
